#include "scan/number.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace parquet_flow::scan {
namespace {

std::string_view takeDigits(std::string_view& text) noexcept {
  std::size_t count = 0;
  while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
    ++count;
  }
  const std::string_view digits = text.substr(0, count);
  text.remove_prefix(count);
  return digits;
}

bool takeSign(std::string_view& text) noexcept {
  const bool isNegative = text.starts_with('-');
  if (isNegative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  return isNegative;
}

struct Parts {
  bool isNegative = false;
  std::string_view whole;
  std::string_view fraction;
  bool isNegativeExponent = false;
  std::string_view exponent;
  bool isValid = false;
};

Parts partsOf(std::string_view text) noexcept {
  Parts parts;
  parts.isNegative = takeSign(text);
  parts.whole = takeDigits(text);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    parts.fraction = takeDigits(text);
  }
  parts.isValid = !parts.whole.empty() || !parts.fraction.empty();
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    parts.isNegativeExponent = takeSign(text);
    parts.exponent = takeDigits(text);
    parts.isValid = parts.isValid && !parts.exponent.empty();
  }
  parts.isValid = parts.isValid && text.empty();
  return parts;
}

void dropLeadingZeros(std::string& digits) {
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
}

void increment(std::string& digits) {
  for (std::size_t i = digits.size(); i-- != 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return;
    }
    digits[i] = '0';
  }
  digits.insert(digits.begin(), '1');
}

// Towards zero, or away from it.
WholeNumber rounded(const WholeNumber& number, bool isAway) {
  WholeNumber whole = number;
  whole.hasFraction = false;
  if (number.hasFraction && isAway) {
    increment(whole.digits);
  }
  whole.isNegative = whole.isNegative && !whole.digits.empty();
  return whole;
}

}  // namespace

bool isNumber(std::string_view text) noexcept { return partsOf(text).isValid; }

WholeNumber wholeNumber(std::string_view text, std::int32_t scale) {
  const Parts parts = partsOf(text);
  // Beyond these bounds a number has no digit in reach, or is all of it above any column's.
  constexpr std::int64_t kExponentMax = 1'000'000'000;
  std::int64_t exponent = 0;
  if (std::from_chars(parts.exponent.data(), parts.exponent.data() + parts.exponent.size(),
                      exponent)
          .ec != std::errc()) {
    exponent = parts.exponent.empty() ? 0 : kExponentMax;
  }
  exponent = std::min(exponent, kExponentMax) * (parts.isNegativeExponent ? -1 : 1);

  WholeNumber number;
  number.isNegative = parts.isNegative;
  number.digits = std::string(parts.whole) + std::string(parts.fraction);
  const std::int64_t shift = exponent + scale - static_cast<std::int64_t>(parts.fraction.size());
  if (shift < 0) {
    const auto dropped = static_cast<std::size_t>(
        std::min<std::int64_t>(-shift, static_cast<std::int64_t>(number.digits.size())));
    const std::size_t kept = number.digits.size() - dropped;
    number.hasFraction = number.digits.find_first_not_of('0', kept) != std::string::npos;
    number.digits.resize(kept);
    dropLeadingZeros(number.digits);
  } else {
    dropLeadingZeros(number.digits);
    if (!number.digits.empty()) {
      number.digits.append(
          static_cast<std::size_t>(std::min<std::int64_t>(shift, std::int64_t{kWholeDigitsMax})),
          '0');
    }
  }
  number.digits.resize(std::min(number.digits.size(), kWholeDigitsMax));
  return number;
}

WholeNumber floorOf(const WholeNumber& number) { return rounded(number, number.isNegative); }

WholeNumber ceilingOf(const WholeNumber& number) { return rounded(number, !number.isNegative); }

std::optional<std::uint64_t> asUint64(const WholeNumber& number) noexcept {
  if (number.digits.empty()) {
    return 0;
  }
  std::uint64_t value = 0;
  const char* const end = number.digits.data() + number.digits.size();
  if (number.isNegative || std::from_chars(number.digits.data(), end, value).ec != std::errc()) {
    return std::nullopt;
  }
  return value;
}

std::optional<std::int64_t> asInt64(const WholeNumber& number) noexcept {
  constexpr std::uint64_t kMagnitude = std::uint64_t{1} << 63U;
  WholeNumber magnitude{false, number.digits, false};
  const std::optional<std::uint64_t> value = asUint64(magnitude);
  if (!value || *value > kMagnitude || (*value == kMagnitude && !number.isNegative)) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(number.isNegative ? 0 - *value : *value);
}

std::optional<std::string> asTwosComplement(const WholeNumber& number, std::size_t bytes) {
  // The magnitude, least significant byte first.
  std::string magnitude;
  for (const char digit : number.digits) {
    auto carry = static_cast<unsigned>(digit - '0');
    for (char& byte : magnitude) {
      carry += 10U * static_cast<unsigned char>(byte);
      byte = static_cast<char>(carry & 0xFFU);
      carry >>= 8U;
    }
    if (carry != 0) {
      magnitude += static_cast<char>(carry);
    }
  }
  const bool isNegative = number.isNegative && !magnitude.empty();
  magnitude += '\0';  // room for the sign
  if (isNegative) {
    unsigned carry = 1;
    for (char& byte : magnitude) {
      carry += static_cast<unsigned char>(~byte);
      byte = static_cast<char>(carry & 0xFFU);
      carry >>= 8U;
    }
  }
  const char sign = isNegative ? '\xFF' : '\0';
  while (magnitude.size() > 1 && magnitude.back() == sign &&
         ((static_cast<unsigned char>(magnitude[magnitude.size() - 2]) & 0x80U) != 0) ==
             isNegative) {
    magnitude.pop_back();
  }
  if (bytes != 0) {
    if (magnitude.size() > bytes) {
      return std::nullopt;
    }
    magnitude.append(bytes - magnitude.size(), sign);
  }
  std::reverse(magnitude.begin(), magnitude.end());
  return magnitude;
}

std::string exactText(double value) {
  // The least subnormal ends 1 074 digits behind the point; the greatest number has 309 in front.
  char text[1500];
  auto* const end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, 1074).ptr;
  return {text, end};
}

}  // namespace parquet_flow::scan
