#include "column/compact.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/bytes.hpp"
#include "base/cpu.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

constexpr std::uint64_t kAllSet = ~std::uint64_t{0};

// Without a branch for each value: one that is not to stay is written over by the next.
template <std::size_t kWidth>
std::size_t compactWidth(const std::byte* from, const std::uint64_t* mask, std::size_t slots,
                         std::byte* to) noexcept {
  using Unit = std::array<std::byte, kWidth>;
  std::byte* const begin = to;
  for (std::size_t first = 0; first < slots; first += 64, from += 64 * kWidth, ++mask) {
    std::uint64_t word = *mask;
    if (word == kAllSet) {
      std::memcpy(to, from, 64 * kWidth);
      to += 64 * kWidth;
      continue;
    }
    const std::byte* next = from;
    for (; word != 0; word >>= 1, next += kWidth) {
      storeLe(to, loadLe<Unit>(next));
      to += (word & 1) * kWidth;
    }
  }
  return static_cast<std::size_t>(to - begin) / kWidth;
}

std::size_t compactAnyWidth(const std::byte* from, std::size_t width, const std::uint64_t* mask,
                            std::size_t slots, std::byte* to) noexcept {
  std::size_t kept = 0;
  for (std::size_t first = 0; first < slots; first += 64, ++mask) {
    // Run by run.
    for (std::uint64_t word = *mask; word != 0;) {
      const auto begin = static_cast<unsigned>(std::countr_zero(word));
      const auto length = static_cast<unsigned>(std::countr_one(word >> begin));
      std::memcpy(to + kept * width, from + (first + begin) * width, length * width);
      kept += length;
      word = begin + length == 64 ? 0 : word & (kAllSet << (begin + length));
    }
  }
  return kept;
}

std::size_t compactBitsOneByOne(const std::uint8_t* from, std::uint64_t bitOffset,
                                const std::uint64_t* mask, std::size_t slots,
                                std::uint8_t* to) noexcept {
  std::uint64_t gathered = 0;
  std::size_t kept = 0;
  for (std::size_t first = 0; first < slots; first += 64, ++mask) {
    std::uint64_t bits =
        loadBits(from, bitOffset + first, std::min<std::size_t>(slots - first, 64));
    for (std::uint64_t word = *mask; word != 0; word >>= 1, bits >>= 1) {
      if ((word & 1) == 0) {
        continue;
      }
      gathered |= (bits & 1) << (kept % 64);
      if (++kept % 64 == 0) {
        storeLe(to + kept / 8 - 8, gathered);
        gathered = 0;
      }
    }
  }
  storeLe(to + kept / 64 * 8, gathered);
  return kept;
}

void bitmapMask(const std::uint8_t* bits, std::uint64_t bitOffset, std::size_t slots,
                std::uint64_t* mask) noexcept {
  std::size_t first = 0;
  if (bitOffset % 8 == 0) {
    for (; slots - first >= 64; first += 64) {
      *mask++ = loadLe<std::uint64_t>(bits + (bitOffset + first) / 8);
    }
  }
  for (; first < slots; first += 64) {
    *mask++ = loadBits(bits, bitOffset + first, std::min<std::size_t>(slots - first, 64));
  }
}

const CompactKernels& chooseKernels() noexcept {
  const SimdLevel level = simdLevel();
  if (level >= SimdLevel::kAvx512) {
    return *avx512CompactKernels();
  }
  return level >= SimdLevel::kAvx2 ? *avx2CompactKernels() : scalarCompactKernels();
}

const CompactKernels& kernels() noexcept {
  static const CompactKernels& chosen = chooseKernels();
  return chosen;
}

}  // namespace

const CompactKernels& scalarCompactKernels() noexcept {
  static constexpr CompactKernels kScalar = {
      .width1 = compactWidth<1>,
      .width2 = compactWidth<2>,
      .width4 = compactWidth<4>,
      .width8 = compactWidth<8>,
      .width16 = compactWidth<16>,
      .bits = compactBitsOneByOne,
  };
  return kScalar;
}

void presenceMask(const Presence& presence, std::size_t slots, std::uint64_t* mask) noexcept {
  if (presence.validity != nullptr) {
    return bitmapMask(presence.validity, presence.validityBitOffset, slots, mask);
  }
  for (std::size_t first = 0; first < slots; first += 64, ++mask) {
    const std::size_t count = std::min<std::size_t>(slots - first, 64);
    *mask = matchMask(presence.definitionLevels + first, count, presence.maxDefinitionLevel);
  }
}

std::size_t compactFixed(const std::byte* from, std::size_t width, const std::uint64_t* mask,
                         std::size_t slots, std::byte* to) noexcept {
  switch (width) {
    case 1:
      return kernels().width1(from, mask, slots, to);
    case 2:
      return kernels().width2(from, mask, slots, to);
    case 4:
      return kernels().width4(from, mask, slots, to);
    case 8:
      return kernels().width8(from, mask, slots, to);
    case 16:
      return kernels().width16(from, mask, slots, to);
    default:
      return compactAnyWidth(from, width, mask, slots, to);
  }
}

std::size_t compactBits(const std::uint8_t* from, std::uint64_t bitOffset,
                        const std::uint64_t* mask, std::size_t slots, std::uint8_t* to) noexcept {
  return kernels().bits(from, bitOffset, mask, slots, to);
}

}  // namespace parquet_flow::column
