// Goal: the slices of a view hold its entries and values, in whole rows of the right size, whatever
// the view's layout; a view that contradicts itself is refused at the row where it does.
//
// Method: page cuts worked out by hand; random views of every layout against their entries written
// out one by one; a table of broken views.
#include "column/gather.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "column/level_scan.hpp"
#include "column/random_rows.hpp"
#include "column/row_builder.hpp"
#include "column/row_plan.hpp"
#include "support/allocation_counter.hpp"

namespace parquet_flow::column {
namespace {

using schema::kRoot;
using schema::Leaf;
using schema::PhysicalType;
using schema::Schema;
using testing::HasSubstr;

constexpr auto kRequired = schema::Repetition::kRequired;
constexpr auto kOptional = schema::Repetition::kOptional;
constexpr auto kRepeated = schema::Repetition::kRepeated;
constexpr PageRoom kWide{UINT64_MAX, UINT64_MAX, UINT64_MAX};

Leaf leafOf(PhysicalType type, schema::Repetition repetition, std::uint32_t typeLength = 0) {
  Schema schema;
  (void)*schema.addLeaf(kRoot, "c", type, repetition, typeLength);
  return schema.leaves()[0];
}

// An entry of a view, as a plain loop reads it.
struct Entry {
  int repetition = 0;
  int definition = 0;
  std::string value;
  friend bool operator==(const Entry&, const Entry&) = default;
};

// A view with the memory that it borrows; every buffer is exactly as large as what it holds.
struct OwnedView {
  std::unique_ptr<std::byte[]> data;
  std::unique_ptr<std::uint32_t[]> offsets;
  std::unique_ptr<std::uint8_t[]> levels;
  std::unique_ptr<std::uint8_t[]> repetition;
  std::unique_ptr<std::uint8_t[]> validity;
  LeafView view;
};

std::string valueAt(const Leaf& leaf, const ValuesView& values, std::uint64_t slot) {
  const auto* data = reinterpret_cast<const char*>(values.data);
  switch (values.layout) {
    case ValuesLayout::kByteBooleans:
      return data[slot] != 0 ? "true" : "false";
    case ValuesLayout::kBits:
      return bitAt(reinterpret_cast<const std::uint8_t*>(data), values.bitOffset + slot) ? "true"
                                                                                         : "false";
    case ValuesLayout::kOffsets32:
      return {data + values.offsets[slot], data + values.offsets[slot + 1]};
    case ValuesLayout::kIndices:
      return valueAt(leaf, *values.dictionary, values.indices[slot]);
    case ValuesLayout::kFixed:
      break;
  }
  const std::uint32_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
  return {data + slot * width, width};
}

void appendEntries(const Leaf& leaf, const LeafSlice& slice, std::vector<Entry>& entries) {
  std::uint64_t value = 0;
  for (std::uint64_t i = 0; i < slice.entries; ++i) {
    Entry entry;
    entry.repetition = slice.repetitionLevels == nullptr ? 0 : slice.repetitionLevels[i];
    entry.definition = leaf.maxDefinitionLevel;
    if (slice.definitionLevels != nullptr) {
      entry.definition = slice.definitionLevels[i];
    } else if (slice.validity != nullptr) {
      entry.definition = bitAt(slice.validity, slice.validityBitOffset + i) ? 1 : 0;
    }
    if (entry.definition == leaf.maxDefinitionLevel) {
      entry.value = valueAt(leaf, slice.values, value++);
    }
    entries.push_back(entry);
  }
  EXPECT_EQ(value, slice.values.count);
  EXPECT_EQ(slice.nulls, slice.entries - value);
  EXPECT_TRUE(slice.nulls != 0 || (slice.definitionLevels == nullptr && slice.validity == nullptr));
}

// Pages as the column chunk writer cuts them: the rows of each.
Result<std::vector<std::uint64_t>> pageRows(SliceCursor& cursor, const LeafView& view,
                                            const PageRoom& page) {
  std::vector<std::uint64_t> pages;
  PF_TRY(cursor.begin(view, 0));
  PageRoom room;
  while (!cursor.atEnd()) {
    if (room.usedUp()) {
      room = page;
      pages.push_back(0);
    }
    PF_TRY_ASSIGN(const LeafSlice slice, cursor.next(room));
    EXPECT_GE(slice.rows, 1U);
    room.take(slice.rows, slice.entries, slice.valueBytes);
    pages.back() += slice.rows;
  }
  return pages;
}

TEST(SliceCursor, fixedPagesEndExactlyAtTheirBytes) {
  const Leaf leaf = leafOf(PhysicalType::kInt64, kRequired);
  const std::vector<std::int64_t> values(1000);
  LeafView view;
  view.rows = view.entries = view.values.count = 1000;
  view.values.data = reinterpret_cast<const std::byte*>(values.data());
  SliceCursor cursor(leaf);
  EXPECT_EQ(*pageRows(cursor, view, {1000, 1000, 3200}),
            (std::vector<std::uint64_t>{400, 400, 200}));
  EXPECT_EQ(*pageRows(cursor, view, {1000, 1000, 3201}),
            (std::vector<std::uint64_t>{401, 401, 198}));
  EXPECT_EQ(*pageRows(cursor, view, {300, 1000, 3200}),
            (std::vector<std::uint64_t>{300, 300, 300, 100}));
  EXPECT_EQ(*pageRows(cursor, view, {1000, 999, 1 << 20}), (std::vector<std::uint64_t>{999, 1}));
}

TEST(SliceCursor, fourKibiRowsOf256BytesAreOnePageOfOneMebibyte) {
  const Leaf leaf = leafOf(PhysicalType::kByteArray, kRequired);
  constexpr std::uint32_t kRows = 4096;
  const std::vector<std::byte> data(kRows * 256);
  std::vector<std::uint32_t> offsets(kRows + 1);
  for (std::uint32_t i = 0; i <= kRows; ++i) {
    offsets[i] = i * 256;
  }
  LeafView view;
  view.rows = view.entries = view.values.count = kRows;
  view.values.layout = ValuesLayout::kOffsets32;
  view.values.data = data.data();
  view.values.offsets = offsets.data();
  SliceCursor cursor(leaf);
  EXPECT_EQ(*pageRows(cursor, view, {1 << 20, 1 << 20, 1 << 20}),
            (std::vector<std::uint64_t>{kRows}));
  EXPECT_EQ(*pageRows(cursor, view, {1 << 20, 1 << 20, (1 << 20) - 1}),
            (std::vector<std::uint64_t>{kRows}));
  EXPECT_EQ(*pageRows(cursor, view, {1 << 20, 1 << 20, (1 << 20) - 256}),
            (std::vector<std::uint64_t>{kRows - 1, 1}));
}

TEST(SliceCursor, aRowIsNeverCutAndMayBeLargerThanThePage) {
  const Leaf leaf = leafOf(PhysicalType::kInt32, kRepeated);
  // Rows of 3, 100 000 and 1 values, and an empty one.
  const std::uint64_t perRow[] = {3, 100000, 1, 0};
  std::vector<std::uint8_t> definition;
  std::vector<std::uint8_t> repetition;
  for (const std::uint64_t count : perRow) {
    for (std::uint64_t i = 0; i < std::max<std::uint64_t>(count, 1); ++i) {
      repetition.push_back(i == 0 ? 0 : 1);
      definition.push_back(count == 0 ? 0 : 1);
    }
  }
  const std::vector<std::int32_t> values(100004);
  LeafView view;
  view.rows = 4;
  view.entries = definition.size();
  view.values.count = values.size();
  view.values.data = reinterpret_cast<const std::byte*>(values.data());
  view.definitionLevels = definition.data();
  view.repetitionLevels = repetition.data();
  SliceCursor cursor(leaf);
  EXPECT_EQ(*pageRows(cursor, view, {100, 1 << 20, 13}), (std::vector<std::uint64_t>{2, 2}));
  EXPECT_EQ(*pageRows(cursor, view, {100, 1 << 20, 12}), (std::vector<std::uint64_t>{1, 1, 2}));
  EXPECT_EQ(*pageRows(cursor, view, {1, 1 << 20, 1 << 20}),
            (std::vector<std::uint64_t>{1, 1, 1, 1}));
  EXPECT_EQ(*pageRows(cursor, view, {100, 3, 1 << 20}), (std::vector<std::uint64_t>{1, 1, 2}));
  EXPECT_EQ(*pageRows(cursor, view, {100, 1 << 20, 1 << 20}), (std::vector<std::uint64_t>{4}));
}

TEST(SliceCursor, nullFreeInputPassesThroughUntouched) {
  const Leaf leaf = leafOf(PhysicalType::kInt32, kOptional);
  const std::vector<std::int32_t> values(100);
  const std::vector<std::uint8_t> levels(100, 1);
  LeafView view;
  view.rows = view.entries = view.values.count = 100;
  view.values.data = reinterpret_cast<const std::byte*>(values.data());
  view.definitionLevels = levels.data();
  for (const bool spaced : {false, true}) {
    view.spaced = spaced;
    SliceCursor cursor(leaf);
    ASSERT_TRUE(cursor.begin(view, 0));
    const auto slice = cursor.next(kWide);
    ASSERT_TRUE(slice);
    EXPECT_TRUE(slice->valuesBorrowed);
    EXPECT_EQ(slice->values.data, view.values.data);
    EXPECT_EQ(slice->definitionLevels, nullptr);
    EXPECT_EQ(slice->nulls, 0U);
    EXPECT_EQ(slice->valueBytes, 400U);
    EXPECT_TRUE(cursor.atEnd());
  }
}

TEST(SliceCursor, aViewOfNoRowsHasNoSlices) {
  for (const auto repetition : {kRequired, kOptional, kRepeated}) {
    for (const auto type : {PhysicalType::kInt32, PhysicalType::kByteArray}) {
      const Leaf leaf = leafOf(type, repetition);
      LeafView view;
      view.values.layout =
          type == PhysicalType::kInt32 ? ValuesLayout::kFixed : ValuesLayout::kOffsets32;
      SliceCursor cursor(leaf);
      ASSERT_TRUE(cursor.begin(view, 0));
      EXPECT_TRUE(cursor.atEnd());
    }
  }
}

// Of `leaf`'s flat column: `count` entries, with a value where `values` has one.
OwnedView makeFlatView(const Leaf& leaf, std::mt19937_64& random,
                       const std::vector<const std::string*>& values, bool withValidity,
                       bool spaced) {
  OwnedView owned;
  LeafView& view = owned.view;
  const std::size_t count = values.size();
  view.rows = view.entries = count;
  view.spaced = spaced;
  const bool hasNulls = leaf.maxDefinitionLevel != 0;
  if (hasNulls && withValidity) {
    view.validityBitOffset = random() % 20;
    const std::size_t bytes = (view.validityBitOffset + count + 7) / 8;
    owned.validity = std::make_unique<std::uint8_t[]>(bytes);
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t bit = view.validityBitOffset + i;
      owned.validity[bit / 8] |=
          static_cast<std::uint8_t>((values[i] != nullptr ? 1U : 0U) << (bit % 8));
    }
    view.validity = owned.validity.get();
  } else if (hasNulls) {
    owned.levels = std::make_unique<std::uint8_t[]>(count);
    for (std::size_t i = 0; i < count; ++i) {
      owned.levels[i] = values[i] != nullptr ? 1 : 0;
    }
    view.definitionLevels = owned.levels.get();
  }

  // What stands at a null of a spaced view is anything.
  std::vector<std::string> slots;
  for (const std::string* value : values) {
    if (value != nullptr) {
      slots.push_back(*value);
    } else if (spaced) {
      const std::uint32_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
      slots.push_back(leaf.type == PhysicalType::kBoolean
                          ? "true"
                          : std::string(width != 0 ? width : random() % 30, '!'));
    }
  }
  view.values.count = slots.size();
  if (leaf.type == PhysicalType::kBoolean) {
    const bool asBits = random() % 2 == 0;
    view.values.layout = asBits ? ValuesLayout::kBits : ValuesLayout::kByteBooleans;
    view.values.bitOffset = asBits ? random() % 20 : 0;
    owned.data = std::make_unique<std::byte[]>(
        asBits ? (view.values.bitOffset + slots.size() + 7) / 8 : slots.size());
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const std::uint64_t bit = view.values.bitOffset + i;
      const unsigned isTrue = slots[i] == "true" ? 1 : 0;
      if (asBits) {
        owned.data[bit / 8] |= static_cast<std::byte>(isTrue << (bit % 8));
      } else {
        owned.data[i] = static_cast<std::byte>(isTrue * (1 + random() % 255));
      }
    }
  } else {
    std::string bytes;
    owned.offsets = std::make_unique<std::uint32_t[]>(slots.size() + 1);
    for (std::size_t i = 0; i < slots.size(); ++i) {
      bytes += slots[i];
      owned.offsets[i + 1] = static_cast<std::uint32_t>(bytes.size());
    }
    owned.data = std::make_unique<std::byte[]>(bytes.size());
    if (!bytes.empty()) {
      std::memcpy(owned.data.get(), bytes.data(), bytes.size());
    }
    if (leaf.type == PhysicalType::kByteArray) {
      view.values.layout = ValuesLayout::kOffsets32;
      view.values.offsets = owned.offsets.get();
      view.values.dataBytes = bytes.size();
    }
  }
  view.values.data = owned.data.get();
  return owned;
}

TEST(SliceCursor, everyFlatLayoutGivesItsEntries) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 800; ++round) {
    const auto type = static_cast<PhysicalType>(random() % 8);
    const Leaf leaf = leafOf(type, static_cast<schema::Repetition>(random() % 2),
                             type == PhysicalType::kFixedLenByteArray
                                 ? static_cast<std::uint32_t>(1 + random() % 40)
                                 : 0);
    const std::uint32_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
    const std::size_t count = random() % (round % 20 == 0 ? 40000 : 300);
    const std::size_t nullsIn4 = random() % 5;
    std::vector<std::string> values(count);
    std::vector<const std::string*> present(count);
    std::vector<Entry> expected(count);
    for (std::size_t i = 0; i < count; ++i) {
      if (type == PhysicalType::kBoolean) {
        values[i] = random() % 2 == 0 ? "true" : "false";
      } else {
        values[i].resize(width != 0 ? width : random() % 40);
        for (char& byte : values[i]) {
          byte = static_cast<char>(random());
        }
      }
      const bool isNull = leaf.maxDefinitionLevel != 0 && random() % 4 < nullsIn4;
      present[i] = isNull ? nullptr : &values[i];
      expected[i].definition = isNull ? 0 : leaf.maxDefinitionLevel;
      expected[i].value = isNull ? "" : values[i];
    }
    const OwnedView owned =
        makeFlatView(leaf, random, present, random() % 2 == 0, random() % 2 == 0);

    SliceCursor cursor(leaf);
    std::vector<Entry> entries;
    std::uint64_t rows = 0;
    ASSERT_TRUE(cursor.begin(owned.view, 0));
    while (!cursor.atEnd()) {
      const PageRoom room{1 + random() % 2000, 1 + random() % 2000, 1 + random() % 4000};
      const auto slice = cursor.next(room);
      ASSERT_TRUE(slice) << slice.error().message();
      ASSERT_GE(slice->rows, 1U);
      ASSERT_LE(slice->rows, room.rows);
      ASSERT_EQ(slice->rows, slice->entries);
      ASSERT_LE(slice->entries, room.entries);
      // Without its last value a slice is below the room's bytes.
      if (slice->values.count != 0 && type != PhysicalType::kBoolean) {
        const std::string last = valueAt(leaf, slice->values, slice->values.count - 1);
        ASSERT_LT(slice->valueBytes - last.size(), room.valueBytes);
      }
      appendEntries(leaf, *slice, entries);
      rows += slice->rows;
    }
    ASSERT_EQ(rows, count);
    ASSERT_EQ(entries, expected) << "round " << round;
  }
}

TEST(SliceCursor, nestedLeavesGiveTheirEntriesInWholeRows) {
  for (std::uint64_t seed = 0; seed < 150; ++seed) {
    test::RandomRows random(seed);
    const auto schema =
        std::make_shared<const Schema>(random.makeSchema(static_cast<int>(random.below(5))));
    const RowPlan plan(*schema);
    Batch batch = makeBatch(*schema);
    const auto builder = std::move(*RowBuilder::create(schema));
    builder->attach(&batch);
    const std::size_t rows = 1 + random.below(60);
    for (std::size_t i = 0; i < rows; ++i) {
      ASSERT_TRUE(test::appendRow(*builder, plan, random.makeRow(plan)));
    }
    for (std::size_t i = 0; i < schema->leaves().size(); ++i) {
      const Leaf& leaf = schema->leaves()[i];
      const LeafView view = batch.leaves[i].view(rows);
      LeafSlice whole;
      whole.entries = view.entries;
      whole.nulls = view.entries - view.values.count;
      whole.values = view.values;
      whole.definitionLevels = whole.nulls == 0 ? nullptr : view.definitionLevels;
      whole.repetitionLevels = view.repetitionLevels;
      std::vector<Entry> expected;
      appendEntries(leaf, whole, expected);

      SliceCursor cursor(leaf);
      std::vector<Entry> entries;
      std::uint64_t rowsSeen = 0;
      ASSERT_TRUE(cursor.begin(view, 0));
      while (!cursor.atEnd()) {
        const PageRoom room{1 + random.below(30), 1 + random.below(100), 1 + random.below(300)};
        const std::size_t before = entries.size();
        const auto slice = cursor.next(room);
        ASSERT_TRUE(slice) << slice.error().message() << " seed " << seed;
        appendEntries(leaf, *slice, entries);
        ASSERT_LE(slice->rows, room.rows);
        ASSERT_EQ(entries[before].repetition, 0) << "a slice begins with a row";
        ASSERT_EQ(std::count_if(entries.begin() + static_cast<std::ptrdiff_t>(before),
                                entries.end(), [](const Entry& e) { return e.repetition == 0; }),
                  static_cast<std::ptrdiff_t>(slice->rows));
        rowsSeen += slice->rows;
      }
      ASSERT_EQ(rowsSeen, rows);
      ASSERT_EQ(entries, expected) << "seed " << seed;
    }
  }
}

TEST(SliceCursor, nothingIsAllocatedOnceTheScratchHasGrown) {
  const Leaf leaf = leafOf(PhysicalType::kByteArray, kOptional);
  std::mt19937_64 random(5);
  std::vector<std::string> values(5000, "some value");
  std::vector<const std::string*> present(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    present[i] = i % 3 == 0 ? nullptr : &values[i];
  }
  const OwnedView owned = makeFlatView(leaf, random, present, true, true);
  SliceCursor cursor(leaf);
  const auto walk = [&] {
    ASSERT_TRUE(cursor.begin(owned.view, 0));
    while (!cursor.atEnd()) {
      ASSERT_TRUE(cursor.next({1000, 1000, 1000}));
    }
  };
  walk();
  const test::AllocationWatch watch;
  walk();
  EXPECT_EQ(watch.allocations(), 0U);
}

struct BrokenCase {
  const char* name;
  std::vector<std::uint8_t> definition;
  std::vector<std::uint8_t> repetition;
  std::uint64_t rows;
  std::uint64_t values;
  const char* message;
};

TEST(SliceCursor, levelsThatContradictThemselvesAreRefusedAtTheirRow) {
  Schema schema;
  const auto list = schema.addList(kRoot, "l", kOptional);
  (void)*schema.addLeaf(*list, "element", PhysicalType::kInt32, kOptional);
  const Leaf& leaf = schema.leaves()[0];  // definition up to 3, repetition up to 1
  const std::int32_t values[8] = {};
  const BrokenCase cases[] = {
      {"definition_above_maximum",
       {3, 3, 4},
       {0, 0, 0},
       3,
       2,
       "row 102: definition level 4 is above the maximum 3"},
      {"repetition_above_maximum",
       {3, 3, 3},
       {0, 2, 0},
       2,
       3,
       "row 100: repetition level 2 is above the maximum 1"},
      {"first_is_not_a_row",
       {3, 3},
       {1, 0},
       1,
       2,
       "row 100: the first repetition level is 1, not 0"},
      {"fewer_rows",
       {3, 3, 3},
       {0, 0, 1},
       3,
       3,
       "the repetition levels make 2 rows, and there are 3"},
      {"more_rows",
       {3, 3, 3},
       {0, 0, 0},
       2,
       3,
       "the repetition levels make 3 rows, and there are 2"},
      {"fewer_values",
       {3, 2, 3},
       {0, 1, 0},
       2,
       1,
       "row 101: the levels ask for a value, and there are only 1"},
      {"more_values",
       {3, 2, 1},
       {0, 1, 0},
       2,
       2,
       "the definition levels have 1 values, and there are 2"},
      {"goes_on_with_a_null_list",
       {3, 0, 3},
       {0, 0, 1},
       2,
       2,
       "row 101: repetition level 1 goes on"},
      {"goes_on_with_an_empty_list", {1, 3}, {0, 1}, 1, 1, "row 100: repetition level 1 goes on"},
      {"null_list_within_a_list", {3, 1}, {0, 1}, 1, 1, "row 100: repetition level 1 goes on"},
      {"no_entries_for_rows", {}, {}, 1, 0, "0 entries cannot make 1 rows"},
      {"entries_for_no_rows", {3}, {0}, 0, 1, "1 entries cannot make 0 rows"},
      {"more_values_than_entries", {3}, {0}, 1, 2, "2 values do not go with 1 entries"},
  };
  for (const BrokenCase& c : cases) {
    LeafView view;
    view.rows = c.rows;
    view.entries = c.definition.size();
    view.values.count = c.values;
    view.values.data = reinterpret_cast<const std::byte*>(values);
    view.definitionLevels = c.definition.data();
    view.repetitionLevels = c.repetition.data();
    SliceCursor cursor(leaf);
    auto result = cursor.begin(view, 100);
    while (result && !cursor.atEnd()) {
      const auto slice = cursor.next(kWide);
      if (!slice) {
        result = tl::unexpected<Error>(slice.error());
      }
    }
    ASSERT_FALSE(result) << c.name;
    EXPECT_EQ(result.error().code(), ErrorCode::kInvalidArgument) << c.name;
    EXPECT_THAT(result.error().message(), HasSubstr(c.message)) << c.name;
  }
}

Result<void> walk(const Leaf& leaf, const LeafView& view) {
  SliceCursor cursor(leaf);
  PF_TRY(cursor.begin(view, 0));
  while (!cursor.atEnd()) {
    PF_TRY(cursor.next(kWide));
  }
  return {};
}

TEST(SliceCursor, offsetsThatGoBackwardsOrTooFarAreRefusedAtTheirRow) {
  const Leaf leaf = leafOf(PhysicalType::kByteArray, kOptional);
  const std::size_t count = 10000;
  const std::vector<std::byte> data(count);
  std::vector<std::uint32_t> offsets(count + 1);
  std::vector<std::uint8_t> levels;
  for (std::uint32_t i = 0; i <= count; ++i) {
    offsets[i] = i;
  }
  for (std::size_t i = 0; i < count; ++i) {  // each third entry is null
    if (i % 2 == 0) {
      levels.push_back(0);
    }
    levels.push_back(1);
  }
  LeafView view;
  view.rows = view.entries = levels.size();
  view.values.layout = ValuesLayout::kOffsets32;
  view.values.count = count;
  view.values.data = data.data();
  view.values.offsets = offsets.data();
  view.values.dataBytes = count;
  view.definitionLevels = levels.data();
  ASSERT_TRUE(walk(leaf, view));

  for (const std::size_t value : {0U, 5U, 4095U, 4096U, 9999U}) {
    // Value i is entry i + i / 2 + 1.
    const std::string row = "row " + std::to_string(value + value / 2 + 1) + ": ";
    const std::uint32_t good = offsets[value + 1];
    if (value != 0) {
      offsets[value + 1] = offsets[value] - 1;
      EXPECT_THAT(
          walk(leaf, view).error().message(),
          HasSubstr(row + "the offsets go backwards, from " + std::to_string(offsets[value])));
    }
    offsets[value + 1] = static_cast<std::uint32_t>(count + 1);
    EXPECT_THAT(walk(leaf, view).error().message(), HasSubstr(row)) << value;
    offsets[value + 1] = good;
  }
  view.values.dataBytes = count - 1;
  EXPECT_THAT(walk(leaf, view).error().message(),
              HasSubstr("row 14999: the value ends at offset 10000, past the 9999 bytes"));
}

// Three slices: of nulls alone, sparse, and without nulls. Offsets of nulls are not looked at, and
// those of values are, in each.
TEST(SliceCursor, offsetsAreThoseOfValues) {
  const Leaf leaf = leafOf(PhysicalType::kByteArray, kOptional);
  constexpr std::size_t kSlice = SliceCursor::kSliceEntries;
  constexpr std::size_t kEntries = 3 * kSlice;
  const std::string data = "abcdef";
  std::vector<std::uint8_t> validity(kEntries / 8 + 8);
  std::vector<std::uint32_t> offsets(kEntries + 1);
  for (std::size_t entry = 0; entry < kEntries; ++entry) {
    const std::uint32_t bytes = entry == kSlice + 70 || entry == kEntries - 1    ? 2  // "ab", "ef"
                                : entry == kSlice + 71 || entry == kSlice + 9000 ? 1
                                                                                 : 0;
    offsets[entry + 1] = offsets[entry] + bytes;
    if (bytes != 0 || entry >= 2 * kSlice) {
      validity[entry / 8] = static_cast<std::uint8_t>(validity[entry / 8] | 1U << (entry % 8));
    }
  }
  LeafView view;
  view.rows = view.entries = view.values.count = kEntries;
  view.spaced = true;
  view.validity = validity.data();
  view.values.layout = ValuesLayout::kOffsets32;
  view.values.data = reinterpret_cast<const std::byte*>(data.data());
  view.values.dataBytes = data.size();
  view.values.offsets = offsets.data();
  const auto gather = [&]() -> Result<std::string> {
    SliceCursor cursor(leaf);
    PF_TRY(cursor.begin(view, 0));
    std::string all;
    while (!cursor.atEnd()) {
      PF_TRY_ASSIGN(const LeafSlice slice, cursor.next(kWide));
      for (std::size_t i = 0; i < slice.values.count; ++i) {
        const std::uint32_t* const at = slice.values.offsets + i;
        all.append(reinterpret_cast<const char*>(slice.values.data) + at[0], at[1] - at[0]);
        all += at[0] == at[1] ? "" : ",";
      }
    }
    return all;
  };
  ASSERT_EQ(gather().value(), "ab,c,d,ef,");
  const std::vector<std::uint32_t> good = offsets;
  offsets[5] = offsets[kSlice + 4000] = UINT32_MAX;
  EXPECT_EQ(gather().value(), "ab,c,d,ef,");

  const struct {
    std::size_t offset;
    std::uint32_t is;
    const char* said;
  } cases[] = {
      {kSlice + 71, 4, "row 16455: the offsets go backwards, from 4 to 3"},
      {kSlice + 9001, 7, "row 25384: the value ends at offset 7, past the 6 bytes"},
      {2 * kSlice + 8, 5, "row 32776: the offsets go backwards, from 5 to 4"},
      {kEntries, 7, "row 49151: the value ends at offset 7, past the 6 bytes"},
  };
  for (const auto& each : cases) {
    offsets = good;
    offsets[each.offset] = each.is;
    const auto gathered = gather();
    ASSERT_FALSE(gathered) << each.said;
    EXPECT_EQ(gathered.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_THAT(gathered.error().message(), HasSubstr(each.said));
  }
}

TEST(SliceCursor, viewsThatAreNotOfTheLeafAreRefused) {
  const Leaf required = leafOf(PhysicalType::kInt32, kRequired);
  const Leaf optional = leafOf(PhysicalType::kInt32, kOptional);
  const Leaf repeated = leafOf(PhysicalType::kInt32, kRepeated);
  const Leaf bytes = leafOf(PhysicalType::kByteArray, kRequired);
  const std::int32_t values[2] = {};
  const std::uint8_t levels[2] = {1, 1};
  const std::uint32_t offsets[3] = {0, 1, 2};
  LeafView good;
  good.rows = good.entries = good.values.count = 2;
  good.values.data = reinterpret_cast<const std::byte*>(values);
  ASSERT_TRUE(walk(required, good));
  ASSERT_TRUE(walk(optional, good));

  const auto expect = [](const Leaf& leaf, const LeafView& view, const char* message) {
    const auto result = walk(leaf, view);
    ASSERT_FALSE(result) << message;
    EXPECT_THAT(result.error().message(), HasSubstr(message));
  };
  expect(bytes, good, "the layout of the values is not one of BYTE_ARRAY");
  LeafView view = good;
  view.values.layout = ValuesLayout::kBits;
  expect(required, view, "the layout of the values is not one of INT32");
  view = good;
  view.definitionLevels = levels;
  expect(required, view, "always defined");
  view = good;
  view.repetitionLevels = levels;
  expect(optional, view, "does not repeat");
  expect(repeated, good, "repetition levels are missing");
  view = good;
  view.validity = levels;
  view.definitionLevels = levels;
  expect(optional, view, "bitmap");
  view = good;
  view.rows = 3;
  expect(required, view, "2 entries cannot make 3 rows");
  view = good;
  view.values.count = 1;
  expect(optional, view, "1 values do not go with 2 entries");
  view.definitionLevels = levels;
  view.spaced = true;
  expect(optional, view, "1 values do not go with 2 entries");
  view = good;
  view.values.data = nullptr;
  expect(required, view, "values are missing");
  view = good;
  view.values.layout = ValuesLayout::kOffsets32;
  expect(bytes, view, "offsets are missing");
  view.values.offsets = offsets;
  view.values.data = nullptr;
  expect(bytes, view, "the bytes of the values are missing");
}

}  // namespace
}  // namespace parquet_flow::column
