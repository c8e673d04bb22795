// Goal: Reader, Scan and Input of parquet_flow.hpp do what the C functions do, own what they hand
// out and outlive each other as those do, and need neither exceptions nor RTTI (this file is
// compiled without both).
//
// Method: a file of three columns in memory through the wrapper's writer, read back through each
// input and in each form; arguments that are wrong one at a time.
#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "parquet_flow.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow {
namespace {

using test::TempDirectory;

static_assert(std::is_nothrow_move_constructible_v<Reader> &&
              !std::is_copy_constructible_v<Reader>);
static_assert(std::is_nothrow_move_constructible_v<Scan> && !std::is_copy_constructible_v<Scan>);

// id: 1 2 3 4; price: 0.5 null 1.5 null; name: "a" "" "bcd" "e".
std::vector<std::byte> fourRows() {
  Schema schema;
  schema.leaf("id", types::kInt64)
      .leaf("price", types::kDouble, kOptional)
      .leaf("name", types::kString);
  auto writer = Writer::create(schema, Output::memory());
  EXPECT_TRUE(writer) << writer.error().message();
  const std::array<std::int64_t, 4> ids{1, 2, 3, 4};
  const std::array<double, 2> prices{0.5, 1.5};
  const std::array<std::uint8_t, 4> present{1, 0, 1, 0};
  const std::array<std::uint32_t, 5> ends{0, 1, 1, 4, 5};
  using namespace columns;
  const auto written = writer->write(
      4, {values(ids), withLevels(values(prices), present), byteArrays("abcde", ends)});
  EXPECT_TRUE(written) << written.error().message();
  EXPECT_TRUE(writer->close());
  const auto bytes = writer->memory();
  EXPECT_TRUE(bytes);
  return {bytes->begin(), bytes->end()};
}

template <class T>
T valueAt(const pf_column_view_t& column, std::size_t slot) {
  T value;
  std::memcpy(&value, static_cast<const std::byte*>(column.values) + slot * sizeof value,
              sizeof value);
  return value;
}

TEST(WrapperReader, saysWhatIsInTheFile) {
  const auto file = fourRows();
  const auto reader = Reader::open(Input::memory(file));
  ASSERT_TRUE(reader) << reader.error().message();
  const auto info = reader->info();
  ASSERT_TRUE(info);
  EXPECT_EQ(info->rows, 4U);
  EXPECT_EQ(info->row_groups, 1U);
  EXPECT_EQ(info->column_count, 3U);
  EXPECT_EQ(info->file_bytes, file.size());
  const auto column = reader->column(1);
  ASSERT_TRUE(column);
  EXPECT_STREQ(column->path, "price");
  EXPECT_EQ(column->physical_type, PF_PHYSICAL_DOUBLE);
  EXPECT_EQ(column->max_definition_level, 1U);
  const auto chunk = reader->chunk(0, 1);
  ASSERT_TRUE(chunk);
  EXPECT_EQ(chunk->entries, 4U);
  EXPECT_EQ(chunk->null_count, 2);
  EXPECT_EQ(reader->column(3).error().status(), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(reader->chunk(1, 0).error().status(), PF_STATUS_INVALID_ARGUMENT);
}

TEST(WrapperReader, columnsOfARange) {
  const auto file = fourRows();
  auto reader = Reader::open(Input::memory(file));
  ASSERT_TRUE(reader);
  ScanOptions options;
  const char* const paths[] = {"name", "id"};  // they come in the order of the schema
  options.setColumns(paths);
  options.first_row = 1;
  options.batch_rows = 2;
  options.threads = 2;
  auto scan = reader->scan(options);
  ASSERT_TRUE(scan) << scan.error().message();
  {
    const Reader gone = std::move(*reader);
  }  // a scan goes on without its reader
  std::array<pf_column_view_t, 2> columns;
  const auto two = scan->nextColumns(columns);
  ASSERT_TRUE(two) << two.error().message();
  ASSERT_EQ(*two, 2U);
  EXPECT_EQ(valueAt<std::int64_t>(columns[0], 0), 2);
  EXPECT_EQ(valueAt<std::int64_t>(columns[0], 1), 3);
  EXPECT_EQ(columns[0].validity, nullptr);
  EXPECT_EQ(columns[1].offsets[1], columns[1].offsets[0]);
  EXPECT_EQ(columns[1].offsets[2] - columns[1].offsets[1], 3U);
  const auto one = scan->nextColumns(columns);
  ASSERT_TRUE(one);
  ASSERT_EQ(*one, 1U);
  EXPECT_EQ(valueAt<std::int64_t>(columns[0], 0), 4);
  EXPECT_EQ(*scan->nextColumns(columns), 0U);
  std::array<pf_column_view_t, 3> tooMany;
  EXPECT_EQ(scan->nextColumns(tooMany).error().status(), PF_STATUS_INVALID_ARGUMENT);
}

TEST(WrapperReader, arrowDataOutlivesScanAndReader) {
  const auto file = fourRows();
  ArrowArray array{};
  {
    const auto reader = Reader::open(Input::memory(file));
    ASSERT_TRUE(reader);
    auto scan = reader->scan();
    ASSERT_TRUE(scan);
    auto schema = scan->arrowSchema();
    ASSERT_TRUE(schema);
    EXPECT_EQ(schema->n_children, 3);
    EXPECT_STREQ(schema->children[1]->format, "g");  // double
    schema->release(&*schema);
    auto next = scan->nextArrow();
    ASSERT_TRUE(next) << next.error().message();
    array = *next;
    const auto end = scan->nextArrow();
    ASSERT_TRUE(end);
    EXPECT_EQ(end->release, nullptr);
  }
  ASSERT_EQ(array.length, 4);
  EXPECT_EQ(array.children[1]->null_count, 2);
  EXPECT_EQ(static_cast<const double*>(array.children[1]->buffers[1])[2], 1.5);
  array.release(&array);
}

TEST(WrapperReader, arrowStreamOfAProjection) {
  const auto file = fourRows();
  ScanOptions options;
  const char* const paths[] = {"price"};
  options.setColumns(paths);
  auto stream = [&] { return Reader::open(Input::memory(file))->arrowStream(options); }();
  ASSERT_TRUE(stream) << stream.error().message();
  ArrowArray array{};
  ASSERT_EQ(stream->get_next(&*stream, &array), 0);
  EXPECT_EQ(array.n_children, 1);
  EXPECT_EQ(array.length, 4);
  array.release(&array);
  ASSERT_EQ(stream->get_next(&*stream, &array), 0);
  EXPECT_EQ(array.release, nullptr);
  stream->release(&*stream);
}

TEST(WrapperReader, pathsAreReadAndMapped) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  const auto file = fourRows();
  test::writeWholeFile(path, {reinterpret_cast<const char*>(file.data()), file.size()});
  for (const Input& input : {Input::path(path.c_str()), Input::mapping(path.c_str())}) {
    const auto reader = Reader::open(input);
    ASSERT_TRUE(reader) << reader.error().message();
    auto scan = reader->scan();
    ASSERT_TRUE(scan);
    std::array<pf_column_view_t, 3> columns;
    EXPECT_EQ(*scan->nextColumns(columns), 4U);
    EXPECT_EQ(valueAt<std::int64_t>(columns[0], 3), 4);
  }
}

TEST(WrapperReader, errorsHaveStatusAndSentence) {
  auto file = fourRows();
  ScanOptions options;
  const char* const paths[] = {"nobody"};
  options.setColumns(paths);
  const auto reader = Reader::open(Input::memory(file));
  ASSERT_TRUE(reader);
  const auto scan = reader->scan(options);
  ASSERT_FALSE(scan);
  EXPECT_EQ(scan.error().status(), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_NE(std::string(scan.error().message()).find("nobody"), std::string::npos);
  EXPECT_EQ(reader->arrowStream(options).error().status(), PF_STATUS_INVALID_ARGUMENT);
  file.pop_back();
  EXPECT_EQ(Reader::open(Input::memory(file)).error().status(), PF_STATUS_CORRUPT);
  EXPECT_EQ(Reader::open(Input::path("/nowhere/x.parquet")).error().status(), PF_STATUS_IO);
  // A page above the limit is found where it is read.
  file.push_back(std::byte{'1'});
  ReaderOptions small;
  small.page_bytes_max = 4;
  const auto limited = Reader::open(Input::memory(file), small);
  ASSERT_TRUE(limited) << limited.error().message();
  auto rows = limited->scan();
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->nextArrow().error().status(), PF_STATUS_LIMIT);
}

}  // namespace
}  // namespace parquet_flow
