// Goal: a row group that is copied from another file reads as it did there, with its page index,
// and one that fails on the way leaves the file as it was. Method: row groups of one file go into
// others, behind ones that were encoded there, and are read back; each write fails once.
#include "write/copied_row_group.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include "encoded_pages.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "read/file_reader.hpp"
#include "read/footer.hpp"
#include "support/expect_result.hpp"
#include "support/faulty_io.hpp"
#include "write/file_writer.hpp"

namespace parquet_flow::write {
namespace {

using parquet_flow::test::FaultPlan;
using parquet_flow::test::FaultyOutputFile;
using parquet_flow::test::IoOperation;
using schema::PhysicalType;
using schema::Repetition;
using test::Bytes;

WriterOptions indexedPages() {
  WriterOptions options = test::plainPages();
  options.pageIndex = true;
  return options;
}

std::shared_ptr<schema::Schema> oneColumn(const char* name) {
  auto schema = std::make_shared<schema::Schema>();
  EXPECT_TRUE(schema->addLeaf(schema::kRoot, name, PhysicalType::kInt64, Repetition::kRequired));
  return schema;
}

EncodedRowGroup encoded(const std::shared_ptr<schema::Schema>& schema,
                        const std::vector<std::int64_t>& values) {
  EncodedRowGroup group;
  auto encoder = RowGroupEncoder::create(schema, indexedPages());
  EXPECT_TRUE(encoder.has_value());
  const std::vector<column::LeafView> views = {test::fixedView(values)};
  EXPECT_TRUE((*encoder)->encode(values.size(), views, group));
  return group;
}

// A file of two row groups: 1, 2, 3 and 4, 5.
struct Source {
  Source() {
    auto memory = std::make_unique<io::MemoryOutputFile>();
    auto* const kept = memory.get();
    auto writer = FileWriter::open(std::move(memory), schema, indexedPages());
    EXPECT_TRUE(writer.has_value());
    PF_EXPECT_OK((*writer)->writeRowGroup(encoded(schema, first)));
    PF_EXPECT_OK((*writer)->writeRowGroup(encoded(schema, second)));
    PF_EXPECT_OK((*writer)->finish());
    bytes = Bytes(kept->contents().begin(), kept->contents().end());
    file = std::make_shared<io::MemoryInputFile>(ConstBytes(bytes.data(), bytes.size()));
    PF_EXPECT_OK(read::readFooter(*file, meta));
  }

  [[nodiscard]] CopiedRowGroup group(std::size_t number) const {
    CopiedRowGroup group;
    group.file = file;
    group.meta = std::make_unique<format::RowGroup>(meta.row_groups[number]);
    format::ColumnChunk& column = group.meta->columns[0];
    CopiedChunk chunk;
    chunk.offset = static_cast<std::uint64_t>(read::chunkOffset(column.meta_data));
    chunk.bytes = static_cast<std::uint64_t>(column.meta_data.total_compressed_size);
    chunk.offsetIndex = std::make_unique<format::OffsetIndex>();
    format::CompactReader reader;
    PF_EXPECT_OK(
        reader.read(file->contents().subspan(static_cast<std::size_t>(column.offset_index_offset),
                                             static_cast<std::size_t>(column.offset_index_length)),
                    *chunk.offsetIndex));
    column.__isset.offset_index_offset = false;
    column.__isset.offset_index_length = false;
    column.__isset.column_index_offset = false;
    column.__isset.column_index_length = false;
    group.chunks.push_back(std::move(chunk));
    return group;
  }

  std::shared_ptr<schema::Schema> schema = oneColumn("n");
  const std::vector<std::int64_t> first = {1, 2, 3};
  const std::vector<std::int64_t> second = {4, 5};
  Bytes bytes;
  std::shared_ptr<io::InputFile> file;
  format::FileMetaData meta;
};

std::vector<std::int64_t> valuesOf(ConstBytes file) {
  auto reader = read::FileReader::open(std::make_unique<io::MemoryInputFile>(file));
  EXPECT_TRUE(reader.has_value());
  std::vector<std::int64_t> values;
  column::LeafBuffer leaf((*reader)->schema().leaves()[0]);
  for (std::size_t group = 0; group < (*reader)->rowGroupCount(); ++group) {
    PF_EXPECT_OK((*reader)->readColumn(group, 0, leaf));
    for (std::uint64_t row = 0; row < (*reader)->rowGroupRows(group); ++row) {
      values.push_back(loadLe<std::int64_t>(leaf.values().data() + row * sizeof(std::int64_t)));
    }
  }
  return values;
}

TEST(CopiedRowGroupTest, rowGroupsReadAsTheyDidAndPagesAreWhereTheIndexSays) {
  const Source source;
  auto memory = std::make_unique<io::MemoryOutputFile>();
  auto* const kept = memory.get();
  PF_ASSERT_OK_ASSIGN(const auto writer,
                      FileWriter::open(std::move(memory), source.schema, indexedPages()));
  PF_ASSERT_OK(writer->copyRowGroup(source.group(1)));
  const std::vector<std::int64_t> own = {9};
  PF_ASSERT_OK(writer->writeRowGroup(encoded(source.schema, own)));
  PF_ASSERT_OK(writer->copyRowGroup(source.group(0)));
  EXPECT_EQ(writer->totals().rows, 6U);
  PF_ASSERT_OK(writer->finish());
  EXPECT_EQ(writer->totals().fileBytes, kept->contents().size());
  EXPECT_EQ(valuesOf(kept->contents()), (std::vector<std::int64_t>{4, 5, 9, 1, 2, 3}));

  format::FileMetaData meta;
  const io::MemoryInputFile file(kept->contents());
  PF_ASSERT_OK(read::readFooter(file, meta));
  for (std::size_t group = 0; group < 3; ++group) {
    EXPECT_EQ(meta.row_groups[group].ordinal, static_cast<int>(group));
    const format::ColumnChunk& column = meta.row_groups[group].columns[0];
    format::OffsetIndex index;
    format::CompactReader reader;
    PF_ASSERT_OK(
        reader.read(file.contents().subspan(static_cast<std::size_t>(column.offset_index_offset),
                                            static_cast<std::size_t>(column.offset_index_length)),
                    index));
    ASSERT_EQ(index.page_locations.size(), 1U);
    EXPECT_EQ(index.page_locations[0].offset, column.meta_data.data_page_offset);
  }
}

TEST(CopiedRowGroupTest, aRowGroupOfOtherColumnsIsRefused) {
  const Source source;
  PF_ASSERT_OK_ASSIGN(const auto writer, FileWriter::open(std::make_unique<io::MemoryOutputFile>(),
                                                          oneColumn("other"), indexedPages()));
  PF_EXPECT_ERROR(writer->copyRowGroup(source.group(0)), ErrorCode::kInvalidArgument, "columns");
}

TEST(CopiedRowGroupTest, oneThatFailsOnTheWayLeavesTheFileAsItWas) {
  const Source source;
  // Write 1 is the magic; the pages are 2, what stands for bloom filters 3.
  for (const std::uint64_t nth : {2U, 3U}) {
    auto memory = std::make_unique<io::MemoryOutputFile>();
    auto* const kept = memory.get();
    const auto plan = std::make_shared<FaultPlan>();
    plan->fail(IoOperation::kWrite, nth, ENOSPC);
    PF_ASSERT_OK_ASSIGN(const auto writer, FileWriter::open(std::make_unique<FaultyOutputFile>(
                                                                std::move(memory), plan),
                                                            source.schema, indexedPages()));
    PF_EXPECT_ERROR(writer->copyRowGroup(source.group(0)), ErrorCode::kIo, "copying row group 0");
    PF_ASSERT_OK(writer->cutBack());
    PF_ASSERT_OK(writer->copyRowGroup(source.group(1)));
    PF_ASSERT_OK(writer->finish());
    EXPECT_EQ(valuesOf(kept->contents()), source.second);
  }
}

TEST(CopiedRowGroupTest, bytesThatAreNotThereAreAnError) {
  const Source source;
  CopiedRowGroup group = source.group(0);
  group.chunks[0].bytes = source.bytes.size();
  PF_ASSERT_OK_ASSIGN(const auto writer, FileWriter::open(std::make_unique<io::MemoryOutputFile>(),
                                                          source.schema, indexedPages()));
  PF_EXPECT_ERROR(writer->copyRowGroup(group), ErrorCode::kCorrupt, "bytes at 4");
}

}  // namespace
}  // namespace parquet_flow::write
