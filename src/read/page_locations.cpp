#include "read/page_locations.hpp"

#include <algorithm>

#include "base/byte_buffer.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "read/footer.hpp"

namespace parquet_flow::read {
namespace {

bool arePagesOf(const format::OffsetIndex& index, const format::ColumnMetaData& meta,
                std::uint64_t rows) {
  const std::int64_t begin = chunkOffset(meta);
  const std::int64_t end = begin + meta.total_compressed_size;
  const format::PageLocation* before = nullptr;
  for (const format::PageLocation& page : index.page_locations) {
    const bool isBehind = before == nullptr ? page.offset >= begin && page.first_row_index == 0
                                            : page.offset > before->offset &&
                                                  page.first_row_index > before->first_row_index;
    if (!isBehind || page.offset >= end ||
        static_cast<std::uint64_t>(page.first_row_index) >= rows) {
      return false;
    }
    before = &page;
  }
  return !index.page_locations.empty();
}

}  // namespace

std::size_t PageLocations::pageOf(std::uint64_t row) const noexcept {
  return static_cast<std::size_t>(std::upper_bound(firstRows.begin(), firstRows.end(), row) -
                                  firstRows.begin()) -
         1;
}

Result<std::optional<PageLocations>> readPageLocations(const FileReader& file, std::size_t rowGroup,
                                                       const schema::Leaf& leaf,
                                                       std::uint64_t& bytesRead) {
  const format::ColumnChunk& chunk = file.metaData().row_groups[rowGroup].columns[leaf.index];
  if (!chunk.__isset.offset_index_offset || !chunk.__isset.offset_index_length) {
    return std::nullopt;
  }
  format::OffsetIndex index;
  PF_TRY_ASSIGN(const bool isRead, readIndexStruct(file, chunk.offset_index_offset,
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

Result<bool> readIndexStruct(const FileReader& file, std::int64_t offset, std::int32_t bytes,
                             std::uint64_t& bytesRead, apache::thrift::TBase& out) {
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

}  // namespace parquet_flow::read
