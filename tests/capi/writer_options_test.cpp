// Goal: what pf_writer_options_t and pf_column_options_t say is what is in the file.
//
// Method: one small file a case, written to memory through the C header; its footer and first page
// header, parsed by the format's own reader.
#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <string>
#include <vector>

#include "capi_fixture.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "support/expect_result.hpp"

namespace parquet_flow::test {
namespace {

constexpr int kRows = 1000;

// Columns `a` and `b`, OPTIONAL INT64, the same values in both.
SchemaHandle twoColumns() {
  SchemaHandle schema = makeSchema();
  addLeaf(schema.get(), 0, "a", PF_PHYSICAL_INT64, PF_REPETITION_OPTIONAL);
  addLeaf(schema.get(), 0, "b", PF_PHYSICAL_INT64, PF_REPETITION_OPTIONAL);
  return schema;
}

struct File {
  std::string bytes;
  format::FileMetaData footer;

  [[nodiscard]] const format::ColumnMetaData& column(std::size_t index) const {
    return footer.row_groups.at(0).columns.at(index).meta_data;
  }
  [[nodiscard]] int codec(std::size_t index) const { return column(index).codec; }
  [[nodiscard]] format::PageHeader firstPage(std::size_t index) const {
    format::PageHeader header;
    format::CompactReader reader;
    const auto offset = static_cast<std::size_t>(column(index).data_page_offset);
    PF_EXPECT_OK(reader.read(constBytes(std::string_view(bytes).substr(offset)), header));
    return header;
  }
};

class WriterOptionsTest : public testing::Test {
 protected:
  WriterOptionsTest() { pf_writer_options_init(&options_, sizeof options_); }

  File write() {
    const std::array<pf_column_input_t, 2> columns{int64Column(values_.data(), kRows),
                                                   int64Column(values_.data(), kRows)};
    return write(twoColumns(), kRows, columns);
  }
  File write(const SchemaHandle& schema, std::size_t rows,
             std::span<const pf_column_input_t> columns) {
    File file;
    const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_MEMORY), &options_);
    if (writer == nullptr) return file;
    for (const auto& [key, value] : keysAfterOpen_) {
      EXPECT_EQ(pf_writer_set_key_value(writer.get(), key, value), PF_STATUS_OK);
    }
    EXPECT_EQ(pf_writer_write_row_group(writer.get(), rows, columns.data(), columns.size()),
              PF_STATUS_OK)
        << pf_writer_last_error(writer.get());
    EXPECT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK) << pf_writer_last_error(writer.get());
    const void* data = nullptr;
    size_t bytes = 0;
    EXPECT_EQ(pf_writer_memory(writer.get(), &data, &bytes), PF_STATUS_OK);
    file.bytes.assign(static_cast<const char*>(data), bytes);
    uint32_t footerBytes = 0;
    std::memcpy(&footerBytes, file.bytes.data() + bytes - 8, sizeof footerBytes);
    format::CompactReader reader;
    const auto footer = std::string_view(file.bytes).substr(bytes - 8 - footerBytes, footerBytes);
    PF_EXPECT_OK(reader.read(constBytes(footer), file.footer));
    return file;
  }
  void setColumn(const char* path, int32_t compression, int32_t level, int32_t statistics) {
    pf_column_options_init(&column_);
    column_.path = path;
    column_.compression = compression;
    column_.compression_level = level;
    column_.statistics = statistics;
    options_.columns = &column_;
    options_.column_count = 1;
  }

  pf_writer_options_t options_;
  pf_column_options_t column_;
  std::vector<int64_t> values_ = std::vector<int64_t>(kRows, 7);
  std::vector<std::pair<const char*, const char*>> keysAfterOpen_;
};

TEST_F(WriterOptionsTest, defaultsAreThoseOfTheHeader) {
  const File file = write();
  EXPECT_EQ(file.footer.num_rows, kRows);
  for (const std::size_t column : {0U, 1U}) {
    EXPECT_EQ(file.codec(column), PF_COMPRESSION_UNCOMPRESSED);
    EXPECT_TRUE(file.column(column).__isset.statistics);
    EXPECT_TRUE(file.firstPage(column).__isset.crc);
  }
  EXPECT_FALSE(file.footer.__isset.key_value_metadata);
}

TEST_F(WriterOptionsTest, codecOfTheWriterAndOfOneColumn) {
  options_.encoding = PF_ENCODING_PLAIN;  // else there is next to nothing left to compress
  options_.compression = PF_COMPRESSION_GZIP;
  setColumn("b", PF_COMPRESSION_UNCOMPRESSED, PF_LEVEL_DEFAULT, -1);
  const File file = write();
  EXPECT_EQ(file.codec(0), PF_COMPRESSION_GZIP);
  EXPECT_LT(file.column(0).total_compressed_size, file.column(0).total_uncompressed_size);
  EXPECT_EQ(file.codec(1), PF_COMPRESSION_UNCOMPRESSED);
  EXPECT_EQ(file.column(1).total_compressed_size, file.column(1).total_uncompressed_size);
}

TEST_F(WriterOptionsTest, oneColumnCompressedAlone) {
  setColumn("a", PF_COMPRESSION_GZIP, 9, -1);
  const File file = write();
  EXPECT_EQ(file.codec(0), PF_COMPRESSION_GZIP);
  EXPECT_EQ(file.codec(1), PF_COMPRESSION_UNCOMPRESSED);
}

TEST_F(WriterOptionsTest, levelOfOneColumnUnderTheWritersCodec) {
  options_.compression = PF_COMPRESSION_GZIP;
  setColumn("b", -1, 0, -1);  // level 0 stores
  const File file = write();
  EXPECT_EQ(file.codec(1), PF_COMPRESSION_GZIP);
  EXPECT_LT(file.column(0).total_compressed_size, file.column(1).total_compressed_size);
}

TEST_F(WriterOptionsTest, statisticsOffAndOnForOneColumn) {
  options_.statistics = 0;
  setColumn("b", -1, PF_LEVEL_DEFAULT, 1);
  const File file = write();
  EXPECT_FALSE(file.column(0).__isset.statistics && file.column(0).statistics.__isset.min_value);
  EXPECT_TRUE(file.column(1).__isset.statistics && file.column(1).statistics.__isset.min_value);
}

TEST_F(WriterOptionsTest, crcOff) {
  options_.crc = 0;
  EXPECT_FALSE(write().firstPage(0).__isset.crc);
}

TEST_F(WriterOptionsTest, pagesEndAtTheirRowsAndBytes) {
  options_.page_rows = 100;
  EXPECT_EQ(write().firstPage(0).data_page_header.num_values, 100);
  options_.page_rows = 1 << 20;
  options_.page_bytes = 1024;
  const File file = write();
  EXPECT_GE(file.firstPage(0).data_page_header.num_values, 128);
  EXPECT_LT(file.firstPage(0).data_page_header.num_values, 256);
}

TEST_F(WriterOptionsTest, keysAndValuesTheLastOneStays) {
  const pf_key_value_t all[] = {{"a", "1"}, {"b", nullptr}, {"a", "2"}, {"empty", ""}};
  options_.key_values = all;
  options_.key_value_count = std::size(all);
  keysAfterOpen_ = {{"b", "3"}, {"late", "zürich"}, {"none", nullptr}};
  const File file = write();
  std::vector<std::string> found;
  for (const auto& each : file.footer.key_value_metadata) {
    found.push_back(each.key + (each.__isset.value ? "=" + each.value : " without value"));
  }
  EXPECT_EQ(found, (std::vector<std::string>{"a=2", "b=3", "empty=", "late=zürich",
                                             "none without value"}));
}

TEST_F(WriterOptionsTest, encodingOfTheWriterAndOfOneColumn) {
  options_.encoding = PF_ENCODING_DELTA_BINARY_PACKED;
  setColumn("b", -1, PF_LEVEL_DEFAULT, -1);
  column_.encoding = PF_ENCODING_BYTE_STREAM_SPLIT;
  const File file = write();
  EXPECT_EQ(file.firstPage(0).data_page_header.encoding, PF_ENCODING_DELTA_BINARY_PACKED);
  EXPECT_EQ(file.firstPage(1).data_page_header.encoding, PF_ENCODING_BYTE_STREAM_SPLIT);
}

TEST_F(WriterOptionsTest, baselineHasThePagesOf2015) {
  options_.profile = PF_WRITER_PROFILE_BASELINE;
  const File file = write();
  EXPECT_TRUE(file.firstPage(0).type == format::PageType::DATA_PAGE);
  EXPECT_EQ(file.firstPage(0).data_page_header.encoding, PF_ENCODING_PLAIN_DICTIONARY);
}

TEST_F(WriterOptionsTest, dataPagesOfVersion2) {
  options_.data_page_version = 2;
  const auto page = write().firstPage(0);
  EXPECT_TRUE(page.type == format::PageType::DATA_PAGE_V2);
  EXPECT_EQ(page.data_page_header_v2.num_rows, kRows);
}

TEST_F(WriterOptionsTest, pageIndexOff) {
  File file = write();
  EXPECT_TRUE(file.footer.row_groups[0].columns[0].__isset.offset_index_offset);
  EXPECT_TRUE(file.footer.row_groups[0].columns[0].__isset.column_index_offset);
  options_.page_index = 0;
  file = write();
  EXPECT_FALSE(file.footer.row_groups[0].columns[0].__isset.offset_index_offset);
  EXPECT_FALSE(file.footer.row_groups[0].columns[0].__isset.column_index_offset);
  EXPECT_EQ(file.firstPage(0).data_page_header.statistics.min_value,
            file.column(0).statistics.min_value)
      << "the page's bounds stand in its header instead";
}

TEST_F(WriterOptionsTest, sizeStatisticsOff) {
  const SchemaHandle schema = makeSchema();
  addLeaf(schema.get(), PF_SCHEMA_ROOT, "s", PF_PHYSICAL_BYTE_ARRAY);
  const std::array<uint32_t, 3> offsets{0, 2, 5};
  const std::array<pf_column_input_t, 1> columns{{{.values = "abcde",
                                                   .values_len = 5,
                                                   .offsets = offsets.data(),
                                                   .offsets_len = offsets.size()}}};
  EXPECT_EQ(write(schema, 2, columns).column(0).size_statistics.unencoded_byte_array_data_bytes, 5);
  options_.size_statistics = 0;
  EXPECT_FALSE(write(schema, 2, columns).column(0).__isset.size_statistics);
}

TEST_F(WriterOptionsTest, totalOrderIsThatOfFloatColumnsAlone) {
  const SchemaHandle schema = makeSchema();
  addLeaf(schema.get(), PF_SCHEMA_ROOT, "i", PF_PHYSICAL_INT64);
  addLeaf(schema.get(), PF_SCHEMA_ROOT, "d", PF_PHYSICAL_DOUBLE);
  const double number = 0.5;
  const std::array<pf_column_input_t, 2> columns{
      int64Column(values_.data(), 1),
      {.values = &number, .values_len = 1, .offsets = nullptr, .offsets_len = 0}};
  EXPECT_TRUE(write(schema, 1, columns).footer.column_orders.at(1).__isset.TYPE_ORDER);
  options_.float_order = PF_FLOAT_ORDER_TOTAL;
  const File file = write(schema, 1, columns);
  EXPECT_TRUE(file.footer.column_orders.at(0).__isset.TYPE_ORDER);
  EXPECT_TRUE(file.footer.column_orders.at(1).__isset.IEEE_754_TOTAL_ORDER);
}

TEST_F(WriterOptionsTest, fieldIdsOfNoneAndOfAll) {
  EXPECT_FALSE(write().footer.schema.at(2).__isset.field_id);
  options_.field_ids = PF_FIELD_IDS_ASSIGNED;
  const File file = write();
  EXPECT_EQ(file.footer.schema.at(1).field_id, 1);
  EXPECT_EQ(file.footer.schema.at(2).field_id, 2);
}

TEST_F(WriterOptionsTest, bloomFilterOfOneColumn) {
  setColumn("b", -1, PF_LEVEL_DEFAULT, -1);
  column_.bloom_filter = 1;
  column_.bloom_filter_ndv = 1'000;
  column_.bloom_filter_fpp = 0.1;
  const File file = write();
  EXPECT_FALSE(file.column(0).__isset.bloom_filter_offset);
  ASSERT_TRUE(file.column(1).__isset.bloom_filter_offset);
  // One value: it was folded to a single block of 32 bytes, behind a header of a few.
  EXPECT_GT(file.column(1).bloom_filter_length, 32);
  EXPECT_LT(file.column(1).bloom_filter_length, 64);
}

TEST_F(WriterOptionsTest, bloomFilterNumbersOfOneColumnUnderTheWritersSwitch) {
  std::iota(values_.begin(), values_.end(), 0);
  options_.bloom_filter = 1;
  options_.bloom_filter_ndv = 1;
  setColumn("b", -1, PF_LEVEL_DEFAULT, -1);
  column_.bloom_filter_ndv = 100'000;
  File file = write();
  EXPECT_LT(file.column(0).bloom_filter_length, 64) << "a block, as the writer's numbers have it";
  EXPECT_GT(file.column(1).bloom_filter_length, 64);
  options_.bloom_filter = 0;
  file = write();
  EXPECT_FALSE(file.column(1).__isset.bloom_filter_offset) << "numbers alone ask for none";
}

TEST_F(WriterOptionsTest, dictionaryEndsAtItsBytes) {
  options_.encoding = PF_ENCODING_RLE_DICTIONARY;
  options_.dictionary_bytes = 1024;
  options_.page_rows = 100;
  std::iota(values_.begin(), values_.end(), 0);
  const File file = write();
  const auto& encodings = file.column(0).encodings;
  const auto has = [&](auto encoding) {
    return std::find(encodings.begin(), encodings.end(), encoding) != encodings.end();
  };
  EXPECT_TRUE(has(format::Encoding::RLE_DICTIONARY));
  EXPECT_TRUE(has(format::Encoding::PLAIN)) << "128 values had room";
}

TEST_F(WriterOptionsTest, sortingColumnsStandWhereTheRowsAreSorted) {
  const pf_sorting_column_t byB{.path = "b", .descending = 1, .nulls_first = 0};
  options_.sorting_columns = &byB;
  options_.sorting_column_count = 1;
  std::iota(values_.rbegin(), values_.rend(), 0);
  const File sorted = write();
  ASSERT_EQ(sorted.footer.row_groups[0].sorting_columns.size(), 1U);
  EXPECT_EQ(sorted.footer.row_groups[0].sorting_columns[0].column_idx, 1);
  EXPECT_TRUE(sorted.footer.row_groups[0].sorting_columns[0].descending);
  std::swap(values_[3], values_[4]);
  EXPECT_TRUE(write().footer.row_groups[0].sorting_columns.empty());
}

TEST_F(WriterOptionsTest, keysAndValuesOfOneColumn) {
  const pf_key_value_t unit{"unit", "ns"};
  setColumn("b", -1, PF_LEVEL_DEFAULT, -1);
  column_.key_values = &unit;
  column_.key_value_count = 1;
  const File file = write();
  EXPECT_TRUE(file.column(0).key_value_metadata.empty());
  ASSERT_EQ(file.column(1).key_value_metadata.size(), 1U);
  EXPECT_EQ(file.column(1).key_value_metadata[0].key, "unit");
  EXPECT_EQ(file.column(1).key_value_metadata[0].value, "ns");
}

// Before open, on a writer that is made with the known names.
TEST(WriterKeyValues, canBeSetBeforeOpen) {
  const WriterHandle writer(
      pf_writer_create("/nonexistent/x.parquet", PF_COMPRESSION_UNCOMPRESSED));
  EXPECT_EQ(pf_writer_set_key_value(writer.get(), "k", "v"), PF_STATUS_OK);
  EXPECT_EQ(pf_writer_set_key_value(writer.get(), "k", nullptr), PF_STATUS_OK);
}

}  // namespace
}  // namespace parquet_flow::test
