#include "base/cpu.hpp"

namespace parquet_flow {
namespace {

SimdLevel detect() noexcept {
#if defined(__x86_64__)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0 &&
                    __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("popcnt") != 0;
  if (!avx2) {
    return SimdLevel::kScalar;
  }
  const bool avx512 =
      __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
      __builtin_cpu_supports("avx512cd") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
      __builtin_cpu_supports("avx512vl") != 0 && __builtin_cpu_supports("avx512vbmi") != 0 &&
      __builtin_cpu_supports("avx512vbmi2") != 0;
  return avx512 ? SimdLevel::kAvx512 : SimdLevel::kAvx2;
#else
  return SimdLevel::kScalar;
#endif
}

#if defined(__x86_64__)
[[gnu::target("avx")]] void zeroUpper() noexcept { __builtin_ia32_vzeroupper(); }
#endif

}  // namespace

SimdLevel simdLevel() noexcept {
  static const SimdLevel level = detect();
  return level;
}

void clearUpperVectors() noexcept {
#if defined(__x86_64__)
  if (simdLevel() != SimdLevel::kScalar) {
    zeroUpper();
  }
#endif
}

}  // namespace parquet_flow
