// Goal: what the writer wrote is read back row by row; a damaged file is refused or gives the very
// rows, never others.
//
// Method: random rows of random schemas through builder, encoder, file and reader, with pages and
// dictionaries of every size, in every encoding, codec and version; every bit of files of each kind
// flipped, every truncation.
#include "read/file_reader.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "column/assemble.hpp"
#include "column/random_rows.hpp"
#include "io/memory_file.hpp"
#include "made_files.hpp"
#include "write/file_writer.hpp"

namespace parquet_flow::read {
namespace {

using column::Value;
using test::anyOptions;
using test::bodyBytes;
using test::fileOf;
using test::Rows;
using test::SmallFile;
using test::smallFile;
using test::smallFileOptions;

Result<std::vector<Rows>> rowsOf(const std::string& file) {
  PF_TRY_ASSIGN(const auto reader,
                FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f")));
  std::vector<Rows> rowGroups;
  column::Batch batch = column::makeBatch(reader->schema());
  for (std::size_t i = 0; i < reader->rowGroupCount(); ++i) {
    PF_TRY(reader->readRowGroup(i, batch));
    PF_TRY_ASSIGN(Rows rows, column::assemble(reader->schema(), test::viewsOf(batch), batch.rows));
    rowGroups.push_back(std::move(rows));
  }
  return rowGroups;
}

TEST(FileReader, randomFilesComeBackRowByRow) {
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    constexpr std::uint64_t kDistinct[] = {0, 1, 3, 40, 250};
    test::RandomRows random(seed, kDistinct[seed % std::size(kDistinct)]);
    const auto schema = std::make_shared<const schema::Schema>(
        random.makeSchema(static_cast<int>(random.below(5))));
    const column::RowPlan plan(*schema);
    const write::WriterOptions options = anyOptions(random);
    std::vector<Rows> rowGroups(random.below(4));
    for (Rows& rows : rowGroups) {
      rows.resize(1 + random.below(random.below(3) == 0 ? 700 : 80));
      for (Value& row : rows) {
        row = random.makeRow(plan);
      }
    }
    const auto read = rowsOf(fileOf(schema, options, rowGroups));
    ASSERT_TRUE(read) << read.error().message() << " seed " << seed;
    ASSERT_TRUE(*read == rowGroups) << "seed " << seed;
  }
}

TEST(FileReader, schemaAndCountsOfTheFile) {
  test::RandomRows random(3);
  const auto schema = std::make_shared<const schema::Schema>(random.makeSchema(4));
  const column::RowPlan plan(*schema);
  const std::vector<Rows> rowGroups = {{random.makeRow(plan)},
                                       {random.makeRow(plan), random.makeRow(plan)}};
  const std::string file = fileOf(schema, {}, rowGroups);
  const auto reader =
      FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f"));
  ASSERT_TRUE(reader);
  EXPECT_EQ((*reader)->rows(), 3U);
  ASSERT_EQ((*reader)->rowGroupCount(), 2U);
  EXPECT_EQ((*reader)->rowGroupRows(0), 1U);
  EXPECT_EQ((*reader)->rowGroupRows(1), 2U);
  EXPECT_EQ((*reader)->schema().leaves().size(), schema->leaves().size());
}

TEST(FileReader, everyFlippedBitOfAPageIsSeen) {
  bool isFirst = true;
  for (const write::WriterOptions& options : smallFileOptions()) {
    const SmallFile small = smallFile(options);
    ASSERT_EQ(*rowsOf(small.bytes), small.rowGroups);
    const std::vector<bool> isBody = bodyBytes(small.bytes);
    std::uint32_t footerBytes = 0;
    std::memcpy(&footerBytes, small.bytes.data() + small.bytes.size() - 8, 4);
    const std::size_t pagesEnd = small.bytes.size() - 8 - footerBytes;
    // Of the footers, which are all alike, one will do.
    const std::size_t end = isFirst ? small.bytes.size() : pagesEnd;
    isFirst = false;
    for (std::size_t bit = 0; bit < end * 8; ++bit) {
      std::string flipped = small.bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      const auto read = rowsOf(flipped);
      ASSERT_FALSE(read && isBody[bit / 8]) << "bit " << bit;
      // The footer has no checksum: it may say other things that do not contradict the pages, a
      // name or a repetition. Nor have page headers, whose statistics a reader of rows does not
      // use; with these values no other encoding makes sense of a body.
      if (read && bit / 8 < pagesEnd) {
        ASSERT_EQ(*read, small.rowGroups) << "bit " << bit;
      }
    }
  }
}

TEST(FileReader, everyTruncationIsRefused) {
  for (const write::WriterOptions& options : smallFileOptions()) {
    const SmallFile small = smallFile(options);
    for (std::size_t bytes = 0; bytes < small.bytes.size(); ++bytes) {
      const auto read = rowsOf(small.bytes.substr(0, bytes));
      ASSERT_FALSE(read) << bytes;
      EXPECT_EQ(read.error().code(), ErrorCode::kCorrupt) << bytes;
    }
  }
}

TEST(FileReader, aPageAboveTheLimitIsReadWhereTheLimitIsRaised) {
  const SmallFile small = smallFile({});
  for (const std::uint64_t limit : {std::uint64_t{8}, UINT64_MAX}) {
    const auto reader = FileReader::open(
        std::make_unique<io::MemoryInputFile>(constBytes(small.bytes), "f"), {limit});
    ASSERT_TRUE(reader);
    column::Batch batch = column::makeBatch((*reader)->schema());
    const auto read = (*reader)->readRowGroup(0, batch);
    if (limit == UINT64_MAX) {
      EXPECT_TRUE(read) << read.error().message();
    } else {
      ASSERT_FALSE(read);
      EXPECT_EQ(read.error().code(), ErrorCode::kLimit) << read.error().message();
    }
  }
}

TEST(FileReader, errorsNameFileRowGroupAndColumn) {
  write::WriterOptions options;
  options.pageIndex = false;
  SmallFile small = smallFile(options);
  // The last column of the last row group ends the pages.
  std::uint32_t footerBytes = 0;
  std::memcpy(&footerBytes, small.bytes.data() + small.bytes.size() - 8, 4);
  small.bytes[small.bytes.size() - 8 - footerBytes - 1] ^= 1;
  const auto read = rowsOf(small.bytes);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message().rfind("f: row group 1, column 'l.list.element': page at", 0), 0U)
      << read.error().message();
}

}  // namespace
}  // namespace parquet_flow::read
