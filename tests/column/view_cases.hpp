// A view of each layout, form and kind of levels, all of the same rows.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column::test {

struct ViewCase {
  std::string name;
  schema::PhysicalType type;
  schema::Repetition repetition;
  std::uint64_t bytes;  // as LeafBytes counts them, with those of entries
  LeafView view;
};

inline constexpr std::uint64_t kRows = 6;
inline const std::array<std::int64_t, 6> kNumbers = {1, 2, 3, 4, 5, 6};
inline const std::array<std::int32_t, 6> kSeconds = {1, 2, 3, 4, 5, 6};
inline const std::array<std::uint8_t, 6> kBooleans = {1, 0, 0, 1, 1, 0};
inline const std::array<std::uint8_t, 2> kBits = {0b10110100, 0b00000001};
inline const std::string kText = "abbcccddddeeeeef";
inline const std::array<std::uint32_t, 7> kOffsets = {0, 1, 3, 6, 10, 15, 16};
inline const std::array<std::int64_t, 7> kOffsets64 = {0, 1, 3, 6, 10, 15, 16};
inline const std::array<std::uint8_t, 6> kIndices8 = {5, 0, 3, 3, 1, 2};
inline const std::array<std::uint8_t, 1> kValidity = {0b10110110};  // rows 0, 1, 3, 4 from bit 1 on
inline const std::array<std::uint8_t, 6> kLevels = {1, 1, 0, 1, 1, 0};  // the same
inline const std::array<std::uint8_t, 9> kListLevels = {1, 1, 1, 0, 1, 0, 0, 1, 1};
inline const std::array<std::uint8_t, 9> kRepetitions = {0, 1, 1, 0, 0, 0, 0, 0, 1};

// "a", kText from 0 to 13, and kText from 0 to 16, twice.
inline std::vector<std::byte> makeViews() {
  std::vector<std::byte> views(kRows * 16);
  const std::array<std::uint32_t, 3> lengths = {1, 13, 16};
  for (std::uint64_t row = 0; row < kRows; ++row) {
    storeLe(views.data() + row * 16, lengths[row % 3]);
    std::memcpy(views.data() + row * 16 + 4, kText.data(), row % 3 == 0 ? 1 : 4);
  }
  return views;
}
inline const std::vector<std::byte> kViews = makeViews();
inline const std::array<ConstBytes, 1> kBuffers = {constBytes(kText.data(), kText.size())};

template <class T>
const std::byte* bytesOf(const T& values) {
  return reinterpret_cast<const std::byte*>(values.data());
}

inline LeafView rowsOf(std::uint64_t values) {
  LeafView view;
  view.rows = view.entries = kRows;
  view.values.count = values;
  return view;
}

// A deque: what is added is referred to while more is, and when all have moved.
inline std::deque<ViewCase> viewCases() {
  using schema::PhysicalType;
  using schema::Repetition;
  static const ValuesView dictionary = [] {
    ValuesView numbers;
    numbers.data = bytesOf(kNumbers);
    numbers.count = kNumbers.size();
    return numbers;
  }();
  std::deque<ViewCase> all;
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
  // An index of one byte and an offset each, and texts of 1, 1, 4, 4, 2 and 3 bytes.
  LeafView& taken =
      add("taken text", PhysicalType::kByteArray, Repetition::kRequired, 6 * (1 + 4) + 15);
  taken.values.layout = ValuesLayout::kOffsets32;
  taken.values.form = SourceForm::kTake;
  taken.values.indexType = IndexType::kUint8;
  taken.values.data = bytesOf(kIndices8);
  taken.values.dictionary = &text.values;
  // Of a view each, and texts of 16, 1, 1, 1, 13 and 16 bytes, of which those of 1 are in no
  // buffer.
  LeafView& takenViews = add("taken views", PhysicalType::kByteArray, Repetition::kRequired,
                             6 * (1 + 16) + 16 + 13 + 16);
  takenViews.values = taken.values;
  takenViews.values.dictionary = &views.values;
  LeafView& takenWide = add("taken text with offsets of 64 bits", PhysicalType::kByteArray,
                            Repetition::kRequired, 6 * (1 + 8) + 15);
  takenWide.values = taken.values;
  takenWide.values.dictionary = &wide.values;
  // Rows 2 and 5, which have the texts of 4 and of 3 bytes, are null.
  LeafView& takenUnderBits = add("taken text under a bitmap", PhysicalType::kByteArray,
                                 Repetition::kOptional, 6 * 1 + 4 * 4 + 8 + 1);
  takenUnderBits.values = taken.values;
  takenUnderBits.spaced = true;
  takenUnderBits.validity = kValidity.data();
  takenUnderBits.validityBitOffset = 1;
  LeafView& takenUnderLevels = add("taken text under levels", PhysicalType::kByteArray,
                                   Repetition::kOptional, 6 * 1 + 4 * 4 + 8 + 6);
  takenUnderLevels.values = taken.values;
  takenUnderLevels.spaced = true;
  takenUnderLevels.definitionLevels = kLevels.data();
  return all;
}

}  // namespace parquet_flow::column::test
