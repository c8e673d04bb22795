// Goal: bounds that no reader can be misled by. Method: for each order, values by hand whose least
// and greatest are plain to see, with the bytes of the bound written out; truncation on hand-made
// text at each character width.
#include "stats/bounds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "support/seeded_random.hpp"

namespace parquet_flow::stats {
namespace {

using schema::LogicalKind;
using schema::LogicalType;
using schema::PhysicalType;

schema::Leaf leafOf(PhysicalType type, LogicalType logical = {}, std::uint32_t typeLength = 0) {
  schema::Leaf leaf;
  leaf.type = type;
  leaf.logical = logical;
  leaf.typeLength = typeLength;
  return leaf;
}

template <class T>
ColumnStatistics fixedStatistics(const schema::Leaf& leaf, const std::vector<T>& values,
                                 FloatOrder floats = FloatOrder::kTypeDefined) {
  BoundsCollector collector(leaf, 64, floats);
  collector.addFixed(reinterpret_cast<const std::byte*>(values.data()), values.size());
  ColumnStatistics statistics;
  collector.finish(statistics);
  return statistics;
}

template <class T>
std::string bytesOf(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

void addStrings(BoundsCollector& collector, const std::vector<std::string>& values) {
  std::string bytes;
  std::vector<std::uint32_t> offsets = {0};
  for (const std::string& value : values) {
    bytes += value;
    offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
  collector.addByteArrays(reinterpret_cast<const std::byte*>(bytes.data()), offsets.data(),
                          values.size());
}

ColumnStatistics stringStatistics(const schema::Leaf& leaf, const std::vector<std::string>& values,
                                  std::uint32_t truncateBytes = 64) {
  BoundsCollector collector(leaf, truncateBytes);
  addStrings(collector, values);
  ColumnStatistics statistics;
  collector.finish(statistics);
  return statistics;
}

TEST(Bounds, signedAndUnsignedIntegersCompareDifferently) {
  const auto isSigned =
      fixedStatistics<std::int32_t>(leafOf(PhysicalType::kInt32), {5, -1, 7, 0, 2});
  EXPECT_EQ(isSigned.min, bytesOf<std::int32_t>(-1));
  EXPECT_EQ(isSigned.max, bytesOf<std::int32_t>(7));
  const auto isUnsigned = fixedStatistics<std::int32_t>(
      leafOf(PhysicalType::kInt32, {LogicalKind::kInteger, 32, 0}), {5, -1, 7, 3, 2});
  EXPECT_EQ(isUnsigned.min, bytesOf<std::int32_t>(2));
  EXPECT_EQ(isUnsigned.max, bytesOf<std::uint32_t>(0xFFFFFFFF));
  const auto wide = fixedStatistics<std::int64_t>(
      leafOf(PhysicalType::kInt64, {LogicalKind::kInteger, 64, 0}), {-2, 1});
  EXPECT_EQ(wide.min, bytesOf<std::int64_t>(1));
  EXPECT_EQ(wide.max, bytesOf<std::int64_t>(-2));
}

TEST(Bounds, extremesOfAnIntegerAreFoundInEveryLane) {
  for (std::size_t at = 0; at < 9; ++at) {
    std::vector<std::int64_t> values(9, 4);
    values[at] = std::numeric_limits<std::int64_t>::min();
    EXPECT_EQ(fixedStatistics(leafOf(PhysicalType::kInt64), values).min, bytesOf(values[at])) << at;
    values[at] = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(fixedStatistics(leafOf(PhysicalType::kInt64), values).max, bytesOf(values[at])) << at;
  }
}

TEST(Bounds, nanIsCountedAndNeverABound) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto some = fixedStatistics<double>(leafOf(PhysicalType::kDouble), {nan, 2.5, nan, -3, 1});
  EXPECT_TRUE(some.hasBounds);
  EXPECT_EQ(some.nanCount, 2U);
  EXPECT_EQ(some.min, bytesOf(-3.0));
  EXPECT_EQ(some.max, bytesOf(2.5));
  const auto all = fixedStatistics<float>(leafOf(PhysicalType::kFloat), {NAN, NAN, NAN});
  EXPECT_FALSE(all.hasBounds);
  EXPECT_EQ(all.nanCount, 3U);
  EXPECT_EQ(fixedStatistics<float>(leafOf(PhysicalType::kFloat), {1}).nanCount, 0U);
  EXPECT_FALSE(fixedStatistics<std::int32_t>(leafOf(PhysicalType::kInt32), {1}).nanCount);
}

TEST(Bounds, zeroIsMinusZeroBelowAndPlusZeroAbove) {
  for (const double zero : {0.0, -0.0}) {
    const auto statistics = fixedStatistics<double>(leafOf(PhysicalType::kDouble), {zero, zero});
    EXPECT_EQ(statistics.min, bytesOf(-0.0));
    EXPECT_EQ(statistics.max, bytesOf(0.0));
    const auto single = fixedStatistics<float>(leafOf(PhysicalType::kFloat), {float(zero), 1.0F});
    EXPECT_EQ(single.min, bytesOf(-0.0F));
    EXPECT_EQ(single.max, bytesOf(1.0F));
  }
}

TEST(Bounds, infinitiesAreBounds) {
  const float inf = std::numeric_limits<float>::infinity();
  const auto statistics = fixedStatistics<float>(leafOf(PhysicalType::kFloat), {inf, NAN});
  EXPECT_EQ(statistics.min, bytesOf(inf));
  EXPECT_EQ(statistics.max, bytesOf(inf));
}

TEST(Bounds, halvesCompareByValue) {
  // 0x3C00 = 1, 0xC000 = -2, 0x7C00 = infinity, 0x7E00 = NaN, 0x0001 = 2^-24, 0x8000 = -0.
  const schema::Leaf leaf = leafOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kFloat16}, 2);
  const auto mixed = fixedStatistics<std::uint16_t>(leaf, {0x3C00, 0xC000, 0x7E00, 0x0001});
  EXPECT_EQ(mixed.min, bytesOf<std::uint16_t>(0xC000));
  EXPECT_EQ(mixed.max, bytesOf<std::uint16_t>(0x3C00));
  EXPECT_EQ(mixed.nanCount, 1U);
  const auto zeros = fixedStatistics<std::uint16_t>(leaf, {0x8000});
  EXPECT_EQ(zeros.min, bytesOf<std::uint16_t>(0x8000));
  EXPECT_EQ(zeros.max, bytesOf<std::uint16_t>(0x0000));
  // Every finite half is its own bound.
  for (std::uint32_t half = 1; half < 0x7C00; ++half) {
    const auto one = fixedStatistics<std::uint16_t>(leaf, {static_cast<std::uint16_t>(half)});
    ASSERT_EQ(one.max, bytesOf(static_cast<std::uint16_t>(half)));
  }
}

template <class T>
void expectTotalOrder(const schema::Leaf& leaf, const std::vector<T>& values, T min, T max,
                      std::uint64_t nans) {
  const auto statistics = fixedStatistics(leaf, values, FloatOrder::kIeee754Total);
  EXPECT_TRUE(statistics.hasBounds);
  EXPECT_EQ(statistics.min, bytesOf(min));
  EXPECT_EQ(statistics.max, bytesOf(max));
  EXPECT_EQ(statistics.nanCount, nans);
}

// Zeros stay what they are, and NaNs are bounds where there is nothing else. As bits: 0x7FC0.... is
// a NaN, 0xFFC0.... a negative one, below all.
TEST(Bounds, totalOrderKeepsZerosAndBoundsNansAlone) {
  const schema::Leaf single = leafOf(PhysicalType::kFloat);
  expectTotalOrder<std::uint32_t>(single, {0, 0x3F800000}, 0, 0x3F800000, 0);
  expectTotalOrder<std::uint32_t>(single, {0, 0x80000000, 0}, 0x80000000, 0, 0);
  expectTotalOrder<std::uint32_t>(single, {0x80000000, 0xBF800000}, 0xBF800000, 0x80000000, 0);
  expectTotalOrder<std::uint32_t>(single, {0x7FC00000, 0x3F800000}, 0x3F800000, 0x3F800000, 1);
  expectTotalOrder<std::uint32_t>(single, {0x7FC00000, 0x7FC00001, 0xFFC00000}, 0xFFC00000,
                                  0x7FC00001, 3);
  const schema::Leaf wide = leafOf(PhysicalType::kDouble);
  expectTotalOrder<std::uint64_t>(wide, {0x8000000000000000, 0}, 0x8000000000000000, 0, 0);
  expectTotalOrder<std::uint64_t>(wide, {0x7FF8000000000000}, 0x7FF8000000000000,
                                  0x7FF8000000000000, 1);
  const schema::Leaf half = leafOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kFloat16}, 2);
  expectTotalOrder<std::uint16_t>(half, {0x0000, 0x3C00, 0x7E00}, 0x0000, 0x3C00, 1);
  expectTotalOrder<std::uint16_t>(half, {0xFE00, 0x7E00}, 0xFE00, 0x7E00, 2);
}

TEST(Bounds, aPageOfNansDoesNotWidenAChunkThatHasNumbers) {
  const schema::Leaf leaf = leafOf(PhysicalType::kDouble);
  const std::vector<double> nans = {NAN, -NAN};
  const std::vector<double> numbers = {2, 1};
  BoundsCollector chunk(leaf, 64, FloatOrder::kIeee754Total);
  for (const std::vector<double>& values : {nans, numbers, nans}) {
    BoundsCollector page(leaf, 64, FloatOrder::kIeee754Total);
    page.addFixed(reinterpret_cast<const std::byte*>(values.data()), values.size());
    chunk.merge(page);
  }
  ColumnStatistics statistics;
  chunk.finish(statistics);
  EXPECT_EQ(statistics.min, bytesOf(1.0));
  EXPECT_EQ(statistics.max, bytesOf(2.0));
  EXPECT_EQ(statistics.nanCount, 4U);
}

TEST(Bounds, valuesOfOneShortLengthAreBytesToo) {
  const schema::Leaf leaf = leafOf(PhysicalType::kByteArray);
  for (std::size_t width = 1; width <= 9; ++width) {
    std::vector<std::string> values(100, std::string(width, 'm'));
    values[37].back() = 'a';
    values[61].back() = '\xFF';
    const auto statistics = stringStatistics(leaf, values);
    EXPECT_EQ(statistics.min, values[37]);
    EXPECT_EQ(statistics.max, values[61]);
  }
  EXPECT_EQ(stringStatistics(leaf, {"", ""}).max, "");
  // Decimals of two and of nine bytes: -2, -1, 1, 2.
  const auto decimals = [](std::size_t width) {
    std::string values(4 * width, '\0');
    const char last[] = {'\xFF', '\x01', '\xFE', '\x02'};
    for (std::size_t i = 0; i < 4; ++i) {
      std::fill_n(values.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                  i % 2 == 0 ? '\xFF' : '\0');
      values[i * width + width - 1] = last[i];
    }
    return values;
  };
  for (const std::uint32_t width : {2U, 9U}) {
    const schema::Leaf fixed =
        leafOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kDecimal, 4, 0}, width);
    BoundsCollector collector(fixed, 64);
    const std::string values = decimals(width);
    collector.addFixed(reinterpret_cast<const std::byte*>(values.data()), 4);
    ColumnStatistics statistics;
    collector.finish(statistics);
    EXPECT_EQ(statistics.min, values.substr(2 * width, width));
    EXPECT_EQ(statistics.max, values.substr(3 * width, width));
  }
}

TEST(Bounds, booleansFromBytesAndBits) {
  BoundsCollector collector(leafOf(PhysicalType::kBoolean), 64);
  const std::array<std::byte, 3> bytes = {std::byte{2}, std::byte{0}, std::byte{1}};
  ColumnStatistics statistics;
  collector.addByteBooleans(bytes.data(), 3);
  collector.finish(statistics);
  EXPECT_EQ(statistics.min, std::string(1, '\0'));
  EXPECT_EQ(statistics.max, std::string(1, '\1'));
  // 0b00110000: bits 4 and 5 are set.
  const std::byte bits{0x30};
  collector.clear();
  collector.addBits(&bits, 4, 2);
  collector.finish(statistics);
  EXPECT_EQ(statistics.min, std::string(1, '\1'));
  collector.clear();
  collector.addBits(&bits, 5, 3);
  collector.finish(statistics);
  EXPECT_EQ(statistics.min, std::string(1, '\0'));
  EXPECT_EQ(statistics.max, std::string(1, '\1'));
}

TEST(Bounds, stringsCompareAsUnsignedBytesAndPrefixesAreLess) {
  const schema::Leaf leaf = leafOf(PhysicalType::kByteArray, {LogicalKind::kString});
  const auto statistics = stringStatistics(leaf, {"b", "\xC3\xA9", "", "abcdefghi", "abcdefghj"});
  EXPECT_EQ(statistics.min, "");
  EXPECT_EQ(statistics.max, "\xC3\xA9");
  // Equal in their first eight bytes, a NUL against the end.
  const std::string withNul("abc\0", 4);
  const auto nul = stringStatistics(leaf, {withNul, "abc"});
  EXPECT_EQ(nul.min, "abc");
  EXPECT_EQ(nul.max, withNul);
  const auto longer = stringStatistics(leaf, {"abcdefgh2", "abcdefgh1", "abcdefgh3"});
  EXPECT_EQ(longer.min, "abcdefgh1");
  EXPECT_EQ(longer.max, "abcdefgh3");
}

// Many at a time, one by one, equal in their first eight bytes, shorter than those: against the
// least and the greatest of all.
TEST(Bounds, stringsOfEveryShapeHaveTheirEnds) {
  test::SeededRandom random;
  const schema::Leaf leaf = leafOf(PhysicalType::kByteArray);
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(round);
    const std::string common(random.below(12), 'p');
    const std::uint64_t longest = random.below(20);
    const std::uint64_t letters = 1 + random.below(255);
    std::vector<std::string> all;
    BoundsCollector collector(leaf, 64);
    for (std::uint64_t slices = 1 + random.below(3); slices != 0; --slices) {
      std::vector<std::string> values(1 + random.below(120));
      for (std::string& value : values) {
        value = common;
        for (std::uint64_t bytes = random.below(longest + 1); bytes != 0; --bytes) {
          value.push_back(static_cast<char>(random.below(letters)));
        }
      }
      if (random.chance(1, 3)) std::sort(values.begin(), values.end());
      if (random.chance(1, 3)) std::reverse(values.begin(), values.end());
      addStrings(collector, values);
      all.insert(all.end(), values.begin(), values.end());
    }
    ColumnStatistics statistics;
    collector.finish(statistics);
    ASSERT_EQ(statistics.min, *std::min_element(all.begin(), all.end()));
    ASSERT_EQ(statistics.max, *std::max_element(all.begin(), all.end()));
  }
}

TEST(Bounds, oneByteArrayWidensTheBounds) {
  BoundsCollector collector(leafOf(PhysicalType::kByteArray), 64);
  for (const std::string_view value : {"m", "", "zz"}) {
    collector.addByteArray(value);
  }
  ColumnStatistics statistics;
  collector.finish(statistics);
  EXPECT_EQ(statistics.min, "");
  EXPECT_EQ(statistics.max, "zz");
}

TEST(Bounds, decimalBytesCompareByValueWhateverTheirLength) {
  const schema::Leaf leaf = leafOf(PhysicalType::kByteArray, {LogicalKind::kDecimal, 9, 2});
  // 0xFF = -1, 0x00FF = 255, 0xFF00 = -256, 0x01 = 1, 0xFFFFFF = -1.
  const std::vector<std::string> values = {"\xFF", std::string("\0\xFF", 2),
                                           std::string("\xFF\0", 2), "\x01", "\xFF\xFF\xFF"};
  const auto statistics = stringStatistics(leaf, values);
  EXPECT_EQ(statistics.min, std::string("\xFF\0", 2));
  EXPECT_EQ(statistics.max, std::string("\0\xFF", 2));
}

TEST(Bounds, int96AndIntervalHaveNone) {
  const std::vector<std::array<char, 12>> values(3);
  EXPECT_FALSE(fixedStatistics(leafOf(PhysicalType::kInt96), values).hasBounds);
  const schema::Leaf interval =
      leafOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kInterval}, 12);
  EXPECT_FALSE(fixedStatistics(interval, values).hasBounds);
}

TEST(Bounds, nullsAloneLeaveNoBounds) {
  BoundsCollector collector(leafOf(PhysicalType::kInt64), 64);
  collector.addNulls(3);
  collector.addFixed(nullptr, 0);
  ColumnStatistics statistics;
  collector.finish(statistics);
  EXPECT_EQ(statistics.nullCount, 3U);
  EXPECT_FALSE(statistics.hasBounds);
}

TEST(Bounds, pagesMergeIntoTheirChunk) {
  const schema::Leaf leaf = leafOf(PhysicalType::kByteArray, {LogicalKind::kString});
  BoundsCollector chunk(leaf, 64);
  BoundsCollector page(leaf, 64);
  addStrings(page, {"m", "n"});
  page.addNulls(2);
  chunk.merge(page);
  page.clear();
  page.addNulls(1);
  chunk.merge(page);
  page.clear();
  addStrings(page, {"a", "z"});
  chunk.merge(page);
  ColumnStatistics statistics;
  chunk.finish(statistics);
  EXPECT_EQ(statistics.nullCount, 3U);
  EXPECT_EQ(statistics.min, "a");
  EXPECT_EQ(statistics.max, "z");
  BoundsCollector numbers(leafOf(PhysicalType::kInt32), 64);
  BoundsCollector more(leafOf(PhysicalType::kInt32), 64);
  const std::int32_t values[] = {-5, 9};
  more.addFixed(reinterpret_cast<const std::byte*>(values), 2);
  numbers.merge(more);
  numbers.finish(statistics);
  EXPECT_EQ(statistics.min, bytesOf(values[0]));
  EXPECT_EQ(statistics.max, bytesOf(values[1]));
}

TEST(Bounds, longStringsAreCutAndSaySo) {
  const schema::Leaf leaf = leafOf(PhysicalType::kByteArray, {LogicalKind::kString});
  const auto statistics = stringStatistics(leaf, {"aaaaaaaa", "bbbbbbbb"}, 4);
  EXPECT_EQ(statistics.min, "aaaa");
  EXPECT_FALSE(statistics.minExact);
  EXPECT_EQ(statistics.max, "bbbc");
  EXPECT_FALSE(statistics.maxExact);
  const auto whole = stringStatistics(leaf, {"aaaa"}, 4);
  EXPECT_TRUE(whole.minExact);
  EXPECT_TRUE(whole.maxExact);
}

// The limit is for values that may not be cut: others have as many bytes as were asked for.
TEST(Bounds, stringsMayHaveLongerBoundsThanValuesThatStayWhole) {
  const schema::Leaf leaf = leafOf(PhysicalType::kByteArray, {LogicalKind::kString});
  const std::string within(kWholeBoundBytesMax + 904, 'x');
  const auto whole = stringStatistics(leaf, {within}, 8192);
  ASSERT_TRUE(whole.hasBounds);
  EXPECT_EQ(whole.min, within);
  EXPECT_TRUE(whole.maxExact);
  const auto cut = stringStatistics(leaf, {std::string(9000, 'x')}, 8192);
  ASSERT_TRUE(cut.hasBounds);
  EXPECT_EQ(cut.min, std::string(8192, 'x'));
  EXPECT_EQ(cut.max, std::string(8191, 'x') + 'y');
}

TEST(Bounds, valuesThatMayNotBeCutStayWholeUpToALimit) {
  const schema::Leaf bson = leafOf(PhysicalType::kByteArray, {LogicalKind::kBson});
  EXPECT_EQ(stringStatistics(bson, {std::string(100, 'x')}, 4).max, std::string(100, 'x'));
  EXPECT_FALSE(stringStatistics(bson, {std::string(kWholeBoundBytesMax + 1, 'x')}, 4).hasBounds);
  const schema::Leaf raw = leafOf(PhysicalType::kByteArray);
  const auto top = stringStatistics(raw, {std::string(6, '\xFF')}, 4);
  EXPECT_EQ(top.max, std::string(6, '\xFF'));
  EXPECT_TRUE(top.maxExact);
  EXPECT_EQ(top.min, std::string(4, '\xFF'));
}

struct CutCase {
  const char* name;
  std::string value;
  std::size_t bytes;
  bool utf8;
  std::string min;
  std::string max;  // "": it cannot be incremented
};

TEST(Truncate, cutsAtCharactersAndIncrements) {
  const std::vector<CutCase> cases = {
      {"ascii", "abcdef", 3, true, "abc", "abd"},
      {"last byte is carried", "ab\x7F\x7F\x7F", 3, true, "ab\x7F", "ac"},
      {"two-byte character is not split", "a\xC3\xA9z", 2, true, "a", "b"},
      {"two-byte character is incremented", "a\xC3\xA9z", 3, true, "a\xC3\xA9", "a\xC3\xAA"},
      {"continuation byte carries", "\xC3\xBFzz", 2, true, "\xC3\xBF", "\xC4\x80"},
      {"last two-byte character carries", "a\xDF\xBFzz", 3, true, "a\xDF\xBF", "b"},
      {"surrogates are jumped over", "\xED\x9F\xBFzz", 3, true, "\xED\x9F\xBF", "\xEE\x80\x80"},
      {"four bytes", "\xF0\x9F\x98\x80zz", 4, true, "\xF0\x9F\x98\x80", "\xF0\x9F\x98\x81"},
      {"before the last code point", "a\xF4\x8F\xBF\xBFzz", 5, true, "a\xF4\x8F\xBF\xBF", "b"},
      {"raw bytes", std::string("\x01\xFF\xFFzz", 5), 3, false, std::string("\x01\xFF\xFF", 3),
       "\x02"},
  };
  for (const CutCase& c : cases) {
    std::string min = c.value;
    truncateMin(min, c.bytes, c.utf8);
    EXPECT_EQ(min, c.min) << c.name;
    EXPECT_LE(min, c.value) << c.name;
    std::string max = c.value;
    EXPECT_TRUE(truncateMax(max, c.bytes, c.utf8)) << c.name;
    EXPECT_EQ(max, c.max) << c.name;
    EXPECT_GT(max, c.value) << c.name;
  }
  std::string top(5, '\xFF');
  EXPECT_FALSE(truncateMax(top, 3, false));
  // Neither the last code point nor what is no text can be incremented into valid text.
  for (std::string text : {"\xF4\x8F\xBF\xBFzz", "\x80\x80\x80\x80\x80"}) {
    const std::string before = text;
    EXPECT_FALSE(truncateMax(text, 4, true));
    EXPECT_EQ(text, before);
  }
  EXPECT_EQ(top, std::string(5, '\xFF'));
}

}  // namespace
}  // namespace parquet_flow::stats
