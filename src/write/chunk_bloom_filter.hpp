// The bloom filter of a column chunk, as it lies in the file: BloomFilterHeader and bits.
//
// Spec: parquet-format BloomFilter.md.
#pragma once

#include <cstdint>
#include <optional>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"
#include "write/encode_scratch.hpp"
#include "write/options.hpp"

namespace parquet_flow::write {

//   begin -> add, addDictionary ... -> finish
//
// Does nothing where the options ask for no filter.
class ChunkBloomFilter {
 public:
  // `leaf` and `scratch` must live as long; of `scratch` the builder is used from begin to finish.
  ChunkBloomFilter(const schema::Leaf& leaf, std::optional<BloomFilterOptions> options,
                   EncodeScratch& scratch) noexcept
      : leaf_(leaf),
        width_(schema::fixedWidth(leaf.type, leaf.typeLength)),
        options_(options),
        scratch_(scratch) {}

  [[nodiscard]] bool isWanted() const noexcept { return options_.has_value(); }

  // `values`: how many the chunk is expected to have. kOutOfMemory.
  [[nodiscard]] Result<void> begin(std::uint64_t values);
  // kFixed or kOffsets32.
  void add(const column::ValuesView& values) noexcept;
  // `count` values one after the other, PLAIN.
  void addDictionary(ConstBytes page, std::size_t count) noexcept;
  [[nodiscard]] Result<void> finish(ByteBuffer& out);

 private:
  void insertBothZeros() noexcept;

  const schema::Leaf& leaf_;
  const std::uint32_t width_;
  const std::optional<BloomFilterOptions> options_;
  EncodeScratch& scratch_;
};

}  // namespace parquet_flow::write
