// Goal: rows come to the groups that their values say, whichever way groups are found, also when
// the way changes in the middle; each aggregate of a group is of its rows alone. Method: values by
// hand; then random batches, selections and nulls, beside a map from keys to sums.
#include "scan/grouping.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "made_columns.hpp"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow::scan {
namespace {

using namespace test;
using parquet_flow::test::SeededRandom;
using read::ColumnVector;
using schema::LogicalKind;
using schema::PhysicalType;
using schema::Repetition;

constexpr std::uint64_t kBytesMax = 1U << 30;

TEST(Grouping, groupsByTwoColumnsWithNullsAsGroups) {
  schema::Schema schema;
  (void)*schema.addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kOptional, 0,
                        {LogicalKind::kString});
  (void)*schema.addLeaf(schema::kRoot, "n", PhysicalType::kInt32, Repetition::kOptional);
  const auto leaves = schema.leaves();
  const auto s = columnOf<std::string>(leaves[0], {"a", "", std::nullopt, "a", std::nullopt, "a"});
  const auto n = columnOf<std::int32_t>(leaves[1], {1, 1, 1, 2, 1, 1});
  const std::vector<std::string> by = {"s", "n"};
  PF_ASSERT_OK_ASSIGN(
      const auto grouping,
      Grouping::create(
          schema, by, {{AggregateKind::kCountRows, "", "count"}, {AggregateKind::kSum, "n", "sum"}},
          kBytesMax));
  EXPECT_EQ(grouping->leaves(), (std::vector<std::uint32_t>{0, 1}));
  const ColumnVector* const columns[] = {&s, &n};
  PF_ASSERT_OK(grouping->add(columns, Rows::all(6)));
  std::vector<ColumnVector> out;
  PF_ASSERT_OK_ASSIGN(const std::uint64_t groups, grouping->finish(out));
  ASSERT_EQ(groups, 4U);
  const auto result = grouping->result().leaves();
  std::map<std::pair<std::optional<std::string>, std::optional<std::int32_t>>, std::int64_t> counts;
  for (std::size_t i = 0; i < groups; ++i) {
    counts[{bytesOfRows(result[0], out[0])[i], valuesOf<std::int32_t>(result[1], out[1])[i]}] =
        *valuesOf<std::int64_t>(result[2], out[2])[i];
  }
  const decltype(counts) expected = {
      {{"a", 1}, 2}, {{"a", 2}, 1}, {{"", 1}, 1}, {{std::nullopt, 1}, 2}};
  EXPECT_EQ(counts, expected);
}

// 100 keys of 10 000 bytes, which are held as they are found and as values: results are these.
TEST(Grouping, whatGroupsHaveBecomesTheirColumns) {
  schema::Schema schema;
  (void)*schema.addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kOptional, 0,
                        {LogicalKind::kString});
  const schema::Leaf& leaf = schema.leaves()[0];
  std::vector<std::optional<std::string>> texts;
  for (int i = 0; i < 99; ++i) {
    texts.emplace_back(std::to_string(i) + std::string(10'000, 'x'));
  }
  texts.emplace_back();
  const auto s = columnOf<std::string>(leaf, texts);
  const std::vector<std::string> by = {"s"};
  PF_ASSERT_OK_ASSIGN(
      const auto grouping,
      Grouping::create(schema, by, {{AggregateKind::kCountRows, "", "count"}}, kBytesMax));
  const ColumnVector* const columns[] = {&s};
  PF_ASSERT_OK(grouping->add(columns, Rows::all(100)));
  std::vector<ColumnVector> out;
  const parquet_flow::test::AllocationWatch watch;
  PF_ASSERT_OK_ASSIGN(const std::uint64_t groups, grouping->finish(out));
  EXPECT_LT(watch.bytes(), 100'000U);
  EXPECT_EQ(groups, 100U);
  EXPECT_EQ(bytesOfRows(grouping->result().leaves()[0], out[0]), texts);
}

// Batches of one Int column, grouped by it and its values summed, beside the same by a map.
template <class Int>
void expectGroupsOfRandomBatches(SeededRandom& random, const schema::Schema& schema,
                                 const std::vector<std::pair<Int, Int>>& ranges) {
  const schema::Leaf& leaf = schema.leaves()[0];
  const std::vector<std::string> by = {"c"};
  PF_ASSERT_OK_ASSIGN(const auto grouping,
                      Grouping::create(schema, by,
                                       {{AggregateKind::kCountRows, "", "rows"},
                                        {AggregateKind::kCount, "c", "values"},
                                        {AggregateKind::kCountDistinct, "c", "distinct"},
                                        {AggregateKind::kMin, "c", "min"}},
                                       kBytesMax));
  std::map<std::optional<Int>, std::int64_t> expected;
  for (const auto& [least, most] : ranges) {
    const std::uint64_t rows = 1 + random.below(500);
    std::vector<std::optional<Int>> values(rows);
    std::vector<std::uint64_t> selection((rows + 63) / 64);
    const bool hasNulls = random.chance(1, 2);
    const bool isAll = random.chance(1, 2);
    std::uint64_t selected = 0;
    for (std::uint64_t row = 0; row < rows; ++row) {
      if (!hasNulls || random.chance(4, 5)) {
        values[row] = static_cast<Int>(
            static_cast<std::uint64_t>(least) +
            random.below(static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) + 1));
      }
      if (isAll || random.chance(1, 3)) {
        selection[row / 64] |= std::uint64_t{1} << (row % 64);
        ++selected;
        ++expected[values[row]];
      }
    }
    const ColumnVector column = columnOf<Int>(leaf, values);
    const ColumnVector* const columns[] = {&column};
    const Rows chosen = isAll ? Rows::all(rows) : Rows{rows, selected, selection.data()};
    PF_ASSERT_OK(grouping->add(columns, chosen));
  }
  std::vector<ColumnVector> out;
  PF_ASSERT_OK_ASSIGN(const std::uint64_t groups, grouping->finish(out));
  const auto result = grouping->result().leaves();
  std::map<std::optional<Int>, std::int64_t> found;
  const auto keys = valuesOf<Int>(result[0], out[0]);
  const auto counts = valuesOf<std::int64_t>(result[1], out[1]);
  const auto values = valuesOf<std::int64_t>(result[2], out[2]);
  const auto distinct = valuesOf<std::int64_t>(result[3], out[3]);
  for (std::size_t i = 0; i < groups; ++i) {
    EXPECT_TRUE(found.emplace(keys[i], *counts[i]).second) << "a group twice";
    EXPECT_EQ(*values[i], keys[i] ? *counts[i] : 0);
    EXPECT_EQ(*distinct[i], keys[i] ? 1 : 0);
    EXPECT_EQ(valuesOf<Int>(result[4], out[4])[i], keys[i]);
  }
  EXPECT_EQ(found, expected);
}

TEST(Grouping, rangesThatGrowBothWaysAndAreLeft) {
  SeededRandom random;
  for (int round = 0; round < 20; ++round) {
    const auto ints = schemaOf(PhysicalType::kInt32);
    expectGroupsOfRandomBatches<std::int32_t>(
        random, ints, {{10, 20}, {5, 12}, {0, 100}, {-70'000, -69'990}, {3, 9}});
    // Above what is looked up by value.
    expectGroupsOfRandomBatches<std::int32_t>(random, ints,
                                              {{0, 9}, {INT32_MIN, INT32_MAX}, {0, 9}, {-3, 3}});
    const auto longs = schemaOf(PhysicalType::kInt64);
    expectGroupsOfRandomBatches<std::int64_t>(
        random, longs,
        {{INT64_MIN, INT64_MIN + 3}, {INT64_MIN, INT64_MIN + 90}, {INT64_MAX - 5, INT64_MAX}});
    const auto unsigneds = schemaOf(PhysicalType::kInt32, {LogicalKind::kInteger, 32, 0});
    expectGroupsOfRandomBatches<std::uint32_t>(random, unsigneds,
                                               {{UINT32_MAX - 9, UINT32_MAX}, {0, 5}});
  }
}

TEST(Grouping, theLeastAndTheMostThereIsOverTwoBatches) {
  const auto schema = schemaOf(PhysicalType::kInt64);
  const std::vector<std::string> by = {"c"};
  using Values = std::vector<std::optional<std::int64_t>>;
  for (const std::int64_t value : {INT64_MIN, INT64_MAX}) {
    PF_ASSERT_OK_ASSIGN(
        const auto grouping,
        Grouping::create(schema, by, {{AggregateKind::kCountRows, "", "count"}}, kBytesMax));
    for (const Values& values : {Values{value, value}, Values{value, std::nullopt}}) {
      const auto column = columnOf<std::int64_t>(schema.leaves()[0], values);
      const ColumnVector* const columns[] = {&column};
      PF_ASSERT_OK(grouping->add(columns, Rows::all(2)));
    }
    std::vector<ColumnVector> out;
    PF_ASSERT_OK_ASSIGN(const std::uint64_t groups, grouping->finish(out));
    ASSERT_EQ(groups, 2U);
    const auto result = grouping->result().leaves();
    EXPECT_EQ(valuesOf<std::int64_t>(result[0], out[0]), (Values{std::nullopt, value}));
    EXPECT_EQ(valuesOf<std::int64_t>(result[1], out[1]), (Values{1, 3}));
  }
}

TEST(Grouping, zerosAreOneGroupAndNansAnother) {
  const auto schema = schemaOf(PhysicalType::kDouble);
  const std::vector<std::string> by = {"c"};
  PF_ASSERT_OK_ASSIGN(
      const auto grouping,
      Grouping::create(schema, by, {{AggregateKind::kCountRows, "", "count"}}, kBytesMax));
  const auto column =
      columnOf<double>(schema.leaves()[0], {0.0, -0.0, NAN, -NAN, std::nullopt, 1.5});
  const ColumnVector* const columns[] = {&column};
  PF_ASSERT_OK(grouping->add(columns, Rows::all(6)));
  std::vector<ColumnVector> out;
  PF_ASSERT_OK_ASSIGN(const std::uint64_t groups, grouping->finish(out));
  EXPECT_EQ(groups, 4U);
  std::multiset<std::int64_t> counts;
  for (const auto count : valuesOf<std::int64_t>(grouping->result().leaves()[1], out[1])) {
    counts.insert(*count);
  }
  EXPECT_EQ(counts, (std::multiset<std::int64_t>{1, 1, 2, 2}));
}

TEST(Grouping, withoutColumnsThereIsOneGroupAlsoOfNoRows) {
  const auto schema = schemaOf(PhysicalType::kInt32);
  PF_ASSERT_OK_ASSIGN(const auto grouping,
                      Grouping::create(schema, {},
                                       {{AggregateKind::kCountRows, "", "count"},
                                        {AggregateKind::kCount, "c", "values"},
                                        {AggregateKind::kMax, "c", "max"}},
                                       kBytesMax));
  std::vector<ColumnVector> out;
  PF_ASSERT_OK_ASSIGN(const std::uint64_t groups, grouping->finish(out));
  ASSERT_EQ(groups, 1U);
  const auto result = grouping->result().leaves();
  EXPECT_EQ(valuesOf<std::int64_t>(result[0], out[0])[0], 0);
  EXPECT_EQ(valuesOf<std::int64_t>(result[1], out[1])[0], 0);
  EXPECT_EQ(valuesOf<std::int32_t>(result[2], out[2])[0], std::nullopt);
}

TEST(Grouping, moreGroupsThanThereIsMemoryForAreRefused) {
  const auto schema = schemaOf(PhysicalType::kByteArray, {LogicalKind::kString});
  const std::vector<std::string> by = {"c"};
  PF_ASSERT_OK_ASSIGN(const auto grouping, Grouping::create(schema, by, {}, 100'000));
  std::vector<std::optional<std::string>> values;
  for (int i = 0; i < 5000; ++i) {
    values.emplace_back("a value of some length " + std::to_string(i));
  }
  const auto column = columnOf<std::string>(schema.leaves()[0], values);
  const ColumnVector* const columns[] = {&column};
  PF_EXPECT_ERROR(grouping->add(columns, Rows::all(5000)), ErrorCode::kLimit, "100000 bytes");
}

TEST(Grouping, whatCannotBeGroupedByIsRefused) {
  schema::Schema schema;
  const auto list = schema.addList(schema::kRoot, "l", schema::Repetition::kOptional);
  (void)*schema.addLeaf(*list, "element", PhysicalType::kInt32, schema::Repetition::kOptional);
  PF_EXPECT_ERROR(
      Grouping::create(schema, std::vector<std::string>{"l.list.element"}, {}, kBytesMax),
      ErrorCode::kInvalidArgument, "in a list");
  PF_EXPECT_ERROR(Grouping::create(schema, std::vector<std::string>{"d"}, {}, kBytesMax),
                  ErrorCode::kInvalidArgument, "there is no column 'd'");
  PF_EXPECT_ERROR(
      Grouping::create(schema, {},
                       {{AggregateKind::kCountRows, "", "n"}, {AggregateKind::kCountRows, "", "n"}},
                       kBytesMax),
      ErrorCode::kInvalidArgument, "there already");
}

}  // namespace
}  // namespace parquet_flow::scan
