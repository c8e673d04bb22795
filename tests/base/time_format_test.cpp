// Goal: the UTC date of any nanosecond, on both sides of midnight, of leap days and of 1970. Days
// since 1970-01-01 by hand: 20 777 are 56 years of 365 days, 14 leap days, and 323 days of 2026.
#include "base/time_format.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace parquet_flow {
namespace {

constexpr std::int64_t kDayNs = 86'400'000'000'000;

TEST(TimeFormat, dates) {
  struct {
    std::int64_t utcNs;
    const char* date;
  } const cases[] = {
      {0, "1970-01-01"},
      {-1, "1969-12-31"},
      {kDayNs - 1, "1970-01-01"},
      {kDayNs, "1970-01-02"},
      {20'777 * kDayNs, "2026-11-20"},
      {20'778 * kDayNs - 1, "2026-11-20"},
      {20'778 * kDayNs, "2026-11-21"},
      {19'782 * kDayNs, "2024-02-29"},  // 54 * 365 + 13 leap days + 31 + 28
      {19'783 * kDayNs, "2024-03-01"},
      {11'322 * kDayNs, "2000-12-31"},   // 31 * 365 + 8 leap days - 1
      {-25'508 * kDayNs, "1900-03-01"},  // 1900 had no February 29th
      {-25'508 * kDayNs - 1, "1900-02-28"},
      {std::numeric_limits<std::int64_t>::max(), "2262-04-11"},
      {std::numeric_limits<std::int64_t>::min(), "1677-09-21"},
  };
  for (const auto& test : cases) {
    EXPECT_EQ(utcDateText(test.utcNs), test.date) << test.utcNs;
  }
}

}  // namespace
}  // namespace parquet_flow
