// Goal: keys compare as the values do, nulls last, in both directions. Method: for each order the
// values of a column in ascending order, equal ones together, and the comparison of all pairs.
#include "merge/sort_key.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "column/leaf_buffer.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::merge {
namespace {

using schema::LogicalKind;
using schema::LogicalType;
using schema::PhysicalType;
using schema::Repetition;

template <class T>
std::string raw(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

// `classes`: values, PLAIN, that are equal stand in one of them; those of the next are greater. Of
// an optional column a null comes behind all.
void expectOrder(PhysicalType type, LogicalType logical, std::uint32_t length, bool isOptional,
                 const std::vector<std::vector<std::string>>& classes) {
  for (const bool isDescending : {false, true}) {
    schema::Schema schema;
    PF_EXPECT_OK(schema.addLeaf(schema::kRoot, "k", type,
                                isOptional ? Repetition::kOptional : Repetition::kRequired, length,
                                logical));
    column::LeafBuffer buffer(schema.leaves()[0]);
    std::vector<std::size_t> ranks;
    for (std::size_t rank = 0; rank < classes.size(); ++rank) {
      for (const std::string& value : classes[rank]) {
        ASSERT_TRUE(type == PhysicalType::kByteArray
                        ? buffer.appendBytes(value.data(), value.size())
                        : buffer.appendFixed(value.data()));
        ASSERT_TRUE(buffer.appendLevels(1, 0));
        ranks.push_back(isDescending ? classes.size() - rank : rank);
      }
    }
    if (isOptional) {
      ASSERT_TRUE(buffer.appendLevels(0, 0));
      ranks.push_back(classes.size() + 1);
    }
    const std::vector<SortColumn> columns = {{"k", isDescending}};
    SortKeyMaker maker(schema, columns);
    SortKeys keys;
    const column::LeafView view = buffer.view(ranks.size());
    PF_ASSERT_OK(maker.append(std::span(&view, 1), keys));
    ASSERT_EQ(keys.prefixes.size(), ranks.size());
    EXPECT_EQ(keys.offsets.empty(), !isOptional && type != PhysicalType::kByteArray && length <= 2);
    for (std::size_t a = 0; a < ranks.size(); ++a) {
      for (std::size_t b = 0; b < ranks.size(); ++b) {
        const int wanted = ranks[a] < ranks[b] ? -1 : ranks[a] == ranks[b] ? 0 : 1;
        const int order = compareKeys(keys, a, keys, b);
        EXPECT_EQ(order < 0 ? -1 : order > 0 ? 1 : 0, wanted) << a << ", " << b;
      }
    }
  }
}

TEST(SortKeyTest, integersCompareBySignAndSize) {
  for (const bool isOptional : {false, true}) {
    expectOrder(PhysicalType::kInt64, {}, 0, isOptional,
                {{raw(INT64_MIN)}, {raw(INT64_C(-1))}, {raw(INT64_C(0))}, {raw(INT64_MAX)}});
    expectOrder(PhysicalType::kInt32, {LogicalKind::kInteger, 32, 0}, 0, isOptional,
                {{raw(0U)}, {raw(1U)}, {raw(0x7FFF'FFFFU)}, {raw(0xFFFF'FFFFU)}});
    expectOrder(PhysicalType::kInt32, {}, 0, isOptional, {{raw(INT32_MIN)}, {raw(-1)}, {raw(5)}});
  }
}

TEST(SortKeyTest, zerosAreEqualAndNanComesBehindInfinity) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double nan = std::nan("");
  for (const bool isOptional : {false, true}) {
    expectOrder(PhysicalType::kDouble, {}, 0, isOptional,
                {{raw(-kInfinity)},
                 {raw(-1.5)},
                 {raw(-0.0), raw(0.0)},
                 {raw(1e-300)},
                 {raw(2.0)},
                 {raw(kInfinity)},
                 {raw(nan), raw(-nan)}});
    expectOrder(PhysicalType::kFixedLenByteArray, {LogicalKind::kFloat16}, 2, isOptional,
                {{raw<std::uint16_t>(0xFC00)},                                // -inf
                 {raw<std::uint16_t>(0xBC00)},                                // -1
                 {raw<std::uint16_t>(0x8000), raw<std::uint16_t>(0x0000)},    // zeros
                 {raw<std::uint16_t>(0x3C00)},                                // 1
                 {raw<std::uint16_t>(0x7E00), raw<std::uint16_t>(0xFE00)}});  // NaN
  }
}

TEST(SortKeyTest, textComparesByteByByteWithZerosInIt) {
  using namespace std::string_literals;
  expectOrder(PhysicalType::kByteArray, {LogicalKind::kString}, 0, true,
              {{""s},
               {"\0"s},
               {"\0\0"s},
               {"\0\1"s},
               {"\1"s},
               {"a"s},
               {"a\0"s},
               {"a\0b"s},
               {"aa"s},
               {"abcdefghi"s},
               {"abcdefghj"s},
               {"b"s},
               {"\xC3\xA4"s}});
}

// There are no bytes that their values could point to.
TEST(SortKeyTest, columnsOfEmptyTextsAloneAreNotNull) {
  for (const LogicalKind kind : {LogicalKind::kString, LogicalKind::kNone}) {
    expectOrder(PhysicalType::kByteArray, {kind}, 0, true, {{"", ""}});
  }
  expectOrder(PhysicalType::kByteArray, {LogicalKind::kDecimal, 20, 0}, 0, true, {{""}});
}

TEST(SortKeyTest, decimalsOfBytesCompareByValueWhateverTheirLength) {
  using namespace std::string_literals;
  expectOrder(PhysicalType::kByteArray, {LogicalKind::kDecimal, 20, 0}, 0, true,
              {{"\x80\x00"s},                   // -32768
               {"\xFF\x00"s, "\xFF\xFF\x00"s},  // -256
               {"\xFF"s, "\xFF\xFF"s},          // -1
               {""s, "\0"s, "\0\0"s},           // 0
               {"\x01"s, "\0\x01"s},            // 1
               {"\x7F"s},                       // 127
               {"\0\x80"s, "\0\0\x80"s},        // 128
               {"\x01\x00"s}});                 // 256
  expectOrder(PhysicalType::kFixedLenByteArray, {LogicalKind::kDecimal, 6, 0}, 3, true,
              {{"\x80\0\0"s}, {"\xFF\xFF\xFF"s}, {"\0\0\0"s}, {"\0\0\1"s}, {"\x7F\xFF\xFF"s}});
}

// A value whose prefix is that of a null comes in front of it, whichever was there first.
TEST(SortKeyTest, keysThatAreAppendedCompareWithThoseThatWereThere) {
  schema::Schema schema;
  PF_ASSERT_OK(schema.addLeaf(schema::kRoot, "k", PhysicalType::kInt64, Repetition::kOptional));
  const std::vector<SortColumn> columns = {{"k", false}};
  SortKeyMaker maker(schema, columns);
  column::LeafBuffer values(schema.leaves()[0]);
  ASSERT_TRUE(values.appendValue(INT64_MAX) && values.appendLevels(1, 0));
  ASSERT_TRUE(values.appendValue(INT64_C(5)) && values.appendLevels(1, 0));
  column::LeafBuffer withNull(schema.leaves()[0]);
  ASSERT_TRUE(withNull.appendLevels(0, 0));
  ASSERT_TRUE(withNull.appendValue(INT64_MAX) && withNull.appendLevels(1, 0));
  SortKeys first;
  SortKeys second;
  const column::LeafView views[] = {values.view(2), withNull.view(2)};
  PF_ASSERT_OK(maker.append({&views[0], 1}, first));
  PF_ASSERT_OK(maker.append({&views[1], 1}, second));
  EXPECT_TRUE(first.offsets.empty());
  SortKeys all;
  for (const SortKeys* const some : {&first, &second, &first}) PF_ASSERT_OK(all.append(*some));
  ASSERT_EQ(all.prefixes.size(), 6U);  // max, 5, null, max, max, 5
  EXPECT_EQ(all.offsets.size(), 7U);
  const int ranks[] = {1, 0, 2, 1, 1, 0};
  for (std::size_t a = 0; a < 6; ++a) {
    for (std::size_t b = 0; b < 6; ++b) {
      const int order = compareKeys(all, a, all, b);
      EXPECT_EQ((order > 0) - (order < 0), (ranks[a] > ranks[b]) - (ranks[a] < ranks[b]))
          << a << ", " << b;
    }
  }
}

}  // namespace
}  // namespace parquet_flow::merge
