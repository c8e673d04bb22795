// Goal: rows come back as they were in batches of any size, from any row on, out of memory or piece
// by piece, on any number of threads; a damaged file is refused or gives the very rows, never
// others.
//
// Method: random rows of random schemas through encoder, file and reader, in every encoding, codec
// and version; every bit of files of each kind flipped, every truncation.
#include "read/batch_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "column/assemble.hpp"
#include "io/callback_file.hpp"
#include "io/memory_file.hpp"
#include "made_files.hpp"
#include "read/file_reader.hpp"

namespace parquet_flow::read {
namespace {

using column::Value;
using test::Rows;

Result<Rows> rowsOf(const FileReader& file, const ColumnBatch& batch) {
  std::vector<column::LeafView> views;
  for (const schema::Leaf& leaf : file.schema().leaves()) {
    views.push_back(batch.columns[leaf.index].view(leaf));
  }
  return column::assemble(file.schema(), views, batch.rows);
}

int readFrom(void* bytes, std::uint64_t offset, void* data, std::size_t count) {
  std::memcpy(data, static_cast<const std::string*>(bytes)->data() + offset, count);
  return 0;
}

// All rows, out of memory or piece by piece, `batchRows` at a time.
Result<Rows> rowsInBatches(const std::string& file, bool fromMemory, std::uint64_t batchRows,
                           std::uint32_t threads = 1) {
  std::unique_ptr<io::InputFile> input =
      std::make_unique<io::MemoryInputFile>(constBytes(file), "f");
  if (!fromMemory) {
    PF_TRY_ASSIGN(input, io::makeCallbackInput(
                             {readFrom, nullptr, const_cast<std::string*>(&file), file.size()}));
  }
  PF_TRY_ASSIGN(const auto reader, FileReader::open(std::move(input)));
  BatchOptions options;
  options.batchRows = batchRows;
  options.threads = threads;
  PF_TRY_ASSIGN(const auto batches, BatchReader::create(*reader, options));
  Rows all;
  ColumnBatch batch;
  for (;;) {
    PF_TRY_ASSIGN(const bool isThere, batches->next(batch));
    if (!isThere) {
      return all;
    }
    EXPECT_EQ(batch.firstRow, all.size());
    PF_TRY_ASSIGN(const Rows rows, rowsOf(*reader, batch));
    all.insert(all.end(), rows.begin(), rows.end());
  }
}

// Any range of rows is those rows, passed to out of memory by headers, else by the page index.
void expectRanges(const std::string& file, const Rows& all, test::RandomRows& random) {
  const auto reader = std::move(
      *(random.below(2) == 0
            ? FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f"))
            : FileReader::open(std::move(*io::makeCallbackInput(
                  {readFrom, nullptr, const_cast<std::string*>(&file), file.size()})))));
  for (int i = 0; i < 4 && !all.empty(); ++i) {
    BatchOptions options;
    options.batchRows = 1 + random.below(all.size());
    options.firstRow = random.below(all.size() + 1);
    options.rows = random.below(all.size() - options.firstRow + 1);
    const auto batches = std::move(*BatchReader::create(*reader, options));
    std::uint64_t row = options.firstRow;
    for (ColumnBatch batch;;) {
      const auto isThere = batches->next(batch);
      ASSERT_TRUE(isThere) << isThere.error().message();
      if (!*isThere) {
        break;
      }
      const auto rows = rowsOf(*reader, batch);
      ASSERT_TRUE(rows) << rows.error().message();
      ASSERT_EQ(batch.firstRow, row);
      for (const Value& each : *rows) {
        ASSERT_EQ(each, all[row]) << "row " << row;
        ++row;
      }
    }
    EXPECT_EQ(row, options.firstRow + options.rows);
  }
}

TEST(BatchReader, randomFilesComeBackInBatchesOfAnySize) {
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    constexpr std::uint64_t kDistinct[] = {0, 1, 3, 40, 250};
    test::RandomRows random(seed, kDistinct[seed % std::size(kDistinct)]);
    const auto schema = std::make_shared<const schema::Schema>(
        random.makeSchema(static_cast<int>(random.below(5))));
    const column::RowPlan plan(*schema);
    std::vector<Rows> rowGroups(random.below(4));
    Rows all;
    for (Rows& rows : rowGroups) {
      rows.resize(1 + random.below(random.below(3) == 0 ? 700 : 80));
      for (Value& row : rows) {
        row = random.makeRow(plan);
        all.push_back(row);
      }
    }
    const std::string file = test::fileOf(schema, test::anyOptions(random), rowGroups);
    for (const bool fromMemory : {false, true}) {
      const auto read = rowsInBatches(file, fromMemory, 1 + random.below(400));
      ASSERT_TRUE(read) << read.error().message() << " seed " << seed;
      ASSERT_EQ(read->size(), all.size()) << "seed " << seed;
      for (std::size_t row = 0; row < all.size(); ++row) {
        ASSERT_EQ((*read)[row], all[row])
            << "seed " << seed << " row " << row << ": " << (*read)[row].toString() << " for "
            << all[row].toString();
      }
    }
    expectRanges(file, all, random);
  }
}

struct CountedFile {
  std::string bytes;
  std::uint64_t bytesRead = 0;
};
int readCounted(void* file, std::uint64_t offset, void* data, std::size_t count) {
  auto& from = *static_cast<CountedFile*>(file);
  std::memcpy(data, from.bytes.data() + offset, count);
  from.bytesRead += count;
  return 0;
}

// Of a file of 16 pages of 128 KiB.
std::uint64_t bytesReadOfTenRows(const write::WriterOptions& options, std::uint64_t first) {
  schema::Schema built;
  (void)*built.addLeaf(schema::kRoot, "c", schema::PhysicalType::kInt64,
                       schema::Repetition::kRequired);
  const auto schema = std::make_shared<const schema::Schema>(std::move(built));
  Rows rows;
  for (std::int64_t i = 0; i < 1 << 18; ++i) {
    rows.push_back(Value(Value::Group{{Value(i)}}));
  }
  CountedFile file{test::fileOf(schema, options, {rows})};
  const auto reader = std::move(*FileReader::open(
      std::move(*io::makeCallbackInput({readCounted, nullptr, &file, file.bytes.size()}))));
  BatchOptions range;
  range.firstRow = first;
  range.rows = 10;
  const auto batches = std::move(*BatchReader::create(*reader, range));
  ColumnBatch batch;
  const auto isThere = batches->next(batch);
  EXPECT_TRUE(isThere && *isThere);
  EXPECT_EQ(loadLe<std::int64_t>(batch.columns[0].data()), static_cast<std::int64_t>(first));
  return file.bytesRead;
}

TEST(BatchReader, pagesOutsideOfTheRangeAreNotRead) {
  constexpr std::uint64_t kPage = 128U << 10;
  constexpr std::uint64_t kWindow = 64U << 10;
  constexpr std::uint64_t kIndexes = 16U << 10;  // and the footer
  write::WriterOptions options;
  options.column.encoding = encoding::Encoding::kPlain;
  options.pageBytes = kPage;
  for (const bool hasIndex : {true, false}) {
    options.pageIndex = hasIndex;
    EXPECT_LE(bytesReadOfTenRows(options, 0), kPage + kWindow + kIndexes);
    // Row 175 000 is in page 10: of those before it no more than their headers are looked for in,
    // with an index only of the first, which may be a dictionary.
    EXPECT_LE(bytesReadOfTenRows(options, 175'000),
              kPage + (hasIndex ? 2 : 11) * kWindow + kIndexes);
  }
}

// Nulls have slots, which a few bytes make many of.
TEST(BatchReader, wideRowsComeFewAtATime) {
  constexpr std::uint32_t kWidth = 1U << 20;
  schema::Schema built;
  for (int i = 0; i < 16; ++i) {
    (void)*built.addLeaf(schema::kRoot, "c" + std::to_string(i),
                         schema::PhysicalType::kFixedLenByteArray, schema::Repetition::kOptional,
                         kWidth);
  }
  const auto schema = std::make_shared<const schema::Schema>(std::move(built));
  const Rows rows(10, Value(Value::Group{std::vector<Value>(16)}));
  const std::string file = test::fileOf(schema, {}, {rows});
  const auto reader =
      std::move(*FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f")));
  const auto batches = std::move(*BatchReader::create(*reader, {}));
  ColumnBatch batch;
  for (const std::uint64_t expected : {4U, 4U, 2U}) {  // 64 MiB are 4 rows of 16 MiB
    ASSERT_TRUE(*batches->next(batch));
    EXPECT_EQ(batch.rows, expected);
  }
  EXPECT_FALSE(*batches->next(batch));
}

// Long texts out of a dictionary, with nulls between them and in lists: as many rows at a time as
// the limit on pages has room for, from any row on.
TEST(BatchReader, textsThatComeToMoreThanTheLimitComeInSmallerBatches) {
  constexpr std::size_t kTextBytes = 10'000;
  constexpr std::size_t kRows = 3'000;
  schema::Schema built;
  (void)*built.addLeaf(schema::kRoot, "n", schema::PhysicalType::kInt64,
                       schema::Repetition::kRequired);
  (void)*built.addLeaf(schema::kRoot, "t", schema::PhysicalType::kByteArray,
                       schema::Repetition::kOptional);
  (void)*built.addLeaf(schema::kRoot, "l", schema::PhysicalType::kByteArray,
                       schema::Repetition::kRepeated);
  const auto schema = std::make_shared<const schema::Schema>(std::move(built));
  Rows rows;
  for (std::size_t i = 0; i < kRows; ++i) {
    const Value text(std::string(kTextBytes, static_cast<char>('a' + i % 3)));
    const Value list(Value::List{std::vector<Value>(i % 3, text)});
    rows.push_back(Value(
        Value::Group{{Value(static_cast<std::int64_t>(i)), i % 7 == 0 ? Value() : text, list}}));
  }
  write::WriterOptions options;
  options.column.encoding = encoding::Encoding::kRleDictionary;
  const std::string file = test::fileOf(schema, options, {rows, rows});
  for (const std::uint32_t threads : {1U, 3U}) {
    for (const std::uint64_t first : {std::uint64_t{0}, std::uint64_t{kRows + 1'234}}) {
      ReadOptions limits;
      limits.pageBytesMax = 1 << 20;
      const auto reader = std::move(
          *FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f"), limits));
      BatchOptions range;
      range.firstRow = first;
      range.threads = threads;
      const auto batches = std::move(*BatchReader::create(*reader, range));
      ColumnBatch batch;
      std::uint64_t row = first;
      for (;;) {
        const auto isThere = batches->next(batch);
        ASSERT_TRUE(isThere) << isThere.error().message();
        if (!*isThere) break;
        EXPECT_EQ(batch.firstRow, row);
        const auto read = rowsOf(*reader, batch);
        ASSERT_TRUE(read) << read.error().message();
        for (const Value& each : *read) {
          ASSERT_EQ(each, rows[row % kRows]) << row;
          ++row;
        }
      }
      EXPECT_EQ(row, 2 * kRows);
    }
  }
}

TEST(BatchReader, columnsOnSeveralThreadsGiveTheSame) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    test::RandomRows random(seed, 3);
    const auto schema = std::make_shared<const schema::Schema>(random.makeSchema(3));
    const column::RowPlan plan(*schema);
    std::vector<Rows> rowGroups(2);
    for (Rows& rows : rowGroups) {
      rows.resize(1 + random.below(300));
      std::generate(rows.begin(), rows.end(), [&] { return random.makeRow(plan); });
    }
    std::string file = test::fileOf(schema, test::anyOptions(random), rowGroups);
    const std::uint64_t batchRows = 1 + random.below(200);
    const auto alone = rowsInBatches(file, true, batchRows);
    ASSERT_TRUE(alone) << alone.error().message();
    for (const std::uint32_t threads : {2U, 5U}) {
      const auto together = rowsInBatches(file, seed % 2 == 0, batchRows, threads);
      ASSERT_TRUE(together) << together.error().message();
      ASSERT_EQ(*together, *alone) << "seed " << seed;
    }
    // And of two columns that are damaged the first is named.
    const std::vector<bool> isBody = test::bodyBytes(file);
    for (int damaged = 0; damaged < 2; ++damaged) {
      const std::size_t at = random.below(file.size());
      if (isBody[at]) {
        file[at] = static_cast<char>(file[at] ^ 1);
      }
    }
    const auto one = rowsInBatches(file, true, batchRows);
    const auto many = rowsInBatches(file, true, batchRows, 3);
    ASSERT_EQ(one.has_value(), many.has_value()) << "seed " << seed;
    if (!one) {
      EXPECT_EQ(one.error().message(), many.error().message());
    }
  }
}

TEST(BatchReader, everyFlippedBitOfAPageIsSeen) {
  for (const write::WriterOptions& options : test::smallFileOptions()) {
    const test::SmallFile small = test::smallFile(options);
    Rows all;
    for (const Rows& rows : small.rowGroups) {
      all.insert(all.end(), rows.begin(), rows.end());
    }
    const std::vector<bool> isBody = test::bodyBytes(small.bytes);
    for (std::size_t bit = 0; bit < isBody.size() * 8; ++bit) {
      std::string flipped = small.bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      const auto read = rowsInBatches(flipped, bit % 2 == 0, 3);
      ASSERT_FALSE(read && isBody[bit / 8]) << "bit " << bit;
    }
  }
}

TEST(BatchReader, withoutChecksumsDamagedPagesDoNoHarm) {
  for (write::WriterOptions options : test::smallFileOptions()) {
    options.crc = false;
    const test::SmallFile small = test::smallFile(options);
    const std::vector<bool> isBody = test::bodyBytes(small.bytes);
    for (std::size_t bit = 0; bit < isBody.size() * 8; ++bit) {
      if (!isBody[bit / 8]) {
        continue;
      }
      std::string flipped = small.bytes;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
      // Other values are all that can come of it.
      const auto read = rowsInBatches(flipped, true, 3);
      if (read) {
        EXPECT_EQ(read->size(), 8U);
      } else {
        EXPECT_TRUE(read.error().code() == ErrorCode::kCorrupt ||
                    read.error().code() == ErrorCode::kLimit)
            << read.error().message();
      }
    }
  }
}

TEST(BatchReader, everyTruncationIsRefused) {
  const test::SmallFile small = test::smallFile({});
  for (std::size_t bytes = 0; bytes < small.bytes.size(); ++bytes) {
    EXPECT_FALSE(rowsInBatches(small.bytes.substr(0, bytes), bytes % 2 == 0, 3)) << bytes;
  }
}

TEST(BatchReader, argumentsThatCannotBeAreRefused) {
  const test::SmallFile small = test::smallFile({});
  const auto reader = std::move(
      *FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(small.bytes), "f")));
  BatchOptions options;
  options.leaves = {0, 4};  // of four
  EXPECT_FALSE(BatchReader::create(*reader, options));
  options.leaves = {1, 0};
  EXPECT_FALSE(BatchReader::create(*reader, options));
  options.leaves = {1};
  options.firstRow = 9;  // of eight
  EXPECT_FALSE(BatchReader::create(*reader, options));
  options.firstRow = 8;
  EXPECT_TRUE(BatchReader::create(*reader, options));
  options.batchRows = 0;
  EXPECT_FALSE(BatchReader::create(*reader, options));
  options.batchRows = 1;
  for (const std::uint32_t threads : {0U, kReadThreadsMax + 1}) {
    options.threads = threads;
    EXPECT_FALSE(BatchReader::create(*reader, options));
  }
}

}  // namespace
}  // namespace parquet_flow::read
