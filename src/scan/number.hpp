// Numbers as text, exact and of any size, and what is nearest to them where a column counts in
// whole steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parquet_flow::scan {

// ["+" | "-"] digits ["." digits] ["e" ["+" | "-"] digits], with a digit at least in front of the
// exponent; the exponent's letter of either case.
[[nodiscard]] bool isNumber(std::string_view text) noexcept;

// A number times a power of ten, cut to a whole one towards zero.
struct WholeNumber {
  bool isNegative = false;
  std::string digits;        // without zeros in front; "" is 0
  bool hasFraction = false;  // something was cut off
};

// More digits than any column has room for; a number that would have more is cut to one of these
// many, which is as far out of reach.
inline constexpr std::size_t kWholeDigitsMax = 4096;

// `text` isNumber. `scale`: the power.
[[nodiscard]] WholeNumber wholeNumber(std::string_view text, std::int32_t scale);

// The greatest whole number that is not above it, and the least that is not below it.
[[nodiscard]] WholeNumber floorOf(const WholeNumber& number);
[[nodiscard]] WholeNumber ceilingOf(const WholeNumber& number);

// nullopt: out of range.
[[nodiscard]] std::optional<std::int64_t> asInt64(const WholeNumber& number) noexcept;
[[nodiscard]] std::optional<std::uint64_t> asUint64(const WholeNumber& number) noexcept;
// Two's complement, most significant byte first, of `bytes` bytes; 0: as few as hold it, at least
// one. nullopt: out of range.
[[nodiscard]] std::optional<std::string> asTwosComplement(const WholeNumber& number,
                                                          std::size_t bytes);

// All of a finite number's digits.
[[nodiscard]] std::string exactText(double value);

}  // namespace parquet_flow::scan
