// Goal: the bytes that every Parquet reader expects, and no harm from bytes that lie. Method:
// structs against bytes written by hand from thrift-compact-protocol.md, each with its sum; then
// the same bytes cut at every place, and lengths, depths and types that cannot be.
#include "format/compact.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "format/parquet_types.h"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::format {
namespace {

std::vector<std::byte> bytesOf(std::initializer_list<unsigned> values) {
  std::vector<std::byte> bytes;
  for (const unsigned value : values) {
    bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

std::vector<std::byte> contents(const ByteBuffer& buffer) {
  return {buffer.data(), buffer.data() + buffer.size()};
}

// A field header is (distance from the last field << 4 | type): 5 i32, 6 i64, 8 binary, 9 list,
// 12 struct, 1 true, 2 false. Integers are zigzag varints.
PageHeader samplePageHeader() {
  PageHeader header;
  header.type = PageType::DATA_PAGE;
  header.uncompressed_page_size = 300;
  header.compressed_page_size = 300;
  header.__set_crc(-2);
  DataPageHeader data;
  data.num_values = 70;
  data.encoding = Encoding::PLAIN;
  data.definition_level_encoding = Encoding::RLE;
  data.repetition_level_encoding = Encoding::RLE;
  Statistics statistics;
  statistics.__set_null_count(0);
  statistics.__set_max_value("zz");
  statistics.__set_min_value("a");
  statistics.__set_is_max_value_exact(false);
  statistics.__set_is_min_value_exact(true);
  statistics.__set_nan_count(3);
  data.__set_statistics(statistics);
  header.__set_data_page_header(data);
  return header;
}

std::vector<std::byte> samplePageHeaderBytes() {
  return bytesOf({
      0x15, 0x00,              // 1: type DATA_PAGE
      0x15, 0xD8, 0x04,        // 2: 300, zigzag 600 = 4 * 128 + 88
      0x15, 0xD8, 0x04,        // 3: 300
      0x15, 0x03,              // 4: crc -2, zigzag 3
      0x1C,                    // 5: data_page_header
      0x15, 0x8C, 0x01,        //   1: 70, zigzag 140 = 1 * 128 + 12
      0x15, 0x00,              //   2: PLAIN
      0x15, 0x06,              //   3: RLE, zigzag of 3
      0x15, 0x06,              //   4: RLE
      0x1C,                    //   5: statistics
      0x36, 0x00,              //     3: null_count 0
      0x28, 0x02, 0x7A, 0x7A,  //     5: max_value "zz"
      0x18, 0x01, 0x61,        //     6: min_value "a"
      0x12,                    //     7: is_max_value_exact false, in the header's type
      0x11,                    //     8: is_min_value_exact true
      0x16, 0x06,              //     9: nan_count 3
      0x00,                    //   end of statistics
      0x00,                    // end of data_page_header
      0x00,                    // end of PageHeader
  });
}

TEST(CompactWriter, writesAPageHeaderAsTheProtocolSays) {
  CompactWriter writer;
  ByteBuffer out;
  PF_ASSERT_OK(writer.write(samplePageHeader(), out));
  EXPECT_EQ(contents(out), samplePageHeaderBytes());
}

TEST(CompactWriter, appendsBehindWhatIsThere) {
  CompactWriter writer;
  ByteBuffer out;
  PF_ASSERT_OK(out.append("x", 1));
  TypeDefinedOrder order;
  PF_ASSERT_OK(writer.write(order, out));
  EXPECT_EQ(contents(out), bytesOf({'x', 0x00}));
}

// LogicalType is a union: one field. TIMESTAMP is its eighth, NANOS the third of TimeUnit.
TEST(CompactWriter, writesALogicalType) {
  TimeUnit unit;
  unit.__set_NANOS({});
  TimestampType timestamp;
  timestamp.isAdjustedToUTC = true;
  timestamp.unit = unit;
  LogicalType logical;
  logical.__set_TIMESTAMP(timestamp);
  CompactWriter writer;
  ByteBuffer out;
  PF_ASSERT_OK(writer.write(logical, out));
  EXPECT_EQ(contents(out), bytesOf({0x8C, 0x11, 0x1C, 0x3C, 0x00, 0x00, 0x00, 0x00}));
}

// VARIANT is its sixteenth field: more than 15 above none before it, so its type comes first, and
// then 16 as a zigzag varint.
TEST(CompactWriter, writesTheNumberOfAFieldThatIsFarFromTheOneBefore) {
  VariantType variant;
  variant.__set_specification_version(-2);
  LogicalType logical;
  logical.__set_VARIANT(variant);
  CompactWriter writer;
  ByteBuffer out;
  PF_ASSERT_OK(writer.write(logical, out));
  EXPECT_EQ(contents(out), bytesOf({0x0C, 0x20, 0x13, 0xFE, 0x00, 0x00}));
}

// Lists of 15 have their count behind the byte with the type: 1 BOOL, 8 binary.
TEST(CompactWriter, writesListsOfBooleansAndOfManyElements) {
  ColumnIndex index;
  std::vector<int> expected = {0x19, 0xF1, 15};
  for (int i = 0; i < 15; ++i) {
    index.null_pages.push_back(i % 3 == 0);
    expected.push_back(i % 3 == 0 ? 1 : 2);
    index.min_values.emplace_back(i == 7 ? std::string(200, 'x') : "");
    index.max_values.emplace_back();
  }
  expected.insert(expected.end(), {0x19, 0xF8, 15, 0, 0, 0, 0, 0, 0, 0, 0xC8, 0x01});
  expected.insert(expected.end(), 200, 'x');
  expected.insert(expected.end(), {0, 0, 0, 0, 0, 0, 0, 0x19, 0xF8, 15});
  expected.insert(expected.end(), 15, 0);
  expected.insert(expected.end(), {0x15, 0x02, 0x00});
  index.boundary_order = BoundaryOrder::ASCENDING;
  CompactWriter writer;
  ByteBuffer out;
  PF_ASSERT_OK(writer.write(index, out));
  std::vector<int> written;
  for (const std::byte byte : out.span()) {
    written.push_back(std::to_integer<int>(byte));
  }
  EXPECT_EQ(written, expected);
}

TEST(CompactWriter, allocatesNothingOnceItHasWritten) {
  CompactWriter writer;
  ByteBuffer out;
  const PageHeader header = samplePageHeader();
  PF_ASSERT_OK(writer.write(header, out));
  const test::AllocationWatch watch;
  for (int i = 0; i < 100; ++i) {
    out.clear();
    ASSERT_TRUE(writer.write(header, out));
  }
  EXPECT_EQ(watch.allocations(), 0U);
}

TEST(CompactReader, readsWhatTheWriterWroteAndSaysHowManyBytesItTook) {
  std::vector<std::byte> bytes = samplePageHeaderBytes();
  const std::size_t headerBytes = bytes.size();
  bytes.resize(bytes.size() + 9, std::byte{0xEE});  // the page's body
  CompactReader reader;
  PageHeader header;
  PF_ASSERT_OK_ASSIGN(const std::size_t taken, reader.read(bytes, header));
  EXPECT_EQ(taken, headerBytes);
  EXPECT_EQ(header.crc, -2);
  EXPECT_EQ(header.data_page_header.num_values, 70);
  EXPECT_EQ(header.data_page_header.statistics.max_value, "zz");
  EXPECT_FALSE(header.data_page_header.statistics.is_max_value_exact);
  EXPECT_TRUE(header.data_page_header.statistics.is_min_value_exact);
  EXPECT_EQ(header.data_page_header.statistics.nan_count, 3);
  EXPECT_FALSE(header.__isset.dictionary_page_header);
}

// What is not in our IDL: a field of Statistics with a number of its own at 200, zigzag 400 =
// 3 * 128 + 16, a list of two one-byte lists. Behind it a field that is known, at 3: zigzag 6.
TEST(CompactReader, skipsFieldsItDoesNotKnow) {
  const auto bytes =
      bytesOf({0x09, 0x90, 0x03, 0x29, 0x13, 0x01, 0x13, 0x02, 0x06, 0x06, 0x02, 0x00});
  CompactReader reader;
  Statistics statistics;
  PF_ASSERT_OK_ASSIGN(const std::size_t taken, reader.read(bytes, statistics));
  EXPECT_EQ(taken, bytes.size());
  EXPECT_TRUE(statistics.__isset.null_count);
  EXPECT_EQ(statistics.null_count, 1);
  EXPECT_FALSE(statistics.__isset.min_value);
}

TEST(CompactReader, keepsAnUnknownEnumeratorAsItsNumber) {
  // PageHeader of type 77 (zigzag 154 = 1 * 128 + 26).
  const auto bytes = bytesOf({0x15, 0x9A, 0x01, 0x15, 0x00, 0x15, 0x00, 0x00});
  CompactReader reader;
  PageHeader header;
  PF_ASSERT_OK(reader.read(bytes, header));
  EXPECT_EQ(header.type, 77);
}

TEST(CompactReader, leavesAnUnknownLogicalTypeUnset) {
  // Field 40: beyond a distance of 15, so its number stands apart: zigzag 80.
  const auto bytes = bytesOf({0x0C, 0x50, 0x00, 0x00});
  CompactReader reader;
  LogicalType logical;
  PF_ASSERT_OK(reader.read(bytes, logical));
  EXPECT_FALSE(logical.__isset.STRING);
  EXPECT_FALSE(logical.__isset.FLOAT16);
}

TEST(CompactReader, refusesBytesThatEndAnywhereTooEarly) {
  const std::vector<std::byte> bytes = samplePageHeaderBytes();
  CompactReader reader;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    PageHeader header;
    PF_EXPECT_ERROR(reader.read(ConstBytes(bytes).first(length), header, 1000), ErrorCode::kCorrupt,
                    "offset 1");
  }
  PageHeader header;
  PF_EXPECT_OK(reader.read(bytes, header));  // and is as good as new
}

struct BadCase {
  const char* name;
  std::vector<std::byte> bytes;  // of a FileMetaData
};

std::vector<BadCase> badFooters() {
  return {
      {"missing_required_fields", bytesOf({0x15, 0x02, 0x00})},
      // A list of 0x7FFFFFFF structs, in ten bytes.
      {"list_longer_than_the_rest",
       bytesOf({0x15, 0x02, 0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00, 0x00, 0x00})},
      // Four bytes are left: room for four booleans, but not for two structs.
      {"list_of_structs_that_cannot_fit",
       bytesOf({0x15, 0x02, 0x19, 0x2C, 0x48, 0x00, 0x00, 0x00})},
      {"list_of_negative_length",
       bytesOf({0x15, 0x02, 0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x00})},
      {"string_longer_than_the_rest",
       bytesOf({0x15, 0x02, 0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x61, 0x00})},
      {"string_of_negative_length",
       bytesOf({0x15, 0x02, 0x58, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x61, 0x00})},
      {"varint_without_an_end",
       bytesOf({0x15, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})},
      {"unknown_type", bytesOf({0x1E, 0x02, 0x00})},
      // The same in a field that is skipped: number 1 + 9 = 10.
      {"skipped_string_longer_than_the_rest",
       bytesOf({0x15, 0x02, 0x98, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x61, 0x00})},
      // Elements of type 0 take no bytes at all: 2^31 - 1 of them would keep us for seconds.
      {"skipped_list_of_nothings",
       bytesOf({0x15, 0x02, 0x99, 0xF0, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x00})},
      // An unknown map (type 11) of many entries: skipped element by element, so also bounded.
      {"map_longer_than_the_rest", bytesOf({0x15, 0x02, 0x9B, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0x55})},
  };
}

TEST(CompactReader, refusesFootersThatLie) {
  CompactReader reader;
  for (const BadCase& bad : badFooters()) {
    SCOPED_TRACE(bad.name);
    FileMetaData footer;
    const test::AllocationWatch watch;
    PF_EXPECT_ERROR(reader.read(bad.bytes, footer), ErrorCode::kCorrupt, "metadata");
    EXPECT_LT(watch.bytes(), 16384U);
  }
}

TEST(CompactReader, refusesStructsNestedWithoutEnd) {
  // Field 15 of each holds the next: unknown to us, and skipped by recursion.
  const std::vector<std::byte> bytes(100'000, std::byte{0xFC});
  CompactReader reader;
  FileMetaData footer;
  PF_EXPECT_ERROR(reader.read(bytes, footer), ErrorCode::kCorrupt, "metadata");
}

TEST(StructListHeader, isOneByteUpToFourteenAndAVarintAbove) {
  struct Case {
    std::size_t count;
    std::vector<std::byte> bytes;
  };
  const std::vector<Case> cases = {
      {0, bytesOf({0x0C})},
      {14, bytesOf({0xEC})},
      {15, bytesOf({0xFC, 0x0F})},
      {300, bytesOf({0xFC, 0xAC, 0x02})},  // 300 = 2 * 128 + 44
  };
  for (const Case& one : cases) {
    ByteBuffer out;
    PF_ASSERT_OK(appendStructListHeader(one.count, out));
    EXPECT_EQ(contents(out), one.bytes) << one.count;
  }
}

}  // namespace
}  // namespace parquet_flow::format
