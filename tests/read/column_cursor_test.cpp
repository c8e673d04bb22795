// Goal: of rows whose texts come to more than offsets of 32 bits count, it is said that there were
// too many, whatever encoding they have, and fewer of them are read.
//
// Method: a bound far below 4 GiB over pages of a few texts.
#include "read/column_cursor.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "made_files.hpp"
#include "read/file_reader.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::read {
namespace {

using column::Value;
using encoding::Encoding;

constexpr std::uint64_t kPageRows = 10;
constexpr std::size_t kTextBytes = 1000;

// "0...", "1...", to the 29th; the 30th row is null where `hasNull`.
std::string fileOfTexts(Encoding encoding, bool hasNull) {
  schema::Schema made;
  (void)*made.addLeaf(schema::kRoot, "s", schema::PhysicalType::kByteArray,
                      schema::Repetition::kOptional);
  test::Rows rows;
  for (int i = 0; i < 30; ++i) {
    std::string text = std::to_string(i);
    text.resize(kTextBytes, static_cast<char>('a' + i % 26));
    rows.push_back(
        Value(Value::Group{{i == 29 && hasNull ? Value() : Value(Value::Any(std::move(text)))}}));
  }
  write::WriterOptions options;
  options.column.encoding = encoding;
  options.pageRows = kPageRows;
  return test::fileOf(std::make_shared<const schema::Schema>(std::move(made)), options, {rows});
}

TEST(ColumnCursor, textsAboveTheirOffsetsAreTooManyRows) {
  for (const Encoding encoding :
       {Encoding::kPlain, Encoding::kDeltaLengthByteArray, Encoding::kDeltaByteArray}) {
    for (const bool hasNull : {false, true}) {
      const std::string bytes = fileOfTexts(encoding, hasNull);
      PF_ASSERT_OK_ASSIGN(const auto file, FileReader::open(std::make_unique<io::MemoryInputFile>(
                                               constBytes(bytes), "f")));
      PageLimits limits;
      limits.arrayBytesMax = 25 * kTextBytes;
      ColumnCursor cursor(file->schema().leaves()[0], limits, 1);
      const auto& meta = file->metaData().row_groups[0].columns[0].meta_data;
      ColumnVector out;
      // The last page in part, which is decoded beside the others, then as a whole.
      for (const std::uint64_t first : {0U, 2U}) {
        PF_ASSERT_OK(cursor.beginChunk(*file->file(), meta, 30));
        PF_ASSERT_OK(cursor.skip(first));
        PF_EXPECT_ERROR(cursor.read(28, out), ErrorCode::kLimit, "more than 4 GiB");
        EXPECT_TRUE(cursor.hadTooManyRows());
      }
      PF_ASSERT_OK(cursor.beginChunk(*file->file(), meta, 30));
      for (std::uint64_t row = 0; row < 30; row += 15) {
        PF_ASSERT_OK(cursor.read(15, out));
        EXPECT_FALSE(cursor.hadTooManyRows());
        EXPECT_EQ(out.values.size(), (15 - (row != 0 && hasNull ? 1 : 0)) * kTextBytes);
        EXPECT_EQ(asText(out.values.span()).substr(0, 2), row == 0 ? "0a" : "15");
      }
    }
  }
}

// A page by itself is no reason to read fewer rows.
TEST(ColumnCursor, aDamagedPageIsNotTooManyRows) {
  std::string bytes = fileOfTexts(Encoding::kPlain, false);
  const std::size_t at = bytes.find("3dddd");
  ASSERT_NE(at, std::string::npos);
  bytes[at - 4] = '\x7f';  // of its length, 1000
  PF_ASSERT_OK_ASSIGN(const auto file, FileReader::open(std::make_unique<io::MemoryInputFile>(
                                                            constBytes(bytes), "f"),
                                                        {.checkCrc = false}));
  ColumnCursor cursor(file->schema().leaves()[0], {.checkCrc = false}, 1);
  ColumnVector out;
  PF_ASSERT_OK(
      cursor.beginChunk(*file->file(), file->metaData().row_groups[0].columns[0].meta_data, 30));
  PF_EXPECT_ERROR(cursor.read(30, out), ErrorCode::kCorrupt, "");
  EXPECT_FALSE(cursor.hadTooManyRows());
}

}  // namespace
}  // namespace parquet_flow::read
