#include "contact/numbers.hpp"

#include <charconv>
#include <cstring>

#include "contact/random.hpp"

namespace parquet_flow::contact {
namespace {

constexpr std::uint64_t kNumberDomain = 0x4E554D4245525331;  // keeps these draws from the rows' own
constexpr std::uint64_t kEightDigits = 100'000'000;
constexpr std::uint64_t kFourDigits = 10'000;
constexpr char kPrefix[] = "+91-99-";
constexpr std::size_t kPrefixBytes = sizeof kPrefix - 1;

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

// A round function of the Feistel network: a draw in [0, bound). It needs no inverse.
std::uint64_t roundValue(std::uint64_t half, std::uint64_t key, std::uint64_t bound) noexcept {
  std::uint64_t x = (half ^ key) * 0xBF58476D1CE4E5B9;
  x = (x ^ (x >> 32)) * 0x94D049BB133111EB;
  return static_cast<std::uint64_t>((static_cast<Uint128>(x) * bound) >> 64);
}

std::uint64_t addModulo(std::uint64_t a, std::uint64_t b, std::uint64_t modulus) noexcept {
  const std::uint64_t sum = a + b;
  return sum >= modulus ? sum - modulus : sum;
}

}  // namespace

NumberSpace::NumberSpace(std::uint64_t seed) noexcept {
  for (unsigned round = 0; round < kRounds; ++round) {
    roundKeys_[round] = drawAt(mix64(seed ^ kNumberDomain), round);
  }
}

// A Feistel network over a grid of rows x columns instead of two halves of bits (after Black and
// Rogaway, Ciphers with Arbitrary Finite Domains, CT-RSA 2002): each round adds to one coordinate a
// function of the other, which the same function takes back. The domain is exactly the bracket, so
// no value has to be walked back into it. Inlined, so that the grid of eight digits is divided by a
// constant.
[[gnu::always_inline]] inline std::uint64_t NumberSpace::permuteGrid(
    std::uint64_t x, std::uint64_t rows, std::uint64_t columns) const noexcept {
  std::uint64_t row = x / columns;
  std::uint64_t column = x % columns;
  for (unsigned round = 0; round < kRounds; round += 2) {
    row = addModulo(row, roundValue(column, roundKeys_[round], rows), rows);
    column = addModulo(column, roundValue(row, roundKeys_[round + 1], columns), columns);
  }
  return row * columns + column;
}

std::uint64_t NumberSpace::permute(std::uint64_t slot) const noexcept {
  if (slot < kEightDigits) {
    return permuteGrid(slot, kFourDigits, kFourDigits);
  }
  // The bracket of slot begins at 10^(d-1) and holds 9 * 10^(d-1) slots, as a grid near to square.
  std::uint64_t begin = kEightDigits;
  std::uint64_t rows = 9 * kFourDigits;
  std::uint64_t columns = kFourDigits;
  while (slot - begin >= rows * columns) {
    begin *= 10;
    (columns < rows ? columns : rows) *= 10;
  }
  return begin + permuteGrid(slot - begin, rows, columns);
}

std::size_t NumberSpace::write(std::uint64_t slot, char* out) const noexcept {
  const std::uint64_t digits = permute(slot);
  std::memcpy(out, kPrefix, sizeof kPrefix);  // 8 bytes; the digits overwrite the NUL
  char* const begin = out + kPrefixBytes;
  if (slot < kEightDigits) {
    writeFourDigits(digits / kFourDigits, begin);
    writeFourDigits(digits % kFourDigits, begin + 4);
    return kPrefixBytes + 8;
  }
  char* const end = std::to_chars(begin, out + kNumberBytesMax, digits).ptr;
  return static_cast<std::size_t>(end - out);
}

}  // namespace parquet_flow::contact
