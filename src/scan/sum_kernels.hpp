// Sums of many values, some of which count: the kernels below sums.
//
// The scalar ones are the definition, and all give the same answers. `mask` has a bit for each
// value, 0 behind the last; nullptr: all count. Values lie at any alignment.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/cpu.hpp"

namespace parquet_flow::scan {

// Of 64-bit numbers v: what v >> 32 and v mod 2^32 come to, which are apart because their sum has
// no room: it is high * 2^32 + low.
struct WideSum {
  std::int64_t high = 0;
  std::uint64_t low = 0;
};

// `count` is at most 2^31.
struct SumKernels {
  std::int64_t (*int32)(const std::byte* values, const std::uint64_t* mask,
                        std::size_t count) noexcept;
  WideSum (*int64)(const std::byte* values, const std::uint64_t* mask, std::size_t count) noexcept;
};

// What this processor has; chosen once.
[[nodiscard]] const SumKernels& sumKernels() noexcept;
// Those of one level, for tests; the scalar ones where there are none of it in this build.
[[nodiscard]] const SumKernels& sumKernels(SimdLevel level) noexcept;

#if defined(__x86_64__)
extern const SumKernels kSumKernelsAvx2;
#endif

}  // namespace parquet_flow::scan
