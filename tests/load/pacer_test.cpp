// Goal: arrivals are where the rate puts them, and stay there when the one that hands over was held
// up.
#include "load/pacer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <thread>

namespace parquet_flow::load {
namespace {

using Clock = Pacer::Clock;
using std::chrono::nanoseconds;

TEST(DueNs, isExactForEveryRate) {
  const struct {
    std::uint64_t k;
    std::uint64_t rate;
    std::uint64_t burst;
    std::uint64_t due;
  } kCases[] = {
      {0, 1, 1, 0},
      {1, 1, 1, 1'000'000'000},
      {1, 3, 1, 333'333'333},
      {2, 3, 1, 666'666'666},
      {3, 3, 1, 1'000'000'000},
      {7, 2'000'000, 1, 3'500},
      {31, 2'000'000, 32, 0},
      {32, 2'000'000, 32, 16'000},
      {63, 2'000'000, 32, 16'000},
      {64, 2'000'000, 32, 32'000},
      {5, 1'000'000'000, 1, 5},
      // a century of a record each nanosecond
      {3'155'760'000'000'000'001, 1'000'000'000, 1, 3'155'760'000'000'000'001},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(dueNs(c.k, c.rate, c.burst), c.due) << c.k << " at " << c.rate;
  }
}

TEST(Pacer, noRecordIsHandedOverBeforeItIsDue) {
  const Clock::time_point start = Clock::now();
  const Pacer pacer(20'000, 1, start);  // every 50 us
  for (std::uint64_t k = 0; k < 400; ++k) {
    const std::uint64_t late = pacer.waitUntilDue(k);
    const auto elapsed = Clock::now() - start;
    ASSERT_GE(elapsed, nanoseconds(k * 50'000));
    ASSERT_GE(elapsed, nanoseconds(k * 50'000 + late));
  }
}

TEST(Pacer, sleepsWhenThereIsTimeAndStillHits) {
  const Clock::time_point start = Clock::now();
  const Pacer pacer(100, 1, start);
  EXPECT_EQ(pacer.waitUntilDue(0) / 1'000'000'000, 0U);
  (void)pacer.waitUntilDue(3);
  EXPECT_GE(Clock::now() - start, nanoseconds(30'000'000));
}

TEST(Pacer, aStallIsCaughtUpInsteadOfMovingTheSchedule) {
  // 1 000 records are due in the second before now: none of them waits, each is late by its own due
  // time.
  const Clock::time_point start = Clock::now() - std::chrono::seconds(1);
  const Pacer pacer(1'000, 1, start);
  const Clock::time_point before = Clock::now();
  std::uint64_t previous = UINT64_MAX;
  for (std::uint64_t k = 0; k < 900; ++k) {
    const std::uint64_t late = pacer.waitUntilDue(k);
    ASSERT_GE(late, 1'000'000'000 - k * 1'000'000);
    previous = late;
  }
  EXPECT_GE(previous, 100'000'000U);
  EXPECT_LT(Clock::now() - before, std::chrono::milliseconds(500));  // waiting takes 900
}

TEST(Pacer, flatOutNeverWaits) {
  const Pacer pacer(Pacer::kFlatOut, 1, Clock::now() + std::chrono::hours(1));
  for (std::uint64_t k = 0; k < 1000; ++k) {
    ASSERT_EQ(pacer.waitUntilDue(k), 0U);
  }
}

}  // namespace
}  // namespace parquet_flow::load
