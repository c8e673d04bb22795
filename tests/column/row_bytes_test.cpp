// Goal: rows take the bytes that they have, wherever views are cut, and as many are taken as are
// within a bound, whatever the sizes before and behind them.
//
// Method: each kind of view, of which the bytes are counted by hand, in every two pieces; random
// rows, whose bytes are known one by one, taken by another sum of these.
#include "column/row_bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "support/seeded_random.hpp"
#include "view_cases.hpp"

namespace parquet_flow::column {
namespace {

using parquet_flow::test::SeededRandom;
using schema::PhysicalType;
using schema::Repetition;
using test::ViewCase;

schema::Schema schemaOf(const ViewCase& one) {
  schema::Schema schema;
  EXPECT_TRUE(schema.addLeaf(schema::kRoot, "x", one.type, one.repetition));
  return schema;
}

LeafBytes bytesOf(const schema::Leaf& leaf, const LeafView& view) {
  return {leaf, view, EntryBytes(leaf, view)};
}

TEST(RowBytes, viewsHaveTheirBytes) {
  for (const ViewCase& one : test::viewCases()) {
    const schema::Schema schema = schemaOf(one);
    const LeafBytes bytes = bytesOf(schema.leaves()[0], one.view);
    EXPECT_EQ(bytes.between({}, bytes.end()), one.bytes) << one.name;
  }
}

TEST(RowBytes, wholeViewsOfDictionariesHaveTheMeanOfTheirs) {
  // By an index of one byte, and the mean of the entries, rounded up.
  const std::map<std::string, std::uint64_t> means = {
      {"taken text", 6 * (1 + 7)},  // (16 + 6 * 4) / 6
      {"taken text under a bitmap", 6 * (1 + 7) + 1},
      {"taken text under levels", 6 * (1 + 7) + 6},
      {"taken text with offsets of 64 bits", 6 * (1 + 11)},  // (16 + 6 * 8) / 6
      {"taken views", 6 * (1 + 16 + 9)},                     // 16, and 58 / 6 of the buffer
  };
  for (const ViewCase& one : test::viewCases()) {
    const schema::Schema schema = schemaOf(one);
    const auto mean = means.find(one.name);
    EXPECT_EQ(viewBytes(schema.leaves()[0], one.view),
              mean == means.end() ? one.bytes : mean->second)
        << one.name;
  }
}

TEST(RowBytes, piecesHaveTheBytesOfTheWhole) {
  for (const ViewCase& one : test::viewCases()) {
    const schema::Schema schema = schemaOf(one);
    const LeafBytes bytes = bytesOf(schema.leaves()[0], one.view);
    for (std::uint64_t first = 0; first <= test::kRows; ++first) {
      for (std::uint64_t second = 0; first + second <= test::kRows; ++second) {
        SCOPED_TRACE(one.name + ", " + std::to_string(first) + " and " + std::to_string(second));
        const LeafBytes::Place at = bytes.after({}, first);
        const LeafBytes::Place next = bytes.after(at, second);
        EXPECT_EQ(
            bytes.between({}, at) + bytes.between(at, next) + bytes.between(next, bytes.end()),
            one.bytes);
      }
    }
    const LeafBytes::Place last = bytes.after({}, test::kRows);
    EXPECT_EQ(last.entry, bytes.end().entry) << one.name;
    EXPECT_EQ(last.slot, bytes.end().slot) << one.name;
  }
}

TEST(RowBytes, rowsOfAViewHaveTheirOwn) {
  // By hand, row by row; what is not here has as many in each.
  const std::vector<std::pair<std::string, std::array<std::uint64_t, 6>>> all = {
      {"fixed", {8, 8, 8, 8, 8, 8}},
      {"bits", {1, 0, 0, 0, 0, 0}},  // the first one's
      {"offsets", {5, 6, 7, 8, 9, 5}},
      {"offsets of 64 bits", {9, 10, 11, 12, 13, 9}},
      {"dense under a bitmap", {9, 8, 0, 8, 8, 0}},
      {"dense under levels", {9, 9, 1, 9, 9, 1}},
      {"lists", {30, 2, 10, 2, 2, 20}},
      {"views", {16, 29, 32, 16, 29, 32}},
      {"views under a bitmap", {17, 29, 16, 16, 29, 16}},
      {"views under levels", {17, 30, 17, 17, 30, 17}},
      {"taken text", {6, 6, 9, 9, 7, 8}},
      {"taken views", {33, 17, 17, 17, 30, 33}},
      {"taken text with offsets of 64 bits", {10, 10, 13, 13, 11, 12}},
      {"taken text under a bitmap", {7, 6, 1, 9, 7, 1}},
      {"taken text under levels", {7, 7, 2, 10, 8, 2}},
  };
  for (const ViewCase& one : test::viewCases()) {
    const auto known = std::find_if(all.begin(), all.end(),
                                    [&](const auto& rows) { return rows.first == one.name; });
    if (known == all.end()) continue;
    const schema::Schema schema = schemaOf(one);
    RowMeasure measure(schema, test::kRows, std::span(&one.view, 1));
    for (std::size_t row = 0; row < test::kRows; ++row) {
      const RowExtent taken = measure.take({1, UINT64_MAX});
      EXPECT_EQ(taken.rows, 1U);
      EXPECT_EQ(taken.bytes, known->second[row]) << one.name << ", row " << row;
    }
    EXPECT_EQ(measure.rowsLeft(), 0U);
    EXPECT_EQ(measure.bytesLeft(), 0U);
  }
}

// Rows of a text, which may be null, and of a list of texts.
class UnevenRows {
 public:
  UnevenRows() {
    EXPECT_TRUE(
        schema.addLeaf(schema::kRoot, "s", PhysicalType::kByteArray, Repetition::kOptional));
    EXPECT_TRUE(
        schema.addLeaf(schema::kRoot, "l", PhysicalType::kByteArray, Repetition::kRepeated));
  }

  // Both with their levels and an offset a value.
  void add(std::uint64_t textBytes, bool isNull, const std::vector<std::uint64_t>& list) {
    std::uint64_t bytes = 1 + (isNull ? 0 : 4 + textBytes);
    levels_.push_back(isNull ? 0 : 1);
    if (!isNull) offsets_.push_back(offsets_.back() + static_cast<std::uint32_t>(textBytes));
    for (std::size_t i = 0; i < std::max<std::size_t>(list.size(), 1); ++i) {
      listLevels_.push_back(list.empty() ? 0 : 1);
      repetitions_.push_back(i == 0 ? 0 : 1);
      bytes += 2;
    }
    for (const std::uint64_t element : list) {
      listOffsets_.push_back(listOffsets_.back() + static_cast<std::uint32_t>(element));
      bytes += 4 + element;
    }
    rowBytes.push_back(bytes);
  }

  // Nobody looks at the texts themselves.
  [[nodiscard]] std::array<LeafView, 2> views() const {
    std::array<LeafView, 2> views;
    for (LeafView& view : views) {
      view.rows = rowBytes.size();
      view.values.layout = ValuesLayout::kOffsets32;
    }
    views[0].entries = levels_.size();
    views[0].values.count = offsets_.size() - 1;
    views[0].values.offsets = offsets_.data();
    views[0].definitionLevels = levels_.data();
    views[1].entries = listLevels_.size();
    views[1].values.count = listOffsets_.size() - 1;
    views[1].values.offsets = listOffsets_.data();
    views[1].definitionLevels = listLevels_.data();
    views[1].repetitionLevels = repetitions_.data();
    return views;
  }

  schema::Schema schema;
  std::vector<std::uint64_t> rowBytes;

 private:
  std::vector<std::uint32_t> offsets_ = {0};
  std::vector<std::uint8_t> levels_;
  std::vector<std::uint32_t> listOffsets_ = {0};
  std::vector<std::uint8_t> listLevels_;
  std::vector<std::uint8_t> repetitions_;
};

// Takes all rows within the bounds, and holds each extent against sums of single rows.
void expectTakenWithin(const UnevenRows& rows, const RowExtent& most) {
  const auto views = rows.views();
  RowMeasure measure(rows.schema, rows.rowBytes.size(), views);
  EXPECT_EQ(measure.bytesLeft(),
            std::accumulate(rows.rowBytes.begin(), rows.rowBytes.end(), std::uint64_t{0}));
  for (std::size_t row = 0; row < rows.rowBytes.size();) {
    RowExtent expected;
    for (std::size_t i = row; i < rows.rowBytes.size(); ++i) {
      if (expected.rows == most.rows || expected.bytes + rows.rowBytes[i] > most.bytes) break;
      ++expected.rows;
      expected.bytes += rows.rowBytes[i];
    }
    const RowExtent taken = measure.take(most);
    ASSERT_EQ(taken.rows, expected.rows) << "from row " << row;
    ASSERT_EQ(taken.bytes, expected.bytes) << "from row " << row;
    row += taken.rows;
    if (taken.rows != 0) continue;
    const RowExtent large = measure.takeRow();
    ASSERT_EQ(large.rows, 1U);
    ASSERT_EQ(large.bytes, rows.rowBytes[row]);
    ++row;
  }
  EXPECT_EQ(measure.rowsLeft(), 0U);
  EXPECT_EQ(measure.bytesLeft(), 0U);
}

TEST(RowMeasure, asManyRowsAreTakenAsAreWithinTheBounds) {
  SeededRandom random;
  for (int round = 0; round < 20; ++round) {
    UnevenRows rows;
    for (std::uint64_t row = 0; row < 2000; ++row) {
      // Stretches of about even rows, of which one in a few hundred is far larger.
      const std::uint64_t size = std::uint64_t{1} << (row / 250 * 3 % 11);
      const std::uint64_t some = random.below(300) == 0 ? 20'000 : random.below(size + 1);
      std::vector<std::uint64_t> list(random.below(4));
      for (std::uint64_t& element : list) element = random.below(size);
      rows.add(some, random.below(5) == 0, list);
    }
    for (const std::uint64_t bytes : {1U, 100U, 1000U, 10'000U, 100'000U, 10'000'000U}) {
      expectTakenWithin(rows, {UINT64_MAX, bytes});
      expectTakenWithin(rows, {1 + random.below(500), bytes});
    }
  }
}

TEST(RowMeasure, largeRowsInFrontOfSmallOnesAreSeen) {
  // 100 of 1007 bytes, then 100 000 of 8: by their mean, 9, more than 1000 would be within it.
  UnevenRows rows;
  for (int i = 0; i < 100; ++i) rows.add(1000, false, {});
  for (int i = 0; i < 100'000; ++i) rows.add(1, false, {});
  const auto views = rows.views();
  RowMeasure measure(rows.schema, rows.rowBytes.size(), views);
  const RowExtent first = measure.take({UINT64_MAX, 10'070});
  EXPECT_EQ(first.rows, 10U);
  EXPECT_EQ(first.bytes, 10'070U);
  expectTakenWithin(rows, {UINT64_MAX, 10'069});
}

TEST(RowMeasure, rowsWithinTheBoundsAreTakenAsOne) {
  UnevenRows rows;
  for (std::uint64_t i = 0; i < 100; ++i) rows.add(i, false, {});
  const auto views = rows.views();
  RowMeasure measure(rows.schema, 100, views);
  const std::uint64_t bytes = measure.bytesLeft();
  EXPECT_EQ(measure.take({99, bytes}).rows, 99U);
  RowMeasure other(rows.schema, 100, views);
  EXPECT_EQ(other.take({100, bytes - 1}).rows, 99U);
  RowMeasure whole(rows.schema, 100, views);
  const RowExtent all = whole.take({100, bytes});
  EXPECT_EQ(all.rows, 100U);
  EXPECT_EQ(all.bytes, bytes);
  EXPECT_EQ(whole.rowsLeft(), 0U);
}

// Nobody has checked them: the rows are taken, and whoever reads them finds what is wrong.
TEST(RowMeasure, viewsThatAreCorruptAreTakenToTheirEnd) {
  UnevenRows rows;
  for (std::uint64_t i = 0; i < 100; ++i) rows.add(i, i % 3 == 0, {i, 1});
  auto views = rows.views();
  views[1].entries /= 2;
  views[0].values.count /= 2;
  // One goes back, and the whole is as large as it can be.
  const std::array<std::uint32_t, 4> offsets = {0, UINT32_MAX, 5, 5};
  LeafView odd = views[0];
  odd.values.offsets = offsets.data();
  odd.values.count = 3;
  for (const LeafView& first : {views[0], odd}) {
    const std::array<LeafView, 2> both = {first, views[1]};
    for (const std::uint64_t bytes : {1U, 50U, 500U}) {
      RowMeasure measure(rows.schema, 100, both);
      std::uint64_t taken = 0;
      for (int i = 0; i < 300 && measure.rowsLeft() != 0; ++i) {
        RowExtent some = measure.take({30, bytes});
        if (some.rows == 0) some = measure.takeRow();
        taken += some.rows;
      }
      EXPECT_EQ(taken, 100U);
      EXPECT_EQ(measure.rowsLeft(), 0U);
      EXPECT_EQ(measure.take({1, 1}).rows, 0U);
    }
  }
}

}  // namespace
}  // namespace parquet_flow::column
