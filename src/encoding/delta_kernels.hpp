// The inner loops of DELTA_BINARY_PACKED: a block of values to its bytes, and packed deltas to
// values. See delta_binary_packed.hpp for the format.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.hpp"
#include "base/varint.hpp"
#include "encoding/bit_pack.hpp"

namespace parquet_flow::encoding {

// What everybody writes: parquet-java and Arrow C++ have no other block. Read is any that the
// specification allows.
inline constexpr std::size_t kDeltaBlockValues = 128;
inline constexpr std::size_t kDeltaMiniblocks = 4;
static_assert(kDeltaBlockValues / kDeltaMiniblocks == kPackedValues);

// The most bytes of a block of `U`.
template <class U>
inline constexpr std::size_t kDeltaBlockBytesMax =
    (sizeof(U) == 4 ? kVarint32BytesMax : kVarint64BytesMax) + kDeltaMiniblocks +
    kDeltaBlockValues * sizeof(U);

// `U` is std::uint32_t or std::uint64_t; all sums wrap in its bits, and the least delta is the
// least as a signed number.
template <class U>
struct DeltaKernels {
  // Encodes the block of the 128 values behind the one at `values`, little-endian at any alignment.
  // Writes at most kDeltaBlockBytesMax<U> + kBitPackSlack bytes and returns the block's end.
  std::byte* (*encodeBlock)(const std::byte* values, std::byte* to) noexcept;

  // Decodes `count` miniblocks of `groups` times 32 deltas, less `least`, behind a value of
  // `previous`: miniblock i is of widths[i] bits, which the type has. Reads kBitPackSlack bytes too
  // much. Returns the last value.
  U (*decodeMiniblocks)(const std::byte* packed, const std::byte* widths, std::size_t count,
                        std::size_t groups, U least, U previous, std::byte* values) noexcept;
};

// The kernels for a processor that has `level`. Those for SimdLevel::kScalar are the definition.
template <class U>
[[nodiscard]] const DeltaKernels<U>& deltaKernels(SimdLevel level) noexcept;

#if defined(__x86_64__)
std::byte* encodeDeltaBlock32Avx2(const std::byte* values, std::byte* to) noexcept;
std::byte* encodeDeltaBlock64Avx2(const std::byte* values, std::byte* to) noexcept;
std::uint32_t decodeDeltaMiniblocksAvx2(const std::byte* packed, const std::byte* widths,
                                        std::size_t count, std::size_t groups, std::uint32_t least,
                                        std::uint32_t previous, std::byte* values) noexcept;
std::uint64_t decodeDeltaMiniblocksAvx2(const std::byte* packed, const std::byte* widths,
                                        std::size_t count, std::size_t groups, std::uint64_t least,
                                        std::uint64_t previous, std::byte* values) noexcept;
#endif

}  // namespace parquet_flow::encoding
