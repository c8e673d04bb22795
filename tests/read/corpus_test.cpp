// Goal: files of other writers are read as what they hold; what this version does not read is said
// to be unsupported, and only what contradicts itself to be corrupt.
//
// Method: each file of the parquet-testing corpus against a table of those that are read, with
// their rows, and one of those that are refused, and why. The values of the files that are read
// were compared with pyarrow's when the table was made; a sum over the rows stands for them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/crc32.hpp"
#include "codec/codec.hpp"
#include "column/assemble.hpp"
#include "column/random_rows.hpp"
#include "io/memory_file.hpp"
#include "read/file_reader.hpp"
#include "support/corpus.hpp"
#include "support/optional_codecs.hpp"

namespace parquet_flow::read {
namespace {

struct Contents {
  std::uint64_t rows = 0;
  std::uint32_t crc = 0;  // of the rows' text, one after the other
  codec::Compression compression = codec::Compression::kUncompressed;  // without it, not read
};

const std::map<std::string, Contents>& readable() {
  static const std::map<std::string, Contents> kFiles = {
      {"ARROW-GH-43605.parquet", {21186, 4185602649U, codec::Compression::kZstd}},
      {"alltypes_dictionary.parquet", {2, 3387100316U}},
      {"alltypes_plain.parquet", {8, 48251065U}},
      {"alltypes_plain.snappy.parquet", {2, 3226719592U, codec::Compression::kSnappy}},
      {"alltypes_tiny_pages.parquet", {7300, 3102430380U}},
      {"alltypes_tiny_pages_plain.parquet", {7300, 3102430380U}},
      {"binary.parquet", {12, 3272888255U}},
      {"binary_truncated_min_max.parquet", {12, 1394646793U}},
      {"byte_array_decimal.parquet", {24, 969153092U}},
      {"byte_stream_split.zstd.parquet", {300, 999152971U, codec::Compression::kZstd}},
      {"byte_stream_split_extended.gzip.parquet", {200, 3920244693U}},
      {"column_chunk_key_value_metadata.parquet", {0, 0U}},
      {"concatenated_gzip_members.parquet", {513, 66655256U}},
      {"crs-arbitrary-value.parquet", {1, 48668403U}},
      {"crs-default.parquet", {1, 2582627402U}},
      {"crs-geography.parquet", {1, 2582627402U}},
      {"crs-projjson.parquet", {1, 48668403U}},
      {"crs-srid.parquet", {1, 48668403U}},
      {"data_index_bloom_encoding_stats.parquet", {14, 1323906372U}},
      {"data_index_bloom_encoding_with_length.parquet", {14, 1323906372U}},
      {"datapage_v1-snappy-compressed-checksum.parquet",
       {5120, 1277951457U, codec::Compression::kSnappy}},
      {"datapage_v1-uncompressed-checksum.parquet", {5120, 1277951457U}},
      {"datapage_v2.snappy.parquet", {5, 1848978883U, codec::Compression::kSnappy}},
      {"datapage_v2_empty_datapage.snappy.parquet", {1, 217439821U, codec::Compression::kSnappy}},
      {"delta_binary_packed.parquet", {200, 557728405U}},
      {"delta_byte_array.parquet", {1000, 1651913025U}},
      {"delta_encoding_optional_column.parquet", {100, 2050774673U}},
      {"delta_encoding_required_column.parquet", {100, 4189725783U}},
      {"delta_length_byte_array.parquet", {1000, 3166392868U, codec::Compression::kZstd}},
      {"dict-page-offset-zero.parquet", {39, 1388978339U, codec::Compression::kSnappy}},
      {"fixed_length_byte_array.parquet", {1000, 3980499717U}},
      {"fixed_length_decimal.parquet", {24, 3486179437U}},
      {"fixed_length_decimal_legacy.parquet", {24, 655097575U}},
      {"float16_nonzeros_and_nans.parquet", {8, 1965469415U}},
      {"float16_zeros_and_nans.parquet", {3, 3831707157U}},
      {"floating_orders_nan_count.parquet", {50, 3115024817U}},
      {"geography-lines.parquet", {499, 1255943507U, codec::Compression::kZstd}},
      {"geography-points.parquet", {500, 583648922U, codec::Compression::kZstd}},
      {"geography-polygons.parquet", {500, 254032503U, codec::Compression::kZstd}},
      {"geospatial-with-nan.parquet", {3, 1314484281U}},
      {"geospatial.parquet", {196, 3927421243U}},
      {"hadoop_lz4_compressed.parquet", {4, 390752993U, codec::Compression::kLz4}},
      {"hadoop_lz4_compressed_larger.parquet", {10000, 3387720276U, codec::Compression::kLz4}},
      {"incorrect_map_schema.parquet", {1, 1395629335U}},
      {"int32_decimal.parquet", {24, 502511382U}},
      {"int32_with_null_pages.parquet", {1000, 1583860319U}},
      {"int64_decimal.parquet", {24, 502511382U}},
      {"int96_from_spark.parquet", {6, 1606086294U, codec::Compression::kSnappy}},
      {"list_columns.parquet", {3, 743019828U, codec::Compression::kSnappy}},
      {"lz4_raw_compressed.parquet", {4, 390752993U, codec::Compression::kLz4Raw}},
      {"lz4_raw_compressed_larger.parquet", {10000, 3387720276U, codec::Compression::kLz4Raw}},
      {"map_no_value.parquet", {3, 333319092U}},
      {"nan_in_stats.parquet", {2, 3834927367U, codec::Compression::kSnappy}},
      {"nested_lists.snappy.parquet", {3, 3276921201U, codec::Compression::kSnappy}},
      {"nested_maps.snappy.parquet", {6, 2371401316U, codec::Compression::kSnappy}},
      {"nested_structs.rust.parquet", {1, 619338377U, codec::Compression::kZstd}},
      {"non_hadoop_lz4_compressed.parquet", {4, 390752993U, codec::Compression::kLz4}},
      {"nonnullable.impala.parquet", {1, 4256123860U}},
      {"null_list.parquet", {1, 3694270280U}},
      {"nullable.impala.parquet", {7, 4060999119U}},
      {"nulls.snappy.parquet", {8, 1906490029U, codec::Compression::kSnappy}},
      {"old_list_structure.parquet", {1, 2507798389U}},
      {"overflow_i16_page_cnt.parquet", {40000, 1764560957U}},
      {"page_v2_empty_compressed.parquet", {10, 1720283030U, codec::Compression::kZstd}},
      {"plain-dict-uncompressed-checksum.parquet", {1000, 38960371U}},
      {"repeated_primitive_no_list.parquet", {4, 2656344423U}},
      {"repeated_no_annotation.parquet", {6, 1654525716U}},
      {"rle-dict-snappy-checksum.parquet", {1000, 2444301301U, codec::Compression::kSnappy}},
      {"rle_boolean_encoding.parquet", {68, 3571390651U}},
      {"single_nan.parquet", {1, 217439821U, codec::Compression::kSnappy}},
      {"sort_columns.parquet", {6, 3710240458U, codec::Compression::kSnappy}},
      {"unknown-logical-type.parquet", {3, 1829740275U, codec::Compression::kSnappy}},
  };
  return kFiles;
}

struct Refusal {
  ErrorCode code = ErrorCode::kCorrupt;
  codec::Compression compression = codec::Compression::kUncompressed;  // without it, kUnsupported
};

// The others: corrupt where they contradict themselves or the format.
const std::map<std::string, Refusal>& refused() {
  static const std::map<std::string, Refusal> kFiles = {
      // The checksum of a page is not that of its bytes.
      {"datapage_v1-corrupt-checksum.parquet", {ErrorCode::kCorrupt}},
      {"rle-dict-uncompressed-corrupt-checksum.parquet", {ErrorCode::kCorrupt}},
      // A chunk that has 15 bytes more than its metadata says: the header of its dictionary page.
      {"nation.dict-malformed.parquet", {ErrorCode::kCorrupt}},
      // Pages of 1 GiB.
      {"large_string_map.brotli.parquet", {ErrorCode::kLimit, codec::Compression::kBrotli}},
      // bad_data: an index page among the pages; a dictionary of another length than its values; a
      // first repetition level that is not 0; fewer values than levels; a chunk beyond the end of
      // the pages; more entries in a page than in its chunk; physical type -7.
      {"ARROW-GH-41317.parquet", {ErrorCode::kUnsupported}},
      {"ARROW-GH-41321.parquet", {ErrorCode::kCorrupt}},
      {"ARROW-GH-45185.parquet", {ErrorCode::kCorrupt}},
      {"ARROW-GH-47662.parquet", {ErrorCode::kCorrupt}},
      {"ARROW-RS-GH-6229-DICTHEADER.parquet", {ErrorCode::kCorrupt}},
      {"ARROW-RS-GH-6229-LEVELS.parquet", {ErrorCode::kCorrupt, codec::Compression::kSnappy}},
      {"PARQUET-1481.parquet", {ErrorCode::kCorrupt}},
  };
  return kFiles;
}

Result<Contents> contentsOf(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  PF_TRY_ASSIGN(const auto reader, FileReader::open(std::make_unique<io::MemoryInputFile>(
                                       constBytes(bytes), path.filename().string())));
  Contents contents;
  column::Batch batch = column::makeBatch(reader->schema());
  for (std::size_t i = 0; i < reader->rowGroupCount(); ++i) {
    PF_TRY(reader->readRowGroup(i, batch));
    PF_TRY_ASSIGN(const std::vector<column::Value> rows,
                  column::assemble(reader->schema(), test::viewsOf(batch), batch.rows));
    contents.rows += rows.size();
    for (const column::Value& row : rows) {
      const std::string text = row.toString();
      contents.crc = crc32(contents.crc, constBytes(text));
    }
  }
  return contents;
}

// Without the codec of the file, `expected` is an error too.
void expectContents(const std::string& name, const Result<Contents>& contents) {
  const auto expected = readable().find(name);
  const auto error = refused().find(name);
  if (expected != readable().end() &&
      test::isBuilt(static_cast<int>(expected->second.compression))) {
    ASSERT_TRUE(contents) << contents.error().message();
    EXPECT_EQ(contents->rows, expected->second.rows) << name;
    EXPECT_EQ(contents->crc, expected->second.crc) << name;
    return;
  }
  ASSERT_FALSE(contents) << name << " is read, and not in the table: {\"" << name << "\", {"
                         << contents->rows << ", " << contents->crc << "U}},";
  if (error != refused().end()) {
    const Refusal& refusal = error->second;
    const bool isBuilt = test::isBuilt(static_cast<int>(refusal.compression));
    EXPECT_EQ(contents.error().code(), isBuilt ? refusal.code : ErrorCode::kUnsupported)
        << contents.error().message();
  } else {
    EXPECT_TRUE(expected != readable().end()) << name << " is in neither table";
    EXPECT_EQ(contents.error().code(), ErrorCode::kUnsupported) << contents.error().message();
  }
}

TEST(Corpus, eachFileIsReadOrRefusedForWhatItIs) {
  PF_CORPUS_OR_SKIP(root, "parquet-testing");
  std::set<std::string> seen;
  for (const char* const folder : {"data", "data/geospatial", "bad_data"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(root) / folder)) {
      if (entry.path().extension() == ".parquet") {  // not encrypted, nor beside the files
        const std::string name = entry.path().filename().string();
        seen.insert(name);
        expectContents(name, contentsOf(entry.path()));
      }
    }
  }
  EXPECT_EQ(seen.size(), readable().size() + refused().size());
  for (const auto& [name, contents] : readable()) {
    EXPECT_TRUE(seen.count(name) != 0) << name << " is in the table, and not in the folder";
  }
  for (const auto& [name, code] : refused()) {
    EXPECT_TRUE(seen.count(name) != 0) << name << " is in the table, and not in the folder";
  }
}

}  // namespace
}  // namespace parquet_flow::read
