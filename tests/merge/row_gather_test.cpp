// Goal: rows picked from several batches come out as they were, in the order of the ranges. Method:
// two batches of every form that views have, ranges of one row and of several, back and forth; the
// expected values are written out.
#include "merge/row_gather.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "support/expect_result.hpp"

namespace parquet_flow::merge {
namespace {

using column::LeafView;
using schema::PhysicalType;
using schema::Repetition;

constexpr RowRange kRanges[] = {{0, 1, 1}, {1, 0, 2}, {0, 0, 1}, {0, 2, 1}, {1, 2, 1}};

schema::Schema schemaOf(PhysicalType type, Repetition repetition) {
  schema::Schema schema;
  PF_EXPECT_OK(schema.addLeaf(schema::kRoot, "c", type, repetition));
  return schema;
}

// The rows of kRanges; until the next call.
LeafView gathered(const schema::Schema& schema, const LeafView& a, const LeafView& b) {
  static std::unique_ptr<RowGather> gather;
  gather = std::make_unique<RowGather>(schema);
  RowSource sources[2];
  sources[0].set(schema, {&a, 1});
  sources[1].set(schema, {&b, 1});
  const RowSource* const both[] = {&sources[0], &sources[1]};
  PF_EXPECT_OK(gather->append(both, kRanges));
  EXPECT_EQ(gather->rows(), 6U);
  return gather->views().front();
}

template <class T>
LeafView numbers(const std::vector<T>& values) {
  LeafView view;
  view.rows = view.entries = view.values.count = values.size();
  view.values.data = reinterpret_cast<const std::byte*>(values.data());
  return view;
}

// Texts that end with the memory they are in.
struct Texts {
  explicit Texts(const std::vector<std::string>& values) {
    offsets.push_back(0);
    for (const std::string& value : values) {
      data.insert(data.end(), value.begin(), value.end());
      offsets.push_back(static_cast<std::uint32_t>(data.size()));
    }
    data.shrink_to_fit();
  }
  [[nodiscard]] LeafView view() const {
    LeafView view;
    view.rows = view.entries = view.values.count = offsets.size() - 1;
    view.values.layout = column::ValuesLayout::kOffsets32;
    view.values.data = reinterpret_cast<const std::byte*>(data.data());
    view.values.offsets = offsets.data();
    view.values.dataBytes = data.size();
    return view;
  }
  std::vector<char> data;
  std::vector<std::uint32_t> offsets;
};

std::vector<std::string> textsOf(const LeafView& view) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < view.values.count; ++i) {
    texts.emplace_back(reinterpret_cast<const char*>(view.values.data) + view.values.offsets[i],
                       view.values.offsets[i + 1] - view.values.offsets[i]);
  }
  return texts;
}

template <class T>
std::vector<T> numbersOf(const LeafView& view) {
  std::vector<T> values(view.values.count);
  std::memcpy(values.data(), view.values.data, values.size() * sizeof(T));
  return values;
}

std::vector<int> levelsOf(const std::uint8_t* levels, std::size_t count) {
  return {levels, levels + count};
}

TEST(RowGatherTest, numbersOfEachWidthAreCopied) {
  const schema::Schema wide = schemaOf(PhysicalType::kInt64, Repetition::kRequired);
  const std::vector<std::int64_t> a = {1, 2, 3};
  const std::vector<std::int64_t> b = {-1, -2, -3};
  EXPECT_EQ(numbersOf<std::int64_t>(gathered(wide, numbers(a), numbers(b))),
            (std::vector<std::int64_t>{2, -1, -2, 1, 3, -3}));
  const schema::Schema narrow = schemaOf(PhysicalType::kInt32, Repetition::kRequired);
  const std::vector<std::int32_t> c = {1, 2, 3};
  const std::vector<std::int32_t> d = {7, 8, 9};
  EXPECT_EQ(numbersOf<std::int32_t>(gathered(narrow, numbers(c), numbers(d))),
            (std::vector<std::int32_t>{2, 7, 8, 1, 3, 9}));
  schema::Schema triple;
  PF_ASSERT_OK(triple.addLeaf(schema::kRoot, "c", PhysicalType::kFixedLenByteArray,
                              Repetition::kRequired, 3));
  const std::string e = "aaabbbccc";
  const std::string f = "xxxyyyzzz";
  LeafView left;
  left.rows = left.entries = left.values.count = 3;
  LeafView right = left;
  left.values.data = reinterpret_cast<const std::byte*>(e.data());
  right.values.data = reinterpret_cast<const std::byte*>(f.data());
  const LeafView out = gathered(triple, left, right);
  EXPECT_EQ(std::string_view(reinterpret_cast<const char*>(out.values.data), 18),
            "bbbxxxyyyaaaccczzz");
}

TEST(RowGatherTest, shortAndLongTextsAreCopiedAndNothingBehindThemIsRead) {
  const schema::Schema schema = schemaOf(PhysicalType::kByteArray, Repetition::kRequired);
  const std::string longer(100, 'l');
  const Texts a({"", "sixteen bytes...", "end"});
  const Texts b({longer, "b", ""});
  EXPECT_EQ(textsOf(gathered(schema, a.view(), b.view())),
            (std::vector<std::string>{"sixteen bytes...", longer, "b", "", "end", ""}));
}

TEST(RowGatherTest, nullsAreKeptWhetherTheyHaveSlotsOrNot) {
  const schema::Schema schema = schemaOf(PhysicalType::kInt32, Repetition::kOptional);
  const std::vector<std::int32_t> spaced = {1, 0, 3};  // the one in the middle is null
  const std::uint8_t bits[] = {0b101};
  LeafView a = numbers(spaced);
  a.spaced = true;
  a.validity = bits;
  const std::vector<std::int32_t> dense = {8, 9};  // the first is null
  const std::uint8_t levels[] = {0, 1, 1};
  LeafView b = numbers(dense);
  b.rows = b.entries = 3;
  b.definitionLevels = levels;
  const LeafView out = gathered(schema, a, b);
  EXPECT_EQ(numbersOf<std::int32_t>(out), (std::vector<std::int32_t>{8, 1, 3, 9}));
  EXPECT_EQ(levelsOf(out.definitionLevels, 6), (std::vector<int>{0, 0, 1, 1, 1, 1}));
  // Without any null in the batches there are levels all the same: the leaf can be null.
  const std::vector<std::int32_t> whole = {1, 2, 3};
  EXPECT_EQ(levelsOf(gathered(schema, numbers(whole), numbers(whole)).definitionLevels, 6),
            (std::vector<int>{1, 1, 1, 1, 1, 1}));
}

TEST(RowGatherTest, booleansComeFromBitsAndBytes) {
  const schema::Schema schema = schemaOf(PhysicalType::kBoolean, Repetition::kRequired);
  const std::uint8_t bits[] = {0b01000};  // from bit 2 on: 0, 1, 0
  LeafView a;
  a.rows = a.entries = a.values.count = 3;
  a.values.layout = column::ValuesLayout::kBits;
  a.values.bitOffset = 2;
  a.values.data = reinterpret_cast<const std::byte*>(bits);
  const std::uint8_t bytes[] = {1, 0, 1};
  LeafView b;
  b.rows = b.entries = b.values.count = 3;
  b.values.layout = column::ValuesLayout::kByteBooleans;
  b.values.data = reinterpret_cast<const std::byte*>(bytes);
  EXPECT_EQ(numbersOf<std::uint8_t>(gathered(schema, a, b)),
            (std::vector<std::uint8_t>{1, 1, 0, 0, 0, 1}));
}

TEST(RowGatherTest, listsKeepTheirEntries) {
  const schema::Schema schema = schemaOf(PhysicalType::kInt32, Repetition::kRepeated);
  // [1, 2], [], [3]
  const std::vector<std::int32_t> left = {1, 2, 3};
  const std::uint8_t leftDefinition[] = {1, 1, 0, 1};
  const std::uint8_t leftRepetition[] = {0, 1, 0, 0};
  LeafView a = numbers(left);
  a.entries = 4;
  a.definitionLevels = leftDefinition;
  a.repetitionLevels = leftRepetition;
  // [7], [8, 9], []
  const std::vector<std::int32_t> right = {7, 8, 9};
  const std::uint8_t rightDefinition[] = {1, 1, 1, 0};
  const std::uint8_t rightRepetition[] = {0, 0, 1, 0};
  LeafView b = numbers(right);
  b.entries = 4;
  b.definitionLevels = rightDefinition;
  b.repetitionLevels = rightRepetition;
  // [], [7], [8, 9], [1, 2], [3], []
  const LeafView out = gathered(schema, a, b);
  EXPECT_EQ(out.entries, 8U);
  EXPECT_EQ(numbersOf<std::int32_t>(out), (std::vector<std::int32_t>{7, 8, 9, 1, 2, 3}));
  EXPECT_EQ(levelsOf(out.definitionLevels, 8), (std::vector<int>{0, 1, 1, 1, 1, 1, 1, 0}));
  EXPECT_EQ(levelsOf(out.repetitionLevels, 8), (std::vector<int>{0, 0, 0, 1, 0, 1, 0, 0}));
}

}  // namespace
}  // namespace parquet_flow::merge
