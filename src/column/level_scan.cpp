#include "column/level_scan.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/bytes.hpp"

namespace parquet_flow::column {
namespace {

// The compilers' portable vectors: SSE2 on x86-64's baseline, NEON on ARM. Loops over bytes with a
// wide counter are not vectorised well, whence the counters of a byte per lane, emptied in time.
using Lanes = std::uint8_t __attribute__((vector_size(16)));
constexpr std::size_t kLanes = sizeof(Lanes);
constexpr std::size_t kBlocksBeforeOverflow = 255;

Lanes loadLanes(const std::uint8_t* from) noexcept { return loadLe<Lanes>(from); }

Lanes splat(std::uint8_t value) noexcept { return Lanes{} + value; }

// All ones in a lane where the comparison holds.
Lanes equal(Lanes a, Lanes b) noexcept { return static_cast<Lanes>(a == b); }
Lanes above(Lanes a, Lanes b) noexcept { return static_cast<Lanes>(a > b); }

Lanes larger(Lanes a, Lanes b) noexcept {
  const Lanes mask = above(a, b);
  return (a & mask) | (b & ~mask);
}

std::size_t countWordsOneByOne(const std::uint8_t* bits, std::size_t words) noexcept {
  std::size_t set = 0;
  for (std::size_t i = 0; i < words; ++i) {
    set += static_cast<std::size_t>(std::popcount(loadLe<std::uint64_t>(bits + 8 * i)));
  }
  return set;
}

std::size_t sumLanes(Lanes lanes) noexcept {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < kLanes; ++i) {
    sum += lanes[i];
  }
  return sum;
}

}  // namespace

LevelScan scanLevels(const std::uint8_t* levels, std::size_t count, std::uint8_t match) noexcept {
  LevelScan scan;
  Lanes highest{};
  std::size_t i = 0;
  while (count - i >= kLanes) {
    const std::size_t blocks = std::min((count - i) / kLanes, kBlocksBeforeOverflow);
    Lanes matches{};
    for (std::size_t block = 0; block < blocks; ++block, i += kLanes) {
      const Lanes lanes = loadLanes(levels + i);
      matches -= equal(lanes, splat(match));
      highest = larger(lanes, highest);
    }
    scan.matches += sumLanes(matches);
  }
  for (; i < count; ++i) {
    scan.matches += levels[i] == match ? 1 : 0;
    scan.highest = std::max(scan.highest, levels[i]);
  }
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    scan.highest = std::max<std::uint8_t>(scan.highest, highest[lane]);
  }
  return scan;
}

std::size_t countAtLeast(const std::uint8_t* levels, std::size_t count,
                         std::uint8_t least) noexcept {
  if (least == 0) {
    return count;
  }
  std::size_t matches = 0;
  std::size_t i = 0;
  while (count - i >= kLanes) {
    const std::size_t blocks = std::min((count - i) / kLanes, kBlocksBeforeOverflow);
    Lanes found{};
    for (std::size_t block = 0; block < blocks; ++block, i += kLanes) {
      found -= above(loadLanes(levels + i), splat(static_cast<std::uint8_t>(least - 1)));
    }
    matches += sumLanes(found);
  }
  for (; i < count; ++i) {
    matches += levels[i] >= least ? 1 : 0;
  }
  return matches;
}

std::uint64_t matchMask(const std::uint8_t* levels, std::size_t count,
                        std::uint8_t match) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kLow7 = 0x7F7F7F7F7F7F7F7F;
  // The product moves bit 0 of byte i to bit 56 + i; its terms are distinct powers of two.
  constexpr std::uint64_t kGather = 0x0102040810204080;
  std::uint64_t mask = 0;
  std::size_t i = 0;
  for (; count - i >= 8; i += 8) {
    const std::uint64_t differs = loadLe<std::uint64_t>(levels + i) ^ (kOnes * match);
    const std::uint64_t equals = ~(((differs & kLow7) + kLow7) | differs) >> 7 & kOnes;
    mask |= (equals * kGather) >> 56 << i;
  }
  for (; i < count; ++i) {
    mask |= std::uint64_t{levels[i] == match} << i;
  }
  return mask;
}

std::size_t findLevel(const std::uint8_t* levels, std::size_t count, std::uint8_t match,
                      std::size_t nth) noexcept {
  constexpr std::size_t kStep = 256;
  std::size_t i = 0;
  for (; count - i >= kStep; i += kStep) {
    const std::size_t matches = scanLevels(levels + i, kStep, match).matches;
    if (matches > nth) {
      break;
    }
    nth -= matches;
  }
  for (; i < count; ++i) {
    if (levels[i] == match && nth-- == 0) {
      break;
    }
  }
  return i;
}

bool repeatedAreDefined(const std::uint8_t* definitionLevels, const std::uint8_t* repetitionLevels,
                        std::size_t count, std::uint8_t repetitionLevel,
                        std::uint8_t definitionLevel) noexcept {
  if (count == 0) {
    return true;
  }
  const auto isDefined = [&](std::size_t i) {
    return repetitionLevels[i] < repetitionLevel ||
           (definitionLevels[i] >= definitionLevel &&
            (i == 0 || definitionLevels[i - 1] >= definitionLevel));
  };
  bool defined = isDefined(0);
  std::size_t i = 1;
  Lanes missing{};
  for (; count - i >= kLanes; i += kLanes) {
    const Lanes repeats = above(loadLanes(repetitionLevels + i), splat(repetitionLevel) - 1);
    const Lanes low = above(splat(definitionLevel), loadLanes(definitionLevels + i));
    const Lanes lowBefore = above(splat(definitionLevel), loadLanes(definitionLevels + i - 1));
    missing |= repeats & (low | lowBefore);
  }
  defined = defined && sumLanes(missing) == 0;
  for (; i < count; ++i) {
    defined = defined && isDefined(i);
  }
  return defined;
}

CountWords countWords([[maybe_unused]] SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level >= SimdLevel::kAvx2) {
    return countWordsAvx2;
  }
#endif
  return countWordsOneByOne;
}

std::size_t countBits(const std::uint8_t* bits, std::uint64_t bitOffset,
                      std::size_t count) noexcept {
  static const CountWords countWhole = countWords(simdLevel());
  const auto countSome = [&](std::size_t some) {
    return static_cast<std::size_t>(std::popcount(loadBits(bits, bitOffset, some)));
  };
  const std::size_t toByte = std::min<std::size_t>(count, (8 - bitOffset % 8) % 8);
  std::size_t set = countSome(toByte);
  bitOffset += toByte;
  count -= toByte;
  set += countWhole(bits + bitOffset / 8, count / 64);
  bitOffset += count / 64 * 64;
  return set + countSome(count % 64);
}

std::size_t findBit(const std::uint8_t* bits, std::uint64_t bitOffset, std::size_t count,
                    std::size_t nth) noexcept {
  for (std::size_t i = 0; i < count; i += 64) {
    std::uint64_t word = loadBits(bits, bitOffset + i, std::min<std::size_t>(count - i, 64));
    const auto set = static_cast<std::size_t>(std::popcount(word));
    if (set <= nth) {
      nth -= set;
      continue;
    }
    for (; nth != 0; --nth) {
      word &= word - 1;
    }
    return i + static_cast<std::size_t>(std::countr_zero(word));
  }
  return count;
}

template <class Offset>
bool neverDecreases(const Offset* offsets, std::size_t count) noexcept {
  Offset decreases = 0;
  for (std::size_t i = 0; i < count; ++i) {
    decreases |= static_cast<Offset>(offsets[i + 1] < offsets[i]);
  }
  return decreases == 0;
}
template bool neverDecreases(const std::uint32_t*, std::size_t) noexcept;
template bool neverDecreases(const std::int32_t*, std::size_t) noexcept;
template bool neverDecreases(const std::int64_t*, std::size_t) noexcept;

}  // namespace parquet_flow::column
