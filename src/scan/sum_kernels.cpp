#include "scan/sum_kernels.hpp"

#include "base/bytes.hpp"

namespace parquet_flow::scan {
namespace {

bool counts(const std::uint64_t* mask, std::size_t i) noexcept {
  return mask == nullptr || (mask[i / 64] >> (i % 64) & 1U) != 0;
}

std::int64_t sumInt32(const std::byte* values, const std::uint64_t* mask,
                      std::size_t count) noexcept {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    sum += counts(mask, i) ? loadLe<std::int32_t>(values + i * sizeof(std::int32_t)) : 0;
  }
  return sum;
}

WideSum sumInt64(const std::byte* values, const std::uint64_t* mask, std::size_t count) noexcept {
  WideSum sum;
  for (std::size_t i = 0; i < count; ++i) {
    const auto value =
        counts(mask, i) ? loadLe<std::int64_t>(values + i * sizeof(std::int64_t)) : 0;
    sum.high += value >> 32;
    sum.low += static_cast<std::uint32_t>(value);
  }
  return sum;
}

constexpr SumKernels kScalar = {.int32 = sumInt32, .int64 = sumInt64};

}  // namespace

const SumKernels& sumKernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level >= SimdLevel::kAvx2) {
    return kSumKernelsAvx2;
  }
#else
  static_cast<void>(level);
#endif
  return kScalar;
}

const SumKernels& sumKernels() noexcept {
  static const SumKernels& kernels = sumKernels(simdLevel());
  return kernels;
}

}  // namespace parquet_flow::scan
