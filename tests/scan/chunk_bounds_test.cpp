// Goal: bounds are believed where they can be, and no row is lost to those that cannot.
//
// Method: a file whose footer is changed to what other writers write, or may.
#include "scan/chunk_bounds.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include "made_scan.hpp"
#include "support/corpus.hpp"

namespace parquet_flow::scan {
namespace {

using format::FileMetaData;
using format::Statistics;
using test::Column;
using test::plain;
using test::plainAll;
using test::takeWhere;

Statistics& statisticsOf(FileMetaData& meta) {
  return meta.row_groups[0].columns[0].meta_data.statistics;
}

write::WriterOptions withoutIndex() {
  write::WriterOptions options;
  options.pageIndex = false;
  options.column.encoding = encoding::Encoding::kPlain;
  return options;
}

// Rows that `where` takes, and whether the row group was skipped for its statistics.
struct Answer {
  std::size_t rows;
  bool isSkipped;
  friend bool operator==(const Answer&, const Answer&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Answer& answer) {
    return out << answer.rows << (answer.isSkipped ? " skipped" : " read");
  }
};
constexpr Answer kSkipped = {0, true};

Answer ask(const std::string& file, const char* where) {
  const test::Taken taken = takeWhere(file, where);
  EXPECT_EQ(taken.error, "");
  return {taken.rows.size(), taken.stats.rowGroupsByStatistics == 1};
}

std::string int32File() {
  Column x{"x", test::PhysicalType::kInt32};
  x.values = plainAll<std::int32_t>({10, 20});
  return test::makeFile({x}, withoutIndex());
}

TEST(ChunkBounds, areBelievedOneByOne) {
  const std::string file = int32File();
  EXPECT_EQ(ask(file, "x > 20"), kSkipped);
  const std::string noMax = test::withFooter(
      file, [](FileMetaData& meta) { statisticsOf(meta).__isset.max_value = false; });
  EXPECT_EQ(ask(noMax, "x > 20"), (Answer{0, false}));
  EXPECT_EQ(ask(noMax, "x < 10"), kSkipped);
}

TEST(ChunkBounds, areBoundsAlsoWhereTheyAreNotExact) {
  const std::string wide = test::withFooter(int32File(), [](FileMetaData& meta) {
    statisticsOf(meta).__set_min_value(plain(std::int32_t{15}));
    statisticsOf(meta).__set_max_value(plain(std::int32_t{15}));
    statisticsOf(meta).__set_min_value(plain(std::int32_t{5}));
    statisticsOf(meta).__set_max_value(plain(std::int32_t{25}));
    statisticsOf(meta).__set_is_min_value_exact(false);
    statisticsOf(meta).__set_is_max_value_exact(false);
  });
  EXPECT_EQ(ask(wide, "x = 5"), (Answer{0, false}));
  EXPECT_EQ(ask(wide, "x <> 5"), (Answer{2, false}));
  EXPECT_EQ(ask(wide, "x > 25"), kSkipped);
  EXPECT_EQ(takeWhere(wide, "x >= 5").stats.rowsTested, 0U) << "all are, whatever the nulls";
}

TEST(ChunkBounds, areNoneOfAnotherWidthOrOrder) {
  const auto expectRead = [](const std::function<void(FileMetaData&)>& change) {
    EXPECT_EQ(ask(test::withFooter(int32File(), change), "x > 15"), (Answer{1, false}));
  };
  expectRead([](FileMetaData& meta) { statisticsOf(meta).__set_max_value("\1"); });
  expectRead([](FileMetaData& meta) { statisticsOf(meta).__set_max_value(""); });
  expectRead([](FileMetaData& meta) {  // the least is above the greatest
    statisticsOf(meta).__set_min_value(plain(std::int32_t{14}));
    statisticsOf(meta).__set_max_value(plain(std::int32_t{13}));
  });
  expectRead([](FileMetaData& meta) {  // no order is named, so none is known
    statisticsOf(meta).__set_max_value(plain(std::int32_t{12}));
    meta.__isset.column_orders = false;
    meta.column_orders.clear();
  });
  expectRead([](FileMetaData& meta) {  // one of another type
    statisticsOf(meta).__set_max_value(plain(std::int32_t{12}));
    format::ColumnOrder other;
    other.__isset.INT96_TIMESTAMP_ORDER = true;
    meta.column_orders[0] = other;
  });
}

TEST(ChunkBounds, ofTheDeprecatedPairAreBelievedWhereTheSignedOrderIsTheTypes) {
  const auto toDeprecated = [](FileMetaData& meta) {
    Statistics& statistics = statisticsOf(meta);
    statistics.__set_min(statistics.min_value);
    statistics.__set_max(statistics.max_value);
    statistics.__isset.min_value = false;
    statistics.__isset.max_value = false;
    meta.__isset.column_orders = false;
    meta.column_orders.clear();
  };
  EXPECT_EQ(ask(test::withFooter(int32File(), toDeprecated), "x > 20"), kSkipped);
  Column text{"x", test::PhysicalType::kByteArray, {test::LogicalKind::kString}};
  text.values = {"a", "b"};
  const std::string texts = test::withFooter(test::makeFile({text}, withoutIndex()), toDeprecated);
  EXPECT_EQ(ask(texts, "x > 'b'"), (Answer{0, false}));
  Column u{"x", test::PhysicalType::kInt32, {test::LogicalKind::kInteger, 32, 0}};
  u.values = plainAll<std::uint32_t>({1, 2});
  const std::string unsigneds = test::withFooter(test::makeFile({u}, withoutIndex()), toDeprecated);
  EXPECT_EQ(ask(unsigneds, "x > 5"), (Answer{0, false}));
}

TEST(ChunkBounds, ofFloatsLeaveRoomForNan) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  Column x{"x", test::PhysicalType::kDouble};
  x.values = plainAll<double>({1.0, 2.0, kNan});
  const std::string file = test::makeFile({x}, withoutIndex());
  EXPECT_EQ(ask(file, "x > 5"), (Answer{1, false}));
  EXPECT_EQ(ask(file, "x < 1"), kSkipped);
  EXPECT_EQ(ask(file, "not x < 5"), (Answer{1, false}));
  EXPECT_EQ(ask(file, "x <> 1.5"), (Answer{3, false}));
  x.values = plainAll<double>({1.0, 2.0});
  const std::string none = test::makeFile({x}, withoutIndex());
  EXPECT_EQ(ask(none, "x > 5"), kSkipped) << "NaNs are counted, and there is none";
  const std::string notCounted = test::withFooter(
      none, [](FileMetaData& meta) { statisticsOf(meta).__isset.nan_count = false; });
  EXPECT_EQ(ask(notCounted, "x > 5"), (Answer{0, false}));
  EXPECT_EQ(ask(notCounted, "x < 1"), kSkipped);
  const std::string nanBound = test::withFooter(none, [](FileMetaData& meta) {
    statisticsOf(meta).__set_min_value(plain(std::numeric_limits<double>::quiet_NaN()));
    statisticsOf(meta).__isset.nan_count = false;
  });
  EXPECT_EQ(ask(nanBound, "x < 1"), (Answer{0, false})) << "by value no bound is NaN";
  x.values = plainAll<double>({kNan, kNan});
  const std::string all = test::makeFile({x}, withoutIndex());
  EXPECT_EQ(ask(all, "x < 1"), kSkipped);
  EXPECT_EQ(takeWhere(all, "x > 1").rows.size(), 2U);
}

TEST(ChunkBounds, inTotalOrderLeaveTheEndOfNansOpen) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  write::WriterOptions options = withoutIndex();
  options.floatOrder = stats::FloatOrder::kIeee754Total;
  Column x{"x", test::PhysicalType::kDouble};
  x.values = plainAll<double>({1.0, -kNan, -0.0});
  const std::string file = test::makeFile({x}, options);
  EXPECT_EQ(ask(file, "x > 5"), (Answer{1, false})) << "NaN of either sign is above all";
  EXPECT_EQ(ask(file, "x = 0"), (Answer{1, false}));
  x.values = plainAll<double>({1.0, -0.0});
  const std::string zero = test::makeFile({x}, options);
  EXPECT_EQ(ask(zero, "x < 0"), kSkipped) << "-0.0 is 0.0";
  EXPECT_EQ(ask(zero, "x = 0"), (Answer{1, false}));
}

TEST(ChunkBounds, thatWereCutShortAreStillBounds) {
  write::WriterOptions options = withoutIndex();
  options.truncateBytes = 2;
  Column x{"x", test::PhysicalType::kByteArray, {test::LogicalKind::kString}};
  x.values = {"abcdef", "abzzzz"};
  const std::string file = test::makeFile({x}, options);  // "ab" and "ac"
  EXPECT_EQ(ask(file, "x = 'abcdef'"), (Answer{1, false}));
  EXPECT_EQ(ask(file, "x > 'abz'"), (Answer{1, false}));
  EXPECT_EQ(ask(file, "x = 'ab'"), (Answer{0, false}));
  EXPECT_EQ(ask(file, "x < 'ab'"), kSkipped);
  EXPECT_EQ(ask(file, "x > 'ac'"), kSkipped);
  EXPECT_EQ(ask(file, "x starts with 'abc'"), (Answer{1, false}));
  EXPECT_EQ(ask(file, "x starts with 'b'"), kSkipped);
  EXPECT_EQ(ask(file, "x like 'ad%'"), kSkipped);
  EXPECT_EQ(ask(file, "x like '%z'"), (Answer{1, false}));
}

TEST(ChunkBounds, knowNullsWhereTheyAreCounted) {
  Column x{"x", test::PhysicalType::kInt32};
  x.values = plainAll<std::int32_t>({10, std::nullopt});
  const std::string file = test::makeFile({x}, withoutIndex());
  EXPECT_EQ(ask(file, "x is null"), (Answer{1, false}));
  EXPECT_EQ(ask(file, "x >= 10"), (Answer{1, false}));
  x.values = plainAll<std::int32_t>({std::nullopt, std::nullopt});
  const std::string nulls = test::makeFile({x}, withoutIndex());
  EXPECT_EQ(ask(nulls, "x is not null"), kSkipped);
  EXPECT_EQ(ask(nulls, "x <> 1"), kSkipped);
  EXPECT_EQ(takeWhere(nulls, "x is null").stats.rowsTested, 0U);
  const std::string notCounted = test::withFooter(
      nulls, [](FileMetaData& meta) { statisticsOf(meta).__isset.null_count = false; });
  EXPECT_EQ(ask(notCounted, "x is not null"), (Answer{0, false}));
  const std::string impossible =
      test::withFooter(file, [](FileMetaData& meta) { statisticsOf(meta).__set_null_count(3); });
  EXPECT_EQ(ask(impossible, "x >= 10"), (Answer{1, false}));
  EXPECT_EQ(ask(impossible, "x is null"), (Answer{1, false}));
}

TEST(PageIndex, thatContradictsItselfIsNotUsed) {
  Column x{"x", test::PhysicalType::kInt32};
  for (std::int32_t i = 0; i < 1000; ++i) {
    x.values.push_back(plain(i));
  }
  write::WriterOptions options;
  options.column.encoding = encoding::Encoding::kPlain;
  options.pageRows = 100;
  const std::string file = test::makeFile({x}, options);
  EXPECT_EQ(takeWhere(file, "x = 555").stats.rowsTested, 100U);
  const auto expectUnused = [&](const std::function<void(format::ColumnChunk&)>& change) {
    const std::string changed =
        test::withFooter(file, [&](FileMetaData& meta) { change(meta.row_groups[0].columns[0]); });
    const test::Taken taken = takeWhere(changed, "x = 555");
    EXPECT_EQ(taken.error, "");
    EXPECT_EQ(taken.rows, std::vector<std::uint64_t>{555});
    EXPECT_EQ(taken.stats.rowsTested, 1000U);
  };
  expectUnused([](format::ColumnChunk& chunk) { chunk.offset_index_length -= 1; });
  expectUnused([](format::ColumnChunk& chunk) { chunk.column_index_length -= 1; });
  expectUnused([](format::ColumnChunk& chunk) { chunk.offset_index_offset = -1; });
  expectUnused([](format::ColumnChunk& chunk) { chunk.offset_index_offset = INT64_MAX; });
  expectUnused([](format::ColumnChunk& chunk) { chunk.column_index_length = INT32_MAX; });
  expectUnused([](format::ColumnChunk& chunk) {
    std::swap(chunk.offset_index_offset, chunk.column_index_offset);
    std::swap(chunk.offset_index_length, chunk.column_index_length);
  });
  expectUnused([](format::ColumnChunk& chunk) { chunk.__isset.column_index_offset = false; });
}

// As parquet-mr wrote some, which would hide rows that are there.
TEST(PageIndex, whoseNullsContradictThemselvesIsNotUsed) {
  Column x{"x", test::PhysicalType::kInt32};
  for (std::int32_t i = 0; i < 1000; ++i) {
    x.values.push_back(i < 300 ? std::nullopt : std::optional(plain(i)));
  }
  write::WriterOptions options;
  options.column.encoding = encoding::Encoding::kPlain;
  options.pageRows = 100;
  const std::string file = test::makeFile({x}, options);
  const auto takenWith = [&](const std::function<void(format::ColumnIndex&)>& change) {
    FileMetaData metaData;
    EXPECT_TRUE(read::readFooter(io::MemoryInputFile(constBytes(file), "f"), metaData));
    const format::ColumnChunk& chunk = metaData.row_groups[0].columns[0];
    format::ColumnIndex index;
    EXPECT_TRUE(format::CompactReader().read(
        constBytes(file).subspan(static_cast<std::size_t>(chunk.column_index_offset),
                                 static_cast<std::size_t>(chunk.column_index_length)),
        index));
    change(index);
    ByteBuffer bytes;
    EXPECT_TRUE(format::CompactWriter().write(index, bytes));
    // Between the rest and the footer.
    const std::size_t at = file.size() - 8 - loadLe<std::uint32_t>(file.data() + file.size() - 8);
    std::string changed = file;
    changed.insert(at, asText(bytes.span()));
    return takeWhere(test::withFooter(changed,
                                      [&](FileMetaData& meta) {
                                        auto& moved = meta.row_groups[0].columns[0];
                                        moved.column_index_offset = static_cast<std::int64_t>(at);
                                        moved.column_index_length =
                                            static_cast<std::int32_t>(bytes.size());
                                      }),
                     "x = 555");
  };
  EXPECT_EQ(takenWith([](auto&) {}).stats.rowsTested, 100U);
  EXPECT_EQ(takenWith([](auto& index) { index.__isset.null_counts = false; }).stats.rowsTested,
            100U);
  const std::function<void(format::ColumnIndex&)> changes[] = {
      [](auto& index) { index.null_counts[5] = -1; },
      [](auto& index) { index.null_counts[5] = 101; },
      [](auto& index) { index.null_pages[5] = true; },
      [](auto& index) {
        index.null_pages[5] = true;
        index.null_counts[5] = 99;
      },
      [](auto& index) { index.null_counts[0] = 99; },
  };
  for (const auto& change : changes) {
    const test::Taken taken = takenWith(change);
    EXPECT_EQ(taken.error, "");
    EXPECT_EQ(taken.rows, std::vector<std::uint64_t>{555});
    EXPECT_EQ(taken.stats.rowsTested, 1000U);
  }
}

// Of parquet-testing: column 'a', REQUIRED, whose pages are said to be null, by -1 nulls.
TEST(PageIndex, ofARequiredLeafHasNoPageOfNulls) {
  for (const char* name : {"datapage_v1-snappy-compressed-checksum.parquet",
                           "datapage_v1-uncompressed-checksum.parquet"}) {
    PF_CORPUS_OR_SKIP(path, std::string("parquet-testing/data/") + name);
    std::ifstream in(path, std::ios::binary);
    const std::string file{std::istreambuf_iterator<char>(in), {}};
    const test::Taken all = takeWhere(file, "a is not null");
    EXPECT_EQ(takeWhere(file, "a > 0 or a <= 0").rows, all.rows) << name;
    EXPECT_EQ(takeWhere(file, "a > 0").rows.size(), 2560U) << name;
  }
}

}  // namespace
}  // namespace parquet_flow::scan
