// Phone numbers that are unique over a whole run without any coordination: each slot of the run
// owns one number, by a bijection keyed by the seed.
//
//   slot                     digits after "+91-99-"
//   [0, 10^8)                8, any
//   [10^(d-1), 10^d), d > 8  d, the first one not 0
//
// Numbers of different brackets differ in length, those of one bracket by the permutation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "contact/random.hpp"

namespace parquet_flow::contact {

inline constexpr char kNumberPrefix[] = "+91-99-";
inline constexpr std::size_t kNumberPrefixBytes = sizeof kNumberPrefix - 1;
inline constexpr std::size_t kNumberBytesMax =
    kNumberPrefixBytes + 19;  // the digits of slot 10^19 - 1

inline constexpr std::uint64_t kEightDigits = 100'000'000;
inline constexpr std::uint64_t kFourDigits = 10'000;

// A bracket: its first slot, and its size as a grid near to square.
struct NumberGrid {
  std::uint64_t begin;
  std::uint64_t rows;
  std::uint64_t columns;
};
// Of the bracket whose numbers have `digits` digits, 8 to 19.
[[nodiscard]] constexpr NumberGrid numberGridOf(unsigned digits) noexcept {
  if (digits == 8) {
    return {0, kFourDigits, kFourDigits};
  }
  NumberGrid grid = {kEightDigits, 9 * kFourDigits, kFourDigits};
  for (; digits > 9; --digits) {
    grid.begin *= 10;
    (grid.columns < grid.rows ? grid.columns : grid.rows) *= 10;
  }
  return grid;
}
// How many digits the number of a slot has.
[[nodiscard]] constexpr unsigned numberDigits(std::uint64_t slot) noexcept {
  unsigned digits = 8;
  for (std::uint64_t end = kEightDigits; slot >= end && digits < 19; end *= 10) {
    ++digits;
  }
  return digits;
}

using NumberKeys = std::array<std::uint64_t, 4>;  // one a round

// A round function of the Feistel network, before it is scaled to a bound. It needs no inverse.
[[nodiscard, gnu::always_inline]] constexpr std::uint64_t numberRound(std::uint64_t half,
                                                                      std::uint64_t key) noexcept {
  const std::uint64_t x = (half ^ key) * kMixFirst;
  return (x ^ (x >> 32)) * kMixSecond;
}

class NumberSpace {
 public:
  explicit NumberSpace(std::uint64_t seed) noexcept;

  // The digits of a slot as an integer: a bijection of each bracket onto itself.
  //   slot  below 10^19.
  [[nodiscard]] std::uint64_t permute(std::uint64_t slot) const noexcept;

  // Writes the number of a slot, "+91-99-" and 8 to 19 digits, and returns its length.
  //   out  kNumberBytesMax bytes, of which all may be written.
  // Cost: some 20 ns below slot 10^8; allocates nothing.
  std::size_t write(std::uint64_t slot, char* out) const noexcept;

  [[nodiscard]] const NumberKeys& keys() const noexcept { return keys_; }

 private:
  NumberKeys keys_;
};

}  // namespace parquet_flow::contact
