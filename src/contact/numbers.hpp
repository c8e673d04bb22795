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

namespace parquet_flow::contact {

inline constexpr std::size_t kNumberBytesMax =
    7 + 19;  // "+91-99-" and the digits of slot 10^19 - 1

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

 private:
  static constexpr unsigned kRounds = 4;

  [[nodiscard]] std::uint64_t permuteGrid(std::uint64_t x, std::uint64_t rows,
                                          std::uint64_t columns) const noexcept;

  std::array<std::uint64_t, kRounds> roundKeys_;
};

}  // namespace parquet_flow::contact
