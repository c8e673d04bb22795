// Goal: a row group is said to be sorted only when every reader would agree. Method: columns by
// hand, for each order and for nulls at either end, with the place that breaks it; slices of every
// length; then random rows against std::is_sorted over whole rows.
#include "stats/sort_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bits.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow::stats {
namespace {

using schema::LogicalKind;
using schema::PhysicalType;

schema::Leaf leafOf(PhysicalType type, schema::LogicalType logical = {},
                    std::uint32_t typeLength = 0) {
  schema::Leaf leaf;
  leaf.type = type;
  leaf.logical = logical;
  leaf.typeLength = typeLength;
  return leaf;
}

bool isSorted(const SortedColumn& column) {
  const SortedColumn* columns[] = {&column};
  return areSorted(columns);
}

template <class T>
const std::byte* bytesOf(const std::vector<T>& values) {
  return reinterpret_cast<const std::byte*>(values.data());
}

template <class T>
bool fixedSorted(const schema::Leaf& leaf, const std::vector<T>& values, bool descending = false,
                 FloatOrder floats = FloatOrder::kTypeDefined) {
  SortedColumn column(leaf, descending, false, floats);
  column.addFixed(bytesOf(values), nullptr, 0, values.size());
  return isSorted(column);
}

void addStrings(SortedColumn& column, const std::vector<std::string>& values) {
  std::string bytes;
  std::vector<std::uint32_t> offsets = {0};
  for (const std::string& value : values) {
    bytes += value;
    offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
  column.addByteArrays(reinterpret_cast<const std::byte*>(bytes.data()), offsets.data(), nullptr, 0,
                       values.size());
}

// One slice of rows that may be null, from an odd bit on.
void addNullable(SortedColumn& column, const std::vector<std::optional<std::int32_t>>& rows) {
  constexpr std::size_t kBitOffset = 3;
  std::vector<std::byte> validity(bitmapBytes(kBitOffset + rows.size()) + 1);
  std::vector<std::int32_t> dense;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    bitmapSet(validity.data(), kBitOffset + i, rows[i].has_value());
    if (rows[i]) {
      dense.push_back(*rows[i]);
    }
  }
  column.addFixed(bytesOf(dense), validity.data(), kBitOffset, rows.size());
}

TEST(SortOrder, integersUpAndDown) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32);
  EXPECT_TRUE(fixedSorted<std::int32_t>(leaf, {-5, -5, 0, 7}));
  EXPECT_FALSE(fixedSorted<std::int32_t>(leaf, {-5, 0, -1, 7}));
  EXPECT_TRUE(fixedSorted<std::int32_t>(leaf, {7, 0, 0, -5}, true));
  EXPECT_FALSE(fixedSorted<std::int32_t>(leaf, {7, 0, 1}, true));
  EXPECT_TRUE(fixedSorted<std::int32_t>(leaf, {}));
  EXPECT_TRUE(fixedSorted<std::int32_t>(leaf, {1}, true));
  // -1 is the greatest unsigned number.
  const schema::Leaf isUnsigned = leafOf(PhysicalType::kInt64, {LogicalKind::kInteger, 64, 0});
  EXPECT_TRUE(fixedSorted<std::int64_t>(isUnsigned, {0, 5, -1}));
  EXPECT_FALSE(fixedSorted<std::int64_t>(leafOf(PhysicalType::kInt64), {0, 5, -1}));
}

TEST(SortOrder, oneRowOutOfOrderIsFoundAnywhere) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt64);
  for (std::size_t at = 0; at < 200; ++at) {
    std::vector<std::int64_t> values(200);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<std::int64_t>(i);
    }
    EXPECT_TRUE(fixedSorted(leaf, values));
    values[at] = at == 0 ? 2 : -1;
    EXPECT_FALSE(fixedSorted(leaf, values)) << at;
  }
}

TEST(SortOrder, floatsByValueAndInTotalOrder) {
  const schema::Leaf leaf = leafOf(PhysicalType::kDouble);
  const double inf = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(fixedSorted<double>(leaf, {-inf, -1, 0.0, -0.0, 2, inf}));
  EXPECT_FALSE(
      fixedSorted<double>(leaf, {-inf, -1, 0.0, -0.0, 2}, false, FloatOrder::kIeee754Total));
  EXPECT_TRUE(fixedSorted<double>(leaf, {-0.0, 0.0, 2, NAN}, false, FloatOrder::kIeee754Total));
  for (const std::vector<double>& nans :
       {std::vector<double>{1, NAN}, {NAN, 1}, {NAN, NAN}, {1, NAN, 2}}) {
    EXPECT_FALSE(fixedSorted(leaf, nans));
    EXPECT_FALSE(fixedSorted(leaf, nans, true));
  }
  // -2, -0, +0, -0, 2^-24, 1; then a NaN of each sign.
  const schema::Leaf half = leafOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kFloat16}, 2);
  EXPECT_TRUE(
      fixedSorted<std::uint16_t>(half, {0xC000, 0x8000, 0x0000, 0x8000, 0x0001, 0x3C00, 0x7C00}));
  EXPECT_FALSE(fixedSorted<std::uint16_t>(half, {0x3C00, 0x7E00}));
  EXPECT_FALSE(fixedSorted<std::uint16_t>(half, {0xFE00, 0x3C00}));
  EXPECT_TRUE(
      fixedSorted<std::uint16_t>(half, {0xFE00, 0x3C00, 0x7E00}, false, FloatOrder::kIeee754Total));
}

TEST(SortOrder, nansWithAPlaceAreOneNumberThere) {
  const schema::Leaf leaf = leafOf(PhysicalType::kFloat);
  const auto sorted = [&](const std::vector<float>& values, NanPlace place, bool descending) {
    SortedColumn column(leaf, descending, false, FloatOrder::kTypeDefined, place);
    column.addFixed(bytesOf(values), nullptr, 0, values.size());
    return isSorted(column);
  };
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> behind = {-inf, 0.0F, -0.0F, inf, NAN, -NAN, NAN};
  const std::vector<float> before = {NAN, -NAN, NAN, -inf, -0.0F, 0.0F, inf};
  EXPECT_TRUE(sorted(behind, NanPlace::kAbove, false));
  EXPECT_FALSE(sorted(behind, NanPlace::kBelow, false));
  EXPECT_TRUE(sorted(before, NanPlace::kBelow, false));
  EXPECT_FALSE(sorted(before, NanPlace::kAbove, false));
  EXPECT_FALSE(sorted(behind, NanPlace::kAbove, true));
  EXPECT_TRUE(sorted({NAN, -NAN, inf, 1, -inf}, NanPlace::kAbove, true));
  EXPECT_TRUE(sorted({inf, 1, -inf, -NAN, NAN}, NanPlace::kBelow, true));
  EXPECT_FALSE(sorted({NAN, 1, NAN}, NanPlace::kAbove, false));
}

TEST(SortOrder, stringsDecimalsAndBooleans) {
  SortedColumn strings(leafOf(PhysicalType::kByteArray, {LogicalKind::kString}), false, false);
  addStrings(strings, {"", "a"});
  addStrings(strings, {"ab", "b"});
  EXPECT_TRUE(isSorted(strings));
  addStrings(strings, {"az"});
  EXPECT_FALSE(isSorted(strings));
  // -256, -1 in one and in two bytes, 1.
  const std::vector<std::string> numbers = {std::string("\xFF\x00", 2), "\xFF", "\xFF\xFF", "\x01"};
  SortedColumn decimals(leafOf(PhysicalType::kByteArray, {LogicalKind::kDecimal, 4, 0}), false,
                        false);
  addStrings(decimals, numbers);
  EXPECT_TRUE(isSorted(decimals));
  SortedColumn raw(leafOf(PhysicalType::kByteArray), false, false);
  addStrings(raw, numbers);
  EXPECT_FALSE(isSorted(raw));
  const std::string fixed = "aabbab";
  SortedColumn pairs(leafOf(PhysicalType::kFixedLenByteArray, {}, 2), false, false);
  pairs.addFixed(reinterpret_cast<const std::byte*>(fixed.data()), nullptr, 0, 2);
  EXPECT_TRUE(isSorted(pairs));
  pairs.addFixed(reinterpret_cast<const std::byte*>(fixed.data()) + 4, nullptr, 0, 1);
  EXPECT_FALSE(isSorted(pairs));
  const std::vector<std::uint8_t> bytes = {0, 0, 1, 7};
  const std::byte bits{0x38};  // from bit 1: 0 0 1 1 1
  SortedColumn booleans(leafOf(PhysicalType::kBoolean), false, false);
  booleans.addByteBooleans(bytesOf(bytes), nullptr, 0, 4);
  EXPECT_TRUE(isSorted(booleans));
  booleans.clear();
  booleans.addBits(&bits, 1, nullptr, 0, 5);
  EXPECT_TRUE(isSorted(booleans));
  booleans.addBits(&bits, 1, nullptr, 0, 1);
  EXPECT_FALSE(isSorted(booleans));
}

TEST(SortOrder, nullsAreAtTheEndThatWasSaid) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32);
  const std::vector<std::optional<std::int32_t>> first = {{}, {}, 1, 2};
  const std::vector<std::optional<std::int32_t>> last = {1, 2, {}, {}};
  const std::vector<std::optional<std::int32_t>> amid = {1, {}, 2};
  const std::vector<std::optional<std::int32_t>> around = {{}, 2, 1, {}};
  for (const bool nullsFirst : {true, false}) {
    for (const auto& rows : {first, last, amid, around}) {
      SortedColumn whole(leaf, false, nullsFirst);
      SortedColumn slices(leaf, false, nullsFirst);
      addNullable(whole, rows);
      for (const auto& row : rows) {
        addNullable(slices, {row});
      }
      const bool sorted = rows == (nullsFirst ? first : last);
      EXPECT_EQ(isSorted(whole), sorted);
      EXPECT_EQ(isSorted(slices), sorted);
    }
  }
}

TEST(SortOrder, theLastRowIsKeptAcrossASliceOfNulls) {
  SortedColumn column(leafOf(PhysicalType::kByteArray), false, false);
  addStrings(column, {"m"});
  const std::byte none{0};
  const std::uint32_t offsets[] = {0};
  column.addByteArrays(nullptr, offsets, &none, 0, 2);
  EXPECT_TRUE(isSorted(column));
  addStrings(column, {"z"});  // behind nulls, that were to be last
  EXPECT_FALSE(isSorted(column));
}

TEST(SortOrder, aLaterColumnDecidesWhereTheFirstIsEqual) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32);
  const std::vector<std::int32_t> first = {1, 1, 2, 2};
  const std::vector<std::int32_t> second = {9, 8, 9, 9};
  SortedColumn a(leaf, false, false);
  SortedColumn up(leaf, false, false);
  SortedColumn down(leaf, true, false);
  a.addFixed(bytesOf(first), nullptr, 0, 4);
  up.addFixed(bytesOf(second), nullptr, 0, 4);
  down.addFixed(bytesOf(second), nullptr, 0, 4);
  const SortedColumn* byDown[] = {&a, &down};
  const SortedColumn* byUp[] = {&a, &up};
  const SortedColumn* downFirst[] = {&down, &a};
  EXPECT_TRUE(areSorted(byDown));
  EXPECT_FALSE(areSorted(byUp));
  EXPECT_FALSE(areSorted(downFirst));
}

TEST(SortOrder, whatCannotBeSortedByIsNot) {
  EXPECT_FALSE(areSorted({}));
  schema::Leaf repeated = leafOf(PhysicalType::kInt32);
  repeated.maxRepetitionLevel = 1;
  EXPECT_FALSE(fixedSorted<std::int32_t>(repeated, {1, 2}));
  EXPECT_FALSE(isSorted(SortedColumn(leafOf(PhysicalType::kInt96), false, false)));
  SortedColumn one(leafOf(PhysicalType::kInt32), false, false);
  const SortedColumn none(leafOf(PhysicalType::kInt32), false, false);
  const std::int32_t value = 1;
  one.addFixed(reinterpret_cast<const std::byte*>(&value), nullptr, 0, 1);
  const SortedColumn* columns[] = {&one, &none};
  EXPECT_FALSE(areSorted(columns));
}

// Rows of two nullable columns of few values, sorted by std::sort, now and then with two rows
// exchanged; nulls as the greatest (or the least) of all.
TEST(SortOrder, agreesWithComparingWholeRows) {
  test::SeededRandom random;
  using Row = std::pair<std::optional<std::int32_t>, std::optional<std::int32_t>>;
  int sorted = 0;
  for (int round = 0; round < 500; ++round) {
    const bool descending = random.chance(1, 2);
    const bool nullsFirst = random.chance(1, 2);
    const auto rank = [&](std::optional<std::int32_t> value) {
      return value ? (descending ? -*value : *value) : (nullsFirst ? INT32_MIN : INT32_MAX);
    };
    const auto less = [&](const Row& a, const Row& b) {
      return std::pair(rank(a.first), rank(a.second)) < std::pair(rank(b.first), rank(b.second));
    };
    std::vector<Row> rows(1 + random.below(300));
    for (Row& row : rows) {
      for (auto* value : {&row.first, &row.second}) {
        if (!random.chance(1, 5)) {
          *value = static_cast<std::int32_t>(random.below(8));
        }
      }
    }
    std::sort(rows.begin(), rows.end(), less);
    if (random.chance(1, 2)) {
      std::swap(rows[random.below(rows.size())], rows[random.below(rows.size())]);
    }
    SortedColumn first(leafOf(PhysicalType::kInt32), descending, nullsFirst);
    SortedColumn second(leafOf(PhysicalType::kInt32), descending, nullsFirst);
    for (std::size_t at = 0; at < rows.size();) {
      const std::size_t end = std::min(rows.size(), at + 1 + random.below(100));
      std::vector<std::optional<std::int32_t>> values[2];
      for (; at < end; ++at) {
        values[0].push_back(rows[at].first);
        values[1].push_back(rows[at].second);
      }
      addNullable(first, values[0]);
      addNullable(second, values[1]);
    }
    const SortedColumn* columns[] = {&first, &second};
    const bool expected = std::is_sorted(rows.begin(), rows.end(), less);
    sorted += expected ? 1 : 0;
    ASSERT_EQ(areSorted(columns), expected) << round;
  }
  EXPECT_GT(sorted, 100);
  EXPECT_LT(sorted, 450);
}

}  // namespace
}  // namespace parquet_flow::stats
