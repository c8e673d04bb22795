// 64 bytes at a time; the last ones under a mask.
#if defined(__GNUC__) && !defined(__clang__)
// GCC bug 105593: its own header passes a register that is undefined on purpose.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "stats/range.hpp"

#define PF_AVX512 gnu::target("avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,avx512vbmi2")

namespace parquet_flow::stats {
namespace {

constexpr std::size_t kLaneBytes = 64;
constexpr std::size_t kAccumulators = 4;
constexpr std::size_t kStepBytes = kAccumulators * kLaneBytes;

[[PF_AVX512, gnu::always_inline]] inline __m512i loadAt(const std::byte* from) {
  return _mm512_loadu_si512(from);
}

struct Int32 {
  using Value = std::int32_t;
  [[PF_AVX512, gnu::always_inline]] static __m512i less(__m512i a, __m512i b) {
    return _mm512_min_epi32(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static __m512i greater(__m512i a, __m512i b) {
    return _mm512_max_epi32(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static Range<Value> reduce(__m512i min, __m512i max) {
    return {_mm512_reduce_min_epi32(min), _mm512_reduce_max_epi32(max)};
  }
};
struct Uint32 {
  using Value = std::uint32_t;
  [[PF_AVX512, gnu::always_inline]] static __m512i less(__m512i a, __m512i b) {
    return _mm512_min_epu32(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static __m512i greater(__m512i a, __m512i b) {
    return _mm512_max_epu32(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static Range<Value> reduce(__m512i min, __m512i max) {
    return {_mm512_reduce_min_epu32(min), _mm512_reduce_max_epu32(max)};
  }
};
struct Int64 {
  using Value = std::int64_t;
  [[PF_AVX512, gnu::always_inline]] static __m512i less(__m512i a, __m512i b) {
    return _mm512_min_epi64(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static __m512i greater(__m512i a, __m512i b) {
    return _mm512_max_epi64(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static Range<Value> reduce(__m512i min, __m512i max) {
    return {_mm512_reduce_min_epi64(min), _mm512_reduce_max_epi64(max)};
  }
};
struct Uint64 {
  using Value = std::uint64_t;
  [[PF_AVX512, gnu::always_inline]] static __m512i less(__m512i a, __m512i b) {
    return _mm512_min_epu64(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static __m512i greater(__m512i a, __m512i b) {
    return _mm512_max_epu64(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static Range<Value> reduce(__m512i min, __m512i max) {
    return {_mm512_reduce_min_epu64(min), _mm512_reduce_max_epu64(max)};
  }
};

template <class Lanes>
[[PF_AVX512, gnu::always_inline]] inline Range<typename Lanes::Value> reduceAll(
    const __m512i (&min)[kAccumulators], const __m512i (&max)[kAccumulators]) {
  return Lanes::reduce(
      Lanes::less(Lanes::less(min[0], min[1]), Lanes::less(min[2], min[3])),
      Lanes::greater(Lanes::greater(max[0], max[1]), Lanes::greater(max[2], max[3])));
}

template <class Lanes, auto kScalar>
[[PF_AVX512]] Range<typename Lanes::Value> numbers(const std::byte* values,
                                                   std::uint64_t count) noexcept {
  const std::size_t bytes = count * sizeof(typename Lanes::Value);
  if (bytes < kStepBytes) {
    return (rangeKernels(SimdLevel::kScalar).*kScalar)(values, count);
  }
  __m512i min[kAccumulators];
  __m512i max[kAccumulators];
  for (std::size_t k = 0; k < kAccumulators; ++k) {
    min[k] = max[k] = loadAt(values + k * kLaneBytes);
  }
  for (std::size_t position = kStepBytes;; position += kStepBytes) {
    if (position + kStepBytes > bytes) {
      if (position >= bytes) {
        break;
      }
      position = bytes - kStepBytes;  // values seen twice change nothing
    }
    for (std::size_t k = 0; k < kAccumulators; ++k) {
      const __m512i lane = loadAt(values + position + k * kLaneBytes);
      min[k] = Lanes::less(min[k], lane);
      max[k] = Lanes::greater(max[k], lane);
    }
  }
  return reduceAll<Lanes>(min, max);
}

// Lanes that are compared take the second operand where one is NaN: that is the bound so far.
struct Float {
  using Value = float;
  using Vector = __m512;
  [[PF_AVX512, gnu::always_inline]] static Vector all(Value value) { return _mm512_set1_ps(value); }
  [[PF_AVX512, gnu::always_inline]] static Vector load(const std::byte* from) {
    return _mm512_loadu_ps(from);
  }
  [[PF_AVX512, gnu::always_inline]] static Vector less(Vector a, Vector b) {
    return _mm512_min_ps(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static Vector greater(Vector a, Vector b) {
    return _mm512_max_ps(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static unsigned nans(Vector v) {
    return _cvtmask16_u32(_mm512_cmp_ps_mask(v, v, _CMP_UNORD_Q));
  }
  [[PF_AVX512, gnu::always_inline]] static Range<Value> reduce(Vector min, Vector max) {
    return {_mm512_reduce_min_ps(min), _mm512_reduce_max_ps(max)};
  }
};
struct Double {
  using Value = double;
  using Vector = __m512d;
  [[PF_AVX512, gnu::always_inline]] static Vector all(Value value) { return _mm512_set1_pd(value); }
  [[PF_AVX512, gnu::always_inline]] static Vector load(const std::byte* from) {
    return _mm512_loadu_pd(from);
  }
  [[PF_AVX512, gnu::always_inline]] static Vector less(Vector a, Vector b) {
    return _mm512_min_pd(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static Vector greater(Vector a, Vector b) {
    return _mm512_max_pd(a, b);
  }
  [[PF_AVX512, gnu::always_inline]] static unsigned nans(Vector v) {
    return _cvtmask8_u32(_mm512_cmp_pd_mask(v, v, _CMP_UNORD_Q));
  }
  [[PF_AVX512, gnu::always_inline]] static Range<Value> reduce(Vector min, Vector max) {
    return {_mm512_reduce_min_pd(min), _mm512_reduce_max_pd(max)};
  }
};

template <class Lanes, auto kScalar>
[[PF_AVX512]] FloatRange<typename Lanes::Value> floats(const std::byte* values,
                                                       std::uint64_t count) noexcept {
  using Value = typename Lanes::Value;
  using Vector = typename Lanes::Vector;
  constexpr Value kInfinity = std::numeric_limits<Value>::infinity();
  const std::size_t bytes = count * sizeof(Value);
  Vector min[kAccumulators];
  Vector max[kAccumulators];
  for (std::size_t k = 0; k < kAccumulators; ++k) {
    min[k] = Lanes::all(kInfinity);
    max[k] = Lanes::all(-kInfinity);
  }
  std::uint64_t nans = 0;
  std::size_t position = 0;
  for (; position + kStepBytes <= bytes; position += kStepBytes) {
    for (std::size_t k = 0; k < kAccumulators; ++k) {
      const Vector lane = Lanes::load(values + position + k * kLaneBytes);
      min[k] = Lanes::less(lane, min[k]);
      max[k] = Lanes::greater(lane, max[k]);
      nans += static_cast<unsigned>(std::popcount(Lanes::nans(lane)));
    }
  }
  const Range<Value> range =
      Lanes::reduce(Lanes::less(Lanes::less(min[0], min[1]), Lanes::less(min[2], min[3])),
                    Lanes::greater(Lanes::greater(max[0], max[1]), Lanes::greater(max[2], max[3])));
  const FloatRange<Value> rest = (rangeKernels(SimdLevel::kScalar).*kScalar)(
      values + position, (bytes - position) / sizeof(Value));
  return {std::min(range.min, rest.min), std::max(range.max, rest.max), nans + rest.nans};
}

[[PF_AVX512]] FloatRange<std::int16_t> halves(const std::byte* values,
                                              std::uint64_t count) noexcept {
  constexpr std::size_t kLanes = kLaneBytes / sizeof(std::int16_t);
  const __m512i magnitude = _mm512_set1_epi16(INT16_MAX);
  const __m512i infinity = _mm512_set1_epi16(0x7C00);
  __m512i min = magnitude;
  __m512i max = _mm512_set1_epi16(INT16_MIN);
  std::uint64_t numbers = 0;
  for (std::uint64_t i = 0; i < count; i += kLanes) {
    const auto lanes = static_cast<unsigned>(std::min<std::uint64_t>(kLanes, count - i));
    const __mmask32 there = ~__mmask32{0} >> (kLanes - lanes);
    const __m512i bits = _mm512_maskz_loadu_epi16(there, values + i * sizeof(std::int16_t));
    const __mmask32 isNumber =
        _mm512_mask_cmple_epi16_mask(there, _mm512_and_si512(bits, magnitude), infinity);
    const __m512i negative = _mm512_srai_epi16(bits, 15);
    const __m512i key = _mm512_xor_si512(bits, _mm512_and_si512(negative, magnitude));
    min = _mm512_mask_min_epi16(min, isNumber, min, key);
    max = _mm512_mask_max_epi16(max, isNumber, max, key);
    numbers += static_cast<unsigned>(std::popcount(static_cast<std::uint32_t>(isNumber)));
  }
  std::int16_t mins[kLanes];
  std::int16_t maxs[kLanes];
  _mm512_storeu_si512(mins, min);
  _mm512_storeu_si512(maxs, max);
  return {*std::min_element(mins, mins + kLanes), *std::max_element(maxs, maxs + kLanes),
          count - numbers};
}

[[PF_AVX512]] Range<std::uint64_t> bytes(const std::byte* values, std::size_t width, bool isSigned,
                                         std::uint64_t count) noexcept {
  constexpr std::uint64_t kStrings = 8;
  alignas(kLaneBytes) unsigned char order[kLaneBytes];
  __mmask64 used = 0;  // bytes of the number that the string has
  for (std::size_t at = 0; at < kLaneBytes; ++at) {
    const std::size_t byte = 7 - at % 8;
    order[at] = static_cast<unsigned char>(byte < width ? at / 8 * width + byte : 0);
    used |= static_cast<__mmask64>(byte < width ? 1 : 0) << at;
  }
  const __m512i from = _mm512_load_si512(order);
  const __m512i flip = _mm512_set1_epi64(isSigned ? INT64_MIN : 0);
  __m512i min[2] = {_mm512_set1_epi64(-1), _mm512_set1_epi64(-1)};
  __m512i max[2] = {_mm512_setzero_si512(), _mm512_setzero_si512()};
  const std::size_t end = count * width;
  std::uint64_t i = 0;
  for (; (i + kStrings) * width + kLaneBytes <= end; i += 2 * kStrings) {
    for (std::uint64_t k = 0; k < 2; ++k) {
      const __m512i strings = loadAt(values + (i + k * kStrings) * width);
      const __m512i lane =
          _mm512_xor_si512(_mm512_maskz_permutexvar_epi8(used, from, strings), flip);
      min[k] = _mm512_min_epu64(min[k], lane);
      max[k] = _mm512_max_epu64(max[k], lane);
    }
  }
  const Range<std::uint64_t> rest =
      rangeKernels(SimdLevel::kScalar).bytes(values + i * width, width, isSigned, count - i);
  return {
      std::min<std::uint64_t>(_mm512_reduce_min_epu64(_mm512_min_epu64(min[0], min[1])), rest.min),
      std::max<std::uint64_t>(_mm512_reduce_max_epu64(_mm512_max_epu64(max[0], max[1])), rest.max)};
}

// Eight strings at a time; what is behind the end of a short one is taken off only where there is
// one.
[[PF_AVX512]] std::uint64_t firstOutside(const std::byte* bytes, const std::uint32_t* offsets,
                                         std::uint64_t from, std::uint64_t count,
                                         std::uint64_t least, std::uint64_t greatest) noexcept {
  constexpr std::uint64_t kStrings = 8;
  const auto at = [bytes](std::uint32_t offset) {
    long long word;
    std::memcpy(&word, bytes + offset, sizeof word);
    return word;
  };
  const __m512i swap =
      _mm512_broadcast_i32x4(_mm_set_epi64x(0x08090A0B0C0D0E0FLL, 0x0001020304050607LL));
  const __m256i eight = _mm256_set1_epi32(8);
  const __m512i low = _mm512_set1_epi64(static_cast<long long>(least));
  const __m512i high = _mm512_set1_epi64(static_cast<long long>(greatest));
  for (; from + kStrings <= count; from += kStrings) {
    const std::uint32_t* const o = offsets + from;
    const __m512i words = _mm512_set_epi64(at(o[7]), at(o[6]), at(o[5]), at(o[4]), at(o[3]),
                                           at(o[2]), at(o[1]), at(o[0]));
    __m512i prefixes = _mm512_shuffle_epi8(words, swap);
    const __m256i lengths =
        _mm256_sub_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(o + 1)),
                         _mm256_loadu_si256(reinterpret_cast<const __m256i*>(o)));
    if (_mm256_cmplt_epu32_mask(lengths, eight) != 0) {
      // A shift by 64, of an empty string, leaves nothing.
      const __m256i unused =
          _mm256_slli_epi32(_mm256_sub_epi32(eight, _mm256_min_epu32(lengths, eight)), 3);
      prefixes = _mm512_and_si512(
          prefixes, _mm512_sllv_epi64(_mm512_set1_epi64(-1), _mm512_cvtepu32_epi64(unused)));
    }
    const auto inside = static_cast<std::uint8_t>(
        _mm512_mask_cmplt_epu64_mask(_mm512_cmpgt_epu64_mask(prefixes, low), prefixes, high));
    if (inside != 0xFF) {
      return from + static_cast<unsigned>(std::countr_one(inside));
    }
  }
  return rangeKernels(SimdLevel::kScalar)
      .firstOutside(bytes, offsets, from, count, least, greatest);
}

}  // namespace

constinit const RangeKernels kRangeKernelsAvx512 = {
    .int32 = numbers<Int32, &RangeKernels::int32>,
    .int64 = numbers<Int64, &RangeKernels::int64>,
    .uint32 = numbers<Uint32, &RangeKernels::uint32>,
    .uint64 = numbers<Uint64, &RangeKernels::uint64>,
    .float32 = floats<Float, &RangeKernels::float32>,
    .float64 = floats<Double, &RangeKernels::float64>,
    .half = halves,
    .bytes = bytes,
    .firstOutside = firstOutside,
    .areEvenlySpaced = areEvenlySpacedAvx2,
};

}  // namespace parquet_flow::stats
