// Rows of a row group, as ranges in order that neither meet nor overlap.
#pragma once

#include <cstdint>
#include <vector>

namespace parquet_flow::scan {

struct RowRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  friend bool operator==(const RowRange&, const RowRange&) = default;
};
using RowRanges = std::vector<RowRange>;

// `begin` is not before the last range's end; a range that meets it is one with it.
void appendRange(RowRanges& ranges, RowRange range);
[[nodiscard]] RowRanges intersectionOf(const RowRanges& a, const RowRanges& b);
[[nodiscard]] RowRanges unionOf(const RowRanges& a, const RowRanges& b);
[[nodiscard]] std::uint64_t countRows(const RowRanges& ranges) noexcept;

}  // namespace parquet_flow::scan
