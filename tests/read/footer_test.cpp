// Goal: a footer that contradicts its file is refused by name, whatever it says. Method: footers
// serialised from hand-filled structs around a few bytes of pages, one lie each; then every
// truncation and every flipped bit of a whole file, none of which may crash or give rows that are
// not there.
#include "read/footer.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>

#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "io/memory_file.hpp"

namespace parquet_flow::read {
namespace {

constexpr std::int64_t kPageBytes = 10;  // of each chunk

format::FileMetaData twoColumnsOfThreeRows() {
  format::FileMetaData metaData;
  metaData.version = 1;
  metaData.schema.resize(3);
  metaData.schema[0].name = "schema";
  metaData.schema[0].__set_num_children(2);
  for (std::size_t i = 1; i < 3; ++i) {
    metaData.schema[i].name = "c" + std::to_string(i);
    metaData.schema[i].__set_type(format::Type::INT32);
    metaData.schema[i].__set_repetition_type(0);
  }
  format::RowGroup rowGroup;
  rowGroup.num_rows = 3;
  for (std::int64_t i = 0; i < 2; ++i) {
    format::ColumnChunk chunk;
    chunk.meta_data.data_page_offset = 4 + i * kPageBytes;
    chunk.meta_data.total_compressed_size = kPageBytes;
    chunk.__isset.meta_data = true;
    rowGroup.columns.push_back(chunk);
  }
  metaData.row_groups.push_back(rowGroup);
  metaData.num_rows = 3;
  return metaData;
}

std::string fileOf(const format::FileMetaData& metaData) {
  ByteBuffer footer;
  format::CompactWriter writer;
  EXPECT_TRUE(writer.write(metaData, footer));
  std::string file = "PAR1" + std::string(2 * kPageBytes, 'p');
  file += asText(footer.span());
  const auto length = static_cast<std::uint32_t>(footer.size());
  file.append(reinterpret_cast<const char*>(&length), sizeof length);
  return file + "PAR1";
}

Result<FileInfo> infoOf(const std::string& file) {
  return readFileInfo(io::MemoryInputFile(constBytes(file), "test.parquet"));
}

TEST(Footer, ofAWholeFile) {
  const std::string file = fileOf(twoColumnsOfThreeRows());
  const auto info = infoOf(file);
  ASSERT_TRUE(info) << info.error().message();
  EXPECT_EQ(info->rows, 3U);
  EXPECT_EQ(info->rowGroups, 1U);
  EXPECT_EQ(info->leaves, 2U);
  EXPECT_EQ(info->fileBytes, file.size());
}

TEST(Footer, withoutRowsIsFine) {
  format::FileMetaData metaData = twoColumnsOfThreeRows();
  metaData.row_groups.clear();
  metaData.num_rows = 0;
  const auto info = infoOf(fileOf(metaData));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->rows, 0U);
}

struct Lie {
  const char* name;
  std::function<void(format::FileMetaData&)> tell;
  ErrorCode code;
  const char* says;
};

TEST(Footer, thatContradictsItsFileIsRefused) {
  const auto chunk = [](format::FileMetaData& m) -> format::ColumnMetaData& {
    return m.row_groups[0].columns[1].meta_data;
  };
  const std::vector<Lie> lies = {
      {"rows do not add up", [](auto& m) { m.num_rows = 4; }, ErrorCode::kCorrupt, "4 rows"},
      {"negative rows", [](auto& m) { m.num_rows = m.row_groups[0].num_rows = -1; },
       ErrorCode::kCorrupt, "row group 0"},
      {"values in no rows",
       [&](auto& m) {
         m.num_rows = m.row_groups[0].num_rows = 0;
         chunk(m).num_values = 3;
       },
       ErrorCode::kCorrupt, "column 1: 3 values in 0 rows"},
      {"a chunk too few", [](auto& m) { m.row_groups[0].columns.pop_back(); }, ErrorCode::kCorrupt,
       "1 column chunks for 2 leaves"},
      {"no root", [](auto& m) { m.schema.clear(); }, ErrorCode::kCorrupt, "no root"},
      {"a chunk in the footer", [&](auto& m) { chunk(m).data_page_offset = 20; },
       ErrorCode::kCorrupt, "column 1"},
      {"a chunk in the magic", [&](auto& m) { chunk(m).data_page_offset = 3; }, ErrorCode::kCorrupt,
       "column 1"},
      {"a negative offset", [&](auto& m) { chunk(m).data_page_offset = -5; }, ErrorCode::kCorrupt,
       "column 1"},
      {"an endless chunk", [&](auto& m) { chunk(m).total_compressed_size = INT64_MAX; },
       ErrorCode::kCorrupt, "column 1"},
      {"a negative size", [&](auto& m) { chunk(m).total_compressed_size = -1; },
       ErrorCode::kCorrupt, "column 1"},
      {"no column metadata", [](auto& m) { m.row_groups[0].columns[0].__isset.meta_data = false; },
       ErrorCode::kCorrupt, "column 0"},
      {"pages elsewhere", [](auto& m) { m.row_groups[0].columns[0].__set_file_path("x"); },
       ErrorCode::kUnsupported, "another file"},
  };
  for (const Lie& lie : lies) {
    format::FileMetaData metaData = twoColumnsOfThreeRows();
    lie.tell(metaData);
    const auto info = infoOf(fileOf(metaData));
    ASSERT_FALSE(info) << lie.name;
    EXPECT_EQ(info.error().code(), lie.code) << lie.name;
    EXPECT_NE(info.error().message().find(lie.says), std::string::npos) << info.error().message();
    EXPECT_EQ(info.error().message().rfind("test.parquet: ", 0), 0U) << info.error().message();
  }
}

TEST(Footer, lengthBeyondTheFileIsRefused) {
  std::string file = fileOf(twoColumnsOfThreeRows());
  const std::uint32_t length = 0x7FFFFFFF;
  std::memcpy(file.data() + file.size() - 8, &length, sizeof length);
  EXPECT_EQ(infoOf(file).error().code(), ErrorCode::kCorrupt);
}

TEST(Footer, encryptedIsUnsupportedNotCorrupt) {
  std::string file = fileOf(twoColumnsOfThreeRows());
  file.replace(file.size() - 4, 4, "PARE");
  EXPECT_EQ(infoOf(file).error().code(), ErrorCode::kUnsupported);
}

TEST(Footer, everyTruncationIsRefused) {
  const std::string file = fileOf(twoColumnsOfThreeRows());
  for (std::size_t bytes = 0; bytes < file.size(); ++bytes) {
    const auto info = infoOf(file.substr(0, bytes));
    ASSERT_FALSE(info) << bytes;
    EXPECT_EQ(info.error().code(), ErrorCode::kCorrupt) << bytes;
  }
}

TEST(Footer, everyFlippedBitIsRefusedOrStillConsistent) {
  const std::string file = fileOf(twoColumnsOfThreeRows());
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    std::string flipped = file;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    const auto info = infoOf(flipped);
    if (info) {
      EXPECT_LE(info->rowGroups, 1U) << bit;
      EXPECT_EQ(info->fileBytes, file.size());
    }
  }
}

}  // namespace
}  // namespace parquet_flow::read
