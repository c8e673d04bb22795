// Goal: of what a file says of a row group nothing is carried over that cannot be. Method: a file
// of the writer, of which the column index of one chunk is changed, and one of parquet-testing with
// indexes that contradict themselves.
#include "merge/copied_source.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "read/footer.hpp"
#include "read/made_files.hpp"
#include "read/schema_tree.hpp"
#include "support/corpus.hpp"
#include "support/expect_result.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::merge {
namespace {

using read::test::Value;

// Pages of four rows: optional numbers that rise, but that the last page has none.
std::string fileOfPages() {
  schema::Schema schema;
  for (const char* const name : {"a", "b"}) {
    PF_EXPECT_OK(schema.addLeaf(schema::kRoot, name, schema::PhysicalType::kInt64,
                                schema::Repetition::kOptional));
  }
  write::WriterOptions options;
  options.pageRows = 4;
  options.column.encoding = encoding::Encoding::kPlain;
  read::test::Rows rows;
  for (std::int64_t number = 0; number < 12; ++number) {
    Value::Group row;
    for (int column = 0; column < 2; ++column) {
      if (number < 8) {
        row.children.emplace_back(number);
      } else {
        row.children.emplace_back();
      }
    }
    rows.emplace_back(std::move(row));
  }
  return read::test::fileOf(std::make_shared<const schema::Schema>(std::move(schema)), options,
                            {rows});
}

// The same with another column index of 'a', between the rest and the footer.
std::string withIndex(const std::string& file,
                      const std::function<void(format::ColumnIndex&)>& change) {
  format::FileMetaData meta;
  EXPECT_TRUE(read::readFooter(io::MemoryInputFile(constBytes(file), "f"), meta));
  format::ColumnChunk& chunk = meta.row_groups[0].columns[0];
  format::ColumnIndex index;
  format::CompactReader reader;
  EXPECT_TRUE(
      reader.read(constBytes(file).subspan(static_cast<std::size_t>(chunk.column_index_offset),
                                           static_cast<std::size_t>(chunk.column_index_length)),
                  index));
  change(index);
  format::CompactWriter writer;
  ByteBuffer bytes;
  EXPECT_TRUE(writer.write(index, bytes));
  std::string changed =
      file.substr(0, file.size() - 8 - loadLe<std::uint32_t>(file.data() + file.size() - 8));
  chunk.column_index_offset = static_cast<std::int64_t>(changed.size());
  chunk.column_index_length = static_cast<std::int32_t>(bytes.size());
  changed += asText(bytes.span());
  ByteBuffer footer;
  EXPECT_TRUE(writer.write(meta, footer));
  const auto length = static_cast<std::uint32_t>(footer.size());
  changed += asText(footer.span());
  changed += asText(constBytes(&length, sizeof length));
  return changed + "PAR1";
}

// Of the file's first row group.
write::CopiedRowGroup copiedFrom(const std::string& path) {
  SourceFile source;
  PF_EXPECT_OK(source.open(path));
  EXPECT_TRUE(canCopyFrom(source));
  const auto schema = read::schemaOf(source.metaData().schema);
  auto copied = describeRowGroup(source, *schema, 0);
  PF_EXPECT_OK(copied);
  return std::move(*copied);
}

struct Case {
  const char* name;
  std::function<void(format::ColumnIndex&)> change;
};

TEST(CopiedSourceTest, aColumnIndexThatCannotBeIsLeftOutOfItsChunkAlone) {
  const test::TempDirectory folder;
  const std::string file = fileOfPages();
  const std::string path = folder.file("f.parquet");
  const auto copiedWith = [&](const std::function<void(format::ColumnIndex&)>& change) {
    test::writeWholeFile(path, withIndex(file, change));
    return copiedFrom(path);
  };
  const auto whole = copiedWith([](format::ColumnIndex&) {});
  EXPECT_FALSE(whole.chunks[0].columnIndex.empty());
  const Case cases[] = {
      {"values in a page of nulls", [](auto& index) { index.null_pages[1] = true; }},
      {"nulls that are not the chunk's", [](auto& index) { ++index.null_counts[0]; }},
      {"counts of other pages", [](auto& index) { index.null_counts.pop_back(); }},
      {"an order that is not theirs", [](auto& index) { index.boundary_order = 2; }},
      {"bounds of nulls", [](auto& index) { index.min_values[2] = index.min_values[0]; }},
      {"min above max", [](auto& index) { std::swap(index.min_values[1], index.max_values[1]); }},
  };
  for (const Case& each : cases) {
    const write::CopiedRowGroup copied = copiedWith(each.change);
    EXPECT_TRUE(copied.chunks[0].columnIndex.empty()) << each.name;
    EXPECT_TRUE(copied.chunks[0].offsetIndex != nullptr) << each.name;
    EXPECT_TRUE(copied.meta->columns[0].meta_data.__isset.statistics) << each.name;
    EXPECT_FALSE(copied.chunks[1].columnIndex.empty()) << each.name;
  }
}

// By parquet-mr 1.13.0-SNAPSHOT: REQUIRED columns, whose pages are said to be null, by -1 nulls.
TEST(CopiedSourceTest, pagesOfARequiredColumnThatAreSaidToBeNullAreNotCarriedOver) {
  for (const char* const name : {"datapage_v1-snappy-compressed-checksum.parquet",
                                 "datapage_v1-uncompressed-checksum.parquet"}) {
    PF_CORPUS_OR_SKIP(path, std::string("parquet-testing/data/") + name);
    const write::CopiedRowGroup copied = copiedFrom(path);
    ASSERT_EQ(copied.chunks.size(), 2U);
    for (const write::CopiedChunk& chunk : copied.chunks) {
      EXPECT_TRUE(chunk.columnIndex.empty()) << name;
      EXPECT_TRUE(chunk.offsetIndex != nullptr) << name;
    }
  }
}

}  // namespace
}  // namespace parquet_flow::merge
