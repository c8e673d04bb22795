#include "write/chunk_bloom_filter.hpp"

#include <array>

#include "format/parquet_types.h"

namespace parquet_flow::write {

Result<void> ChunkBloomFilter::begin(std::uint64_t values) {
  if (!isWanted()) {
    return {};
  }
  const std::uint64_t distinct = options_->distinctCount != 0 ? options_->distinctCount : values;
  return scratch_.bloomFilter.start(distinct, options_->falsePositiveRate);
}

void ChunkBloomFilter::add(const column::ValuesView& values) noexcept {
  if (!isWanted()) {
    return;
  }
  if (leaf_.type == schema::PhysicalType::kByteArray) {
    scratch_.bloomFilter.insertByteArrays(values.data, values.offsets, values.count);
  } else {
    scratch_.bloomFilter.insertFixed(values.data, width_, values.count);
  }
}

void ChunkBloomFilter::addDictionary(ConstBytes page, std::size_t count) noexcept {
  if (!isWanted()) {
    return;
  }
  if (leaf_.type != schema::PhysicalType::kByteArray) {
    return scratch_.bloomFilter.insertFixed(page.data(), width_, count);
  }
  const std::byte* at = page.data();
  for (std::size_t i = 0; i < count; ++i) {
    const std::array<std::uint32_t, 2> ends = {0, loadLe<std::uint32_t>(at)};
    at += sizeof(std::uint32_t);
    scratch_.bloomFilter.insertByteArrays(at, ends.data(), 1);
    at += ends[1];
  }
}

Result<void> ChunkBloomFilter::finish(ByteBuffer& out) {
  if (!isWanted()) {
    return {};
  }
  scratch_.bloomFilter.fold();
  const ConstBytes bits = scratch_.bloomFilter.bits();
  format::BloomFilterHeader header;
  header.numBytes = static_cast<std::int32_t>(bits.size());
  header.algorithm.__set_BLOCK({});
  header.hash.__set_XXHASH({});
  header.compression.__set_UNCOMPRESSED({});
  PF_TRY(scratch_.thrift.write(header, out));
  return out.append(bits);
}

}  // namespace parquet_flow::write
