// Goal: what pf_sink_options_t.writer says is what is in a sink's files.
//
// Method: one small file a case, of C structs; its footer and first page headers, parsed by the
// format's own reader.
#include <array>
#include <map>
#include <string>
#include <vector>

#include "capi_fixture.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "support/expect_result.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::test {
namespace {

constexpr int kRows = 1000;

struct Trade {
  int64_t price;
  int64_t quantity;
};

class SinkWriter : public testing::Test {
 protected:
  SinkWriter() {
    pf_writer_options_init(&writer_, sizeof writer_);
    pf_sink_options_init(&options_, sizeof options_);
    options_.output_path = path_.c_str();
    options_.no_sync = 1;
    options_.worker = PF_WORKER_POLL;
    options_.shape = PF_SHAPE_STRUCT;
    options_.struct_columns = columns_.data();
    options_.struct_column_count = columns_.size();
    options_.writer = &writer_;
    columns_[0].name = "price";
    columns_[1].name = "quantity";
    columns_[1].offset = sizeof(int64_t);
    for (auto& column : columns_) column.field = PF_FIELD_INT64;
  }

  // Writes a file; what the options borrow is no more once the sink is open.
  void write() {
    pf_sink_t* opened = nullptr;
    ASSERT_EQ(pf_sink_open(&options_, &opened, &error_), PF_STATUS_OK) << error_.message;
    const SinkHandle sink(opened);
    std::memset(&writer_, 0xA5, sizeof writer_);
    std::memset(&column_, 0xA5, sizeof column_);
    for (int64_t i = 0; i < kRows; ++i) {
      const Trade trade{.price = 1'000'000 + i % 7, .quantity = 100};
      ASSERT_EQ(pf_sink_try_record(sink.get(), &trade, sizeof trade), PF_RECORD_OK);
    }
    ASSERT_EQ(pf_sink_close(sink.get(), PF_TIMEOUT_INFINITE, &error_), PF_STATUS_OK)
        << error_.message;
    bytes_ = readWholeFile(path_);
    uint32_t footerBytes = 0;
    std::memcpy(&footerBytes, bytes_.data() + bytes_.size() - 8, sizeof footerBytes);
    format::CompactReader reader;
    const auto footer =
        std::string_view(bytes_).substr(bytes_.size() - 8 - footerBytes, footerBytes);
    PF_ASSERT_OK(reader.read(constBytes(footer), footer_));
  }

  [[nodiscard]] const format::ColumnChunk& chunk(const std::string& name) const {
    for (const auto& each : footer_.row_groups.at(0).columns) {
      if (each.meta_data.path_in_schema.at(0) == name) return each;
    }
    ADD_FAILURE() << "no column " << name;
    return footer_.row_groups.at(0).columns.at(0);
  }
  [[nodiscard]] format::PageHeader firstDataPage(const std::string& name) const {
    format::PageHeader header;
    format::CompactReader reader;
    const auto offset = static_cast<std::size_t>(chunk(name).meta_data.data_page_offset);
    PF_EXPECT_OK(reader.read(constBytes(std::string_view(bytes_).substr(offset)), header));
    return header;
  }
  [[nodiscard]] std::string valueOf(const std::string& key) const {
    for (const auto& each : footer_.key_value_metadata) {
      if (each.key == key) return each.value;
    }
    return "none";
  }
  void setColumn(const char* path) {
    pf_column_options_init(&column_);
    column_.path = path;
    writer_.columns = &column_;
    writer_.column_count = 1;
  }

  TempDirectory directory_;
  std::string path_ = directory_.file("x.parquet");
  std::array<pf_struct_column_t, 2> columns_{};
  pf_writer_options_t writer_;
  pf_column_options_t column_;
  pf_sink_options_t options_;
  ErrorText error_;
  std::string bytes_;
  format::FileMetaData footer_;
};

TEST_F(SinkWriter, withoutOneItIsTheDefault) {
  options_.writer = nullptr;
  write();
  EXPECT_TRUE(firstDataPage("price").type == format::PageType::DATA_PAGE);
  EXPECT_EQ(int{chunk("price").meta_data.codec}, PF_COMPRESSION_UNCOMPRESSED);
  EXPECT_TRUE(chunk("price").__isset.column_index_offset);
  EXPECT_FALSE(chunk("price").meta_data.__isset.bloom_filter_offset);
}

TEST_F(SinkWriter, pagesIndexAndFilters) {
  writer_.data_page_version = 2;
  writer_.page_rows = 100;
  writer_.page_index = 0;
  writer_.bloom_filter = 1;
  writer_.crc = 0;
  write();
  const format::PageHeader page = firstDataPage("price");
  EXPECT_TRUE(page.type == format::PageType::DATA_PAGE_V2);
  EXPECT_EQ(page.data_page_header_v2.num_rows, 100);
  EXPECT_FALSE(page.__isset.crc);
  EXPECT_FALSE(chunk("price").__isset.column_index_offset);
  EXPECT_TRUE(chunk("price").meta_data.__isset.bloom_filter_offset);
}

TEST_F(SinkWriter, encodingOfAllAndOfOneCaptureColumn) {
  writer_.encoding = PF_ENCODING_RLE_DICTIONARY;
  setColumn("attempt");
  column_.encoding = PF_ENCODING_PLAIN;
  column_.statistics = 0;
  write();
  EXPECT_EQ(int{firstDataPage("price").data_page_header.encoding}, PF_ENCODING_RLE_DICTIONARY);
  EXPECT_EQ(int{firstDataPage("attempt").data_page_header.encoding}, PF_ENCODING_PLAIN);
  EXPECT_TRUE(chunk("price").meta_data.statistics.__isset.min_value);
  EXPECT_FALSE(chunk("attempt").meta_data.statistics.__isset.min_value);
}

TEST_F(SinkWriter, codecOfEither) {
  writer_.compression = PF_COMPRESSION_GZIP;
  write();
  EXPECT_EQ(int{chunk("price").meta_data.codec}, PF_COMPRESSION_GZIP);
}

// The level of one column goes with the codec, wherever that was said.
TEST_F(SinkWriter, codecOfTheSinkGoesForTheWritersColumns) {
  options_.compression = PF_COMPRESSION_GZIP;
  writer_.encoding = PF_ENCODING_PLAIN;
  setColumn("quantity");
  column_.compression_level = 0;  // stored
  write();
  EXPECT_EQ(int{chunk("price").meta_data.codec}, PF_COMPRESSION_GZIP);
  EXPECT_EQ(int{chunk("quantity").meta_data.codec}, PF_COMPRESSION_GZIP);
  EXPECT_LT(chunk("price").meta_data.total_compressed_size, kRows * 8 / 2);
  EXPECT_GE(chunk("quantity").meta_data.total_compressed_size, kRows * 8);
}

TEST_F(SinkWriter, codecThatBothSayMayStandTwice) {
  options_.compression = PF_COMPRESSION_GZIP;
  writer_.compression = PF_COMPRESSION_GZIP;
  write();
  EXPECT_EQ(int{chunk("price").meta_data.codec}, PF_COMPRESSION_GZIP);
}

TEST_F(SinkWriter, keyValuesOfBoth) {
  const pf_key_value_t writers[] = {{"venue", "writer's"}, {"feed", "a"}};
  const pf_key_value_t sinks[] = {{"venue", "sink's"}, {"host", "b"}};
  writer_.key_values = writers;
  writer_.key_value_count = std::size(writers);
  options_.key_values = sinks;
  options_.key_value_count = std::size(sinks);
  write();
  EXPECT_EQ(valueOf("venue"), "sink's");
  EXPECT_EQ(valueOf("feed"), "a");
  EXPECT_EQ(valueOf("host"), "b");
}

// A program whose header had no `writer` yet.
TEST_F(SinkWriter, olderSinkOptionsHaveNone) {
  writer_.data_page_version = 2;
  options_.struct_size = offsetof(pf_sink_options_t, writer);
  write();
  EXPECT_TRUE(firstDataPage("price").type == format::PageType::DATA_PAGE);
}

}  // namespace
}  // namespace parquet_flow::test
