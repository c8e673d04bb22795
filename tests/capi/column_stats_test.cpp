// Goal: pf_writer_get_column_stats says of each leaf what has been written of it.
//
// Method: two columns of known values through the C header, in pages of a known number of rows.
#include <array>
#include <vector>

#include "capi_fixture.hpp"

namespace parquet_flow::test {
namespace {

constexpr size_t kRows = 1000;

struct Stats : pf_column_stats_t {
  Stats(const pf_writer_handle_t* writer, uint32_t leaf) {
    pf_column_stats_init(this, sizeof(pf_column_stats_t));
    EXPECT_EQ(pf_writer_get_column_stats(writer, leaf, this), PF_STATUS_OK);
  }
};

class ColumnStats : public testing::Test {
 protected:
  ColumnStats() {
    addLeaf(schema_.get(), PF_SCHEMA_ROOT, "plain", PF_PHYSICAL_INT64);
    addLeaf(schema_.get(), PF_SCHEMA_ROOT, "few", PF_PHYSICAL_INT64);
    pf_writer_options_t options;
    pf_writer_options_init(&options, sizeof options);
    options.page_rows = 250;
    std::array<pf_column_options_t, 2> columns;
    for (pf_column_options_t& column : columns) {
      pf_column_options_init(&column);
    }
    columns[0].path = "plain";
    columns[0].encoding = PF_ENCODING_PLAIN;
    columns[1].path = "few";
    columns[1].encoding = PF_ENCODING_RLE_DICTIONARY;
    options.columns = columns.data();
    options.column_count = columns.size();
    writer_ = makeWriter(schema_.get(), OutputTo(PF_OUTPUT_MEMORY), &options);
  }

  void writeRowGroup() {
    std::vector<int64_t> values(kRows);
    for (size_t i = 0; i < kRows; ++i) {
      values[i] = static_cast<int64_t>(i % 4);
    }
    const std::array<pf_column_input_t, 2> inputs = {int64Column(values.data(), kRows),
                                                     int64Column(values.data(), kRows)};
    ASSERT_EQ(pf_writer_write_row_group(writer_.get(), kRows, inputs.data(), inputs.size()),
              PF_STATUS_OK);
  }

  SchemaHandle schema_ = makeSchema();
  WriterHandle writer_;
};

TEST_F(ColumnStats, areNothingBeforeTheFirstRowGroup) {
  const Stats stats(writer_.get(), 0);
  EXPECT_EQ(stats.encoding, -1);
  EXPECT_EQ(stats.entries, 0U);
  EXPECT_EQ(stats.compressed_bytes, 0U);
}

TEST_F(ColumnStats, addUpOverRowGroups) {
  for (uint64_t groups = 1; groups <= 2; ++groups) {
    ASSERT_NO_FATAL_FAILURE(writeRowGroup());
    const Stats plain(writer_.get(), 0);
    EXPECT_EQ(plain.encoding, PF_ENCODING_PLAIN);
    EXPECT_EQ(plain.entries, groups * kRows);
    EXPECT_EQ(plain.plain_bytes, groups * kRows * 8);
    EXPECT_GT(plain.uncompressed_bytes, groups * kRows * 8);
    EXPECT_EQ(plain.compressed_bytes, plain.uncompressed_bytes);
    EXPECT_EQ(plain.dictionary_bytes, 0U);
    EXPECT_EQ(plain.dictionary_pages, 0U);
    EXPECT_EQ(plain.data_pages[PF_ENCODING_PLAIN], groups * 4);
    EXPECT_EQ(plain.data_pages[PF_ENCODING_RLE_DICTIONARY], 0U);

    const Stats few(writer_.get(), 1);
    EXPECT_EQ(few.encoding, PF_ENCODING_RLE_DICTIONARY);
    EXPECT_EQ(few.plain_bytes, groups * kRows * 8);
    EXPECT_GT(few.dictionary_bytes, groups * 4 * 8);  // four values behind a header
    EXPECT_LT(few.dictionary_bytes, few.compressed_bytes);
    EXPECT_LT(few.compressed_bytes, groups * kRows);  // two bits a value, and headers
    EXPECT_EQ(few.dictionary_pages, groups);
    EXPECT_EQ(few.data_pages[PF_ENCODING_PLAIN], 0U);
    EXPECT_EQ(few.data_pages[PF_ENCODING_RLE_DICTIONARY], groups * 4);
  }
}

TEST_F(ColumnStats, ofALeafThatIsNotThereAreRefused) {
  pf_column_stats_t stats;
  pf_column_stats_init(&stats, sizeof stats);
  EXPECT_EQ(pf_writer_get_column_stats(writer_.get(), 2, &stats), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_get_column_stats(writer_.get(), 0, nullptr), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_get_column_stats(nullptr, 0, &stats), PF_STATUS_INVALID_ARGUMENT);
}

}  // namespace
}  // namespace parquet_flow::test
