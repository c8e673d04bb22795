// CRC-32 with the polynomial of gzip (0x04C11DB7, reflected), which is what page headers carry.
//
// Spec: parquet-format README.md, "Checksumming": over the page's bytes as stored, header excluded.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"

namespace parquet_flow {

// The CRC of `bytes` behind bytes whose CRC is `crc`; 0 to start. Computed by the best library
// built in: ISA-L, else libdeflate, else zlib; on x86-64 without AVX-512 libdeflate before ISA-L.
// Any thread.
[[nodiscard]] std::uint32_t crc32(std::uint32_t crc, ConstBytes bytes) noexcept;

// The CRC of A followed by B, from those of A and B and the length of B. Costs about log2(length)
// small matrix products, so it pays above some KiB. Any thread.
[[nodiscard]] std::uint32_t crc32Combine(std::uint32_t crcA, std::uint32_t crcB,
                                         std::uint64_t bytesB) noexcept;

struct Crc32Implementation {
  std::string_view name;  // "isal", "libdeflate", "zlib"
  std::uint32_t (*crc32)(std::uint32_t crc, ConstBytes bytes) noexcept;
};

// All that are built in, the best first; it is the one that crc32() uses. zlib's is always there.
[[nodiscard]] std::span<const Crc32Implementation> crc32Implementations() noexcept;

}  // namespace parquet_flow
