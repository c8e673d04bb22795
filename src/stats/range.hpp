// Least and greatest of many fixed-width values: the kernels below BoundsCollector.
//
// The scalar versions are the definition; all give the same answers. Values lie one after the
// other at any alignment, and there is at least one. Cost, on one core of a 2.x GHz server: see
// bench/micro_stats.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.hpp"

namespace parquet_flow::stats {

template <class T>
struct Range {
  T min;
  T max;
};

// Of the values that are no NaN: +inf and -inf where all are. Which of two zeros is not said.
template <class T>
struct FloatRange {
  T min;
  T max;
  std::uint64_t nans;
};

struct RangeKernels {
  Range<std::int32_t> (*int32)(const std::byte* values, std::uint64_t count) noexcept;
  Range<std::int64_t> (*int64)(const std::byte* values, std::uint64_t count) noexcept;
  Range<std::uint32_t> (*uint32)(const std::byte* values, std::uint64_t count) noexcept;
  Range<std::uint64_t> (*uint64)(const std::byte* values, std::uint64_t count) noexcept;
  FloatRange<float> (*float32)(const std::byte* values, std::uint64_t count) noexcept;
  FloatRange<double> (*float64)(const std::byte* values, std::uint64_t count) noexcept;
  // FLOAT16: the range as totalOrderKey; INT16_MAX and INT16_MIN where all are NaN.
  FloatRange<std::int16_t> (*half)(const std::byte* values, std::uint64_t count) noexcept;
  // Byte strings of `width` bytes, 1 to 8, as big-endian numbers in the top bytes, the top bit
  // flipped where they are signed.
  Range<std::uint64_t> (*bytes)(const std::byte* values, std::size_t width, bool isSigned,
                                std::uint64_t count) noexcept;
  // Byte strings of any length, from bytes[offsets[i]] to bytes[offsets[i + 1]], by the first eight
  // bytes as a big-endian number, zeros behind the end: the first one from `from` on of which that
  // is not above `least` and below `greatest`; `count`: there is none. Eight bytes can be read from
  // each offset but the last, whatever the length.
  std::uint64_t (*firstOutside)(const std::byte* bytes, const std::uint32_t* offsets,
                                std::uint64_t from, std::uint64_t count, std::uint64_t least,
                                std::uint64_t greatest) noexcept;
  // Whether count + 1 offsets are each `width` above the one before.
  bool (*areEvenlySpaced)(const std::uint32_t* offsets, std::uint64_t count,
                          std::uint32_t width) noexcept;
};

// What this processor has; chosen once.
[[nodiscard]] const RangeKernels& rangeKernels() noexcept;
// Those of one level, for tests; the scalar ones where there are none of it in this build.
[[nodiscard]] const RangeKernels& rangeKernels(SimdLevel level) noexcept;

#if defined(__x86_64__)
extern const RangeKernels kRangeKernelsAvx2;
extern const RangeKernels kRangeKernelsAvx512;
bool areEvenlySpacedAvx2(const std::uint32_t* offsets, std::uint64_t count,
                         std::uint32_t width) noexcept;
#endif

}  // namespace parquet_flow::stats
