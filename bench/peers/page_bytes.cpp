#include "page_bytes.hpp"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/util/compression.h>
#include <parquet/column_page.h>
#include <parquet/column_reader.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>

#include "arrow_status.hpp"

namespace parquet_flow::peers {

Pages pagesOf(const std::vector<std::byte>& file) {
  const auto buffer = std::make_shared<arrow::Buffer>(
      reinterpret_cast<const std::uint8_t*>(file.data()), static_cast<std::int64_t>(file.size()));
  const auto reader =
      parquet::ParquetFileReader::Open(std::make_shared<arrow::io::BufferReader>(buffer));
  const auto metadata = reader->metadata();
  Pages pages;
  for (int group = 0; group < metadata->num_row_groups(); ++group) {
    const auto rowGroup = reader->RowGroup(group);
    for (int column = 0; column < metadata->num_columns(); ++column) {
      if (metadata->RowGroup(group)->ColumnChunk(column)->compression() ==
          arrow::Compression::UNCOMPRESSED) {
        continue;
      }
      const auto from = rowGroup->GetColumnPageReader(column);
      while (const auto page = from->NextPage()) {
        // The reader's own buffer, which the next page overwrites.
        pages.push_back(check(page->buffer()->CopySlice(0, page->buffer()->size())));
      }
    }
  }
  return pages;
}

void compressWithArrow(const Pages& pages, std::int32_t level) {
  const auto codec = check(arrow::util::Codec::Create(arrow::Compression::ZSTD, level));
  std::vector<std::uint8_t> out;
  for (const auto& page : pages) {
    out.resize(static_cast<std::size_t>(codec->MaxCompressedLen(page->size(), page->data())));
    check(codec->Compress(page->size(), page->data(), static_cast<std::int64_t>(out.size()),
                          out.data()));
  }
}

}  // namespace parquet_flow::peers
