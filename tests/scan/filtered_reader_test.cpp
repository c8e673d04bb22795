// Goal: what can be ruled out is not looked at, and counted where it was ruled out; statistics that
// say little, or lie in ways that are known, cost no row; limit, skip and batches are what they
// say.
//
// Method: files made to be skipped by one means alone; footers changed to what other writers write.
#include "scan/filtered_reader.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "column/assemble.hpp"
#include "io/callback_file.hpp"
#include "made_scan.hpp"

namespace parquet_flow::scan {
namespace {

using test::Column;
using test::plain;
using test::Taken;
using test::takeWhere;
using Rows = std::vector<std::uint64_t>;

constexpr std::size_t kRows = 40'000;
constexpr std::size_t kGroupRows = 10'000;

// 0, 1, 2, ...; the numbers modulo 100; text of them.
std::vector<Column> columns() {
  Column id{"id", test::PhysicalType::kInt64};
  Column few{"few", test::PhysicalType::kInt32};
  Column text{"text", test::PhysicalType::kByteArray, {test::LogicalKind::kString}};
  for (std::size_t i = 0; i < kRows; ++i) {
    id.values.push_back(plain(static_cast<std::int64_t>(i)));
    few.values.push_back(plain(static_cast<std::int32_t>(2 * (i % 100))));
    text.values.push_back("number " + std::to_string(i));
  }
  return {id, few, text};
}

write::WriterOptions plainPages() {
  write::WriterOptions options;
  options.column.encoding = encoding::Encoding::kPlain;
  options.pageRows = 1000;
  return options;
}

Rows from(std::uint64_t first, std::uint64_t end) {
  Rows rows(end - first);
  std::iota(rows.begin(), rows.end(), first);
  return rows;
}

TEST(FilteredReader, skipsRowGroupsByStatistics) {
  write::WriterOptions options = plainPages();
  options.pageIndex = false;
  const std::string file = test::makeFile(columns(), options, kGroupRows);
  const Taken taken = takeWhere(file, "id between 12000 and 12002");
  EXPECT_EQ(taken.rows, from(12000, 12003));
  EXPECT_EQ(taken.stats.rowGroups, 4U);
  EXPECT_EQ(taken.stats.rowGroupsByStatistics, 3U);
  EXPECT_EQ(taken.stats.rowGroupsRead, 1U);
  EXPECT_EQ(taken.stats.rowsTested, kGroupRows);
  EXPECT_EQ(taken.stats.rowsSelected, 3U);
  EXPECT_EQ(taken.stats.pagesRead, 10U);
  const Taken none = takeWhere(file, "id < 0 or id >= 40000 or text > 'o'");
  EXPECT_EQ(none.rows, Rows{});
  EXPECT_EQ(none.stats.rowGroupsByStatistics, 4U);
  EXPECT_EQ(none.stats.bytesRead, 0U);
}

TEST(FilteredReader, takesRowGroupsWholeByStatistics) {
  const std::string file = test::makeFile(columns(), plainPages(), kGroupRows);
  const Taken taken = takeWhere(file, "id >= 10000 and text starts with 'n' and few is not null");
  EXPECT_EQ(taken.rows, from(10000, kRows));
  EXPECT_EQ(taken.stats.rowGroupsByStatistics, 1U);
  EXPECT_EQ(taken.stats.rowsTested, 0U);
  EXPECT_EQ(taken.stats.pagesRead, 0U);
  EXPECT_EQ(taken.stats.rowsSelected, 30'000U);
}

TEST(FilteredReader, skipsRowGroupsByBloomFilter) {
  write::WriterOptions options = plainPages();
  options.pageIndex = false;
  options.column.bloomFilter = write::BloomFilterOptions{0.0001, 0};
  std::vector<Column> all = columns();
  // Shuffled, so that every row group's bounds have every number.
  for (std::size_t i = 0; i < kRows; ++i) {
    all[0].values[i] = plain(static_cast<std::int64_t>(i * 7919 % kRows));
  }
  const std::string file = test::makeFile(all, options, kGroupRows);
  const std::uint64_t row = 12345;
  const std::string where = "id = " + std::to_string(row * 7919 % kRows);
  const Taken taken = takeWhere(file, where);
  EXPECT_EQ(taken.rows, Rows{row});
  EXPECT_EQ(taken.stats.rowGroupsByStatistics, 0U);
  EXPECT_EQ(taken.stats.rowGroupsByBloomFilter, 3U);
  EXPECT_EQ(taken.stats.rowGroupsRead, 1U);
  const Taken none = takeWhere(file, "text in ('number 3x', 'number 4x')");
  EXPECT_EQ(none.stats.rowGroupsByStatistics, 3U);
  EXPECT_EQ(none.stats.rowGroupsByBloomFilter, 1U);
  // What it does not answer for.
  EXPECT_EQ(takeWhere(file, "text > 'number 3x'").stats.rowGroupsByBloomFilter, 0U);
  EXPECT_EQ(takeWhere(file, "text <> 'number 3x'").rows.size(), kRows);
}

TEST(FilteredReader, skipsRowGroupsByDictionary) {
  write::WriterOptions options;
  options.column.encoding = encoding::Encoding::kRleDictionary;
  options.pageIndex = false;
  const std::string file = test::makeFile(columns(), options, kGroupRows);
  const Taken none = takeWhere(file, "few = 31");  // all are even
  EXPECT_EQ(none.rows, Rows{});
  EXPECT_EQ(none.stats.rowGroupsByDictionary, 4U);
  EXPECT_EQ(none.stats.pagesRead, 4U);  // the dictionaries
  EXPECT_EQ(none.stats.rowsTested, 0U);
  const Taken all = takeWhere(file, "few <> 31");  // and none is null
  EXPECT_EQ(all.rows.size(), kRows);
  EXPECT_EQ(all.stats.rowsTested, 0U);
  EXPECT_EQ(takeWhere(file, "few = 32").rows.size(), kRows / 100);
  // A chunk that left its dictionary has values that are not in it.
  options.dictionaryBytes = 1024;
  options.pageRows = 100;
  const std::string fallen = test::makeFile(columns(), options, kGroupRows);
  EXPECT_EQ(takeWhere(fallen, "text = 'number 9999'").rows, Rows{9999});
  EXPECT_EQ(takeWhere(fallen, "text contains '9999'").rows, (Rows{9999, 19999, 29999, 39999}));
}

TEST(FilteredReader, skipsPagesByTheirIndex) {
  const std::string file = test::makeFile(columns(), plainPages(), kGroupRows);
  FilterOptions options;
  options.leaves = {0, 2};
  const Taken taken = takeWhere(file, "id between 12345 and 12347", options);
  EXPECT_EQ(taken.rows, from(12345, 12348));
  EXPECT_EQ(taken.stats.rowGroupsByStatistics, 3U);
  EXPECT_EQ(taken.stats.rowsByPageIndex, 9000U);
  EXPECT_EQ(taken.stats.rowsTested, 1000U);
  EXPECT_EQ(taken.stats.pagesRead, 2U);      // of id, for its values too, and of text
  EXPECT_EQ(taken.stats.pagesSkipped, 27U);  // the others of these three
  EXPECT_LT(taken.stats.bytesRead, 60'000U);
  // Two parts of a row group; and an or whose sides are in different pages.
  const Taken two = takeWhere(file, "id = 500 or text = 'number 7500' or id in (25000, 25999)");
  EXPECT_EQ(two.rows, (Rows{500, 7500, 25000, 25999}));
  // Where all pages are ruled out the row group is.
  std::vector<Column> gap = columns();
  for (std::size_t i = 5000; i < kRows; ++i) {
    gap[0].values[i] = plain(static_cast<std::int64_t>(i + 100));
  }
  const Taken none = takeWhere(test::makeFile(gap, plainPages()), "id = 5050");
  EXPECT_EQ(none.stats.rowGroupsByPageIndex, 1U);
  EXPECT_EQ(none.stats.pagesRead, 0U);
}

TEST(FilteredReader, readsTheOutputNearTakenRowsAlone) {
  write::WriterOptions options = plainPages();
  options.pageIndex = false;
  const std::string file = test::makeFile(columns(), options);
  FilterOptions filter;
  filter.leaves = {2};
  const Taken taken = takeWhere(file, "id = 100 or id = 39500", filter);
  EXPECT_EQ(taken.rows, (Rows{100, 39500}));
  EXPECT_EQ(taken.stats.pagesRead, 40U + 2U);
  EXPECT_EQ(taken.stats.pagesSkipped, 38U);
}

TEST(FilteredReader, readsNoMoreOfALargerSortedFile) {
  std::uint64_t bytes[2] = {};
  for (const std::size_t times : {1U, 4U}) {
    std::vector<Column> all = {columns()[0]};
    for (std::size_t i = 1; i < times; ++i) {
      for (std::size_t k = 0; k < kRows; ++k) {
        all[0].values.push_back(plain(static_cast<std::int64_t>(i * kRows + k)));
      }
    }
    const Taken taken = takeWhere(test::makeFile(all, plainPages(), kGroupRows), "id = 12345");
    EXPECT_EQ(taken.rows, Rows{12345});
    bytes[times / 4] = taken.stats.bytesRead;
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

TEST(FilteredReader, limitsAndSkipsWhatIsTaken) {
  const std::string file = test::makeFile(columns(), plainPages(), kGroupRows);
  FilterOptions options;
  options.skip = 3;
  options.limit = 4;
  const Taken taken = takeWhere(file, "few = 198", options);
  EXPECT_EQ(taken.rows, (Rows{399, 499, 599, 699}));
  EXPECT_EQ(taken.stats.rowGroups, 1U) << "stops early";
  options.skip = 399;
  EXPECT_EQ(takeWhere(file, "few = 198", options).rows, Rows{39999});
  options.skip = 400;
  EXPECT_EQ(takeWhere(file, "few = 198", options).rows, Rows{});
  options = {};
  options.skip = 9'999;
  options.limit = 2;
  EXPECT_EQ(test::take(file, options).rows, from(9'999, 10'001)) << "over the end of a row group";
  options.limit = 0;
  EXPECT_EQ(takeWhere(file, "few = 198", options).stats.rowGroups, 0U);
}

// Together they come to more than a batch may; their dictionary does not.
TEST(FilteredReader, givesLongTextsOfADictionary) {
  constexpr std::uint64_t kLongRows = 7'000;
  constexpr std::size_t kTextBytes = 10'000;
  Column id{"id", test::PhysicalType::kInt64};
  Column text{"text", test::PhysicalType::kByteArray, {test::LogicalKind::kString}};
  for (std::uint64_t i = 0; i < kLongRows; ++i) {
    id.values.push_back(plain(static_cast<std::int64_t>(i)));
    text.values.emplace_back(std::string(kTextBytes, static_cast<char>('a' + i % 3)));
  }
  write::WriterOptions options;
  options.column.encoding = encoding::Encoding::kRleDictionary;
  const std::string file = test::makeFile({id, text}, options, kLongRows);
  FilterOptions all;
  all.leaves = {0, 1};
  EXPECT_EQ(takeWhere(file, "id >= 0", all).rows, from(0, kLongRows));
  const Taken some = takeWhere(file, "id >= 100", all);
  EXPECT_EQ(some.error, "");
  EXPECT_EQ(some.rows, from(100, kLongRows));
}

// Also where the last windows of a row group select nothing.
TEST(FilteredReader, compactBatchesEndWithTheirRowGroup) {
  Column number{"n", test::PhysicalType::kInt32};
  for (std::size_t i = 0; i < 4 * kGroupRows; ++i) {  // 0 and 2 around each 1
    number.values.push_back(plain(static_cast<std::int32_t>(i % 2 * 2)));
  }
  for (const std::size_t row : {5U, 20U, 10'005U, 39'999U}) {
    number.values[row] = plain(std::int32_t{1});
  }
  const std::string file = test::makeFile({number}, plainPages(), kGroupRows);
  const auto reader = test::openFile(file);
  FilterOptions options;
  options.leaves = {0};
  options.batchRows = 1000;
  options.isCompact = true;
  options.predicate = *parsePredicate("n = 1");
  const auto filtered = std::move(*FilteredReader::create(*reader, options));
  std::vector<Rows> batches;  // row group, first row, rows
  for (SelectedBatch batch; filtered->next(batch).value();) {
    batches.push_back({batch.rowGroup, batch.firstRow, batch.rows});
  }
  // Of the last 1000 rows those from the word of 64 on that has the row: 39 000 + 15 * 64.
  EXPECT_EQ(batches, (std::vector<Rows>{{0, 0, 2}, {1, 10'000, 1}, {3, 39'960, 1}}));
}

// 5000 texts of 1000 bytes are 5 MB, where a batch may have 0.5 MiB; whatever the footer says of
// their size, whatever stands for them in pages.
TEST(FilteredReader, compactBatchesHaveABoundInBytes) {
  constexpr std::uint64_t kTextRows = 5'000;
  constexpr std::uint64_t kTextBytes = 1'000;
  Column id{"id", test::PhysicalType::kInt64};
  Column text{"text", test::PhysicalType::kByteArray, {test::LogicalKind::kString}};
  for (std::uint64_t i = 0; i < kTextRows; ++i) {
    id.values.push_back(plain(static_cast<std::int64_t>(i)));
    text.values.emplace_back(std::string(kTextBytes, static_cast<char>('a' + i % 3)));
  }
  const struct {
    encoding::Encoding encoding;
    bool sizeStatistics;
  } cases[] = {{encoding::Encoding::kRleDictionary, true},
               {encoding::Encoding::kPlain, true},
               {encoding::Encoding::kPlain, false}};
  for (const auto& one : cases) {
    write::WriterOptions options;
    options.column.encoding = one.encoding;
    options.sizeStatistics = one.sizeStatistics;
    options.pageRows = 700;  // below the limit on pages
    const std::string file = test::makeFile({id, text}, options, kTextRows);
    read::ReadOptions narrow;
    narrow.pageBytesMax = 1U << 20;
    const auto reader = std::move(*read::FileReader::open(
        std::make_unique<io::MemoryInputFile>(constBytes(file), "f"), narrow));
    for (const char* const where : {"", "id >= 0", "id >= 7", "id not in (700, 4321)"}) {
      FilterOptions filter;
      filter.leaves = {0, 1};
      filter.isCompact = true;
      if (*where != '\0') {
        filter.predicate = *parsePredicate(where);
      }
      const auto filtered = std::move(*FilteredReader::create(*reader, filter));
      std::uint64_t rows = 0;
      for (SelectedBatch batch; filtered->next(batch).value();) {
        rows += batch.rows;
        ASSERT_EQ(batch.columns[1].values.size(), batch.rows * kTextBytes);
        EXPECT_LE(batch.columns[1].values.size(), narrow.pageBytesMax / 2) << where;
      }
      EXPECT_EQ(rows, takeWhere(file, *where == '\0' ? "id >= 0" : where).rows.size());
    }
  }
}

TEST(FilteredReader, looksAtARangeOfRows) {
  const std::string file = test::makeFile(columns(), plainPages(), kGroupRows);
  FilterOptions options;
  options.firstRow = 9'950;
  options.rows = 200;
  EXPECT_EQ(takeWhere(file, "few = 198", options).rows, (Rows{9'999, 10'099}));
  EXPECT_EQ(test::take(file, options).rows, from(9'950, 10'150));
  options.firstRow = kRows;
  EXPECT_EQ(test::take(file, options).rows, Rows{});
  options.firstRow = kRows + 1;
  EXPECT_EQ(test::take(file, options).error, "the first row is 40001, the file has 40000");
  options = {};
  options.batchRows = 0;
  EXPECT_EQ(test::take(file, options).error, "batches of 0 rows");
  options = {};
  options.leaves = {3};
  EXPECT_EQ(test::take(file, options).error, "leaf 3 of 3 is not there, or not in schema order");
}

TEST(FilteredReader, givesTheSameErrorAgain) {
  std::string file = test::makeFile(columns(), plainPages(), kGroupRows);
  file[file.size() / 8] = static_cast<char>(file[file.size() / 8] ^ 1);
  const auto reader = test::openFile(file);
  FilterOptions options;
  options.leaves = {0, 1, 2};
  options.predicate = *parsePredicate("few = 198 and text contains '9'");
  const auto filtered = std::move(*FilteredReader::create(*reader, options));
  SelectedBatch batch;
  Result<bool> given = true;
  while (given && *given) {
    given = filtered->next(batch);
  }
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().code(), ErrorCode::kCorrupt);
  EXPECT_NE(given.error().message().find("row group 0, column '"), std::string::npos);
  EXPECT_EQ(filtered->next(batch).error().message(), given.error().message());
}

// Rows of any schema, by the selection and compact, against the same rows without a predicate.
TEST(FilteredReader, givesAnyColumnsOfTakenRows) {
  using column::Value;
  for (int round = 0; round < 60; ++round) {
    read::test::RandomRows random(static_cast<std::uint64_t>(round), 4);
    schema::Schema built;
    ASSERT_TRUE(built.addLeaf(schema::kRoot, "key", test::PhysicalType::kInt32,
                              schema::Repetition::kOptional));
    ASSERT_TRUE(built.addLeaf(schema::kRoot, "flag", test::PhysicalType::kBoolean,
                              schema::Repetition::kOptional));
    const auto list = built.addList(schema::kRoot, "l", schema::Repetition::kOptional);
    ASSERT_TRUE(built.addLeaf(*list, "element", test::PhysicalType::kByteArray,
                              schema::Repetition::kOptional));
    const auto group = built.addGroup(schema::kRoot, "g", schema::Repetition::kOptional);
    ASSERT_TRUE(
        built.addLeaf(*group, "x", test::PhysicalType::kInt64, schema::Repetition::kOptional));
    ASSERT_TRUE(built.addLeaf(*group, "y", test::PhysicalType::kFixedLenByteArray,
                              schema::Repetition::kRepeated, 3));
    const auto schema = std::make_shared<const schema::Schema>(std::move(built));
    const column::RowPlan plan(*schema);
    std::vector<read::test::Rows> rowGroups(2);
    read::test::Rows all;
    for (auto& rows : rowGroups) {
      for (std::uint64_t i = random.below(400); i != 0; --i) {
        rows.push_back(random.makeRow(plan));
        all.push_back(rows.back());
      }
    }
    const std::string file = read::test::fileOf(schema, read::test::anyOptions(random), rowGroups);
    const auto reader = test::openFile(file);
    FilterOptions options;
    options.leaves = {0, 1, 2, 3, 4};
    options.batchRows = 1 + random.below(200);
    options.predicate = *parsePredicate(round % 3 == 0   ? "flag = true or g.x is null"
                                        : round % 3 == 1 ? "key < 0"
                                                         : "g.x > 0");
    for (const bool isCompact : {false, true}) {
      options.isCompact = isCompact;
      const auto filtered = std::move(*FilteredReader::create(*reader, options));
      Rows numbers;
      read::test::Rows found;
      for (SelectedBatch batch;;) {
        const Result<bool> isThere = filtered->next(batch);
        ASSERT_TRUE(isThere) << isThere.error().message();
        if (!*isThere) {
          break;
        }
        std::vector<column::LeafView> views;
        for (const schema::Leaf& leaf : schema->leaves()) {
          views.push_back(batch.columns[leaf.index].view(leaf));
        }
        const auto rows = column::assemble(*schema, views, batch.rows);
        ASSERT_TRUE(rows) << rows.error().message();
        for (std::uint64_t i = 0; i < batch.rows; ++i) {
          if (batch.isAll || (batch.selection[i / 64] >> (i % 64) & 1U) != 0) {
            numbers.push_back(batch.firstRow + i);
            found.push_back((*rows)[i]);
          }
        }
      }
      const Taken taken = test::take(file, [&] {
        FilterOptions rowsAlone = options;
        rowsAlone.isCompact = false;
        return rowsAlone;
      }());
      read::test::Rows expected;
      for (const std::uint64_t row : taken.rows) {
        expected.push_back(all[row]);
      }
      EXPECT_EQ(found, expected) << "round " << round << ", compact " << isCompact;
    }
  }
}

// Damaged pages are refused or give the very rows; whatever else is damaged, nothing is read that
// is not there.
TEST(FilteredReader, takesNoOtherRowsOfDamagedPages) {
  Column id{"id", test::PhysicalType::kInt32};
  Column text{"text", test::PhysicalType::kByteArray, {test::LogicalKind::kString}};
  for (std::int32_t i = 0; i < 40; ++i) {
    id.values.push_back(i % 5 == 0 ? std::nullopt : std::optional(plain(i)));
    text.values.push_back("t" + std::to_string(i % 7));
  }
  write::WriterOptions options;
  options.pageRows = 10;
  options.column.encoding = encoding::Encoding::kRleDictionary;
  options.column.bloomFilter = write::BloomFilterOptions{};
  const std::string file = test::makeFile({id, text}, options, 20);
  const std::vector<bool> isBody = read::test::bodyBytes(file);
  const char* const wheres[] = {"id in (3, 17, 33) or text = 't6'", "id > 11 and text like '%1'"};
  FilterOptions both;
  both.leaves = {0, 1};
  for (const char* const where : wheres) {
    const Rows expected = takeWhere(file, where, both).rows;
    ASSERT_FALSE(expected.empty());
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
      std::string damaged = file;
      damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
      const auto reader =
          read::FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(damaged), "f"));
      if (!reader || (*reader)->schema().findLeaf("id") == nullptr) {
        continue;
      }
      const Taken taken = takeWhere(damaged, where, both);
      if (isBody[bit / 8]) {
        EXPECT_TRUE(!taken.error.empty() || taken.rows == expected) << where << ", bit " << bit;
      }
    }
  }
}

int readFrom(void* bytes, std::uint64_t offset, void* data, std::size_t count) {
  std::memcpy(data, static_cast<const std::string*>(bytes)->data() + offset, count);
  return 0;
}

TEST(FilteredReader, readsFilesPieceByPiece) {
  std::string file = test::makeFile(columns(), plainPages(), kGroupRows);
  auto input = io::makeCallbackInput({readFrom, nullptr, &file, file.size()});
  const auto reader = std::move(*read::FileReader::open(std::move(*input)));
  FilterOptions options;
  options.leaves = {0};
  options.predicate = *parsePredicate("id in (3, 9999, 15000) or text = 'number 39999'");
  const auto filtered = std::move(*FilteredReader::create(*reader, options));
  std::vector<std::int64_t> ids;
  for (SelectedBatch batch; filtered->next(batch).value();) {
    for (std::uint64_t i = 0; i < batch.rows; ++i) {
      if (batch.isAll || (batch.selection[i / 64] >> (i % 64) & 1U) != 0) {
        ids.push_back(loadLe<std::int64_t>(batch.columns[0].data() + 8 * i));
      }
    }
  }
  EXPECT_EQ(ids, (std::vector<std::int64_t>{3, 9999, 15000, 39999}));
}

// Pages of 1000 rows and batches of 700: each is opened in one window and goes on into the next.
TEST(FilteredReader, opensPagesOfPredicateAndOutputOnce) {
  for (int round = 0; round < 16; ++round) {
    write::WriterOptions options;
    options.pageRows = 1000;
    options.pageIndex = false;
    options.dataPageVersion = round % 2 == 0 ? 1 : 2;
    options.column.compression =
        (round & 2) == 0 ? codec::Compression::kUncompressed : codec::Compression::kGzip;
    options.column.encoding =
        (round & 4) == 0 ? encoding::Encoding::kPlain : encoding::Encoding::kRleDictionary;
    std::string file = test::makeFile(columns(), options, kGroupRows);
    std::unique_ptr<io::InputFile> input =
        std::make_unique<io::MemoryInputFile>(constBytes(file), "f");
    if ((round & 8) != 0) {
      input = std::move(*io::makeCallbackInput({readFrom, nullptr, &file, file.size()}));
    }
    const auto reader = std::move(*read::FileReader::open(std::move(input)));
    FilterOptions filter;
    filter.leaves = {1};
    filter.batchRows = 700;
    filter.predicate = *parsePredicate("few in (0, 2, 100)");
    const auto filtered = std::move(*FilteredReader::create(*reader, filter));
    std::vector<std::uint64_t> rows;
    for (SelectedBatch batch; filtered->next(batch).value();) {
      for (std::uint64_t i = 0; i < batch.rows; ++i) {
        const auto few = loadLe<std::int32_t>(batch.columns[0].data() + 4 * i);
        ASSERT_EQ(few, static_cast<std::int32_t>(2 * ((batch.firstRow + i) % 100))) << round;
        if (batch.isAll || (batch.selection[i / 64] >> (i % 64) & 1U) != 0) {
          rows.push_back(batch.firstRow + i);
        }
      }
    }
    ASSERT_EQ(rows.size(), kRows / 100 * 3) << round;
    const std::uint64_t dictionaries = (round & 4) == 0 ? 0 : 4;
    EXPECT_EQ(filtered->stats().pagesRead, kRows / options.pageRows + dictionaries) << round;
  }
}

}  // namespace
}  // namespace parquet_flow::scan
