#include "write/metadata.hpp"

#include "base/varint.hpp"
#include "format/parquet_types.h"
#include "write/build_hash.h"

namespace parquet_flow::write {
namespace {

// How a struct encodes that a part is cut out of; see compact.hpp. FileMetaData whose fields 1 to 4
// are 0, empty, 0 and empty: four headers, and one byte for each value.
constexpr std::size_t kEmptyFileFieldsBytes = 8;
// An empty list of row groups and the stop byte: header of field 4, header of the list, stop.
constexpr std::size_t kEmptyListBytes = 1;
constexpr std::size_t kStopBytes = 1;
// A RowGroup without columns: header of field 1, header of the list.
constexpr std::size_t kEmptyColumnsBytes = 2;
// Field 1 of a RowGroup, a list (type 9).
constexpr std::byte kColumnsFieldHeader{0x19};

Result<std::size_t> beginCounted(ByteBuffer& out) {
  PF_TRY(out.appendLe(std::uint32_t{0}));
  return out.size();
}

void endCounted(ByteBuffer& out, std::size_t begin) noexcept {
  storeLe(out.data() + begin - sizeof(std::uint32_t),
          static_cast<std::uint32_t>(out.size() - begin));
}

// Removes `bytes` bytes in front of what has been appended since `begin`.
void cutFront(ByteBuffer& out, std::size_t begin, std::size_t bytes) noexcept {
  std::memmove(out.data() + begin, out.data() + begin + bytes, out.size() - begin - bytes);
  out.truncate(out.size() - bytes);
}

ConstBytes takeCounted(ConstBytes& from) noexcept {
  const auto bytes = loadLe<std::uint32_t>(from.data());
  const ConstBytes taken = from.subspan(sizeof bytes, bytes);
  from = from.subspan(sizeof bytes + bytes);
  return taken;
}

format::ColumnChunk chunkOf(const schema::Leaf& leaf) {
  format::ColumnChunk chunk;
  chunk.file_offset = 0;
  format::ColumnMetaData& meta = chunk.meta_data;
  meta.type = static_cast<std::int32_t>(leaf.type);
  meta.encodings = {format::Encoding::PLAIN, format::Encoding::RLE};
  meta.path_in_schema = leaf.path;
  format::PageEncodingStats pages;
  pages.page_type = format::PageType::DATA_PAGE;
  pages.encoding = format::Encoding::PLAIN;
  meta.encoding_stats = {pages};
  meta.__isset.encoding_stats = true;
  chunk.__isset.meta_data = true;
  return chunk;
}

}  // namespace

std::string_view createdBy() noexcept {
  return "parquet_flow version " PF_VERSION " (build " PF_BUILD_HASH ")";
}

void setStatistics(const stats::ColumnStatistics& statistics, format::Statistics& out) {
  out.null_count = static_cast<std::int64_t>(statistics.nullCount);
  out.__isset.null_count = true;
  out.nan_count = static_cast<std::int64_t>(statistics.nanCount.value_or(0));
  out.__isset.nan_count = statistics.nanCount.has_value();
  const bool bounds = statistics.hasBounds;
  if (bounds) {
    out.min_value = statistics.min;
    out.max_value = statistics.max;
  }
  out.is_min_value_exact = statistics.minExact;
  out.is_max_value_exact = statistics.maxExact;
  out.__isset.min_value = bounds;
  out.__isset.max_value = bounds;
  out.__isset.is_min_value_exact = bounds;
  out.__isset.is_max_value_exact = bounds;
}

RowGroupMetadata::RowGroupMetadata(const schema::Schema& schema)
    : tail_(std::make_unique<format::RowGroup>()) {
  chunks_.reserve(schema.leaves().size());
  for (const schema::Leaf& leaf : schema.leaves()) {
    chunks_.push_back(chunkOf(leaf));
  }
  tail_->__isset.file_offset = true;
  tail_->__isset.total_compressed_size = true;
  tail_->__isset.ordinal = true;
}

RowGroupMetadata::~RowGroupMetadata() = default;

Result<void> RowGroupMetadata::append(const EncodedRowGroup& rowGroup, std::uint64_t offset,
                                      std::uint32_t ordinal, ByteBuffer& out) {
  std::uint64_t uncompressedBytes = 0;
  std::uint64_t chunkOffset = offset;
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    const EncodedColumnChunk& chunk = rowGroup.chunks[i];
    PF_TRY(appendChunk(chunk, chunkOffset, chunks_[i], out));
    chunkOffset += chunk.compressedBytes;
    uncompressedBytes += chunk.uncompressedBytes;
  }
  tail_->total_byte_size = static_cast<std::int64_t>(uncompressedBytes);
  tail_->num_rows = static_cast<std::int64_t>(rowGroup.rows);
  tail_->file_offset = static_cast<std::int64_t>(offset);
  tail_->total_compressed_size = static_cast<std::int64_t>(chunkOffset - offset);
  tail_->ordinal = static_cast<std::int16_t>(ordinal);
  return appendTail(out);
}

Result<void> RowGroupMetadata::appendChunk(const EncodedColumnChunk& chunk, std::uint64_t offset,
                                           format::ColumnChunk& meta, ByteBuffer& out) {
  format::ColumnMetaData& data = meta.meta_data;
  data.codec = static_cast<std::int32_t>(chunk.compression);
  data.num_values = static_cast<std::int64_t>(chunk.entries);
  data.total_uncompressed_size = static_cast<std::int64_t>(chunk.uncompressedBytes);
  data.total_compressed_size = static_cast<std::int64_t>(chunk.compressedBytes);
  data.data_page_offset = static_cast<std::int64_t>(offset);
  data.__isset.statistics = chunk.hasStatistics;
  if (chunk.hasStatistics) {
    setStatistics(chunk.statistics, data.statistics);
  }
  data.encoding_stats[0].count = static_cast<std::int32_t>(chunk.dataPages);
  PF_TRY_ASSIGN(const std::size_t begin, beginCounted(out));
  PF_TRY(thrift_.write(meta, out));
  out.truncate(out.size() - kStopBytes);
  endCounted(out, begin);
  return {};
}

Result<void> RowGroupMetadata::appendTail(ByteBuffer& out) {
  PF_TRY_ASSIGN(const std::size_t begin, beginCounted(out));
  PF_TRY(thrift_.write(*tail_, out));
  cutFront(out, begin, kEmptyColumnsBytes);
  endCounted(out, begin);
  return {};
}

Result<void> encodeFooterEnds(const schema::Schema& schema, std::uint64_t rows,
                              std::span<const KeyValue> keyValues, FooterEnds& out) {
  format::CompactWriter thrift;
  format::FileMetaData head;
  head.version = 1;
  head.schema = schemaElements(schema);
  head.num_rows = static_cast<std::int64_t>(rows);
  out.head.clear();
  PF_TRY(thrift.write(head, out.head));
  out.head.truncate(out.head.size() - kEmptyListBytes - kStopBytes);

  format::FileMetaData tail;
  for (const KeyValue& keyValue : keyValues) {
    format::KeyValue& pair = tail.key_value_metadata.emplace_back();
    pair.key = keyValue.first;
    if (keyValue.second) {
      pair.__set_value(*keyValue.second);
    }
  }
  tail.__isset.key_value_metadata = !keyValues.empty();
  tail.__set_created_by(std::string(createdBy()));
  format::ColumnOrder order;
  order.__set_TYPE_ORDER({});
  tail.__set_column_orders(std::vector<format::ColumnOrder>(schema.leaves().size(), order));
  out.tail.clear();
  PF_TRY(thrift.write(tail, out.tail));
  cutFront(out.tail, 0, kEmptyFileFieldsBytes);
  return {};
}

std::uint64_t splicedBytes(ConstBytes record, std::size_t leafCount) noexcept {
  // A list's header is at most a byte and a varint of the count; the lengths are not written, and
  // each chunk gets its stop byte.
  const std::uint64_t listHeaderBytes = leafCount < 15 ? 1 : 1 + varintBytes(leafCount);
  return 1 + listHeaderBytes + record.size() - sizeof(std::uint32_t) * (leafCount + 1) +
         leafCount * kStopBytes;
}

Result<void> spliceRecord(ConstBytes& records, std::size_t leafCount, ByteBuffer& out) {
  PF_TRY(out.append(&kColumnsFieldHeader, 1));
  PF_TRY(format::appendStructListHeader(leafCount, out));
  for (std::size_t i = 0; i < leafCount; ++i) {
    PF_TRY(out.append(takeCounted(records)));
    PF_TRY(out.append(&format::kStop, kStopBytes));
  }
  return out.append(takeCounted(records));
}

}  // namespace parquet_flow::write
