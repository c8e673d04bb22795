// A word of 64 bits at a time: compared lanes become bits by movemask.
#include "scan/range_kernels.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

namespace parquet_flow::scan {
namespace {

#define PF_AVX2 [[gnu::target("avx2,bmi,bmi2,popcnt")]]

constexpr std::size_t kWordBits = 64;

PF_AVX2 __m256i load(const std::byte* from) noexcept {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

// Unsigned: a <= b where the lesser of both is a.
PF_AVX2 void int32(const std::byte* values, std::size_t count, IntegerRange<std::uint32_t> range,
                   std::uint64_t* bits) noexcept {
  const __m256i least = _mm256_set1_epi32(static_cast<int>(range.least));
  const __m256i span = _mm256_set1_epi32(static_cast<int>(range.span));
  std::size_t i = 0;
  for (; i + kWordBits <= count; i += kWordBits) {
    const std::byte* const from = values + i * sizeof(std::uint32_t);
    std::uint64_t word = 0;
    for (std::size_t k = 0; k < 2; ++k) {
      // Four vectors of lanes 0 or -1, narrowed to a byte each; the order that packing by halves
      // leaves is set right at the end.
      __m256i found[4];
      for (std::size_t j = 0; j < 4; ++j) {
        const __m256i above = _mm256_sub_epi32(load(from + (k * 4 + j) * 32), least);
        found[j] = _mm256_cmpeq_epi32(_mm256_min_epu32(above, span), above);
      }
      const __m256i low = _mm256_packs_epi32(found[0], found[1]);
      const __m256i high = _mm256_packs_epi32(found[2], found[3]);
      const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high),
                                                        _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
      word |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(bytes))} << (32 * k);
    }
    bits[i / kWordBits] = word;
  }
  scalar::range<std::uint32_t, IntegerRange<std::uint32_t>>(values + i * sizeof(std::uint32_t),
                                                            count - i, range, bits + i / kWordBits);
}

PF_AVX2 void int64(const std::byte* values, std::size_t count, IntegerRange<std::uint64_t> range,
                   std::uint64_t* bits) noexcept {
  // With the sign turned, a signed comparison is one of unsigned numbers.
  constexpr std::uint64_t kSign = std::uint64_t{1} << 63U;
  const __m256i least = _mm256_set1_epi64x(static_cast<long long>(range.least ^ kSign));
  const __m256i span = _mm256_set1_epi64x(static_cast<long long>(range.span ^ kSign));
  std::size_t i = 0;
  for (; i + kWordBits <= count; i += kWordBits) {
    const std::byte* const from = values + i * sizeof(std::uint64_t);
    std::uint64_t outside = 0;
    for (std::size_t k = 0; k < 16; ++k) {
      const __m256i above = _mm256_sub_epi64(load(from + k * 32), least);
      const auto lanes = static_cast<unsigned>(
          _mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(above, span))));
      outside |= std::uint64_t{lanes} << (4 * k);
    }
    bits[i / kWordBits] = ~outside;
  }
  scalar::range<std::uint64_t, IntegerRange<std::uint64_t>>(values + i * sizeof(std::uint64_t),
                                                            count - i, range, bits + i / kWordBits);
}

PF_AVX2 void float32(const std::byte* values, std::size_t count, FloatRange<float> range,
                     std::uint64_t* bits) noexcept {
  const __m256 least = _mm256_set1_ps(range.least);
  const __m256 most = _mm256_set1_ps(range.most);
  std::size_t i = 0;
  for (; i + kWordBits <= count; i += kWordBits) {
    const auto* const from = reinterpret_cast<const float*>(values + i * sizeof(float));
    std::uint64_t word = 0;
    for (std::size_t k = 0; k < 8; ++k) {
      const __m256 value = _mm256_loadu_ps(from + k * 8);
      const __m256 in = range.hasNan ? _mm256_cmp_ps(value, least, _CMP_NLT_UQ)
                                     : _mm256_and_ps(_mm256_cmp_ps(value, least, _CMP_GE_OQ),
                                                     _mm256_cmp_ps(value, most, _CMP_LE_OQ));
      word |= std::uint64_t{static_cast<unsigned>(_mm256_movemask_ps(in))} << (8 * k);
    }
    bits[i / kWordBits] = word;
  }
  scalar::range<float, FloatRange<float>>(values + i * sizeof(float), count - i, range,
                                          bits + i / kWordBits);
}

PF_AVX2 void float64(const std::byte* values, std::size_t count, FloatRange<double> range,
                     std::uint64_t* bits) noexcept {
  const __m256d least = _mm256_set1_pd(range.least);
  const __m256d most = _mm256_set1_pd(range.most);
  std::size_t i = 0;
  for (; i + kWordBits <= count; i += kWordBits) {
    const auto* const from = reinterpret_cast<const double*>(values + i * sizeof(double));
    std::uint64_t word = 0;
    for (std::size_t k = 0; k < 16; ++k) {
      const __m256d value = _mm256_loadu_pd(from + k * 4);
      const __m256d in = range.hasNan ? _mm256_cmp_pd(value, least, _CMP_NLT_UQ)
                                      : _mm256_and_pd(_mm256_cmp_pd(value, least, _CMP_GE_OQ),
                                                      _mm256_cmp_pd(value, most, _CMP_LE_OQ));
      word |= std::uint64_t{static_cast<unsigned>(_mm256_movemask_pd(in))} << (4 * k);
    }
    bits[i / kWordBits] = word;
  }
  scalar::range<double, FloatRange<double>>(values + i * sizeof(double), count - i, range,
                                            bits + i / kWordBits);
}

}  // namespace

const RangeKernels kRangeKernelsAvx2 = {int32, int64, float32, float64};

}  // namespace parquet_flow::scan

#endif
