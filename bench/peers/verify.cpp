#include "verify.hpp"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/memory_pool.h>
#include <arrow/table.h>
#include <parquet/arrow/reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "arrow_status.hpp"

namespace parquet_flow::peers {
namespace {

struct ReadBack {
  std::shared_ptr<arrow::Table> table;
  std::shared_ptr<parquet::FileMetaData> metadata;
};

ReadBack readBack(const std::vector<std::byte>& file) {
  parquet::ReaderProperties properties(arrow::default_memory_pool());
  properties.set_page_checksum_verification(true);
  parquet::arrow::FileReaderBuilder builder;
  const auto buffer = std::make_shared<arrow::Buffer>(
      reinterpret_cast<const std::uint8_t*>(file.data()), static_cast<std::int64_t>(file.size()));
  check(builder.Open(std::make_shared<arrow::io::BufferReader>(buffer), properties));
  ReadBack result;
  result.metadata = builder.raw_reader()->metadata();
  const auto reader = check(builder.Build());
  result.table = check(reader->ReadTable());
  return result;
}

// What a chunk's data pages are encoded with, and how many there are.
struct DataPages {
  parquet::Encoding::type encoding = parquet::Encoding::UNKNOWN;
  std::int64_t count = 0;
};

DataPages dataPagesOf(const parquet::ColumnChunkMetaData& chunk) {
  DataPages pages;
  std::int64_t most = 0;
  for (const auto& stats : chunk.encoding_stats()) {
    if (stats.page_type == parquet::PageType::DICTIONARY_PAGE) {
      continue;
    }
    pages.count += stats.count;
    if (stats.count > most) {
      most = stats.count;
      pages.encoding = stats.encoding;
    }
  }
  return pages;
}

[[noreturn]] void differ(const std::string& what, const std::string& ours,
                         const std::string& arrows) {
  throw std::runtime_error("not the same work: " + what + ": ours " + ours + ", Arrow's " + arrows);
}

template <class T>
void requireSame(const std::string& what, T ours, T arrows) {
  if (ours != arrows) {
    differ(what, std::to_string(ours), std::to_string(arrows));
  }
}

void compareChunks(const parquet::ColumnChunkMetaData& ours,
                   const parquet::ColumnChunkMetaData& arrows) {
  const std::string name = ours.path_in_schema()->ToDotString();
  const DataPages ourPages = dataPagesOf(ours);
  const DataPages arrowsPages = dataPagesOf(arrows);
  if (ourPages.encoding != arrowsPages.encoding) {
    differ("encoding of " + name, parquet::EncodingToString(ourPages.encoding),
           parquet::EncodingToString(arrowsPages.encoding));
  }
  // Arrow looks at a page's size after every 1 024 rows, and estimates it.
  if (std::abs(ourPages.count - arrowsPages.count) > 1 + arrowsPages.count / 10) {
    differ("pages of " + name, std::to_string(ourPages.count), std::to_string(arrowsPages.count));
  }
  requireSame("codec of " + name, static_cast<int>(ours.compression()),
              static_cast<int>(arrows.compression()));
  requireSame("statistics of " + name, ours.is_stats_set(), arrows.is_stats_set());
  requireSame("column index of " + name, ours.GetColumnIndexLocation().has_value(),
              arrows.GetColumnIndexLocation().has_value());
  requireSame("offset index of " + name, ours.GetOffsetIndexLocation().has_value(),
              arrows.GetOffsetIndexLocation().has_value());
}

// The files with the same values, in row groups of the same rows.
struct Both {
  ReadBack ours;
  ReadBack arrows;
};

Both sameValues(const std::vector<std::byte>& ourFile, const std::vector<std::byte>& arrowsFile) {
  Both both{readBack(ourFile), readBack(arrowsFile)};
  const auto& [ours, arrows] = both;
  if (!ours.table->Equals(*arrows.table)) {
    throw std::runtime_error("not the same work: the values read back differ");
  }
  requireSame("row groups", ours.metadata->num_row_groups(), arrows.metadata->num_row_groups());
  for (int group = 0; group < ours.metadata->num_row_groups(); ++group) {
    requireSame("rows of a row group", ours.metadata->RowGroup(group)->num_rows(),
                arrows.metadata->RowGroup(group)->num_rows());
  }
  return both;
}

}  // namespace

void verify(const Batch& batch, const WriteOptions& options) {
  std::vector<std::byte> ourFile;
  std::vector<std::byte> arrowsFile;
  static_cast<void>(batch.writeOurs(options, {.memory = &ourFile}));
  static_cast<void>(batch.writeArrows(options, {.memory = &arrowsFile}));
  const auto [ours, arrows] = sameValues(ourFile, arrowsFile);
  for (int group = 0; group < ours.metadata->num_row_groups(); ++group) {
    const auto ourGroup = ours.metadata->RowGroup(group);
    const auto arrowsGroup = arrows.metadata->RowGroup(group);
    for (int i = 0; i < ourGroup->num_columns(); ++i) {
      compareChunks(*ourGroup->ColumnChunk(i), *arrowsGroup->ColumnChunk(i));
    }
  }
}

void verifyValues(const std::vector<std::byte>& ourFile, const std::vector<std::byte>& arrowsFile) {
  static_cast<void>(sameValues(ourFile, arrowsFile));
}

}  // namespace parquet_flow::peers
