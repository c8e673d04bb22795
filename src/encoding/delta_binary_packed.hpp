// DELTA_BINARY_PACKED: the differences of neighbours, bit-packed.
//
// Source: parquet-format Encodings.md, "Delta Encoding (DELTA_BINARY_PACKED = 5)":
//
//   page   := <header> <block>*
//   header := varint(values of a block) varint(miniblocks of a block) varint(count) zigzag(first)
//   block  := zigzag(least delta) <width of each miniblock: a byte> <miniblock>*
//
// A miniblock holds deltas less the block's least one, `width` bits each. All sums wrap in 32 bits
// for INT32, in 64 for INT64. The last block may be short: its unused miniblocks still own a width
// byte (we write 0, a reader takes anything) but no body; the last used one is padded to a full
// miniblock. A writer that drops those width bytes makes the reader take packed data for widths.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/cpu.hpp"
#include "base/status.hpp"
#include "base/varint.hpp"
#include "encoding/delta_kernels.hpp"

namespace parquet_flow::encoding {

inline constexpr std::size_t kDeltaHeaderBytesMax =
    varintBytes(kDeltaBlockValues) + varintBytes(kDeltaMiniblocks) + 2 * kVarint64BytesMax;

// The most bytes that `count` values of `U` can take.
template <class U>
[[nodiscard]] constexpr std::uint64_t deltaBinaryPackedBytesMax(std::uint64_t count) noexcept {
  return kDeltaHeaderBytesMax +
         (count + kDeltaBlockValues - 1) / kDeltaBlockValues * kDeltaBlockBytesMax<U>;
}

// What a piece's blocks have told of its values, in runs of neighbours that are alike: those of a
// sorted column need not be looked at again for its least and greatest.
class DeltaRuns {
 public:
  struct Run {
    std::size_t count;
    // No value is below the one before it, be they signed or not. Where it does not say so, nothing
    // is known.
    bool ascends;
  };
  void clear() noexcept { count_ = 0; }
  void add(std::size_t values, bool ascends) noexcept;
  [[nodiscard]] std::span<const Run> runs() const noexcept { return {runs_.data(), count_}; }

 private:
  // Of what changes more often, the rest is one run of which nothing is known.
  std::size_t count_ = 0;
  std::array<Run, 16> runs_;
};

// Encodes the values of one page, given in pieces of any size:
//
//   begin -> append... -> finish
//
// The page's values are then head(), which has the count in it, and behind it what was appended to
// `body` since begin. `U` is std::uint32_t for INT32, std::uint64_t for INT64. kOutOfMemory: `body`
// is to be cut back and begun anew. No memory of its own.
template <class U>
class DeltaBinaryPackedEncoder {
 public:
  // `body` must live until finish, and takes no other bytes until then.
  void begin(ByteBuffer& body) noexcept;
  // `count` values, little-endian, at any alignment. `runs`: nullptr, or to add runs of all of them
  // to.
  [[nodiscard]] Result<void> append(const std::byte* values, std::size_t count,
                                    DeltaRuns* runs = nullptr);
  [[nodiscard]] Result<void> finish();
  // Valid from finish to begin.
  [[nodiscard]] ConstBytes head() const noexcept { return {head_.data(), headBytes_}; }

 private:
  [[nodiscard]] std::size_t keep(const std::byte* values, std::size_t count) noexcept;
  void encodeKept(std::byte*& to) noexcept;

  const DeltaKernels<U>* kernels_ = &deltaKernels<U>(simdLevel());
  ByteBuffer* body_ = nullptr;
  std::uint64_t count_ = 0;
  U first_ = 0;
  // The values that are in no block yet, behind the last one that is, or the first of the page.
  std::size_t keptCount_ = 0;
  std::array<U, 1 + kDeltaBlockValues> kept_;
  std::size_t headBytes_ = 0;
  std::array<std::byte, kDeltaHeaderBytesMax> head_;
};

extern template class DeltaBinaryPackedEncoder<std::uint32_t>;
extern template class DeltaBinaryPackedEncoder<std::uint64_t>;

// Decodes a page of `count` values of `width` bytes, 4 or 8, to `out`, which has room for them.
// Returns how many bytes of `in` they took. kCorrupt: not exactly as the grammar says, another
// count, blocks that are not whole multiples of 128 or miniblocks not of 32, more bits than the
// type has, input that ends too early. `out` is unspecified then.
//
// A few bytes can stand for any number of equal deltas: it is the caller who bounds `count`, and
// who makes room for so many values after checkDeltaBinaryPacked.
[[nodiscard]] Result<std::size_t> decodeDeltaBinaryPacked(ConstBytes in, std::size_t count,
                                                          std::size_t width, std::byte* out);
// kCorrupt unless `in` begins with the header of such a page.
[[nodiscard]] Result<void> checkDeltaBinaryPacked(ConstBytes in, std::size_t count,
                                                  std::size_t width);

}  // namespace parquet_flow::encoding
