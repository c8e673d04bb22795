// Numbers as text, appended.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

#include "base/bytes.hpp"

namespace parquet_flow::rows {

template <class T>
  requires std::is_integral_v<T>
void appendInteger(T value, std::string& out) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// At least `width` digits, zeros in front.
void appendPadded(std::uint64_t value, std::size_t width, std::string& out);

// The shortest digits that read back as the same number, with ".0" where they would be taken for a
// whole one. `value` is finite.
void appendFloat(float value, std::string& out);
void appendDouble(double value, std::string& out);
// IEEE 754 binary16, all of whose values are floats.
[[nodiscard]] float halfToFloat(std::uint16_t bits) noexcept;

// "-12.340" of -12340 at scale 3.
void appendDecimal(std::int64_t unscaled, std::int32_t scale, std::string& out);
// The same of two's complement, big-endian; none is 0. Time grows with the square of the length.
void appendDecimal(ConstBytes unscaled, std::int32_t scale, std::string& out);

// Two digits a byte, lower case.
void appendHex(ConstBytes bytes, std::string& out);

}  // namespace parquet_flow::rows
