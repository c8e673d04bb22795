#include "write/page_index.hpp"

#include <span>
#include <string>
#include <utility>

#include "format/parquet_types.h"

namespace parquet_flow::write {

namespace {

void setOffsetIndex(const EncodedColumnChunk& chunk, std::uint64_t offset,
                    format::OffsetIndex& out) {
  auto& locations = out.page_locations;
  auto& unencoded = out.unencoded_byte_array_data_bytes;
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
  out.__isset.unencoded_byte_array_data_bytes =
      chunk.hasSizeStatistics && chunk.sizes->hasByteArrayBytes();
}

// So many strings, with the memory that those of earlier chunks had.
void resizeKeeping(std::size_t size, std::vector<std::string>& strings,
                   std::vector<std::string>& spare) {
  for (; strings.size() > size; strings.pop_back()) spare.push_back(std::move(strings.back()));
  for (; strings.size() < size && !spare.empty(); spare.pop_back()) {
    strings.push_back(std::move(spare.back()));
  }
  strings.resize(size);
}

// Assigns to what was there, so that strings keep their memory.
void setColumnIndex(const EncodedColumnChunk& chunk, std::vector<std::string>& spare,
                    format::ColumnIndex& out) {
  const stats::ColumnIndex& from = *chunk.columnIndex;
  const std::size_t pages = from.pages();
  out.null_pages.resize(pages);
  resizeKeeping(pages, out.min_values, spare);
  resizeKeeping(pages, out.max_values, spare);
  out.null_counts.resize(pages);
  out.nan_counts.resize(pages);
  for (std::size_t i = 0; i < pages; ++i) {
    out.null_pages[i] = from.isNullPage(i);
    out.min_values[i] = from.min(i);
    out.max_values[i] = from.max(i);
    out.null_counts[i] = static_cast<std::int64_t>(from.nullCount(i));
    out.nan_counts[i] = static_cast<std::int64_t>(from.nanCount(i));
  }
  out.boundary_order = static_cast<std::int32_t>(from.boundaryOrder());
  out.__isset.null_counts = true;
  out.__isset.nan_counts = from.hasNanCounts();
  const auto setHistograms = [&chunk](std::span<const std::uint64_t> counts,
                                      std::vector<std::int64_t>& to) {
    to.assign(counts.begin(), counts.end());
    return chunk.hasSizeStatistics && !counts.empty();
  };
  out.__isset.definition_level_histograms =
      setHistograms(from.definitionLevels(), out.definition_level_histograms);
  out.__isset.repetition_level_histograms =
      setHistograms(from.repetitionLevels(), out.repetition_level_histograms);
}

}  // namespace

// One a leaf, so that what a leaf's chunks have of pages and bounds finds its memory again.
struct PageIndexBuilder::Scratch {
  std::vector<format::OffsetIndex> offsetIndexes;
  std::vector<format::ColumnIndex> columnIndexes;
  std::vector<std::string> spare;  // of all leaves' bounds
};

PageIndexBuilder::PageIndexBuilder(std::size_t leafCount, format::CompactWriter& thrift,
                                   std::uint64_t indexBytesMax)
    : thrift_(thrift), indexBytesMax_(indexBytesMax), scratch_(std::make_unique<Scratch>()) {
  scratch_->offsetIndexes.resize(leafCount);
  scratch_->columnIndexes.resize(leafCount);
}

PageIndexBuilder::~PageIndexBuilder() = default;

Result<void> PageIndexBuilder::append(const EncodedColumnChunk& chunk, std::uint64_t offset) {
  const std::size_t leaf = sizes_.size() % scratch_->columnIndexes.size();
  format::OffsetIndex& offsetIndex = scratch_->offsetIndexes[leaf];
  setOffsetIndex(chunk, offset, offsetIndex);
  const std::size_t offsetsBefore = offsetIndexes_.size();
  const std::size_t columnsBefore = columnIndexes_.size();
  PF_TRY(thrift_.write(offsetIndex, offsetIndexes_));
  if (chunk.hasStatistics && chunk.columnIndex->valid()) {
    format::ColumnIndex& columnIndex = scratch_->columnIndexes[leaf];
    setColumnIndex(chunk, scratch_->spare, columnIndex);
    Result<void> written = thrift_.write(columnIndex, columnIndexes_);
    if (!written) {
      offsetIndexes_.truncate(offsetsBefore);
      return written;
    }
  }
  if (offsetIndexes_.size() - offsetsBefore > indexBytesMax_) {
    offsetIndexes_.truncate(offsetsBefore);
    columnIndexes_.truncate(columnsBefore);
  }
  if (columnIndexes_.size() - columnsBefore > indexBytesMax_) {
    columnIndexes_.truncate(columnsBefore);
  }
  sizes_.push_back({static_cast<std::uint32_t>(columnIndexes_.size() - columnsBefore),
                    static_cast<std::uint32_t>(offsetIndexes_.size() - offsetsBefore)});
  return {};
}

Result<void> PageIndexBuilder::appendCopied(ConstBytes columnIndex,
                                            const format::OffsetIndex* offsetIndex) {
  const std::size_t offsetsBefore = offsetIndexes_.size();
  if (offsetIndex == nullptr) {
    columnIndex = {};
  } else {
    PF_TRY(thrift_.write(*offsetIndex, offsetIndexes_));
  }
  Result<void> appended = columnIndexes_.append(columnIndex);
  if (!appended) {
    offsetIndexes_.truncate(offsetsBefore);
    return appended;
  }
  sizes_.push_back({static_cast<std::uint32_t>(columnIndex.size()),
                    static_cast<std::uint32_t>(offsetIndexes_.size() - offsetsBefore)});
  return {};
}

// By what stays: where memory ended, bytes may be there whose sizes are not.
void PageIndexBuilder::truncate(std::size_t chunks) noexcept {
  sizes_.resize(chunks);
  std::uint64_t columnBytes = 0;
  std::uint64_t offsetBytes = 0;
  for (const Sizes& sizes : sizes_) {
    columnBytes += sizes.columnIndexBytes;
    offsetBytes += sizes.offsetIndexBytes;
  }
  columnIndexes_.truncate(columnBytes);
  offsetIndexes_.truncate(offsetBytes);
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
