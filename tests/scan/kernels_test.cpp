// Goal: the kernels of each instruction set say the same as their definition.
//
// Method: both at every count up to a few words, on values around the ends of ranges; the
// definition itself against values worked out by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "scan/part_search.hpp"
#include "scan/range_kernels.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow::scan {
namespace {

template <class T, class Range>
std::vector<std::uint64_t> run(const std::vector<T>& values, std::size_t count, Range range,
                               SimdLevel level) {
  // Off by a byte, and with words that were something else before.
  std::string bytes(1 + values.size() * sizeof(T), '\0');
  std::memcpy(bytes.data() + 1, values.data(), values.size() * sizeof(T));
  const auto* const from = reinterpret_cast<const std::byte*>(bytes.data() + 1);
  std::vector<std::uint64_t> bits((count + 63) / 64, 0x1234);
  const RangeKernels& kernels = rangeKernels(level);
  if constexpr (std::is_same_v<T, std::uint32_t>) {
    kernels.int32(from, count, range, bits.data());
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    kernels.int64(from, count, range, bits.data());
  } else if constexpr (std::is_same_v<T, float>) {
    kernels.float32(from, count, range, bits.data());
  } else {
    kernels.float64(from, count, range, bits.data());
  }
  return bits;
}

template <class T, class Range>
void expectAlike(const std::vector<T>& pool, const std::vector<Range>& ranges) {
  test::SeededRandom random;
  std::vector<T> values;
  for (int i = 0; i < 300; ++i) {
    values.push_back(pool[random.below(pool.size())]);
  }
  for (const Range& range : ranges) {
    for (std::size_t count = 0; count <= values.size(); count += count < 140 ? 1 : 31) {
      EXPECT_EQ(run(values, count, range, simdLevel()),
                run(values, count, range, SimdLevel::kScalar))
          << count;
    }
  }
}

TEST(RangeKernels, sayTheSameAsTheirDefinition) {
  expectAlike<std::uint32_t>(
      {0, 1, 99, 100, 101, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF},
      std::vector<IntegerRange<std::uint32_t>>{
          {1, 98}, {100, 0}, {0x80000000, 100 + 0x80000000U}, {0, UINT32_MAX}});
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;
  expectAlike<std::uint64_t>({0, 1, 99, 100, 101, kSign - 1, kSign, UINT64_MAX},
                             std::vector<IntegerRange<std::uint64_t>>{
                                 {1, 98}, {100, 0}, {kSign, kSign + 100}, {0, UINT64_MAX}});
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  expectAlike<float>({0, -0.0F, 1, -1, kNan, -kNan, kInfinity, -kInfinity, 1e-40F},
                     std::vector<FloatRange<float>>{{0, 1, false},
                                                    {0, 0, true},
                                                    {-kInfinity, kInfinity, false},
                                                    {kNan, 0, false},
                                                    {-kInfinity, 0, true}});
  expectAlike<double>({0, -0.0, 1, -1, kNan, -kNan, kInfinity, -kInfinity, 1e-310},
                      std::vector<FloatRange<double>>{{0, 1, false},
                                                      {0, 0, true},
                                                      {-kInfinity, kInfinity, false},
                                                      {kNan, 0, false},
                                                      {-kInfinity, 0, true}});
}

TEST(RangeKernels, areOfEitherSign) {
  // -5, -1, 0, 3, 7 in [-1, 3]: bits 1, 2 and 3.
  const auto bits =
      run<std::uint32_t>({static_cast<std::uint32_t>(-5), UINT32_MAX, 0, 3, 7}, 5,
                         IntegerRange<std::uint32_t>{UINT32_MAX, 4}, SimdLevel::kScalar);
  EXPECT_EQ(bits, std::vector<std::uint64_t>{0b01110});
}

TEST(RangeKernels, haveNanAboveAllNumbers) {
  const double kNan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> values = {-0.0, 0.0, 5, kNan, -kNan};
  EXPECT_EQ(run<double>(values, 5, FloatRange<double>{0, 5, false}, SimdLevel::kScalar)[0],
            0b00111U);
  EXPECT_EQ(run<double>(values, 5, FloatRange<double>{5, 0, true}, SimdLevel::kScalar)[0],
            0b11100U);
}

TEST(PartSearch, findsTheFirstPlaceAtAnyDistanceFromTheEnd) {
  for (const std::string part : {"a", "ab", "abc", "abcdefgh", "aaaaaaaab"}) {
    for (std::size_t length = 0; length < 120; ++length) {
      for (std::size_t at = 0; at + part.size() <= length; at += 7) {
        std::string text(length, 'a');
        text.replace(at, part.size(), part);
        for (std::size_t from = 0; from <= length; from += 11) {
          EXPECT_EQ(findPart(simdLevel())(text, part, from),
                    findPart(SimdLevel::kScalar)(text, part, from))
              << part << " at " << at << " of " << length << " from " << from;
        }
      }
    }
  }
}

TEST(PartSearch, findsNothingAcrossTwoValues) {
  const std::string bytes =
      "xaby"
      "a"
      "b"
      ""
      "ab"
      "abab"
      "b";
  const std::vector<std::uint32_t> offsets = {0, 4, 5, 6, 6, 8, 12, 13};
  std::uint64_t bits = 0;
  findInValues(reinterpret_cast<const std::byte*>(bytes.data()), offsets.data(), 7, "ab", &bits);
  EXPECT_EQ(bits, 0b0110001U);  // "xaby", "ab", "abab"
}

TEST(PartSearch, findsWhatEachValueBySearchHas) {
  test::SeededRandom random;
  for (int round = 0; round < 200; ++round) {
    std::string bytes = "skipped";
    std::vector<std::uint32_t> offsets = {7};
    std::vector<std::string> values(1 + random.below(300));
    for (std::string& value : values) {
      for (std::uint64_t left = random.below(random.below(9) == 0 ? 90 : 5); left != 0; --left) {
        value += static_cast<char>('a' + random.below(3));
      }
      bytes += value;
      offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
    }
    const std::string part = std::string("abcabc").substr(random.below(3), 1 + random.below(4));
    std::vector<std::uint64_t> bits((values.size() + 63) / 64);
    findInValues(reinterpret_cast<const std::byte*>(bytes.data()), offsets.data(), values.size(),
                 part, bits.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      EXPECT_EQ((bits[i / 64] >> (i % 64) & 1U) != 0, values[i].find(part) != std::string::npos)
          << values[i] << " has " << part;
    }
  }
}

}  // namespace
}  // namespace parquet_flow::scan
