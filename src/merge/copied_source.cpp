#include "merge/copied_source.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "format/compact.hpp"
#include "merge/checked_pages.hpp"
#include "read/column_index.hpp"
#include "read/footer.hpp"
#include "stats/bloom_filter.hpp"
#include "stats/order.hpp"

namespace parquet_flow::merge {
namespace {

// BloomFilterHeader takes about 16 bytes, whatever the filter.
constexpr std::uint64_t kBloomHeaderBytesMax = 256;

WriterTrust trustOfFile(const SourceFile& file) noexcept {
  const format::FileMetaData& meta = file.metaData();
  return meta.__isset.created_by ? trustOf(meta.created_by) : WriterTrust::kNothing;
}

// Bytes of the file, which may lie about them; false: they are not in it.
Result<bool> readRange(const io::InputFile& file, std::int64_t offset, std::int64_t bytes,
                       ByteBuffer& out) {
  out.clear();
  const std::uint64_t size = file.size();
  if (offset < 4 || bytes <= 0 || static_cast<std::uint64_t>(offset) > size ||
      static_cast<std::uint64_t>(bytes) > size - static_cast<std::uint64_t>(offset)) {
    return false;
  }
  PF_TRY_ASSIGN(std::byte* const at, out.appendUninitialized(static_cast<std::size_t>(bytes)));
  PF_TRY(file.readAt(static_cast<std::uint64_t>(offset), {at, static_cast<std::size_t>(bytes)}));
  return true;
}

// Whether the pages lie in the chunk one behind the other, and begin at row 0.
bool isWithin(const format::OffsetIndex& index, const write::CopiedChunk& chunk,
              std::int64_t rows) {
  auto offset = static_cast<std::int64_t>(chunk.offset);
  const std::int64_t end = offset + static_cast<std::int64_t>(chunk.bytes);
  std::int64_t row = -1;
  for (const format::PageLocation& page : index.page_locations) {
    if (page.offset < offset || page.compressed_page_size <= 0 || page.offset > end ||
        page.compressed_page_size > end - page.offset || page.first_row_index <= row ||
        page.first_row_index >= rows || (row < 0 && page.first_row_index != 0)) {
      return false;
    }
    offset = page.offset + page.compressed_page_size;
    row = page.first_row_index;
  }
  return row >= 0;
}

// Of the leaf; `keepsBounds`: the column index too, where nothing in it contradicts the rest.
Result<void> readPageIndex(const io::InputFile& file, const format::ColumnChunk& from,
                           const schema::Leaf& leaf, std::int64_t rows, bool keepsBounds,
                           write::CopiedChunk& out) {
  if (!from.__isset.offset_index_offset || !from.__isset.offset_index_length) return {};
  ByteBuffer bytes;
  PF_TRY_ASSIGN(const bool isThere,
                readRange(file, from.offset_index_offset, from.offset_index_length, bytes));
  format::CompactReader reader;
  auto index = std::make_unique<format::OffsetIndex>();
  if (!isThere || !reader.read(bytes.span(), *index) || !isWithin(*index, out, rows)) return {};
  const std::size_t pages = index->page_locations.size();
  if (index->__isset.unencoded_byte_array_data_bytes &&
      index->unencoded_byte_array_data_bytes.size() != pages) {
    return {};
  }
  out.offsetIndex = std::move(index);
  if (!keepsBounds || !from.__isset.column_index_offset || !from.__isset.column_index_length) {
    return {};
  }
  PF_TRY_ASSIGN(const bool hasBounds,
                readRange(file, from.column_index_offset, from.column_index_length, bytes));
  format::ColumnIndex bounds;
  const auto used = reader.read(bytes.span(), bounds);
  if (hasBounds && used && *used == bytes.size() &&
      read::isConsistent(leaf, stats::orderOf(leaf), bounds, *out.offsetIndex, from.meta_data,
                         static_cast<std::uint64_t>(rows))) {
    out.columnIndex = std::move(bytes);
  }
  return {};
}

// Files of before ColumnMetaData.bloom_filter_length have the length in the header alone.
Result<void> readBloomFilter(const io::InputFile& file, const format::ColumnMetaData& meta,
                             ByteBuffer& out) {
  if (!meta.__isset.bloom_filter_offset || meta.bloom_filter_offset < 4) return {};
  const std::uint64_t offset = static_cast<std::uint64_t>(meta.bloom_filter_offset);
  if (offset >= file.size()) return {};
  ByteBuffer bytes;
  const auto front =
      static_cast<std::int64_t>(std::min(kBloomHeaderBytesMax, file.size() - offset));
  PF_TRY_ASSIGN(const bool isThere, readRange(file, meta.bloom_filter_offset, front, bytes));
  format::CompactReader reader;
  format::BloomFilterHeader header;
  if (!isThere) return {};
  const auto used = reader.read(bytes.span(), header);
  if (!used || header.numBytes <= 0 ||
      static_cast<std::size_t>(header.numBytes) > stats::kBloomBytesMax ||
      header.numBytes % static_cast<std::int32_t>(stats::kBloomBlockBytes) != 0) {
    return {};
  }
  const auto all = static_cast<std::int64_t>(*used) + header.numBytes;
  if (meta.__isset.bloom_filter_length && meta.bloom_filter_length != all) return {};
  PF_TRY_ASSIGN(const bool isWhole, readRange(file, meta.bloom_filter_offset, all, out));
  if (!isWhole) out.clear();
  return {};
}

bool hasTypeOrder(const format::FileMetaData& meta, const schema::Leaf& leaf) noexcept {
  return meta.__isset.column_orders && leaf.index < meta.column_orders.size() &&
         meta.column_orders[leaf.index].__isset.TYPE_ORDER &&
         stats::orderOf(leaf) != stats::Order::kNone;
}

// What of it may be wrong, or says where what was carried lies.
void clean(format::ColumnChunk& chunk, bool keepsBounds) {
  chunk.file_offset = 0;
  chunk.__isset.file_path = false;
  chunk.__isset.offset_index_offset = false;
  chunk.__isset.offset_index_length = false;
  chunk.__isset.column_index_offset = false;
  chunk.__isset.column_index_length = false;
  format::ColumnMetaData& meta = chunk.meta_data;
  meta.__isset.bloom_filter_offset = false;
  meta.__isset.bloom_filter_length = false;
  // Where no dictionary can be: some readers go there.
  if (meta.dictionary_page_offset <= 0 ||
      (meta.data_page_offset > 0 && meta.dictionary_page_offset >= meta.data_page_offset)) {
    meta.__isset.dictionary_page_offset = false;
  }
  // The deprecated pair is by signed comparison, whatever the type.
  meta.statistics.__isset.min = false;
  meta.statistics.__isset.max = false;
  meta.__isset.statistics = meta.__isset.statistics && keepsBounds;
}

}  // namespace

bool canCopyFrom(const SourceFile& file) noexcept {
  if (trustOfFile(file) == WriterTrust::kNothing) return false;
  std::uint64_t left = file.info().fileBytes;
  for (const format::RowGroup& group : file.metaData().row_groups) {
    for (const format::ColumnChunk& chunk : group.columns) {
      const auto bytes = static_cast<std::uint64_t>(chunk.meta_data.total_compressed_size);
      if (bytes > left) return false;
      left -= bytes;
    }
  }
  return true;
}

bool isLargeEnough(const format::RowGroup& rowGroup, const CopyBounds& bounds) noexcept {
  std::uint64_t bytes = 0;
  for (const format::ColumnChunk& chunk : rowGroup.columns) {
    if (chunk.meta_data.num_values <= 0 || chunk.meta_data.total_compressed_size <= 0) return false;
    bytes += static_cast<std::uint64_t>(chunk.meta_data.total_compressed_size);
  }
  return rowGroup.num_rows > 0 && bytes <= bounds.bytesMax &&
         (static_cast<std::uint64_t>(rowGroup.num_rows) >= bounds.rows || bytes >= bounds.bytes);
}

Result<write::CopiedRowGroup> describeRowGroup(const SourceFile& file, const schema::Schema& schema,
                                               std::size_t rowGroup) {
  const format::FileMetaData& from = file.metaData();
  const bool keepsStatistics = trustOfFile(file) == WriterTrust::kStatistics;
  write::CopiedRowGroup out;
  out.file = file.file();
  out.meta = std::make_unique<format::RowGroup>(from.row_groups[rowGroup]);
  out.meta->__isset.sorting_columns = out.meta->__isset.sorting_columns && keepsStatistics;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < out.meta->columns.size(); ++i) {
    format::ColumnChunk& column = out.meta->columns[i];
    const bool keepsBounds = keepsStatistics && hasTypeOrder(from, schema.leaves()[i]);
    write::CopiedChunk& chunk = out.chunks.emplace_back();
    chunk.offset = static_cast<std::uint64_t>(read::chunkOffset(column.meta_data));
    chunk.bytes = static_cast<std::uint64_t>(column.meta_data.total_compressed_size);
    PF_TRY(readPageIndex(*out.file, column, schema.leaves()[i], out.meta->num_rows, keepsBounds,
                         chunk));
    PF_TRY(readBloomFilter(*out.file, column.meta_data, chunk.bloomFilter));
    clean(column, keepsBounds);
    bytes += static_cast<std::uint64_t>(column.meta_data.total_uncompressed_size);
    column.meta_data.path_in_schema = schema.leaves()[i].path;
  }
  std::vector<CheckedPages::Chunk> chunks;
  chunks.reserve(out.chunks.size());
  for (const write::CopiedChunk& chunk : out.chunks) chunks.push_back({chunk.offset, chunk.bytes});
  out.file = std::make_shared<CheckedPages>(file.file(), std::move(chunks));
  // Writers differ in what they count here.
  out.meta->total_byte_size = static_cast<std::int64_t>(bytes);
  return out;
}

std::uint64_t memoryOf(const write::CopiedRowGroup& rowGroup) noexcept {
  std::uint64_t bytes = rowGroup.chunks.size() * sizeof(format::ColumnChunk);
  for (const write::CopiedChunk& chunk : rowGroup.chunks) {
    bytes += chunk.bloomFilter.size() + chunk.columnIndex.size();
    if (chunk.offsetIndex != nullptr) {
      bytes += chunk.offsetIndex->page_locations.size() * sizeof(format::PageLocation);
    }
  }
  return bytes;
}

bool canRead(const write::CopiedRowGroup& rowGroup) {
  constexpr std::uint64_t kPieceBytes = 1 << 20;
  ByteBuffer piece;
  if (!piece.reserve(kPieceBytes)) return true;
  for (const write::CopiedChunk& chunk : rowGroup.chunks) {
    for (std::uint64_t at = 0; at < chunk.bytes; at += kPieceBytes) {
      const std::uint64_t bytes = std::min(kPieceBytes, chunk.bytes - at);
      if (!rowGroup.file->readAt(chunk.offset + at, {piece.data(), bytes})) return false;
    }
  }
  return true;
}

}  // namespace parquet_flow::merge
