// From values one behind the other to a slot for each, also for nulls: what a reader of spaced
// values needs, and the inverse of column/compact.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.hpp"

namespace parquet_flow::read {

// In each: bit `bitOffset` + i of `validity` says whether slot i, below `slots`, has a value; value
// k is that of the slot with the bit number k that is set. No byte outside of what is said is read
// or written.
struct SpreadKernels {
  // `from`: `count` values of `Width` bytes, at least as many as bits are set. A slot without a
  // value gets what is not specified.
  void (*fixed4)(const std::byte* from, std::size_t count, const std::byte* validity,
                 std::size_t bitOffset, std::size_t slots, std::byte* to) noexcept;
  void (*fixed8)(const std::byte* from, std::size_t count, const std::byte* validity,
                 std::size_t bitOffset, std::size_t slots, std::byte* to) noexcept;
  // Slot i gets entry k of the `count` ones in `from`, k being how many bits are set before it: so
  // the offsets of values become those of slots. `count` is above the number of bits.
  void (*ranks)(const std::uint32_t* from, std::size_t count, const std::byte* validity,
                std::size_t bitOffset, std::size_t slots, std::uint32_t* to) noexcept;
  // Bits from `fromOffset` of `from` on, to `toOffset` of `to`; a slot without a value gets 0.
  // Bits of the first byte below `toOffset` are kept, those behind the last become 0.
  void (*bits)(const std::byte* from, std::size_t fromOffset, const std::byte* validity,
               std::size_t bitOffset, std::size_t slots, std::byte* to,
               std::size_t toOffset) noexcept;
};

// The kernels for a level that this machine has; the scalar ones are the definition.
[[nodiscard]] const SpreadKernels& spreadKernels(SimdLevel level) noexcept;

// Values of any width, by the best kernel of this machine.
void spreadFixed(const std::byte* from, std::size_t count, std::size_t width,
                 const std::byte* validity, std::size_t bitOffset, std::size_t slots,
                 std::byte* to) noexcept;
void spreadRanks(const std::uint32_t* from, std::size_t count, const std::byte* validity,
                 std::size_t bitOffset, std::size_t slots, std::uint32_t* to) noexcept;
void spreadBits(const std::byte* from, std::size_t fromOffset, const std::byte* validity,
                std::size_t bitOffset, std::size_t slots, std::byte* to,
                std::size_t toOffset) noexcept;

#if defined(__x86_64__)
extern const SpreadKernels kSpreadKernelsAvx2;
#endif

// The definition, which the vector kernels leave the last slots to.
namespace scalar {

template <std::size_t kWidth>
void spread(const std::byte* from, std::size_t count, const std::byte* validity,
            std::size_t bitOffset, std::size_t slots, std::byte* to) noexcept;

}  // namespace scalar

}  // namespace parquet_flow::read
