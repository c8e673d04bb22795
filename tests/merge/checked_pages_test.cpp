// Goal: what is copied is noticed to be damaged, wherever pieces of it end. Method: a file of the
// writer with many pages, each byte of their bodies changed in turn; headers that are none.
#include "merge/checked_pages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "read/footer.hpp"
#include "read/made_files.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::merge {
namespace {

using read::test::Value;

// Two columns in pages of four rows.
std::string fileOfPages(bool hasCrc) {
  schema::Schema schema;
  for (const char* const name : {"a", "b"}) {
    PF_EXPECT_OK(schema.addLeaf(schema::kRoot, name, schema::PhysicalType::kInt64,
                                schema::Repetition::kRequired));
  }
  write::WriterOptions options;
  options.pageRows = 4;
  options.crc = hasCrc;
  options.column.encoding = encoding::Encoding::kPlain;
  read::test::Rows rows;
  for (std::int64_t number = 0; number < 12; ++number) {
    Value::Group row;
    row.children.emplace_back(number);
    row.children.emplace_back(-number);
    rows.emplace_back(std::move(row));
  }
  return read::test::fileOf(std::make_shared<const schema::Schema>(std::move(schema)), options,
                            {rows});
}

std::vector<CheckedPages::Chunk> chunksOf(const std::string& file) {
  format::FileMetaData meta;
  EXPECT_TRUE(read::readFooter(io::MemoryInputFile(constBytes(file), "f"), meta));
  std::vector<CheckedPages::Chunk> chunks;
  for (const format::ColumnChunk& chunk : meta.row_groups[0].columns) {
    chunks.push_back({static_cast<std::uint64_t>(read::chunkOffset(chunk.meta_data)),
                      static_cast<std::uint64_t>(chunk.meta_data.total_compressed_size)});
  }
  return chunks;
}

CheckedPages pagesOf(const std::string& file, std::vector<CheckedPages::Chunk> chunks) {
  return {std::make_shared<io::MemoryInputFile>(constBytes(file), "f"), std::move(chunks)};
}

// Chunks that lie one behind the other are one stretch, as they are copied.
Result<void> readAll(const CheckedPages& pages, const std::vector<CheckedPages::Chunk>& chunks,
                     std::uint64_t pieceBytes) {
  std::vector<std::byte> piece(pieceBytes);
  const std::uint64_t end = chunks.back().offset + chunks.back().bytes;
  for (std::uint64_t at = chunks.front().offset; at < end; at += pieceBytes) {
    PF_TRY(pages.readAt(at, {piece.data(), std::min(pieceBytes, end - at)}));
  }
  return {};
}

// Where the bodies of pages are.
std::set<std::size_t> bodiesIn(const std::string& file) {
  std::set<std::size_t> bodies;
  format::CompactReader reader;
  for (const CheckedPages::Chunk& chunk : chunksOf(file)) {
    for (std::size_t at = chunk.offset; at < chunk.offset + chunk.bytes;) {
      format::PageHeader header;
      const auto used = reader.read(constBytes(file).subspan(at), header);
      EXPECT_TRUE(used);
      at += used.value_or(0);
      for (std::int32_t left = header.compressed_page_size; left > 0; --left) bodies.insert(at++);
    }
  }
  return bodies;
}

TEST(CheckedPagesTest, eachByteOfABodyIsHeldAgainstTheCrcWhereverPiecesEnd) {
  std::string file = fileOfPages(true);
  const auto chunks = chunksOf(file);
  const auto bodies = bodiesIn(file);
  ASSERT_EQ(bodies.size(), 2U * 12 * 8);
  for (const std::uint64_t pieceBytes : {1U, 3U, 7U, 50U, 10'000U}) {
    PF_EXPECT_OK(readAll(pagesOf(file, chunks), chunks, pieceBytes));
    for (const std::size_t at : bodies) {
      file[at] = static_cast<char>(file[at] ^ 1);
      PF_EXPECT_ERROR(readAll(pagesOf(file, chunks), chunks, pieceBytes), ErrorCode::kCorrupt,
                      "its header says");
      file[at] = static_cast<char>(file[at] ^ 1);
    }
  }
}

TEST(CheckedPagesTest, thePageIsNamedAndReadingMayBeginAgain) {
  std::string file = fileOfPages(true);
  const auto chunks = chunksOf(file);
  const std::size_t at = *bodiesIn(file).begin();
  file[at] = static_cast<char>(file[at] ^ 1);
  const CheckedPages pages = pagesOf(file, chunks);
  for (int time = 0; time < 2; ++time) {
    PF_EXPECT_ERROR(readAll(pages, chunks, 64), ErrorCode::kCorrupt,
                    "f: page at offset " + std::to_string(chunks[0].offset) + ": its bytes have");
  }
  file[at] = static_cast<char>(file[at] ^ 1);
  PF_EXPECT_OK(readAll(pages, chunks, 64));
  PF_EXPECT_OK(readAll(pages, chunks, 64));
}

TEST(CheckedPagesTest, pagesWithoutACrcPass) {
  std::string file = fileOfPages(false);
  const auto chunks = chunksOf(file);
  const std::size_t at = *bodiesIn(file).begin();
  file[at] = static_cast<char>(file[at] ^ 1);
  PF_EXPECT_OK(readAll(pagesOf(file, chunks), chunks, 64));
}

TEST(CheckedPagesTest, whatIsNoHeaderOrLongerThanItsChunkIsRefused) {
  std::string file = fileOfPages(true);
  auto chunks = chunksOf(file);
  chunks.pop_back();
  chunks[0].bytes -= 1;
  for (const std::uint64_t pieceBytes : {1U, 50U, 10'000U}) {
    PF_EXPECT_ERROR(readAll(pagesOf(file, chunks), chunks, pieceBytes), ErrorCode::kCorrupt,
                    "bytes, where its chunk has");
  }
  chunks[0].bytes += 1;
  file[chunks[0].offset] = '\xff';
  for (const std::uint64_t pieceBytes : {1U, 50U, 10'000U}) {
    PF_EXPECT_ERROR(readAll(pagesOf(file, chunks), chunks, pieceBytes), ErrorCode::kCorrupt,
                    "page at offset ");
  }
}

}  // namespace
}  // namespace parquet_flow::merge
