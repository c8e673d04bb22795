#include "scan/range_kernels.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace parquet_flow::scan {
namespace {

template <class T>
bool isIn(T value, IntegerRange<T> range) noexcept {
  return static_cast<T>(value - range.least) <= range.span;
}

template <class T>
bool isIn(T value, FloatRange<T> range) noexcept {
  return range.hasNan ? !(value < range.least) : value >= range.least && value <= range.most;
}

constexpr RangeKernels kScalar = {
    scalar::range<std::uint32_t, IntegerRange<std::uint32_t>>,
    scalar::range<std::uint64_t, IntegerRange<std::uint64_t>>,
    scalar::range<float, FloatRange<float>>,
    scalar::range<double, FloatRange<double>>,
};

}  // namespace

namespace scalar {

template <class T, class Range>
void range(const std::byte* values, std::size_t count, Range range, std::uint64_t* bits) noexcept {
  constexpr std::size_t kWordBits = 64;
  for (std::size_t i = 0; i < count; i += kWordBits) {
    const std::size_t now = std::min(kWordBits, count - i);
    std::uint64_t word = 0;
    for (std::size_t k = 0; k < now; ++k) {
      const bool isTrue = isIn(loadLe<T>(values + (i + k) * sizeof(T)), range);
      word |= std::uint64_t{isTrue} << k;
    }
    bits[i / kWordBits] = word;
  }
}

template void range<std::uint32_t, IntegerRange<std::uint32_t>>(const std::byte*, std::size_t,
                                                                IntegerRange<std::uint32_t>,
                                                                std::uint64_t*) noexcept;
template void range<std::uint64_t, IntegerRange<std::uint64_t>>(const std::byte*, std::size_t,
                                                                IntegerRange<std::uint64_t>,
                                                                std::uint64_t*) noexcept;
template void range<float, FloatRange<float>>(const std::byte*, std::size_t, FloatRange<float>,
                                              std::uint64_t*) noexcept;
template void range<double, FloatRange<double>>(const std::byte*, std::size_t, FloatRange<double>,
                                                std::uint64_t*) noexcept;

}  // namespace scalar

const RangeKernels& rangeKernels([[maybe_unused]] SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level >= SimdLevel::kAvx2) {
    return kRangeKernelsAvx2;
  }
#endif
  return kScalar;
}

const RangeKernels& rangeKernels() noexcept {
  static const RangeKernels& kernels = rangeKernels(simdLevel());
  return kernels;
}

}  // namespace parquet_flow::scan
