// Goal: the pieces of a view, gathered, are the view, whatever its layout, form and levels. Method:
// each kind of view cut at every row; what both make of it compared through the copies.
#include "column/cut_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <string_view>

#include "column/copy_rows.hpp"
#include "schema/schema.hpp"
#include "support/expect_result.hpp"
#include "view_cases.hpp"

namespace parquet_flow::column {
namespace {

using schema::PhysicalType;
using schema::Repetition;
using test::kRows;
using test::ViewCase;

// Everything that has been copied, as text.
std::string copied(RowCopies& rows, const schema::Leaf& leaf) {
  const LeafView view = rows.views().front();
  const bool isText = view.values.layout == ValuesLayout::kOffsets32;
  std::string all = std::to_string(view.rows) + ":" + std::to_string(view.values.count) + ":";
  const std::uint64_t width = view.values.layout == ValuesLayout::kByteBooleans
                                  ? 1
                                  : schema::fixedWidth(leaf.type, leaf.typeLength);
  const std::uint64_t bytes =
      isText ? view.values.offsets[view.values.count] : view.values.count * width;
  all += asText({view.values.data, bytes});
  if (isText) {
    for (std::uint64_t i = 0; i <= view.values.count; ++i) {
      all += "," + std::to_string(view.values.offsets[i]);
    }
  }
  for (const std::uint8_t* levels : {view.definitionLevels, view.repetitionLevels}) {
    if (levels != nullptr) all.append(reinterpret_cast<const char*>(levels), view.entries);
  }
  return all;
}

TEST(CutRows, piecesAreTheWhole) {
  for (const ViewCase& one : test::viewCases()) {
    SCOPED_TRACE(one.name);
    schema::Schema schema;
    ASSERT_TRUE(schema.addLeaf(schema::kRoot, "x", one.type, one.repetition));
    const schema::Leaf& leaf = schema.leaves()[0];
    RowCopies whole(schema);
    PF_ASSERT_OK(whole.append(kRows, std::span(&one.view, 1)));
    for (std::uint64_t first = 0; first <= kRows; ++first) {
      for (std::uint64_t second = 0; first + second <= kRows; ++second) {
        RowCopies pieces(schema);
        RowCutter cutter(leaf, one.view);
        for (const std::uint64_t rows : {first, second, kRows - first - second}) {
          if (rows == 0) continue;
          PF_ASSERT_OK_ASSIGN(const LeafView piece, cutter.next(rows));
          EXPECT_EQ(piece.rows, rows);
          PF_ASSERT_OK(pieces.append(rows, std::span(&piece, 1)));
        }
        EXPECT_EQ(cutter.rowsLeft(), 0U);
        EXPECT_EQ(copied(pieces, leaf), copied(whole, leaf))
            << first << " and " << second << " rows";
      }
    }
  }
}

TEST(CutRows, levelsThatMakeFewerRowsAreRefused) {
  schema::Schema schema;
  ASSERT_TRUE(schema.addLeaf(schema::kRoot, "x", PhysicalType::kInt64, Repetition::kRepeated));
  const std::deque<ViewCase> all = test::viewCases();
  LeafView view = std::find_if(all.begin(), all.end(), [](const ViewCase& one) {
                    return one.name == "lists";
                  })->view;
  view.rows = 9;
  RowCutter cutter(schema.leaves()[0], view);
  PF_EXPECT_ERROR(cutter.next(8), ErrorCode::kInvalidArgument, "9 entries do not make 9 rows");
  view.rows = kRows;
  view.values.count = 2;
  RowCutter other(schema.leaves()[0], view);
  PF_EXPECT_ERROR(other.next(1), ErrorCode::kInvalidArgument, "2 values, and the levels need 3");
}

TEST(CutRows, whatIsRefusedIsCountedInTheWholeView) {
  schema::Schema schema;
  ASSERT_TRUE(schema.addLeaf(schema::kRoot, "x", PhysicalType::kInt64, Repetition::kOptional));
  ASSERT_TRUE(schema.addLeaf(schema::kRoot, "l", PhysicalType::kInt64, Repetition::kRepeated));
  const std::deque<ViewCase> all = test::viewCases();
  const auto find = [&](std::string_view name) {
    return std::find_if(all.begin(), all.end(),
                        [&](const ViewCase& one) { return one.name == name; })
        ->view;
  };
  // Of its six rows the first four take six of its nine entries.
  LeafView lists = find("lists");
  for (const std::uint64_t rows : {5U, 7U, 10U}) {
    lists.rows = rows;
    RowCutter cutter(schema.leaves()[1], lists);
    PF_ASSERT_OK(cutter.next(4));
    PF_EXPECT_ERROR(cutter.next(rows - 4), ErrorCode::kInvalidArgument,
                    "9 entries do not make " + std::to_string(rows) + " rows");
  }
  RowCutter inside(schema.leaves()[1], lists);
  PF_ASSERT_OK(inside.next(4));
  PF_EXPECT_ERROR(inside.next(3), ErrorCode::kInvalidArgument, "9 entries do not make 10 rows");
  // Rows 0, 1, 3 and 4 have values.
  LeafView sparse = find("dense under levels");
  sparse.values.count = 3;
  RowCutter cutter(schema.leaves()[0], sparse);
  PF_ASSERT_OK(cutter.next(2));
  PF_EXPECT_ERROR(cutter.next(3), ErrorCode::kInvalidArgument,
                  "3 values, and the levels need 4 for the first 5 rows");
}

}  // namespace
}  // namespace parquet_flow::column
