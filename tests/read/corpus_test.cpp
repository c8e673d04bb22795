// Goal: files of other writers are read as what they hold; what this version does not read is said
// to be unsupported, and only what contradicts itself to be corrupt.
//
// Method: each file of the parquet-testing corpus against a table of those that are read, with
// their rows, and those that are refused as corrupt; every other one must be unsupported. The
// values of the files that are read were compared with pyarrow's when the table was made; a sum
// over the rows stands for them.
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
#include "read/footer.hpp"
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
      {"alltypes_tiny_pages_plain.parquet", {7300, 3102430380U}},
      {"binary.parquet", {12, 3272888255U}},
      {"binary_truncated_min_max.parquet", {12, 1394646793U}},
      {"column_chunk_key_value_metadata.parquet", {0, 0U}},
      {"byte_array_decimal.parquet", {24, 969153092U}},
      {"data_index_bloom_encoding_stats.parquet", {14, 1323906372U}},
      {"datapage_v1-uncompressed-checksum.parquet", {5120, 1277951457U}},
      {"datapage_v1-snappy-compressed-checksum.parquet",
       {5120, 1277951457U, codec::Compression::kSnappy}},
      {"dict-page-offset-zero.parquet", {39, 1388978339U, codec::Compression::kSnappy}},
      {"fixed_length_byte_array.parquet", {1000, 3980499717U}},
      {"fixed_length_decimal.parquet", {24, 3486179437U}},
      {"fixed_length_decimal_legacy.parquet", {24, 655097575U}},
      {"floating_orders_nan_count.parquet", {50, 3115024817U}},
      {"hadoop_lz4_compressed_larger.parquet", {10000, 3387720276U, codec::Compression::kLz4}},
      {"incorrect_map_schema.parquet", {1, 1395629335U}},
      {"int32_decimal.parquet", {24, 502511382U}},
      {"int32_with_null_pages.parquet", {1000, 1583860319U}},
      {"int64_decimal.parquet", {24, 502511382U}},
      {"lz4_raw_compressed.parquet", {4, 390752993U, codec::Compression::kLz4Raw}},
      {"lz4_raw_compressed_larger.parquet", {10000, 3387720276U, codec::Compression::kLz4Raw}},
      {"nonnullable.impala.parquet", {1, 4256123860U}},
      {"null_list.parquet", {1, 3694270280U}},
      {"nulls.snappy.parquet", {8, 1906490029U, codec::Compression::kSnappy}},
      {"old_list_structure.parquet", {1, 2507798389U}},
      {"overflow_i16_page_cnt.parquet", {40000, 1764560957U}},
  };
  return kFiles;
}

// What is wrong with each, or is not in order: the first two checksums are, the others contradict
// themselves or the format.
const std::set<std::string>& corrupt() {
  static const std::set<std::string> kFiles = {
      "datapage_v1-corrupt-checksum.parquet",
      "rle-dict-uncompressed-corrupt-checksum.parquet",
      "ARROW-GH-45185.parquet",               // the first repetition level is not 0
      "ARROW-GH-47662.parquet",               // fewer values than its levels say
      "ARROW-RS-GH-6229-DICTHEADER.parquet",  // a chunk beyond the end of the pages
      "PARQUET-1481.parquet",                 // physical type -7
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

TEST(Corpus, eachFileIsReadOrRefusedForWhatItIs) {
  PF_CORPUS_OR_SKIP(root, "parquet-testing");
  std::set<std::string> seen;
  for (const char* const folder : {"data", "bad_data"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(root) / folder)) {
      const std::string name = entry.path().filename().string();
      if (entry.path().extension() != ".parquet") {
        continue;  // encrypted ones, and what is beside the files
      }
      seen.insert(name);
      const auto contents = contentsOf(entry.path());
      const auto expected = readable().find(name);
      if (expected != readable().end() &&
          test::isBuilt(static_cast<int>(expected->second.compression))) {
        ASSERT_TRUE(contents) << contents.error().message();
        EXPECT_EQ(contents->rows, expected->second.rows) << name;
        EXPECT_EQ(contents->crc, expected->second.crc) << name;
        continue;
      }
      ASSERT_FALSE(contents) << name << " is read, and not in the table: {\"" << name << "\", {"
                             << contents->rows << ", " << contents->crc << "U}},";
      EXPECT_EQ(contents.error().code(),
                corrupt().count(name) != 0 ? ErrorCode::kCorrupt : ErrorCode::kUnsupported)
          << contents.error().message();
    }
  }
  for (const auto& [name, contents] : readable()) {
    EXPECT_TRUE(seen.count(name) != 0) << name << " is in the table, and not in the folder";
  }
  for (const std::string& name : corrupt()) {
    EXPECT_TRUE(seen.count(name) != 0) << name << " is in the table, and not in the folder";
  }
}

// The footer alone says how many rows and row groups there are, whatever the pages are like: of the
// files in data/ all but those here.
TEST(Corpus, eachFooterIsReadOrRefusedForWhatItIs) {
  PF_CORPUS_OR_SKIP(root, "parquet-testing");
  const std::map<std::string, std::string> refused = {
      // name, and what the reason says
      {"encrypt_columns_and_footer.parquet.encrypted", "footer is encrypted"},
      {"encrypt_columns_and_footer_aad.parquet.encrypted", "footer is encrypted"},
      {"encrypt_columns_and_footer_bloom_filter.parquet.encrypted", "footer is encrypted"},
      {"encrypt_columns_and_footer_ctr.parquet.encrypted", "footer is encrypted"},
      {"encrypt_columns_and_footer_disable_aad_storage.parquet.encrypted", "footer is encrypted"},
      {"encrypt_columns_plaintext_footer.parquet.encrypted", "it is encrypted"},
      {"external_key_material_java.parquet.encrypted", "footer is encrypted"},
      {"uniform_encryption.parquet.encrypted", "footer is encrypted"},
  };
  std::size_t seen = 0;
  std::size_t read = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(root) / "data")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".parquet") && !name.ends_with(".encrypted")) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    const auto info = readFileInfo(io::MemoryInputFile(constBytes(bytes), name));
    const auto expected = refused.find(name);
    if (expected == refused.end()) {
      EXPECT_TRUE(info) << info.error().message();
      ++read;
      continue;
    }
    ++seen;
    ASSERT_FALSE(info) << name;
    EXPECT_EQ(info.error().code(), ErrorCode::kUnsupported) << info.error().message();
    EXPECT_NE(info.error().message().find(expected->second), std::string::npos)
        << info.error().message();
  }
  EXPECT_EQ(seen, refused.size()) << "one of the table is not in the folder";
  EXPECT_GE(read, 65U);
}

}  // namespace
}  // namespace parquet_flow::read
