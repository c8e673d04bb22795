// Levels to bits with AVX2 and BMI2: comparisons give a bit for each of 64 entries, `pext` keeps
// those of slots, and a list's offset is how many bits of elements are set below its own.
#include "read/level_bits.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "base/bytes.hpp"

namespace parquet_flow::read {
namespace {

#define PF_AVX2 [[gnu::target("avx2,bmi,bmi2,popcnt")]]

constexpr std::size_t kStep = 64;

// Bit i: whether levels[i] is at least `least`.
PF_AVX2 std::uint32_t atLeast32(const std::uint8_t* levels, std::uint8_t least) noexcept {
  const __m256i each = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(levels));
  const __m256i bound = _mm256_set1_epi8(static_cast<char>(least));
  return static_cast<std::uint32_t>(
      _mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_max_epu8(each, bound), each)));
}
PF_AVX2 std::uint64_t atLeast(const std::uint8_t* levels, std::uint8_t least) noexcept {
  return atLeast32(levels, least) | std::uint64_t{atLeast32(levels + 32, least)} << 32;
}

// 64 entries, or the last ones behind which all have definition level 0 and are no slots.
struct Step {
  const std::uint8_t* definitions;
  const std::uint8_t* repetitions;
  std::uint64_t there;
  std::array<std::uint8_t, kStep> lastDefinitions;
  std::array<std::uint8_t, kStep> lastRepetitions;

  void load(const LevelSpan& levels, std::size_t first) noexcept {
    definitions = levels.definitions + first;
    repetitions = levels.repetitions == nullptr ? nullptr : levels.repetitions + first;
    there = ~std::uint64_t{0};
    const std::size_t left = levels.count - first;
    if (left >= kStep) [[likely]] {
      return;
    }
    there = (std::uint64_t{1} << left) - 1;
    lastDefinitions.fill(0);
    std::memcpy(lastDefinitions.data(), definitions, left);
    definitions = lastDefinitions.data();
    if (repetitions != nullptr) {
      lastRepetitions.fill(0);
      std::memcpy(lastRepetitions.data(), repetitions, left);
      repetitions = lastRepetitions.data();
    }
  }

  PF_AVX2 std::uint64_t slots(std::uint8_t repetition, std::uint8_t definition) const noexcept {
    std::uint64_t mask = there;
    if (definition != 0) {
      mask &= atLeast(definitions, definition);
    }
    if (repetitions != nullptr) {
      mask &= ~atLeast(repetitions, static_cast<std::uint8_t>(repetition + 1));
    }
    return mask;
  }
};

PF_AVX2 std::size_t slotBitsAvx2(const LevelSpan& levels, SlotLevels slots, std::uint8_t level,
                                 std::byte* bits) noexcept {
  Step step;
  std::uint64_t pending = 0;  // bits that are not a whole word yet
  unsigned held = 0;
  std::size_t stored = 0;
  for (std::size_t i = 0; i < levels.count; i += kStep) {
    step.load(levels, i);
    const std::uint64_t mask = step.slots(slots.repetition, slots.definition);
    const std::uint64_t defined = _pext_u64(atLeast(step.definitions, level), mask);
    pending |= defined << held;
    const unsigned after = held + static_cast<unsigned>(std::popcount(mask));
    if (after >= kStep) {
      storeLe(bits + stored / 8, pending);
      stored += kStep;
      pending = held == 0 ? 0 : defined >> (kStep - held);
    }
    held = after % kStep;
  }
  storeLe(bits + stored / 8, pending);
  return stored + held;
}

PF_AVX2 ListCounts listOffsetsAvx2(const LevelSpan& levels, SlotLevels slots,
                                   std::uint8_t elementLevel, std::uint32_t* offsets) noexcept {
  Step step;
  const auto deeper = static_cast<std::uint8_t>(slots.repetition + 1);
  std::size_t elements = 0;
  std::uint32_t* to = offsets;
  for (std::size_t i = 0; i < levels.count; i += kStep) {
    step.load(levels, i);
    std::uint64_t begins = step.slots(slots.repetition, slots.definition);
    const std::uint64_t each = step.slots(deeper, elementLevel);
    for (; begins != 0; begins &= begins - 1) {
      const std::uint64_t below = each & (_blsi_u64(begins) - 1);
      *to++ = static_cast<std::uint32_t>(elements + static_cast<unsigned>(std::popcount(below)));
    }
    elements += static_cast<std::size_t>(std::popcount(each));
  }
  return {static_cast<std::size_t>(to - offsets), elements};
}

#undef PF_AVX2

}  // namespace

const LevelBitKernels kLevelBitKernelsAvx2 = {slotBitsAvx2, listOffsetsAvx2};

}  // namespace parquet_flow::read

#endif
