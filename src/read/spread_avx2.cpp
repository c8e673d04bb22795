// Spreading with AVX2 and BMI2.
//
// Eight or four bits of the validity pick a permutation that brings to each lane the value whose
// number is how many bits are set below it; the next load begins behind the values that had a bit.
// Bits themselves are what `pdep` is for.
#include "read/spread.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/bits.hpp"

namespace parquet_flow::read {
namespace {

#define PF_AVX2 [[gnu::target("avx2,bmi,bmi2,popcnt")]]

// For eight lanes of 32 bits, and for four of 64 bits, which are two of those each: a byte each.
constexpr auto kLanes32 = [] {
  std::array<std::uint64_t, 256> lanes{};
  for (unsigned bits = 0; bits < 256; ++bits) {
    for (unsigned lane = 0; lane < 8; ++lane) {
      const auto rank = static_cast<std::uint64_t>(std::popcount(bits & ((1U << lane) - 1)));
      lanes[bits] |= rank << (8 * lane);
    }
  }
  return lanes;
}();
constexpr auto kLanes64 = [] {
  std::array<std::uint64_t, 16> lanes{};
  for (unsigned bits = 0; bits < 16; ++bits) {
    for (unsigned lane = 0; lane < 4; ++lane) {
      const auto rank = static_cast<std::uint64_t>(std::popcount(bits & ((1U << lane) - 1)));
      lanes[bits] |= (2 * rank | (2 * rank + 1) << 8) << (16 * lane);
    }
  }
  return lanes;
}();

template <std::size_t kWidth>
PF_AVX2 void spreadLanes(const std::byte* from, std::size_t count, const std::byte* validity,
                         std::size_t bitOffset, std::size_t slots, std::byte* to) noexcept {
  constexpr unsigned kPerStep = 32 / kWidth;
  constexpr std::uint64_t kStepMask = (1U << kPerStep) - 1;
  std::size_t done = 0;
  std::size_t taken = 0;
  // A load takes a whole register of values, whichever of them have a slot.
  while (slots - done >= 64 && count - taken >= 64) {
    std::uint64_t word = loadBits(validity, bitOffset + done, 64);
    const std::byte* at = from + taken * kWidth;
    if (word == ~std::uint64_t{0}) {
      for (unsigned step = 0; step < 2 * kWidth; ++step) {
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to) + step,
                            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at) + step));
      }
    } else {
      for (unsigned step = 0; step < 64 / kPerStep; ++step, word >>= kPerStep) {
        const auto bits = static_cast<unsigned>(word & kStepMask);
        const std::uint64_t lanes = kWidth == 4 ? kLanes32[bits] : kLanes64[bits % 16];
        const __m256i permutation =
            _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(lanes)));
        const __m256i values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(to) + step,
                            _mm256_permutevar8x32_epi32(values, permutation));
        at += static_cast<unsigned>(std::popcount(bits)) * kWidth;
      }
    }
    taken += static_cast<std::size_t>(std::popcount(loadBits(validity, bitOffset + done, 64)));
    to += 64 * kWidth;
    done += 64;
  }
  scalar::spread<kWidth>(from + taken * kWidth, count - taken, validity, bitOffset + done,
                         slots - done, to);
}

void ranksAvx2(const std::uint32_t* from, std::size_t count, const std::byte* validity,
               std::size_t bitOffset, std::size_t slots, std::uint32_t* to) noexcept {
  spreadLanes<4>(reinterpret_cast<const std::byte*>(from), count, validity, bitOffset, slots,
                 reinterpret_cast<std::byte*>(to));
}

PF_AVX2 void bitsAvx2(const std::byte* from, std::size_t fromOffset, const std::byte* validity,
                      std::size_t bitOffset, std::size_t slots, std::byte* to,
                      std::size_t toOffset) noexcept {
  while (slots != 0) {
    const std::size_t step = std::min<std::size_t>(slots, 64 - toOffset % 8);
    const std::uint64_t valid = loadBits(validity, bitOffset, step);
    const auto values = static_cast<std::size_t>(std::popcount(valid));
    const std::uint64_t spread =
        values == 0 ? 0 : _pdep_u64(loadBits(from, fromOffset, values), valid);
    if (toOffset % 8 == 0 && step == 64) {
      storeLe(to + toOffset / 8, spread);
    } else {
      copyBits(reinterpret_cast<const std::byte*>(&spread), 0, step, to, toOffset);
    }
    fromOffset += values;
    bitOffset += step;
    toOffset += step;
    slots -= step;
  }
}

#undef PF_AVX2

}  // namespace

const SpreadKernels kSpreadKernelsAvx2 = {spreadLanes<4>, spreadLanes<8>, ranksAvx2, bitsAvx2};

}  // namespace parquet_flow::read

#endif
