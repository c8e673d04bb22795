// Goal: rows that are picked are counted with the bytes that they have themselves, whatever others
// of their column have. Method: columns of a few rows by hand, and their bytes summed up beside.
#include "scan/append_values.hpp"

#include <gtest/gtest.h>

#include "made_columns.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::scan {
namespace {

using namespace test;
using read::ColumnVector;
using schema::PhysicalType;

struct Case {
  std::vector<std::uint32_t> rows;
  std::uint64_t bytesMax;
  std::size_t count;
};

void expectCounts(const RowPicker& picker, std::initializer_list<Case> cases) {
  for (const auto& [rows, bytesMax, count] : cases) {
    EXPECT_EQ(picker.countWithin(rows, bytesMax), count) << rows[0] << " first, " << bytesMax;
  }
}

// A text takes 4 bytes beside its own, as its offset does: 4, 8, 4 and 6, and validity 1 in all,
// with the first offset 27.
TEST(RowPicker, rowsOfTextTakeTheirLengths) {
  const auto schema = schemaOf(PhysicalType::kByteArray);
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column = columnOf<std::string>(leaf, {"", "abcd", std::nullopt, "ab"});
  const RowPicker picker(leaf, column);
  expectCounts(picker, {{{0, 1, 2, 3}, 27, 4},
                        {{0, 1, 2, 3}, 21, 3},
                        {{0, 1, 2, 3}, 15, 2},
                        {{0, 1, 2, 3}, 11, 1},
                        {{3, 2, 0, 1}, 14, 3},
                        {{1, 0}, 1, 1},
                        {{3}, 6, 1}});
  EXPECT_EQ(picker.countWithin({}, 1), 0U);
}

TEST(RowPicker, rowsOfOneWidthTakeAllTheSame) {
  const auto schema = schemaOf(PhysicalType::kInt64);
  const schema::Leaf& leaf = schema.leaves()[0];
  const auto column = columnOf<std::int64_t>(leaf, {1, 2, std::nullopt});
  expectCounts(RowPicker(leaf, column), {{{2, 1, 0}, 23, 2}, {{2, 1, 0}, 15, 1}});
}

// [1, 2, 3], [], [4]: an element has 8 bytes and two levels, an empty list the levels alone. 30, 2
// and 10.
TEST(RowPicker, rowsOfListsTakeTheirElementsAndLevels) {
  schema::Schema schema;
  PF_ASSERT_OK_ASSIGN(const auto list,
                      schema.addList(schema::kRoot, "l", schema::Repetition::kOptional));
  PF_ASSERT_OK(
      schema.addLeaf(list, "element", PhysicalType::kInt64, schema::Repetition::kRequired));
  const schema::Leaf& leaf = schema.leaves()[0];
  ColumnVector column;
  column.rows = 3;
  column.entries = 5;
  column.slots = 4;
  for (const std::int64_t value : {1, 2, 3, 4}) {
    PF_ASSERT_OK(column.values.appendLe(value));
  }
  PF_ASSERT_OK(column.definitionLevels.append(constBytes(std::string_view("\2\2\2\1\2", 5))));
  PF_ASSERT_OK(column.repetitionLevels.append(constBytes(std::string_view("\0\1\1\0\0", 5))));
  const RowPicker picker(leaf, column);
  expectCounts(picker, {{{0, 1, 2}, 42, 3},
                        {{0, 1, 2}, 41, 2},
                        {{0, 1, 2}, 31, 1},
                        {{1, 2, 0}, 12, 2},
                        {{1, 2, 0}, 11, 1}});
  ColumnVector out;
  const std::uint32_t picked[] = {2, 1};
  PF_ASSERT_OK(picker.append(picked, out));
  EXPECT_EQ(out.rows, 2U);
  EXPECT_EQ(out.entries, 2U);
  ASSERT_EQ(out.slots, 1U);
  EXPECT_EQ(loadLe<std::int64_t>(out.data()), 4);
}

}  // namespace
}  // namespace parquet_flow::scan
