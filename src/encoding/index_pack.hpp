// Kernels for dictionary indices: packing and unpacking groups of eight at 1 .. 32 bits each, from
// the least significant bit on, as bit-packed runs hold them (rle_run.hpp).
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.hpp"

namespace parquet_flow::encoding {

// Bytes behind the packed ones that `pack` may overwrite.
inline constexpr std::size_t kIndexPackSlack = 16;

struct IndexKernels {
  // 8 * `groups` ids below 2^bitWidth to groups * bitWidth bytes at `to`.
  void (*pack)(const std::uint32_t* ids, std::size_t groups, unsigned bitWidth, std::byte* to);
  // groups * bitWidth bytes to 8 * `groups` ids, and nothing beyond either. Returns the highest id.
  std::uint32_t (*unpack)(const std::byte* from, std::size_t groups, unsigned bitWidth,
                          std::uint32_t* ids);
  // The first of `groups` groups of eight whose ids are all the same; `groups` where none is.
  std::size_t (*findEqualGroup)(const std::uint32_t* ids, std::size_t groups);
};

// The kernels for a level that this machine has; the scalar ones are the definition.
[[nodiscard]] const IndexKernels& indexKernels(SimdLevel level) noexcept;

#if defined(__x86_64__)
extern const IndexKernels kIndexKernelsAvx2;
#endif

}  // namespace parquet_flow::encoding
