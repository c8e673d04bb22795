// Goal: of rows whose texts come to more than offsets of 32 bits count, it is said that there were
// too many, whatever encoding they have, and fewer of them are read. Values are read in any parts,
// also where bytes lie behind the last one.
//
// Method: a bound far below 4 GiB over pages of a few texts; pages made by hand.
#include "read/column_cursor.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/bits.hpp"
#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "made_bombs.hpp"
#include "made_files.hpp"
#include "read/batch_reader.hpp"
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

// fastparquet leaves eight zeros.
TEST(ColumnCursor, bytesBehindTheValuesOfAPageAreNobodys) {
  using E = format::Encoding;
  struct Page {
    const char* name;
    schema::PhysicalType type;
    E::type encoding;
    test::Bytes body;
    test::Bytes dictionary;
    test::Bytes values;  // all four
  };
  const Page pages[] = {
      {"INT32",
       schema::PhysicalType::kInt32,
       E::PLAIN,
       {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0},
       {},
       {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0}},
      {"BOOLEAN", schema::PhysicalType::kBoolean, E::PLAIN, {0x0A}, {}, {0x0A}},
      // A length, and one packed group.
      {"BOOLEAN in RLE",
       schema::PhysicalType::kBoolean,
       E::RLE,
       {2, 0, 0, 0, 0x03, 0x0A},
       {},
       {0x0A}},
      {"texts",
       schema::PhysicalType::kByteArray,
       E::PLAIN,
       {1, 0, 0, 0, 'a', 0, 0, 0, 0, 2, 0, 0, 0, 'b', 'c', 0, 0, 0, 0},
       {},
       {'a', 'b', 'c'}},
      // Indices of one bit: 0 1 0 1.
      {"INT32 in a dictionary",
       schema::PhysicalType::kInt32,
       E::RLE_DICTIONARY,
       {1, 0x03, 0x0A},
       {7, 0, 0, 0, 8, 0, 0, 0},
       {7, 0, 0, 0, 8, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0}},
  };
  for (const Page& page : pages) {
    test::Bytes body = page.body;
    body.resize(body.size() + 8, 0);
    const std::string bytes =
        test::fileOf(test::chunkOf(page.type, schema::Repetition::kRequired, page.encoding, 4, body,
                                   page.dictionary, page.dictionary.empty() ? 0 : 2));
    PF_ASSERT_OK_ASSIGN(const auto file, FileReader::open(std::make_unique<io::MemoryInputFile>(
                                             constBytes(bytes), "f")));
    for (const std::uint64_t rows : {1U, 3U, 4U}) {
      SCOPED_TRACE(std::string(page.name) + ", " + std::to_string(rows));
      PF_ASSERT_OK_ASSIGN(const auto batches, BatchReader::create(*file, {.batchRows = rows}));
      ColumnBatch batch;
      ByteBuffer values;
      std::uint64_t read = 0;
      for (;;) {
        PF_ASSERT_OK_ASSIGN(const bool isThere, batches->next(batch));
        if (!isThere) {
          break;
        }
        const ColumnVector& column = batch.columns[0];
        const std::size_t width = schema::fixedWidth(page.type, 0);
        const auto slots = static_cast<std::size_t>(column.slots);
        if (page.type == schema::PhysicalType::kBoolean) {
          PF_ASSERT_OK(values.appendUninitialized(1 - values.size()));
          copyBits(column.data(), static_cast<std::size_t>(column.lentBitOffset), slots,
                   values.data(), static_cast<std::size_t>(read));
        } else {
          PF_ASSERT_OK(
              values.append(column.data(), width == 0 ? column.values.size() : slots * width));
        }
        read += batch.rows;
      }
      EXPECT_EQ(read, 4U);
      EXPECT_EQ(test::contentsOf(values), page.values);
    }
  }
}

}  // namespace
}  // namespace parquet_flow::read
