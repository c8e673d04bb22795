#include "rows/number_text.hpp"

#include <bit>
#include <cmath>
#include <string_view>
#include <vector>

namespace parquet_flow::rows {
namespace {

template <class T>
void appendShortest(T value, std::string& out) {
  char digits[32];
  const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const std::string_view text(digits, static_cast<std::size_t>(end - digits));
  out.append(text);
  if (text.find_first_of(".e") == std::string_view::npos) {
    out.append(".0");
  }
}

// `digits`, which has no sign, with its point.
void appendScaled(bool isNegative, std::string_view digits, std::int32_t scale, std::string& out) {
  if (isNegative) {
    out.push_back('-');
  }
  const auto places = static_cast<std::size_t>(scale);
  if (places == 0) {
    out.append(digits);
    return;
  }
  if (digits.size() > places) {
    out.append(digits.substr(0, digits.size() - places));
    digits.remove_prefix(digits.size() - places);
  } else {
    out.push_back('0');
  }
  out.push_back('.');
  out.append(places - digits.size(), '0');
  out.append(digits);
}

// The absolute value in limbs of 32 bits, the least significant first.
std::vector<std::uint32_t> magnitude(ConstBytes bytes, bool isNegative) {
  std::vector<std::uint32_t> limbs((bytes.size() + 3) / 4, 0);
  std::uint32_t carry = isNegative ? 1 : 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto byte = std::to_integer<std::uint32_t>(bytes[bytes.size() - 1 - i]);
    if (isNegative) {
      byte = (byte ^ 0xFFU) + carry;
      carry = byte >> 8U;
      byte &= 0xFFU;
    }
    limbs[i / 4] |= byte << (i % 4 * 8);
  }
  if (carry != 0) {  // of -2^(8n): the bytes are all zero
    limbs.push_back(1);
  }
  return limbs;
}

std::string decimalDigits(std::vector<std::uint32_t> limbs) {
  constexpr std::uint64_t kBase = 1'000'000'000;
  std::string reversed;
  while (!limbs.empty()) {
    std::uint64_t rest = 0;
    for (std::size_t i = limbs.size(); i-- > 0;) {
      const std::uint64_t part = rest << 32U | limbs[i];
      limbs[i] = static_cast<std::uint32_t>(part / kBase);
      rest = part % kBase;
    }
    while (!limbs.empty() && limbs.back() == 0) {
      limbs.pop_back();
    }
    for (int digit = 0; digit < 9 && (rest != 0 || !limbs.empty()); ++digit, rest /= 10) {
      reversed.push_back(static_cast<char>('0' + rest % 10));
    }
  }
  return reversed.empty() ? "0" : std::string(reversed.rbegin(), reversed.rend());
}

}  // namespace

void appendPadded(std::uint64_t value, std::size_t width, std::string& out) {
  char digits[24];
  const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const auto count = static_cast<std::size_t>(end - digits);
  out.append(count < width ? width - count : 0, '0');
  out.append(digits, count);
}

void appendFloat(float value, std::string& out) { appendShortest(value, out); }
void appendDouble(double value, std::string& out) { appendShortest(value, out); }

float halfToFloat(std::uint16_t bits) noexcept {
  const std::uint32_t sign = (bits & 0x8000U) << 16U;
  const std::uint32_t exponent = bits >> 10U & 0x1FU;
  const std::uint32_t fraction = bits & 0x3FFU;
  if (exponent == 0) {  // zero or subnormal: fraction * 2^-24
    const float value = std::ldexp(static_cast<float>(fraction), -24);
    return sign == 0 ? value : -value;
  }
  // The exponents' bias goes from 15 to 127; infinities and NaNs have all bits set.
  const std::uint32_t wide = exponent == 0x1F ? 0xFFU : exponent + 112;
  return std::bit_cast<float>(sign | wide << 23U | fraction << 13U);
}

void appendDecimal(std::int64_t unscaled, std::int32_t scale, std::string& out) {
  char digits[24];
  const std::uint64_t absolute = unscaled < 0 ? 0 - static_cast<std::uint64_t>(unscaled)
                                              : static_cast<std::uint64_t>(unscaled);
  const char* const end = std::to_chars(digits, digits + sizeof digits, absolute).ptr;
  appendScaled(unscaled < 0, {digits, static_cast<std::size_t>(end - digits)}, scale, out);
}

void appendDecimal(ConstBytes unscaled, std::int32_t scale, std::string& out) {
  const bool isNegative = !unscaled.empty() && (unscaled[0] & std::byte{0x80}) != std::byte{0};
  appendScaled(isNegative, decimalDigits(magnitude(unscaled, isNegative)), scale, out);
}

void appendHex(ConstBytes bytes, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const std::byte each : bytes) {
    const auto byte = std::to_integer<unsigned>(each);
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 0xFU]);
  }
}

}  // namespace parquet_flow::rows
