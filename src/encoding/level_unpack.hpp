// Bit-packed levels to a byte each: groups of eight, in as many bytes as a level has bits, from the
// least significant bit on.
//
// Source: parquet-format Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)", 1.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.hpp"

namespace parquet_flow::encoding {

// `groups` times `bitWidth` bytes, 1 .. 8, to `groups` times eight levels; no byte outside of them
// is read or written.
using UnpackLevels = void (*)(const std::byte* from, std::size_t groups, unsigned bitWidth,
                              std::uint8_t* levels) noexcept;

// The kernel for a level that this machine has; the scalar one is the definition.
[[nodiscard]] UnpackLevels unpackLevelsKernel(SimdLevel level) noexcept;

// By the best kernel of this machine.
void unpackLevels(const std::byte* from, std::size_t groups, unsigned bitWidth,
                  std::uint8_t* levels) noexcept;

// The definition, which the vector kernel leaves wide levels to.
namespace scalar {
void unpackLevels(const std::byte* from, std::size_t groups, unsigned bitWidth,
                  std::uint8_t* levels) noexcept;
}
#if defined(__x86_64__)
void unpackLevelsAvx2(const std::byte* from, std::size_t groups, unsigned bitWidth,
                      std::uint8_t* levels) noexcept;
#endif

}  // namespace parquet_flow::encoding
