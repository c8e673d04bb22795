// Goal: the footer, the page index and the bloom filters of a file say of its pages what is there.
// Method: one file of columns of different kinds; its pages are walked header by header, and all
// that is said of them is held against what the walk found and against the values.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

#include "encoded_pages.hpp"
#include "format/compact.hpp"
#include "io/memory_file.hpp"
#include "read/footer.hpp"
#include "stats/bloom_filter.hpp"
#include "support/expect_result.hpp"
#include "write/file_writer.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using encoding::Encoding;
using schema::PhysicalType;
using schema::Repetition;

constexpr std::size_t kRows = 5000;

// `up` rises, `few` is of few values, `text` of many.
struct Source {
  Source() {
    (void)*schema->addLeaf(schema::kRoot, "up", PhysicalType::kInt64, Repetition::kRequired, 0, {},
                           7);
    (void)*schema->addLeaf(schema::kRoot, "few", PhysicalType::kInt32, Repetition::kOptional, 0, {},
                           9);
    (void)*schema->addLeaf(schema::kRoot, "text", PhysicalType::kByteArray, Repetition::kRequired,
                           0, {}, 11);
    std::mt19937_64 random(1);
    std::vector<std::string> strings;
    for (std::size_t i = 0; i < kRows; ++i) {
      up.push_back(static_cast<std::int64_t>(i));
      levels.push_back(i % 3 == 0 ? 0 : 1);
      if (i % 3 != 0) {
        few.push_back(static_cast<std::int32_t>(i % 10));
      }
      strings.push_back(std::to_string(random()));
    }
    text = test::Strings(strings);
  }

  [[nodiscard]] std::vector<LeafView> views() const {
    std::vector<LeafView> all = {test::fixedView(up), test::fixedView(few), text.view()};
    all[1].rows = all[1].entries = kRows;
    all[1].definitionLevels = levels.data();
    return all;
  }

  std::shared_ptr<schema::Schema> schema = std::make_shared<schema::Schema>();
  std::vector<std::int64_t> up;
  std::vector<std::int32_t> few;
  std::vector<std::uint8_t> levels;
  test::Strings text = test::Strings({});
};

struct WrittenPage {
  format::PageHeader header;
  std::int64_t offset = 0;
  std::int32_t bytes = 0;  // with the header
};

class FileLayout : public testing::Test {
 protected:
  // Two row groups of the same rows.
  void write() {
    auto memory = std::make_unique<io::MemoryOutputFile>();
    const io::MemoryOutputFile& contents = *memory;
    PF_ASSERT_OK(validateOptions(options_, *source_.schema));
    PF_ASSERT_OK_ASSIGN(const auto encoder, RowGroupEncoder::create(source_.schema, options_));
    PF_ASSERT_OK_ASSIGN(const auto writer,
                        FileWriter::open(std::move(memory), source_.schema, options_));
    const std::vector<LeafView> views = source_.views();
    EncodedRowGroup encoded;
    for (int i = 0; i < 2; ++i) {
      PF_ASSERT_OK(encoder->encode(kRows, views, encoded));
      PF_ASSERT_OK(writer->writeRowGroup(encoded));
    }
    PF_ASSERT_OK(writer->finish());
    bytes_.assign(contents.contents().begin(), contents.contents().end());
    PF_ASSERT_OK(read::readFooter(io::MemoryInputFile(bytes_, "f"), footer_));
    ASSERT_EQ(footer_.row_groups.size(), 2U);
  }

  template <class T>
  T structAt(std::int64_t offset, std::int32_t bytes) {
    T value;
    format::CompactReader reader;
    const auto used = reader.read(ConstBytes(bytes_).subspan(static_cast<std::size_t>(offset),
                                                             static_cast<std::size_t>(bytes)),
                                  value);
    EXPECT_TRUE(used.has_value());
    EXPECT_EQ(used.value_or(0), static_cast<std::size_t>(bytes));
    return value;
  }

  std::vector<WrittenPage> pagesOf(const format::ColumnMetaData& meta) {
    std::vector<WrittenPage> pages;
    format::CompactReader reader;
    std::int64_t at = read::chunkOffset(meta);
    const std::int64_t end = at + meta.total_compressed_size;
    while (at < end) {
      WrittenPage page;
      const auto used =
          reader.read(ConstBytes(bytes_).subspan(static_cast<std::size_t>(at)), page.header);
      EXPECT_TRUE(used.has_value());
      page.offset = at;
      page.bytes = static_cast<std::int32_t>(used.value_or(1)) + page.header.compressed_page_size;
      at += page.bytes;
      pages.push_back(page);
    }
    EXPECT_EQ(at, end);
    return pages;
  }

  const format::ColumnChunk& chunk(std::size_t group, std::size_t column) {
    return footer_.row_groups[group].columns[column];
  }

  Source source_;
  WriterOptions options_;
  std::vector<std::byte> bytes_;
  format::FileMetaData footer_;
};

TEST_F(FileLayout, encodingsAndOffsetsAreThoseOfThePages) {
  options_.column.encoding = Encoding::kRleDictionary;
  options_.dictionaryBytes = 16 << 10;
  options_.pageRows = 600;
  for (const std::uint32_t version : {1U, 2U}) {
    options_.dataPageVersion = version;
    footer_ = {};
    ASSERT_NO_FATAL_FAILURE(write());
    bool hasFallback = false;
    for (std::size_t group = 0; group < 2; ++group) {
      for (std::size_t column = 0; column < 3; ++column) {
        const format::ColumnMetaData& meta = chunk(group, column).meta_data;
        const std::vector<WrittenPage> pages = pagesOf(meta);
        ASSERT_EQ(pages[0].header.type, +format::PageType::DICTIONARY_PAGE);
        EXPECT_TRUE(meta.__isset.dictionary_page_offset);
        EXPECT_EQ(meta.dictionary_page_offset, pages[0].offset);
        EXPECT_EQ(meta.data_page_offset, pages[1].offset);
        std::map<std::pair<int, int>, int> counts;
        for (const WrittenPage& page : pages) {
          const int encoding = page.header.__isset.dictionary_page_header
                                   ? page.header.dictionary_page_header.encoding
                                   : (version == 1 ? page.header.data_page_header.encoding
                                                   : page.header.data_page_header_v2.encoding);
          ++counts[{page.header.type, encoding}];
        }
        hasFallback = hasFallback || counts.size() > 2;
        std::map<std::pair<int, int>, int> said;
        for (const format::PageEncodingStats& stats : meta.encoding_stats) {
          EXPECT_TRUE(said.insert({{stats.page_type, stats.encoding}, stats.count}).second);
          EXPECT_EQ(std::count(meta.encodings.begin(), meta.encodings.end(), stats.encoding), 1);
        }
        EXPECT_EQ(said, counts);
        EXPECT_EQ(std::count(meta.encodings.begin(), meta.encodings.end(), +format::Encoding::RLE),
                  1);
      }
    }
    EXPECT_TRUE(hasFallback);
  }
}

TEST_F(FileLayout, aChunkWithoutADictionaryHasNoOffsetOfOne) {
  options_.column.encoding = Encoding::kPlain;
  ASSERT_NO_FATAL_FAILURE(write());
  for (std::size_t column = 0; column < 3; ++column) {
    const format::ColumnMetaData& meta = chunk(1, column).meta_data;
    EXPECT_FALSE(meta.__isset.dictionary_page_offset);
    EXPECT_EQ(meta.data_page_offset, pagesOf(meta)[0].offset);
    EXPECT_EQ(meta.encodings,
              (std::vector<std::int32_t>{format::Encoding::PLAIN, format::Encoding::RLE}));
  }
}

TEST_F(FileLayout, baselineNamesTheDictionaryAsOldReadersDo) {
  options_.profile = Profile::kBaseline;
  ASSERT_NO_FATAL_FAILURE(write());
  for (const WrittenPage& page : pagesOf(chunk(0, 1).meta_data)) {
    EXPECT_EQ(page.header.__isset.dictionary_page_header
                  ? page.header.dictionary_page_header.encoding
                  : page.header.data_page_header.encoding,
              +format::Encoding::PLAIN_DICTIONARY);
  }
  EXPECT_EQ(chunk(0, 1).meta_data.encodings,
            (std::vector<std::int32_t>{format::Encoding::PLAIN_DICTIONARY, format::Encoding::RLE}));
}

TEST_F(FileLayout, thePageIndexIsOfTheDataPages) {
  options_.pageRows = 600;
  ASSERT_NO_FATAL_FAILURE(write());
  std::int64_t columnIndexesEnd = 0;
  std::int64_t offsetIndexesBegin = INT64_MAX;
  for (std::size_t group = 0; group < 2; ++group) {
    for (std::size_t column = 0; column < 3; ++column) {
      const format::ColumnChunk& meta = chunk(group, column);
      std::vector<WrittenPage> pages = pagesOf(meta.meta_data);
      if (pages[0].header.type == format::PageType::DICTIONARY_PAGE) {
        pages.erase(pages.begin());
      }
      const auto offsets =
          structAt<format::OffsetIndex>(meta.offset_index_offset, meta.offset_index_length);
      ASSERT_EQ(offsets.page_locations.size(), pages.size());
      ASSERT_GE(pages.size(), kRows / 600);
      for (std::size_t i = 0; i < pages.size(); ++i) {
        EXPECT_EQ(offsets.page_locations[i].offset, pages[i].offset);
        EXPECT_EQ(offsets.page_locations[i].compressed_page_size, pages[i].bytes);
        EXPECT_EQ(offsets.page_locations[i].first_row_index, static_cast<std::int64_t>(600 * i));
        EXPECT_FALSE(pages[i].header.data_page_header.__isset.statistics);
      }
      const auto bounds =
          structAt<format::ColumnIndex>(meta.column_index_offset, meta.column_index_length);
      ASSERT_EQ(bounds.null_pages.size(), pages.size());
      columnIndexesEnd =
          std::max(columnIndexesEnd, meta.column_index_offset + meta.column_index_length);
      offsetIndexesBegin = std::min(offsetIndexesBegin, meta.offset_index_offset);
      const format::ColumnMetaData& last = chunk(1, 2).meta_data;
      EXPECT_GE(meta.column_index_offset, last.data_page_offset);
    }
  }
  EXPECT_EQ(columnIndexesEnd, offsetIndexesBegin);

  const auto up = structAt<format::ColumnIndex>(chunk(1, 0).column_index_offset,
                                                chunk(1, 0).column_index_length);
  EXPECT_EQ(up.boundary_order, +format::BoundaryOrder::ASCENDING);
  for (std::size_t i = 0; i < up.min_values.size(); ++i) {
    const std::size_t end = std::min<std::size_t>(600 * (i + 1), kRows);
    EXPECT_FALSE(up.null_pages[i]);
    EXPECT_EQ(up.null_counts[i], 0);
    EXPECT_EQ(loadLe<std::int64_t>(up.min_values[i].data()), source_.up[600 * i]);
    EXPECT_EQ(loadLe<std::int64_t>(up.max_values[i].data()), source_.up[end - 1]);
  }
  const auto few = structAt<format::ColumnIndex>(chunk(0, 1).column_index_offset,
                                                 chunk(0, 1).column_index_length);
  EXPECT_EQ(few.null_counts[0], 200);  // every third
}

TEST_F(FileLayout, thePageIndexIsLeftOut) {
  options_.pageIndex = false;
  ASSERT_NO_FATAL_FAILURE(write());
  EXPECT_FALSE(chunk(0, 0).__isset.offset_index_offset);
  EXPECT_FALSE(chunk(0, 0).__isset.column_index_offset);
  EXPECT_TRUE(pagesOf(chunk(0, 0).meta_data).back().header.data_page_header.__isset.statistics);
}

TEST_F(FileLayout, bloomFiltersStandBehindTheirRowGroupAndHaveTheValues) {
  options_.column.bloomFilter = BloomFilterOptions{};
  for (const bool isDictionary : {true, false}) {
    options_.column.encoding = isDictionary ? Encoding::kRleDictionary : Encoding::kPlain;
    footer_ = {};
    ASSERT_NO_FATAL_FAILURE(write());
    for (std::size_t group = 0; group < 2; ++group) {
      const format::ColumnMetaData& before = chunk(group, 2).meta_data;
      std::int64_t at = read::chunkOffset(before) + before.total_compressed_size;
      for (std::size_t column = 0; column < 3; ++column) {
        const format::ColumnMetaData& meta = chunk(group, column).meta_data;
        ASSERT_TRUE(meta.__isset.bloom_filter_offset);
        EXPECT_EQ(meta.bloom_filter_offset, at);
        at += meta.bloom_filter_length;
      }
    }
    const format::ColumnMetaData& meta = chunk(1, 0).meta_data;
    const ConstBytes filter =
        ConstBytes(bytes_).subspan(static_cast<std::size_t>(meta.bloom_filter_offset),
                                   static_cast<std::size_t>(meta.bloom_filter_length));
    format::BloomFilterHeader header;
    format::CompactReader reader;
    PF_ASSERT_OK_ASSIGN(const std::size_t headerBytes, reader.read(filter, header));
    const ConstBytes bits = filter.subspan(headerBytes);
    ASSERT_EQ(bits.size(), static_cast<std::size_t>(header.numBytes));
    EXPECT_TRUE(header.algorithm.__isset.BLOCK);
    EXPECT_TRUE(header.hash.__isset.XXHASH);
    EXPECT_TRUE(header.compression.__isset.UNCOMPRESSED);
    const auto mayContain = [bits](std::int64_t value) {
      return stats::bloomMayContain(bits, stats::bloomHash(constBytes(&value, sizeof value)));
    };
    EXPECT_TRUE(std::all_of(source_.up.begin(), source_.up.end(), mayContain));
    std::size_t wrong = 0;
    for (std::int64_t value = 1'000'000; value < 1'010'000; ++value) {
      wrong += mayContain(value) ? 1 : 0;
    }
    EXPECT_LT(wrong, 200U);  // 1 % was asked for
  }
}

// Readers that ask for 0.0 mean -0.0 too.
TEST(BloomFilterOfZeros, hasBothFormsWhereOneIsThere) {
  const double values[] = {-0.0, 0.0, 1.0};
  for (std::size_t i = 0; i < 3; ++i) {
    const test::OneColumn column(PhysicalType::kDouble, Repetition::kRequired);
    WriterOptions options = test::plainPages();
    options.column.bloomFilter = BloomFilterOptions{};
    EncodedColumnChunk chunk;
    const std::vector<double> one = {values[i]};
    PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {test::fixedView(one)}, chunk));
    format::BloomFilterHeader header;
    format::CompactReader reader;
    PF_ASSERT_OK_ASSIGN(const std::size_t headerBytes,
                        reader.read(chunk.bloomFilter.span(), header));
    const ConstBytes bits = chunk.bloomFilter.span().subspan(headerBytes);
    for (std::size_t asked = 0; asked < 3; ++asked) {
      EXPECT_EQ(stats::bloomMayContain(bits, stats::bloomHash(constBytes(&values[asked], 8))),
                asked == i || (asked < 2 && i < 2))
          << values[asked] << " of " << values[i];
    }
  }
}

TEST_F(FileLayout, sizeStatisticsAreOfTheValues) {
  ASSERT_NO_FATAL_FAILURE(write());
  const format::ColumnMetaData& text = chunk(0, 2).meta_data;
  EXPECT_EQ(text.size_statistics.unencoded_byte_array_data_bytes,
            static_cast<std::int64_t>(source_.text.bytes.size()));
  options_.sizeStatistics = false;
  footer_ = {};
  ASSERT_NO_FATAL_FAILURE(write());
  EXPECT_FALSE(chunk(0, 2).meta_data.__isset.size_statistics);
}

TEST_F(FileLayout, sortingColumnsAreNamedWhereTheRowsAreSorted) {
  options_.sortingColumns = {{.path = "up"}, {.path = "few", .descending = true}};
  ASSERT_NO_FATAL_FAILURE(write());
  ASSERT_TRUE(footer_.row_groups[0].__isset.sorting_columns);
  ASSERT_EQ(footer_.row_groups[0].sorting_columns.size(), 2U);
  EXPECT_EQ(footer_.row_groups[0].sorting_columns[1].column_idx, 1);
  EXPECT_TRUE(footer_.row_groups[0].sorting_columns[1].descending);
  options_.sortingColumns = {{.path = "up", .descending = true}};
  footer_ = {};
  ASSERT_NO_FATAL_FAILURE(write());
  EXPECT_FALSE(footer_.row_groups[0].__isset.sorting_columns);
}

TEST_F(FileLayout, keyValuesAreThoseOfTheColumn) {
  options_.column.keyValues = {{"all", "1"}};
  options_.overrides = {{.path = "few", .keyValues = {{"unit", "ms"}, {"none", std::nullopt}}}};
  ASSERT_NO_FATAL_FAILURE(write());
  const auto& up = chunk(0, 0).meta_data.key_value_metadata;
  ASSERT_EQ(up.size(), 1U);
  EXPECT_EQ(up[0].key, "all");
  const auto& few = chunk(1, 1).meta_data.key_value_metadata;
  ASSERT_EQ(few.size(), 3U);
  EXPECT_EQ(few[1].key, "unit");
  EXPECT_EQ(few[1].value, "ms");
  EXPECT_FALSE(few[2].__isset.value);
}

TEST_F(FileLayout, fieldIdsAreTheSchemasNoneOrCounted) {
  const std::map<FieldIds, std::vector<std::int32_t>> expected = {
      {FieldIds::kSchemas, {7, 9, 11}}, {FieldIds::kNone, {}}, {FieldIds::kAssigned, {1, 2, 3}}};
  for (const auto& [mode, ids] : expected) {
    options_.fieldIds = mode;
    footer_ = {};
    ASSERT_NO_FATAL_FAILURE(write());
    std::vector<std::int32_t> said;
    for (std::size_t i = 1; i < footer_.schema.size(); ++i) {
      if (footer_.schema[i].__isset.field_id) {
        said.push_back(footer_.schema[i].field_id);
      }
    }
    EXPECT_EQ(said, ids);
  }
}

}  // namespace
}  // namespace parquet_flow::write
