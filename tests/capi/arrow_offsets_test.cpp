// Goal: offsets that nobody has checked yet are guessed by, and no guess ends the process, lets
// bytes be read that are not there, or cuts rows into row groups that they do not fill.
//
// Method: arrays of one row, whose offsets go back, are negative or far too large, of each kind
// that has offsets, through each way in; dictionaries of no entries, which need have none; and
// slices of large arrays, whose row groups are counted.
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arrow_structs.hpp"
#include "capi_fixture.hpp"

namespace parquet_flow::test {
namespace {

using Way = std::function<pf_status_t(const ArrowSchema&, ArrowArray&)>;

WriterHandle writerFor(const ArrowSchema& schema, const pf_writer_options_t* options = nullptr) {
  ErrorText error;
  pf_writer_handle_t* writer = nullptr;
  const OutputTo output(PF_OUTPUT_DISCARD);
  EXPECT_EQ(pf_writer_create_for_arrow(&schema, options, &output, &writer, &error), PF_STATUS_OK)
      << error.message;
  return WriterHandle(writer);
}

pf_status_t writeBatch(const ArrowSchema& schema, ArrowArray& array) {
  return pf_writer_write_arrow(writerFor(schema).get(), &array, &schema, nullptr);
}

pf_status_t writeStream(const ArrowSchema& schema, ArrowArray& array) {
  BatchStream stream(schema, array);
  return pf_writer_write_arrow_stream(writerFor(schema).get(), &stream, nullptr);
}

pf_status_t submitBatch(const ArrowSchema& schema, ArrowArray& array) {
  const OutputTo output(PF_OUTPUT_DISCARD);
  pf_pipeline_t* pipeline = nullptr;
  ErrorText error;
  EXPECT_EQ(pf_pipeline_create_for_arrow(&schema, nullptr, &output, nullptr, &pipeline, &error),
            PF_STATUS_OK)
      << error.message;
  pf_status_t status = pf_pipeline_submit_arrow(pipeline, &array, nullptr, nullptr, &error);
  if (status == PF_STATUS_OK) status = pf_pipeline_close(pipeline, nullptr, &error);
  pf_pipeline_destroy(pipeline);
  return status;
}

const std::array<std::pair<const char*, Way>, 3> kWays = {{
    {"a batch", writeBatch},
    {"a stream", writeStream},
    {"a pipeline", submitBatch},
}};

// A column of one row, `format`, with these buffers; beside a column of INT64, which has its own
// part in the guess.
void expectRefused(const std::string& format, std::vector<const void*> buffers,
                   const std::vector<std::shared_ptr<Field>>& childFields = {},
                   const std::vector<std::shared_ptr<Array>>& children = {}) {
  static constexpr std::int64_t kNumber = 1;
  for (const auto& [name, way] : kWays) {
    for (const bool isAlone : {true, false}) {
      SCOPED_TRACE(format + " through " + name + (isAlone ? "" : ", beside another"));
      std::vector fields = {field(format, "c", childFields)};
      std::vector<std::shared_ptr<Array>> arrays;
      arrays.reserve(2);
      arrays.push_back(std::make_shared<Array>(1, buffers, children));
      if (!isAlone) {
        fields.push_back(field("l", "n"));
        arrays.push_back(std::make_shared<Array>(1, std::vector<const void*>{nullptr, &kNumber}));
      }
      const auto schema = field("+s", "", fields);
      Array batch(1, {nullptr}, arrays);
      EXPECT_EQ(way(*schema, batch), PF_STATUS_INVALID_ARGUMENT);
    }
  }
}

constexpr std::array<std::array<std::int32_t, 2>, 5> kOffsets32 = {
    {{1, 0}, {9, 0}, {-1, 0}, {0, -1}, {INT32_MAX, INT32_MIN}}};
constexpr std::array<std::array<std::int64_t, 2>, 7> kOffsets64 = {{{1, 0},
                                                                    {9, 0},
                                                                    {-1, 0},
                                                                    {0, -1},
                                                                    {INT64_MAX, INT64_MIN},
                                                                    {INT64_MIN, INT64_MAX},
                                                                    {-2, INT64_MAX}}};

TEST(ArrowOffsets, ofOneTextThatGoBackAreRefused) {
  for (const auto& offsets : kOffsets32) {
    for (const char* const format : {"u", "z"}) {
      expectRefused(format, {nullptr, offsets.data(), "abc"});
    }
  }
  for (const auto& offsets : kOffsets64) {
    for (const char* const format : {"U", "Z"}) {
      expectRefused(format, {nullptr, offsets.data(), "abc"});
    }
  }
}

TEST(ArrowOffsets, ofOneListThatGoBackAreRefused) {
  static constexpr std::array<std::int64_t, 2> kNumbers = {1, 2};
  const auto element = [] {
    return std::make_shared<Array>(2, std::vector<const void*>{nullptr, kNumbers.data()});
  };
  for (const auto& offsets : kOffsets32) {
    expectRefused("+l", {nullptr, offsets.data()}, {field("l", "item")}, {element()});
  }
  for (const auto& offsets : kOffsets64) {
    expectRefused("+L", {nullptr, offsets.data()}, {field("l", "item")}, {element()});
  }
  static constexpr std::int32_t kStart = 0;
  for (const std::int32_t size : {-1, INT32_MIN, 3, INT32_MAX}) {
    expectRefused("+vl", {nullptr, &kStart, &size}, {field("l", "item")}, {element()});
  }
}

// A dictionary of one text.
TEST(ArrowOffsets, ofOneTextInADictionaryThatGoBackAreRefused) {
  static constexpr std::int8_t kIndex = 0;
  for (const auto& offsets : kOffsets64) {
    for (const auto& [name, way] : kWays) {
      SCOPED_TRACE(name);
      auto column = field("c", "d");
      column->owned.push_back(field("U", ""));
      column->dictionary = column->owned.back().get();
      const auto schema = field("+s", "", std::vector{column});
      auto indices = std::make_shared<Array>(1, std::vector<const void*>{nullptr, &kIndex});
      indices->owned.push_back(
          std::make_shared<Array>(1, std::vector<const void*>{nullptr, offsets.data(), "abc"}));
      indices->dictionary = indices->owned.back().get();
      Array batch(1, {nullptr}, {indices});
      EXPECT_EQ(way(*schema, batch), PF_STATUS_INVALID_ARGUMENT);
    }
  }
}

// Nothing stands at the end of the last one, which is null, but five bytes at the first.
TEST(ArrowOffsets, bytesThatAreMissingAreNotRead) {
  static constexpr std::uint8_t kFirstIsThere = 0b01;
  static constexpr std::array<std::int32_t, 3> kNarrow = {0, 5, 0};
  static constexpr std::array<std::int64_t, 3> kWide = {0, 5, 0};
  static constexpr std::array<std::int64_t, 3> kFurther = {3, 5, 0};
  const std::array<std::pair<const char*, const void*>, 3> all = {
      {{"u", kNarrow.data()}, {"U", kWide.data()}, {"U", kFurther.data()}}};
  for (const auto& [format, offsets] : all) {
    for (const auto& [name, way] : kWays) {
      SCOPED_TRACE(std::string(format) + " through " + name);
      const auto schema = field("+s", "", std::vector{field(format, "c")});
      const auto column =
          std::make_shared<Array>(2, std::vector<const void*>{&kFirstIsThere, offsets, nullptr});
      column->null_count = 1;
      Array batch(2, {nullptr}, {column});
      EXPECT_EQ(way(*schema, batch), PF_STATUS_INVALID_ARGUMENT);
    }
  }
}

// --- dictionaries without entries ----------------------------------------------------------------

// Its rows are written whichever way they come.
void expectWritten(const ArrowSchema& schema, Array& batch) {
  for (const auto& [name, way] : kWays) {
    SCOPED_TRACE(name);
    EXPECT_EQ(way(schema, batch), PF_STATUS_OK);
    batch.release = releaseArray;
  }
}

// The format lets arrays of no slots have no offsets.
TEST(ArrowOffsets, ofADictionaryWithoutEntriesMayBeMissing) {
  static constexpr std::array<std::int32_t, 4> kIndices = {};
  static constexpr std::array<std::int32_t, 5> kListOffsets = {};
  static constexpr std::uint8_t kAllNull = 0;
  for (const char* const format : {"u", "U", "z", "vu", "w:3", "l"}) {
    SCOPED_TRACE(format);
    auto texts = field("i", "d");
    texts->owned.push_back(field(format, ""));
    texts->dictionary = texts->owned.back().get();
    const std::size_t buffers = format[0] == 'w' || format[0] == 'l' ? 2 : 3;
    const auto none = std::make_shared<Array>(0, std::vector<const void*>(buffers, nullptr));
    const auto indices = [&](std::int64_t length) {
      auto array = std::make_shared<Array>(
          length, std::vector<const void*>{length == 0 ? nullptr : &kAllNull, kIndices.data()});
      array->null_count = length;
      array->dictionary = none.get();
      return array;
    };
    const auto flat = field("+s", "", std::vector{texts});
    Array nulls(4, {nullptr}, {indices(4)});
    expectWritten(*flat, nulls);
    const auto nested = field("+s", "", std::vector{field("+l", "l", std::vector{texts})});
    const auto lists = std::make_shared<Array>(
        4, std::vector<const void*>{nullptr, kListOffsets.data()}, std::vector{indices(0)});
    Array empty(4, {nullptr}, {lists});
    expectWritten(*nested, empty);
  }
}

// --- row groups ----------------------------------------------------------------------------------

std::uint64_t rowGroupsOf(const ArrowSchema& schema, std::vector<Array*> batches,
                          std::uint64_t bytesMax) {
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.row_group_bytes = bytesMax;
  const WriterHandle writer = writerFor(schema, &options);
  for (Array* const batch : batches) {
    BatchStream stream(schema, *batch);
    ErrorText error;
    EXPECT_EQ(pf_writer_write_arrow_stream(writer.get(), &stream, &error), PF_STATUS_OK)
        << error.message;
  }
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  EXPECT_EQ(pf_writer_get_stats(writer.get(), &stats), PF_STATUS_OK);
  return stats.row_groups;
}

constexpr std::int64_t kRows = 100'000;
constexpr std::uint64_t kRowGroupBytes = 256 << 10;

// 1 000 rows of a struct, of a list and of a fixed list of 100 000: 16, 16 and 32 bytes a row.
TEST(ArrowOffsets, aSliceIsAsLargeAsItsPartOfTheChildren) {
  std::vector<std::int64_t> numbers(kRows * 4, 7);
  std::vector<std::int32_t> offsets(kRows + 1);
  for (std::size_t i = 0; i < offsets.size(); ++i) offsets[i] = static_cast<std::int32_t>(2 * i);
  const auto whole = [&](std::int64_t length) {
    return std::make_shared<Array>(length, std::vector<const void*>{nullptr, numbers.data()});
  };
  struct Case {
    const char* format;
    std::vector<const void*> buffers;
    std::int64_t elements;
    std::size_t children;
  };
  const Case cases[] = {
      {"+s", {nullptr}, kRows, 2},
      {"+l", {nullptr, offsets.data()}, 2 * kRows, 1},
      {"+w:4", {nullptr}, 4 * kRows, 1},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.format);
    std::vector<std::shared_ptr<Field>> childFields;
    std::vector<std::shared_ptr<Array>> children;
    for (std::size_t i = 0; i < c.children; ++i) {
      childFields.push_back(field("l", "f" + std::to_string(i)));
      children.push_back(whole(c.elements));
    }
    const auto schema = field("+s", "", std::vector{field(c.format, "c", childFields)});
    const auto column = std::make_shared<Array>(1'000, c.buffers, children);
    column->offset = 50'000;
    Array batch(1'000, {nullptr}, {column});
    EXPECT_EQ(rowGroupsOf(*schema, {&batch}, kRowGroupBytes), 1U);
  }
}

TEST(ArrowOffsets, viewsCountWithTheirTexts) {
  struct View {
    std::int32_t length = 1000;
    char prefix[4] = {'t', 't', 't', 't'};
    std::int32_t buffer = 0;
    std::int32_t offset = 0;
  };
  const std::vector<View> views(4'000);
  const std::string text(1000, 't');
  const std::int64_t sizes[] = {1000};
  const auto schema = field("+s", "", std::vector{field("vu", "v")});
  const auto column = std::make_shared<Array>(
      4'000, std::vector<const void*>{nullptr, views.data(), text.data(), sizes});
  Array batch(4'000, {nullptr}, {column});
  const std::uint64_t rowGroups = rowGroupsOf(*schema, {&batch}, kRowGroupBytes);
  EXPECT_GE(rowGroups, 15U);  // of 4 000 000 bytes
  EXPECT_LE(rowGroups, 17U);
}

// 4 000 rows of one of ten texts of 1 000 bytes, every one or every other one: 4 and 2 million
// bytes.
TEST(ArrowOffsets, valuesCountWhereIndicesStandForThem) {
  const std::string text(10'000, 't');
  std::array<std::int32_t, 11> offsets;
  for (std::size_t i = 0; i < offsets.size(); ++i) offsets[i] = static_cast<std::int32_t>(i) * 1000;
  const auto texts =
      std::make_shared<Array>(10, std::vector<const void*>{nullptr, offsets.data(), text.data()});
  std::vector<std::int16_t> indices(4'000);
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = static_cast<std::int16_t>(i % 10);
  const std::vector<std::uint8_t> everyOther(500, 0b01010101);
  auto column = field("s", "d");
  column->owned.push_back(field("u", ""));
  column->dictionary = column->owned.back().get();
  const auto schema = field("+s", "", std::vector{column});
  for (const bool hasNulls : {false, true}) {
    const auto rows = std::make_shared<Array>(
        4'000, std::vector<const void*>{hasNulls ? everyOther.data() : nullptr, indices.data()});
    rows->null_count = hasNulls ? 2'000 : 0;
    rows->dictionary = texts.get();
    Array batch(4'000, {nullptr}, {rows});
    const std::uint64_t rowGroups = rowGroupsOf(*schema, {&batch}, kRowGroupBytes);
    EXPECT_GE(rowGroups, hasNulls ? 8U : 15U);
    EXPECT_LE(rowGroups, hasNulls ? 9U : 17U);
  }
}

// All 4 000 rows are "x"; the mean of the entries is half a million bytes.
TEST(ArrowOffsets, largeEntriesThatNoRowHasDoNotCount) {
  const std::string text(1'000'001, 'x');
  const std::array<std::int32_t, 3> offsets = {0, 1, 1'000'001};
  const auto texts =
      std::make_shared<Array>(2, std::vector<const void*>{nullptr, offsets.data(), text.data()});
  auto column = field("i", "d");
  column->owned.push_back(field("u", ""));
  column->dictionary = column->owned.back().get();
  const auto schema = field("+s", "", std::vector{column});
  const std::vector<std::int32_t> indices(4'000, 0);
  const auto rows =
      std::make_shared<Array>(4'000, std::vector<const void*>{nullptr, indices.data()});
  rows->dictionary = texts.get();
  Array batch(4'000, {nullptr}, {rows});
  EXPECT_EQ(rowGroupsOf(*schema, {&batch}, kRowGroupBytes), 1U);
}

// 4 000 rows, each of a text of 1 000 bytes, in ten runs.
TEST(ArrowOffsets, valuesCountInEachRowOfTheirRun) {
  const std::string text(10'000, 't');
  std::array<std::int32_t, 11> offsets;
  std::array<std::int32_t, 10> ends;
  for (std::size_t i = 0; i < offsets.size(); ++i) offsets[i] = static_cast<std::int32_t>(i) * 1000;
  for (std::size_t i = 0; i < ends.size(); ++i) ends[i] = static_cast<std::int32_t>(i + 1) * 400;
  const auto texts =
      std::make_shared<Array>(10, std::vector<const void*>{nullptr, offsets.data(), text.data()});
  const auto structs =
      std::make_shared<Array>(10, std::vector<const void*>{nullptr}, std::vector{texts});
  const auto structField = field("+s", "values", std::vector{field("u", "text")});
  for (const auto& [valueField, values] :
       {std::pair(field("u", "values"), texts), std::pair(structField, structs)}) {
    const auto schema = field(
        "+s", "", std::vector{field("+r", "r", std::vector{field("i", "run_ends"), valueField})});
    const auto runs = std::make_shared<Array>(
        4'000, std::vector<const void*>{},
        std::vector{std::make_shared<Array>(10, std::vector<const void*>{nullptr, ends.data()}),
                    values});
    Array batch(4'000, {nullptr}, {runs});
    const std::uint64_t rowGroups = rowGroupsOf(*schema, {&batch}, kRowGroupBytes);
    EXPECT_GE(rowGroups, 15U) << valueField->text;
    EXPECT_LE(rowGroups, 17U) << valueField->text;
  }
}

// --- columns of the same path
// ----------------------------------------------------------------------

TEST(ArrowOffsets, dictionariesMayHaveAPathThatAnotherColumnHas) {
  auto dotted = field("c", "a.b");
  dotted->owned.push_back(field("u", ""));
  dotted->dictionary = dotted->owned.back().get();
  const auto schema =
      field("+s", "", std::vector{dotted, field("+s", "a", std::vector{field("i", "b")})});
  EXPECT_NE(writerFor(*schema), nullptr);
}

}  // namespace
}  // namespace parquet_flow::test
