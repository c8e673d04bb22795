#include "read/chunk_info.hpp"

#include <string>

#include "format/parquet_types.h"

namespace parquet_flow::read {
namespace {

std::uint64_t notNegative(std::int64_t value) noexcept {
  return value < 0 ? 0 : static_cast<std::uint64_t>(value);
}

void readStatistics(const format::Statistics& statistics, ChunkInfo& info) {
  const auto& isset = statistics.__isset;
  if (isset.null_count) {
    info.nulls = statistics.null_count;
  }
  if (isset.distinct_count) {
    info.distinct = statistics.distinct_count;
  }
  // Of the deprecated pair nobody knows the order.
  if (isset.min_value) {
    info.least = {constBytes(statistics.min_value),
                  isset.is_min_value_exact && statistics.is_min_value_exact};
  }
  if (isset.max_value) {
    info.most = {constBytes(statistics.max_value),
                 isset.is_max_value_exact && statistics.is_max_value_exact};
  }
}

}  // namespace

ChunkInfo chunkInfo(const FileReader& file, std::size_t rowGroup, std::uint32_t leaf) {
  const format::ColumnChunk& chunk = file.metaData().row_groups[rowGroup].columns[leaf];
  const format::ColumnMetaData& meta = chunk.meta_data;
  ChunkInfo info;
  info.compression = meta.codec;
  info.entries = notNegative(meta.num_values);
  info.uncompressedBytes = notNegative(meta.total_uncompressed_size);
  info.compressedBytes = notNegative(meta.total_compressed_size);
  info.offset = notNegative(chunkOffset(meta));
  if (meta.__isset.statistics) {
    readStatistics(meta.statistics, info);
  }
  for (const std::int32_t encoding : meta.encodings) {
    info.encodings |= encoding >= 0 && encoding < 32 ? 1U << encoding : 0;
  }
  info.hasPageIndex = chunk.__isset.offset_index_offset;
  info.hasBloomFilter = meta.__isset.bloom_filter_offset;
  return info;
}

std::optional<KeyValue> keyValue(const FileReader& file, std::size_t index) {
  const auto& all = file.metaData().key_value_metadata;
  if (index >= all.size()) {
    return std::nullopt;
  }
  return KeyValue{all[index].key.c_str(),
                  all[index].__isset.value ? all[index].value.c_str() : nullptr};
}

std::optional<std::string_view> findKeyValue(const FileReader& file, std::string_view key) {
  for (const format::KeyValue& each : file.metaData().key_value_metadata) {
    if (each.key == key && each.__isset.value) {
      return each.value;
    }
  }
  return std::nullopt;
}

}  // namespace parquet_flow::read
