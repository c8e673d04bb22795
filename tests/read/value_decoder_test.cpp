// Goal: values in each encoding are those that the specification gives; what does not add up is
// refused, and no few bytes make room for more than the limit.
//
// Method: pages of version 1 of a required column, their bodies written by hand from Encodings.md.
#include "read/value_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "made_pages.hpp"

namespace parquet_flow::read {
namespace {

using encoding::Encoding;
using schema::PhysicalType;
using schema::Repetition;
using test::Bytes;
using test::contentsOf;
using testing::HasSubstr;

Bytes dataPage(Encoding encoding, const Bytes& body, std::int32_t entries) {
  format::PageHeader header = test::headerOf(body, entries);
  header.data_page_header.encoding = static_cast<std::int32_t>(encoding);
  return test::pageOf(header, body);
}

Bytes dictionaryPage(const Bytes& body, std::int32_t count) {
  return test::pageOf(test::dictionaryOf(body, count), body);
}

// One page of `entries` values, behind that of a dictionary where there is one.
Result<void> read(const schema::Leaf& leaf, const Bytes& chunk, std::uint64_t entries,
                  column::LeafBuffer& out) {
  return test::readAll(leaf, chunk, entries, out);
}

struct Case {
  const char* name;
  PhysicalType type;
  std::uint32_t typeLength;
  Encoding encoding;
  Bytes body;
  std::int32_t entries;
  Bytes values;
};

// DELTA_BINARY_PACKED of 1 2 3: blocks of 128 (varint 80 01), 4 miniblocks, 3 values, the first 1
// (zigzag 2); the block: least delta 1 (zigzag 2), widths 0 0 0 0. Of lengths likewise.
const std::vector<Case>& cases() {
  static const std::vector<Case> kCases = {
      {"RLE of booleans: a length, and a run of three times 1",
       PhysicalType::kBoolean,
       0,
       Encoding::kRle,
       {2, 0, 0, 0, 0x06, 1},
       3,
       {1, 1, 1}},
      {"INT32 deltas",
       PhysicalType::kInt32,
       0,
       Encoding::kDeltaBinaryPacked,
       {0x80, 0x01, 4, 3, 2, 2, 0, 0, 0, 0},
       3,
       {1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}},
      {"INT64 deltas",
       PhysicalType::kInt64,
       0,
       Encoding::kDeltaBinaryPacked,
       {0x80, 0x01, 4, 2, 2, 2, 0, 0, 0, 0},
       2,
       {1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0}},
      {"lengths 1 2 3, then the bytes",
       PhysicalType::kByteArray,
       0,
       Encoding::kDeltaLengthByteArray,
       {0x80, 0x01, 4, 3, 2, 2, 0, 0, 0, 0, 'a', 'b', 'c', 'd', 'e', 'f'},
       3,
       {'a', 'b', 'c', 'd', 'e', 'f'}},
      {"prefixes 0 1 (zigzag 0, then a delta of 1), suffixes 2 1",
       PhysicalType::kByteArray,
       0,
       Encoding::kDeltaByteArray,
       {0x80, 0x01, 4, 2, 0, 2, 0, 0, 0, 0, 0x80, 0x01, 4, 2, 4, 1, 0, 0, 0, 0, 'a', 'b', 'c'},
       2,
       {'a', 'b', 'a', 'c'}},
      {"the same of fixed length",
       PhysicalType::kFixedLenByteArray,
       2,
       Encoding::kDeltaByteArray,
       {0x80, 0x01, 4, 2, 0, 2, 0, 0, 0, 0, 0x80, 0x01, 4, 2, 4, 1, 0, 0, 0, 0, 'a', 'b', 'c'},
       2,
       {'a', 'b', 'a', 'c'}},
      {"first the first bytes",
       PhysicalType::kFloat,
       0,
       Encoding::kByteStreamSplit,
       {1, 5, 2, 6, 3, 7, 4, 8},
       2,
       {1, 2, 3, 4, 5, 6, 7, 8}},
  };
  return kCases;
}

TEST(ValueDecoder, eachEncodingGivesTheValues) {
  for (const Case& one : cases()) {
    const schema::Leaf leaf = test::leafOf(one.type, Repetition::kRequired, one.typeLength);
    column::LeafBuffer out(leaf);
    const auto done = read(leaf, dataPage(one.encoding, one.body, one.entries),
                           static_cast<std::uint64_t>(one.entries), out);
    ASSERT_TRUE(done) << one.name << ": " << done.error().message();
    EXPECT_EQ(contentsOf(out.values()), one.values) << one.name;

    // Each byte less is not a page.
    for (std::size_t bytes = 0; bytes < one.body.size(); ++bytes) {
      Bytes body = one.body;
      body.resize(bytes);
      out.clear();
      const auto refused = read(leaf, dataPage(one.encoding, body, one.entries),
                                static_cast<std::uint64_t>(one.entries), out);
      ASSERT_FALSE(refused) << one.name << ", " << body.size();
      EXPECT_EQ(refused.error().code(), ErrorCode::kCorrupt) << one.name << ", " << body.size();
    }
  }
}

// As fastparquet leaves them. Where streams begin depends on how many bytes there are, or values.
TEST(ValueDecoder, bytesBehindTheLastValueAreNobodys) {
  for (const Case& one : cases()) {
    const schema::Leaf leaf = test::leafOf(one.type, Repetition::kRequired, one.typeLength);
    Bytes body = one.body;
    body.resize(body.size() + 8, 0);
    DecodeScratch scratch;
    ValueDecoder decoder(leaf, 1 << 20, scratch);
    column::LeafBuffer out(leaf);
    const auto done = decoder.decode(static_cast<std::int32_t>(one.encoding), test::asBytes(body),
                                     static_cast<std::uint64_t>(one.entries), out);
    if (one.encoding == Encoding::kByteStreamSplit) {
      ASSERT_FALSE(done) << one.name;
      EXPECT_THAT(done.error().message(), HasSubstr("8 bytes behind its last value")) << one.name;
      continue;
    }
    ASSERT_TRUE(done) << one.name << ": " << done.error().message();
    EXPECT_EQ(contentsOf(out.values()), one.values) << one.name;
    EXPECT_EQ(decoder.bytesLeft(), 8U) << one.name;
  }
}

TEST(ValueDecoder, anEncodingThatTheTypeDoesNotHaveIsRefused) {
  for (const PhysicalType type : {PhysicalType::kBoolean, PhysicalType::kInt96,
                                  PhysicalType::kDouble, PhysicalType::kByteArray}) {
    const schema::Leaf leaf = test::leafOf(type, Repetition::kRequired);
    const Encoding encoding =
        type == PhysicalType::kByteArray ? Encoding::kByteStreamSplit : Encoding::kDeltaByteArray;
    column::LeafBuffer out(leaf);
    const auto done = read(leaf, dataPage(encoding, Bytes(12), 1), 1, out);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), ErrorCode::kCorrupt);
    EXPECT_THAT(done.error().message(), HasSubstr("values in encoding"));
  }
}

// Indices of 1 bit: one packed group (header 3), 0b101.
const Bytes kIndices = {1, 0x03, 0x05};

TEST(ValueDecoder, indicesAreIntoTheDictionary) {
  const schema::Leaf numbers = test::leafOf(PhysicalType::kInt32, Repetition::kRequired);
  for (const Encoding encoding : {Encoding::kPlainDictionary, Encoding::kRleDictionary}) {
    column::LeafBuffer out(numbers);
    const auto done = read(numbers,
                           test::concat({dictionaryPage({7, 0, 0, 0, 8, 0, 0, 0}, 2),
                                         dataPage(encoding, kIndices, 3)}),
                           3, out);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(contentsOf(out.values()), (Bytes{8, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0}));
  }
  const schema::Leaf strings = test::leafOf(PhysicalType::kByteArray, Repetition::kRequired);
  column::LeafBuffer out(strings);
  const Bytes entries = {0, 0, 0, 0, 2, 0, 0, 0, 'a', 'b'};
  ASSERT_TRUE(read(
      strings,
      test::concat({dictionaryPage(entries, 2), dataPage(Encoding::kRleDictionary, kIndices, 3)}),
      3, out));
  EXPECT_EQ(contentsOf(out.values()), (Bytes{'a', 'b', 'a', 'b'}));
  EXPECT_EQ(contentsOf(out.offsets()), (Bytes{0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0}));
}

// fastparquet's page of nulls: a width, a packed run of no groups, and its eight zeros.
TEST(ValueDecoder, aPageOfNullsMayHaveARunOfNoGroups) {
  for (const PhysicalType type : {PhysicalType::kInt32, PhysicalType::kByteArray}) {
    const schema::Leaf leaf = test::leafOf(type, Repetition::kOptional);
    DecodeScratch scratch;
    ValueDecoder decoder(leaf, 1 << 20, scratch);
    ASSERT_TRUE(decoder.setDictionary({}, 0));
    column::LeafBuffer out(leaf);
    const auto encoding = static_cast<std::int32_t>(Encoding::kRleDictionary);
    const Bytes page = {8, 0x01, 0, 0, 0, 0, 0, 0, 0, 0};
    const auto done = decoder.decode(encoding, test::asBytes(page), 0, out);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(decoder.bytesLeft(), 8U);
    EXPECT_EQ(out.values().size(), 0U);
    const Bytes group = {8, 0x03, 1, 1, 1, 1, 1, 1, 1, 1};  // a run of values that are not counted
    EXPECT_FALSE(decoder.decode(encoding, test::asBytes(group), 0, out));
  }
}

TEST(ValueDecoder, bytesBehindTheIndicesAreNobodys) {
  Bytes indices = kIndices;
  indices.resize(indices.size() + 8, 0);
  const Bytes texts = {1, 0, 0, 0, 'a', 1, 0, 0, 0, 'b'};
  for (const PhysicalType type : {PhysicalType::kInt32, PhysicalType::kByteArray}) {
    const schema::Leaf leaf = test::leafOf(type, Repetition::kRequired);
    const bool isText = type == PhysicalType::kByteArray;
    column::LeafBuffer out(leaf);
    const auto done =
        read(leaf,
             test::concat({dictionaryPage(isText ? texts : Bytes{7, 0, 0, 0, 8, 0, 0, 0}, 2),
                           dataPage(Encoding::kRleDictionary, indices, 3)}),
             3, out);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(contentsOf(out.values()),
              isText ? Bytes({'b', 'a', 'b'}) : Bytes({8, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0}));
  }
}

TEST(ValueDecoder, aPageOfNullsNeedsNoDictionary) {
  for (const PhysicalType type : {PhysicalType::kByteArray, PhysicalType::kInt64}) {
    const schema::Leaf leaf = test::leafOf(type, Repetition::kOptional);
    column::LeafBuffer out(leaf);
    // Three levels of 0: a length, and a run; then the width of no indices.
    const auto done =
        read(leaf, dataPage(Encoding::kRleDictionary, {2, 0, 0, 0, 0x06, 0, 0}, 3), 3, out);
    ASSERT_TRUE(done) << done.error().message();
    EXPECT_EQ(contentsOf(out.definitionLevels()), (Bytes{0, 0, 0}));
    EXPECT_TRUE(out.values().empty());
  }
}

TEST(ValueDecoder, aDictionaryThatLiesIsRefused) {
  struct Lie {
    const char* name;
    Bytes chunk;
    const char* says;
  };
  const Bytes two = {7, 0, 0, 0, 8, 0, 0, 0};
  const Bytes data = dataPage(Encoding::kRleDictionary, kIndices, 3);
  format::PageHeader rle = test::dictionaryOf(two, 2);
  rle.dictionary_page_header.encoding = format::Encoding::RLE;
  const Lie lies[] = {
      {"missing", data, "its chunk has none"},
      {"an index past it", test::concat({dictionaryPage({7, 0, 0, 0}, 1), data}), "index 1"},
      {"empty", test::concat({dictionaryPage({}, 0), data}), "index 0"},
      {"more values than its page has", dictionaryPage(two, 3), "8 bytes do not hold 3 values"},
      {"fewer than an index", test::concat({dictionaryPage(two, 1), data}), "index 1"},
      {"a negative count", dictionaryPage(two, -1), "a dictionary of -1 values"},
      {"as many as can be", dictionaryPage(two, INT32_MAX), "do not hold 2147483647 values"},
      {"in another encoding", test::pageOf(rle, two), "a dictionary in encoding 3"},
      {"a bit width above 32",
       test::concat(
           {dictionaryPage(two, 2), dataPage(Encoding::kRleDictionary, {33, 0x03, 0x05}, 3)}),
       "33 bits"},
  };
  const schema::Leaf leaf = test::leafOf(PhysicalType::kInt32, Repetition::kRequired);
  for (const Lie& lie : lies) {
    column::LeafBuffer out(leaf);
    const auto done = read(leaf, lie.chunk, 3, out);
    ASSERT_FALSE(done) << lie.name;
    EXPECT_EQ(done.error().code(), ErrorCode::kCorrupt) << lie.name;
    EXPECT_THAT(done.error().message(), HasSubstr(lie.says)) << lie.name;
  }
}

// In each case so many values of so few bytes that they would take gibibytes.
TEST(ValueDecoder, aFewBytesMakeNoRoomForGibibytes) {
  struct Bomb {
    const char* name;
    PhysicalType type;
    std::uint32_t typeLength;
    Bytes chunk;
    std::int32_t entries;
  };
  // 2^26 entries, as many as are taken at all: varint 80 80 80 20; a run of them has the header
  // 2^27, varint 80 80 80 40.
  constexpr std::int32_t kEntries = 1 << 26;
  const Bytes deltas = {0x80, 0x01, 4, 0x80, 0x80, 0x80, 0x20, 0, 0, 0, 0, 0, 0};
  const Bytes run = {1, 0x80, 0x80, 0x80, 0x40, 0};
  Bytes longString(4 + 1024, 'x');
  longString[0] = 0;
  longString[1] = 4;
  longString[2] = longString[3] = 0;
  const Bomb bombs[] = {
      {"equal deltas", PhysicalType::kInt64, 0,
       dataPage(Encoding::kDeltaBinaryPacked, deltas, kEntries), kEntries},
      {"lengths of 0", PhysicalType::kByteArray, 0,
       dataPage(Encoding::kDeltaLengthByteArray, deltas, kEntries), kEntries},
      {"prefixes of 0", PhysicalType::kByteArray, 0,
       dataPage(Encoding::kDeltaByteArray, deltas, kEntries), kEntries},
      {"fixed values that are all prefix", PhysicalType::kFixedLenByteArray, 1 << 10,
       dataPage(Encoding::kDeltaByteArray, deltas, kEntries), kEntries},
      {"one index again and again", PhysicalType::kInt64, 0,
       test::concat(
           {dictionaryPage(Bytes(8), 1), dataPage(Encoding::kRleDictionary, run, kEntries)}),
       kEntries},
      // 2^17 values of 2^10 bytes; the run's header is 2^18, varint 80 80 10.
      {"one string again and again", PhysicalType::kByteArray, 0,
       test::concat({dictionaryPage(longString, 1),
                     dataPage(Encoding::kRleDictionary, {1, 0x80, 0x80, 0x10, 0}, 1 << 17)}),
       1 << 17},
  };
  for (const Bomb& bomb : bombs) {
    const schema::Leaf leaf = test::leafOf(bomb.type, Repetition::kRequired, bomb.typeLength);
    column::LeafBuffer out(leaf);
    const auto done = read(leaf, bomb.chunk, static_cast<std::uint64_t>(bomb.entries), out);
    ASSERT_FALSE(done) << bomb.name;
    EXPECT_EQ(done.error().code(), ErrorCode::kLimit) << bomb.name << done.error().message();
    EXPECT_LT(out.capacityBytes(), 1U << 20) << bomb.name;
  }
}

}  // namespace
}  // namespace parquet_flow::read
