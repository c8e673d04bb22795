#include "write/chunk_bloom_filter.hpp"

#include <array>

#include "format/parquet_types.h"
#include "stats/bloom_filter.hpp"
#include "stats/order.hpp"

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

// Zeros are equal and have two forms. Readers ask for the one that stands in the predicate.
void ChunkBloomFilter::insertBothZeros() noexcept {
  if (!stats::isFloatOrder(stats::orderOf(leaf_))) {
    return;
  }
  const std::array<std::byte, sizeof(double)> plus{};
  std::array<std::byte, sizeof(double)> minus{};
  minus[width_ - 1] = std::byte{0x80};
  const std::uint64_t hashes[] = {stats::bloomHash({plus.data(), width_}),
                                  stats::bloomHash({minus.data(), width_})};
  const ConstBytes bits = scratch_.bloomFilter.bits();
  if (stats::bloomMayContain(bits, hashes[0]) || stats::bloomMayContain(bits, hashes[1])) {
    for (const std::uint64_t hash : hashes) {
      scratch_.bloomFilter.insertHash(hash);
    }
  }
}

Result<void> ChunkBloomFilter::finish(ByteBuffer& out) {
  if (!isWanted()) {
    return {};
  }
  insertBothZeros();
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
