// Goal: the pieces of a view, gathered, are the view, whatever its layout, form and levels. Method:
// each kind of view cut at every row; what both make of it compared through the copies.
#include "column/cut_rows.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <string>
#include <vector>

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
  std::uint64_t bytes;  // as viewBytes counts them
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

// "a", kText from 0 to 13, and kText from 0 to 16, twice.
std::vector<std::byte> makeViews() {
  std::vector<std::byte> views(kRows * 16);
  const std::array<std::uint32_t, 3> lengths = {1, 13, 16};
  for (std::uint64_t row = 0; row < kRows; ++row) {
    storeLe(views.data() + row * 16, lengths[row % 3]);
    std::memcpy(views.data() + row * 16 + 4, kText.data(), row % 3 == 0 ? 1 : 4);
  }
  return views;
}
const std::vector<std::byte> kViews = makeViews();
const std::array<ConstBytes, 1> kBuffers = {constBytes(kText.data(), kText.size())};

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
  const auto add = [&](const char* name, PhysicalType type, Repetition repetition,
                       std::uint64_t bytes) -> LeafView& {
    all.push_back({name, type, repetition, bytes, rowsOf(kRows)});
    return all.back().view;
  };
  add("fixed", PhysicalType::kInt64, Repetition::kRequired, 6 * 8).values.data = bytesOf(kNumbers);
  LeafView& seconds = add("seconds", PhysicalType::kInt32, Repetition::kRequired, 6 * 4);
  seconds.values.data = bytesOf(kSeconds);
  seconds.values.form = SourceForm::kSecondsToMillis;
  seconds.values.sourceWidth = 4;
  LeafView& booleans = add("byte booleans", PhysicalType::kBoolean, Repetition::kRequired, 6);
  booleans.values.layout = ValuesLayout::kByteBooleans;
  booleans.values.data = bytesOf(kBooleans);
  LeafView& bits = add("bits", PhysicalType::kBoolean, Repetition::kRequired, 1);
  bits.values.layout = ValuesLayout::kBits;
  bits.values.data = bytesOf(kBits);
  bits.values.bitOffset = 2;
  LeafView& text = add("offsets", PhysicalType::kByteArray, Repetition::kRequired, 16 + 6 * 4);
  text.values.layout = ValuesLayout::kOffsets32;
  text.values.data = bytesOf(kText);
  text.values.offsets = kOffsets.data();
  LeafView& wide =
      add("offsets of 64 bits", PhysicalType::kByteArray, Repetition::kRequired, 16 + 6 * 8);
  wide.values = text.values;
  wide.values.form = SourceForm::kOffsets64;
  wide.values.offsets = nullptr;
  wide.values.offsets64 = kOffsets64.data();
  LeafView& indices =
      add("numbers of a dictionary", PhysicalType::kInt64, Repetition::kRequired, 6 + 6 * 8);
  indices.values.layout = ValuesLayout::kIndices;
  indices.values.form = SourceForm::kIndices;
  indices.values.indexType = IndexType::kUint8;
  indices.values.data = bytesOf(kIndices8);
  indices.values.dictionary = &dictionary;
  LeafView& bitmap =
      add("spaced under a bitmap", PhysicalType::kInt64, Repetition::kOptional, 6 * 8 + 1);
  bitmap.values.data = bytesOf(kNumbers);
  bitmap.spaced = true;
  bitmap.validity = kValidity.data();
  bitmap.validityBitOffset = 1;
  LeafView& dense =
      add("dense under a bitmap", PhysicalType::kInt64, Repetition::kOptional, 4 * 8 + 1);
  dense = bitmap;
  dense.spaced = false;
  dense.values.count = 4;
  LeafView& levels =
      add("dense under levels", PhysicalType::kInt64, Repetition::kOptional, 4 * 8 + 6);
  levels.values.data = bytesOf(kNumbers);
  levels.values.count = 4;
  levels.definitionLevels = kLevels.data();
  LeafView& list = add("lists", PhysicalType::kInt64, Repetition::kRepeated, 6 * 8 + 9 + 9);
  list.values.data = bytesOf(kNumbers);
  list.entries = 9;
  list.values.count = 6;
  list.definitionLevels = kListLevels.data();
  list.repetitionLevels = kRepetitions.data();
  // Of 1, 13 and 16 bytes in turn: of two the text is in the buffer.
  LeafView& views =
      add("views", PhysicalType::kByteArray, Repetition::kRequired, 6 * 16 + 2 * (13 + 16));
  views.values.layout = ValuesLayout::kOffsets32;
  views.values.form = SourceForm::kViews;
  views.values.data = bytesOf(kViews);
  views.values.viewBuffers = kBuffers;
  // Rows 2 and 5, of 16 bytes, are null.
  LeafView& spaced = add("views under a bitmap", PhysicalType::kByteArray, Repetition::kOptional,
                         6 * 16 + 2 * 13 + 1);
  spaced.values = views.values;
  spaced.spaced = true;
  spaced.validity = kValidity.data();
  spaced.validityBitOffset = 1;
  LeafView& leveled = add("views under levels", PhysicalType::kByteArray, Repetition::kOptional,
                          6 * 16 + 2 * 13 + 6);
  leveled.values = views.values;
  leveled.spaced = true;
  leveled.definitionLevels = kLevels.data();
  // An index of one byte, and (16 + 6 * 4) / 6, rounded up, for the text.
  LeafView& taken = add("taken text", PhysicalType::kByteArray, Repetition::kRequired, 6 * (1 + 7));
  taken.values.layout = ValuesLayout::kOffsets32;
  taken.values.form = SourceForm::kTake;
  taken.values.indexType = IndexType::kUint8;
  taken.values.data = bytesOf(kIndices8);
  taken.values.dictionary = &text.values;
  // 16 for the view, and 58 / 6 of the buffer.
  LeafView& takenViews =
      add("taken views", PhysicalType::kByteArray, Repetition::kRequired, 6 * (1 + 16 + 9));
  takenViews.values = taken.values;
  takenViews.values.dictionary = &views.values;
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
    EXPECT_EQ(viewBytes(leaf, one.view), one.bytes);
  }
}

TEST(CutRows, levelsThatMakeFewerRowsAreRefused) {
  schema::Schema schema;
  ASSERT_TRUE(schema.addLeaf(schema::kRoot, "x", PhysicalType::kInt64, Repetition::kRepeated));
  ValuesView dictionary;
  const std::deque<Case> all = cases(dictionary);
  LeafView view = std::find_if(all.begin(), all.end(), [](const Case& one) {
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

}  // namespace
}  // namespace parquet_flow::column
