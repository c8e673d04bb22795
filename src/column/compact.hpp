// Spaced values, which have a slot for each entry, to dense ones, which have none for a null.
#pragma once

#include <cstddef>
#include <cstdint>

namespace parquet_flow::column {

// Which of some slots have a value: exactly one of the two pointers is set.
struct Presence {
  const std::uint8_t* validity = nullptr;  // bitmap, from validityBitOffset on
  std::uint64_t validityBitOffset = 0;
  const std::uint8_t* definitionLevels = nullptr;  // present where equal to maxDefinitionLevel
  std::uint8_t maxDefinitionLevel = 0;
};

// Words of 64 bits that a mask of `slots` bits takes.
[[nodiscard]] constexpr std::size_t maskWords(std::size_t slots) noexcept {
  return (slots + 63) / 64;
}
// Bit i % 64 of mask[i / 64] says whether slot i has a value; bits behind the last are 0.
void presenceMask(const Presence& presence, std::size_t slots, std::uint64_t* mask) noexcept;

// What kernels may write behind the values that they return.
inline constexpr std::size_t kCompactSlackBytes = 64;

// One set of kernels, all alike: the values of `from` whose bit is set go to `to`, in order; how
// many is returned. `to` has room for as many and kCompactSlackBytes; `from` is read no further
// than its `slots` values.
struct CompactKernels {
  using Fixed = std::size_t (*)(const std::byte* from, const std::uint64_t* mask, std::size_t slots,
                                std::byte* to) noexcept;
  Fixed width1;
  Fixed width2;
  Fixed width4;
  Fixed width8;
  Fixed width16;
  // Bits from bit `bitOffset` on, to bits from bit 0 on.
  std::size_t (*bits)(const std::uint8_t* from, std::uint64_t bitOffset, const std::uint64_t* mask,
                      std::size_t slots, std::uint8_t* to) noexcept;
};

[[nodiscard]] const CompactKernels& scalarCompactKernels() noexcept;  // the definition
// These are nullptr where the library is not built for x86-64.
[[nodiscard]] const CompactKernels* avx2CompactKernels() noexcept;
[[nodiscard]] const CompactKernels* avx512CompactKernels() noexcept;

// The same for any width, by the kernels of this machine.
std::size_t compactFixed(const std::byte* from, std::size_t width, const std::uint64_t* mask,
                         std::size_t slots, std::byte* to) noexcept;
std::size_t compactBits(const std::uint8_t* from, std::uint64_t bitOffset,
                        const std::uint64_t* mask, std::size_t slots, std::uint8_t* to) noexcept;

}  // namespace parquet_flow::column
