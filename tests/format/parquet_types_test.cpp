// Goal: field numbers and types are the specification's. Method: what stands outside the schema and
// the page headers, against bytes written by hand from parquet.thrift and
// thrift-compact-protocol.md: written, and read from what another writer would have written.
#include "format/parquet_types.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <vector>

#include "format/compact.hpp"
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

std::vector<std::byte> written(const apache::thrift::TBase& value) {
  CompactWriter writer;
  ByteBuffer out;
  EXPECT_TRUE(writer.write(value, out));
  return {out.data(), out.data() + out.size()};
}

// A field header is (distance from the last field << 4 | type), a list's (count << 4 | type): 1
// true, 2 false, 5 i32, 6 i64, 8 binary, 9 list, 12 struct. Integers are zigzag varints: doubled.
TEST(ParquetTypes, columnIndex) {
  ColumnIndex index;
  index.null_pages = {false, true};
  index.min_values = {"a", ""};
  index.max_values = {"bc", ""};
  index.boundary_order = BoundaryOrder::ASCENDING;
  index.__set_null_counts({0, 3});
  index.__set_repetition_level_histograms({7});
  index.__set_definition_level_histograms({1, 2, 3, 4});
  index.__set_nan_counts({0, 0});
  EXPECT_EQ(written(index), bytesOf({
                                0x19, 0x21, 0x02, 0x01,              // 1: null_pages
                                0x19, 0x28, 0x01, 'a',  0x00,        // 2: min_values
                                0x19, 0x28, 0x02, 'b',  'c',  0x00,  // 3: max_values
                                0x15, 0x02,                          // 4: ASCENDING
                                0x19, 0x26, 0x00, 0x06,              // 5: null_counts
                                0x19, 0x16, 0x0E,                    // 6: repetition levels
                                0x19, 0x46, 0x02, 0x04, 0x06, 0x08,  // 7: definition levels
                                0x19, 0x26, 0x00, 0x00,              // 8: nan_counts
                                0x00,
                            }));
}

TEST(ParquetTypes, offsetIndex) {
  PageLocation page;
  page.offset = 4;
  page.compressed_page_size = 30;
  page.first_row_index = 5;
  OffsetIndex index;
  index.page_locations = {page};
  index.__set_unencoded_byte_array_data_bytes({9});
  EXPECT_EQ(written(index), bytesOf({
                                0x19,
                                0x1C,  // 1: page_locations
                                0x16,
                                0x08,  //   1: offset
                                0x15,
                                0x3C,  //   2: compressed_page_size
                                0x16,
                                0x0A,
                                0x00,  //   3: first_row_index
                                0x19,
                                0x16,
                                0x12,  // 2: unencoded_byte_array_data_bytes
                                0x00,
                            }));
}

TEST(ParquetTypes, bloomFilterHeader) {
  BloomFilterHeader header;
  header.numBytes = 32;
  header.algorithm.__set_BLOCK({});
  header.hash.__set_XXHASH({});
  header.compression.__set_UNCOMPRESSED({});
  EXPECT_EQ(written(header), bytesOf({
                                 0x15,
                                 0x40,  // 1: numBytes
                                 0x1C,
                                 0x1C,
                                 0x00,
                                 0x00,  // 2: BLOCK
                                 0x1C,
                                 0x1C,
                                 0x00,
                                 0x00,  // 3: XXHASH
                                 0x1C,
                                 0x1C,
                                 0x00,
                                 0x00,  // 4: UNCOMPRESSED
                                 0x00,
                             }));
}

TEST(ParquetTypes, whatAColumnChunkSaysOfItsPages) {
  SizeStatistics sizes;
  sizes.__set_unencoded_byte_array_data_bytes(3);
  sizes.__set_repetition_level_histogram({2});
  sizes.__set_definition_level_histogram({1});
  KeyValue keyValue;
  keyValue.key = "k";
  ColumnChunk chunk;
  ColumnMetaData& meta = chunk.meta_data;
  chunk.__isset.meta_data = true;
  meta.__set_key_value_metadata({keyValue});
  meta.data_page_offset = 4;
  meta.__set_bloom_filter_offset(50);
  meta.__set_bloom_filter_length(60);
  meta.__set_size_statistics(sizes);
  chunk.__set_offset_index_offset(1);
  chunk.__set_offset_index_length(2);
  chunk.__set_column_index_offset(3);
  chunk.__set_column_index_length(4);
  EXPECT_EQ(written(chunk), bytesOf({
                                0x26, 0x00,                          // 2: file_offset
                                0x1C,                                // 3: meta_data
                                0x15, 0x00,                          //   1: BOOLEAN
                                0x19, 0x05,                          //   2: encodings, none
                                0x19, 0x08,                          //   3: path_in_schema, empty
                                0x15, 0x00,                          //   4: UNCOMPRESSED
                                0x16, 0x00, 0x16, 0x00, 0x16, 0x00,  //   5, 6, 7
                                0x19, 0x1C, 0x18, 0x01, 'k',  0x00,  //   8: key_value_metadata
                                0x16, 0x08,                          //   9: data_page_offset
                                0x56, 0x64,                          //  14: bloom_filter_offset
                                0x15, 0x78,                          //  15: bloom_filter_length
                                0x1C,                                //  16: size_statistics
                                0x16, 0x06,                          //     1: bytes
                                0x19, 0x16, 0x04,                    //     2: repetition levels
                                0x19, 0x16, 0x02, 0x00,              //     3: definition levels
                                0x00,                                //   end of meta_data
                                0x16, 0x02, 0x15, 0x04,              // 4, 5: offset index
                                0x16, 0x06, 0x15, 0x08,              // 6, 7: column index
                                0x00,
                            }));
}

TEST(ParquetTypes, sortingColumnsAndColumnOrders) {
  SortingColumn column;
  column.column_idx = 2;
  column.descending = true;
  column.nulls_first = false;
  EXPECT_EQ(written(column), bytesOf({0x15, 0x04, 0x11, 0x12, 0x00}));
  ColumnOrder order;
  order.__set_IEEE_754_TOTAL_ORDER({});
  EXPECT_EQ(written(order), bytesOf({0x2C, 0x00, 0x00}));
}

TEST(ParquetTypes, deprecatedBoundsAreRead) {
  // 1: max "b", 2: min "a", 3: null_count 1, 4: distinct_count 5.
  const auto bytes = bytesOf({0x18, 0x01, 'b', 0x18, 0x01, 'a', 0x16, 0x02, 0x16, 0x0A, 0x00});
  CompactReader reader;
  Statistics statistics;
  PF_ASSERT_OK(reader.read(bytes, statistics));
  EXPECT_EQ(statistics.max, "b");
  EXPECT_EQ(statistics.min, "a");
  EXPECT_EQ(statistics.null_count, 1);
  EXPECT_EQ(statistics.distinct_count, 5);
}

TEST(ParquetTypes, logicalTypesReadAsTheirBinaryAreTold) {
  for (const unsigned number : {16U, 17U, 18U}) {
    // Beyond a distance of 15 the number stands apart, as a zigzag varint.
    const auto bytes = bytesOf({0x0C, number * 2, 0x00, 0x00});
    CompactReader reader;
    LogicalType logical;
    PF_ASSERT_OK(reader.read(bytes, logical));
    EXPECT_EQ(logical.__isset.VARIANT, number == 16) << number;
    EXPECT_EQ(logical.__isset.GEOMETRY, number == 17) << number;
    EXPECT_EQ(logical.__isset.GEOGRAPHY, number == 18) << number;
  }
}

// A column encrypted with its own key: 8: crypto_metadata, the second of its union, whose 1 is a
// list of one string "c" and 2 the binary "k"; 9: encrypted_column_metadata "xyz".
TEST(ParquetTypes, encryptedColumnsAndFilesAreTold) {
  const auto bytes = bytesOf({0x26, 0x00,                                          //
                              0x6C, 0x2C, 0x19, 0x18, 0x01, 'c', 0x18, 0x01, 'k',  //
                              0x00, 0x00, 0x18, 0x03, 'x', 'y', 'z', 0x00});
  CompactReader reader;
  ColumnChunk chunk;
  PF_ASSERT_OK_ASSIGN(const std::size_t taken, reader.read(bytes, chunk));
  EXPECT_EQ(taken, bytes.size());
  EXPECT_TRUE(chunk.__isset.crypto_metadata);
  EXPECT_EQ(chunk.encrypted_column_metadata, "xyz");
  // 1: version 1, 2: no schema, 3: no rows, 4: no row groups, 8: AES_GCM_V1, 9: "key".
  const auto footer = bytesOf({0x15, 0x02, 0x19, 0x0C, 0x16, 0x00, 0x19, 0x0C, 0x4C, 0x1C, 0x18,
                               0x01, 'p',  0x00, 0x00, 0x18, 0x03, 'k',  'e',  'y',  0x00});
  FileMetaData file;
  PF_ASSERT_OK(reader.read(footer, file));
  EXPECT_TRUE(file.__isset.encryption_algorithm);
  EXPECT_EQ(file.footer_signing_key_metadata, "key");
}

}  // namespace
}  // namespace parquet_flow::format
