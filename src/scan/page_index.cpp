#include "scan/page_index.hpp"

#include <algorithm>
#include <utility>

#include "base/byte_buffer.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "read/footer.hpp"
#include "scan/chunk_bounds.hpp"

namespace parquet_flow::scan {
namespace {

// A struct that lies at an offset of the file; false: it does not.
template <class T>
Result<bool> readStruct(const read::FileReader& file, std::int64_t offset, std::int32_t bytes,
                        std::uint64_t& bytesRead, T& out) {
  const std::uint64_t fileBytes = file.info().fileBytes;
  if (offset < 0 || bytes <= 0 || static_cast<std::uint64_t>(offset) > fileBytes ||
      static_cast<std::uint64_t>(bytes) > fileBytes - static_cast<std::uint64_t>(offset)) {
    return false;
  }
  ByteBuffer buffer;
  PF_TRY(buffer.appendUninitialized(static_cast<std::size_t>(bytes)));
  PF_TRY(file.file()->readAt(static_cast<std::uint64_t>(offset), buffer.mutableSpan()));
  bytesRead += buffer.size();
  const Result<std::size_t> read = format::CompactReader().read(buffer.span(), out);
  if (!read && read.error().code() == ErrorCode::kOutOfMemory) {
    return fail(Error(read.error()));
  }
  return read.has_value();
}

bool arePagesOf(const format::OffsetIndex& index, const format::ColumnMetaData& meta,
                std::uint64_t rows) {
  const std::int64_t begin = read::chunkOffset(meta);
  const std::int64_t end = begin + meta.total_compressed_size;
  std::int64_t offset = begin - 1;
  std::int64_t row = -1;
  for (const format::PageLocation& page : index.page_locations) {
    if (page.offset <= offset || page.offset >= end || page.first_row_index <= row ||
        (row < 0 && page.first_row_index != 0) ||
        static_cast<std::uint64_t>(page.first_row_index) >= rows) {
      return false;
    }
    offset = page.offset;
    row = page.first_row_index;
  }
  return !index.page_locations.empty();
}

}  // namespace

std::size_t PageLocations::pageOf(std::uint64_t row) const noexcept {
  return static_cast<std::size_t>(std::upper_bound(firstRows.begin(), firstRows.end(), row) -
                                  firstRows.begin()) -
         1;
}

Result<std::optional<PageLocations>> readPageLocations(const read::FileReader& file,
                                                       std::size_t rowGroup,
                                                       const schema::Leaf& leaf,
                                                       std::uint64_t& bytesRead) {
  const format::ColumnChunk& chunk = file.metaData().row_groups[rowGroup].columns[leaf.index];
  if (!chunk.__isset.offset_index_offset || !chunk.__isset.offset_index_length) {
    return std::nullopt;
  }
  format::OffsetIndex index;
  PF_TRY_ASSIGN(const bool isRead, readStruct(file, chunk.offset_index_offset,
                                              chunk.offset_index_length, bytesRead, index));
  if (!isRead || !arePagesOf(index, chunk.meta_data, file.rowGroupRows(rowGroup))) {
    return std::nullopt;
  }
  PageLocations locations;
  for (const format::PageLocation& page : index.page_locations) {
    locations.offsets.push_back(static_cast<std::uint64_t>(page.offset));
    locations.firstRows.push_back(static_cast<std::uint64_t>(page.first_row_index));
  }
  return locations;
}

Result<std::optional<std::vector<ValueBounds>>> readPageBounds(const read::FileReader& file,
                                                               std::size_t rowGroup,
                                                               const schema::Leaf& leaf,
                                                               std::size_t pages,
                                                               std::uint64_t& bytesRead) {
  const format::ColumnChunk& chunk = file.metaData().row_groups[rowGroup].columns[leaf.index];
  const stats::Order stored = storedOrder(file, leaf);
  if (!chunk.__isset.column_index_offset || !chunk.__isset.column_index_length ||
      stored == stats::Order::kNone) {
    return std::nullopt;
  }
  format::ColumnIndex index;
  PF_TRY_ASSIGN(const bool isRead, readStruct(file, chunk.column_index_offset,
                                              chunk.column_index_length, bytesRead, index));
  const bool hasNulls = index.__isset.null_counts;
  const bool hasNans = index.__isset.nan_counts;
  if (!isRead || index.null_pages.size() != pages || index.min_values.size() != pages ||
      index.max_values.size() != pages || (hasNulls && index.null_counts.size() != pages) ||
      (hasNans && index.nan_counts.size() != pages)) {
    return std::nullopt;
  }
  std::vector<ValueBounds> all(pages);
  for (std::size_t i = 0; i < pages; ++i) {
    ValueBounds& bounds = all[i];
    bounds.mayHaveValues = !index.null_pages[i];
    bounds.mayHaveNulls = leaf.maxDefinitionLevel != 0 &&
                          (!hasNulls || index.null_counts[i] != 0 || index.null_pages[i]);
    if (bounds.mayHaveValues) {
      const std::optional<std::int64_t> nans =
          hasNans ? std::optional(index.nan_counts[i]) : std::nullopt;
      setBounds(leaf, stored, &index.min_values[i], &index.max_values[i], nans, std::nullopt,
                bounds);
    }
  }
  return all;
}

RowRanges candidates(const Test& test, const PageLocations& locations,
                     const std::vector<ValueBounds>& pages, std::uint64_t rows) {
  RowRanges ranges;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    if (verdictOf(test, pages[i]).mayBeTrue) {
      const std::uint64_t end = i + 1 < pages.size() ? locations.firstRows[i + 1] : rows;
      appendRange(ranges, {locations.firstRows[i], end});
    }
  }
  return ranges;
}

}  // namespace parquet_flow::scan
