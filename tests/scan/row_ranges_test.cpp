// Goal: ranges of rows meet and join as sets do.
//
// Method: tables, and all pairs of sets of a few rows against the sets themselves.
#include "scan/row_ranges.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace parquet_flow::scan {
namespace {

constexpr unsigned kRows = 7;

RowRanges rangesOf(unsigned set) {
  RowRanges ranges;
  for (unsigned row = 0; row < kRows; ++row) {
    if ((set >> row & 1U) != 0) {
      appendRange(ranges, {row, row + 1});
    }
  }
  return ranges;
}

TEST(RowRanges, areOneWhereTheyMeet) {
  RowRanges ranges;
  appendRange(ranges, {1, 1});
  EXPECT_TRUE(ranges.empty());
  appendRange(ranges, {1, 3});
  appendRange(ranges, {3, 5});
  appendRange(ranges, {7, 9});
  EXPECT_EQ(ranges, (RowRanges{{1, 5}, {7, 9}}));
  EXPECT_EQ(countRows(ranges), 6U);
}

TEST(RowRanges, meetAndJoinAsSetsDo) {
  for (unsigned a = 0; a < 1U << kRows; ++a) {
    for (unsigned b = 0; b < 1U << kRows; ++b) {
      EXPECT_EQ(intersectionOf(rangesOf(a), rangesOf(b)), rangesOf(a & b));
      EXPECT_EQ(unionOf(rangesOf(a), rangesOf(b)), rangesOf(a | b));
    }
  }
}

}  // namespace
}  // namespace parquet_flow::scan
