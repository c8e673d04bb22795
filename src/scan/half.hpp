// FLOAT16, as its bits.
//
// Source: IEEE 754-2008, 3.4, binary16: a sign, 5 bits of exponent with bias 15, 10 of fraction.
#pragma once

#include <bit>
#include <cstdint>

namespace parquet_flow::scan {

// Exact: every one is a float.
[[nodiscard]] inline float halfToFloat(std::uint16_t half) noexcept {
  const std::uint32_t sign = (half & 0x8000U) << 16U;
  const std::uint32_t exponent = (half >> 10U) & 0x1FU;
  const std::uint32_t fraction = half & 0x3FFU;
  if (exponent == 0) {  // fraction * 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign != 0 ? -magnitude : magnitude;
  }
  const std::uint32_t wide = exponent == 0x1F ? 0xFFU : exponent + (127 - 15);
  return std::bit_cast<float>(sign | wide << 23U | fraction << 13U);
}

}  // namespace parquet_flow::scan
