// Goal: the row groups of a stream, and of a pipeline, are within row_group_bytes and not many more
// than that needs, whatever the sizes of the rows are.
//
// Method: batches whose last rows have nearly all of the bytes, of each kind of column whose values
// differ in size, written PLAIN; the file's own footer says how many bytes each row group has.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "arrow_structs.hpp"
#include "capi_fixture.hpp"

namespace parquet_flow::test {
namespace {

using PipelineHandle = std::unique_ptr<pf_pipeline_t, Destroy<pf_pipeline_destroy>>;

constexpr std::uint64_t kRowGroupBytes = 1 << 20;
// Page headers and levels.
constexpr std::uint64_t kRoomForHeaders = 10'000;

struct Group {
  std::uint64_t rows;
  std::uint64_t bytes;
};

// Of one leaf.
std::vector<Group> groupsOf(const void* file, std::size_t bytes) {
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.kind = PF_INPUT_MEMORY;
  input.memory = file;
  input.memory_bytes = bytes;
  pf_reader_t* reader = nullptr;
  EXPECT_EQ(pf_reader_open(&input, nullptr, &reader, nullptr), PF_STATUS_OK);
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  EXPECT_EQ(pf_reader_info(reader, &info, nullptr), PF_STATUS_OK);
  std::vector<Group> groups;
  for (std::uint64_t i = 0; i < info.row_groups; ++i) {
    Group group{};
    pf_chunk_info_t chunk;
    pf_chunk_info_init(&chunk, sizeof chunk);
    EXPECT_EQ(pf_reader_row_group_rows(reader, i, &group.rows, nullptr), PF_STATUS_OK);
    EXPECT_EQ(pf_reader_get_chunk(reader, i, 0, &chunk, nullptr), PF_STATUS_OK);
    group.bytes = chunk.uncompressed_bytes;
    groups.push_back(group);
  }
  pf_reader_destroy(reader);
  return groups;
}

pf_writer_options_t plainOptions(std::uint64_t rowsMax) {
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.row_group_bytes = kRowGroupBytes;
  options.row_group_rows = rowsMax;
  options.encoding = PF_ENCODING_PLAIN;
  options.compression = PF_COMPRESSION_UNCOMPRESSED;
  return options;
}

std::vector<Group> write(const std::shared_ptr<Field>& column, std::shared_ptr<Array> values,
                         int batches, std::uint64_t rowsMax = 1 << 20) {
  const auto schema = field("+s", "", std::vector{column});
  const std::int64_t rows = values->length;
  const Array batch(rows, {nullptr}, {std::move(values)});
  const pf_writer_options_t options = plainOptions(rowsMax);
  const OutputTo output(PF_OUTPUT_MEMORY);
  ErrorText error;
  pf_writer_handle_t* made = nullptr;
  EXPECT_EQ(pf_writer_create_for_arrow(schema.get(), &options, &output, &made, &error),
            PF_STATUS_OK)
      << error.message;
  const WriterHandle writer(made);
  BatchStream stream(*schema, batch, batches);
  EXPECT_EQ(pf_writer_write_arrow_stream(made, &stream, &error), PF_STATUS_OK) << error.message;
  EXPECT_EQ(pf_writer_close(made), PF_STATUS_OK);
  const void* file = nullptr;
  std::size_t bytes = 0;
  EXPECT_EQ(pf_writer_memory(made, &file, &bytes), PF_STATUS_OK);
  const std::vector<Group> groups = groupsOf(file, bytes);
  std::uint64_t written = 0;
  for (const Group& group : groups) written += group.rows;
  EXPECT_EQ(written, static_cast<std::uint64_t>(rows) * static_cast<unsigned>(batches));
  return groups;
}

std::vector<Group> writeByPipeline(const std::shared_ptr<Field>& column,
                                   const std::vector<std::shared_ptr<Array>>& batches) {
  const auto schema = field("+s", "", std::vector{column});
  const pf_writer_options_t options = plainOptions(1 << 20);
  const OutputTo output(PF_OUTPUT_MEMORY);
  ErrorText error;
  pf_pipeline_t* made = nullptr;
  EXPECT_EQ(pf_pipeline_create_for_arrow(schema.get(), &options, &output, nullptr, &made, &error),
            PF_STATUS_OK)
      << error.message;
  const PipelineHandle pipeline(made);
  std::vector<std::unique_ptr<Array>> structs;  // as long as the pipeline has the arrays
  for (const auto& values : batches) {
    ArrowArray moved = *structs.emplace_back(std::make_unique<Array>(
        values->length, std::vector<const void*>{nullptr}, std::vector{values}));
    EXPECT_EQ(pf_pipeline_submit_arrow(made, &moved, nullptr, nullptr, &error), PF_STATUS_OK)
        << error.message;
  }
  EXPECT_EQ(pf_pipeline_close(made, nullptr, &error), PF_STATUS_OK) << error.message;
  const void* file = nullptr;
  std::size_t bytes = 0;
  EXPECT_EQ(pf_pipeline_memory(made, &file, &bytes, &error), PF_STATUS_OK) << error.message;
  return groupsOf(file, bytes);
}

// 19 800 rows of 10 bytes, then 200 of 99 000: 198 000 + 19 800 000 bytes, of which ten large rows
// fit into a row group.
constexpr std::size_t kRows = 20'000;
constexpr std::size_t kLargeRows = 200;
constexpr std::size_t kSmallBytes = 10;
constexpr std::size_t kLargeBytes = 99'000;

bool isLarge(std::size_t row) { return row >= kRows - kLargeRows; }

class ArrowRowGroups : public testing::Test {
 protected:
  static void expectBounded(const std::vector<Group>& groups) {
    for (std::size_t i = 0; i < groups.size(); ++i) {
      EXPECT_LE(groups[i].bytes, kRowGroupBytes + kRoomForHeaders) << i;
    }
    EXPECT_GE(groups.size(), kLargeRows / 10);
    EXPECT_LE(groups.size(), kLargeRows / 10 + 3);
  }
  static const std::string& largeText() {
    static const std::string text(kLargeBytes, 't');
    return text;
  }
  // A text of each size.
  std::shared_ptr<Array> twoTexts() {
    return std::make_shared<Array>(
        2, std::vector<const void*>{nullptr, twoOffsets_.data(), twoTexts_.data()});
  }
  template <class Offset>
  std::vector<Offset> offsets() {
    std::vector<Offset> made = {0};
    for (std::size_t row = 0; row < kRows; ++row) {
      made.push_back(made.back() + static_cast<Offset>(isLarge(row) ? kLargeBytes : kSmallBytes));
    }
    allTexts_.assign(static_cast<std::size_t>(made.back()), 't');
    return made;
  }

  std::string twoTexts_ = std::string(kSmallBytes, 's') + largeText();
  std::vector<std::int32_t> twoOffsets_ = {0, kSmallBytes, kSmallBytes + kLargeBytes};
  std::string allTexts_;
};

TEST_F(ArrowRowGroups, ofTextsAreBounded) {
  const auto narrow = offsets<std::int32_t>();
  expectBounded(
      write(field("u", "c"),
            std::make_shared<Array>(
                kRows, std::vector<const void*>{nullptr, narrow.data(), allTexts_.data()}),
            1));
  const auto wide = offsets<std::int64_t>();
  expectBounded(write(field("U", "c"),
                      std::make_shared<Array>(
                          kRows, std::vector<const void*>{nullptr, wide.data(), allTexts_.data()}),
                      1));
}

TEST_F(ArrowRowGroups, ofViewsAreBounded) {
  struct View {
    std::int32_t length;
    char prefix[4] = {'t', 't', 't', 't'};
    char rest[8] = {};  // of a text of 10 bytes; of a longer one its buffer 0, and where: 0
  };
  std::vector<View> views;
  for (std::size_t row = 0; row < kRows; ++row) {
    views.push_back({static_cast<std::int32_t>(isLarge(row) ? kLargeBytes : kSmallBytes)});
  }
  const std::int64_t sizes[] = {kLargeBytes};
  expectBounded(
      write(field("vu", "c"),
            std::make_shared<Array>(
                kRows, std::vector<const void*>{nullptr, views.data(), largeText().data(), sizes}),
            1));
}

TEST_F(ArrowRowGroups, ofListsAreBounded) {
  const auto texts = offsets<std::int32_t>();
  std::vector<std::int32_t> lists;
  for (std::size_t row = 0; row <= kRows; ++row) lists.push_back(static_cast<std::int32_t>(row));
  const auto elements = std::make_shared<Array>(
      kRows, std::vector<const void*>{nullptr, texts.data(), allTexts_.data()});
  expectBounded(
      write(field("+l", "c", std::vector{field("u", "item")}),
            std::make_shared<Array>(kRows, std::vector<const void*>{nullptr, lists.data()},
                                    std::vector{elements}),
            1));
}

// Each has an entry, of two bytes of levels, in all 100 leaves: 3 200 000 bytes.
TEST_F(ArrowRowGroups, ofListsWithoutElementsCountInEachLeaf) {
  constexpr std::int64_t kLists = 16'000;
  constexpr std::size_t kLeaves = 100;
  const std::vector<std::int32_t> offsets(kLists + 1, 0);
  const std::vector<std::uint8_t> nulls(kLists / 8, 0);
  const std::vector<std::shared_ptr<Array>> none(
      kLeaves, std::make_shared<Array>(0, std::vector<const void*>{nullptr, offsets.data()}));
  std::vector<std::shared_ptr<Field>> leaves;
  for (std::size_t i = 0; i < kLeaves; ++i) leaves.push_back(field("i", "f" + std::to_string(i)));
  const auto elements = std::make_shared<Array>(0, std::vector<const void*>{nullptr}, none);
  const void* const validities[] = {nulls.data(), nullptr};  // null, and empty
  for (const void* const validity : validities) {
    const std::vector<Group> groups =
        write(field("+l", "c", std::vector{field("+s", "item", leaves)}),
              std::make_shared<Array>(kLists, std::vector<const void*>{validity, offsets.data()},
                                      std::vector{elements}),
              1);
    for (const Group& group : groups) EXPECT_LE(group.rows * kLeaves * 2, kRowGroupBytes);
    EXPECT_LE(groups.size(), 5U);
  }
}

// Each of one of two elements.
TEST_F(ArrowRowGroups, ofListViewsAreBounded) {
  std::vector<std::int32_t> starts;
  for (std::size_t row = 0; row < kRows; ++row) starts.push_back(isLarge(row) ? 1 : 0);
  const std::vector<std::int32_t> sizes(kRows, 1);
  expectBounded(write(
      field("+vl", "c", std::vector{field("u", "item")}),
      std::make_shared<Array>(kRows, std::vector<const void*>{nullptr, starts.data(), sizes.data()},
                              std::vector{twoTexts()}),
      1));
}

TEST_F(ArrowRowGroups, ofDictionariesAreBounded) {
  std::vector<std::int16_t> indices;
  for (std::size_t row = 0; row < kRows; ++row) indices.push_back(isLarge(row) ? 1 : 0);
  auto column = field("s", "c");
  column->owned.push_back(field("u", ""));
  column->dictionary = column->owned.back().get();
  const auto texts = twoTexts();
  auto values = std::make_shared<Array>(kRows, std::vector<const void*>{nullptr, indices.data()});
  values->dictionary = texts.get();
  expectBounded(write(column, values, 1));
  expectBounded(writeByPipeline(column, {values}));
}

// Of which all but one entry are small, and all rows have the large one: 200 of 99 000 bytes.
TEST_F(ArrowRowGroups, ofDictionariesOfWhichOneEntryIsUsedAreBounded) {
  std::vector<std::int32_t> ends = {0};
  for (std::size_t i = 0; i < 1000; ++i) ends.push_back(ends.back() + 1);
  ends.push_back(ends.back() + static_cast<std::int32_t>(kLargeBytes));
  const std::string bytes(static_cast<std::size_t>(ends.back()), 't');
  const auto texts =
      std::make_shared<Array>(1001, std::vector<const void*>{nullptr, ends.data(), bytes.data()});
  const std::vector<std::int16_t> indices(kLargeRows, 1000);
  auto column = field("s", "c");
  column->owned.push_back(field("u", ""));
  column->dictionary = column->owned.back().get();
  auto values =
      std::make_shared<Array>(kLargeRows, std::vector<const void*>{nullptr, indices.data()});
  values->dictionary = texts.get();
  expectBounded(write(column, values, 1));
  expectBounded(writeByPipeline(column, {values}));
}

// Batches of 300 rows of 10 bytes, each with a dictionary of 99 010: eleven of them keep a row
// group's bytes, though their rows come to a tenth. Where it is the same dictionary, it counts
// once.
TEST_F(ArrowRowGroups, endWhereBatchesKeepMoreThanTheirRows) {
  constexpr std::size_t kBatchRows = 300;
  constexpr std::size_t kBatches = 50;
  const std::vector<std::int16_t> indices(kBatchRows, 0);
  auto column = field("s", "c");
  column->owned.push_back(field("u", ""));
  column->dictionary = column->owned.back().get();
  const std::vector<std::vector<std::int32_t>> offsets(kBatches, twoOffsets_);
  std::vector<std::shared_ptr<Array>> batches;
  std::vector<std::shared_ptr<Array>> dictionaries;
  for (const bool isShared : {false, true}) {
    batches.clear();
    for (std::size_t i = 0; i < kBatches; ++i) {
      const void* const ends = offsets[isShared ? 0 : i].data();
      dictionaries.push_back(
          std::make_shared<Array>(2, std::vector<const void*>{nullptr, ends, twoTexts_.data()}));
      batches.push_back(
          std::make_shared<Array>(kBatchRows, std::vector<const void*>{nullptr, indices.data()}));
      batches.back()->dictionary = dictionaries.back().get();
    }
    const std::vector<Group> groups = writeByPipeline(column, batches);
    std::uint64_t rows = 0;
    for (const Group& group : groups) rows += group.rows;
    EXPECT_EQ(rows, kBatches * kBatchRows);
    EXPECT_EQ(groups.size(), isShared ? 1U : 5U);
  }
}

// What an array has in front of its rows is not counted: slices of one array share it.
TEST_F(ArrowRowGroups, ofSlicesAreAsOfTheirRows) {
  constexpr std::int64_t kSliceRows = 1000;
  const std::vector<std::int64_t> numbers(100'000, 7);
  std::vector<std::shared_ptr<Array>> slices;
  for (std::int64_t first = 0; first < 100'000; first += kSliceRows) {
    slices.push_back(
        std::make_shared<Array>(kSliceRows, std::vector<const void*>{nullptr, numbers.data()}));
    slices.back()->offset = first;
  }
  EXPECT_EQ(writeByPipeline(field("l", "c"), slices).size(), 1U);
}

// An array of no rows may have an offset, and no buffers.
TEST_F(ArrowRowGroups, ofListsWithoutElementsThatHaveAnOffset) {
  const std::vector<std::int32_t> lists(301, 0);
  const auto none = std::make_shared<Array>(0, std::vector<const void*>{nullptr, nullptr, nullptr});
  none->offset = 5;
  const auto values = std::make_shared<Array>(300, std::vector<const void*>{nullptr, lists.data()},
                                              std::vector{none});
  EXPECT_EQ(writeByPipeline(field("+l", "c", std::vector{field("u", "item")}), {values}).size(),
            1U);
}

// Every other one: 500 stretches of copies.
TEST_F(ArrowRowGroups, ofBatchesOfFewAndManyRowsInTurn) {
  const std::vector<std::int64_t> numbers(1000, 7);
  std::vector<std::shared_ptr<Array>> batches;
  for (int i = 0; i < 1000; ++i) {
    batches.push_back(std::make_shared<Array>(i % 2 == 0 ? 1 : 1000,
                                              std::vector<const void*>{nullptr, numbers.data()}));
  }
  const std::vector<Group> groups = writeByPipeline(field("l", "c"), batches);
  std::uint64_t rows = 0;
  for (const Group& group : groups) rows += group.rows;
  EXPECT_EQ(rows, 500U * 1001);
}

TEST_F(ArrowRowGroups, ofRunsAreBounded) {
  const std::vector<std::int32_t> ends = {kRows - kLargeRows, kRows};
  const auto runEnds = std::make_shared<Array>(2, std::vector<const void*>{nullptr, ends.data()});
  const auto column = field("+r", "c", std::vector{field("i", "run_ends"), field("u", "values")});
  const auto values =
      std::make_shared<Array>(kRows, std::vector<const void*>{}, std::vector{runEnds, twoTexts()});
  expectBounded(write(column, values, 1));
  expectBounded(writeByPipeline(column, {values}));
}

// Of 600 000 bytes each: one more row than fits goes into the next row group.
TEST_F(ArrowRowGroups, ofBatchesThatAreGatheredAreBounded) {
  std::vector<std::int32_t> ends;
  for (std::int32_t row = 0; row <= 20; ++row) ends.push_back(row * 30'000);
  const auto values = std::make_shared<Array>(
      20, std::vector<const void*>{nullptr, ends.data(), (allTexts_.assign(600'000, 't')).data()});
  const std::vector<Group> groups = write(field("u", "c"), values, 10);
  for (const Group& group : groups) EXPECT_LE(group.bytes, kRowGroupBytes + kRoomForHeaders);
  EXPECT_LE(groups.size(), 7U);  // 6 000 000 bytes
}

// A row that is larger than a row group has one of its own.
TEST_F(ArrowRowGroups, ofLargeRowsAreOneRow) {
  const std::vector<std::int32_t> ends = {0, 10, 3'000'000, 3'000'010, 6'000'000, 6'000'010};
  allTexts_.assign(6'000'010, 't');
  const auto values =
      std::make_shared<Array>(5, std::vector<const void*>{nullptr, ends.data(), allTexts_.data()});
  const std::vector<Group> groups = write(field("u", "c"), values, 1);
  ASSERT_EQ(groups.size(), 5U);
  for (const Group& group : groups) EXPECT_EQ(group.rows, 1U);
}

// One byte in Arrow, in Parquet four and a level: 200 000 rows are a million bytes.
TEST_F(ArrowRowGroups, ofNarrowNumbersCountAsTheyAreStored) {
  const std::vector<std::int8_t> numbers(400'000, 7);
  const std::vector<Group> groups =
      write(field("c", "c"),
            std::make_shared<Array>(400'000, std::vector<const void*>{nullptr, numbers.data()}), 1);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].rows, 200'000U);
}

// As few as the bounds allow, and even, to a word of a bitmap.
TEST_F(ArrowRowGroups, ofEvenRowsAreEven) {
  const std::vector<std::int64_t> numbers(100'000, 7);
  const auto values =
      std::make_shared<Array>(100'000, std::vector<const void*>{nullptr, numbers.data()});
  std::vector<std::uint64_t> rows;
  for (const Group& group : write(field("l", "c"), values, 1, 30'000)) rows.push_back(group.rows);
  EXPECT_EQ(rows, (std::vector<std::uint64_t>{25'024, 25'024, 25'024, 24'928}));
}

}  // namespace
}  // namespace parquet_flow::test
