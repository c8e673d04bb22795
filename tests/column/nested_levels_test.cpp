// Goal: levels made from offsets, sizes and bitmaps are those of the Dremel encoding, and say which
// elements they are about, also where lists own elements that nobody sees.
//
// Method: levels of small arrays worked out by hand; a table of broken ones; random lists of lists
// of every kind, the vector code against the plain loop, which is the definition.
#include "column/nested_levels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::column {
namespace {

using testing::HasSubstr;
using Levels = std::vector<int>;

Levels definitionOf(const NestedLevels& levels) {
  if (levels.definition() == nullptr) {
    return Levels(levels.entries(), levels.maxDefinitionLevel());
  }
  return {levels.definition(), levels.definition() + levels.entries()};
}
Levels repetitionOf(const NestedLevels& levels) {
  if (levels.repetition() == nullptr) {
    return Levels(levels.entries(), 0);
  }
  return {levels.repetition(), levels.repetition() + levels.entries()};
}
std::vector<std::uint64_t> slotsOf(const NestedLevels& levels) {
  std::vector<std::uint64_t> slots;
  for (std::uint64_t i = 0; i < levels.slotCount(); ++i) {
    slots.push_back(levels.isContiguous() ? levels.firstSlot() + i : levels.slots()[i]);
  }
  return slots;
}

ListShape offsets32(const std::vector<std::int32_t>& offsets, std::uint64_t childCount) {
  ListShape shape;
  shape.offsets = offsets.data();
  shape.childCount = childCount;
  return shape;
}

TEST(NestedLevels, listsWithNullsAndEmptyOnes) {
  // [a, null], null, [], [b]: optional list (null 0, empty 1), optional element (null 2, there 3).
  const std::vector<std::int32_t> offsets = {0, 2, 2, 2, 3};
  const std::uint8_t lists = 0b1101;
  const std::uint8_t elements = 0b101;
  NestedLevels levels;
  levels.begin(0, 4, 3);
  ASSERT_TRUE(levels.addList(true, {&lists, 0}, offsets32(offsets, 3)));
  ASSERT_TRUE(levels.addStruct(true, {&elements, 0}));
  EXPECT_EQ(definitionOf(levels), (Levels{3, 2, 0, 1, 3}));
  EXPECT_EQ(repetitionOf(levels), (Levels{0, 1, 0, 0, 0}));
  EXPECT_EQ(slotsOf(levels), (std::vector<std::uint64_t>{0, 1, 2}));
  EXPECT_EQ(levels.slotDefinitionLevel(), 2);
  EXPECT_TRUE(levels.isContiguous());
}

TEST(NestedLevels, slicesBeginAtAnySlotAndBit) {
  // Slots 1 and 2 of the same, the bitmaps 3 bits further on.
  const std::vector<std::int32_t> offsets = {5, 7, 7, 9, 9};
  const std::uint8_t lists = 0b0110'1000;
  NestedLevels levels;
  levels.begin(1, 2, 2);
  ASSERT_TRUE(levels.addList(true, {&lists, 3}, offsets32(offsets, 9)));
  ASSERT_TRUE(levels.addStruct(false, {}));
  EXPECT_EQ(definitionOf(levels), (Levels{0, 2, 2}));  // bits 4 and 5 of the map: 0, 1
  EXPECT_EQ(repetitionOf(levels), (Levels{0, 0, 1}));
  EXPECT_EQ(slotsOf(levels), (std::vector<std::uint64_t>{7, 8}));
}

TEST(NestedLevels, flatStructsNeedNoRepetition) {
  // optional struct { optional leaf }: there, struct null, leaf null.
  const std::uint8_t structs = 0b101;
  const std::uint8_t leaves = 0b011;
  NestedLevels levels;
  levels.begin(0, 3, 2);
  ASSERT_TRUE(levels.addStruct(true, {&structs, 0}));
  ASSERT_TRUE(levels.addStruct(true, {&leaves, 0}));
  EXPECT_EQ(definitionOf(levels), (Levels{2, 0, 1}));
  EXPECT_EQ(levels.repetition(), nullptr);
  EXPECT_EQ(levels.slotDefinitionLevel(), 0);  // each entry has one
  EXPECT_EQ(levels.slotCount(), 3U);
}

TEST(NestedLevels, whatIsAlwaysThereHasNoLevels) {
  NestedLevels levels;
  levels.begin(0, 3, 1);
  ASSERT_TRUE(levels.addStruct(false, {}));
  ASSERT_TRUE(levels.addStruct(true, {}));
  EXPECT_EQ(levels.definition(), nullptr);
  EXPECT_EQ(levels.maxDefinitionLevel(), 1);
}

TEST(NestedLevels, elementsOfNullListsArePassedOver) {
  // [0, 1], null (owning 2, 3), [4]
  const std::vector<std::int32_t> offsets = {0, 2, 4, 5};
  const std::uint8_t lists = 0b101;
  NestedLevels levels;
  levels.begin(0, 3, 2);
  ASSERT_TRUE(levels.addList(true, {&lists, 0}, offsets32(offsets, 5)));
  EXPECT_EQ(definitionOf(levels), (Levels{2, 2, 0, 2}));
  EXPECT_EQ(repetitionOf(levels), (Levels{0, 1, 0, 0}));
  EXPECT_EQ(slotsOf(levels), (std::vector<std::uint64_t>{0, 1, 4}));
  EXPECT_FALSE(levels.isContiguous());
}

TEST(NestedLevels, listsUnderANullStructArePassedOver) {
  // optional struct { required list { required leaf } }: {[0]}, null (owning 1, 2), {[]}, {[3]}
  const std::vector<std::int32_t> offsets = {0, 1, 3, 3, 4};
  const std::uint8_t structs = 0b1101;
  NestedLevels levels;
  levels.begin(0, 4, 2);
  ASSERT_TRUE(levels.addStruct(true, {&structs, 0}));
  ASSERT_TRUE(levels.addList(false, {}, offsets32(offsets, 4)));
  EXPECT_EQ(definitionOf(levels), (Levels{2, 0, 1, 2}));
  EXPECT_EQ(slotsOf(levels), (std::vector<std::uint64_t>{0, 3}));
}

TEST(NestedLevels, listsOfLists) {
  // [[0], []], [null, [1, 2]], []: Dremel's levels with both lists optional, elements required.
  const std::vector<std::int32_t> outer = {0, 2, 4, 4};
  const std::vector<std::int32_t> inner = {0, 1, 1, 1, 3};
  const std::uint8_t inners = 0b1011;
  NestedLevels levels;
  levels.begin(0, 3, 4);
  ASSERT_TRUE(levels.addList(true, {}, offsets32(outer, 4)));
  ASSERT_TRUE(levels.addList(true, {&inners, 0}, offsets32(inner, 3)));
  EXPECT_EQ(definitionOf(levels), (Levels{4, 3, 2, 4, 4, 1}));
  EXPECT_EQ(repetitionOf(levels), (Levels{0, 1, 0, 1, 2, 0}));
  EXPECT_EQ(slotsOf(levels), (std::vector<std::uint64_t>{0, 1, 2}));
}

TEST(NestedLevels, listViewsOutOfOrderAndShared) {
  const std::vector<std::int32_t> offsets = {2, 0, 1, 0};
  const std::vector<std::int32_t> sizes = {1, 2, 2, 0};
  ListShape shape = offsets32(offsets, 3);
  shape.kind = ListShape::Kind::kViews32;
  shape.sizes = sizes.data();
  NestedLevels levels;
  levels.begin(0, 4, 1);
  ASSERT_TRUE(levels.addList(false, {}, shape));
  EXPECT_EQ(definitionOf(levels), (Levels{1, 1, 1, 1, 1, 0}));
  EXPECT_EQ(repetitionOf(levels), (Levels{0, 0, 1, 0, 1, 0}));
  EXPECT_EQ(slotsOf(levels), (std::vector<std::uint64_t>{2, 0, 1, 1, 2}));
}

TEST(NestedLevels, fixedSizeLists) {
  // Slots 1 .. 2, behind an array offset of 1, of lists of 3: elements 6 .. 11.
  ListShape shape;
  shape.kind = ListShape::Kind::kFixedSize;
  shape.first = 1;
  shape.size = 3;
  shape.childCount = 12;
  NestedLevels levels;
  levels.begin(1, 2, 1);
  ASSERT_TRUE(levels.addList(false, {}, shape));
  EXPECT_EQ(repetitionOf(levels), (Levels{0, 1, 1, 0, 1, 1}));
  EXPECT_EQ(levels.firstSlot(), 6U);
  EXPECT_TRUE(levels.isContiguous());
  levels.begin(2, 2, 1);
  EXPECT_THAT(levels.addList(false, {}, shape).error().message(),
              HasSubstr("row 1: the list ends past its elements"));
  levels.begin(2, 2, 1, 100);  // rows before these
  EXPECT_THAT(levels.addList(false, {}, shape).error().message(),
              HasSubstr("row 101: the list ends past its elements"));
}

TEST(NestedLevels, whatIsBrokenIsRefusedAtItsRow) {
  struct Case {
    const char* message;
    std::vector<std::int32_t> offsets;
  };
  for (const auto& [message, offsets] : {
           Case{"row 0: an offset of the list is negative", {-1, 0, 1, 2}},
           Case{"row 1: the offsets of the list go backwards", {0, 2, 1, 3}},
           Case{"row 2: the list ends past its elements", {0, 1, 2, 4}},
       }) {
    NestedLevels levels;
    levels.begin(0, 3, 1);
    const auto added = levels.addList(false, {}, offsets32(offsets, 3));
    ASSERT_FALSE(added) << message;
    EXPECT_THAT(added.error().message(), HasSubstr(message));
  }
  const std::uint8_t bits = 0b101;
  NestedLevels levels;
  levels.begin(0, 3, 0);
  EXPECT_THAT(levels.addStruct(false, {&bits, 0}).error().message(),
              HasSubstr("row 1: a null where none is allowed"));
}

TEST(NestedLevels, nullsUnderNullsDoNotCountAsNulls) {
  // optional struct { required leaf }, the leaf's bitmap null where the struct is too.
  const std::uint8_t structs = 0b101;
  const std::uint8_t leaves = 0b101;
  NestedLevels levels;
  levels.begin(0, 3, 1);
  ASSERT_TRUE(levels.addStruct(true, {&structs, 0}));
  EXPECT_TRUE(levels.addStruct(false, {&leaves, 0}));
}

TEST(NestedLevels, takesNoMemoryForWhatNullViewsSayThatTheyHave) {
  constexpr std::int32_t kMany = 1 << 30;
  const std::vector<std::int32_t> offsets = {0, 7, 0, 0};
  const std::vector<std::int32_t> sizes = {kMany, 2, kMany, 1};
  const std::vector<std::uint8_t> bits = {0b1010};
  ListShape shape;
  shape.kind = ListShape::Kind::kViews32;
  shape.offsets = offsets.data();
  shape.sizes = sizes.data();
  shape.childCount = kMany;
  NestedLevels levels;
  levels.begin(0, 4, 2);
  const test::AllocationWatch watch;
  PF_ASSERT_OK(levels.addList(true, {bits.data(), 0}, shape));
  EXPECT_LT(watch.bytes(), 64U << 10);
  EXPECT_EQ(slotsOf(levels), (std::vector<std::uint64_t>{7, 8, 0}));
}

TEST(NestedLevels, slotsOfRunsAreThoseOfTheirValues) {
  // Rows 1 .. 4 of runs 0 0 1 1 2, of optional struct { required leaf }, of which 1 is null.
  const std::vector<std::uint64_t> runs = {0, 1, 1, 2};
  const std::uint8_t structs = 0b101;
  NestedLevels levels;
  levels.begin(1, 4, 1);
  PF_ASSERT_OK(levels.mapSlots(1, runs));
  EXPECT_EQ(levels.definition(), nullptr);
  PF_ASSERT_OK(levels.addStruct(true, {&structs, 0}));
  levels.shiftSlots(5);
  EXPECT_EQ(definitionOf(levels), (Levels{1, 0, 0, 1}));
  EXPECT_EQ(slotsOf(levels), (std::vector<std::uint64_t>{5, 6, 6, 7}));
  EXPECT_FALSE(levels.isContiguous());
  // Where the struct is REQUIRED the null is none.
  levels.begin(1, 4, 0, 10);
  PF_ASSERT_OK(levels.mapSlots(1, runs));
  EXPECT_THAT(levels.addStruct(false, {&structs, 0}).error().message(),
              HasSubstr("row 11: a null where none is allowed"));
}

TEST(NestedLevels, listsOfRunsAndRunsInLists) {
  // [[a, b], [a, b], null, [c]], whose lists are of runs 0 0 1 2 and own an element where null; the
  // elements are of runs too: of four slots the runs 0 0 1 2.
  const std::vector<std::uint64_t> runs = {0, 0, 1, 2};
  const std::vector<std::int32_t> offsets = {0, 2, 3, 4};
  const std::uint8_t lists = 0b101;
  NestedLevels levels;
  levels.begin(0, 4, 2);
  PF_ASSERT_OK(levels.mapSlots(0, runs));
  PF_ASSERT_OK(levels.addList(true, {&lists, 0}, offsets32(offsets, 4)));
  EXPECT_EQ(definitionOf(levels), (Levels{2, 2, 2, 2, 0, 2}));
  EXPECT_EQ(repetitionOf(levels), (Levels{0, 1, 0, 1, 0, 0}));
  EXPECT_EQ(slotsOf(levels), (std::vector<std::uint64_t>{0, 1, 0, 1, 3}));
  PF_ASSERT_OK(levels.mapSlots(0, runs));
  EXPECT_EQ(slotsOf(levels), (std::vector<std::uint64_t>{0, 0, 0, 0, 2}));
}

TEST(NestedLevels, takesNoMemoryForElementsOfANullListInALongRun) {
  constexpr std::int32_t kMany = 1 << 30;
  const std::vector<std::uint64_t> runs(1000, 0);
  const std::vector<std::int32_t> offsets = {0, kMany};
  const std::uint8_t lists = 0;
  NestedLevels levels;
  levels.begin(0, runs.size(), 2);
  const test::AllocationWatch watch;
  PF_ASSERT_OK(levels.mapSlots(0, runs));
  PF_ASSERT_OK(levels.addList(true, {&lists, 0}, offsets32(offsets, kMany)));
  EXPECT_LT(watch.bytes(), 64U << 10);
  EXPECT_EQ(levels.entries(), runs.size());
}

class RandomLists : public testing::Test {
 protected:
  struct Lists {
    std::vector<std::int32_t> offsets32, sizes32;
    std::vector<std::int64_t> offsets64, sizes64;
    std::vector<std::uint8_t> bits;
    ListShape shape;
    Validity validity;
    bool isOptional = false;
  };
  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  // Of `slots` slots from bit 3 on, some of which are not there.
  std::vector<std::uint8_t> bitmap(std::uint64_t slots) {
    std::vector<std::uint8_t> bits(slots / 8 + 2);
    const std::uint64_t nullEvery = 1 + below(9);
    for (std::uint64_t i = 0; i < slots; ++i) {
      const unsigned there = below(nullEvery) == 0 ? 0 : 1;
      bits[(i + 3) / 8] = static_cast<std::uint8_t>(bits[(i + 3) / 8] | there << ((i + 3) % 8));
    }
    return bits;
  }

  // `slots` lists of any kind; how many elements the child must have goes to shape.childCount.
  Lists make(std::uint64_t slots) {
    using Kind = ListShape::Kind;
    Lists lists;
    lists.shape.kind = static_cast<Kind>(below(5));
    lists.shape.size = below(20);
    lists.isOptional = below(2) == 0;
    const std::uint64_t lengthMax = std::vector<std::uint64_t>{1, 8, 40}[below(3)];
    std::int64_t at = static_cast<std::int64_t>(below(3));
    for (std::uint64_t i = 0; i < slots; ++i) {
      const auto length = static_cast<std::int64_t>(below(lengthMax));
      lists.offsets64.push_back(at);
      lists.sizes64.push_back(length);
      at += length;
    }
    lists.offsets64.push_back(at);
    if (below(2) == 0 && slots > 1 && lists.shape.kind >= Kind::kViews32) {
      std::swap(lists.offsets64[0], lists.offsets64[slots - 1]);
      std::swap(lists.sizes64[0], lists.sizes64[slots - 1]);
    }
    lists.offsets32.assign(lists.offsets64.begin(), lists.offsets64.end());
    lists.sizes32.assign(lists.sizes64.begin(), lists.sizes64.end());
    const bool isWide = lists.shape.kind == Kind::kOffsets64 || lists.shape.kind == Kind::kViews64;
    lists.shape.offsets =
        isWide ? static_cast<const void*>(lists.offsets64.data()) : lists.offsets32.data();
    lists.shape.sizes =
        isWide ? static_cast<const void*>(lists.sizes64.data()) : lists.sizes32.data();
    lists.shape.childCount = lists.shape.kind == Kind::kFixedSize ? slots * lists.shape.size
                                                                  : static_cast<std::uint64_t>(at);
    lists.bits = bitmap(slots);
    if (lists.isOptional && below(3) != 0) {
      lists.validity = {lists.bits.data(), 3};
    }
    return lists;
  }
  std::mt19937_64 random_{20261125};
};

TEST_F(RandomLists, areAsThePlainLoopHasThem) {
  for (int round = 0; round < 600; ++round) {
    const std::uint64_t first = below(4);
    const std::uint64_t rows = below(120);
    std::vector<Lists> nesting;
    std::uint64_t slots = first + rows;
    std::uint8_t leafLevel = 0;
    for (std::uint64_t depth = 1 + below(3); depth > 0; --depth) {
      nesting.push_back(make(slots));
      slots = nesting.back().shape.childCount;
      leafLevel = static_cast<std::uint8_t>(leafLevel + (nesting.back().isOptional ? 2 : 1));
    }
    ++leafLevel;
    const std::vector<std::uint8_t> leafBits = bitmap(slots);
    NestedLevels fast;
    NestedLevels plain;
    fast.begin(first, rows, leafLevel);
    plain.begin(first, rows, leafLevel);
    for (const Lists& lists : nesting) {
      ASSERT_TRUE(fast.addList(lists.isOptional, lists.validity, lists.shape));
      ASSERT_TRUE(plain.addListOneByOne(lists.isOptional, lists.validity, lists.shape));
      ASSERT_EQ(definitionOf(fast), definitionOf(plain)) << round;
      ASSERT_EQ(repetitionOf(fast), repetitionOf(plain)) << round;
      ASSERT_EQ(slotsOf(fast), slotsOf(plain)) << round;
    }
    ASSERT_TRUE(fast.addStruct(true, {leafBits.data(), 3}));
    ASSERT_TRUE(plain.addStruct(true, {leafBits.data(), 3}));
    ASSERT_EQ(definitionOf(fast), definitionOf(plain)) << round;
  }
}

}  // namespace
}  // namespace parquet_flow::column
