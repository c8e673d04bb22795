// Bit-packing of 32 values, the unit of which miniblocks (and bit-packed runs) are made: 32 values
// of `width` bits in 4 * width bytes, from the least significant bit of each byte to the most
// significant.
//
// Source: parquet-format Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)", 1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.hpp"

namespace parquet_flow::encoding {

inline constexpr std::size_t kPackedValues = 32;
// Bytes behind the 4 * width that pack may write and unpack may read: kernels move whole registers.
inline constexpr std::size_t kBitPackSlack = 32;

[[nodiscard]] constexpr std::size_t packedBytes(unsigned width) noexcept {
  return kPackedValues / 8 * width;
}

// `U` is std::uint32_t, with widths 0 .. 32, or std::uint64_t, with widths 0 .. 64.
template <class U>
struct BitPackKernels {
  // No value has bits above the width.
  void (*pack)(const U* values, unsigned width, std::byte* to) noexcept;
  void (*unpack)(const std::byte* from, unsigned width, U* values) noexcept;
};

// The kernels for a processor that has `level`. Those for SimdLevel::kScalar are the definition.
template <class U>
[[nodiscard]] const BitPackKernels<U>& bitPackKernels(SimdLevel level) noexcept;

// The kernels by name.
template <class U>
void packBits(const U* values, unsigned width, std::byte* to) noexcept;
template <class U>
void unpackBits(const std::byte* from, unsigned width, U* values) noexcept;

#if defined(__x86_64__)
void packBitsAvx2(const std::uint32_t* values, unsigned width, std::byte* to) noexcept;
void packBitsAvx2(const std::uint64_t* values, unsigned width, std::byte* to) noexcept;
void unpackBitsAvx2(const std::byte* from, unsigned width, std::uint32_t* values) noexcept;
void unpackBitsAvx2(const std::byte* from, unsigned width, std::uint64_t* values) noexcept;
#endif

}  // namespace parquet_flow::encoding
