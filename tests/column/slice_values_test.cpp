// Goal: whatever form a source has its values in, slices have those of the leaf, as their layout
// says; a value that is none of the leaf's is refused at its row.
//
// Method: a table of each form with the leaf's bytes written by hand; then forms of many values
// with nulls among them against the same values one by one, in slices and pages of every size.
#include "column/slice_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "column/gather.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

using schema::kRoot;
using schema::Leaf;
using schema::PhysicalType;
using schema::Repetition;
using schema::Schema;
using testing::HasSubstr;

constexpr PageRoom kWide{UINT64_MAX, UINT64_MAX, UINT64_MAX};

Leaf leafOf(PhysicalType type, std::uint32_t typeLength = 0,
            Repetition repetition = Repetition::kOptional) {
  Schema schema;
  (void)*schema.addLeaf(kRoot, "c", type, repetition, typeLength);
  return schema.leaves()[0];
}

std::string valueAt(const Leaf& leaf, const ValuesView& values, std::uint64_t slot) {
  const auto* const data = reinterpret_cast<const char*>(values.data);
  switch (values.layout) {
    case ValuesLayout::kIndices:
      return valueAt(leaf, *values.dictionary, values.indices[slot]);
    case ValuesLayout::kOffsets32:
      return {data + values.offsets[slot], data + values.offsets[slot + 1]};
    case ValuesLayout::kByteBooleans:
      return data[slot] != 0 ? "1" : "0";
    case ValuesLayout::kBits:
      return bitAt(reinterpret_cast<const std::uint8_t*>(data), values.bitOffset + slot) ? "1"
                                                                                         : "0";
    case ValuesLayout::kFixed:
      break;
  }
  const std::uint32_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
  return {data + slot * width, width};
}

// All present values of the view.
Result<std::vector<std::string>> valuesOf(const Leaf& leaf, const LeafView& view,
                                          const PageRoom& page = kWide,
                                          IndicesTaken taken = IndicesTaken::kNo) {
  std::vector<std::string> all;
  SliceCursor cursor(leaf, taken);
  PF_TRY(cursor.begin(view, 0));
  PageRoom room = page;
  while (!cursor.atEnd()) {
    PF_TRY_ASSIGN(const LeafSlice slice, cursor.next(room));
    EXPECT_EQ(slice.values.form, SourceForm::kAsLayout);
    std::uint64_t bytes = 0;
    for (std::uint64_t i = 0; i < slice.values.count; ++i) {
      all.push_back(valueAt(leaf, slice.values, i));
      bytes += all.back().size();
    }
    if (leaf.type != PhysicalType::kBoolean) {
      EXPECT_EQ(slice.valueBytes, bytes);
    }
    room.take(slice.rows, slice.entries, slice.valueBytes);
    room = room.usedUp() ? page : room;
  }
  return all;
}

template <class T>
std::string bytesOf(std::initializer_list<T> values) {
  std::string bytes;
  for (const T value : values) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return bytes;
}

LeafView viewOf(const std::string& data, SourceForm form, std::uint32_t sourceWidth) {
  LeafView view;
  view.values.form = form;
  view.values.sourceWidth = sourceWidth;
  view.values.data = reinterpret_cast<const std::byte*>(data.data());
  view.rows = view.entries = view.values.count = data.size() / sourceWidth;
  view.spaced = true;
  return view;
}

TEST(SliceValues, eachFormBecomesTheLeafsOwn) {
  using namespace std::string_literals;
  struct Case {
    const char* name;
    PhysicalType type;
    std::uint32_t typeLength;
    SourceForm form;
    std::uint32_t width;
    std::string data;
    std::vector<std::string> values;
  };
  const std::string minusOne16(16, '\xFF');
  const Case cases[] = {
      {"int8",
       PhysicalType::kInt32,
       0,
       SourceForm::kInt8,
       1,
       "\x80\x7F"s,
       {"\x80\xFF\xFF\xFF"s, "\x7F\0\0\0"s}},
      {"uint8", PhysicalType::kInt32, 0, SourceForm::kUint8, 1, "\xFF"s, {"\xFF\0\0\0"s}},
      {"int16", PhysicalType::kInt32, 0, SourceForm::kInt16, 2, "\0\x80"s, {"\0\x80\xFF\xFF"s}},
      {"uint16", PhysicalType::kInt32, 0, SourceForm::kUint16, 2, "\0\x80"s, {"\0\x80\0\0"s}},
      // 1 s = 1000 = 0x3E8 ms
      {"seconds32",
       PhysicalType::kInt32,
       0,
       SourceForm::kSecondsToMillis,
       4,
       "\1\0\0\0"s,
       {"\xE8\3\0\0"s}},
      {"seconds64",
       PhysicalType::kInt64,
       0,
       SourceForm::kSecondsToMillis,
       8,
       "\1\0\0\0\0\0\0\0"s,
       {"\xE8\3\0\0\0\0\0\0"s}},
      // 86 400 000 ms are a day; a millisecond before 1970 is in day -1.
      {"days",
       PhysicalType::kInt32,
       0,
       SourceForm::kMillisToDays,
       8,
       bytesOf<std::int64_t>({86'400'000, 86'399'999, -1, -86'400'000}),
       {"\1\0\0\0"s, "\0\0\0\0"s, "\xFF\xFF\xFF\xFF"s, "\xFF\xFF\xFF\xFF"s}},
      {"decimal64_to_int32",
       PhysicalType::kInt32,
       0,
       SourceForm::kDecimal,
       8,
       bytesOf<std::int64_t>({-2}),
       {"\xFE\xFF\xFF\xFF"s}},
      {"decimal128_to_int32",
       PhysicalType::kInt32,
       0,
       SourceForm::kDecimal,
       16,
       minusOne16,
       {"\xFF\xFF\xFF\xFF"s}},
      {"decimal128_to_int64",
       PhysicalType::kInt64,
       0,
       SourceForm::kDecimal,
       16,
       bytesOf<std::int64_t>({5, 0}),
       {"\5\0\0\0\0\0\0\0"s}},
      {"decimal256_to_int64",
       PhysicalType::kInt64,
       0,
       SourceForm::kDecimal,
       32,
       bytesOf<std::int64_t>({-3, -1, -1, -1}),
       {"\xFD\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s}},
      // 0x0102 in nine bytes, the highest first
      {"decimal128_to_bytes",
       PhysicalType::kFixedLenByteArray,
       9,
       SourceForm::kDecimal,
       16,
       bytesOf<std::int64_t>({0x0102, 0}),
       {"\0\0\0\0\0\0\0\1\2"s}},
      {"decimal256_to_bytes",
       PhysicalType::kFixedLenByteArray,
       17,
       SourceForm::kDecimal,
       32,
       bytesOf<std::int64_t>({-2, -1, -1, -1}),
       {std::string(16, '\xFF') + "\xFE"}},
      {"months",
       PhysicalType::kFixedLenByteArray,
       12,
       SourceForm::kMonths,
       4,
       "\7\0\0\0"s,
       {"\7\0\0\0\0\0\0\0\0\0\0\0"s}},
      {"day_millis",
       PhysicalType::kFixedLenByteArray,
       12,
       SourceForm::kDayMillis,
       8,
       "\1\0\0\0\2\0\0\0"s,
       {"\0\0\0\0\1\0\0\0\2\0\0\0"s}},
      // 3 000 000 ns are 3 ms.
      {"month_day_nanos",
       PhysicalType::kFixedLenByteArray,
       12,
       SourceForm::kMonthDayNanos,
       16,
       "\1\0\0\0\2\0\0\0"s + bytesOf<std::int64_t>({3'000'000}),
       {"\1\0\0\0\2\0\0\0\3\0\0\0"s}},
  };
  for (const Case& c : cases) {
    const Leaf leaf = leafOf(c.type, c.typeLength);
    const auto values = valuesOf(leaf, viewOf(c.data, c.form, c.width));
    ASSERT_TRUE(values) << c.name << ": " << values.error().message();
    EXPECT_EQ(*values, c.values) << c.name;
  }
}

TEST(SliceValues, whatIsNoValueOfTheLeafIsRefusedAtItsRow) {
  struct Case {
    const char* message;
    PhysicalType type;
    std::uint32_t typeLength;
    SourceForm form;
    std::uint32_t width;
    std::string good;
    std::string bad;
  };
  const Case cases[] = {
      {"too far from 1970", PhysicalType::kInt64, 0, SourceForm::kSecondsToMillis, 8,
       bytesOf<std::int64_t>({-9'223'372'036'854'775}),
       bytesOf<std::int64_t>({-9'223'372'036'854'776})},
      {"too far from 1970", PhysicalType::kInt32, 0, SourceForm::kSecondsToMillis, 4,
       bytesOf<std::int32_t>({2'147'483}), bytesOf<std::int32_t>({2'147'484})},
      {"too far from 1970", PhysicalType::kInt32, 0, SourceForm::kMillisToDays, 8,
       bytesOf<std::int64_t>({INT32_MAX * std::int64_t{86'400'000}}),
       bytesOf<std::int64_t>({(INT32_MAX + std::int64_t{1}) * 86'400'000})},
      {"more digits", PhysicalType::kInt32, 0, SourceForm::kDecimal, 8,
       bytesOf<std::int64_t>({INT32_MIN}), bytesOf<std::int64_t>({INT32_MIN - std::int64_t{1}})},
      {"more digits", PhysicalType::kInt64, 0, SourceForm::kDecimal, 16,
       bytesOf<std::int64_t>({INT64_MAX, 0}), bytesOf<std::int64_t>({-1, 0})},
      {"more digits", PhysicalType::kFixedLenByteArray, 9, SourceForm::kDecimal, 16,
       bytesOf<std::int64_t>({0, 0x7F}), bytesOf<std::int64_t>({0, 0x80})},
      {"the interval", PhysicalType::kFixedLenByteArray, 12, SourceForm::kMonths, 4,
       bytesOf<std::int32_t>({1}), bytesOf<std::int32_t>({-1})},
      {"the interval", PhysicalType::kFixedLenByteArray, 12, SourceForm::kMonthDayNanos, 16,
       bytesOf<std::int64_t>({0, 1'000'000}), bytesOf<std::int64_t>({0, 1'000'001})},
  };
  for (const Case& c : cases) {
    const Leaf leaf = leafOf(c.type, c.typeLength);
    std::string data;
    for (int i = 0; i < 3000; ++i) {
      data += c.good;
    }
    ASSERT_TRUE(valuesOf(leaf, viewOf(data, c.form, c.width))) << c.message;
    data += c.bad + c.good;
    const auto refused = valuesOf(leaf, viewOf(data, c.form, c.width));
    ASSERT_FALSE(refused) << c.message;
    EXPECT_EQ(refused.error().code(), ErrorCode::kInvalidArgument);
    EXPECT_THAT(refused.error().message(), HasSubstr("row 3000: "));
    EXPECT_THAT(refused.error().message(), HasSubstr(c.message));
    // At a null there may stand anything.
    std::vector<std::uint8_t> bits(3002 / 8 + 1, 0xFF);
    bits[3000 / 8] = static_cast<std::uint8_t>(~(1U << (3000 % 8)));
    LeafView view = viewOf(data, c.form, c.width);
    view.validity = bits.data();
    EXPECT_EQ(valuesOf(leaf, view)->size(), 3001U);
  }
}

// Byte arrays of every length, in each form that they can have.
class ByteArrays : public testing::Test {
 protected:
  static constexpr std::size_t kCount = 5000;

  ByteArrays() {
    std::mt19937 random(7);
    bits_.resize(kCount / 8 + 1);
    offsets32_.push_back(3);  // the first bytes are of nobody
    data_ = "...";
    for (std::size_t i = 0; i < kCount; ++i) {
      const bool present = random() % 5 != 0;
      const std::size_t length = random() % 7 == 0 ? random() % 700 : random() % 14;
      const std::string value(length, static_cast<char>('a' + i % 26));
      // Some nulls own bytes.
      data_ += present || random() % 3 == 0 ? value : "";
      offsets32_.push_back(static_cast<std::uint32_t>(data_.size()));
      std::string view = bytesOf<std::uint32_t>({static_cast<std::uint32_t>(length)});
      if (length <= 12) {
        view += value + std::string(12 - length, '\0');
      } else {
        view += value.substr(0, 4);
        const std::uint32_t buffer = i % 2;
        view +=
            bytesOf<std::uint32_t>({buffer, static_cast<std::uint32_t>(buffers_[buffer].size())});
        buffers_[buffer] += value;
      }
      views_ += view;
      if (present) {
        bits_[i / 8] = static_cast<std::uint8_t>(bits_[i / 8] | 1U << (i % 8));
        expected_.push_back(value);
      }
    }
    offsets64_.assign(offsets32_.begin(), offsets32_.end());
    for (const std::string& buffer : buffers_) {
      spans_.push_back(constBytes(buffer));
    }
    view_.rows = view_.entries = view_.values.count = kCount;
    view_.spaced = true;
    view_.validity = bits_.data();
    view_.values.layout = ValuesLayout::kOffsets32;
    view_.values.data = reinterpret_cast<const std::byte*>(data_.data());
  }

  void expectValues() {
    for (const PageRoom& page :
         {kWide, PageRoom{UINT64_MAX, UINT64_MAX, 1}, PageRoom{UINT64_MAX, UINT64_MAX, 1000},
          PageRoom{77, UINT64_MAX, 5000}}) {
      const auto values = valuesOf(leaf_, view_, page);
      ASSERT_TRUE(values) << values.error().message();
      EXPECT_EQ(*values, expected_);
    }
  }

  const Leaf leaf_ = leafOf(PhysicalType::kByteArray);
  std::string data_, views_;
  std::vector<std::uint32_t> offsets32_;
  std::vector<std::int64_t> offsets64_;
  std::string buffers_[2];
  std::vector<ConstBytes> spans_;
  std::vector<std::uint8_t> bits_;
  std::vector<std::string> expected_;
  LeafView view_;
};

TEST_F(ByteArrays, ofOffsets32) {
  view_.values.offsets = offsets32_.data();
  expectValues();
}

TEST_F(ByteArrays, ofOffsets64) {
  view_.values.form = SourceForm::kOffsets64;
  view_.values.offsets64 = offsets64_.data();
  expectValues();
  offsets64_[4000] = offsets64_[3999] - 1;
  EXPECT_THAT(valuesOf(leaf_, view_).error().message(), HasSubstr("row 3999: the offsets go back"));
}

TEST_F(ByteArrays, ofViews) {
  view_.values.form = SourceForm::kViews;
  view_.values.data = reinterpret_cast<const std::byte*>(views_.data());
  view_.values.viewBuffers = spans_;
  expectValues();
}

TEST_F(ByteArrays, viewsOutsideTheirBuffersAreRefused) {
  view_.values.form = SourceForm::kViews;
  view_.validity = nullptr;
  view_.rows = view_.entries = view_.values.count = 2;
  std::string views = bytesOf<std::int32_t>({0, 0, 0, 0, 13, 0, 0, 0});
  view_.values.viewBuffers = spans_;
  struct Case {
    const char* message;
    std::int32_t length, buffer, offset;
  };
  for (const auto& [message, length, buffer, offset] : {
           Case{"is of buffer 2", 13, 2, 0},
           Case{"is of buffer -1", 13, -1, 0},
           Case{"view of -13 bytes", -13, 0, 0},
           Case{"at -1 is of", 13, 0, -1},
           Case{"is past the", 13, 0, static_cast<std::int32_t>(buffers_[0].size()) - 12},
           Case{"is past the", 13, 0, INT32_MAX},
       }) {
    views.replace(16, 4, bytesOf<std::int32_t>({length}));
    views.replace(24, 8, bytesOf<std::int32_t>({buffer, offset}));
    view_.values.data = reinterpret_cast<const std::byte*>(views.data());
    const auto refused = valuesOf(leaf_, view_);
    ASSERT_FALSE(refused) << message;
    EXPECT_THAT(refused.error().message(), HasSubstr("row 1: "));
    EXPECT_THAT(refused.error().message(), HasSubstr(message));
  }
}

TEST_F(ByteArrays, valuesThatAreNotInOrderAreTaken) {
  // The same values from behind, through indices of 64 bits.
  view_.values.offsets = offsets32_.data();
  ValuesView all = view_.values;
  std::vector<std::uint64_t> indices;
  for (std::size_t i = 0; i < kCount; ++i) {
    indices.push_back(kCount - 1 - i);
  }
  view_.values = {};
  view_.values.layout = ValuesLayout::kOffsets32;
  view_.values.form = SourceForm::kTake;
  view_.values.indexType = IndexType::kUint64;
  view_.values.data = reinterpret_cast<const std::byte*>(indices.data());
  view_.values.dictionary = &all;
  view_.values.count = kCount;
  view_.validity = nullptr;
  const auto values = valuesOf(leaf_, view_, kWide, IndicesTaken::kYes);
  ASSERT_TRUE(values) << values.error().message();
  for (std::size_t i = 0; i < kCount; ++i) {
    EXPECT_EQ((*values)[i], valueAt(leaf_, all, kCount - 1 - i));
  }
}

TEST(SliceValues, indicesAreLeftToWhoTakesThem) {
  const Leaf leaf = leafOf(PhysicalType::kByteArray);
  const std::string data = "onetwothree";
  const std::uint32_t offsets[] = {0, 3, 6, 11};
  ValuesView dictionary;
  dictionary.layout = ValuesLayout::kOffsets32;
  dictionary.data = reinterpret_cast<const std::byte*>(data.data());
  dictionary.offsets = offsets;
  dictionary.count = 3;
  const std::int8_t indices[] = {2, 99, 0, 1, 2};
  const std::uint8_t bits = 0b11101;
  LeafView view;
  view.rows = view.entries = view.values.count = 5;
  view.spaced = true;
  view.validity = &bits;
  view.values.layout = ValuesLayout::kIndices;
  view.values.form = SourceForm::kIndices;
  view.values.indexType = IndexType::kInt8;
  view.values.data = reinterpret_cast<const std::byte*>(indices);
  view.values.dictionary = &dictionary;

  SliceCursor cursor(leaf, IndicesTaken::kYes);
  ASSERT_TRUE(cursor.begin(view, 0));
  const auto slice = cursor.next(kWide);
  ASSERT_TRUE(slice) << slice.error().message();
  ASSERT_EQ(slice->values.layout, ValuesLayout::kIndices);
  EXPECT_EQ(std::vector<std::uint32_t>(slice->values.indices, slice->values.indices + 4),
            (std::vector<std::uint32_t>{2, 0, 1, 2}));
  EXPECT_EQ(slice->values.dictionary->count, 3U);
  EXPECT_EQ(slice->valueBytes, 5U + 3U + 3U + 5U);

  TakeScratch scratch;
  const auto values = materializeIndices(slice->values, leaf, scratch);
  ASSERT_TRUE(values);
  EXPECT_EQ(values->layout, ValuesLayout::kOffsets32);
  EXPECT_EQ(valueAt(leaf, *values, 3), "three");
  const std::vector<std::string> all = {"three", "one", "two", "three"};
  EXPECT_EQ(*valuesOf(leaf, view), all);
  // Pages end by the bytes of the values, not of the indices.
  EXPECT_EQ(*valuesOf(leaf, view, {UINT64_MAX, UINT64_MAX, 6}, IndicesTaken::kYes), all);

  view.validity = nullptr;
  for (const auto taken : {IndicesTaken::kNo, IndicesTaken::kYes}) {
    EXPECT_THAT(valuesOf(leaf, view, kWide, taken).error().message(),
                HasSubstr("row 1: the index is negative or not below the dictionary's 3 values"));
  }
}

// Of a dictionary of two, of which the second is null with anything in its slot, or used.
void expectTakenBesideGarbage(const Leaf& leaf, const ValuesView& dictionary,
                              const std::string& value) {
  const std::int32_t indices[] = {0, 1, 0};
  const std::uint8_t bits = 0b101;
  LeafView view;
  view.rows = view.entries = view.values.count = 3;
  view.spaced = true;
  view.validity = &bits;
  view.values.layout = ValuesLayout::kIndices;
  view.values.form = SourceForm::kIndices;
  view.values.indexType = IndexType::kInt32;
  view.values.data = reinterpret_cast<const std::byte*>(indices);
  view.values.dictionary = &dictionary;
  const auto values = valuesOf(leaf, view, kWide, IndicesTaken::kYes);
  ASSERT_TRUE(values) << values.error().message();
  EXPECT_EQ(*values, (std::vector<std::string>{value, value}));
  view.validity = nullptr;
  const auto refused = valuesOf(leaf, view, kWide, IndicesTaken::kYes);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("row 1: "));
}

TEST(SliceValues, entryOfADictionaryThatIsNoValueIsRefusedWhereOneRefersToIt) {
  std::string entries(32, '\x5A');
  entries.replace(0, 16, bytesOf<std::int32_t>({1, 'x', 0, 0}));
  ValuesView views;
  views.layout = ValuesLayout::kOffsets32;
  views.form = SourceForm::kViews;
  views.data = reinterpret_cast<const std::byte*>(entries.data());
  views.count = 2;
  expectTakenBesideGarbage(leafOf(PhysicalType::kByteArray), views, "x");

  entries.replace(0, 16, bytesOf<std::int64_t>({7, 0}));
  ValuesView decimals;
  decimals.form = SourceForm::kDecimal;
  decimals.sourceWidth = 16;
  decimals.data = views.data;
  decimals.count = 2;
  expectTakenBesideGarbage(leafOf(PhysicalType::kInt32), decimals, bytesOf<std::int32_t>({7}));
}

TEST(SliceValues, slotsOfListsAreOfPresentElementsAndNulls) {
  // LIST of optional INT32: [1, null], null, [], [2]; a slot for 1, null and 2.
  Schema schema;
  const auto list = schema.addList(kRoot, "l", Repetition::kOptional);
  (void)*schema.addLeaf(*list, "element", PhysicalType::kInt32, Repetition::kOptional);
  const std::uint8_t definition[] = {3, 2, 0, 1, 3};
  const std::uint8_t repetition[] = {0, 1, 0, 0, 0};
  const std::int32_t values[] = {1, -1, 2};
  LeafView view;
  view.rows = 4;
  view.entries = 5;
  view.spaced = true;
  view.slotDefinitionLevel = 2;
  view.definitionLevels = definition;
  view.repetitionLevels = repetition;
  view.values.data = reinterpret_cast<const std::byte*>(values);
  view.values.count = 3;
  const Leaf& leaf = schema.leaves()[0];
  const std::vector<std::string> expected = {bytesOf<std::int32_t>({1}),
                                             bytesOf<std::int32_t>({2})};
  EXPECT_EQ(*valuesOf(leaf, view), expected);
  EXPECT_EQ(*valuesOf(leaf, view, {1, UINT64_MAX, UINT64_MAX}), expected);
  view.values.count = 2;
  EXPECT_THAT(valuesOf(leaf, view).error().message(), HasSubstr("there are only 2"));
  view.values.count = 4;
  EXPECT_THAT(valuesOf(leaf, view).error().message(), HasSubstr("have 3 values, and there are 4"));
}

// --- offsets of 64 bits that a slice's worth of which is above 4 GiB -----------------------------

// 20 000 entries without bytes, which make slices grow to 16 Ki entries, then 20 000 of `large`.
// Every other one is null where `nulls`. Nothing stands behind the pointer.
struct LargeValues {
  LargeValues(std::int64_t large, bool nulls) {
    for (std::size_t i = 0; i < 2 * kHalf; ++i) {
      const bool present = !nulls || i % 2 == 0;
      if (present) {
        bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | 1U << (i % 8));
        lengths.push_back(i < kHalf ? 0 : large);
      }
      offsets.push_back(offsets.back() + (present && i >= kHalf ? large : 0));
    }
    view.rows = view.entries = view.values.count = 2 * kHalf;
    view.spaced = true;
    view.validity = nulls ? bits.data() : nullptr;
    view.values.layout = ValuesLayout::kOffsets32;
    view.values.form = SourceForm::kOffsets64;
    view.values.data = &nothing;
    view.values.offsets64 = offsets.data();
    view.values.dataBytes = INT64_MAX;
  }
  static constexpr std::size_t kHalf = 20'000;
  std::vector<std::uint8_t> bits = std::vector<std::uint8_t>(2 * kHalf / 8 + 8);
  std::vector<std::int64_t> offsets = {0};
  std::vector<std::int64_t> lengths;
  std::byte nothing{};
  LeafView view;
};

TEST(LargeOffsets, areCutBelow4GiB) {
  const Leaf leaf = leafOf(PhysicalType::kByteArray);
  for (const bool nulls : {false, true}) {
    for (const std::int64_t large : {400'000L, 1'000'000'000L, 4'294'967'295L}) {
      SCOPED_TRACE(std::to_string(large) + (nulls ? ", with nulls" : ""));
      const LargeValues values(large, nulls);
      SliceCursor cursor(leaf);
      ASSERT_TRUE(cursor.begin(values.view, 0));
      std::vector<std::int64_t> lengths;
      while (!cursor.atEnd()) {
        const auto slice = cursor.next(kWide);
        ASSERT_TRUE(slice) << slice.error().message();
        for (std::size_t i = 0; i < slice->values.count; ++i) {
          lengths.push_back(slice->values.offsets[i + 1] - slice->values.offsets[i]);
        }
      }
      EXPECT_TRUE(lengths == values.lengths);
    }
  }
}

TEST(LargeOffsets, ofAValueOf4GiBAreRefused) {
  const Leaf leaf = leafOf(PhysicalType::kByteArray);
  for (const bool nulls : {false, true}) {
    const LargeValues values(std::int64_t{1} << 32, nulls);
    SliceCursor cursor(leaf);
    ASSERT_TRUE(cursor.begin(values.view, 0));
    std::optional<Error> refusal;
    while (!refusal && !cursor.atEnd()) {
      const auto slice = cursor.next(kWide);
      if (!slice) refusal = slice.error();
    }
    ASSERT_TRUE(refusal.has_value());
    EXPECT_EQ(refusal->code(), ErrorCode::kLimit);
    EXPECT_THAT(refusal->message(), HasSubstr("row 20000: values of more than 4 GiB"));
  }
}

}  // namespace
}  // namespace parquet_flow::column
