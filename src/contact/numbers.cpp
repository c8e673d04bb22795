#include "contact/numbers.hpp"

#include <charconv>
#include <cstring>

#include "contact/random.hpp"

namespace parquet_flow::contact {
namespace {

constexpr std::uint64_t kNumberDomain = 0x4E554D4245525331;  // keeps these draws from the rows' own

constexpr std::array<char, 200> makeDigitPairs() {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}
constexpr std::array<char, 200> kDigitPairs = makeDigitPairs();

void writeFourDigits(std::uint64_t value, char* out) noexcept {
  std::memcpy(out, &kDigitPairs[2 * (value / 100)], 2);
  std::memcpy(out + 2, &kDigitPairs[2 * (value % 100)], 2);
}

// Grids of 19 digits have sides above 2^32.
__extension__ using Uint128 = unsigned __int128;

std::uint64_t addModulo(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) noexcept {
  const std::uint64_t sum = a + b;
  return sum >= modulus ? sum - modulus : sum;
}

// A Feistel network over a grid of rows x columns instead of two halves of bits (after Black and
// Rogaway, Ciphers with Arbitrary Finite Domains, CT-RSA 2002): each round adds to one coordinate a
// function of the other, which the same function takes back. The domain is exactly the bracket, so
// no value has to be walked back into it. Inlined, so that the grid of eight digits is divided by a
// constant.
[[gnu::always_inline]] inline std::uint64_t permuteGrid(std::uint64_t slot, const NumberGrid& grid,
                                                        const NumberKeys& keys) noexcept {
  const auto roundValue = [&](unsigned round, std::uint64_t half, std::uint64_t bound) {
    const std::uint64_t x = numberRound(half, keys[round]);
    return static_cast<std::uint64_t>((static_cast<Uint128>(x) * bound) >> 64);
  };
  std::uint64_t row = (slot - grid.begin) / grid.columns;
  std::uint64_t column = (slot - grid.begin) % grid.columns;
  for (unsigned round = 0; round < keys.size(); round += 2) {
    row = addModulo(row, roundValue(round, column, grid.rows), grid.rows);
    column = addModulo(column, roundValue(round + 1, row, grid.columns), grid.columns);
  }
  return grid.begin + row * grid.columns + column;
}

}  // namespace

NumberSpace::NumberSpace(std::uint64_t seed) noexcept {
  for (unsigned round = 0; round < keys_.size(); ++round) {
    keys_[round] = drawAt(mix64(seed ^ kNumberDomain), round);
  }
}

std::uint64_t NumberSpace::permute(std::uint64_t slot) const noexcept {
  return slot < kEightDigits ? permuteGrid(slot, numberGridOf(8), keys_)
                             : permuteGrid(slot, numberGridOf(numberDigits(slot)), keys_);
}

std::size_t NumberSpace::write(std::uint64_t slot, char* out) const noexcept {
  const std::uint64_t digits = permute(slot);
  std::memcpy(out, kNumberPrefix, sizeof kNumberPrefix);  // 8 bytes; the digits overwrite the NUL
  char* const begin = out + kNumberPrefixBytes;
  if (slot < kEightDigits) {
    writeFourDigits(digits / kFourDigits, begin);
    writeFourDigits(digits % kFourDigits, begin + 4);
    return kNumberPrefixBytes + 8;
  }
  char* const end = std::to_chars(begin, out + kNumberBytesMax, digits).ptr;
  return static_cast<std::size_t>(end - out);
}

}  // namespace parquet_flow::contact
