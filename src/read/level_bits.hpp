// From levels to what they say of one shape: which of its slots are there, and where its lists
// begin and end.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.hpp"

namespace parquet_flow::read {

struct LevelSpan {
  const std::uint8_t* definitions;
  const std::uint8_t* repetitions;  // nullptr: all 0
  std::size_t count;
};

// Of whose entries a slot begins: see Shape.
struct SlotLevels {
  std::uint8_t repetition;
  std::uint8_t definition;
};

struct ListCounts {
  std::size_t slots;
  std::size_t elements;
};

struct LevelBitKernels {
  // Bit k of `bits`: whether slot k is defined up to `level`. `bits` has room for a bit each, and 8
  // bytes more. Returns how many slots there are.
  std::size_t (*slotBits)(const LevelSpan& levels, SlotLevels slots, std::uint8_t level,
                          std::byte* bits) noexcept;
  // Entry k of `offsets`: how many elements there are in the lists before slot k. An element is an
  // entry that repeats at most one level deeper than the slots, and is defined up to
  // `elementLevel`.
  ListCounts (*listOffsets)(const LevelSpan& levels, SlotLevels slots, std::uint8_t elementLevel,
                            std::uint32_t* offsets) noexcept;
};

// The kernels for a level that this machine has; the scalar ones are the definition.
[[nodiscard]] const LevelBitKernels& levelBitKernels(SimdLevel level) noexcept;

// By the best kernel of this machine.
std::size_t slotBits(const LevelSpan& levels, SlotLevels slots, std::uint8_t level,
                     std::byte* bits) noexcept;
// And the offset behind the last slot.
ListCounts listOffsets(const LevelSpan& levels, SlotLevels slots, std::uint8_t elementLevel,
                       std::uint32_t* offsets) noexcept;
[[nodiscard]] std::size_t countSlots(const LevelSpan& levels, SlotLevels slots) noexcept;

// Whether two columns of one group say the same of it: in which entry each of its slots is, and how
// far it is defined, up to the group's `level`. Entries in lists within the group are passed by.
[[nodiscard]] bool agree(const LevelSpan& a, const LevelSpan& b, std::uint8_t repetition,
                         std::uint8_t level) noexcept;

#if defined(__x86_64__)
extern const LevelBitKernels kLevelBitKernelsAvx2;
#endif

}  // namespace parquet_flow::read
