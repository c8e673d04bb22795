#include "write/metadata.hpp"

#include <algorithm>

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

format::KeyValue keyValueOf(const KeyValue& keyValue) {
  format::KeyValue pair;
  pair.key = keyValue.first;
  if (keyValue.second) {
    pair.__set_value(*keyValue.second);
  }
  return pair;
}

// What never changes of a leaf's chunks.
format::ColumnChunk chunkOf(const schema::Leaf& leaf, const ColumnOptions& column) {
  format::ColumnChunk chunk;
  chunk.file_offset = 0;
  format::ColumnMetaData& meta = chunk.meta_data;
  meta.type = static_cast<std::int32_t>(leaf.type);
  meta.path_in_schema = leaf.path;
  for (const KeyValue& keyValue : column.keyValues) {
    meta.key_value_metadata.push_back(keyValueOf(keyValue));
  }
  meta.__isset.key_value_metadata = !column.keyValues.empty();
  meta.__isset.encoding_stats = true;
  chunk.__isset.meta_data = true;
  return chunk;
}

void setHistogram(std::span<const std::uint64_t> counts, std::vector<std::int64_t>& out) {
  out.assign(counts.begin(), counts.end());
}

void setSizeStatistics(const stats::SizeStatistics& sizes, format::SizeStatistics& out) {
  out.unencoded_byte_array_data_bytes = static_cast<std::int64_t>(sizes.byteArrayBytes());
  out.__isset.unencoded_byte_array_data_bytes = sizes.hasByteArrayBytes();
  setHistogram(sizes.definitionLevels(), out.definition_level_histogram);
  out.__isset.definition_level_histogram = !sizes.definitionLevels().empty();
  setHistogram(sizes.repetitionLevels(), out.repetition_level_histogram);
  out.__isset.repetition_level_histogram = !sizes.repetitionLevels().empty();
}

// The encodings of pages, dictionary and levels, and how many pages have which.
void setEncodings(const EncodedColumnChunk& chunk, const WriterOptions& options,
                  format::ColumnMetaData& out) {
  out.encodings.clear();
  out.encoding_stats.clear();
  const auto list = [&out](std::int32_t encoding) {
    auto& all = out.encodings;
    if (std::find(all.begin(), all.end(), encoding) == all.end()) {
      all.push_back(encoding);
    }
  };
  const auto count = [&out](std::int32_t pageType, std::int32_t encoding, std::int32_t pages) {
    format::PageEncodingStats& stats = out.encoding_stats.emplace_back();
    stats.page_type = pageType;
    stats.encoding = encoding;
    stats.count = pages;
  };
  if (chunk.dictionaryBytes != 0) {
    const std::int32_t encoding = options.profile == Profile::kBaseline
                                      ? format::Encoding::PLAIN_DICTIONARY
                                      : format::Encoding::PLAIN;
    list(encoding);
    count(format::PageType::DICTIONARY_PAGE, encoding, 1);
  }
  const std::int32_t dataPage =
      options.dataPageVersion == 2 ? format::PageType::DATA_PAGE_V2 : format::PageType::DATA_PAGE;
  for (std::size_t i = 0; i < chunk.pagesByEncoding.size(); ++i) {
    if (chunk.pagesByEncoding[i] != 0) {
      list(static_cast<std::int32_t>(i));
      count(dataPage, static_cast<std::int32_t>(i),
            static_cast<std::int32_t>(chunk.pagesByEncoding[i]));
    }
  }
  list(format::Encoding::RLE);
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

RowGroupMetadata::RowGroupMetadata(const schema::Schema& schema, const WriterOptions& options,
                                   format::CompactWriter& thrift)
    : options_(options), thrift_(thrift), tail_(std::make_unique<format::RowGroup>()) {
  chunks_.reserve(schema.leaves().size());
  for (const schema::Leaf& leaf : schema.leaves()) {
    chunks_.push_back(chunkOf(leaf, columnOptions(options, leaf)));
  }
  for (const SortingColumn& column : options.sortingColumns) {
    format::SortingColumn& sorting = tail_->sorting_columns.emplace_back();
    sorting.column_idx = static_cast<std::int32_t>(schema.findLeaf(column.path)->index);
    sorting.descending = column.descending;
    sorting.nulls_first = column.nullsFirst;
  }
  tail_->__isset.file_offset = true;
  tail_->__isset.total_compressed_size = true;
  tail_->__isset.ordinal = true;
}

RowGroupMetadata::~RowGroupMetadata() = default;

Result<void> RowGroupMetadata::append(const EncodedRowGroup& rowGroup, std::uint64_t offset,
                                      std::uint32_t ordinal, ByteBuffer& out) {
  const std::uint64_t compressedBytes = rowGroup.compressedBytes();
  std::uint64_t uncompressedBytes = 0;
  Offsets offsets = {.chunk = offset, .bloomFilter = offset + compressedBytes};
  for (std::size_t i = 0; i < chunks_.size(); ++i) {
    const EncodedColumnChunk& chunk = rowGroup.chunks[i];
    PF_TRY(appendChunk(chunk, offsets, chunks_[i], out));
    offsets.chunk += chunk.compressedBytes;
    offsets.bloomFilter += chunk.bloomFilter.size();
    uncompressedBytes += chunk.uncompressedBytes;
  }
  tail_->total_byte_size = static_cast<std::int64_t>(uncompressedBytes);
  tail_->num_rows = static_cast<std::int64_t>(rowGroup.rows);
  tail_->file_offset = static_cast<std::int64_t>(offset);
  tail_->total_compressed_size = static_cast<std::int64_t>(compressedBytes);
  tail_->ordinal = static_cast<std::int16_t>(ordinal);
  tail_->__isset.sorting_columns = rowGroup.isSorted;
  return appendTail(out);
}

Result<void> RowGroupMetadata::appendChunk(const EncodedColumnChunk& chunk, const Offsets& offsets,
                                           format::ColumnChunk& meta, ByteBuffer& out) {
  format::ColumnMetaData& data = meta.meta_data;
  data.codec = static_cast<std::int32_t>(chunk.compression);
  data.num_values = static_cast<std::int64_t>(chunk.entries);
  data.total_uncompressed_size = static_cast<std::int64_t>(chunk.uncompressedBytes);
  data.total_compressed_size = static_cast<std::int64_t>(chunk.compressedBytes);
  data.data_page_offset = static_cast<std::int64_t>(offsets.chunk + chunk.dictionaryBytes);
  data.dictionary_page_offset = static_cast<std::int64_t>(offsets.chunk);
  data.__isset.dictionary_page_offset = chunk.dictionaryBytes != 0;
  data.bloom_filter_offset = static_cast<std::int64_t>(offsets.bloomFilter);
  data.bloom_filter_length = static_cast<std::int32_t>(chunk.bloomFilter.size());
  data.__isset.bloom_filter_offset = !chunk.bloomFilter.empty();
  data.__isset.bloom_filter_length = !chunk.bloomFilter.empty();
  data.__isset.statistics = chunk.hasStatistics;
  if (chunk.hasStatistics) {
    setStatistics(chunk.statistics, data.statistics);
  }
  setEncodings(chunk, options_, data);
  data.__isset.size_statistics = chunk.hasSizeStatistics;
  if (chunk.hasSizeStatistics) {
    setSizeStatistics(*chunk.sizes, data.size_statistics);
  }
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

Result<void> appendRowGroupRecord(const format::RowGroup& rowGroup, format::CompactWriter& thrift,
                                  ByteBuffer& out) {
  for (const format::ColumnChunk& chunk : rowGroup.columns) {
    PF_TRY_ASSIGN(const std::size_t begin, beginCounted(out));
    PF_TRY(thrift.write(chunk, out));
    out.truncate(out.size() - kStopBytes);
    endCounted(out, begin);
  }
  format::RowGroup tail = rowGroup;
  tail.columns.clear();
  PF_TRY_ASSIGN(const std::size_t begin, beginCounted(out));
  PF_TRY(thrift.write(tail, out));
  cutFront(out, begin, kEmptyColumnsBytes);
  endCounted(out, begin);
  return {};
}

Result<void> encodeFooterEnds(const schema::Schema& schema, const WriterOptions& options,
                              std::uint64_t rows, std::span<const KeyValue> keyValues,
                              format::CompactWriter& thrift, FooterEnds& out) {
  format::FileMetaData head;
  head.version = 1;
  head.schema = schemaElements(schema, options.fieldIds);
  head.num_rows = static_cast<std::int64_t>(rows);
  out.head.clear();
  PF_TRY(thrift.write(head, out.head));
  out.head.truncate(out.head.size() - kEmptyListBytes - kStopBytes);

  format::FileMetaData tail;
  for (const KeyValue& keyValue : keyValues) {
    tail.key_value_metadata.push_back(keyValueOf(keyValue));
  }
  tail.__isset.key_value_metadata = !keyValues.empty();
  tail.__set_created_by(std::string(createdBy()));
  for (const schema::Leaf& leaf : schema.leaves()) {
    format::ColumnOrder& order = tail.column_orders.emplace_back();
    if (options.floatOrder == stats::FloatOrder::kIeee754Total &&
        stats::isFloatOrder(stats::orderOf(leaf))) {
      order.__set_IEEE_754_TOTAL_ORDER({});
    } else {
      order.__set_TYPE_ORDER({});
    }
  }
  tail.__isset.column_orders = true;
  out.tail.clear();
  PF_TRY(thrift.write(tail, out.tail));
  cutFront(out.tail, 0, kEmptyFileFieldsBytes);
  return {};
}

std::uint64_t footerEndsBytesMax(const schema::Schema& schema) noexcept {
  // Of a SchemaElement but for its name, whose seven other numbers and types take six bytes each at
  // most, and whose logical type takes less than twenty; of a ColumnOrder; of all else.
  constexpr std::uint64_t kElementBytesMax = 64;
  constexpr std::uint64_t kOrderBytesMax = 8;
  constexpr std::uint64_t kOtherBytesMax = 64;
  std::uint64_t bytes = kOtherBytesMax + createdBy().size();
  for (const schema::Node& node : schema.nodes()) {
    bytes += kElementBytesMax + kVarint32BytesMax + node.name.size();
  }
  return bytes + kOrderBytesMax * schema.leaves().size();
}

std::uint64_t splicedBytesMax(ConstBytes record, std::size_t leafCount) noexcept {
  // A list's header is at most a byte and a varint of the count; the lengths are not written, and
  // each chunk gets its stop byte.
  const std::uint64_t listHeaderBytes = leafCount < 15 ? 1 : 1 + varintBytes(leafCount);
  return 1 + listHeaderBytes + record.size() - sizeof(std::uint32_t) * (leafCount + 1) +
         leafCount * (kIndexLocationBytesMax + kStopBytes);
}

namespace {

// Fields 4 to 7 of a ColumnChunk, behind field 3.
Result<void> appendIndexLocation(const IndexLocation& location, ByteBuffer& out) {
  if (location.offsetIndexBytes == 0) {
    return {};
  }
  PF_TRY(format::appendI64Field(1, static_cast<std::int64_t>(location.offsetIndexOffset), out));
  PF_TRY(format::appendI32Field(1, static_cast<std::int32_t>(location.offsetIndexBytes), out));
  if (location.columnIndexBytes == 0) {
    return {};
  }
  PF_TRY(format::appendI64Field(1, static_cast<std::int64_t>(location.columnIndexOffset), out));
  return format::appendI32Field(1, static_cast<std::int32_t>(location.columnIndexBytes), out);
}

}  // namespace

Result<void> spliceRecord(ConstBytes& records, std::size_t leafCount,
                          PageIndexBuilder::Cursor* index, ByteBuffer& out) {
  PF_TRY(out.append(&kColumnsFieldHeader, 1));
  PF_TRY(format::appendStructListHeader(leafCount, out));
  for (std::size_t i = 0; i < leafCount; ++i) {
    PF_TRY(out.append(takeCounted(records)));
    if (index != nullptr) {
      PF_TRY(appendIndexLocation(index->next(), out));
    }
    PF_TRY(out.append(&format::kStop, kStopBytes));
  }
  return out.append(takeCounted(records));
}

}  // namespace parquet_flow::write
