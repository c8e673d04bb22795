#include "scan/fetch_rows.hpp"

#include <algorithm>
#include <string>

#include "format/parquet_types.h"
#include "read/column_cursor.hpp"
#include "scan/append_values.hpp"

namespace parquet_flow::scan {
namespace {

// `rows` are of row group `rowGroup`, whose first is `begin`.
Result<void> fetchFrom(const read::FileReader& file, std::size_t rowGroup, std::uint64_t begin,
                       std::span<const std::uint64_t> rows, read::ColumnCursor& cursor,
                       const schema::Leaf& leaf, std::uint64_t bytesMax, read::ColumnVector& out) {
  const auto& chunk = file.metaData().row_groups[rowGroup].columns[leaf.index];
  PF_TRY(cursor.beginChunk(*file.file(), chunk.meta_data, file.rowGroupRows(rowGroup)));
  constexpr std::uint32_t kFirst = 0;
  read::ColumnVector one;
  std::uint64_t at = begin;
  for (const std::uint64_t row : rows) {
    PF_TRY(cursor.skip(row - at));
    PF_TRY(cursor.read(1, one));
    PF_TRY(appendRows(leaf, one, {&kFirst, 1}, out));
    if (bytesOf(out) > bytesMax) {
      return fail(
          ErrorCode::kLimit,
          "the columns of the rows that are asked for take more than the bytes they may have");
    }
    at = row + 1;
  }
  return {};
}

}  // namespace

Result<void> fetchRows(const read::FileReader& file, std::span<const std::uint32_t> leaves,
                       std::span<const std::uint64_t> rows, std::uint64_t bytesMax,
                       std::span<read::ColumnVector> out) {
  if (!rows.empty() && rows.back() >= file.rows()) {
    return fail(ErrorCode::kInvalidArgument, std::string(file.file()->name()) + ": row " +
                                                 std::to_string(rows.back()) + " of " +
                                                 std::to_string(file.rows()) + " is not there");
  }
  const read::PageLimits limits = file.limitsOfScan();
  std::uint64_t bytes = 0;
  for (const read::ColumnVector& column : out) {
    bytes += bytesOf(column);
  }
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    const schema::Leaf& leaf = file.schema().leaves()[leaves[i]];
    read::ColumnCursor cursor(leaf, limits, 1);
    const std::uint64_t others = bytes - bytesOf(out[i]);
    const std::uint64_t left = bytesMax - std::min(bytesMax, others);
    std::uint64_t begin = 0;
    std::size_t taken = 0;
    for (std::size_t rowGroup = 0; rowGroup < file.rowGroupCount() && taken < rows.size();
         ++rowGroup) {
      const std::uint64_t end = begin + file.rowGroupRows(rowGroup);
      std::size_t behind = taken;
      while (behind < rows.size() && rows[behind] < end) {
        ++behind;
      }
      if (behind != taken) {
        Result<void> fetched = fetchFrom(file, rowGroup, begin, rows.subspan(taken, behind - taken),
                                         cursor, leaf, left, out[i]);
        if (!fetched) {
          return fail(std::move(fetched).error().withContext(
              std::string(file.file()->name()) + ": row group " + std::to_string(rowGroup) +
              ", column '" + leaf.dottedPath + "'"));
        }
      }
      taken = behind;
      begin = end;
    }
    bytes = others + bytesOf(out[i]);
  }
  return {};
}

}  // namespace parquet_flow::scan
