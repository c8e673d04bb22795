#include "write/page_index.hpp"

#include "format/parquet_types.h"

namespace parquet_flow::write {

PageIndexBuilder::PageIndexBuilder()
    : offsetIndex_(std::make_unique<format::OffsetIndex>()),
      columnIndex_(std::make_unique<format::ColumnIndex>()) {}

PageIndexBuilder::~PageIndexBuilder() = default;

Result<void> PageIndexBuilder::append(const EncodedColumnChunk& chunk, std::uint64_t offset) {
  auto& locations = offsetIndex_->page_locations;
  auto& unencoded = offsetIndex_->unencoded_byte_array_data_bytes;
  locations.resize(chunk.pages.size());
  unencoded.resize(chunk.pages.size());
  std::uint64_t pageOffset = offset + chunk.dictionaryBytes;
  std::uint64_t row = 0;
  for (std::size_t i = 0; i < chunk.pages.size(); ++i) {
    const EncodedPage& page = chunk.pages[i];
    locations[i].offset = static_cast<std::int64_t>(pageOffset);
    locations[i].compressed_page_size = static_cast<std::int32_t>(page.bytes);
    locations[i].first_row_index = static_cast<std::int64_t>(row);
    unencoded[i] = static_cast<std::int64_t>(page.unencodedBytes);
    pageOffset += page.bytes;
    row += page.rows;
  }
  offsetIndex_->__isset.unencoded_byte_array_data_bytes = chunk.hasUnencodedBytes;
  const std::size_t offsetsBefore = offsetIndexes_.size();
  const std::size_t columnsBefore = columnIndexes_.size();
  Result<void> written = thrift_.write(*offsetIndex_, offsetIndexes_);
  if (!written) {
    return written;
  }
  sizes_.push_back({static_cast<std::uint32_t>(columnIndexes_.size() - columnsBefore),
                    static_cast<std::uint32_t>(offsetIndexes_.size() - offsetsBefore)});
  return {};
}

void PageIndexBuilder::truncate(std::size_t chunks) noexcept {
  std::uint64_t columnBytes = 0;
  std::uint64_t offsetBytes = 0;
  for (std::size_t i = chunks; i < sizes_.size(); ++i) {
    columnBytes += sizes_[i].columnIndexBytes;
    offsetBytes += sizes_[i].offsetIndexBytes;
  }
  columnIndexes_.truncate(columnIndexes_.size() - columnBytes);
  offsetIndexes_.truncate(offsetIndexes_.size() - offsetBytes);
  sizes_.resize(chunks);
}

IndexLocation PageIndexBuilder::Cursor::next() noexcept {
  const Sizes& sizes = *next_++;
  const IndexLocation location = {.offsetIndexOffset = offsetIndexOffset_,
                                  .offsetIndexBytes = sizes.offsetIndexBytes,
                                  .columnIndexOffset = columnIndexOffset_,
                                  .columnIndexBytes = sizes.columnIndexBytes};
  columnIndexOffset_ += sizes.columnIndexBytes;
  offsetIndexOffset_ += sizes.offsetIndexBytes;
  return location;
}

}  // namespace parquet_flow::write
