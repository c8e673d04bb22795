#include "base/bits.hpp"

#include <algorithm>

namespace parquet_flow {
namespace {

// Eight bytes to eight bits: bit i says whether byte i is not zero.
//
// Adding 0x7F to the low seven bits of a byte carries into its top bit unless they are all 0, and
// never further; or-ing the byte itself brings in a top bit that was set. The product then moves
// bit 0 of byte i to bit 56 + i: its terms are distinct powers of two, so nothing carries.
std::byte packEight(std::uint64_t bytes) noexcept {
  constexpr std::uint64_t kLow7 = 0x7F7F7F7F7F7F7F7F;
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kGather = 0x0102040810204080;
  const std::uint64_t nonzero = ((((bytes & kLow7) + kLow7) | bytes) >> 7) & kOnes;
  return static_cast<std::byte>((nonzero * kGather) >> 56);
}

// The opposite. Of byte i of the product, a copy of the eight, bit i is kept; adding 0x7F carries
// it into the top bit, and never further.
std::uint64_t unpackEight(std::byte bits) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kDiagonal = 0x8040201008040201;
  constexpr std::uint64_t kLow7 = 0x7F7F7F7F7F7F7F7F;
  const std::uint64_t kept = (std::to_integer<std::uint64_t>(bits) * kOnes) & kDiagonal;
  return ((kept + kLow7) >> 7) & kOnes;
}

std::byte packUpToEight(const std::uint8_t* values, std::size_t count) noexcept {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, values, count);
  return packEight(bytes);
}

}  // namespace

std::size_t bitmapCount(const std::byte* bitmap, std::size_t bitOffset, std::size_t bits) noexcept {
  if (bits == 0) {
    return 0;
  }
  const std::byte* byte = bitmap + bitOffset / 8;
  const std::size_t skipped = bitOffset % 8;
  std::size_t count = 0;
  if (skipped != 0) {
    const std::size_t inFirst = std::min(bits, 8 - skipped);
    const unsigned mask = ((1U << inFirst) - 1) << skipped;
    count += static_cast<std::size_t>(std::popcount(std::to_integer<unsigned>(*byte) & mask));
    bits -= inFirst;
    ++byte;
  }
  for (; bits >= 64; bits -= 64, byte += 8) {
    count += static_cast<std::size_t>(std::popcount(loadLe<std::uint64_t>(byte)));
  }
  std::uint64_t last = 0;
  if (bits != 0) {
    std::memcpy(&last, byte, bitmapBytes(bits));
    count += static_cast<std::size_t>(std::popcount(last & ((std::uint64_t{1} << bits) - 1)));
  }
  return count;
}

void packBooleans(const std::uint8_t* values, std::size_t count, std::byte* bitmap,
                  std::size_t bitOffset) noexcept {
  if (count == 0) {
    return;
  }
  std::byte* byte = bitmap + bitOffset / 8;
  const std::size_t kept = bitOffset % 8;
  if (kept != 0) {
    const std::size_t inFirst = std::min(count, 8 - kept);
    const auto keepMask = static_cast<std::byte>((1U << kept) - 1);
    *byte = (*byte & keepMask) | (packUpToEight(values, inFirst) << kept);
    values += inFirst;
    count -= inFirst;
    ++byte;
  }
  for (; count >= 8; count -= 8, values += 8) {
    *byte++ = packEight(loadLe<std::uint64_t>(values));
  }
  if (count != 0) {
    *byte = packUpToEight(values, count);
  }
}

void unpackBooleans(const std::byte* bitmap, std::size_t bitOffset, std::size_t count,
                    std::byte* out) noexcept {
  for (; count != 0 && bitOffset % 8 != 0; ++bitOffset, --count) {
    *out++ = static_cast<std::byte>(bitmapGet(bitmap, bitOffset) ? 1 : 0);
  }
  const std::byte* byte = bitmap + bitOffset / 8;
  for (; count >= 8; count -= 8, out += 8) {
    storeLe(out, unpackEight(*byte++));
  }
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::byte>(bitmapGet(byte, i) ? 1 : 0);
  }
}

std::uint64_t loadBits(const std::byte* bits, std::size_t bitOffset, std::size_t count) noexcept {
  const std::byte* const from = bits + bitOffset / 8;
  const auto shift = static_cast<unsigned>(bitOffset % 8);
  if (count == 64) {
    const auto low = loadLe<std::uint64_t>(from) >> shift;
    return shift == 0 ? low : low | std::to_integer<std::uint64_t>(from[8]) << (64 - shift);
  }
  const std::size_t bytes = bitmapBytes(shift + count);
  std::uint64_t word = 0;
  std::memcpy(&word, from, std::min<std::size_t>(bytes, 8));
  word >>= shift;
  if (bytes == 9) {
    word |= std::to_integer<std::uint64_t>(from[8]) << (64 - shift);
  }
  return word & ((std::uint64_t{1} << count) - 1);
}

namespace {

// The bits that take `to` to the next byte's beginning, or as many as there are; what is behind
// them in that byte becomes 0.
std::size_t alignBits(std::uint64_t bits, std::size_t count, std::byte* to,
                      std::size_t toOffset) noexcept {
  const std::size_t kept = toOffset % 8;
  const std::size_t taken = std::min(count, 8 - kept);
  const auto keepMask = static_cast<std::byte>((1U << kept) - 1);
  const std::uint64_t low = bits & ((1U << taken) - 1);
  to[toOffset / 8] = (to[toOffset / 8] & keepMask) | static_cast<std::byte>(low << kept);
  return taken;
}

}  // namespace

void copyBits(const std::byte* from, std::size_t fromOffset, std::size_t count, std::byte* to,
              std::size_t toOffset) noexcept {
  if (count != 0 && toOffset % 8 != 0) {
    const std::size_t taken =
        alignBits(loadBits(from, fromOffset, std::min<std::size_t>(count, 8)), count, to, toOffset);
    fromOffset += taken;
    toOffset += taken;
    count -= taken;
  }
  if (count == 0) {
    return;
  }
  std::byte* at = to + toOffset / 8;
  if (fromOffset % 8 == 0 && count >= 8) {
    const std::size_t bytes = count / 8;
    std::memcpy(at, from + fromOffset / 8, bytes);
    at += bytes;
    fromOffset += 8 * bytes;
    count -= 8 * bytes;
  }
  for (; count >= 64; count -= 64, fromOffset += 64, at += 8) {
    storeLe(at, loadBits(from, fromOffset, 64));
  }
  if (count != 0) {
    const std::uint64_t last = loadBits(from, fromOffset, count);
    std::memcpy(at, &last, bitmapBytes(count));
  }
}

void fillBits(bool value, std::size_t count, std::byte* to, std::size_t toOffset) noexcept {
  const std::uint64_t all = value ? ~std::uint64_t{0} : 0;
  if (count != 0 && toOffset % 8 != 0) {
    const std::size_t taken = alignBits(all, count, to, toOffset);
    toOffset += taken;
    count -= taken;
  }
  if (count == 0) {
    return;
  }
  std::memset(to + toOffset / 8, value ? 0xFF : 0, count / 8);
  if (count % 8 != 0) {
    to[(toOffset + count) / 8] = static_cast<std::byte>(all & ((1U << (count % 8)) - 1));
  }
}

}  // namespace parquet_flow
