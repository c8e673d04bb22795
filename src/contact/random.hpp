// Counter-based random numbers: every draw is a pure function of (seed, row, draw index), so rows
// can be made in any order, by any number of threads, one at a time or a column at a time.
//
// The stream is SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
// OOPSLA 2014) read at a position: its state is a counter, so position i costs one step. A row's
// key is the seed's stream at the row; the row's draws are the key's own stream.
#pragma once

#include <cstdint>

namespace parquet_flow::contact {

inline constexpr std::uint64_t kStreamStep = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio, odd
inline constexpr std::uint64_t kMixFirst = 0xBF58476D1CE4E5B9;    // the factors of mix64
inline constexpr std::uint64_t kMixSecond = 0x94D049BB133111EB;

// SplitMix64's output function: a bijection of 64 bits in which each input bit moves each output
// bit with a probability of one half.
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t mix64(std::uint64_t x) noexcept {
  x = (x ^ (x >> 30)) * kMixFirst;
  x = (x ^ (x >> 27)) * kMixSecond;
  return x ^ (x >> 31);
}

// Element `position` of the stream of `key`.
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t drawAt(std::uint64_t key,
                                                                 std::uint64_t position) noexcept {
  return mix64(key + (position + 1) * kStreamStep);
}

// The upper end, in 32-bit draws, of the first `numerator`/`denominator` of all draws.
[[nodiscard]] constexpr std::uint32_t shareOf32Bits(std::uint64_t numerator,
                                                    std::uint64_t denominator) noexcept {
  return static_cast<std::uint32_t>((numerator << 32) / denominator);
}

}  // namespace parquet_flow::contact
