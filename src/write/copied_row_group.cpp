#include "write/copied_row_group.hpp"

#include <utility>

#include "format/parquet_types.h"

namespace parquet_flow::write {

CopiedChunk::CopiedChunk() = default;
CopiedChunk::CopiedChunk(CopiedChunk&&) noexcept = default;
CopiedChunk& CopiedChunk::operator=(CopiedChunk&&) noexcept = default;
CopiedChunk::~CopiedChunk() = default;

CopiedRowGroup::CopiedRowGroup() = default;
CopiedRowGroup::CopiedRowGroup(CopiedRowGroup&&) noexcept = default;
CopiedRowGroup& CopiedRowGroup::operator=(CopiedRowGroup&&) noexcept = default;
CopiedRowGroup::~CopiedRowGroup() = default;

std::uint64_t rowsOf(const CopiedRowGroup& rowGroup) noexcept {
  return static_cast<std::uint64_t>(rowGroup.meta->num_rows);
}

MovedRowGroup::MovedRowGroup(const CopiedRowGroup& from, std::uint64_t offset,
                             std::uint32_t ordinal)
    : meta_(std::make_unique<format::RowGroup>(*from.meta)) {
  const std::uint64_t begin = offset;
  for (std::size_t i = 0; i < from.chunks.size(); ++i) {
    const CopiedChunk& chunk = from.chunks[i];
    const std::int64_t by =
        static_cast<std::int64_t>(offset) - static_cast<std::int64_t>(chunk.offset);
    format::ColumnMetaData& meta = meta_->columns[i].meta_data;
    meta.data_page_offset += by;
    if (meta.__isset.dictionary_page_offset) {
      meta.dictionary_page_offset += by;
    }
    auto& moved = offsetIndexes_.emplace_back();
    if (chunk.offsetIndex != nullptr) {
      moved = std::make_unique<format::OffsetIndex>(*chunk.offsetIndex);
      for (format::PageLocation& page : moved->page_locations) {
        page.offset += by;
      }
    }
    offset += chunk.bytes;
  }
  meta_->__set_file_offset(static_cast<std::int64_t>(begin));
  meta_->__set_total_compressed_size(static_cast<std::int64_t>(offset - begin));
  meta_->__set_ordinal(static_cast<std::int16_t>(ordinal));
  for (std::size_t i = 0; i < from.chunks.size(); ++i) {
    const std::size_t bytes = from.chunks[i].bloomFilter.size();
    if (bytes == 0) continue;
    format::ColumnMetaData& meta = meta_->columns[i].meta_data;
    meta.__set_bloom_filter_offset(static_cast<std::int64_t>(offset));
    meta.__set_bloom_filter_length(static_cast<std::int32_t>(bytes));
    offset += bytes;
  }
}

MovedRowGroup::~MovedRowGroup() = default;

}  // namespace parquet_flow::write
