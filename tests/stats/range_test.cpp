// Goal: every kernel that this machine has says what its definition says. Method: the scalar ones
// on values by hand; then all of them on the same random bytes, at every length up to several
// steps of the widest and at odd addresses, with the extremes put at each place.
#include "stats/range.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "support/seeded_random.hpp"

namespace parquet_flow::stats {
namespace {

std::vector<SimdLevel> levels() {
  std::vector<SimdLevel> all = {SimdLevel::kScalar};
  for (const SimdLevel level : {SimdLevel::kAvx2, SimdLevel::kAvx512}) {
    if (level <= simdLevel()) {
      all.push_back(level);
    }
  }
  return all;
}

template <class T>
const std::byte* bytesOf(const std::vector<T>& values) {
  return reinterpret_cast<const std::byte*>(values.data());
}

TEST(Range, definitionOnValuesByHand) {
  const RangeKernels& kernels = rangeKernels(SimdLevel::kScalar);
  const std::vector<std::int32_t> ints = {3, -7, 9, 0};
  EXPECT_EQ(kernels.int32(bytesOf(ints), 4).min, -7);
  EXPECT_EQ(kernels.int32(bytesOf(ints), 4).max, 9);
  EXPECT_EQ(kernels.uint32(bytesOf(ints), 4).min, 0U);
  EXPECT_EQ(kernels.uint32(bytesOf(ints), 4).max, 0xFFFFFFF9U);
  const std::vector<double> doubles = {NAN, 2.5, -1, NAN};
  const FloatRange<double> range = kernels.float64(bytesOf(doubles), 4);
  EXPECT_EQ(range.min, -1);
  EXPECT_EQ(range.max, 2.5);
  EXPECT_EQ(range.nans, 2U);
  // 1, -2, NaN: the key of -2 = 0xC000 is 0xC000 ^ 0x7FFF = 0xBFFF, -16385.
  const std::vector<std::uint16_t> halves = {0x3C00, 0xC000, 0xFE00};
  EXPECT_EQ(kernels.half(bytesOf(halves), 3).min, -16385);
  EXPECT_EQ(kernels.half(bytesOf(halves), 3).max, 0x3C00);
  EXPECT_EQ(kernels.half(bytesOf(halves), 3).nans, 1U);
  const std::string strings = "abcabbxyz";
  const auto* text = reinterpret_cast<const std::byte*>(strings.data());
  EXPECT_EQ(kernels.bytes(text, 3, false, 3).min, 0x6162620000000000U);  // "abb"
  EXPECT_EQ(kernels.bytes(text, 3, false, 3).max, 0x78797A0000000000U);  // "xyz"
  const std::vector<std::uint8_t> decimals = {0xFF, 0x01, 0x80};         // -1, 1, -128
  EXPECT_EQ(kernels.bytes(bytesOf(decimals), 1, true, 3).min, 0x0000000000000000U);
  EXPECT_EQ(kernels.bytes(bytesOf(decimals), 1, true, 3).max, 0x8100000000000000U);
}

template <class T>
void expectSame(Range<T> range, Range<T> expected) {
  EXPECT_EQ(range.min, expected.min);
  EXPECT_EQ(range.max, expected.max);
}
template <class T>
void expectSame(FloatRange<T> range, FloatRange<T> expected) {
  EXPECT_EQ(range.min, expected.min);  // zeros are equal, whatever their sign
  EXPECT_EQ(range.max, expected.max);
  EXPECT_EQ(range.nans, expected.nans);
}

// All kernels of all levels on the `bytes` bytes at `values`.
void expectAllAgree(const std::byte* values, std::size_t bytes) {
  const RangeKernels& scalar = rangeKernels(SimdLevel::kScalar);
  for (const SimdLevel level : levels()) {
    SCOPED_TRACE(static_cast<int>(level));
    const RangeKernels& kernels = rangeKernels(level);
    if (bytes >= 8) {
      expectSame(kernels.int64(values, bytes / 8), scalar.int64(values, bytes / 8));
      expectSame(kernels.uint64(values, bytes / 8), scalar.uint64(values, bytes / 8));
      expectSame(kernels.float64(values, bytes / 8), scalar.float64(values, bytes / 8));
    }
    if (bytes >= 4) {
      expectSame(kernels.int32(values, bytes / 4), scalar.int32(values, bytes / 4));
      expectSame(kernels.uint32(values, bytes / 4), scalar.uint32(values, bytes / 4));
      expectSame(kernels.float32(values, bytes / 4), scalar.float32(values, bytes / 4));
    }
    if (bytes >= 2) {
      expectSame(kernels.half(values, bytes / 2), scalar.half(values, bytes / 2));
    }
    for (std::size_t width = 1; width <= 8 && width <= bytes; ++width) {
      for (const bool isSigned : {false, true}) {
        expectSame(kernels.bytes(values, width, isSigned, bytes / width),
                   scalar.bytes(values, width, isSigned, bytes / width));
      }
    }
  }
}

TEST(Range, allKernelsAgreeAtEveryLengthAndAddress) {
  test::SeededRandom random;
  for (std::size_t bytes = 1; bytes <= 700; ++bytes) {
    SCOPED_TRACE(bytes);
    // Of the exact size, so that a sanitizer sees what is read behind it.
    std::vector<std::byte> values(bytes + 1);
    random.fill(values);
    expectAllAgree(values.data() + 1, bytes);
    if (HasFailure()) {
      return;
    }
  }
}

// The strings "b", "", "abcdefghi", "c", with eight bytes to read from each.
TEST(Range, firstStringOutsideByHand) {
  const std::string text = "babcdefghic.......";
  const std::vector<std::uint32_t> offsets = {0, 1, 1, 10, 11};
  constexpr std::uint64_t kEmpty = 0;
  constexpr std::uint64_t kAbcdefgh = 0x6162636465666768;
  constexpr std::uint64_t kB = 0x6200000000000000;
  constexpr std::uint64_t kC = 0x6300000000000000;
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  for (const SimdLevel level : levels()) {
    SCOPED_TRACE(static_cast<int>(level));
    const auto first = [&](std::uint64_t from, std::uint64_t least, std::uint64_t greatest) {
      return rangeKernels(level).firstOutside(bytes, offsets.data(), from, 4, least, greatest);
    };
    EXPECT_EQ(first(0, kEmpty, kC), 1U);         // equal to the least
    EXPECT_EQ(first(2, kEmpty, kC), 3U);         // equal to the greatest
    EXPECT_EQ(first(2, kEmpty, kC + 1), 4U);     // none
    EXPECT_EQ(first(0, kEmpty, kB), 0U);         // equal at the first place
    EXPECT_EQ(first(2, kAbcdefgh, kC + 1), 2U);  // the ninth byte has no part
    EXPECT_EQ(first(2, kAbcdefgh - 1, kC + 1), 4U);
    EXPECT_EQ(first(4, kEmpty, UINT64_MAX), 4U);
  }
}

TEST(Range, allKernelsFindTheSameStringOutside) {
  test::SeededRandom random;
  for (int round = 0; round < 2000; ++round) {
    const std::uint64_t count = random.below(40);
    std::vector<std::uint32_t> offsets = {0};
    for (std::uint64_t i = 0; i < count; ++i) {
      offsets.push_back(offsets.back() + static_cast<std::uint32_t>(random.below(12)));
    }
    // Of the exact size, so that a sanitizer sees what is read behind it; few different bytes.
    std::vector<std::byte> bytes(
        std::max(offsets.back(), offsets[count == 0 ? 0 : count - 1] + 8U));
    random.fill(bytes);
    for (std::byte& byte : bytes) byte &= std::byte{0xC1};
    const std::uint64_t least = random.below(4) << 62U | random.below(2) << 56U;
    const std::uint64_t greatest = UINT64_MAX - random.below(1ULL << 61U);
    const std::uint64_t from = random.below(count + 1);
    const std::uint64_t expected =
        rangeKernels(SimdLevel::kScalar)
            .firstOutside(bytes.data(), offsets.data(), from, count, least, greatest);
    for (const SimdLevel level : levels()) {
      ASSERT_EQ(rangeKernels(level).firstOutside(bytes.data(), offsets.data(), from, count, least,
                                                 greatest),
                expected)
          << static_cast<int>(level);
    }
  }
}

// Lengths of eight and more alone, among them one that is shorter: kernels pass over masks where
// they need none.
TEST(Range, oneShortStringAmongLongOnesIsFoundOutsideByItsOwnBytesAlone) {
  constexpr std::size_t kCount = 24;
  for (std::size_t at = 0; at < kCount; ++at) {
    std::vector<std::uint32_t> offsets = {0};
    for (std::size_t i = 0; i < kCount; ++i) {
      offsets.push_back(offsets.back() + (i == at ? 3 : 9));
    }
    const std::vector<std::byte> bytes(offsets.back() + 8, std::byte{'m'});
    constexpr std::uint64_t kShort = 0x6D6D6D0000000000;
    constexpr std::uint64_t kLong = 0x6D6D6D6D6D6D6D6D;
    for (const SimdLevel level : levels()) {
      const auto first = [&](std::uint64_t least) {
        return rangeKernels(level).firstOutside(bytes.data(), offsets.data(), 0, kCount, least,
                                                kLong + 1);
      };
      EXPECT_EQ(first(kShort), at) << static_cast<int>(level);
      EXPECT_EQ(first(kShort - 1), kCount) << static_cast<int>(level);
    }
  }
}

TEST(Range, offsetsAreEvenlySpacedUnlessOneIsNot) {
  for (std::size_t count = 0; count < 100; ++count) {
    for (const std::uint32_t width : {0U, 1U, 6U, 0x10000000U}) {
      std::vector<std::uint32_t> offsets = {7};  // they wrap, of the widest
      for (std::size_t i = 0; i < count; ++i) {
        offsets.push_back(offsets.back() + width);
      }
      for (const SimdLevel level : levels()) {
        EXPECT_TRUE(rangeKernels(level).areEvenlySpaced(offsets.data(), count, width));
        for (std::size_t i = 1; i <= count; ++i) {
          ++offsets[i];
          EXPECT_FALSE(rangeKernels(level).areEvenlySpaced(offsets.data(), count, width))
              << static_cast<int>(level) << ' ' << count << ' ' << i;
          --offsets[i];
        }
      }
    }
  }
}

TEST(Range, extremesAreFoundAtEveryPlace) {
  constexpr std::size_t kBytes = 600;
  // The least and greatest numbers, NaN and infinity, and the 16- and 32-bit NaN in one.
  const std::vector<std::uint64_t> extremes = {
      0x8000000000000000, 0x7FFFFFFFFFFFFFFF, 0, 0xFFFFFFFFFFFFFFFF, 0x7FF8000000000000,
      0x7FF0000000000000, 0x00007FC000007E00};
  for (std::size_t at = 0; at + 8 <= kBytes; at += 2) {
    SCOPED_TRACE(at);
    for (const std::uint64_t extreme : extremes) {
      std::vector<std::byte> values(kBytes, std::byte{0x41});
      std::memcpy(values.data() + at, &extreme, sizeof extreme);
      expectAllAgree(values.data(), kBytes);
    }
    if (HasFailure()) {
      return;
    }
  }
}

TEST(Range, allNanLeavesTheRangeEmpty) {
  const std::vector<float> nans(100, NAN);
  const std::vector<std::uint16_t> halves(100, 0xFE00);
  for (const SimdLevel level : levels()) {
    const FloatRange<float> range = rangeKernels(level).float32(bytesOf(nans), 100);
    EXPECT_EQ(range.nans, 100U);
    EXPECT_EQ(range.min, std::numeric_limits<float>::infinity());
    EXPECT_EQ(range.max, -std::numeric_limits<float>::infinity());
    const FloatRange<std::int16_t> half = rangeKernels(level).half(bytesOf(halves), 100);
    EXPECT_EQ(half.nans, 100U);
    EXPECT_EQ(half.min, INT16_MAX);
    EXPECT_EQ(half.max, INT16_MIN);
  }
}

}  // namespace
}  // namespace parquet_flow::stats
