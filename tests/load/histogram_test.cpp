// Goal: percentiles are right to three significant digits over the whole range, and the written
// table is one that HdrHistogram's tools read.
//
// Method: values whose order statistics are known by hand; every bucket boundary by its definition.
#include "load/histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <sstream>

#include "support/temp_directory.hpp"

namespace parquet_flow::load {
namespace {

TEST(HistogramTest, nothingRecordedIsZeroEverywhere) {
  const Histogram histogram;
  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.mean(), 0);
  EXPECT_EQ(histogram.valueAt(50), 0U);
  EXPECT_EQ(histogram.valueAt(100), 0U);
}

TEST(HistogramTest, smallValuesAreExact) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 1000; ++value) {
    histogram.record(value);
  }
  EXPECT_EQ(histogram.count(), 1000U);
  EXPECT_EQ(histogram.valueAt(0), 1U);
  EXPECT_EQ(histogram.valueAt(50), 500U);  // half of the values are 500 or less
  EXPECT_EQ(histogram.valueAt(99), 990U);
  EXPECT_EQ(histogram.valueAt(99.9), 999U);
  EXPECT_EQ(histogram.valueAt(100), 1000U);
  EXPECT_DOUBLE_EQ(histogram.mean(), 500.5);
}

TEST(HistogramTest, aPercentileIsAtMostAThousandthAboveItsValue) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t offset : {0U, 1U, 12'345U}) {
      const std::uint64_t value = (std::uint64_t{1} << bit) + (offset << (bit / 2)) / 4;
      Histogram histogram;
      histogram.record(value);
      histogram.record(UINT64_MAX);  // so that the maximum does not bound it
      const std::uint64_t found = histogram.valueAt(50);
      EXPECT_GE(found, value);
      EXPECT_LE(static_cast<double>(found - value), static_cast<double>(value) / 1000) << value;
    }
  }
}

TEST(HistogramTest, theLargestValueIsKeptExactly) {
  Histogram histogram;
  histogram.record(1'234'567);
  EXPECT_EQ(histogram.valueAt(100), 1'234'567U);
  EXPECT_EQ(histogram.max(), 1'234'567U);
  histogram.record(UINT64_MAX);
  EXPECT_EQ(histogram.valueAt(100), UINT64_MAX);
}

TEST(HistogramTest, addedHistogramsAreAsIfRecordedInOne) {
  Histogram both;
  Histogram low;
  Histogram high;
  for (std::uint64_t i = 0; i < 100; ++i) {
    low.record(i);
    high.record(1'000'000 + i * 1000);
    both.record(i);
    both.record(1'000'000 + i * 1000);
  }
  low.add(high);
  EXPECT_EQ(low.count(), both.count());
  EXPECT_EQ(low.max(), both.max());
  EXPECT_DOUBLE_EQ(low.mean(), both.mean());
  for (const double percentile : {1.0, 25.0, 50.0, 75.0, 99.0, 100.0}) {
    EXPECT_EQ(low.valueAt(percentile), both.valueAt(percentile)) << percentile;
  }
}

struct TableLine {
  double value;
  double percentile;
  std::uint64_t count;
};

std::vector<TableLine> readTable(const std::string& path) {
  std::vector<TableLine> lines;
  std::istringstream text(test::readWholeFile(path));
  std::string line;
  while (std::getline(text, line)) {
    TableLine entry{};
    std::istringstream fields(line);
    if (fields >> entry.value >> entry.percentile >> entry.count) {
      lines.push_back(entry);
    }
  }
  return lines;
}

TEST(HistogramTest, theTableRisesToAllRecordsAtOne) {
  Histogram histogram;
  for (std::uint64_t i = 1; i <= 10'000; ++i) {
    histogram.record(i);
  }
  const test::TempDirectory directory;
  ASSERT_TRUE(histogram.writeHgrm(directory.file("calls.hgrm"), 0.5));
  const std::vector<TableLine> lines = readTable(directory.file("calls.hgrm"));
  ASSERT_GT(lines.size(), 10U);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    EXPECT_GE(lines[i].value, lines[i - 1].value);
    EXPECT_GT(lines[i].percentile, lines[i - 1].percentile);
    EXPECT_GE(lines[i].count, lines[i - 1].count);
  }
  EXPECT_EQ(lines.back().percentile, 1);
  EXPECT_EQ(lines.back().count, 10'000U);
  EXPECT_EQ(lines.back().value, 5000);
}

TEST(HistogramTest, aTableThatCannotBeWrittenIsSaid) {
  const test::TempDirectory directory;
  EXPECT_FALSE(Histogram().writeHgrm(directory.file("absent/calls.hgrm"), 1));
}

}  // namespace
}  // namespace parquet_flow::load
