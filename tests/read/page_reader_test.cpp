// Goal: a page gives the values and levels that its bytes are by the specification; one that lies
// is refused, and what it claims makes no room that its bytes do not account for.
//
// Method: bodies written by hand behind headers filled by hand; one lie at a time.
#include "read/page_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/crc32.hpp"
#include "format/parquet_types.h"
#include "made_pages.hpp"

namespace parquet_flow::read {
namespace {

using schema::PhysicalType;
using test::asBytes;
using test::Bytes;
using test::contentsOf;
using test::dictionaryOf;
using test::headerOf;
using test::leafOf;
using test::pageOf;
using test::readAll;
using test::version2Of;
using testing::HasSubstr;

TEST(PageReader, levelsAndValuesOfAnOptionalColumn) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32, schema::Repetition::kOptional);
  // Definition levels 1 0 1: two bytes, a packed group of 101; then 7 and -1.
  const Bytes body = {2, 0, 0, 0, 0x03, 0x05, 7, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF};
  column::LeafBuffer out(leaf);
  const auto read = readAll(leaf, pageOf(headerOf(body, 3), body), 3, out);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(contentsOf(out.definitionLevels()), (Bytes{1, 0, 1}));
  EXPECT_EQ(contentsOf(out.values()), (Bytes{7, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF}));
}

TEST(PageReader, repetitionLevelsComeBeforeDefinitionLevels) {
  const schema::Leaf leaf = leafOf(PhysicalType::kByteArray, schema::Repetition::kRepeated);
  // Repetition 0 1 0: 0x03, 010; definition 1 1 0: 0x03, 011; then "a" and "bc".
  const Bytes body = {2, 0, 0, 0, 0x03, 0x02, 2, 0, 0, 0,   0x03, 0x03,
                      1, 0, 0, 0, 'a',  2,    0, 0, 0, 'b', 'c'};
  column::LeafBuffer out(leaf);
  const auto read = readAll(leaf, pageOf(headerOf(body, 3), body), 3, out);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(contentsOf(out.repetitionLevels()), (Bytes{0, 1, 0}));
  EXPECT_EQ(contentsOf(out.definitionLevels()), (Bytes{1, 1, 0}));
  EXPECT_EQ(asText(out.values().span()), "abc");
  EXPECT_EQ(contentsOf(out.offsets()), (Bytes{0, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0}));
}

TEST(PageReader, pagesOfAChunkOneAfterTheOther) {
  const schema::Leaf leaf = leafOf(PhysicalType::kBoolean, schema::Repetition::kRequired);
  const Bytes first = {0x05};   // 1 0 1
  const Bytes second = {0x01};  // 1
  Bytes chunk = pageOf(headerOf(first, 3), first);
  const Bytes more = pageOf(headerOf(second, 1), second);
  chunk.insert(chunk.end(), more.begin(), more.end());
  column::LeafBuffer out(leaf);
  ASSERT_TRUE(readAll(leaf, chunk, 4, out));
  EXPECT_EQ(contentsOf(out.values()), (Bytes{1, 0, 1, 1}));
}

struct Lie {
  const char* name;
  std::function<void(format::PageHeader&, Bytes&)> tell;
  ErrorCode code;
  const char* says;
};

TEST(PageReader, aPageThatLiesIsRefused) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32, schema::Repetition::kOptional);
  const auto sum = [](format::PageHeader& header, const Bytes& body) {
    header.uncompressed_page_size = static_cast<std::int32_t>(body.size());
    header.compressed_page_size = static_cast<std::int32_t>(body.size());
    header.__set_crc(static_cast<std::int32_t>(crc32(0, asBytes(body))));
  };
  const Lie lies[] = {
      {"checksum", [](auto&, Bytes& b) { b.back() ^= 1; }, ErrorCode::kCorrupt, "CRC-32"},
      {"longer than its chunk", [](auto& h, Bytes&) { h.compressed_page_size += 1; },
       ErrorCode::kCorrupt, "its chunk has"},
      {"negative size", [](auto& h, Bytes&) { h.compressed_page_size = -1; }, ErrorCode::kCorrupt,
       "-1 bytes"},
      {"negative size before", [](auto& h, Bytes&) { h.uncompressed_page_size = -1; },
       ErrorCode::kCorrupt, "-1 bytes"},
      {"other size before", [](auto& h, Bytes&) { h.uncompressed_page_size += 1; },
       ErrorCode::kCorrupt, "it is not compressed"},
      {"negative entries", [](auto& h, Bytes&) { h.data_page_header.num_values = -1; },
       ErrorCode::kCorrupt, "-1 entries"},
      {"more entries than the chunk", [](auto& h, Bytes&) { h.data_page_header.num_values = 4; },
       ErrorCode::kCorrupt, "4 entries"},
      {"fewer entries than its levels", [](auto& h, Bytes&) { h.data_page_header.num_values = 2; },
       ErrorCode::kCorrupt, "bytes behind its last value"},
      {"a byte behind the values",
       [&](auto& h, Bytes& b) {
         b.push_back(1);
         sum(h, b);
       },
       ErrorCode::kCorrupt, "1 bytes behind its last value"},
      {"a value too few",
       [&](auto& h, Bytes& b) {
         b.resize(b.size() - 4);
         sum(h, b);
       },
       ErrorCode::kCorrupt, "do not hold 2 values"},
      {"levels longer than the page",
       [&](auto& h, Bytes& b) {
         b[3] = 0x7F;
         sum(h, b);
       },
       ErrorCode::kCorrupt, "page at offset 1000"},
      {"bytes behind the levels",
       [&](auto& h, Bytes& b) {
         b[0] = 3;
         sum(h, b);
       },
       ErrorCode::kCorrupt, "1 bytes behind the last level"},
      {"no header of a data page", [](auto& h, Bytes&) { h.__isset.data_page_header = false; },
       ErrorCode::kCorrupt, "without its header"},
      {"an index page", [](auto& h, Bytes&) { h.type = format::PageType::INDEX_PAGE; },
       ErrorCode::kUnsupported, "pages of type 1"},
      {"a page of another type than its header",
       [](auto& h, Bytes&) { h.type = format::PageType::DICTIONARY_PAGE; }, ErrorCode::kCorrupt,
       "a dictionary page without its header"},
      {"a page of the other version",
       [](auto& h, Bytes&) { h.type = format::PageType::DATA_PAGE_V2; }, ErrorCode::kCorrupt,
       "version 2 without its header"},
      {"an encoding that is not known", [](auto& h, Bytes&) { h.data_page_header.encoding = 10; },
       ErrorCode::kUnsupported, "encoding 10"},
      {"an encoding of levels", [](auto& h, Bytes&) { h.data_page_header.encoding = 4; },
       ErrorCode::kUnsupported, "encoding 4"},
      {"an encoding of other types", [](auto& h, Bytes&) { h.data_page_header.encoding = 3; },
       ErrorCode::kCorrupt, "INT32 values in encoding RLE"},
      {"indices without a dictionary", [](auto& h, Bytes&) { h.data_page_header.encoding = 8; },
       ErrorCode::kCorrupt, "its chunk has none"},
      {"levels in an encoding of values",
       [](auto& h, Bytes&) { h.data_page_header.definition_level_encoding = 0; },
       ErrorCode::kCorrupt, "levels in encoding 0"},
  };
  for (const Lie& lie : lies) {
    Bytes body = {2, 0, 0, 0, 0x03, 0x05, 7, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF};
    format::PageHeader header = headerOf(body, 3);
    lie.tell(header, body);
    column::LeafBuffer out(leaf);
    const auto read = readAll(leaf, pageOf(header, body), 3, out);
    ASSERT_FALSE(read) << lie.name;
    EXPECT_EQ(read.error().code(), lie.code) << lie.name << ": " << read.error().message();
    EXPECT_THAT(read.error().message(), HasSubstr(lie.says)) << lie.name;
  }
}

TEST(PageReader, bytesBehindTheLastPageAreRefused) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32, schema::Repetition::kRequired);
  const Bytes body = {1, 0, 0, 0};
  Bytes chunk = pageOf(headerOf(body, 1), body);
  chunk.push_back(0);
  column::LeafBuffer out(leaf);
  EXPECT_THAT(readAll(leaf, chunk, 1, out).error().message(),
              HasSubstr("1 bytes behind the last page"));
}

TEST(PageReader, aFewBytesMakeNoRoomForGibibytes) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32, schema::Repetition::kOptional);
  // A run of 2^31 - 1 nulls: (2^31 - 1) << 1 is FE FF FF FF 0F.
  const Bytes body = {6, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0x00};
  column::LeafBuffer out(leaf);
  const auto entries = readAll(leaf, pageOf(headerOf(body, INT32_MAX), body), INT32_MAX, out);
  EXPECT_EQ(entries.error().code(), ErrorCode::kLimit);

  auto decompressor = std::move(*codec::makeDecompressor(codec::Compression::kGzip));
  format::PageHeader header = headerOf(body, 1);
  header.uncompressed_page_size = 64 << 20;
  const auto inflated = readAll(leaf, pageOf(header, body), 1, out, decompressor.get());
  EXPECT_THAT(inflated.error().message(), HasSubstr("10 bytes cannot inflate to 67108864"));
  header.uncompressed_page_size += 1;
  const auto above = readAll(leaf, pageOf(header, body), 1, out, decompressor.get());
  EXPECT_EQ(above.error().code(), ErrorCode::kLimit);
  EXPECT_LT(out.capacityBytes(), 1U << 20);
}

TEST(PageReader, aRunOfNullsThatIsWithinTheLimitIsRead) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32, schema::Repetition::kOptional);
  // 1 000 000 << 1 = 2 000 000 = 80 89 7A.
  const Bytes body = {4, 0, 0, 0, 0x80, 0x89, 0x7A, 0x00};
  column::LeafBuffer out(leaf);
  const auto read = readAll(leaf, pageOf(headerOf(body, 1'000'000), body), 1'000'000, out);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(contentsOf(out.definitionLevels()), Bytes(1'000'000, 0));
  EXPECT_EQ(out.values().size(), 0U);
}

// Two rows, [7, null] and []: repetition levels 0 1 0 and definition levels 2 1 0 of a repeated
// group with an optional value. Each kind is one packed group: header 1 << 1 | 1 = 3; 1 bit a
// level, 0b010 = 02; 2 bits a level, 0b00'01'10 = 06 00.
struct ListPage {
  ListPage() {
    const auto group = *schema.addGroup(schema::kRoot, "g", schema::Repetition::kRepeated);
    (void)*schema.addLeaf(group, "c", PhysicalType::kInt32, schema::Repetition::kOptional);
    header = version2Of(body, 3);
    header.data_page_header_v2.num_nulls = 2;
    header.data_page_header_v2.num_rows = 2;
    header.data_page_header_v2.repetition_levels_byte_length = 2;
    header.data_page_header_v2.definition_levels_byte_length = 3;
  }
  schema::Schema schema;
  Bytes body = {0x03, 0x02, 0x03, 0x06, 0x00, 7, 0, 0, 0};
  format::PageHeader header;
};

TEST(PageReader, version2HasItsLevelsWhereItsHeaderSays) {
  const ListPage page;
  const schema::Leaf& leaf = page.schema.leaves()[0];
  column::LeafBuffer out(leaf);
  const auto read = readAll(leaf, pageOf(page.header, page.body), 3, out);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(contentsOf(out.repetitionLevels()), (Bytes{0, 1, 0}));
  EXPECT_EQ(contentsOf(out.definitionLevels()), (Bytes{2, 1, 0}));
  EXPECT_EQ(contentsOf(out.values()), (Bytes{7, 0, 0, 0}));
}

TEST(PageReader, aPageOfVersion2ThatLiesIsRefused) {
  struct Version2Lie {
    const char* name;
    std::function<void(format::DataPageHeaderV2&, Bytes&)> tell;
    const char* says;
  };
  const Version2Lie lies[] = {
      {"fewer rows", [](auto& h, Bytes&) { h.num_rows = 1; }, "says 1 rows, its levels 2"},
      {"negative rows", [](auto& h, Bytes&) { h.num_rows = -1; }, "says -1 rows"},
      {"fewer nulls", [](auto& h, Bytes&) { h.num_nulls = 1; }, "says 1 nulls, its levels 2"},
      {"negative nulls", [](auto& h, Bytes&) { h.num_nulls = -1; }, "says -1 nulls"},
      {"more entries", [](auto& h, Bytes&) { h.num_values = 4; }, "4 entries"},
      {"negative levels", [](auto& h, Bytes&) { h.repetition_levels_byte_length = -1; },
       "its levels have -1 and 3 bytes"},
      {"negative levels that make up for the others",
       [](auto& h, Bytes&) {
         h.repetition_levels_byte_length = 8;
         h.definition_levels_byte_length = -3;
       },
       "its levels have 8 and -3 bytes"},
      {"levels past the page", [](auto& h, Bytes&) { h.definition_levels_byte_length = 8; },
       "of 9 that were 9"},
      {"levels as long as can be",
       [](auto& h, Bytes&) {
         h.repetition_levels_byte_length = INT32_MAX;
         h.definition_levels_byte_length = INT32_MAX;
       },
       "its levels have 2147483647"},
      {"a byte of values among the levels",
       [](auto& h, Bytes&) { h.definition_levels_byte_length = 4; },
       "1 bytes behind the last level"},
      {"a row that begins in the middle", [](auto&, Bytes& b) { b[1] = 0x03; },
       "its first entry does not begin a row"},
  };
  for (const Version2Lie& lie : lies) {
    ListPage page;
    lie.tell(page.header.data_page_header_v2, page.body);
    page.header.crc = static_cast<std::int32_t>(crc32(0, asBytes(page.body)));
    const schema::Leaf& leaf = page.schema.leaves()[0];
    column::LeafBuffer out(leaf);
    const auto read = readAll(leaf, pageOf(page.header, page.body), 3, out);
    ASSERT_FALSE(read) << lie.name;
    EXPECT_EQ(read.error().code(), ErrorCode::kCorrupt) << lie.name;
    EXPECT_THAT(read.error().message(), HasSubstr(lie.says)) << lie.name;
  }
}

// The four values that follow the levels as a stored block of deflate: RFC 1951, 3.2.4, in a member
// of RFC 1952 with the CRC-32 and the length of its content.
TEST(PageReader, version2IsCompressedUnlessItSaysOtherwise) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32, schema::Repetition::kOptional);
  const Bytes plain = {7, 0, 0, 0};
  const std::uint32_t sum = crc32(0, asBytes(plain));
  Bytes body = {0x03, 0x01, 0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 1, 4, 0, 0xFB, 0xFF, 7, 0, 0, 0};
  for (int i = 0; i < 4; ++i) {
    body.push_back(static_cast<std::uint8_t>(sum >> 8 * i));
  }
  body.insert(body.end(), {4, 0, 0, 0});
  const auto decompressor = std::move(*codec::makeDecompressor(codec::Compression::kGzip));
  format::PageHeader header = version2Of(body, 1);
  header.uncompressed_page_size = 6;
  header.data_page_header_v2.definition_levels_byte_length = 2;
  column::LeafBuffer out(leaf);
  const auto read = readAll(leaf, pageOf(header, body), 1, out, decompressor.get());
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(contentsOf(out.values()), plain);

  out.clear();
  const Bytes stored = {0x03, 0x01, 7, 0, 0, 0};
  header = version2Of(stored, 1);
  header.data_page_header_v2.definition_levels_byte_length = 2;
  header.data_page_header_v2.__set_is_compressed(false);
  ASSERT_TRUE(readAll(leaf, pageOf(header, stored), 1, out, decompressor.get()));
  EXPECT_EQ(contentsOf(out.values()), plain);
  header.data_page_header_v2.__set_is_compressed(true);
  EXPECT_FALSE(readAll(leaf, pageOf(header, stored), 1, out, decompressor.get()));
}

// Encodings.md, BIT_PACKED: from the most significant bit, without a length. Levels 1 0 1 are A0.
TEST(PageReader, bitPackedLevelsOfOldFiles) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32, schema::Repetition::kOptional);
  const Bytes body = {0xA0, 7, 0, 0, 0, 8, 0, 0, 0};
  format::PageHeader header = headerOf(body, 3);
  header.data_page_header.definition_level_encoding = format::Encoding::BIT_PACKED;
  column::LeafBuffer out(leaf);
  const auto read = readAll(leaf, pageOf(header, body), 3, out);
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(contentsOf(out.definitionLevels()), (Bytes{1, 0, 1}));
  EXPECT_EQ(contentsOf(out.values()), (Bytes{7, 0, 0, 0, 8, 0, 0, 0}));
}

TEST(PageReader, theDictionaryPageIsTheFirstAndTheOnlyOne) {
  const schema::Leaf leaf = leafOf(PhysicalType::kInt32, schema::Repetition::kRequired);
  const Bytes entries = {7, 0, 0, 0};
  const Bytes dictionary = pageOf(dictionaryOf(entries, 1), entries);
  const Bytes plain = {9, 0, 0, 0};
  const Bytes data = pageOf(headerOf(plain, 1), plain);
  const auto refusal = [&](const Bytes& chunk) {
    column::LeafBuffer out(leaf);
    const auto read = readAll(leaf, chunk, 2, out);
    EXPECT_EQ(read.error().code(), ErrorCode::kCorrupt);
    return read.error().message();
  };
  EXPECT_THAT(refusal(test::concat({dictionary, dictionary, data, data})),
              HasSubstr("a second dictionary page"));
  EXPECT_THAT(refusal(test::concat({data, dictionary, data})),
              HasSubstr("a dictionary page behind data pages"));
  EXPECT_THAT(refusal(test::concat({dictionary, data})), HasSubstr("page at offset"));
}

}  // namespace
}  // namespace parquet_flow::read
