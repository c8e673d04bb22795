// Pearson's chi-square test of observed counts against expected shares.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

namespace parquet_flow::contact {

// The value that a chi-square variable of `freedom` degrees passes with a probability of 1e-5:
// Wilson and Hilferty's cube-root approximation, good to a few per cent from one degree on. Seeds
// are fixed, so a test passes always or never; a wrong share of 0.5 % in a million rows gives
// values in the hundreds.
inline double chiSquareLimit(double freedom) {
  constexpr double kNormalQuantile = 4.2649;  // of 1 - 1e-5
  const double a = 2.0 / (9.0 * freedom);
  return freedom * std::pow(1.0 - a + kNormalQuantile * std::sqrt(a), 3.0);
}

// `shares` sum to 1 and belong to `counts` one by one.
inline void expectShares(const std::vector<std::uint64_t>& counts,
                         const std::vector<double>& shares, const char* what) {
  ASSERT_EQ(counts.size(), shares.size()) << what;
  const double total =
      static_cast<double>(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}));
  ASSERT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0), 1.0, 1e-9) << what;
  double chiSquare = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const double expected = total * shares[i];
    ASSERT_GE(expected, 5.0) << what << ": too few for the test in class " << i;
    const double difference = static_cast<double>(counts[i]) - expected;
    chiSquare += difference * difference / expected;
  }
  EXPECT_LT(chiSquare, chiSquareLimit(static_cast<double>(counts.size() - 1))) << what;
}

}  // namespace parquet_flow::contact
