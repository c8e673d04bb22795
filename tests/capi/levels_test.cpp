// Goal: levels that no rows can have are refused, and all others are taken.
//
// Method: by hand, each rule broken alone; then all level sequences up to a length over a nested
// schema, against a decoder that rebuilds rows the way readers do and says when it cannot.
#include "levels.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "support/expect_result.hpp"

namespace parquet_flow::capi {
namespace {

using schema::PhysicalType;
using schema::Repetition;
using schema::Schema;

// a: optional list<optional int32>         max definition 3, repetition 1; an element has at least
// 2
Schema optionalList() {
  Schema schema;
  const auto list = schema.addList(schema::kRoot, "a", Repetition::kOptional);
  EXPECT_TRUE(list);
  EXPECT_TRUE(schema.addLeaf(*list, "element", PhysicalType::kInt32, Repetition::kOptional));
  return schema;
}

class LevelsTest : public testing::Test {
 protected:
  Levels levels(std::vector<std::uint8_t> definition, std::vector<std::uint8_t> repetition) {
    definition_ = std::move(definition);
    repetition_ = std::move(repetition);
    return {&schema_.leaves()[0], definition_, repetition_, repetition_.size()};
  }
  const Schema schema_ = optionalList();
  const std::vector<std::uint8_t> repeated_ = {2};
  std::vector<std::uint8_t> definition_;
  std::vector<std::uint8_t> repetition_;
};

TEST_F(LevelsTest, nullListEmptyListNullElementValueAreTaken) {
  // null; []; [null]; [v, null, v]
  const Levels good = levels({0, 1, 2, 3, 2, 3}, {0, 0, 0, 0, 1, 1});
  PF_EXPECT_OK(checkLevels(good, 4, repeated_));
  EXPECT_EQ(countPresent(good), 2U);
}

TEST_F(LevelsTest, definitionLevelAboveTheMaximumIsNamedWithItsRow) {
  PF_EXPECT_ERROR(
      checkLevels(levels({0, 3, 3, 4}, {0, 0, 1, 0}), 3, repeated_), ErrorCode::kInvalidArgument,
      "column a.list.element, row 2, entry 3: definition level 4 is above the maximum 3");
}

TEST_F(LevelsTest, repetitionLevelAboveTheMaximumIsNamed) {
  PF_EXPECT_ERROR(checkLevels(levels({3, 3}, {0, 2}), 1, repeated_), ErrorCode::kInvalidArgument,
                  "row 0, entry 1: repetition level 2 is above the maximum 1");
}

TEST_F(LevelsTest, firstEntryHasToBeginARow) {
  PF_EXPECT_ERROR(checkLevels(levels({3, 3}, {1, 0}), 1, repeated_), ErrorCode::kInvalidArgument,
                  "the first entry begins a row");
}

TEST_F(LevelsTest, rowsHaveToBeAsManyAsWereSaid) {
  PF_EXPECT_ERROR(checkLevels(levels({3, 3, 3}, {0, 1, 0}), 3, repeated_),
                  ErrorCode::kInvalidArgument, "repetition_levels begin 2 rows, row_count is 3");
}

TEST_F(LevelsTest, nullOrEmptyListCannotGoOn) {
  for (const auto definition : {std::uint8_t{0}, std::uint8_t{1}}) {
    PF_EXPECT_ERROR(checkLevels(levels({definition, 3}, {0, 1}), 1, repeated_),
                    ErrorCode::kInvalidArgument, "row 0, entry 1: repetition level 1 goes on with");
    PF_EXPECT_ERROR(checkLevels(levels({3, definition}, {0, 1}), 1, repeated_),
                    ErrorCode::kInvalidArgument, "null or empty");
  }
}

TEST_F(LevelsTest, withoutDefinitionLevelsEveryEntryIsAValue) {
  const Levels all = levels({}, {0, 1, 0});
  PF_EXPECT_OK(checkLevels(all, 2, repeated_));
  EXPECT_EQ(countPresent(all), 3U);
}

// --- all sequences, against a reader
// ---------------------------------------------------------------

// x: optional list<optional list<required int32>>: definition levels 0 null, 1 [], 2 [null], 3
// [[]], 4 [[v]]; the outer list's elements have at least 2, the inner's 4.
Schema listOfLists() {
  Schema schema;
  const auto outer = schema.addList(schema::kRoot, "x", Repetition::kOptional);
  EXPECT_TRUE(outer);
  const auto inner = schema.addList(*outer, "element", Repetition::kOptional);
  EXPECT_TRUE(inner);
  EXPECT_TRUE(schema.addLeaf(*inner, "element", PhysicalType::kInt32, Repetition::kRequired));
  return schema;
}

// How many elements a list has so far; nothing: the list is null.
using Inner = std::optional<int>;
using Outer = std::optional<std::vector<Inner>>;

// The rows of these levels, as a reader rebuilds them; nothing where an entry has no place.
std::optional<std::vector<Outer>> decode(const std::vector<std::uint8_t>& definition,
                                         const std::vector<std::uint8_t>& repetition) {
  std::vector<Outer> rows;
  for (std::size_t i = 0; i < definition.size(); ++i) {
    if (repetition[i] == 0) {
      rows.emplace_back();
      if (definition[i] == 0) continue;
      rows.back().emplace();
      if (definition[i] == 1) continue;
    } else if (rows.empty() || !rows.back() || rows.back()->empty() || definition[i] < 2) {
      return std::nullopt;
    }
    if (repetition[i] <= 1) {
      rows.back()->emplace_back();
      if (definition[i] == 2) continue;
      rows.back()->back() = 0;
      if (definition[i] == 3) continue;
    } else if (!rows.back()->back() || *rows.back()->back() == 0 || definition[i] < 4) {
      return std::nullopt;
    }
    ++*rows.back()->back();
  }
  return rows;
}

// The levels of rows, as the specification's example assigns them.
void encode(const std::vector<Outer>& rows, std::vector<std::uint8_t>& definition,
            std::vector<std::uint8_t>& repetition) {
  const auto add = [&](std::uint8_t d, std::uint8_t r) {
    definition.push_back(d);
    repetition.push_back(r);
  };
  for (const Outer& row : rows) {
    if (!row || row->empty()) add(row ? 1 : 0, 0);
    for (std::size_t i = 0; row && i < row->size(); ++i) {
      const Inner& inner = (*row)[i];
      const std::uint8_t first = i == 0 ? 0 : 1;
      if (!inner || *inner == 0) add(inner ? 3 : 2, first);
      for (int k = 0; inner && k < *inner; ++k) add(4, k == 0 ? first : 2);
    }
  }
}

TEST(LevelsOfAllRows, aSequenceIsTakenIfAndOnlyIfAReaderGetsTheRowsThatHaveIt) {
  const Schema schema = listOfLists();
  const std::vector<std::uint8_t> repeated = {2, 4};
  constexpr std::size_t kEntriesMax = 4;
  std::size_t good = 0;
  for (std::size_t entries = 1; entries <= kEntriesMax; ++entries) {
    std::size_t sequences = 1;
    for (std::size_t i = 0; i < entries; ++i) sequences *= 15;
    for (std::size_t number = 0; number < sequences; ++number) {
      std::vector<std::uint8_t> definition;
      std::vector<std::uint8_t> repetition;
      std::uint64_t rows = 0;
      for (std::size_t rest = number, i = 0; i < entries; ++i, rest /= 15) {
        definition.push_back(static_cast<std::uint8_t>(rest % 5));
        repetition.push_back(static_cast<std::uint8_t>(rest / 5 % 3));
        rows += repetition.back() == 0 ? 1 : 0;
      }
      const auto decoded = decode(definition, repetition);
      std::vector<std::uint8_t> againDefinition;
      std::vector<std::uint8_t> againRepetition;
      if (decoded) encode(*decoded, againDefinition, againRepetition);
      const bool isGood = decoded && againDefinition == definition && againRepetition == repetition;
      const Levels levels{&schema.leaves()[0], definition, repetition, entries};
      ASSERT_EQ(checkLevels(levels, rows, repeated).has_value(), isGood) << number;
      good += isGood ? 1 : 0;
    }
  }
  EXPECT_GT(good, 1000U);
}

// --- agreement
// -------------------------------------------------------------------------------------

// g: optional list<struct<a: optional int32, b: optional list<required int32>>>
class AgreementTest : public testing::Test {
 protected:
  AgreementTest() {
    const auto list = schema_.addList(schema::kRoot, "g", Repetition::kOptional);
    const auto group = schema_.addGroup(*list, "element", Repetition::kRequired);
    EXPECT_TRUE(schema_.addLeaf(*group, "a", PhysicalType::kInt32, Repetition::kOptional));
    const auto inner = schema_.addList(*group, "b", Repetition::kOptional);
    EXPECT_TRUE(schema_.addLeaf(*inner, "element", PhysicalType::kInt32, Repetition::kRequired));
  }
  Levels levels(std::uint32_t leaf, const std::vector<std::uint8_t>& definition,
                const std::vector<std::uint8_t>& repetition) {
    return {&schema_.leaves()[leaf], definition, repetition, repetition.size()};
  }
  Schema schema_;
};

// The group that both share has definition level 2 and repetition level 1.
TEST_F(AgreementTest, listsBelowTheSharedOneMayDiffer) {
  // null; []; [{a: v, b: null}, {a: null, b: [v, v]}]
  const std::vector<std::uint8_t> aDefinition = {0, 1, 3, 2};
  const std::vector<std::uint8_t> aRepetition = {0, 0, 0, 1};
  const std::vector<std::uint8_t> bDefinition = {0, 1, 2, 4, 4};
  const std::vector<std::uint8_t> bRepetition = {0, 0, 0, 1, 2};
  PF_EXPECT_OK(checkAgreement(levels(0, aDefinition, aRepetition),
                              levels(1, bDefinition, bRepetition), 2, 1));
}

TEST_F(AgreementTest, oneNullAndOneEmptyListDisagree) {
  PF_EXPECT_ERROR(checkAgreement(levels(0, {0}, {0}), levels(1, {1}, {0}), 2, 1),
                  ErrorCode::kInvalidArgument,
                  "column g.list.element.a, row 0, entry 0: the levels disagree with those of "
                  "column g.list.element.b.list.element");
}

TEST_F(AgreementTest, listsOfDifferentLengthDisagreeWhereverTheShorterEnds) {
  const std::vector<std::uint8_t> two = {3, 3};
  const std::vector<std::uint8_t> one = {4};
  PF_EXPECT_ERROR(checkAgreement(levels(0, two, {0, 1}), levels(1, one, {0}), 2, 1),
                  ErrorCode::kInvalidArgument, "g.list.element.a, row 0, entry 1");
  PF_EXPECT_ERROR(checkAgreement(levels(0, {3}, {0}), levels(1, {4, 4, 4}, {0, 1, 2}), 2, 1),
                  ErrorCode::kInvalidArgument, "b.list.element, row 0, entry 1");
}

}  // namespace
}  // namespace parquet_flow::capi
