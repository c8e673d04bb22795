// Goal: a query of several files gives the rows, groups and orders that it asks for, prunes files
// by their directories without opening them, is answered by footers where these are exact, and
// refuses files of another schema by their column. Method: files of few rows by hand, in memory.
#include "scan/query.hpp"

#include <gtest/gtest.h>

#include <map>

#include "column/assemble.hpp"
#include "made_columns.hpp"
#include "made_scan.hpp"
#include "read/made_files.hpp"
#include "scan/predicate_text.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::scan {
namespace {

using column::Value;
using read::test::Rows;
using schema::LogicalKind;
using schema::PhysicalType;
using schema::Repetition;

Value ofInt(std::int32_t value) { return Value(Value::Any(value)); }
Value ofText(std::string text) { return Value(Value::Any(std::move(text))); }
Value ofGroup(std::vector<Value> children) { return Value(Value::Group{std::move(children)}); }
Value ofList(std::vector<Value> elements) { return Value(Value::List{std::move(elements)}); }

// n INT32, optional; l, a list of INT32; s STRING.
std::shared_ptr<const schema::Schema> threeColumns() {
  schema::Schema made;
  (void)*made.addLeaf(schema::kRoot, "n", PhysicalType::kInt32, Repetition::kOptional);
  const auto list = made.addList(schema::kRoot, "l", Repetition::kOptional);
  (void)*made.addLeaf(*list, "element", PhysicalType::kInt32, Repetition::kOptional);
  (void)*made.addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kRequired, 0,
                      {LogicalKind::kString});
  return std::make_shared<const schema::Schema>(std::move(made));
}

Value row(Value n, Value l, std::string s) {
  return ofGroup({std::move(n), std::move(l), ofText(std::move(s))});
}

std::vector<Rows> someRows() {
  return {{row(ofInt(3), ofList({ofInt(1), Value(), ofInt(2)}), "c"), row(Value(), Value(), "null"),
           row(ofInt(1), ofList({}), "a")},
          {row(ofInt(2), ofList({ofInt(7)}), "b"), row(ofInt(3), ofList({ofInt(8)}), "c2")}};
}

// Files in memory, counted as they are opened.
class Files {
 public:
  void add(const std::string& name, const std::shared_ptr<const schema::Schema>& schema,
           const std::vector<Rows>& rowGroups) {
    bytes_[name] = read::test::fileOf(schema, {}, rowGroups);
    all_.push_back({name,
                    [this, name]() -> Result<std::shared_ptr<const read::FileReader>> {
                      const bool isOther = ++opened[name] > 1 && replaced_.contains(name);
                      PF_TRY_ASSIGN(auto file,
                                    read::FileReader::open(std::make_unique<io::MemoryInputFile>(
                                        constBytes((isOther ? replaced_ : bytes_)[name]), name)));
                      return std::shared_ptr<const read::FileReader>(std::move(file));
                    },
                    partitionsOf(name)});
  }
  // What opening it gives the second time, and later.
  void replace(const std::string& name, const std::shared_ptr<const schema::Schema>& schema,
               const std::vector<Rows>& rowGroups) {
    replace(name, read::test::fileOf(schema, {}, rowGroups));
  }
  void replace(const std::string& name, std::string bytes) { replaced_[name] = std::move(bytes); }
  [[nodiscard]] Result<std::unique_ptr<Query>> query(QueryOptions options) const {
    return Query::create(all_, std::move(options));
  }

  std::map<std::string, int> opened;

 private:
  std::map<std::string, std::string> bytes_;
  std::map<std::string, std::string> replaced_;
  std::vector<TableFile> all_;
};

// All that a query gives, each row as text: columns of the schema, those not asked for null.
Result<std::vector<std::string>> rowsOf(Query& query) {
  std::vector<std::string> rows;
  read::ColumnBatch batch;
  for (;;) {
    PF_TRY_ASSIGN(const bool isThere, query.next(batch));
    if (!isThere) {
      return rows;
    }
    std::vector<std::string> texts(batch.rows);
    for (std::size_t i = 0; i < query.leaves().size(); ++i) {
      const schema::Leaf& leaf = query.schema().leaves()[query.leaves()[i]];
      EXPECT_EQ(batch.columns[i].rows, batch.rows);
      const auto* const levels =
          reinterpret_cast<const std::uint8_t*>(batch.columns[i].repetitionLevels.data());
      std::uint64_t slot = 0;
      std::size_t at = 0;
      for (std::uint64_t entry = 0; entry < batch.columns[i].entries; ++entry) {
        const bool repeats = leaf.maxRepetitionLevel != 0 && levels[entry] != 0;
        at += entry == 0 || repeats ? 0 : 1;
        texts[at] += repeats || texts[at].empty() ? "" : "|";
        const bool hasSlot =
            !read::keepsLevels(leaf) ||
            std::to_integer<std::uint8_t>(batch.columns[i].definitionLevels.data()[entry]) >=
                read::slotDefinitionLevel(leaf);
        std::byte boolean{};
        if (!hasSlot || !hasValue(batch.columns[i], slot)) {
          texts[at] += hasSlot ? "null," : "none,";
        } else {
          const ConstBytes bytes = valueAt(leaf, batch.columns[i], slot, boolean);
          texts[at] += leaf.type == PhysicalType::kInt32
                           ? std::to_string(loadLe<std::int32_t>(bytes.data())) + ","
                       : leaf.type == PhysicalType::kInt64
                           ? std::to_string(loadLe<std::int64_t>(bytes.data())) + ","
                           : std::string(asText(bytes)) + ",";
        }
        slot += hasSlot ? 1 : 0;
      }
    }
    rows.insert(rows.end(), texts.begin(), texts.end());
  }
}

using Texts = std::vector<std::string>;

Predicate where(const char* text) { return std::move(*parsePredicate(text)); }

Texts answerOf(Files& files, QueryOptions options) {
  const auto query = files.query(std::move(options));
  EXPECT_TRUE(query) << query.error().message();
  const auto texts = rowsOf(**query);
  EXPECT_TRUE(texts) << texts.error().message();
  return texts ? *texts : Texts{};
}

TEST(Query, rowsOfTwoFilesWithNestedColumnsSkipAndLimit) {
  Files files;
  files.add("one", threeColumns(), someRows());
  files.add("two", threeColumns(), someRows());
  PF_ASSERT_OK_ASSIGN(const auto all, files.query({}));
  const Texts five = {"3,|1,null,2,|c,", "null,|none,|null,", "1,|none,|a,", "2,|7,|b,",
                      "3,|8,|c2,"};
  Texts ten = five;
  ten.insert(ten.end(), five.begin(), five.end());
  PF_ASSERT_OK_ASSIGN(const Texts found, rowsOf(*all));
  EXPECT_EQ(found, ten);
  // Rows 3 to 6 of those where n is 3 or 2: 3c 2b 3c2 | 3c 2b 3c2.
  QueryOptions some{.where = where("n >= 2"), .select = {"s", "l"}, .skip = 2, .limit = 3};
  PF_ASSERT_OK_ASSIGN(const auto few, files.query(some));
  EXPECT_EQ(few->shape().children[0].name, "s");
  EXPECT_EQ(few->shape().children[1].name, "l");
  PF_ASSERT_OK_ASSIGN(const Texts three, rowsOf(*few));
  EXPECT_EQ(three, (Texts{"8,|c2,", "1,null,2,|c,", "7,|b,"}));
  EXPECT_EQ(few->stats().rowsGiven, 3U);
}

TEST(Query, earlyStopLeavesLaterFilesClosed) {
  Files files;
  files.add("one", threeColumns(), someRows());
  files.add("two", threeColumns(), someRows());
  PF_ASSERT_OK_ASSIGN(const auto query, files.query({.limit = 5}));
  PF_ASSERT_OK_ASSIGN(const Texts rows, rowsOf(*query));
  EXPECT_EQ(rows.size(), 5U);
  EXPECT_EQ(files.opened["two"], 0);
}

TEST(Query, sortedRowsWithColumnsThatAreFetchedOrKept) {
  Files files;
  files.add("one", threeColumns(), someRows());
  files.add("two", threeColumns(), someRows());
  const Texts down = {"3,|1,null,2,|c,",   "3,|8,|c2,",        "3,|1,null,2,|c,", "3,|8,|c2,",
                      "2,|7,|b,",          "2,|7,|b,",         "1,|none,|a,",     "1,|none,|a,",
                      "null,|none,|null,", "null,|none,|null,"};
  // Of few rows the other columns are fetched, of all they are kept.
  PF_ASSERT_OK_ASSIGN(const auto few,
                      files.query({.orderBy = {{"n", true}}, .skip = 1, .limit = 4}));
  PF_ASSERT_OK_ASSIGN(const Texts four, rowsOf(*few));
  EXPECT_EQ(four, Texts(down.begin() + 1, down.begin() + 5));
  PF_ASSERT_OK_ASSIGN(const auto all, files.query({.orderBy = {{"n", true}}}));
  PF_ASSERT_OK_ASSIGN(const Texts ten, rowsOf(*all));
  EXPECT_EQ(ten, down);
  PF_ASSERT_OK_ASSIGN(const auto texts, files.query({.where = where("n = 3"),
                                                     .select = {"s"},
                                                     .orderBy = {{"s", true}, {"n", false}}}));
  PF_ASSERT_OK_ASSIGN(const Texts sorted, rowsOf(*texts));
  EXPECT_EQ(sorted, (Texts{"c2,", "c2,", "c,", "c,"}));
}

// Keys are of the file that was there first, so are the other columns: of one with as many rows
// others would stand beside them, of one with fewer there are none.
TEST(Query, aFileThatIsReplacedMeanwhileIsReadAsItWas) {
  const std::vector<Rows> replacements[] = {
      {{row(ofInt(9), ofList({ofInt(9)}), "new 1"), row(ofInt(9), Value(), "new 2"),
        row(ofInt(9), Value(), "new 3")},
       {row(ofInt(9), Value(), "new 4"), row(ofInt(9), Value(), "new 5")}},
      {{row(ofInt(9), Value(), "new")}},
  };
  for (const std::vector<Rows>& replacement : replacements) {
    Files files;
    files.add("one", threeColumns(), {{row(ofInt(2), Value(), "of one")}});
    files.add("two", threeColumns(), someRows());
    files.add("three", threeColumns(), {{row(ofInt(-5), Value(), "of three")}});
    files.replace("two", threeColumns(), replacement);
    PF_ASSERT_OK_ASSIGN(const auto query, files.query({.orderBy = {{"n", true}}, .limit = 3}));
    PF_ASSERT_OK_ASSIGN(const Texts rows, rowsOf(*query));
    EXPECT_EQ(rows, (Texts{"3,|1,null,2,|c,", "3,|8,|c2,", "2,|none,|of one,"}));
    EXPECT_EQ(files.opened["two"], 1);
  }
}

// Of 40 files with a row each among the first 40, 32 stay open.
TEST(Query, ofManyFilesOthersAreOpenedAgainAndNoOther) {
  const auto queryOf = [](Files& files) {
    for (int i = 0; i < 40; ++i) {
      const std::string name = std::to_string(i);
      files.add(name, threeColumns(), {{row(ofInt(i), Value(), "of " + name)}});
    }
    return files.query({.orderBy = {{"n", true}}, .limit = 40});
  };
  Files same;
  PF_ASSERT_OK_ASSIGN(const auto query, queryOf(same));
  PF_ASSERT_OK_ASSIGN(const Texts rows, rowsOf(*query));
  ASSERT_EQ(rows.size(), 40U);
  EXPECT_EQ(rows.front(), "39,|none,|of 39,");
  EXPECT_EQ(rows.back(), "0,|none,|of 0,");
  EXPECT_EQ(same.opened["31"], 1);
  EXPECT_EQ(same.opened["32"], 2);
  EXPECT_EQ(query->stats().table.filesOpened, 40U);

  const std::string replacements[] = {
      read::test::fileOf(threeColumns(), {}, {{row(ofInt(35), Value(), "of another")}}), "no file"};
  for (const std::string& replacement : replacements) {
    Files files;
    files.replace("35", replacement);
    PF_ASSERT_OK_ASSIGN(const auto failing, queryOf(files));
    PF_EXPECT_ERROR(rowsOf(*failing), ErrorCode::kIo,
                    "35: the file was replaced or written to while it was queried");
  }
}

TEST(Query, rowsThatAFileDoesNotHaveAreNotFetched) {
  const std::string bytes = read::test::fileOf(threeColumns(), {}, someRows());
  PF_ASSERT_OK_ASSIGN(const auto file, read::FileReader::open(std::make_unique<io::MemoryInputFile>(
                                           constBytes(bytes), "f")));
  const std::uint32_t leaves[] = {0};
  const std::uint64_t rows[] = {4, 5};
  std::vector<read::ColumnVector> out(1);
  PF_EXPECT_ERROR(fetchRows(*file, leaves, rows, UINT64_MAX, out), ErrorCode::kInvalidArgument,
                  "f: row 5 of 5 is not there");
}

// Texts of 10 000 bytes: 120 rows with two columns of them are 2.4 MB, of groups by them 1.2 MB.
class LongTexts : public testing::Test {
 protected:
  static constexpr int kRows = 120;
  static constexpr std::uint64_t kTextBytes = 10'000;
  LongTexts() {
    schema::Schema made;
    (void)*made.addLeaf(schema::kRoot, "n", PhysicalType::kInt32, Repetition::kOptional);
    for (const char* const name : {"s", "t"}) {
      (void)*made.addLeaf(schema::kRoot, name, PhysicalType::kByteArray, Repetition::kOptional, 0,
                          {LogicalKind::kString});
    }
    std::vector<Value> rows;
    for (int i = 0; i < kRows; ++i) {
      std::string text = std::to_string(1000 + i);
      text.resize(kTextBytes, 'x');
      rows.push_back(scan::ofGroup({ofInt(i), ofText(text), ofText(text)}));
    }
    files_.add("one", std::make_shared<const schema::Schema>(std::move(made)), {rows});
  }
  Files files_;
};

TEST_F(LongTexts, columnsThatAreFetchedCountAsMemory) {
  for (const std::uint64_t bytesMax : {2'000'000U, 2'600'000U}) {
    PF_ASSERT_OK_ASSIGN(
        const auto query,
        files_.query({.orderBy = {{"n", true}}, .limit = 1000, .bytesMax = bytesMax}));
    const auto rows = rowsOf(*query);
    if (bytesMax < 2'400'000) {
      PF_EXPECT_ERROR(rows, ErrorCode::kLimit,
                      "one: row group 0, column 't': the columns of the rows");
      continue;
    }
    PF_ASSERT_OK(rows);
    ASSERT_EQ(rows->size(), std::size_t{kRows});
    EXPECT_EQ(rows->front().substr(0, 9), "119,|1119");
    EXPECT_EQ(rows->back().substr(0, 7), "0,|1000");
  }
}

// What groups take while they are found, their keys twice, is enough to put them in order.
TEST_F(LongTexts, groupsInOrderWithTheMemoryOfGroups) {
  for (const bool isLimited : {false, true}) {
    PF_ASSERT_OK_ASSIGN(const auto query,
                        files_.query({.groupBy = {"s"},
                                      .aggregates = std::move(*parseAggregates("count, max(n)")),
                                      .orderBy = {{"max(n)", true}},
                                      .skip = 1,
                                      .limit = isLimited ? 3 : UINT64_MAX,
                                      .bytesMax = 2'500'000}));
    PF_ASSERT_OK_ASSIGN(const Texts rows, rowsOf(*query));
    ASSERT_EQ(rows.size(), isLimited ? 3U : kRows - 1U);
    EXPECT_EQ(rows[2].substr(0, 4), "1116");
    EXPECT_EQ(rows[2].substr(kTextBytes), ",|1,|116,");
  }
}

TEST(Query, groupsInOrderOfAnAggregate) {
  Files files;
  files.add("one", threeColumns(), someRows());
  files.add("two", threeColumns(), someRows());
  PF_ASSERT_OK_ASSIGN(const auto query,
                      files.query({.groupBy = {"n"},
                                   .aggregates = std::move(*parseAggregates("count, max(s)")),
                                   .orderBy = {{"count", true}, {"n", false}},
                                   .limit = 3}));
  PF_ASSERT_OK_ASSIGN(const Texts rows, rowsOf(*query));
  EXPECT_EQ(rows, (Texts{"3,|4,|c2,", "1,|2,|a,", "2,|2,|b,"}));
}

// Their texts: 2000 of some bytes, then 40 of 1 MiB, of which 31 are in 32 MiB with the others.
TEST(Query, groupsComeInBatchesByTheirBytes) {
  schema::Schema made;
  (void)*made.addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kRequired, 0,
                      {LogicalKind::kString});
  Rows rows;
  for (int i = 0; i < 2'040; ++i) {
    std::string text = std::to_string(10'000 + i);
    text.resize(i < 2'000 ? 5 : 1U << 20, 'x');
    rows.push_back(scan::ofGroup({ofText(std::move(text))}));
  }
  Files files;
  files.add("one", std::make_shared<const schema::Schema>(std::move(made)), {rows});
  PF_ASSERT_OK_ASSIGN(const auto query, files.query({.groupBy = {"s"}, .orderBy = {{"s", false}}}));
  read::ColumnBatch batch;
  for (const std::uint64_t count : {2'031U, 9U}) {
    PF_ASSERT_OK_ASSIGN(const bool isThere, query->next(batch));
    EXPECT_TRUE(isThere);
    EXPECT_EQ(batch.rows, count);
  }
  PF_ASSERT_OK_ASSIGN(const bool isThere, query->next(batch));
  EXPECT_FALSE(isThere);
}

TEST(Query, groupsWithoutAggregatesAreDistinctRows) {
  Files files;
  files.add("one", threeColumns(), someRows());
  PF_ASSERT_OK_ASSIGN(const auto query, files.query({.groupBy = {"n"}, .orderBy = {{"n", false}}}));
  PF_ASSERT_OK_ASSIGN(const Texts rows, rowsOf(*query));
  EXPECT_EQ(rows, (Texts{"1,", "2,", "3,", "null,"}));
}

TEST(Query, footersAnswerWhatTheyKnow) {
  Files files;
  files.add("one", threeColumns(), someRows());
  PF_ASSERT_OK_ASSIGN(
      const auto query,
      files.query(
          {.aggregates = std::move(*parseAggregates("count, count(n), min(n), max(n), max(s)"))}));
  PF_ASSERT_OK_ASSIGN(const Texts rows, rowsOf(*query));
  EXPECT_EQ(rows, (Texts{"5,|4,|1,|3,|null,"}));
  EXPECT_EQ(query->stats().table.filesByFooter, 1U);
  EXPECT_EQ(query->stats().table.scan.pagesRead, 0U);
  // A predicate, and a sum, want the values.
  PF_ASSERT_OK_ASSIGN(const auto tested,
                      files.query({.where = where("n > 1"),
                                   .aggregates = std::move(*parseAggregates("count, min(n)"))}));
  PF_ASSERT_OK_ASSIGN(const Texts counted, rowsOf(*tested));
  EXPECT_EQ(counted, (Texts{"3,|2,"}));
  EXPECT_EQ(tested->stats().table.filesByFooter, 0U);
}

// docs/scan.md: bounds in an order that the footer does not name do not count.
TEST(Query, boundsWithoutAnOrderAreNoAnswer) {
  test::Column x{"x", test::PhysicalType::kInt32};
  x.values = test::plainAll<std::int32_t>({3, 1, 2});
  const std::string file = test::withFooter(test::makeFile({x}), [](format::FileMetaData& meta) {
    meta.__isset.column_orders = false;
    meta.column_orders.clear();
    meta.row_groups[0].columns[0].meta_data.statistics.__set_max_value(
        test::plain(std::int32_t{9}));
  });
  std::vector<TableFile> files;
  files.push_back({"f",
                   [&]() -> Result<std::shared_ptr<const read::FileReader>> {
                     PF_TRY_ASSIGN(
                         auto opened,
                         read::FileReader::open(
                             std::make_unique<io::MemoryInputFile>(constBytes(file), "f"), {}));
                     return std::shared_ptr<const read::FileReader>(std::move(opened));
                   },
                   {}});
  PF_ASSERT_OK_ASSIGN(
      const auto query,
      Query::create(std::move(files), {.aggregates = std::move(*parseAggregates("max(x)"))}));
  PF_ASSERT_OK_ASSIGN(const Texts rows, rowsOf(*query));
  EXPECT_EQ(rows, (Texts{"3,"}));
  EXPECT_EQ(query->stats().table.filesByFooter, 0U);
}

// Of a directory's column a batch is filled: a row group's rows may be as many as a footer says.
TEST(Query, aDirectorysColumnAloneComesInBatches) {
  Files files;
  std::vector<Value> rows(3 * read::kBatchRowsDefault / 2, row(ofInt(1), Value(), "a"));
  files.add("d/date=2026-11-19/x", threeColumns(), {rows});
  PF_ASSERT_OK_ASSIGN(const auto query, files.query({.select = {"date"}}));
  read::ColumnBatch batch;
  std::uint64_t given = 0;
  for (;;) {
    PF_ASSERT_OK_ASSIGN(const bool isThere, query->next(batch));
    if (!isThere) break;
    EXPECT_LE(batch.rows, read::kBatchRowsDefault);
    EXPECT_EQ(batch.columns[0].rows, batch.rows);
    given += batch.rows;
  }
  EXPECT_EQ(given, rows.size());
}

TEST(Query, directoriesAreColumnsAndPrune) {
  Files files;
  files.add("d/date=2026-11-19/part=7/x", threeColumns(), {{row(ofInt(1), Value(), "a")}});
  files.add("d/date=2026-11-20/part=__HIVE_DEFAULT_PARTITION__/x", threeColumns(),
            {{row(ofInt(2), Value(), "b"), row(ofInt(5), Value(), "e")}});
  files.add("d/date=2026-11-21/part=9/x", threeColumns(), {{row(ofInt(3), Value(), "c")}});
  PF_ASSERT_OK_ASSIGN(const auto later,
                      files.query({.where = where("date >= date '2026-11-20' and n < 5"),
                                   .select = {"part", "n", "date"}}));
  // Days since 1970: 2026-11-20 is 20 777.
  PF_ASSERT_OK_ASSIGN(const Texts rows, rowsOf(*later));
  EXPECT_EQ(rows, (Texts{"2,|20777,|null,", "3,|20778,|9,"}));
  EXPECT_EQ(later->stats().table.filesByPartition, 1U);
  EXPECT_EQ(later->shape().children[0].name, "part");
  files.opened.clear();
  PF_ASSERT_OK_ASSIGN(const auto none,
                      files.query({.where = where("not (part = 7) and date < '2026-11-20'")}));
  PF_ASSERT_OK_ASSIGN(const Texts nothing, rowsOf(*none));
  EXPECT_TRUE(nothing.empty());
  EXPECT_EQ(none->stats().table.filesByPartition, 3U);
  EXPECT_EQ(none->stats().table.filesOpened, 0U);
  // Either side of an or; a null is neither.
  PF_ASSERT_OK_ASSIGN(const auto either,
                      files.query({.where = where("part = 9 or n = 5"),
                                   .groupBy = {"part"},
                                   .aggregates = std::move(*parseAggregates("count, max(date)")),
                                   .orderBy = {{"part", false}}}));
  PF_ASSERT_OK_ASSIGN(const Texts groups, rowsOf(*either));
  EXPECT_EQ(groups, (Texts{"9,|1,|20778,", "null,|1,|20777,"}));
}

TEST(Query, columnsOfDirectoriesAreAggregatedWithoutGroups) {
  Files files;
  files.add("d/date=2026-11-19/part=7/x", threeColumns(), {{row(ofInt(1), Value(), "a")}});
  files.add("d/date=2026-11-20/part=__HIVE_DEFAULT_PARTITION__/x", threeColumns(),
            {{row(ofInt(2), Value(), "b"), row(ofInt(5), Value(), "e")}});
  PF_ASSERT_OK_ASSIGN(
      const auto query,
      files.query({.aggregates = std::move(*parseAggregates(
                       "min(date), max(date), count(part), count(date), count, max(n)"))}));
  // Days since 1970: 2026-11-20 is 20 777. Of three rows one has a part.
  PF_ASSERT_OK_ASSIGN(const Texts rows, rowsOf(*query));
  EXPECT_EQ(rows, (Texts{"20776,|20777,|1,|3,|3,|5,"}));
  EXPECT_EQ(query->stats().table.filesByFooter, 0U);
}

TEST(Query, filesOfAnotherSchemaAreRefusedByTheirColumn) {
  const auto other = [](PhysicalType type, Repetition repetition, const char* last) {
    schema::Schema made;
    (void)*made.addLeaf(schema::kRoot, "n", type, repetition);
    (void)*made.addLeaf(schema::kRoot, last, PhysicalType::kInt32, Repetition::kOptional);
    return std::make_shared<const schema::Schema>(std::move(made));
  };
  const auto required = other(PhysicalType::kInt32, Repetition::kRequired, "m");
  const auto optional = other(PhysicalType::kInt32, Repetition::kOptional, "m");
  const auto repeated = other(PhysicalType::kInt32, Repetition::kRepeated, "m");
  const auto time = [](schema::TimeUnit unit, std::int32_t isUtc) {
    schema::Schema made;
    (void)*made.addLeaf(schema::kRoot, "n", PhysicalType::kInt64, Repetition::kOptional, 0,
                        {LogicalKind::kTimestamp, static_cast<std::int32_t>(unit), isUtc});
    return std::make_shared<const schema::Schema>(std::move(made));
  };
  schema::Schema more = *optional;
  (void)*more.addLeaf(schema::kRoot, "z", PhysicalType::kInt32, Repetition::kOptional);
  using Made = std::shared_ptr<const schema::Schema>;
  const struct {
    Made first;
    Made schema;
    const char* sentence;
  } cases[] = {
      {optional, other(PhysicalType::kInt64, Repetition::kOptional, "m"),
       "two: column 'n' is INT64, in one INT32"},
      {required, optional,
       "two: column 'n' can be null, and cannot in one: name a file first in which it can"},
      {optional, repeated, "two: column 'n' repeats, and does not in one"},
      {repeated, optional, "two: column 'n' does not repeat, and does in one"},
      {optional, other(PhysicalType::kInt32, Repetition::kOptional, "k"),
       "two: it has no column 'm', as one has"},
      {optional, std::make_shared<const schema::Schema>(std::move(more)),
       "two: it has a column 'z', which one has not"},
      {time(schema::TimeUnit::kMillis, 1), time(schema::TimeUnit::kNanos, 0),
       "two: column 'n' is TIMESTAMP(NANOS, local) of INT64, in one TIMESTAMP(MILLIS, UTC) of "
       "INT64"},
  };
  for (const auto& one : cases) {
    Files files;
    files.add("one", one.first, {});
    files.add("two", one.schema, {});
    PF_ASSERT_OK_ASSIGN(const auto query, files.query({}));
    PF_EXPECT_ERROR(rowsOf(*query), ErrorCode::kInvalidArgument, one.sentence);
  }
  Files apart;
  apart.add("d=1/x", threeColumns(), {});
  apart.add("e=1/x", threeColumns(), {});
  PF_EXPECT_ERROR(apart.query({}), ErrorCode::kInvalidArgument, "e=1/x: its directories");
}

// As three writers have the same table: INT32 with and without INTEGER(32, signed), required or
// not, in another order, lists with names of their own.
TEST(Query, columnsOfOtherWritersAreTheSameByTheirNames) {
  schema::Schema other;
  (void)*other.addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kRequired, 0,
                       {LogicalKind::kString});
  (void)*other.addLeaf(schema::kRoot, "n", PhysicalType::kInt32, Repetition::kRequired, 0,
                       {LogicalKind::kInteger, 32, 1});
  const auto list = other.addList(schema::kRoot, "l", Repetition::kOptional);
  (void)*other.addLeaf(*list, "item", PhysicalType::kInt32, Repetition::kOptional);
  const std::vector<Rows> rows = {
      {ofGroup({ofText("x"), ofInt(5), ofList({ofInt(4)})}), ofGroup({ofText("y"), ofInt(6), {}})}};
  Files files;
  files.add("one", threeColumns(), someRows());
  files.add("two", std::make_shared<const schema::Schema>(std::move(other)), rows);
  files.add("three", threeColumns(), someRows());
  const Texts five = {"3,|1,null,2,|c,", "null,|none,|null,", "1,|none,|a,", "2,|7,|b,",
                      "3,|8,|c2,"};
  Texts all = five;
  all.insert(all.end(), {"5,|4,|x,", "6,|none,|y,"});
  all.insert(all.end(), five.begin(), five.end());
  const auto answer = [&](QueryOptions options) { return answerOf(files, std::move(options)); };
  EXPECT_EQ(answer({}), all);
  EXPECT_EQ(answer({.where = where("n >= 5 and s <> 'x'")}), (Texts{"6,|none,|y,"}));
  EXPECT_EQ(answer({.orderBy = {{"n", true}}, .limit = 2}), (Texts{"6,|none,|y,", "5,|4,|x,"}));
  EXPECT_EQ(answer({.where = where("s = 'x'"), .select = {"l", "n"}}), (Texts{"5,|4,"}));
  EXPECT_EQ(answer({.aggregates = std::move(*parseAggregates("count, count(n), max(n), max(s)"))}),
            (Texts{"12,|10,|6,|y,"}));
  EXPECT_EQ(answer({.groupBy = {"n"},
                    .aggregates = std::move(*parseAggregates("max(s)")),
                    .orderBy = {{"n", true}},
                    .limit = 2}),
            (Texts{"6,|y,", "5,|x,"}));
}

// INT96 in two forms of one moment; an INTERVAL is equal to another or not.
TEST(Query, int96IsAMomentAndAnIntervalIsItself) {
  const auto bytesOf = [](std::int64_t nanos, std::uint32_t day) {
    std::string bytes(12, '\0');
    storeLe(reinterpret_cast<std::byte*>(bytes.data()), nanos);
    storeLe(reinterpret_cast<std::byte*>(bytes.data()) + 8, day);
    return bytes;
  };
  constexpr std::int64_t kDay = 86'400'000'000'000;
  schema::Schema made;
  (void)*made.addLeaf(schema::kRoot, "t", PhysicalType::kInt96, Repetition::kOptional);
  (void)*made.addLeaf(schema::kRoot, "i", PhysicalType::kFixedLenByteArray, Repetition::kOptional,
                      12, {LogicalKind::kInterval});
  (void)*made.addLeaf(schema::kRoot, "n", PhysicalType::kInt32, Repetition::kOptional);
  const std::string month = "month.......";
  const std::string days = "days........";
  const auto one = [&](const std::string& t, const std::string& i, std::int32_t n) {
    return ofGroup({ofText(t), ofText(i), ofInt(n)});
  };
  const Rows rows = {one(bytesOf(5, 2440589), month, 1), one(bytesOf(kDay + 5, 2440588), days, 2),
                     one(bytesOf(7, 2440588), month, 3), ofGroup({{}, {}, ofInt(4)})};
  Files files;
  files.add("one", std::make_shared<const schema::Schema>(std::move(made)), {rows});
  const auto answer = [&](QueryOptions options) { return answerOf(files, std::move(options)); };
  const auto aggregates = [](const char* text) { return std::move(*parseAggregates(text)); };
  EXPECT_EQ(answer({.select = {"n"}, .orderBy = {{"t", false}, {"n", false}}}),
            (Texts{"3,", "1,", "2,", "4,"}));
  EXPECT_EQ(answer({.select = {"n"}, .orderBy = {{"t", true}}, .limit = 3}),
            (Texts{"1,", "2,", "3,"}));
  EXPECT_EQ(
      answer({.groupBy = {"t"},
              .aggregates = aggregates("count, max(n) as n"),
              .orderBy = {{"t", false}}}),
      (Texts{bytesOf(7, 2440588) + ",|1,|3,", bytesOf(5, 2440589) + ",|2,|2,", "null,|1,|4,"}));
  EXPECT_EQ(answer({.groupBy = {"i"},
                    .aggregates = aggregates("count as c, max(n) as n"),
                    .orderBy = {{"n", false}}}),
            (Texts{days + ",|1,|2,", month + ",|2,|3,", "null,|1,|4,"}));
  EXPECT_EQ(answer({.aggregates = aggregates("distinct(t), distinct(i), min(t), max(t)")}),
            (Texts{"2,|2,|" + bytesOf(7, 2440588) + ",|" + bytesOf(5, 2440589) + ","}));
  PF_EXPECT_ERROR(files.query({.orderBy = {{"i", false}}}), ErrorCode::kInvalidArgument,
                  "no order");
}

// Paths, types and levels of all leaves are the same: what else there is to tell them by.
TEST(Query, filesWhoseGroupsDifferAreRefused) {
  const auto ofGroup = [](Repetition group, Repetition leaf) {
    schema::Schema made;
    const auto s = made.addGroup(schema::kRoot, "s", group);
    (void)*made.addLeaf(*s, "v", PhysicalType::kInt32, leaf);
    (void)*made.addLeaf(*s, "w", PhysicalType::kInt32, leaf);
    return std::make_shared<const schema::Schema>(std::move(made));
  };
  const auto ofNames = [](const std::vector<std::string>& names) {
    schema::Schema made(schema::NameRule::kAny);
    std::uint32_t parent = schema::kRoot;
    for (std::size_t i = 0; i + 1 < names.size(); ++i) {
      parent = *made.addGroup(parent, names[i], Repetition::kRequired);
    }
    (void)*made.addLeaf(parent, names.back(), PhysicalType::kInt32, Repetition::kOptional);
    return std::make_shared<const schema::Schema>(std::move(made));
  };
  schema::Schema list;
  const auto repeated = list.addList(schema::kRoot, "l", Repetition::kOptional);
  (void)*list.addLeaf(*repeated, "element", PhysicalType::kInt32, Repetition::kOptional);
  schema::Schema groups;
  const auto outer = groups.addGroup(schema::kRoot, "l", Repetition::kOptional);
  const auto inner = groups.addGroup(*outer, "list", Repetition::kRepeated);
  (void)*groups.addLeaf(*inner, "element", PhysicalType::kInt32, Repetition::kOptional);
  using Made = std::shared_ptr<const schema::Schema>;
  const struct {
    Made schemas[2];
    const char* column;
  } cases[] = {
      {{ofGroup(Repetition::kOptional, Repetition::kRequired),
        ofGroup(Repetition::kRequired, Repetition::kOptional)},
       "'s.v'"},
      {{std::make_shared<const schema::Schema>(list),
        std::make_shared<const schema::Schema>(groups)},
       "'l.list.element'"},
      {{ofNames({"a", "b.c"}), ofNames({"a.b", "c"})}, "'a.b.c'"},
      {{ofNames({"a", "b"}), ofNames({"a.b"})}, "'a.b'"},
  };
  for (const auto& one : cases) {
    for (const std::size_t first : {0U, 1U}) {
      Files files;
      files.add("one", one.schemas[first], {});
      files.add("two", one.schemas[1 - first], {});
      PF_ASSERT_OK_ASSIGN(const auto query, files.query({}));
      PF_EXPECT_ERROR(rowsOf(*query), ErrorCode::kInvalidArgument,
                      "two: column " + std::string(one.column) + " is in other groups than in one");
    }
  }
}

TEST(Query, whatIsNotThereIsRefused) {
  Files files;
  files.add("one", threeColumns(), someRows());
  PF_EXPECT_ERROR(Query::create({}, {}), ErrorCode::kInvalidArgument, "no files");
  PF_EXPECT_ERROR(files.query({.where = where("x = 1")}), ErrorCode::kInvalidArgument, "'x'");
  PF_EXPECT_ERROR(files.query({.where = where("l.list.element = 1")}), ErrorCode::kInvalidArgument,
                  "in a list");
  PF_EXPECT_ERROR(files.query({.where = where("l is null")}), ErrorCode::kInvalidArgument,
                  "'l' is a list, of which a row has any number of values: the column in it is "
                  "'l.list.element'");
  PF_EXPECT_ERROR(files.query({.groupBy = {"l"}}), ErrorCode::kInvalidArgument, "'l' is a list");
  PF_EXPECT_ERROR(files.query({.select = {"x"}}), ErrorCode::kInvalidArgument, "x");
  PF_EXPECT_ERROR(files.query({.groupBy = {"x"}}), ErrorCode::kInvalidArgument, "'x'");
  PF_EXPECT_ERROR(files.query({.orderBy = {{"x", false}}}), ErrorCode::kInvalidArgument, "'x'");
  PF_EXPECT_ERROR(files.query({.orderBy = {{"l.list.element", false}}}),
                  ErrorCode::kInvalidArgument, "in a list");
  PF_EXPECT_ERROR(files.query({.select = {"n"}, .groupBy = {"n"}}), ErrorCode::kInvalidArgument,
                  "groups have");
  PF_ASSERT_OK_ASSIGN(const auto large, files.query({.orderBy = {{"n", false}}, .bytesMax = 10}));
  PF_EXPECT_ERROR(rowsOf(*large), ErrorCode::kLimit, "sorting");
}

TEST(Query, groupsAreNamedWithAColumnInThem) {
  schema::Schema made;
  const auto outer = made.addGroup(schema::kRoot, "st", Repetition::kOptional);
  const auto inner = made.addGroup(*outer, "in", Repetition::kOptional);
  (void)*made.addLeaf(*inner, "a", PhysicalType::kInt32, Repetition::kOptional);
  const auto map = made.addMap(schema::kRoot, "m", Repetition::kOptional);
  (void)*made.addLeaf(*map, "key", PhysicalType::kInt32, Repetition::kRequired);
  (void)*made.addLeaf(*map, "value", PhysicalType::kInt32, Repetition::kOptional);
  Files files;
  files.add("one", std::make_shared<const schema::Schema>(std::move(made)), {});
  const char* const group = "'st' is a group: name a column in it, such as 'st.in.a'";
  PF_EXPECT_ERROR(files.query({.where = where("st is null")}), ErrorCode::kInvalidArgument, group);
  PF_EXPECT_ERROR(files.query({.groupBy = {"st"}}), ErrorCode::kInvalidArgument, group);
  PF_EXPECT_ERROR(files.query({.orderBy = {{"st", false}}}), ErrorCode::kInvalidArgument, group);
  PF_EXPECT_ERROR(files.query({.aggregates = std::move(*parseAggregates("count(st)"))}),
                  ErrorCode::kInvalidArgument, group);
  PF_EXPECT_ERROR(files.query({.where = where("m = 1")}), ErrorCode::kInvalidArgument,
                  "'m' is a map, of which a row has any number of values: the column in it is "
                  "'m.key_value.key'");
}

TEST(Query, valuesOfDirectoriesAreReadAsTheyAreWritten) {
  const auto values = partitionsOf("/data/a=1/b%20c=x%2Fy/=z/plain/d=/file=no.parquet");
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0].column, "a");
  EXPECT_EQ(values[1].column, "b c");
  EXPECT_EQ(values[1].value, "x/y");
  EXPECT_EQ(values[2].value, "");
  const std::vector<std::vector<PartitionValue>> files = {
      {{"number", "-5"}, {"name", "007"}, {"day", "2026-02-28"}},
      {{"number", "12"}, {"name", "12"}, {"day", "", true}}};
  const std::vector<std::string> names = {"x", "y"};
  PF_ASSERT_OK_ASSIGN(const Partitions partitions, Partitions::create(files, names));
  const auto leaves = partitions.schema().leaves();
  EXPECT_EQ(leaves[0].type, PhysicalType::kInt64);
  EXPECT_EQ(leaves[1].logical.kind, LogicalKind::kString);
  EXPECT_EQ(leaves[2].logical.kind, LogicalKind::kDate);
}

}  // namespace
}  // namespace parquet_flow::scan
