#include "stats/range.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "stats/order.hpp"

namespace parquet_flow::stats {
namespace {

template <class T>
T load(const std::byte* values, std::uint64_t index) noexcept {
  T value;
  std::memcpy(&value, values + index * sizeof value, sizeof value);
  return value;
}

template <class T>
Range<T> ofNumbers(const std::byte* values, std::uint64_t count) noexcept {
  Range<T> range = {std::numeric_limits<T>::max(), std::numeric_limits<T>::min()};
  for (std::uint64_t i = 0; i < count; ++i) {
    const T value = load<T>(values, i);
    range.min = std::min(range.min, value);
    range.max = std::max(range.max, value);
  }
  return range;
}

template <class T>
FloatRange<T> ofFloats(const std::byte* values, std::uint64_t count) noexcept {
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  FloatRange<T> range = {kInfinity, -kInfinity, 0};
  for (std::uint64_t i = 0; i < count; ++i) {
    const T value = load<T>(values, i);
    // A comparison with NaN is false: it never becomes a bound.
    range.min = value < range.min ? value : range.min;
    range.max = value > range.max ? value : range.max;
    range.nans += std::isnan(value) ? 1 : 0;
  }
  return range;
}

FloatRange<std::int16_t> ofHalves(const std::byte* values, std::uint64_t count) noexcept {
  constexpr int kInfinityBits = 0x7C00;
  FloatRange<std::int16_t> range = {INT16_MAX, INT16_MIN, 0};
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto bits = load<std::int16_t>(values, i);
    if ((bits & INT16_MAX) > kInfinityBits) {
      ++range.nans;
      continue;
    }
    range.min = std::min(range.min, totalOrderKey(bits));
    range.max = std::max(range.max, totalOrderKey(bits));
  }
  return range;
}

Range<std::uint64_t> ofBytes(const std::byte* values, std::size_t width, bool isSigned,
                             std::uint64_t count) noexcept {
  const std::uint64_t flip = isSigned ? std::uint64_t{1} << 63U : 0;
  Range<std::uint64_t> range = {UINT64_MAX, 0};
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t value = 0;
    std::memcpy(&value, values + i * width, width);
    value = __builtin_bswap64(value) ^ flip;
    range.min = std::min(range.min, value);
    range.max = std::max(range.max, value);
  }
  return range;
}

std::uint64_t firstOutside(const std::byte* bytes, const std::uint32_t* offsets, std::uint64_t from,
                           std::uint64_t count, std::uint64_t least,
                           std::uint64_t greatest) noexcept {
  for (; from < count; ++from) {
    const std::size_t length = offsets[from + 1] - offsets[from];
    std::uint64_t prefix = 0;
    if (length != 0) {
      std::memcpy(&prefix, bytes + offsets[from], std::min(length, sizeof prefix));
    }
    prefix = __builtin_bswap64(prefix);
    if (prefix <= least || prefix >= greatest) {
      break;
    }
  }
  return from;
}

bool areEvenlySpaced(const std::uint32_t* offsets, std::uint64_t count,
                     std::uint32_t width) noexcept {
  std::uint64_t i = 0;
  while (i < count && offsets[i + 1] - offsets[i] == width) {
    ++i;
  }
  return i == count;
}

constexpr RangeKernels kScalar = {
    .int32 = ofNumbers<std::int32_t>,
    .int64 = ofNumbers<std::int64_t>,
    .uint32 = ofNumbers<std::uint32_t>,
    .uint64 = ofNumbers<std::uint64_t>,
    .float32 = ofFloats<float>,
    .float64 = ofFloats<double>,
    .half = ofHalves,
    .bytes = ofBytes,
    .firstOutside = firstOutside,
    .areEvenlySpaced = areEvenlySpaced,
};

}  // namespace

const RangeKernels& rangeKernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  switch (level) {
    case SimdLevel::kAvx512:
      return kRangeKernelsAvx512;
    case SimdLevel::kAvx2:
      return kRangeKernelsAvx2;
    case SimdLevel::kScalar:
      break;
  }
#else
  static_cast<void>(level);
#endif
  return kScalar;
}

const RangeKernels& rangeKernels() noexcept {
  static const RangeKernels& kernels = rangeKernels(simdLevel());
  return kernels;
}

}  // namespace parquet_flow::stats
