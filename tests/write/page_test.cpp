// Goal: pages as the specification has them, for each physical type and repetition, whatever the
// layout of the source. Method: bodies written by hand (levels with their sums, values), the CRC
// taken again by zlib; layouts of the same rows must give the same bytes.
#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <vector>

#include "codec/codec.hpp"
#include "encoded_pages.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using column::ValuesLayout;
using schema::PhysicalType;
using schema::Repetition;
using test::Bytes;
using test::bytesOf;
using test::concat;
using test::OneColumn;
using test::Page;

std::int32_t zlibCrc(const Bytes& bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  return static_cast<std::int32_t>(::crc32(0, data, static_cast<uInt>(bytes.size())));
}

// The one page of a chunk, its header checked against its body.
Page onePage(const EncodedColumnChunk& chunk) {
  std::vector<Page> pages = test::pagesOf(chunk);
  EXPECT_EQ(pages.size(), 1U);
  EXPECT_EQ(chunk.pages.size(), 1U);
  if (pages.empty()) {
    return {};
  }
  const format::PageHeader& header = pages[0].header;
  EXPECT_EQ(header.type, +format::PageType::DATA_PAGE);
  EXPECT_TRUE(header.__isset.crc);
  EXPECT_EQ(header.crc, zlibCrc(pages[0].body));
  EXPECT_EQ(header.data_page_header.encoding, +format::Encoding::PLAIN);
  EXPECT_EQ(header.data_page_header.definition_level_encoding, +format::Encoding::RLE);
  EXPECT_EQ(header.data_page_header.repetition_level_encoding, +format::Encoding::RLE);
  EXPECT_EQ(static_cast<std::uint64_t>(header.data_page_header.num_values), chunk.entries);
  EXPECT_EQ(chunk.compressedBytes, pages[0].headerBytes + pages[0].body.size());
  EXPECT_EQ(chunk.uncompressedBytes,
            pages[0].headerBytes + static_cast<std::uint64_t>(header.uncompressed_page_size));
  return std::move(pages[0]);
}

Page encodeOne(const OneColumn& column, const LeafView& view,
               const WriterOptions& options = test::plainPages()) {
  EncodedColumnChunk chunk;
  PF_EXPECT_OK(test::encodeChunk(column.leaf(), options, {view}, chunk));
  return onePage(chunk);
}

TEST(Page, ofRequiredIntegersIsTheValuesAlone) {
  const OneColumn column(PhysicalType::kInt32, Repetition::kRequired);
  const std::vector<std::int32_t> values = {1, -1, 258};
  const Page page = encodeOne(column, test::fixedView(values));
  EXPECT_EQ(page.body, bytesOf({1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 2, 1, 0, 0}));
  EXPECT_EQ(page.header.uncompressed_page_size, 12);
}

TEST(Page, ofStringsHasALengthBeforeEach) {
  const OneColumn column(PhysicalType::kByteArray, Repetition::kRequired);
  const test::Strings strings({"ab", "", "xyz"});
  const Page page = encodeOne(column, strings.view());
  EXPECT_EQ(page.body, concat({bytesOf({2, 0, 0, 0}), test::textBytes("ab"), bytesOf({0, 0, 0, 0}),
                               bytesOf({3, 0, 0, 0}), test::textBytes("xyz")}));
}

TEST(Page, ofBooleansIsBitsFromTheLowest) {
  const OneColumn column(PhysicalType::kBoolean, Repetition::kRequired);
  const std::array<std::uint8_t, 10> values = {1, 0, 1, 1, 0, 0, 0, 7, 0, 1};
  LeafView view;
  view.rows = view.entries = view.values.count = values.size();
  view.values.layout = ValuesLayout::kByteBooleans;
  view.values.data = reinterpret_cast<const std::byte*>(values.data());
  EXPECT_EQ(encodeOne(column, view).body, bytesOf({0b1000'1101, 0b10}));

  // The same from bits, the first of them bit 3.
  const std::array<std::uint8_t, 2> bits = {0b0110'1000, 0b1'0100};
  view.values.layout = ValuesLayout::kBits;
  view.values.data = reinterpret_cast<const std::byte*>(bits.data());
  view.values.bitOffset = 3;
  EXPECT_EQ(encodeOne(column, view).body, bytesOf({0b1000'1101, 0b10}));
}

TEST(Page, ofFixedBytesAndOfInt96IsTheBytes) {
  const std::string bytes = "abcdefghijklmnopqrstuvwx";
  LeafView view;
  view.values.data = reinterpret_cast<const std::byte*>(bytes.data());
  const OneColumn threes(PhysicalType::kFixedLenByteArray, Repetition::kRequired, 3);
  view.rows = view.entries = view.values.count = 8;
  EXPECT_EQ(encodeOne(threes, view).body, test::textBytes(bytes));
  const OneColumn int96(PhysicalType::kInt96, Repetition::kRequired);
  view.rows = view.entries = view.values.count = 2;
  const Page page = encodeOne(int96, view);
  EXPECT_EQ(page.body, test::textBytes(bytes));
  // INT96 has no order: a null count, but no bounds.
  EXPECT_TRUE(page.header.data_page_header.statistics.__isset.null_count);
  EXPECT_FALSE(page.header.data_page_header.statistics.__isset.min_value);
}

// Levels 1 0 1 1 0: one bit-packed group, header 1 << 1 | 1 = 3, bits 0b01101; its length is 2.
TEST(Page, ofNullableValuesHasLevelsInFront) {
  const OneColumn column(PhysicalType::kInt32, Repetition::kOptional);
  const Bytes expected = concat(
      {bytesOf({2, 0, 0, 0, 0x03, 0b0'1101}), bytesOf({5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0})});
  const std::vector<std::uint8_t> levels = {1, 0, 1, 1, 0};
  const std::vector<std::int32_t> dense = {5, 6, 7};
  LeafView view = test::fixedView(dense);
  view.rows = view.entries = 5;
  view.definitionLevels = levels.data();
  const Page page = encodeOne(column, view);
  EXPECT_EQ(page.body, expected);
  EXPECT_EQ(page.header.data_page_header.num_values, 5);
  EXPECT_EQ(page.header.data_page_header.statistics.null_count, 2);

  // A slot for each entry, and what stands at the nulls is not looked at.
  const std::vector<std::int32_t> spaced = {5, -99, 6, 7, 99};
  const std::array<std::uint8_t, 1> bitmap = {0b0011'0100};  // from bit 2
  view = test::fixedView(spaced);
  view.spaced = true;
  view.validity = bitmap.data();
  view.validityBitOffset = 2;
  const Page fromBitmap = encodeOne(column, view);
  EXPECT_EQ(fromBitmap.body, expected);
  EXPECT_EQ(fromBitmap.header.data_page_header.statistics.max_value, std::string("\x07\0\0\0", 4));
}

// All present: one RLE run, header 100 << 1 = 200 = 1 * 128 + 72, level 1.
TEST(Page, ofOptionalValuesWithoutNullsHasOneRunOfLevels) {
  const OneColumn column(PhysicalType::kDouble, Repetition::kOptional);
  const std::vector<double> values(100, 0.5);
  const Page page = encodeOne(column, test::fixedView(values));
  EXPECT_EQ(Bytes(page.body.begin(), page.body.begin() + 7), bytesOf({3, 0, 0, 0, 0xC8, 0x01, 1}));
  EXPECT_EQ(page.body.size(), 7 + 800U);
}

// Four times level 0: an RLE run, header 4 << 1.
TEST(Page, ofNullsAloneHasNoValuesAndNoBounds) {
  const OneColumn column(PhysicalType::kByteArray, Repetition::kOptional);
  const std::vector<std::uint8_t> levels(4, 0);
  LeafView view;
  view.rows = view.entries = 4;
  view.values.layout = ValuesLayout::kOffsets32;
  view.definitionLevels = levels.data();
  const Page page = encodeOne(column, view);
  EXPECT_EQ(page.body, bytesOf({2, 0, 0, 0, 4 << 1, 0}));
  EXPECT_EQ(page.header.data_page_header.statistics.null_count, 4);
  EXPECT_FALSE(page.header.data_page_header.statistics.__isset.max_value);
}

// A list of optional int32 that may be null: repetition up to 1, definition up to 3.
//   [7, null]  r 0 1  d 3 2
//   []         r 0    d 1
//   null       r 0    d 0
// Repetition 0 1 0 0: 0b0010. Definition 3 2 1 0 at two bits: 0b00'01'10'11 = 0x1B, and the group
// is of eight, so a second byte of zeros.
TEST(Page, ofAListHasRepetitionThenDefinitionLevels) {
  auto schema = std::make_shared<schema::Schema>();
  PF_ASSERT_OK_ASSIGN(const std::uint32_t list,
                      schema->addList(schema::kRoot, "l", Repetition::kOptional));
  PF_ASSERT_OK(schema->addLeaf(list, "element", PhysicalType::kInt32, Repetition::kOptional));
  const std::vector<std::uint8_t> repetition = {0, 1, 0, 0};
  const std::vector<std::uint8_t> definition = {3, 2, 1, 0};
  const std::vector<std::int32_t> values = {7};
  LeafView view = test::fixedView(values);
  view.rows = 3;
  view.entries = 4;
  view.repetitionLevels = repetition.data();
  view.definitionLevels = definition.data();
  EncodedColumnChunk chunk;
  PF_ASSERT_OK(test::encodeChunk(schema->leaves()[0], test::plainPages(), {view}, chunk));
  const Page page = onePage(chunk);
  EXPECT_EQ(page.body, concat({bytesOf({2, 0, 0, 0, 0x03, 0b0010}),
                               bytesOf({3, 0, 0, 0, 0x03, 0x1B, 0x00}), bytesOf({7, 0, 0, 0})}));
  EXPECT_EQ(page.header.data_page_header.num_values, 4);
  // Entries without a value: the null, the empty list, the null list.
  EXPECT_EQ(page.header.data_page_header.statistics.null_count, 3);
}

TEST(Page, compressedIsLevelsAndValuesInOnePiece) {
  const OneColumn column(PhysicalType::kInt64, Repetition::kOptional);
  WriterOptions options = test::plainPages();
  options.column.compression = codec::Compression::kGzip;
  std::vector<std::int64_t> values(5000);
  std::vector<std::uint8_t> levels(7500);
  for (std::size_t i = 0; i < levels.size(); ++i) {
    levels[i] = i % 3 == 0 ? 0 : 1;
  }
  LeafView view = test::fixedView(values);
  view.rows = view.entries = levels.size();
  view.definitionLevels = levels.data();
  const Page plain = encodeOne(column, view);
  const Page page = encodeOne(column, view, options);
  EXPECT_EQ(page.header.uncompressed_page_size, static_cast<std::int32_t>(plain.body.size()));
  EXPECT_LT(page.body.size(), plain.body.size() / 4);
  PF_ASSERT_OK_ASSIGN(const auto decompressor, codec::makeDecompressor(codec::Compression::kGzip));
  Bytes decompressed(plain.body.size());
  PF_ASSERT_OK(decompressor->decompress(page.body, decompressed));
  EXPECT_EQ(decompressed, plain.body);
}

TEST(Page, withoutCrcOrStatisticsHasNeither) {
  const OneColumn column(PhysicalType::kInt32, Repetition::kRequired);
  const std::vector<std::int32_t> values = {1, 2};
  WriterOptions options = test::plainPages();
  options.crc = false;
  options.column.statistics = false;
  EncodedColumnChunk chunk;
  PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {test::fixedView(values)}, chunk));
  const std::vector<Page> pages = test::pagesOf(chunk);
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_FALSE(pages[0].header.__isset.crc);
  EXPECT_FALSE(pages[0].header.data_page_header.__isset.statistics);
  EXPECT_FALSE(chunk.hasStatistics);
}

TEST(Page, ofLargeFixedValuesBorrowsThem) {
  const std::vector<std::int64_t> values(10'000, 42);
  const auto* first = reinterpret_cast<const std::byte*>(values.data());
  for (const Repetition repetition : {Repetition::kRequired, Repetition::kOptional}) {
    const OneColumn column(PhysicalType::kInt64, repetition);
    EncodedColumnChunk chunk;
    PF_ASSERT_OK(
        test::encodeChunk(column.leaf(), test::plainPages(), {test::fixedView(values)}, chunk));
    ASSERT_EQ(chunk.segments.size(), 2U);  // slices that lie one after the other are one
    EXPECT_EQ(chunk.segments[1].borrowed, first);
    EXPECT_EQ(chunk.segments[1].bytes, values.size() * sizeof(std::int64_t));
    EXPECT_LT(chunk.buffer.size(), 100U);
    EXPECT_EQ(onePage(chunk).body.size(), (repetition == Repetition::kRequired ? 0U : 8U) + 80'000);
  }
}

}  // namespace
}  // namespace parquet_flow::write
