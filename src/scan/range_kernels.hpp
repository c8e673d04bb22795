// Which numbers lie in a range, a bit for each.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.hpp"

namespace parquet_flow::scan {

// Integers from `least` on, `span` above it at most, modulo 2^bits: so of either sign.
template <class T>
struct IntegerRange {
  T least = 0;
  T span = 0;
};

template <class T>
struct FloatRange {
  T least = 0;
  T most = 0;
  // NaN is above all numbers. With it `most` does not count: all that is not below `least` is in.
  bool hasNan = false;
};

// Bit i % 64 of word i / 64 says it of value i; bits behind the last in its word are 0. Values are
// of any alignment.
struct RangeKernels {
  void (*int32)(const std::byte* values, std::size_t count, IntegerRange<std::uint32_t> range,
                std::uint64_t* bits) noexcept;
  void (*int64)(const std::byte* values, std::size_t count, IntegerRange<std::uint64_t> range,
                std::uint64_t* bits) noexcept;
  void (*float32)(const std::byte* values, std::size_t count, FloatRange<float> range,
                  std::uint64_t* bits) noexcept;
  void (*float64)(const std::byte* values, std::size_t count, FloatRange<double> range,
                  std::uint64_t* bits) noexcept;
};

// The kernels for a level that this machine has; the scalar ones are the definition.
[[nodiscard]] const RangeKernels& rangeKernels(SimdLevel level) noexcept;
// The best of this machine.
[[nodiscard]] const RangeKernels& rangeKernels() noexcept;

#if defined(__x86_64__)
extern const RangeKernels kRangeKernelsAvx2;
#endif

// The definition, which the vector kernels leave the last values to.
namespace scalar {

template <class T, class Range>
void range(const std::byte* values, std::size_t count, Range range, std::uint64_t* bits) noexcept;

}  // namespace scalar

}  // namespace parquet_flow::scan
