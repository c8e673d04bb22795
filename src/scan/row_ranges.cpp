#include "scan/row_ranges.hpp"

#include <algorithm>
#include <cstddef>

namespace parquet_flow::scan {

void appendRange(RowRanges& ranges, RowRange range) {
  if (range.begin >= range.end) {
    return;
  }
  if (!ranges.empty() && ranges.back().end >= range.begin) {
    ranges.back().end = std::max(ranges.back().end, range.end);
  } else {
    ranges.push_back(range);
  }
}

RowRanges intersectionOf(const RowRanges& a, const RowRanges& b) {
  RowRanges both;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    appendRange(both, {std::max(a[i].begin, b[j].begin), std::min(a[i].end, b[j].end)});
    (a[i].end < b[j].end ? i : j) += 1;
  }
  return both;
}

RowRanges unionOf(const RowRanges& a, const RowRanges& b) {
  RowRanges either;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    const bool isA = j == b.size() || (i < a.size() && a[i].begin <= b[j].begin);
    appendRange(either, isA ? a[i++] : b[j++]);
  }
  return either;
}

std::uint64_t countRows(const RowRanges& ranges) noexcept {
  std::uint64_t rows = 0;
  for (const RowRange& range : ranges) {
    rows += range.end - range.begin;
  }
  return rows;
}

}  // namespace parquet_flow::scan
