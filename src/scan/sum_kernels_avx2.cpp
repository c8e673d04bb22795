// Eight values of 32 bits, or four of 64, at a time; a byte of the mask becomes lanes of ones and
// zeros. What is left at the end is added one by one.
#if defined(__x86_64__)

#include <immintrin.h>

#include "base/bytes.hpp"
#include "scan/sum_kernels.hpp"

namespace parquet_flow::scan {
namespace {

[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline __m256i loadAt(const std::byte* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

// Lane i is all ones where bit i of `bits` is set.
[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline __m256i lanes32(unsigned bits) {
  const __m256i bit = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
  const __m256i all = _mm256_set1_epi32(static_cast<int>(bits));
  return _mm256_cmpeq_epi32(_mm256_and_si256(all, bit), bit);
}
[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline __m256i lanes64(unsigned bits) {
  const __m256i bit = _mm256_setr_epi64x(1, 2, 4, 8);
  const __m256i all = _mm256_set1_epi64x(static_cast<long long>(bits));
  return _mm256_cmpeq_epi64(_mm256_and_si256(all, bit), bit);
}

[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline std::uint64_t total(__m256i lanes) {
  std::uint64_t parts[4];
  std::memcpy(parts, &lanes, sizeof parts);
  return parts[0] + parts[1] + parts[2] + parts[3];
}

unsigned maskByte(const std::uint64_t* mask, std::size_t i) noexcept {
  return std::to_integer<unsigned>(reinterpret_cast<const std::byte*>(mask)[i / 8]);
}

// The even lanes are sign-extended by a multiplication, the odd ones after a shift: both stay in
// their places, where widening halves would have to cross from one to the other.
template <bool kMasked>
[[gnu::target("avx2,bmi2")]] std::int64_t sumInt32(const std::byte* values,
                                                   const std::uint64_t* mask,
                                                   std::size_t count) noexcept {
  const __m256i one = _mm256_set1_epi32(1);
  __m256i even = _mm256_setzero_si256();
  __m256i odd = _mm256_setzero_si256();
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    __m256i value = loadAt(values + i * 4);
    if constexpr (kMasked) {
      value = _mm256_and_si256(value, lanes32(maskByte(mask, i)));
    }
    even = _mm256_add_epi64(even, _mm256_mul_epi32(value, one));
    odd = _mm256_add_epi64(odd, _mm256_mul_epi32(_mm256_srli_epi64(value, 32), one));
  }
  auto sum = static_cast<std::int64_t>(total(_mm256_add_epi64(even, odd)));
  for (; i < count; ++i) {
    const bool counts = !kMasked || (maskByte(mask, i) >> (i % 8) & 1U) != 0;
    sum += counts ? loadLe<std::int32_t>(values + i * 4) : 0;
  }
  return sum;
}

// The high halves as unsigned numbers, less 2^32 for each negative one: AVX2 has no 64-bit shift
// that keeps the sign.
template <bool kMasked>
[[gnu::target("avx2,bmi2")]] WideSum sumInt64(const std::byte* values, const std::uint64_t* mask,
                                              std::size_t count) noexcept {
  const __m256i lowHalf = _mm256_set1_epi64x(0xFFFFFFFF);
  __m256i high = _mm256_setzero_si256();
  __m256i low = _mm256_setzero_si256();
  __m256i negative = _mm256_setzero_si256();
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    __m256i value = loadAt(values + i * 8);
    if constexpr (kMasked) {
      value = _mm256_and_si256(value, lanes64(maskByte(mask, i) >> (i % 8)));
    }
    low = _mm256_add_epi64(low, _mm256_and_si256(value, lowHalf));
    high = _mm256_add_epi64(high, _mm256_srli_epi64(value, 32));
    negative = _mm256_add_epi64(negative, _mm256_srli_epi64(value, 63));
  }
  WideSum sum;
  sum.low = total(low);
  sum.high = static_cast<std::int64_t>(total(high) - (total(negative) << 32U));
  for (; i < count; ++i) {
    const bool counts = !kMasked || (maskByte(mask, i) >> (i % 8) & 1U) != 0;
    const std::int64_t value = counts ? loadLe<std::int64_t>(values + i * 8) : 0;
    sum.high += value >> 32;
    sum.low += static_cast<std::uint32_t>(value);
  }
  return sum;
}

std::int64_t int32(const std::byte* values, const std::uint64_t* mask, std::size_t count) noexcept {
  return mask == nullptr ? sumInt32<false>(values, mask, count)
                         : sumInt32<true>(values, mask, count);
}
WideSum int64(const std::byte* values, const std::uint64_t* mask, std::size_t count) noexcept {
  return mask == nullptr ? sumInt64<false>(values, mask, count)
                         : sumInt64<true>(values, mask, count);
}

}  // namespace

const SumKernels kSumKernelsAvx2 = {.int32 = int32, .int64 = int64};

}  // namespace parquet_flow::scan

#endif
