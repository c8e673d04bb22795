// Goal: the pieces of a view, gathered, are the view, whatever its layout, form and levels. Method:
// each kind of view cut at every row; what both make of it compared through the copies.
#include "column/cut_rows.hpp"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <memory>
#include <string>

#include "column/copy_rows.hpp"
#include "schema/schema.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::column {
namespace {

using schema::PhysicalType;
using schema::Repetition;

struct Case {
  std::string name;
  PhysicalType type;
  Repetition repetition;
  LeafView view;
};

constexpr std::uint64_t kRows = 6;
const std::array<std::int64_t, 6> kNumbers = {1, 2, 3, 4, 5, 6};
const std::array<std::int32_t, 6> kSeconds = {1, 2, 3, 4, 5, 6};
const std::array<std::uint8_t, 6> kBooleans = {1, 0, 0, 1, 1, 0};
const std::array<std::uint8_t, 2> kBits = {0b10110100, 0b00000001};
const std::string kText = "abbcccddddeeeeef";
const std::array<std::uint32_t, 7> kOffsets = {0, 1, 3, 6, 10, 15, 16};
const std::array<std::int64_t, 7> kOffsets64 = {0, 1, 3, 6, 10, 15, 16};
const std::array<std::uint8_t, 6> kIndices8 = {5, 0, 3, 3, 1, 2};
const std::array<std::uint8_t, 1> kValidity = {0b10110110};      // rows 0, 1, 3, 4 from bit 1 on
const std::array<std::uint8_t, 6> kLevels = {1, 1, 0, 1, 1, 0};  // the same
const std::array<std::uint8_t, 9> kListLevels = {1, 1, 1, 0, 1, 0, 0, 1, 1};
const std::array<std::uint8_t, 9> kRepetitions = {0, 1, 1, 0, 0, 0, 0, 0, 1};

template <class T>
const std::byte* bytesOf(const T& values) {
  return reinterpret_cast<const std::byte*>(values.data());
}

LeafView rowsOf(std::uint64_t values) {
  LeafView view;
  view.rows = view.entries = kRows;
  view.values.count = values;
  return view;
}

// A deque: what is added is referred to while more is.
std::deque<Case> cases(const ValuesView& dictionary) {
  std::deque<Case> all;
  const auto add = [&](const char* name, PhysicalType type, Repetition repetition) -> LeafView& {
    all.push_back({name, type, repetition, rowsOf(kRows)});
    return all.back().view;
  };
  add("fixed", PhysicalType::kInt64, Repetition::kRequired).values.data = bytesOf(kNumbers);
  LeafView& seconds = add("seconds", PhysicalType::kInt32, Repetition::kRequired);
  seconds.values.data = bytesOf(kSeconds);
  seconds.values.form = SourceForm::kSecondsToMillis;
  seconds.values.sourceWidth = 4;
  LeafView& booleans = add("byte booleans", PhysicalType::kBoolean, Repetition::kRequired);
  booleans.values.layout = ValuesLayout::kByteBooleans;
  booleans.values.data = bytesOf(kBooleans);
  LeafView& bits = add("bits", PhysicalType::kBoolean, Repetition::kRequired);
  bits.values.layout = ValuesLayout::kBits;
  bits.values.data = bytesOf(kBits);
  bits.values.bitOffset = 2;
  LeafView& text = add("offsets", PhysicalType::kByteArray, Repetition::kRequired);
  text.values.layout = ValuesLayout::kOffsets32;
  text.values.data = bytesOf(kText);
  text.values.offsets = kOffsets.data();
  LeafView& wide = add("offsets of 64 bits", PhysicalType::kByteArray, Repetition::kRequired);
  wide.values = text.values;
  wide.values.form = SourceForm::kOffsets64;
  wide.values.offsets = nullptr;
  wide.values.offsets64 = kOffsets64.data();
  LeafView& indices = add("numbers of a dictionary", PhysicalType::kInt64, Repetition::kRequired);
  indices.values.layout = ValuesLayout::kIndices;
  indices.values.form = SourceForm::kIndices;
  indices.values.indexType = IndexType::kUint8;
  indices.values.data = bytesOf(kIndices8);
  indices.values.dictionary = &dictionary;
  LeafView& bitmap = add("spaced under a bitmap", PhysicalType::kInt64, Repetition::kOptional);
  bitmap.values.data = bytesOf(kNumbers);
  bitmap.spaced = true;
  bitmap.validity = kValidity.data();
  bitmap.validityBitOffset = 1;
  LeafView& dense = add("dense under a bitmap", PhysicalType::kInt64, Repetition::kOptional);
  dense = bitmap;
  dense.spaced = false;
  dense.values.count = 4;
  LeafView& levels = add("dense under levels", PhysicalType::kInt64, Repetition::kOptional);
  levels.values.data = bytesOf(kNumbers);
  levels.values.count = 4;
  levels.definitionLevels = kLevels.data();
  LeafView& list = add("lists", PhysicalType::kInt64, Repetition::kRepeated);
  list.values.data = bytesOf(kNumbers);
  list.entries = 9;
  list.values.count = 6;
  list.definitionLevels = kListLevels.data();
  list.repetitionLevels = kRepetitions.data();
  return all;
}

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
  ValuesView dictionary;
  dictionary.data = bytesOf(kNumbers);
  dictionary.count = kNumbers.size();
  for (const Case& one : cases(dictionary)) {
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
    EXPECT_GT(viewBytes(leaf, one.view), 0U);
  }
}

TEST(CutRows, levelsThatMakeFewerRowsAreRefused) {
  schema::Schema schema;
  ASSERT_TRUE(schema.addLeaf(schema::kRoot, "x", PhysicalType::kInt64, Repetition::kRepeated));
  ValuesView dictionary;
  LeafView view = cases(dictionary).back().view;
  view.rows = 9;
  RowCutter cutter(schema.leaves()[0], view);
  PF_EXPECT_ERROR(cutter.next(8), ErrorCode::kInvalidArgument, "9 entries do not make 9 rows");
  view.rows = kRows;
  view.values.count = 2;
  RowCutter other(schema.leaves()[0], view);
  PF_EXPECT_ERROR(other.next(1), ErrorCode::kInvalidArgument, "2 values, and the levels need 3");
}

}  // namespace
}  // namespace parquet_flow::column
