// ULEB128 and zigzag, as Thrift's compact protocol and the DELTA and RLE encodings use them.
//
// Spec: parquet-format Encodings.md, "Run Length Encoding / Bit-Packing Hybrid" (unsigned LEB128)
// and "Delta Encoding" (zigzag ULEB128); thrift-compact-protocol.md, "Integer encoding".
//
// Seven bits a byte, the lowest first; the top bit says that another byte follows. Zigzag maps
// 0, -1, 1, -2, ... to 0, 1, 2, 3, ..., so that small negative numbers stay short.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace parquet_flow {

inline constexpr std::size_t kVarint32BytesMax = 5;   // ceil(32 / 7)
inline constexpr std::size_t kVarint64BytesMax = 10;  // ceil(64 / 7)

[[nodiscard]] constexpr std::uint32_t zigzagEncode32(std::int32_t value) noexcept {
  return (static_cast<std::uint32_t>(value) << 1) ^ static_cast<std::uint32_t>(value >> 31);
}
[[nodiscard]] constexpr std::int32_t zigzagDecode32(std::uint32_t value) noexcept {
  return static_cast<std::int32_t>((value >> 1) ^ (0U - (value & 1)));
}
[[nodiscard]] constexpr std::uint64_t zigzagEncode64(std::int64_t value) noexcept {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}
[[nodiscard]] constexpr std::int64_t zigzagDecode64(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>((value >> 1) ^ (0U - (value & 1)));
}

// Bytes that putVarint writes, 1 .. kVarint64BytesMax.
[[nodiscard]] constexpr std::size_t varintBytes(std::uint64_t value) noexcept {
  const auto bits = static_cast<std::size_t>(std::bit_width(value | 1));
  return (bits + 6) / 7;
}

// Writes `value` at `out`, which has room for varintBytes(value) (at most kVarint64BytesMax, or
// kVarint32BytesMax where the value fits 32 bits). Returns the position behind the last byte
// written.
constexpr std::byte* putVarint(std::byte* out, std::uint64_t value) noexcept {
  while (value >= 0x80) {
    *out++ = static_cast<std::byte>(value | 0x80);
    value >>= 7;
  }
  *out++ = static_cast<std::byte>(value);
  return out;
}
constexpr std::byte* putZigzag(std::byte* out, std::int64_t value) noexcept {
  return putVarint(out, zigzagEncode64(value));
}

}  // namespace parquet_flow
