#include "scan/page_index.hpp"

#include "format/parquet_types.h"
#include "read/column_index.hpp"
#include "scan/chunk_bounds.hpp"

namespace parquet_flow::scan {
namespace {

std::uint64_t rowsOf(const PageLocations& locations, std::size_t page, std::uint64_t rows) {
  return (page + 1 < locations.count() ? locations.firstRows[page + 1] : rows) -
         locations.firstRows[page];
}

}  // namespace

Result<std::optional<std::vector<ValueBounds>>> readPageBounds(const read::FileReader& file,
                                                               std::size_t rowGroup,
                                                               const schema::Leaf& leaf,
                                                               const PageLocations& locations,
                                                               std::uint64_t& bytesRead) {
  const std::size_t pages = locations.count();
  const format::ColumnChunk& chunk = file.metaData().row_groups[rowGroup].columns[leaf.index];
  const stats::Order stored = storedOrder(file, leaf);
  if (!chunk.__isset.column_index_offset || !chunk.__isset.column_index_length ||
      stored == stats::Order::kNone) {
    return std::nullopt;
  }
  format::ColumnIndex index;
  PF_TRY_ASSIGN(const bool isRead,
                read::readIndexStruct(file, chunk.column_index_offset, chunk.column_index_length,
                                      bytesRead, index));
  const bool hasNulls = index.__isset.null_counts;
  const bool hasNans = index.__isset.nan_counts;
  if (!isRead || !read::hasPages(index, pages)) {
    return std::nullopt;
  }
  std::vector<ValueBounds> all(pages);
  for (std::size_t i = 0; i < pages; ++i) {
    const std::uint64_t rows = rowsOf(locations, i, file.rowGroupRows(rowGroup));
    if (read::contradictsItself(leaf, index, i, rows)) {
      return std::nullopt;
    }
    ValueBounds& bounds = all[i];
    bounds.mayHaveValues = !index.null_pages[i];
    bounds.mayHaveNulls = leaf.maxDefinitionLevel != 0 && (!hasNulls || index.null_counts[i] != 0);
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
