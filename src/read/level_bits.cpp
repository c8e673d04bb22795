#include "read/level_bits.hpp"

#include <algorithm>
#include <cstring>

#include "base/bits.hpp"

namespace parquet_flow::read {
namespace {

bool isSlot(const LevelSpan& levels, std::size_t i, SlotLevels slots) noexcept {
  return levels.definitions[i] >= slots.definition &&
         (levels.repetitions == nullptr || levels.repetitions[i] <= slots.repetition);
}

std::size_t slotBitsScalar(const LevelSpan& levels, SlotLevels slots, std::uint8_t level,
                           std::byte* bits) noexcept {
  std::size_t slot = 0;
  for (std::size_t i = 0; i < levels.count; ++i) {
    if (!isSlot(levels, i, slots)) {
      continue;
    }
    if (slot % 8 == 0) {
      bits[slot / 8] = std::byte{0};
    }
    bitmapSet(bits, slot++, levels.definitions[i] >= level);
  }
  return slot;
}

ListCounts listOffsetsScalar(const LevelSpan& levels, SlotLevels slots, std::uint8_t elementLevel,
                             std::uint32_t* offsets) noexcept {
  const auto deeper = static_cast<std::uint8_t>(slots.repetition + 1);
  ListCounts counts{0, 0};
  for (std::size_t i = 0; i < levels.count; ++i) {
    if (isSlot(levels, i, slots)) {
      offsets[counts.slots++] = static_cast<std::uint32_t>(counts.elements);
    }
    counts.elements += isSlot(levels, i, {deeper, elementLevel}) ? 1 : 0;
  }
  return counts;
}

// Entries at the same places, of which those that are deeper count for nothing.
bool agreeInStep(const LevelSpan& a, const LevelSpan& b, std::uint8_t repetition,
                 std::uint8_t level) noexcept {
  unsigned differ = 0;
  for (std::size_t i = 0; i < a.count; ++i) {
    const bool isDeeper = a.repetitions != nullptr && a.repetitions[i] > repetition;
    const std::uint8_t itsLevel = std::min(a.definitions[i], level);
    const std::uint8_t otherLevel = std::min(b.definitions[i], level);
    differ |= isDeeper ? 0U : static_cast<unsigned>(itsLevel ^ otherLevel);
  }
  return differ == 0;
}

std::uint8_t repetitionAt(const LevelSpan& levels, std::size_t i) noexcept {
  return levels.repetitions == nullptr ? std::uint8_t{0} : levels.repetitions[i];
}

// The first entry from `i` on that is not in a list within.
std::size_t passDeeper(const LevelSpan& levels, std::size_t i, std::uint8_t repetition) noexcept {
  while (i < levels.count && repetitionAt(levels, i) > repetition) {
    ++i;
  }
  return i;
}

constexpr LevelBitKernels kScalar = {slotBitsScalar, listOffsetsScalar};

const LevelBitKernels& kernels() noexcept {
  static const LevelBitKernels& chosen = levelBitKernels(simdLevel());
  return chosen;
}

}  // namespace

const LevelBitKernels& levelBitKernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level >= SimdLevel::kAvx2) {
    return kLevelBitKernelsAvx2;
  }
#endif
  static_cast<void>(level);
  return kScalar;
}

std::size_t slotBits(const LevelSpan& levels, SlotLevels slots, std::uint8_t level,
                     std::byte* bits) noexcept {
  return kernels().slotBits(levels, slots, level, bits);
}

ListCounts listOffsets(const LevelSpan& levels, SlotLevels slots, std::uint8_t elementLevel,
                       std::uint32_t* offsets) noexcept {
  const ListCounts counts = kernels().listOffsets(levels, slots, elementLevel, offsets);
  offsets[counts.slots] = static_cast<std::uint32_t>(counts.elements);
  return counts;
}

bool agree(const LevelSpan& a, const LevelSpan& b, std::uint8_t repetition,
           std::uint8_t level) noexcept {
  const bool areInStep =
      a.count == b.count && (a.repetitions == nullptr) == (b.repetitions == nullptr) &&
      (a.repetitions == nullptr || std::memcmp(a.repetitions, b.repetitions, a.count) == 0);
  if (areInStep) {
    return agreeInStep(a, b, repetition, level);
  }
  std::size_t i = passDeeper(a, 0, repetition);
  std::size_t j = passDeeper(b, 0, repetition);
  while (i < a.count && j < b.count) {
    if (repetitionAt(a, i) != repetitionAt(b, j) ||
        std::min(a.definitions[i], level) != std::min(b.definitions[j], level)) {
      return false;
    }
    i = passDeeper(a, i + 1, repetition);
    j = passDeeper(b, j + 1, repetition);
  }
  return i == a.count && j == b.count;
}

std::size_t countSlots(const LevelSpan& levels, SlotLevels slots) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < levels.count; ++i) {
    count += isSlot(levels, i, slots) ? 1 : 0;
  }
  return count;
}

}  // namespace parquet_flow::read
