#include "read/level_bits.hpp"

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

std::size_t countSlots(const LevelSpan& levels, SlotLevels slots) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < levels.count; ++i) {
    count += isSlot(levels, i, slots) ? 1 : 0;
  }
  return count;
}

}  // namespace parquet_flow::read
