// Goal: values out of a dictionary count as the entries that they are, nulls and indices past the
// dictionary as none, and whatever stretch is asked for sums up to the whole.
//
// Method: random indices of every width over texts whose lengths are known, in stretches of any
// length, held against a sum one by one.
#include "column/value_bytes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

#include "support/seeded_random.hpp"

namespace parquet_flow::column {
namespace {

using parquet_flow::test::SeededRandom;
using schema::PhysicalType;
using schema::Repetition;

constexpr std::uint64_t kSlots = 3 * EntryBytes::kBlockSlots + 77;

const schema::Schema& textSchema() {
  static const schema::Schema schema = [] {
    schema::Schema made;
    EXPECT_TRUE(made.addLeaf(schema::kRoot, "x", PhysicalType::kByteArray, Repetition::kOptional));
    return made;
  }();
  return schema;
}

// Texts of so many bytes, of which nobody looks at one.
class Texts {
 public:
  explicit Texts(const std::vector<std::uint32_t>& lengths) : lengths_(lengths), offsets_(1) {
    for (const std::uint32_t length : lengths) offsets_.push_back(offsets_.back() + length);
    values_.layout = ValuesLayout::kOffsets32;
    values_.offsets = offsets_.data();
    values_.count = lengths.size();
  }
  Texts(const Texts&) = delete;
  Texts& operator=(const Texts&) = delete;

  [[nodiscard]] const ValuesView& values() const { return values_; }
  // With the offset.
  [[nodiscard]] std::uint64_t bytesOf(std::uint64_t entry) const {
    return entry < lengths_.size() ? 4 + lengths_[entry] : 0;
  }

 private:
  std::vector<std::uint32_t> lengths_;
  std::vector<std::uint32_t> offsets_;
  ValuesView values_;
};

constexpr std::array<std::pair<IndexType, std::uint32_t>, 8> kIndexTypes = {{
    {IndexType::kInt8, 1},
    {IndexType::kUint8, 1},
    {IndexType::kInt16, 2},
    {IndexType::kUint16, 2},
    {IndexType::kInt32, 4},
    {IndexType::kUint32, 4},
    {IndexType::kInt64, 8},
    {IndexType::kUint64, 8},
}};

// Numbers of `width` bytes.
std::vector<std::byte> packed(const std::vector<std::uint64_t>& indices, std::uint32_t width) {
  std::vector<std::byte> bytes(indices.size() * width);
  for (std::size_t i = 0; i < indices.size(); ++i) {
    std::memcpy(bytes.data() + i * width, &indices[i], width);  // little-endian
  }
  return bytes;
}

LeafView viewOf(const ValuesView& dictionary, IndexType type, const std::vector<std::byte>& bytes,
                std::uint64_t slots) {
  LeafView view;
  view.rows = view.entries = view.values.count = slots;
  view.values.layout = ValuesLayout::kIndices;
  view.values.form = SourceForm::kIndices;
  view.values.indexType = type;
  view.values.data = bytes.data();
  view.values.dictionary = &dictionary;
  return view;
}

// `slots`: what each counts.
void expectSums(const LeafView& view, const std::vector<std::uint64_t>& slots,
                SeededRandom& random) {
  const EntryBytes bytes(textSchema().leaves()[0], view);
  std::vector<std::uint64_t> before = {0};
  for (const std::uint64_t slot : slots) before.push_back(before.back() + slot);
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t first = random.below(slots.size() + 1);
    const std::uint64_t end = first + random.below(slots.size() + 1 - first);
    ASSERT_EQ(bytes.between(first, end), before[end] - before[first]) << first << " to " << end;
  }
  EXPECT_EQ(bytes.between(0, slots.size()), before.back());
  EXPECT_EQ(bytes.between(0, 10 * slots.size()), before.back());
}

TEST(EntryBytes, indicesOfAllTypesCountTheirEntries) {
  SeededRandom random;
  for (const std::uint64_t count : {5U, 120U}) {
    std::vector<std::uint32_t> lengths(count);
    for (std::uint32_t& length : lengths) length = static_cast<std::uint32_t>(random.below(1000));
    lengths.front() = 1'000'000;
    const Texts texts(lengths);
    for (const auto& [type, width] : kIndexTypes) {
      // Some are past the dictionary.
      std::vector<std::uint64_t> indices(kSlots);
      std::vector<std::uint64_t> slots;
      for (std::uint64_t& index : indices) {
        index = random.below(count + 4);
        slots.push_back(texts.bytesOf(index));
      }
      const auto bytes = packed(indices, width);
      SCOPED_TRACE(std::to_string(width) + " bytes");
      expectSums(viewOf(texts.values(), type, bytes, kSlots), slots, random);
    }
  }
}

TEST(EntryBytes, indicesFarPastTheDictionaryHaveNoEntry) {
  SeededRandom random;
  const Texts texts({1, 100});
  for (const auto& [type, width] : kIndexTypes) {
    const auto bytes = packed({UINT64_MAX, 1, UINT64_MAX - 1, 0}, width);
    expectSums(viewOf(texts.values(), type, bytes, 4), {0, 104, 0, 5}, random);
  }
}

TEST(EntryBytes, nullsHaveNoEntry) {
  SeededRandom random;
  const Texts texts({3, 50, 700});
  std::vector<std::uint64_t> indices(kSlots);
  std::vector<std::uint64_t> slots(kSlots);
  std::vector<std::uint8_t> levels;  // 0: without a slot, 1: null, 2: present
  std::vector<std::uint8_t> bits(kSlots / 8 + 2);
  const std::uint64_t bitOffset = 5;
  for (std::uint64_t slot = 0; slot < kSlots; ++slot) {
    while (random.below(4) == 0) levels.push_back(0);
    // Stretches without nulls, too.
    const bool isNull = slot / 300 % 2 == 0 && random.below(3) == 0;
    indices[slot] = isNull ? random.bits() : random.below(3);
    slots[slot] = isNull ? 0 : texts.bytesOf(indices[slot]);
    levels.push_back(isNull ? 1 : 2);
    const std::uint64_t bit = bitOffset + slot;
    if (!isNull) bits[bit / 8] = static_cast<std::uint8_t>(bits[bit / 8] | 1U << (bit % 8));
  }
  const auto bytes = packed(indices, 4);
  LeafView view = viewOf(texts.values(), IndexType::kInt32, bytes, kSlots);
  view.spaced = true;
  view.validity = bits.data();
  view.validityBitOffset = bitOffset;
  expectSums(view, slots, random);

  view.validity = nullptr;
  view.entries = levels.size();
  view.definitionLevels = levels.data();
  view.slotDefinitionLevel = 1;
  schema::Schema schema;
  const auto group = schema.addGroup(schema::kRoot, "g", Repetition::kOptional);
  ASSERT_TRUE(group.has_value());
  ASSERT_TRUE(schema.addLeaf(*group, "x", PhysicalType::kByteArray, Repetition::kOptional));
  const EntryBytes leveled(schema.leaves()[0], view);
  std::uint64_t sum = 0;
  for (std::uint64_t slot = 0; slot < kSlots; ++slot) {
    ASSERT_EQ(leveled.between(slot, slot + 1), slots[slot]) << slot;
    sum += slots[slot];
  }
  EXPECT_EQ(leveled.between(0, kSlots), sum);
}

// The entries alone are looked at then: the indices are all the first one.
TEST(EntryBytes, allCountAsTheLargestWhereNoneHasMoreThanAQuarterAboveTheSmallest) {
  const std::vector<std::uint64_t> indices(100, 0);
  const auto bytes = packed(indices, 1);
  const std::array<std::uint8_t, 13> bits = {0xFF, 0xFF, 0x0F};  // 20 of 100
  for (const std::uint32_t largest : {20U, 21U}) {
    // With their offsets texts of 16, 18 and `largest` bytes.
    const Texts texts({16 - 4, 18 - 4, largest - 4});
    const std::uint64_t each = largest == 20 ? 20 : 16;
    LeafView view = viewOf(texts.values(), IndexType::kUint8, bytes, 100);
    EXPECT_EQ(EntryBytes(textSchema().leaves()[0], view).between(0, 100), 100 * each) << largest;
    view.spaced = true;
    view.validity = bits.data();
    const EntryBytes some(textSchema().leaves()[0], view);
    EXPECT_EQ(some.between(0, 100), 20 * each) << largest;
    EXPECT_EQ(some.between(0, 10) + some.between(10, 100), 20 * each) << largest;
  }
}

TEST(EntryBytes, entriesOfOneWidthCountThat) {
  schema::Schema schema;
  ASSERT_TRUE(schema.addLeaf(schema::kRoot, "x", PhysicalType::kInt64, Repetition::kRequired));
  const std::array<std::int64_t, 3> numbers = {1, 2, 3};
  ValuesView dictionary;
  dictionary.data = reinterpret_cast<const std::byte*>(numbers.data());
  dictionary.count = 3;
  const auto bytes = packed({0, 2, 1, 1, 1}, 2);
  const LeafView view = viewOf(dictionary, IndexType::kInt16, bytes, 5);
  EXPECT_EQ(EntryBytes(schema.leaves()[0], view).between(1, 5), 4U * 8);
}

TEST(EntryBytes, ofWhatHasNoDictionaryNoEntryOrNoIndexThereAreNone) {
  const schema::Leaf& leaf = textSchema().leaves()[0];
  const Texts texts({1, 100});
  const auto bytes = packed({0, 1, 1}, 1);
  LeafView view = viewOf(texts.values(), IndexType::kUint8, bytes, 3);
  view.values.data = nullptr;
  EXPECT_EQ(EntryBytes(leaf, view).between(0, 3), 0U);
  const std::array<std::uint32_t, 3> wide = {1, 0, 7};
  view.values.form = SourceForm::kAsLayout;
  view.values.indices = wide.data();
  EXPECT_EQ(EntryBytes(leaf, view).between(0, 3), 104U + 5);
  const Texts none({});
  view.values.dictionary = &none.values();
  EXPECT_EQ(EntryBytes(leaf, view).between(0, 3), 0U);
  view.values = texts.values();
  EXPECT_EQ(EntryBytes(leaf, view).between(0, 2), 0U);
  EXPECT_EQ(EntryBytes().between(0, 3), 0U);
}

}  // namespace
}  // namespace parquet_flow::column
