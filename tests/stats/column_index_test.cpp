// Goal: a page index by which no reader skips a page that it needs. Method: pages by hand with the
// boundary order they are in, for each kind of order; and each rule by which a chunk has no index.
#include "stats/column_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

namespace parquet_flow::stats {
namespace {

using schema::LogicalKind;
using schema::PhysicalType;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

schema::Leaf leafOf(PhysicalType type, schema::LogicalType logical = {},
                    std::uint32_t typeLength = 0) {
  schema::Leaf leaf;
  leaf.type = type;
  leaf.logical = logical;
  leaf.typeLength = typeLength;
  return leaf;
}

// One page's values; an empty one is a page of one null.
template <class T>
void addPage(ColumnIndex& index, const schema::Leaf& leaf, const std::vector<T>& values,
             FloatOrder floats = FloatOrder::kTypeDefined) {
  BoundsCollector bounds(leaf, 4, floats);
  if constexpr (std::is_same_v<T, std::string>) {
    std::string bytes;
    std::vector<std::uint32_t> offsets = {0};
    for (const std::string& value : values) {
      bytes += value;
      offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
    }
    bounds.addByteArrays(reinterpret_cast<const std::byte*>(bytes.data()), offsets.data(),
                         values.size());
  } else {
    bounds.addFixed(reinterpret_cast<const std::byte*>(values.data()), values.size());
  }
  bounds.addNulls(values.empty() ? 1 : 0);
  ColumnStatistics statistics;
  bounds.finish(statistics);
  index.addPage(statistics, values.size(), SizeStatistics(leaf));
}

template <class T>
BoundaryOrder orderOfPages(const schema::Leaf& leaf, const std::vector<std::vector<T>>& pages,
                           FloatOrder floats = FloatOrder::kTypeDefined) {
  ColumnIndex index(leaf, floats);
  for (const std::vector<T>& page : pages) {
    addPage(index, leaf, page, floats);
  }
  EXPECT_TRUE(index.valid());
  EXPECT_EQ(index.pages(), pages.size());
  return index.boundaryOrder();
}

TEST(ColumnIndex, boundaryOrderOfIntegers) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32);
  using Pages = std::vector<std::vector<std::int32_t>>;
  struct Case {
    const char* name;
    Pages pages;
    BoundaryOrder order;
  };
  const std::vector<Case> cases = {
      {"no_page", {}, BoundaryOrder::kAscending},
      {"one_page", {{1, 2}}, BoundaryOrder::kAscending},
      {"rising", {{-5, 2}, {1, 3}, {1, 4}}, BoundaryOrder::kAscending},
      {"falling", {{4, 9}, {3, 9}, {-2, 8}}, BoundaryOrder::kDescending},
      {"all_alike", {{1, 2}, {1, 2}}, BoundaryOrder::kAscending},
      {"the_least_rises_and_the_greatest_falls", {{1, 9}, {2, 8}}, BoundaryOrder::kUnordered},
      {"up_and_down", {{1, 2}, {5, 6}, {3, 4}}, BoundaryOrder::kUnordered},
      {"null_pages_are_passed_over", {{}, {1, 2}, {}, {3, 4}, {}}, BoundaryOrder::kAscending},
      {"falling_across_a_null_page", {{3, 4}, {}, {1, 2}}, BoundaryOrder::kDescending},
      {"null_pages_alone", {{}, {}}, BoundaryOrder::kAscending},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(orderOfPages(leaf, one.pages), one.order) << one.name;
  }
}

TEST(ColumnIndex, boundaryOrderFollowsTheLeafsOrder) {
  // -1 is the greatest unsigned number.
  const std::vector<std::vector<std::int32_t>> pages = {{1}, {-1}};
  EXPECT_EQ(orderOfPages(leafOf(PhysicalType::kInt32), pages), BoundaryOrder::kDescending);
  EXPECT_EQ(orderOfPages(leafOf(PhysicalType::kInt32, {LogicalKind::kInteger, 32, 0}), pages),
            BoundaryOrder::kAscending);
  EXPECT_EQ(orderOfPages<double>(leafOf(PhysicalType::kDouble), {{-2, NAN}, {-1}, {0.5}}),
            BoundaryOrder::kAscending);
  // Zeros are written as -0.0 and +0.0 by value, so these pages are alike; in total order not.
  const std::vector<std::vector<double>> zeros = {{0.0}, {-0.0}};
  EXPECT_EQ(orderOfPages(leafOf(PhysicalType::kDouble), zeros), BoundaryOrder::kAscending);
  EXPECT_EQ(orderOfPages(leafOf(PhysicalType::kDouble), zeros, FloatOrder::kIeee754Total),
            BoundaryOrder::kDescending);
  // "\xFF" is -1 as a decimal, and above "\x01" as bytes.
  const std::vector<std::vector<std::string>> bytes = {{"\x01"}, {"\xFF"}};
  EXPECT_EQ(orderOfPages(leafOf(PhysicalType::kByteArray, {LogicalKind::kDecimal, 2, 0}), bytes),
            BoundaryOrder::kDescending);
  EXPECT_EQ(orderOfPages(leafOf(PhysicalType::kByteArray), bytes), BoundaryOrder::kAscending);
}

// Bounds are cut to four bytes: "abcdef" and "abcdaa" both begin at "abcd" and end at "abce".
TEST(ColumnIndex, boundaryOrderIsThatOfTheBoundsAsWritten) {
  const schema::Leaf leaf = leafOf(PhysicalType::kByteArray, {LogicalKind::kString});
  EXPECT_EQ(orderOfPages<std::string>(leaf, {{"abcdef"}, {"abcdaa"}}), BoundaryOrder::kAscending);
}

TEST(ColumnIndex, keepsWhatEachPageSays) {
  schema::Leaf leaf = leafOf(PhysicalType::kFloat);
  leaf.maxDefinitionLevel = 2;
  leaf.maxRepetitionLevel = 1;
  ColumnIndex index(leaf);
  SizeStatistics sizes(leaf);
  ColumnStatistics page;
  page.nullCount = 2;
  page.nanCount = 1;
  page.hasBounds = true;
  page.min = "mmmm";
  page.max = "MMMM";
  sizes.addDefinitionRun(2, 3);
  sizes.addRepetitionRun(0, 3);
  index.addPage(page, 3, sizes);
  page = {};
  page.nullCount = 4;
  page.nanCount = 0;
  sizes.clear();
  sizes.addDefinitionRun(1, 4);
  sizes.addRepetitionRun(1, 4);
  index.addPage(page, 0, sizes);
  ASSERT_EQ(index.pages(), 2U);
  EXPECT_FALSE(index.isNullPage(0));
  EXPECT_EQ(index.min(0), "mmmm");
  EXPECT_EQ(index.max(0), "MMMM");
  EXPECT_EQ(index.nullCount(0), 2U);
  EXPECT_EQ(index.nanCount(0), 1U);
  EXPECT_TRUE(index.isNullPage(1));
  EXPECT_EQ(index.min(1), "");
  EXPECT_EQ(index.max(1), "");
  EXPECT_EQ(index.nullCount(1), 4U);
  EXPECT_TRUE(index.hasNanCounts());
  EXPECT_THAT(index.definitionLevels(), ElementsAre(0, 0, 3, 0, 4, 0));
  EXPECT_THAT(index.repetitionLevels(), ElementsAre(3, 0, 0, 4));
  EXPECT_GE(index.bytes(), 2 * 32 + 8 + 10 * sizeof(std::uint64_t));
  index.clear();
  EXPECT_EQ(index.pages(), 0U);
  EXPECT_THAT(index.definitionLevels(), IsEmpty());
}

// What is added to one index and to two that are appended has to come to the same.
TEST(ColumnIndex, appendedPagesAreAsIfAddedOneByOne) {
  using Pages = std::vector<std::vector<std::int32_t>>;
  struct Case {
    const char* name;
    Pages first;
    Pages second;
    BoundaryOrder order;
  };
  const std::vector<Case> cases = {
      {"to_none", {}, {{1, 2}, {3, 4}}, BoundaryOrder::kAscending},
      {"none", {{3, 4}, {1, 2}}, {}, BoundaryOrder::kDescending},
      {"rising_on", {{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}, BoundaryOrder::kAscending},
      {"falling_on", {{7, 8}, {5, 6}}, {{3, 4}, {1, 2}}, BoundaryOrder::kDescending},
      {"rising_each", {{5, 6}, {7, 8}}, {{1, 2}, {3, 4}}, BoundaryOrder::kUnordered},
      {"rising_then_falling", {{1, 2}, {3, 4}}, {{9, 9}, {8, 8}}, BoundaryOrder::kUnordered},
      {"one_and_one_falling", {{3, 4}}, {{1, 2}}, BoundaryOrder::kDescending},
      {"across_null_pages", {{1, 2}, {}}, {{}, {3, 4}}, BoundaryOrder::kAscending},
      {"falling_across_null_pages", {{3, 4}, {}}, {{}, {1, 2}}, BoundaryOrder::kDescending},
  };
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32);
  for (const Case& one : cases) {
    SCOPED_TRACE(one.name);
    ColumnIndex index(leaf);
    ColumnIndex second(leaf);
    for (const auto& page : one.first) addPage(index, leaf, page);
    for (const auto& page : one.second) addPage(second, leaf, page);
    index.append(second);
    Pages all = one.first;
    all.insert(all.end(), one.second.begin(), one.second.end());
    EXPECT_EQ(index.boundaryOrder(), one.order);
    ASSERT_EQ(index.pages(), all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(index.isNullPage(i), all[i].empty());
      EXPECT_EQ(index.nullCount(i), all[i].empty() ? 1U : 0U);
      if (all[i].empty()) continue;
      const auto bytesOf = [](const std::int32_t& value) {
        return std::string(reinterpret_cast<const char*>(&value), sizeof value);
      };
      EXPECT_EQ(index.min(i), bytesOf(all[i].front()));
      EXPECT_EQ(index.max(i), bytesOf(all[i].back()));
    }
  }
}

TEST(ColumnIndex, appendedHistogramsLieBehindThoseThereAre) {
  schema::Leaf leaf = leafOf(PhysicalType::kInt32);
  leaf.maxDefinitionLevel = 2;
  leaf.maxRepetitionLevel = 1;
  ColumnIndex index(leaf);
  ColumnIndex second(leaf);
  SizeStatistics sizes(leaf);
  sizes.addDefinitionRun(2, 3);
  sizes.addRepetitionRun(0, 3);
  ColumnStatistics page;
  page.nullCount = 3;
  index.addPage(page, 0, sizes);
  sizes.addDefinitionRun(1, 4);
  sizes.addRepetitionRun(1, 4);
  page.nullCount = 7;
  second.addPage(page, 0, sizes);
  index.append(second);
  EXPECT_THAT(index.definitionLevels(), ElementsAre(0, 0, 3, 0, 4, 3));
  EXPECT_THAT(index.repetitionLevels(), ElementsAre(3, 0, 3, 4));
}

TEST(ColumnIndex, appendingOneThatIsNotValidLeavesNone) {
  const schema::Leaf leaf = leafOf(PhysicalType::kDouble);
  ColumnIndex good(leaf);
  addPage<double>(good, leaf, {1});
  ColumnIndex bad(leaf);
  addPage<double>(bad, leaf, {NAN});
  ColumnIndex index = good;
  index.append(bad);
  EXPECT_FALSE(index.valid());
  bad.append(good);
  EXPECT_FALSE(bad.valid());
}

TEST(ColumnIndex, aPageOfNansAloneLeavesTheChunkWithout) {
  const schema::Leaf leaf = leafOf(PhysicalType::kDouble);
  ColumnIndex index(leaf);
  addPage<double>(index, leaf, {1, NAN});
  EXPECT_TRUE(index.valid());
  addPage<double>(index, leaf, {NAN});
  EXPECT_FALSE(index.valid());
  addPage<double>(index, leaf, {2});
  EXPECT_FALSE(index.valid());
  index.clear();
  EXPECT_TRUE(index.valid());
  // In total order NaNs are bounds.
  ColumnIndex total(leaf, FloatOrder::kIeee754Total);
  addPage<double>(total, leaf, {NAN}, FloatOrder::kIeee754Total);
  EXPECT_TRUE(total.valid());
}

TEST(ColumnIndex, leavesWithoutAnOrderAndBoundsTooLongHaveNone) {
  EXPECT_FALSE(ColumnIndex(leafOf(PhysicalType::kInt96)).valid());
  EXPECT_FALSE(
      ColumnIndex(leafOf(PhysicalType::kFixedLenByteArray, {LogicalKind::kInterval}, 12)).valid());
  const schema::Leaf bson = leafOf(PhysicalType::kByteArray, {LogicalKind::kBson});
  ColumnIndex index(bson);
  addPage<std::string>(index, bson, {"short"});
  EXPECT_TRUE(index.valid());
  addPage<std::string>(index, bson, {std::string(kWholeBoundBytesMax + 1, 'x')});
  EXPECT_FALSE(index.valid());
}

}  // namespace
}  // namespace parquet_flow::stats
