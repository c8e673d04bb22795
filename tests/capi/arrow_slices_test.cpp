// Goal: slices are read where they begin, of whatever they are: of the rows, of the indices, of the
// dictionary, of run ends and of the values of runs, and of all of them at once; and a dictionary
// counts for its own batch alone.
//
// Method: arrays made by hand that have something else in front of what they are to be and behind
// it, in each way in, read back as texts.
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "arrow_rows.hpp"

namespace parquet_flow::test {
namespace {

using Texts = std::vector<std::string>;
using Buffers = std::vector<const void*>;

// Five entries, of which the middle three are meant.
constexpr std::int64_t kFirst = 1;
constexpr std::int64_t kMeant = 3;

struct View {
  std::int32_t length;
  char text[12];
};

struct Kind {
  const char* format;
  Buffers buffers;  // the first is the validity bitmap
  Texts texts;      // of the three
};

const std::vector<Kind>& kinds() {
  static constexpr std::array<std::int32_t, 6> kNarrow = {0, 2, 3, 5, 8, 10};
  static constexpr std::array<std::int64_t, 6> kWide = {0, 2, 3, 5, 8, 10};
  static constexpr const char* kText = "noabbcccno";
  static constexpr std::array<View, 5> kViews = {
      {{2, "no"}, {1, "a"}, {2, "bb"}, {3, "ccc"}, {2, "no"}}};
  static constexpr std::array<std::int64_t, 5> kNumbers = {-1, 10, 20, 30, -1};
  static constexpr std::array<std::int8_t, 5> kNarrowNumbers = {-1, 1, -2, 3, -1};
  static constexpr std::uint8_t kBits = 0b01010;
  static const std::vector<Kind> kAll = {
      {"u", {nullptr, kNarrow.data(), kText}, {"a", "bb", "ccc"}},
      {"U", {nullptr, kWide.data(), kText}, {"a", "bb", "ccc"}},
      {"vu", {nullptr, kViews.data(), nullptr}, {"a", "bb", "ccc"}},
      {"w:2", {nullptr, "noaabbccno"}, {"aa", "bb", "cc"}},
      {"l", {nullptr, kNumbers.data()}, {"10", "20", "30"}},
      {"c", {nullptr, kNarrowNumbers.data()}, {"1", "-2", "3"}},
      {"b", {nullptr, &kBits}, {"true", "false", "true"}},
  };
  return kAll;
}

// Of a dictionary or of runs, beginning behind the first entry. `isMiddleNull`: that of the three.
std::shared_ptr<Array> entriesOf(const Kind& kind, bool isMiddleNull) {
  static constexpr std::uint8_t kMiddleIsNull = 0b11011;
  Buffers buffers = kind.buffers;
  if (isMiddleNull) buffers[0] = &kMiddleIsNull;
  auto entries = std::make_shared<Array>(kMeant, buffers);
  entries->offset = kFirst;
  entries->null_count = isMiddleNull ? 1 : 0;
  return entries;
}

std::string textOfEntry(const Kind& kind, bool isMiddleNull, std::size_t entry) {
  return isMiddleNull && entry == 1 ? "null" : kind.texts[entry];
}

// `length` rows from row `first` on of a batch of one column.
std::shared_ptr<Array> rowsOf(const std::shared_ptr<Array>& column, std::int64_t first,
                              std::int64_t length) {
  auto rows = std::make_shared<Array>(length, Buffers{nullptr},
                                      std::vector<std::shared_ptr<Array>>{column});
  rows->offset = first;
  return rows;
}

// --- dictionaries --------------------------------------------------------------------------------

std::shared_ptr<Field> dictionaryField(const char* indices, const char* entries) {
  auto made = field(indices, "d");
  made->owned.push_back(field(entries, ""));
  made->dictionary = made->owned.back().get();
  return made;
}

std::shared_ptr<Array> dictionaryArray(std::int64_t length, const Buffers& buffers,
                                       const std::shared_ptr<Array>& entries) {
  auto made = std::make_shared<Array>(length, buffers);
  made->owned.push_back(entries);
  made->dictionary = entries.get();
  return made;
}

// What stands at a null is in no dictionary.
template <class Index>
std::array<Index, 8> makeIndices(bool hasNull) {
  return {9, 0, 2, 1, static_cast<Index>(hasNull ? 100 : 1), 2, 0, 9};
}

// Six of the indices are meant, from the second on, and of these rows the last five.
template <class Index>
void expectSlicedDictionary(const char* format, const Kind& kind) {
  static constexpr std::uint8_t kFifthIsNull = 0b11101111;
  for (const bool isEntryNull : {false, true}) {
    for (const bool isRowNull : {false, true}) {
      SCOPED_TRACE(std::string(format) + " into " + kind.format +
                   (isEntryNull ? ", a null entry" : "") + (isRowNull ? ", a null row" : ""));
      const auto indices = makeIndices<Index>(isRowNull);
      const auto column = dictionaryArray(6, {isRowNull ? &kFifthIsNull : nullptr, indices.data()},
                                          entriesOf(kind, isEntryNull));
      column->offset = 1;
      column->null_count = isRowNull ? 1 : 0;
      const auto schema = field("+s", "", std::vector{dictionaryField(format, kind.format)});
      const auto text = [&](std::size_t entry) { return textOfEntry(kind, isEntryNull, entry); };
      const Texts whole = {text(0), text(2), text(1), isRowNull ? "null" : text(1),
                           text(2), text(0)};
      expectSlots(*schema, {rowsOf(column, 0, 6).get()}, whole);
      expectSlots(*schema, {rowsOf(column, 1, 5).get()}, Texts(whole.begin() + 1, whole.end()));
    }
  }
}

TEST(ArrowSlices, ofDictionariesAndOfTheirIndices) {
  for (const Kind& kind : kinds()) expectSlicedDictionary<std::int8_t>("c", kind);
}

TEST(ArrowSlices, ofIndicesOfEachWidth) {
  const Kind& texts = kinds().front();
  expectSlicedDictionary<std::uint8_t>("C", texts);
  expectSlicedDictionary<std::int16_t>("s", texts);
  expectSlicedDictionary<std::uint16_t>("S", texts);
  expectSlicedDictionary<std::int32_t>("i", texts);
  expectSlicedDictionary<std::uint32_t>("I", texts);
  expectSlicedDictionary<std::int64_t>("l", texts);
  expectSlicedDictionary<std::uint64_t>("L", texts);
}

// An index that the whole dictionary has, and the slice has not.
TEST(ArrowSlices, ofADictionaryHaveNoEntryBehindThem) {
  static constexpr std::array<std::int8_t, 3> kIndices = {0, 3, 1};
  const auto column = dictionaryArray(3, {nullptr, kIndices.data()}, entriesOf(kinds()[0], false));
  const auto schema = field("+s", "", std::vector{dictionaryField("c", "u")});
  const OutputTo output(PF_OUTPUT_DISCARD);
  ErrorText error;
  pf_writer_handle_t* made = nullptr;
  ASSERT_EQ(pf_writer_create_for_arrow(schema.get(), nullptr, &output, &made, &error),
            PF_STATUS_OK);
  const WriterHandle writer(made);
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_write_arrow(made, rowsOf(column, 0, 3).get(), schema.get(), &error),
                   error.message, "column 'd': row 1");
}

// Lists of indices: [0 2] [] [1 100] [2], of which the last three are meant; those of the lists
// begin at the second one.
TEST(ArrowSlices, ofListsOfIndices) {
  static constexpr std::array<std::int32_t, 5> kOffsets = {0, 2, 2, 4, 5};
  static constexpr std::uint8_t kFifthIsNull = 0b11101111;
  const auto indices = makeIndices<std::int16_t>(true);
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.format);
    const auto elements =
        dictionaryArray(5, {&kFifthIsNull, indices.data()}, entriesOf(kind, true));
    elements->offset = 1;
    elements->null_count = 1;
    const auto lists = std::make_shared<Array>(3, Buffers{nullptr, kOffsets.data()},
                                               std::vector<std::shared_ptr<Array>>{elements});
    lists->offset = 1;
    const auto schema = field(
        "+s", "", std::vector{field("+l", "l", std::vector{dictionaryField("s", kind.format)})});
    expectSlots(*schema, {rowsOf(lists, 0, 3).get()}, {"null", "null", kind.texts[2]});
    expectSlots(*schema, {rowsOf(lists, 2, 1).get()}, {kind.texts[2]});
  }
}

// The same indices mean something else in each batch: other texts, texts in another order, fewer of
// them, one that is null, texts that are twice there, and none at all.
TEST(ArrowSlices, ofDictionariesThatDifferBetweenBatches) {
  struct Dictionary {
    std::array<std::int32_t, 4> offsets;
    const char* bytes;
    std::uint8_t validity;
    Texts rows;  // of the indices 0 1 null 2
  };
  static constexpr std::array<std::int8_t, 4> kIndices = {0, 1, 77, 2};
  static constexpr std::uint8_t kThirdIsNull = 0b1011;
  static constexpr std::uint8_t kAllNull = 0;
  const std::vector<Dictionary> dictionaries = {
      {{0, 1, 2, 4}, "abcc", 0b111, {"a", "b", "null", "cc"}},
      {{0, 2, 3, 4}, "ccba", 0b111, {"cc", "b", "null", "a"}},
      {{0, 0, 0, 1}, "x", 0b101, {"", "null", "null", "x"}},
      {{0, 1, 2, 3}, "yyz", 0b111, {"y", "y", "null", "z"}},
      {{0, 1, 2, 3}, "pqr", 0b000, {"null", "null", "null", "null"}},
      {{0, 1, 2, 4}, "abcc", 0b110, {"null", "b", "null", "cc"}},
  };
  std::vector<std::shared_ptr<Array>> owned;
  Batches batches;
  Texts expected;
  for (const Dictionary& each : dictionaries) {
    const auto entries =
        std::make_shared<Array>(3, Buffers{&each.validity, each.offsets.data(), each.bytes});
    entries->null_count = -1;  // not counted
    const auto column = dictionaryArray(4, {&kThirdIsNull, kIndices.data()}, entries);
    column->null_count = 1;
    batches.push_back(owned.emplace_back(rowsOf(column, 0, 4)).get());
    expected.insert(expected.end(), each.rows.begin(), each.rows.end());
  }
  const auto none = std::make_shared<Array>(0, Buffers{nullptr, nullptr, nullptr});
  const auto nulls = dictionaryArray(4, {&kAllNull, kIndices.data()}, none);
  nulls->null_count = 4;
  batches.push_back(owned.emplace_back(rowsOf(nulls, 0, 4)).get());
  expected.insert(expected.end(), 4, "null");
  expectSlots(*field("+s", "", std::vector{dictionaryField("c", "u")}), batches, expected);
}

// --- runs ----------------------------------------------------------------------------------------

// Runs of 2, 3 and 4 rows, behind an end and before one that are not meant.
template <class End>
void expectSlicedRuns(const char* ends, const Kind& kind) {
  static constexpr std::array<End, 5> kEnds = {1, 2, 5, 9, 100};
  for (const bool isNull : {false, true}) {
    SCOPED_TRACE(std::string(ends) + " of " + kind.format + (isNull ? ", a null run" : ""));
    const auto runEnds = std::make_shared<Array>(kMeant, Buffers{nullptr, kEnds.data()});
    runEnds->offset = kFirst;
    const auto schema =
        field("+s", "",
              std::vector{field(
                  "+r", "r", std::vector{field(ends, "run_ends"), field(kind.format, "values")})});
    Texts whole;
    for (const std::size_t run : {0U, 0U, 1U, 1U, 1U, 2U, 2U, 2U, 2U}) {
      whole.push_back(textOfEntry(kind, isNull, run));
    }
    // Of the column, then of the rows: in the middle of a run, where one ends, and both.
    for (const std::int64_t first : {0, 1, 2, 4, 8}) {
      for (const std::int64_t last : {9, 7, 5}) {
        for (const std::int64_t row : {0, 1}) {
          if (last - first - row <= 0) continue;
          SCOPED_TRACE(std::to_string(first) + " .. " + std::to_string(last) + ", row " +
                       std::to_string(row));
          const auto column = std::make_shared<Array>(
              last - first, Buffers{}, std::vector{runEnds, entriesOf(kind, isNull)});
          column->offset = first;
          expectSlots(*schema, {rowsOf(column, row, last - first - row).get()},
                      Texts(whole.begin() + first + row, whole.begin() + last));
        }
      }
    }
  }
}

TEST(ArrowSlices, ofRunsOfTheirEndsAndOfTheirValues) {
  for (const Kind& kind : kinds()) expectSlicedRuns<std::int32_t>("i", kind);
}

TEST(ArrowSlices, ofRunEndsOfEachWidth) {
  expectSlicedRuns<std::int16_t>("s", kinds().front());
  expectSlicedRuns<std::int64_t>("l", kinds().front());
}

// Runs of indices into a dictionary; all three begin behind their first entry.
TEST(ArrowSlices, ofRunsOfIndices) {
  static constexpr std::array<std::int32_t, 4> kEnds = {1, 2, 3, 5};
  const auto indices = makeIndices<std::int8_t>(false);  // 0 2 1 are meant
  for (const Kind& kind : kinds()) {
    SCOPED_TRACE(kind.format);
    const auto runEnds = std::make_shared<Array>(3, Buffers{nullptr, kEnds.data()});
    runEnds->offset = 1;
    const auto values = dictionaryArray(3, {nullptr, indices.data()}, entriesOf(kind, true));
    values->offset = 1;
    const auto column =
        std::make_shared<Array>(4, Buffers{}, std::vector<std::shared_ptr<Array>>{runEnds, values});
    column->offset = 1;
    auto valueField = dictionaryField("c", kind.format);
    valueField->label = "values";
    valueField->name = valueField->label.c_str();
    const auto schema = field(
        "+s", "", std::vector{field("+r", "r", std::vector{field("i", "run_ends"), valueField})});
    expectSlots(*schema, {rowsOf(column, 0, 4).get()},
                {kind.texts[0], kind.texts[2], "null", "null"});
  }
}

// Rows that are wanted behind the last end.
TEST(ArrowSlices, ofRunsThatAreTooShortAreRefused) {
  static constexpr std::array<std::int32_t, 5> kEnds = {1, 2, 5, 9, 100};
  const auto runEnds = std::make_shared<Array>(kMeant, Buffers{nullptr, kEnds.data()});
  runEnds->offset = kFirst;
  const auto column = std::make_shared<Array>(
      8, Buffers{}, std::vector{runEnds, entriesOf(kinds().front(), false)});
  column->offset = 2;
  const auto schema = field(
      "+s", "",
      std::vector{field("+r", "r", std::vector{field("i", "run_ends"), field("u", "values")})});
  const OutputTo output(PF_OUTPUT_DISCARD);
  ErrorText error;
  pf_writer_handle_t* made = nullptr;
  ASSERT_EQ(pf_writer_create_for_arrow(schema.get(), nullptr, &output, &made, &error),
            PF_STATUS_OK);
  const WriterHandle writer(made);
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_writer_write_arrow(made, rowsOf(column, 0, 8).get(), schema.get(), &error),
                   error.message, "column 'r': the runs end at 9, before slot 10");
}

}  // namespace
}  // namespace parquet_flow::test
