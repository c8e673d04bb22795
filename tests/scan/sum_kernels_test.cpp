// Goal: every kernel that this machine has says what its definition says. Method: the scalar ones
// on values by hand; then all of them on the same random values and masks, at every length up to
// some steps of the widest and at odd addresses.
#include "scan/sum_kernels.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "support/seeded_random.hpp"

namespace parquet_flow::scan {
namespace {

using parquet_flow::test::SeededRandom;

TEST(SumKernels, definitionOnValuesByHand) {
  const SumKernels& kernels = sumKernels(SimdLevel::kScalar);
  const std::int32_t ints[] = {INT32_MAX, INT32_MAX, -3, 100};
  const std::uint64_t mask = 0b0111;
  EXPECT_EQ(kernels.int32(reinterpret_cast<const std::byte*>(ints), &mask, 4),
            2 * std::int64_t{INT32_MAX} - 3);
  EXPECT_EQ(kernels.int32(reinterpret_cast<const std::byte*>(ints), nullptr, 4),
            2 * std::int64_t{INT32_MAX} + 97);
  // -1 is -1 * 2^32 + (2^32 - 1).
  const std::int64_t longs[] = {-1, (std::int64_t{5} << 32) + 7};
  const WideSum sum = kernels.int64(reinterpret_cast<const std::byte*>(longs), nullptr, 2);
  EXPECT_EQ(sum.high, -1 + 5);
  EXPECT_EQ(sum.low, 0xFFFFFFFFU + std::uint64_t{7});
}

TEST(SumKernels, allGiveTheSame) {
  SeededRandom random;
  const SumKernels& expected = sumKernels(SimdLevel::kScalar);
  for (std::size_t count = 0; count < 200; ++count) {
    std::vector<std::byte> bytes(count * 8 + 1);
    random.fill(bytes);
    std::vector<std::uint64_t> mask(count / 64 + 1);
    for (std::size_t i = 0; i < count; ++i) {
      mask[i / 64] |= static_cast<std::uint64_t>(random.chance(1, 3)) << (i % 64);
    }
    for (const SimdLevel level : {SimdLevel::kAvx2, SimdLevel::kAvx512}) {
      if (level > simdLevel()) {
        continue;
      }
      const SumKernels& kernels = sumKernels(level);
      for (const std::uint64_t* const which : {static_cast<const std::uint64_t*>(nullptr),
                                               static_cast<const std::uint64_t*>(mask.data())}) {
        const std::byte* const values = bytes.data() + 1;
        EXPECT_EQ(kernels.int32(values, which, count), expected.int32(values, which, count));
        const WideSum sum = kernels.int64(values, which, count);
        EXPECT_EQ(sum.high, expected.int64(values, which, count).high);
        EXPECT_EQ(sum.low, expected.int64(values, which, count).low);
      }
    }
  }
}

}  // namespace
}  // namespace parquet_flow::scan
