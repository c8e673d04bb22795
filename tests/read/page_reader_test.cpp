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

namespace parquet_flow::read {
namespace {

using schema::PhysicalType;
using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

ConstBytes asBytes(const Bytes& bytes) { return constBytes(bytes.data(), bytes.size()); }

schema::Leaf leafOf(PhysicalType type, schema::Repetition repetition) {
  schema::Schema schema;
  (void)*schema.addLeaf(schema::kRoot, "c", type, repetition);
  return schema.leaves()[0];
}

format::PageHeader headerOf(const Bytes& body, std::int32_t entries) {
  format::PageHeader header;
  header.type = format::PageType::DATA_PAGE;
  header.uncompressed_page_size = static_cast<std::int32_t>(body.size());
  header.compressed_page_size = static_cast<std::int32_t>(body.size());
  header.__set_crc(static_cast<std::int32_t>(crc32(0, asBytes(body))));
  format::DataPageHeader data;
  data.num_values = entries;
  data.encoding = format::Encoding::PLAIN;
  data.definition_level_encoding = format::Encoding::RLE;
  data.repetition_level_encoding = format::Encoding::RLE;
  header.__set_data_page_header(data);
  return header;
}

Bytes pageOf(const format::PageHeader& header, const Bytes& body) {
  ByteBuffer bytes;
  format::CompactWriter writer;
  EXPECT_TRUE(writer.write(header, bytes));
  EXPECT_TRUE(bytes.append(asBytes(body)));
  const auto* const data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  return {data, data + bytes.size()};
}

Result<void> readAll(const schema::Leaf& leaf, const Bytes& chunk, std::uint64_t entries,
                     column::LeafBuffer& out, codec::Decompressor* decompressor = nullptr) {
  DecodeScratch scratch;
  PageReader reader(leaf, kPageBytesMaxDefault, scratch);
  reader.begin(asBytes(chunk), 1000, decompressor, entries);
  while (!reader.atEnd()) {
    PF_TRY(reader.next(out));
  }
  return {};
}

Bytes contentsOf(const ByteBuffer& buffer) {
  const auto* const data = reinterpret_cast<const std::uint8_t*>(buffer.data());
  return {data, data + buffer.size()};
}

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
      {"a value too few",
       [&](auto& h, Bytes& b) {
         b.resize(b.size() - 4);
         sum(h, b);
       },
       ErrorCode::kCorrupt, "do not hold 2 values"},
      {"a byte behind the values",
       [&](auto& h, Bytes& b) {
         b.push_back(0);
         sum(h, b);
       },
       ErrorCode::kCorrupt, "1 bytes behind its last value"},
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

}  // namespace
}  // namespace parquet_flow::read
