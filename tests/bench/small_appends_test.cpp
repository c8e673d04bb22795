// Goal: what is chosen for a column chunk does not depend on how its rows came. Row groups that are
// fed by batches of 1 to 100 rows have the encodings of those that are written at once, and come to
// the same bytes within 2 %.
//
// Method: the kinds of column that pf_choices measures, with and without nulls, written two row
// groups at a time: as one large batch each, which is the reference, and as batches of random
// sizes, through a stream and through a pipeline, and as single rows. The footers are compared.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "arrow_rows.hpp"
#include "kinds.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow::test {
namespace {

using choices::ColumnData;
using choices::Kind;

// Of fewer the sample says less, whichever way they come.
constexpr std::int64_t kRowGroupRows = 200'000;
constexpr std::int64_t kRows = 2 * kRowGroupRows;
constexpr std::int64_t kBatchRowsMax = 100;

const char* formatOf(const Kind& kind) {
  switch (kind.type.physical) {
    case PF_PHYSICAL_BOOLEAN:
      return "b";
    case PF_PHYSICAL_INT32:
      return "i";
    case PF_PHYSICAL_INT64:
      return "l";
    case PF_PHYSICAL_DOUBLE:
      return "g";
    case PF_PHYSICAL_BYTE_ARRAY:
      return kind.type.logical == PF_LOGICAL_STRING ? "u" : "z";
    default:
      return "w:16";
  }
}

std::size_t widthOf(const Kind& kind) {
  switch (kind.type.physical) {
    case PF_PHYSICAL_BOOLEAN:
      return 1;
    case PF_PHYSICAL_INT32:
      return 4;
    case PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY:
      return kind.type.length;
    default:
      return 8;
  }
}

// A kind's rows as an Arrow array, and as they are.
struct Column {
  const Kind& kind;
  std::string name;
  ColumnData data;
  std::vector<std::byte> values;
  std::vector<std::int32_t> offsets;
  std::vector<std::uint8_t> validity;
  std::shared_ptr<Array> array;

  Column(const Kind& itsKind, bool hasNulls)
      : kind(itsKind),
        name(std::string(itsKind.name) + (hasNulls ? "_nulls" : "")),
        data(choices::makeColumn(itsKind, kRows, hasNulls)) {
    const bool isText = kind.type.physical == PF_PHYSICAL_BYTE_ARRAY;
    isText ? spaceTexts() : spaceValues();
    array = std::make_shared<Array>(
        kRows, isText ? std::vector<const void*>{nullptr, offsets.data(), data.bytes.data()}
                      : std::vector<const void*>{nullptr, values.data()});
    if (hasNulls) {
      array->buffers[0] = validity.data();
      array->null_count = -1;
    }
  }

  [[nodiscard]] bool isNull(std::size_t row) const {
    return data.isOptional() && data.definitionLevels[row] == 0;
  }

 private:
  void setBit(std::vector<std::uint8_t>& bits, std::size_t row) {
    bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | 1U << (row % 8));
  }
  void spaceValues() {
    const bool isBoolean = kind.type.physical == PF_PHYSICAL_BOOLEAN;
    const std::size_t width = widthOf(kind);
    values.resize(kRows * width);
    validity.resize(kRows / 8 + 1);
    std::vector<std::uint8_t> bits(kRows / 8 + 1);
    std::size_t value = 0;
    for (std::size_t row = 0; row < kRows; ++row) {
      if (isNull(row)) continue;
      setBit(validity, row);
      const std::byte* const from = data.bytes.data() + value++ * width;
      std::memcpy(values.data() + row * width, from, width);
      if (isBoolean && *from != std::byte{0}) setBit(bits, row);
    }
    if (isBoolean) std::memcpy(values.data(), bits.data(), bits.size());
  }
  void spaceTexts() {
    validity.resize(kRows / 8 + 1);
    std::size_t value = 0;
    offsets.push_back(0);
    for (std::size_t row = 0; row < kRows; ++row) {
      if (!isNull(row)) {
        setBit(validity, row);
        ++value;
      }
      offsets.push_back(static_cast<std::int32_t>(data.offsets[value]));
    }
  }
};

const std::vector<std::unique_ptr<Column>>& columns() {
  static const auto kAll = [] {
    std::vector<std::unique_ptr<Column>> all;
    for (const Kind& kind : choices::kinds()) {
      for (const bool hasNulls : {false, true}) {
        all.push_back(std::make_unique<Column>(kind, hasNulls));
      }
    }
    return all;
  }();
  return kAll;
}

// --- ways ----------------------------------------------------------------------------------------

std::shared_ptr<Field> schemaOf() {
  std::vector<std::shared_ptr<Field>> fields;
  for (const auto& column : columns()) {
    fields.push_back(field(formatOf(column->kind), column->name));
  }
  return field("+s", "", fields);
}

// The rows in batches of `nextRows()` each, which end where a row group does.
std::vector<std::shared_ptr<Array>> batchesOf(const std::function<std::int64_t()>& nextRows) {
  std::vector<std::shared_ptr<Array>> arrays;
  for (const auto& column : columns()) arrays.push_back(column->array);
  std::vector<std::shared_ptr<Array>> batches;
  for (std::int64_t first = 0; first < kRows;) {
    const std::int64_t left = kRowGroupRows - first % kRowGroupRows;
    const std::int64_t rows = std::min(nextRows(), left);
    const auto batch = std::make_shared<Array>(rows, std::vector<const void*>{nullptr}, arrays);
    batch->offset = first;
    batches.push_back(batch);
    first += rows;
  }
  return batches;
}

int appendValue(const Column& column, std::size_t row, pf_row_t* to) {
  const std::size_t width = widthOf(column.kind);
  const auto at = [&] { return column.values.data() + row * width; };
  const auto number = [&](auto value) {
    std::memcpy(&value, at(), sizeof value);
    return value;
  };
  switch (column.kind.type.physical) {
    case PF_PHYSICAL_BOOLEAN:
      return pf_row_boolean(to, std::to_integer<int>(column.values[row / 8]) >> (row % 8) & 1);
    case PF_PHYSICAL_INT32:
      return pf_row_int32(to, number(std::int32_t{0}));
    case PF_PHYSICAL_INT64:
      return pf_row_int64(to, number(std::int64_t{0}));
    case PF_PHYSICAL_DOUBLE:
      return pf_row_double(to, number(0.0));
    case PF_PHYSICAL_BYTE_ARRAY: {
      const auto begin = static_cast<std::size_t>(column.offsets[row]);
      const auto end = static_cast<std::size_t>(column.offsets[row + 1]);
      return pf_row_bytes(to, column.data.bytes.data() + begin, end - begin);
    }
    default:
      return pf_row_bytes(to, at(), width);
  }
}

void writeRows(pf_writer_handle_t* writer) {
  ErrorText error;
  pf_row_writer_t* made = nullptr;
  ASSERT_EQ(pf_row_writer_create(writer, kRowGroupRows, 1 << 30, &made, &error), PF_STATUS_OK);
  const RowWriterHandle rowWriter(made);
  for (std::size_t row = 0; row < kRows; ++row) {
    pf_row_t* to = nullptr;
    ASSERT_EQ(pf_row_writer_next(made, &to, &error), PF_STATUS_OK) << error.message;
    for (const auto& column : columns()) {
      ASSERT_EQ(column->isNull(row) ? pf_row_null(to) : appendValue(*column, row, to), 0);
    }
  }
  ASSERT_EQ(pf_row_writer_flush(made, &error), PF_STATUS_OK) << error.message;
}

// --- what came of it -----------------------------------------------------------------------------

struct Chunk {
  std::uint32_t encodings;
  std::uint64_t bytes;
};

// By row group, of each leaf.
std::vector<std::vector<Chunk>> chunksOf(const std::string& file) {
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.kind = PF_INPUT_MEMORY;
  input.memory = file.data();
  input.memory_bytes = file.size();
  pf_reader_t* reader = nullptr;
  EXPECT_EQ(pf_reader_open(&input, nullptr, &reader, nullptr), PF_STATUS_OK);
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  EXPECT_EQ(pf_reader_info(reader, &info, nullptr), PF_STATUS_OK);
  std::vector<std::vector<Chunk>> groups(info.row_groups);
  for (std::uint64_t group = 0; group < info.row_groups; ++group) {
    for (std::uint32_t leaf = 0; leaf < info.column_count; ++leaf) {
      pf_chunk_info_t chunk;
      pf_chunk_info_init(&chunk, sizeof chunk);
      EXPECT_EQ(pf_reader_get_chunk(reader, group, leaf, &chunk, nullptr), PF_STATUS_OK);
      groups[group].push_back({chunk.encodings, chunk.compressed_bytes});
    }
  }
  pf_reader_destroy(reader);
  return groups;
}

void expectAlike(const std::string& file, const std::string& reference) {
  const auto found = chunksOf(file);
  const auto expected = chunksOf(reference);
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t group = 0; group < found.size(); ++group) {
    ASSERT_EQ(found[group].size(), columns().size());
    for (std::size_t leaf = 0; leaf < found[group].size(); ++leaf) {
      SCOPED_TRACE("row group " + std::to_string(group) + ", " + columns()[leaf]->name);
      EXPECT_EQ(found[group][leaf].encodings, expected[group][leaf].encodings);
      const auto bytes = static_cast<double>(expected[group][leaf].bytes);
      EXPECT_LE(std::abs(static_cast<double>(found[group][leaf].bytes) - bytes), 0.02 * bytes)
          << found[group][leaf].bytes << " bytes, not " << bytes;
    }
  }
}

class SmallAppends : public testing::TestWithParam<pf_compression_t> {};

TEST_P(SmallAppends, chooseWhatOneLargeOneDoes) {
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.compression = GetParam();
  options.row_group_rows = kRowGroupRows;
  options.row_group_bytes = 1 << 30;
  const auto schema = schemaOf();
  const OutputTo output(PF_OUTPUT_MEMORY);
  pf_writer_handle_t* writer = nullptr;
  const pf_status_t status =
      pf_writer_create_for_arrow(schema.get(), &options, &output, &writer, nullptr);
  pf_writer_destroy(writer);
  if (status == PF_STATUS_UNSUPPORTED) GTEST_SKIP() << "the codec is not built";

  SeededRandom random;
  const auto large = batchesOf([] { return kRowGroupRows; });
  const auto small = batchesOf([&] { return random.between(1, kBatchRowsMax); });
  const auto pointers = [](const std::vector<std::shared_ptr<Array>>& owned) {
    Batches all;
    for (const auto& each : owned) all.push_back(each.get());
    return all;
  };
  ASSERT_EQ(large.size(), 2U);
  ASSERT_GT(small.size(), kRows / kBatchRowsMax);
  const std::string reference = writeBatches(*schema, pointers(large), &options, output);
  {
    SCOPED_TRACE("a stream");
    expectAlike(writeStreamOf(*schema, pointers(small), &options, output), reference);
  }
  {
    SCOPED_TRACE("a pipeline");
    expectAlike(submitBatches(*schema, pointers(small), &options, output), reference);
  }
  {
    SCOPED_TRACE("rows");
    expectAlike(writeByWriter(*schema, &options, output,
                              [](pf_writer_handle_t* made, pf_error_t*) { writeRows(made); }),
                reference);
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, SmallAppends,
                         testing::Values(PF_COMPRESSION_UNCOMPRESSED, PF_COMPRESSION_ZSTD),
                         [](const auto& each) {
                           return each.param == PF_COMPRESSION_ZSTD ? "zstd" : "uncompressed";
                         });

}  // namespace
}  // namespace parquet_flow::test
