// Goal: rows come out in order, equal ones as they came, nulls last, the first so many or all.
// Method: values by hand; then random rows beside std::ranges::sort.
#include "scan/sorted_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "made_columns.hpp"
#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow::scan {
namespace {

using namespace test;
using parquet_flow::test::SeededRandom;
using read::ColumnVector;
using schema::LogicalKind;
using schema::PhysicalType;

constexpr std::uint64_t kBytesMax = 1U << 30;

std::vector<std::uint64_t> originsOf(SortedRows& sorted, std::uint64_t skip = 0) {
  EXPECT_TRUE(sorted.finish(skip));
  std::vector<std::uint64_t> rows;
  for (const RowOrigin& origin : sorted.origins()) {
    rows.push_back(origin.row);
  }
  return rows;
}

TEST(SortedRows, nullsAreLastEitherWayAndEqualRowsStayAsTheyCame) {
  const auto schema = schemaOf(PhysicalType::kInt32);
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column =
      columnOf<std::int32_t>(leaf, {5, std::nullopt, -1, 5, std::nullopt, INT32_MIN});
  const ColumnVector* const columns[] = {&column};
  SortedRows up({{&leaf, false}}, {}, UINT64_MAX, kBytesMax);
  PF_ASSERT_OK(up.add(columns, {}, Rows::all(6), {0, 0}));
  EXPECT_EQ(originsOf(up), (std::vector<std::uint64_t>{5, 2, 0, 3, 1, 4}));
  SortedRows down({{&leaf, true}}, {}, UINT64_MAX, kBytesMax);
  PF_ASSERT_OK(down.add(columns, {}, Rows::all(6), {0, 0}));
  EXPECT_EQ(originsOf(down), (std::vector<std::uint64_t>{0, 3, 2, 5, 1, 4}));
  SortedRows few({{&leaf, true}}, {}, 5, kBytesMax);
  PF_ASSERT_OK(few.add(columns, {}, Rows::all(6), {0, 0}));
  EXPECT_EQ(originsOf(few, 1), (std::vector<std::uint64_t>{3, 2, 5, 1}));
}

TEST(SortedRows, textOfAnyBytesByTwoColumns) {
  schema::Schema schema;
  (void)*schema.addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, schema::Repetition::kOptional,
                        0, {LogicalKind::kString});
  (void)*schema.addLeaf(schema::kRoot, "d", PhysicalType::kDouble, schema::Repetition::kOptional);
  const auto leaves = schema.leaves();
  using namespace std::string_literals;
  const auto s = columnOf<std::string>(
      leaves[0], {"b"s, "a\0"s, "a"s, "a\0b"s, "a"s, std::nullopt, ""s, "a"s});
  const auto d = columnOf<double>(leaves[1], {0, 0, 1.5, 0, NAN, 0, 0, std::nullopt});
  const ColumnVector* const columns[] = {&s, &d};
  const ColumnVector* const kept[] = {&s};
  SortedRows sorted({{&leaves[0], false}, {&leaves[1], true}}, {&leaves[0]}, UINT64_MAX, kBytesMax);
  PF_ASSERT_OK(sorted.add(columns, kept, Rows::all(8), {0, 0}));
  // "" 6; "a": NaN 4, 1.5 2, null 7; "a\0" 1; "a\0b" 3; "b" 0; null 5
  EXPECT_EQ(originsOf(sorted), (std::vector<std::uint64_t>{6, 4, 2, 7, 1, 3, 0, 5}));
  std::vector<ColumnVector> out(1);
  PF_ASSERT_OK_ASSIGN(const bool isThere, sorted.next(3, out));
  EXPECT_TRUE(isThere);
  EXPECT_EQ(bytesOfRows(leaves[0], out[0]),
            (std::vector<std::optional<std::string>>{""s, "a"s, "a"s}));
  PF_ASSERT_OK_ASSIGN(const bool isMore, sorted.next(10, out));
  EXPECT_TRUE(isMore);
  EXPECT_EQ(out[0].rows, 5U);
  EXPECT_EQ(out[0].nulls, 1U);
  PF_ASSERT_OK_ASSIGN(const bool isEnd, sorted.next(10, out));
  EXPECT_FALSE(isEnd);
}

TEST(SortedRows, firstOfManyBatchesIsTheFirstOfAllSorted) {
  SeededRandom random;
  for (int round = 0; round < 40; ++round) {
    const bool isText = random.chance(1, 3);
    const bool isDescending = random.chance(1, 2);
    const bool hasNulls = random.chance(1, 2);
    const std::uint64_t rowsMax = random.chance(1, 5) ? UINT64_MAX : random.below(300);
    const auto schema = isText ? schemaOf(PhysicalType::kByteArray, {LogicalKind::kString})
                               : schemaOf(PhysicalType::kInt64);
    const schema::Leaf& leaf = schema.leaves()[0];
    SortedRows sorted({{&leaf, isDescending}}, {&leaf}, rowsMax, kBytesMax);
    struct Row {
      std::optional<std::int64_t> value;
      std::uint64_t row;
    };
    std::vector<Row> all;
    for (std::uint64_t batch = 0; batch < 5; ++batch) {
      const std::uint64_t rows = 1 + random.below(30'000);
      std::vector<std::optional<std::int64_t>> numbers(rows);
      std::vector<std::optional<std::string>> texts(rows);
      std::vector<std::uint64_t> selection((rows + 63) / 64);
      const bool isAll = random.chance(1, 2);
      std::uint64_t selected = 0;
      for (std::uint64_t row = 0; row < rows; ++row) {
        if (!hasNulls || random.chance(9, 10)) {
          // As text of one length, so that it is in the same order.
          numbers[row] = random.between(100'000, 100'000 + static_cast<std::int64_t>(rows));
          texts[row] = std::to_string(*numbers[row]);
        }
        if (isAll || random.chance(1, 4)) {
          selection[row / 64] |= std::uint64_t{1} << (row % 64);
          ++selected;
          all.push_back({numbers[row], batch * 100'000 + row});
        }
      }
      const ColumnVector column =
          isText ? columnOf<std::string>(leaf, texts) : columnOf<std::int64_t>(leaf, numbers);
      const ColumnVector* const columns[] = {&column};
      PF_ASSERT_OK(sorted.add(columns, columns,
                              isAll ? Rows::all(rows) : Rows{rows, selected, selection.data()},
                              {0, batch * 100'000}));
    }
    std::ranges::sort(all, [isDescending](const Row& a, const Row& b) {
      if (a.value == b.value) {
        return a.row < b.row;
      }
      if (!a.value || !b.value) {
        return a.value.has_value();
      }
      return isDescending ? *a.value > *b.value : *a.value < *b.value;
    });
    all.resize(std::min<std::uint64_t>(all.size(), rowsMax));
    std::vector<std::uint64_t> expected;
    for (const Row& row : all) {
      expected.push_back(row.row);
    }
    EXPECT_EQ(originsOf(sorted), expected);
    std::vector<ColumnVector> out(1);
    PF_ASSERT_OK_ASSIGN(const bool isThere, sorted.next(UINT64_MAX, out));
    ASSERT_EQ(isThere, !expected.empty());
    const auto values = bytesOfRows(leaf, out[0]);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto text =
          !all[i].value ? std::nullopt
          : isText      ? std::optional(std::to_string(*all[i].value))
                   : std::optional(std::string(reinterpret_cast<const char*>(&*all[i].value), 8));
      ASSERT_EQ(values[i], text);
    }
  }
}

// A row of 1000 bytes comes before all that came, 10 500 times, where there is memory for 3000.
TEST(SortedRows, rowsThatWereLetGoOfTakeNoMemory) {
  constexpr std::uint64_t kRowsMax = 1001;
  constexpr std::int64_t kBatchRows = 500;
  schema::Schema schema;
  (void)*schema.addLeaf(schema::kRoot, "n", PhysicalType::kInt64, schema::Repetition::kOptional);
  (void)*schema.addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, schema::Repetition::kOptional,
                        0, {LogicalKind::kString});
  const auto leaves = schema.leaves();
  SortedRows sorted({{&leaves[0], true}}, {&leaves[1]}, kRowsMax, 3'000'000);
  std::vector<std::optional<std::string>> texts(kBatchRows, std::string(1000, 'x'));
  for (std::int64_t batch = 0; batch < 21; ++batch) {
    std::vector<std::optional<std::int64_t>> numbers(kBatchRows);
    for (std::int64_t i = 0; i < kBatchRows && batch > 2; ++i) {  // at first there are nulls
      numbers[static_cast<std::size_t>(i)] = batch * kBatchRows + i;
    }
    texts[0] = std::to_string(batch) + std::string(900, 'y');
    const auto n = columnOf<std::int64_t>(leaves[0], numbers);
    const auto s = columnOf<std::string>(leaves[1], texts);
    const ColumnVector* const by[] = {&n};
    const ColumnVector* const kept[] = {&s};
    PF_ASSERT_OK(sorted.add(by, kept, Rows::all(kBatchRows),
                            {0, static_cast<std::uint64_t>(batch * kBatchRows)}));
  }
  std::vector<std::uint64_t> last(kRowsMax);
  std::iota(last.rbegin(), last.rend(), 21 * kBatchRows - kRowsMax);
  EXPECT_EQ(originsOf(sorted), last);
  std::vector<ColumnVector> out(1);
  PF_ASSERT_OK_ASSIGN(const bool isThere, sorted.next(UINT64_MAX, out));
  EXPECT_TRUE(isThere);
  const auto values = bytesOfRows(leaves[1], out[0]);
  EXPECT_EQ(values[499], "20" + std::string(900, 'y'));
  EXPECT_EQ(values[999], "19" + std::string(900, 'y'));
  EXPECT_EQ(values[1000], std::string(1000, 'x'));
}

// Less than the best rows twice, and there is the memory for it, but not in the column: 60 rows of
// 1000 bytes where 100 000 bytes of text are the end, and each batch of 10 comes before all that
// came. With those rows are let go of before each fourth batch.
TEST(SortedRows, rowsThatWereLetGoOfTakeNoRoomOfAColumn) {
  schema::Schema schema;
  (void)*schema.addLeaf(schema::kRoot, "n", PhysicalType::kInt64, schema::Repetition::kOptional);
  (void)*schema.addLeaf(schema::kRoot, "s", PhysicalType::kByteArray,
                        schema::Repetition::kOptional);
  const auto leaves = schema.leaves();
  SortedRows sorted({{&leaves[0], true}}, {&leaves[1]}, 60, kBytesMax, 100'000);
  const auto s = columnOf<std::string>(
      leaves[1], std::vector<std::optional<std::string>>(10, std::string(1000, 'x')));
  std::uint64_t most = 0;
  for (std::int64_t batch = 0; batch < 50; ++batch) {
    std::vector<std::optional<std::int64_t>> numbers;
    for (std::int64_t i = 0; i < 10; ++i) numbers.push_back(batch * 10 + i);
    const auto n = columnOf<std::int64_t>(leaves[0], numbers);
    const ColumnVector* const by[] = {&n};
    const ColumnVector* const kept[] = {&s};
    PF_ASSERT_OK(sorted.add(by, kept, Rows::all(10), {0, static_cast<std::uint64_t>(batch * 10)}));
    most = std::max(most, sorted.bytes());
  }
  // Beside its text a row has 4 bytes of offset, an entry of 28 and an origin of 16.
  EXPECT_GT(most, 100'000U);
  EXPECT_LT(most, 100'000U + 100 * 48 + 100);
  std::vector<std::uint64_t> last(60);
  std::iota(last.rbegin(), last.rend(), 440);
  EXPECT_EQ(originsOf(sorted), last);
}

// 100 rows of 1 MiB come in batches of 32 MiB, with their offsets.
TEST(SortedRows, batchesHaveABoundInBytes) {
  const auto schema = schemaOf(PhysicalType::kByteArray);
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column = columnOf<std::string>(leaf, {std::string(1U << 20, 'x')});
  const ColumnVector* const columns[] = {&column};
  SortedRows sorted({{&leaf, false}}, {&leaf}, UINT64_MAX, kBytesMax);
  for (std::uint64_t row = 0; row < 100; ++row) {
    PF_ASSERT_OK(sorted.add(columns, columns, Rows::all(1), {0, row}));
  }
  PF_ASSERT_OK(sorted.finish(0));
  std::vector<ColumnVector> out(1);
  for (const std::uint64_t rows : {31U, 31U, 31U, 7U}) {
    PF_ASSERT_OK_ASSIGN(const bool isThere, sorted.next(UINT64_MAX, out));
    EXPECT_TRUE(isThere);
    EXPECT_EQ(out[0].rows, rows);
  }
}

// 4000 rows of a byte, in order before 70 of 1 MiB: beside the 20 000 bytes that they take with
// their offsets, 31 of those are in 32 MiB.
TEST(SortedRows, batchesAreCutByTheBytesOfTheirRows) {
  const auto schema = schemaOf(PhysicalType::kByteArray);
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto few = columnOf<std::string>(leaf, {std::string(1U << 20, 'b')});
  const auto many =
      columnOf<std::string>(leaf, std::vector<std::optional<std::string>>(4'000, "a"));
  SortedRows sorted({{&leaf, false}}, {&leaf}, UINT64_MAX, kBytesMax);
  for (std::uint64_t row = 0; row < 70; ++row) {
    const ColumnVector* const columns[] = {&few};
    PF_ASSERT_OK(sorted.add(columns, columns, Rows::all(1), {0, row}));
  }
  const ColumnVector* const columns[] = {&many};
  PF_ASSERT_OK(sorted.add(columns, columns, Rows::all(4'000), {1, 0}));
  PF_ASSERT_OK(sorted.finish(0));
  std::vector<ColumnVector> out(1);
  for (const std::uint64_t rows : {4'031U, 31U, 8U}) {
    PF_ASSERT_OK_ASSIGN(const bool isThere, sorted.next(UINT64_MAX, out));
    EXPECT_TRUE(isThere);
    EXPECT_EQ(out[0].rows, rows);
  }
  PF_ASSERT_OK_ASSIGN(const bool isThere, sorted.next(UINT64_MAX, out));
  EXPECT_FALSE(isThere);
}

TEST(SortedRows, moreRowsThanThereIsMemoryForAreRefused) {
  const auto schema = schemaOf(PhysicalType::kInt32);
  const schema::Leaf& leaf = schema.leaves()[0];
  std::vector<std::optional<std::int32_t>> values(10'000, 1);
  const auto column = columnOf<std::int32_t>(leaf, values);
  const ColumnVector* const columns[] = {&column};
  SortedRows sorted({{&leaf, false}}, {}, UINT64_MAX, 100'000);
  PF_EXPECT_ERROR(sorted.add(columns, {}, Rows::all(10'000), {0, 0}), ErrorCode::kLimit,
                  "sorting 10000 rows takes more than the 100000 bytes");
}

}  // namespace
}  // namespace parquet_flow::scan
