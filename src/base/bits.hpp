// Bitmaps, least significant bit first, as Arrow's validity bitmaps and Parquet's BOOLEAN values
// are: bit i is bit i % 8 of byte i / 8.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace parquet_flow {

// Bits needed for the values 0 .. `valueMax`; 0 where that is 0 alone.
[[nodiscard]] constexpr unsigned bitWidth(std::uint64_t valueMax) noexcept {
  return static_cast<unsigned>(std::bit_width(valueMax));
}
// Bytes that hold `bits` bits.
[[nodiscard]] constexpr std::size_t bitmapBytes(std::size_t bits) noexcept {
  return bits / 8 + (bits % 8 != 0 ? 1 : 0);
}

[[nodiscard]] inline bool bitmapGet(const std::byte* bitmap, std::size_t index) noexcept {
  return (std::to_integer<unsigned>(bitmap[index / 8]) >> (index % 8) & 1U) != 0;
}
inline void bitmapSet(std::byte* bitmap, std::size_t index, bool value) noexcept {
  const auto mask = static_cast<std::byte>(1U << (index % 8));
  bitmap[index / 8] = value ? bitmap[index / 8] | mask : bitmap[index / 8] & ~mask;
}

// How many of the `bits` bits from bit `bitOffset` on are set. Reads no byte that holds none of
// them.
[[nodiscard]] std::size_t bitmapCount(const std::byte* bitmap, std::size_t bitOffset,
                                      std::size_t bits) noexcept;

// Sets bit `bitOffset` + i to whether values[i] is not zero, for i below `count`. In the first byte
// the bits below `bitOffset` are kept; those behind the last are set to 0, so that a page's last
// byte is defined and the next call can go on. `bitmap` has bitmapBytes(bitOffset + count) bytes.
void packBooleans(const std::uint8_t* values, std::size_t count, std::byte* bitmap,
                  std::size_t bitOffset) noexcept;
// The opposite: out[i] is bit `bitOffset` + i, for i below `count`. Reads no byte that holds none
// of them.
void unpackBooleans(const std::byte* bitmap, std::size_t bitOffset, std::size_t count,
                    std::byte* out) noexcept;

// Copies `count` bits from bit `fromOffset` of `from` to bit `toOffset` of `to`, which do not
// overlap. No byte is read or written that has none of them; in the first byte written the bits
// below `toOffset` are kept, and those behind the last are set to 0.
void copyBits(const std::byte* from, std::size_t fromOffset, std::size_t count, std::byte* to,
              std::size_t toOffset) noexcept;

// The same of `count` equal bits.
void fillBits(bool value, std::size_t count, std::byte* to, std::size_t toOffset) noexcept;

// `count` <= 64 bits from `bitOffset` on, the rest zero; no byte is read that has none of them.
[[nodiscard]] std::uint64_t loadBits(const std::byte* bits, std::size_t bitOffset,
                                     std::size_t count) noexcept;

}  // namespace parquet_flow
