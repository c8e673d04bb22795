// Goal: keys get the numbers in which they first come, and no choice of keys makes that slow.
//
// Method: keys beside a map of the standard library; and keys that a table without a number of its
// own would all put at one place, by the time that they take.
#include "scan/key_table.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <ctime>
#include <string>
#include <unordered_map>

namespace parquet_flow::scan {
namespace {

TEST(KeyTable, keysAreNumberedAsTheyFirstCome) {
  NumberTable numbers;
  BytesTable bytes;
  std::unordered_map<std::uint64_t, std::uint32_t> expected;
  std::uint64_t key = 1;
  for (int i = 0; i < 50'000; ++i) {
    key = key * 6364136223846793005U + 1442695040888963407U;
    const std::uint64_t used = key >> 50U << 40U;  // of 16 Ki
    const auto [at, isNew] = expected.emplace(used, static_cast<std::uint32_t>(expected.size()));
    const Numbered number = numbers.findOrAdd(used);
    const Numbered ofText = bytes.findOrAdd("key " + std::to_string(used));
    ASSERT_EQ(number.number, at->second);
    ASSERT_EQ(number.isNew, isNew);
    ASSERT_EQ(ofText.number, at->second);
    ASSERT_EQ(ofText.isNew, isNew);
  }
  EXPECT_EQ(numbers.count(), expected.size());
  EXPECT_EQ(bytes.count(), expected.size());
}

double secondsOfThread() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

// 2^64 / the golden ratio, and its inverse modulo 2^64: each step of Newton's doubles the bits that
// are right, of which an odd number has three.
constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15U;
constexpr std::uint64_t inverseOf(std::uint64_t number) {
  std::uint64_t inverse = number;
  for (int i = 0; i < 5; ++i) inverse *= 2 - number * inverse;
  return inverse;
}
static_assert(kGolden * inverseOf(kGolden) == 1);

// Products with the golden ratio that end in 49 zeros: their halves crossed do so in 17 bits.
TEST(KeyTable, chosenKeysTakeNoLongerThanOthers) {
  constexpr std::uint64_t kKeys = 1U << 15U;
  const auto secondsOf = [](std::uint64_t factor) {
    NumberTable table;
    const double begin = secondsOfThread();
    for (std::uint64_t i = 0; i < kKeys; ++i) {
      EXPECT_EQ(table.findOrAdd(i * factor).number, i);
    }
    return secondsOfThread() - begin;
  };
  // As many as 2^15 have 2^29 pairs, which are half a second at least.
  EXPECT_LT(secondsOf(inverseOf(kGolden) << 49U), 0.1 + 50 * secondsOf(1));
}

}  // namespace
}  // namespace parquet_flow::scan
