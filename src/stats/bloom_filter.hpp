// Split-block bloom filters: whether a value may be in a column chunk.
//
// Source: parquet-format BloomFilter.md. A filter is z blocks of 32 bytes. The upper half of a
// value's hash, XXH64 with seed 0 of its PLAIN bytes, chooses the block, as (upper * z) >> 32; the
// lower half sets one bit in each of the block's eight words. Because the block is chosen by
// multiplication, blocks 2i and 2i + 1 of a filter are together block i of one half as large: a
// filter made for more values than came folds down.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/cpu.hpp"
#include "base/status.hpp"

namespace parquet_flow::stats {

inline constexpr std::size_t kBloomBlockBytes = 32;
inline constexpr std::size_t kBloomBytesMax = 128U << 20U;

// Of a value in PLAIN encoding, a BYTE_ARRAY without its length.
[[nodiscard]] std::uint64_t bloomHash(ConstBytes value) noexcept;

// How often a filter of `bytes` bytes that `distinct` values are in takes one for them that is not,
// 0 .. 1: by the formula, hashes taken to be evenly spread.
[[nodiscard]] double bloomFalsePositiveRate(std::uint64_t distinct, std::size_t bytes) noexcept;
// The smallest power of two from kBloomBlockBytes to kBloomBytesMax with at most that rate;
// kBloomBytesMax where none has.
[[nodiscard]] std::size_t bloomFilterBytes(std::uint64_t distinct,
                                           double falsePositiveRate) noexcept;

// Whether the value of this hash may have been inserted into a filter whose bits are `bits`: of any
// number of blocks, at least one. False is certain.
[[nodiscard]] bool bloomMayContain(ConstBytes bits, std::uint64_t hash) noexcept;

// Inserts the values of a column chunk; those of a dictionary do where there is one. BOOLEAN leaves
// have no filter. One thread at a time.
class BloomFilterBuilder {
 public:
  // An empty filter of bloomFilterBytes(distinctMax, falsePositiveRate) bytes; the memory of the
  // one before is used again. kOutOfMemory.
  [[nodiscard]] Result<void> start(std::uint64_t distinctMax, double falsePositiveRate);

  // `count` values of `width` bytes, one after the other.
  void insertFixed(const std::byte* values, std::size_t width, std::uint64_t count) noexcept;
  // Value i at bytes[offsets[i]] .. bytes[offsets[i + 1]].
  void insertByteArrays(const std::byte* bytes, const std::uint32_t* offsets,
                        std::uint64_t count) noexcept;
  void insertHash(std::uint64_t hash) noexcept;

  // Inserts what was inserted into `other`, of the same size: both started with the same numbers,
  // and not folded.
  void merge(const BloomFilterBuilder& other) noexcept;

  // Halves the filter as long as the half still has the rate that was asked for, by its own bits:
  // so the size follows the distinct values that came, without counting them.
  void fold() noexcept;
  // By its bits: how often a hash that is not in it is taken for one that is.
  [[nodiscard]] double falsePositiveRate() const noexcept;

  // What stands behind the BloomFilterHeader.
  [[nodiscard]] ConstBytes bits() const noexcept { return bits_.span(); }

 private:
  ByteBuffer bits_;
  double rate_ = 0;
};

// The kernels below; all levels give the same bits. `bits` is aligned to 32 bytes.
struct BloomKernels {
  void (*insert)(std::byte* bits, std::uint64_t blocks, const std::uint64_t* hashes,
                 std::size_t count) noexcept;
  // The mean, over the blocks that each 2^`foldings` in a row make, of the share of block
  // patterns that they take for theirs. `blocks` is a multiple of 2^foldings; foldings is 0 or 1.
  double (*rate)(const std::byte* bits, std::uint64_t blocks, unsigned foldings) noexcept;
};
[[nodiscard]] const BloomKernels& bloomKernels() noexcept;
[[nodiscard]] const BloomKernels& bloomKernels(SimdLevel level) noexcept;

#if defined(__x86_64__)
extern const BloomKernels kBloomKernelsAvx2;
#endif

// One odd number a word: BloomFilter.md, "salt".
inline constexpr std::uint32_t kBloomSalt[] = {0x47b6137bU, 0x44974d91U, 0x8824ad5bU, 0xa2b7289dU,
                                               0x705495c7U, 0x2df1424bU, 0x9efc4947U, 0x5c6bfb31U};

}  // namespace parquet_flow::stats
