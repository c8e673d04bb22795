// Counting over levels and bitmaps, 16 bytes at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bits.hpp"
#include "base/cpu.hpp"

namespace parquet_flow::column {

struct LevelScan {
  std::size_t matches = 0;   // levels equal to the one asked for
  std::uint8_t highest = 0;  // 0 where there are none
};

// One pass over `count` levels.
[[nodiscard]] LevelScan scanLevels(const std::uint8_t* levels, std::size_t count,
                                   std::uint8_t match) noexcept;

// How many are at least `least`.
[[nodiscard]] std::size_t countAtLeast(const std::uint8_t* levels, std::size_t count,
                                       std::uint8_t least) noexcept;

// Bit i says whether levels[i] is `match`; `count` is at most 64.
[[nodiscard]] std::uint64_t matchMask(const std::uint8_t* levels, std::size_t count,
                                      std::uint8_t match) noexcept;

// The index of the match number `nth` (from 0) of `match`; `count` where there are fewer.
[[nodiscard]] std::size_t findLevel(const std::uint8_t* levels, std::size_t count,
                                    std::uint8_t match, std::size_t nth) noexcept;

// Whether each entry that repeats at `repetitionLevel` or deeper has a definition level of at least
// `definitionLevel`, and the one before it too: else it goes on with a list that is not there. The
// first entry is not compared with one before it.
[[nodiscard]] bool repeatedAreDefined(const std::uint8_t* definitionLevels,
                                      const std::uint8_t* repetitionLevels, std::size_t count,
                                      std::uint8_t repetitionLevel,
                                      std::uint8_t definitionLevel) noexcept;

// `count` <= 64 bits from `bitOffset` on, the rest zero; no byte is read that has none of them.
[[nodiscard]] inline std::uint64_t loadBits(const std::uint8_t* bits, std::uint64_t bitOffset,
                                            std::size_t count) noexcept {
  return parquet_flow::loadBits(reinterpret_cast<const std::byte*>(bits), bitOffset, count);
}

// Bits set among `count` from `bitOffset` on; no byte is read that has none of them.
[[nodiscard]] std::size_t countBits(const std::uint8_t* bits, std::uint64_t bitOffset,
                                    std::size_t count) noexcept;

// The inner loop of countBits: bits set in `words` words of eight bytes. The one for
// SimdLevel::kScalar is the definition.
using CountWords = std::size_t (*)(const std::uint8_t* bits, std::size_t words) noexcept;
[[nodiscard]] CountWords countWords(SimdLevel level) noexcept;
#if defined(__x86_64__)
std::size_t countWordsAvx2(const std::uint8_t* bits, std::size_t words) noexcept;
#endif

// The index, from `bitOffset`, of the set bit number `nth` (from 0); `count` where there are fewer.
[[nodiscard]] std::size_t findBit(const std::uint8_t* bits, std::uint64_t bitOffset,
                                  std::size_t count, std::size_t nth) noexcept;

// Whether no offset is below the one before it; `count` + 1 offsets of 32 or 64 bits.
template <class Offset>
[[nodiscard]] bool neverDecreases(const Offset* offsets, std::size_t count) noexcept;

[[nodiscard]] inline bool bitAt(const std::uint8_t* bits, std::uint64_t index) noexcept {
  return (bits[index / 8] >> (index % 8) & 1) != 0;
}

}  // namespace parquet_flow::column
