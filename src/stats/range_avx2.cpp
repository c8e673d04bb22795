// 32 bytes at a time, four independent accumulators, so that no minimum waits for the one before.
#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>

#include "stats/range.hpp"

namespace parquet_flow::stats {
namespace {

constexpr std::size_t kLaneBytes = 32;
constexpr std::size_t kAccumulators = 4;
constexpr std::size_t kStepBytes = kAccumulators * kLaneBytes;

[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline __m256i loadAt(const std::byte* from) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
}

// What is not in AVX2 is compared as something that is: 64-bit numbers by their difference in
// order, unsigned ones with the top bit flipped.
struct Int32 {
  using Value = std::int32_t;
  static constexpr Value kFlip = 0;
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static __m256i less(__m256i a, __m256i b) {
    return _mm256_min_epi32(a, b);
  }
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static __m256i greater(__m256i a, __m256i b) {
    return _mm256_max_epi32(a, b);
  }
};
struct Uint32 {
  using Value = std::uint32_t;
  static constexpr Value kFlip = 0;
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static __m256i less(__m256i a, __m256i b) {
    return _mm256_min_epu32(a, b);
  }
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static __m256i greater(__m256i a, __m256i b) {
    return _mm256_max_epu32(a, b);
  }
};
struct Int64 {
  using Value = std::int64_t;
  static constexpr Value kFlip = 0;
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static __m256i less(__m256i a, __m256i b) {
    return _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(a, b));
  }
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static __m256i greater(__m256i a, __m256i b) {
    return _mm256_blendv_epi8(b, a, _mm256_cmpgt_epi64(a, b));
  }
};
struct Uint64 : Int64 {
  using Value = std::uint64_t;
  static constexpr Value kFlip = Value{1} << 63U;
};

// Of the lanes of `min` and `max`, `kFlip` taken off again.
template <class Lanes>
[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline Range<typename Lanes::Value> reduce(
    const __m256i (&min)[kAccumulators], const __m256i (&max)[kAccumulators]) {
  using Value = typename Lanes::Value;
  constexpr std::size_t kLanes = kLaneBytes / sizeof(Value);
  __m256i least = min[0];
  __m256i greatest = max[0];
  for (std::size_t k = 1; k < kAccumulators; ++k) {
    least = Lanes::less(least, min[k]);
    greatest = Lanes::greater(greatest, max[k]);
  }
  Value mins[kLanes];
  Value maxs[kLanes];
  std::memcpy(mins, &least, sizeof mins);
  std::memcpy(maxs, &greatest, sizeof maxs);
  Range<Value> range = {static_cast<Value>(mins[0] ^ Lanes::kFlip),
                        static_cast<Value>(maxs[0] ^ Lanes::kFlip)};
  for (std::size_t lane = 1; lane < kLanes; ++lane) {
    range.min = std::min(range.min, static_cast<Value>(mins[lane] ^ Lanes::kFlip));
    range.max = std::max(range.max, static_cast<Value>(maxs[lane] ^ Lanes::kFlip));
  }
  return range;
}

template <class Lanes>
[[gnu::target("avx2,bmi2")]] Range<typename Lanes::Value> ofNumbers(const std::byte* values,
                                                                    std::uint64_t count) noexcept {
  using Value = typename Lanes::Value;
  const std::size_t bytes = count * sizeof(Value);
  __m256i flip;
  if constexpr (sizeof(Value) == 8) {
    flip = _mm256_set1_epi64x(static_cast<long long>(Lanes::kFlip));
  } else {
    flip = _mm256_setzero_si256();
  }
  __m256i min[kAccumulators];
  __m256i max[kAccumulators];
  for (std::size_t k = 0; k < kAccumulators; ++k) {
    min[k] = max[k] = _mm256_xor_si256(loadAt(values + k * kLaneBytes), flip);
  }
  for (std::size_t position = kStepBytes;; position += kStepBytes) {
    if (position + kStepBytes > bytes) {
      if (position >= bytes) {
        break;
      }
      position = bytes - kStepBytes;  // values seen twice change nothing
    }
    for (std::size_t k = 0; k < kAccumulators; ++k) {
      const __m256i lane = _mm256_xor_si256(loadAt(values + position + k * kLaneBytes), flip);
      min[k] = Lanes::less(min[k], lane);
      max[k] = Lanes::greater(max[k], lane);
    }
  }
  return reduce<Lanes>(min, max);
}

// Fewer values than one step are the scalar kernel's.
template <class Lanes, auto kScalar>
Range<typename Lanes::Value> numbers(const std::byte* values, std::uint64_t count) noexcept {
  return count < kStepBytes / sizeof(typename Lanes::Value)
             ? (rangeKernels(SimdLevel::kScalar).*kScalar)(values, count)
             : ofNumbers<Lanes>(values, count);
}

// Lanes that are compared take the second operand where one is NaN: that is the bound so far.
struct Float {
  using Value = float;
  using Vector = __m256;
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static Vector all(Value value) {
    return _mm256_set1_ps(value);
  }
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static Vector load(const std::byte* from) {
    return _mm256_loadu_ps(reinterpret_cast<const Value*>(from));
  }
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static Vector less(Vector a, Vector b) {
    return _mm256_min_ps(a, b);
  }
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static Vector greater(Vector a, Vector b) {
    return _mm256_max_ps(a, b);
  }
  // One in each 32 bits less for every NaN: full after 2^32 steps.
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static __m256i addNans(__m256i sum, Vector v) {
    return _mm256_sub_epi32(sum, _mm256_castps_si256(_mm256_cmp_ps(v, v, _CMP_UNORD_Q)));
  }
  using Count = std::uint32_t;
};
struct Double {
  using Value = double;
  using Vector = __m256d;
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static Vector all(Value value) {
    return _mm256_set1_pd(value);
  }
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static Vector load(const std::byte* from) {
    return _mm256_loadu_pd(reinterpret_cast<const Value*>(from));
  }
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static Vector less(Vector a, Vector b) {
    return _mm256_min_pd(a, b);
  }
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static Vector greater(Vector a, Vector b) {
    return _mm256_max_pd(a, b);
  }
  [[gnu::target("avx2,bmi2"), gnu::always_inline]] static __m256i addNans(__m256i sum, Vector v) {
    return _mm256_sub_epi64(sum, _mm256_castpd_si256(_mm256_cmp_pd(v, v, _CMP_UNORD_Q)));
  }
  using Count = std::uint64_t;
};

template <class Value>
FloatRange<Value> both(FloatRange<Value> a, FloatRange<Value> b) noexcept {
  return {std::min(a.min, b.min), std::max(a.max, b.max), a.nans + b.nans};
}

template <class Lanes, auto kScalar>
[[gnu::target("avx2,bmi2")]] FloatRange<typename Lanes::Value> floats(
    const std::byte* values, std::uint64_t count) noexcept {
  using Value = typename Lanes::Value;
  using Vector = typename Lanes::Vector;
  constexpr std::size_t kLanes = kLaneBytes / sizeof(Value);
  constexpr Value kInfinity = std::numeric_limits<Value>::infinity();
  const std::size_t bytes = count * sizeof(Value);
  Vector min[kAccumulators];
  Vector max[kAccumulators];
  __m256i nans[kAccumulators];
  for (std::size_t k = 0; k < kAccumulators; ++k) {
    min[k] = Lanes::all(kInfinity);
    max[k] = Lanes::all(-kInfinity);
    nans[k] = _mm256_setzero_si256();
  }
  std::size_t position = 0;
  for (; position + kStepBytes <= bytes; position += kStepBytes) {
    for (std::size_t k = 0; k < kAccumulators; ++k) {
      const Vector lane = Lanes::load(values + position + k * kLaneBytes);
      min[k] = Lanes::less(lane, min[k]);
      max[k] = Lanes::greater(lane, max[k]);
      nans[k] = Lanes::addNans(nans[k], lane);
    }
  }
  FloatRange<Value> range = {kInfinity, -kInfinity, 0};
  for (std::size_t k = 0; k < kAccumulators; ++k) {
    Value mins[kLanes];
    Value maxs[kLanes];
    typename Lanes::Count counts[kLanes];
    std::memcpy(mins, &min[k], sizeof mins);
    std::memcpy(maxs, &max[k], sizeof maxs);
    std::memcpy(counts, &nans[k], sizeof counts);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      range = both(range, {mins[lane], maxs[lane], counts[lane]});
    }
  }
  const FloatRange<Value> rest = (rangeKernels(SimdLevel::kScalar).*kScalar)(
      values + position, (bytes - position) / sizeof(Value));
  return both(range, rest);
}

[[gnu::target("avx2,bmi2")]] FloatRange<std::int16_t> halves(const std::byte* values,
                                                             std::uint64_t count) noexcept {
  constexpr std::size_t kLanes = kLaneBytes / sizeof(std::int16_t);
  const __m256i magnitude = _mm256_set1_epi16(INT16_MAX);
  const __m256i infinity = _mm256_set1_epi16(0x7C00);
  __m256i min = magnitude;
  __m256i max = _mm256_set1_epi16(INT16_MIN);
  const __m256i least = max;
  std::uint64_t nanBytes = 0;
  std::uint64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    const __m256i bits = loadAt(values + i * sizeof(std::int16_t));
    const __m256i nan = _mm256_cmpgt_epi16(_mm256_and_si256(bits, magnitude), infinity);
    const __m256i negative = _mm256_srai_epi16(bits, 15);
    const __m256i key = _mm256_xor_si256(bits, _mm256_and_si256(negative, magnitude));
    min = _mm256_min_epi16(min, _mm256_blendv_epi8(key, magnitude, nan));
    max = _mm256_max_epi16(max, _mm256_blendv_epi8(key, least, nan));
    nanBytes +=
        static_cast<unsigned>(std::popcount(static_cast<unsigned>(_mm256_movemask_epi8(nan))));
  }
  std::int16_t mins[kLanes];
  std::int16_t maxs[kLanes];
  std::memcpy(mins, &min, sizeof mins);
  std::memcpy(maxs, &max, sizeof maxs);
  FloatRange<std::int16_t> range =
      rangeKernels(SimdLevel::kScalar).half(values + i * sizeof(std::int16_t), count - i);
  range.nans += nanBytes / sizeof(std::int16_t);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    range.min = std::min(range.min, mins[lane]);
    range.max = std::max(range.max, maxs[lane]);
  }
  return range;
}

// Two strings from the lower half of each lane, first byte to the top.
[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline __m256i pairsOfBytes(std::size_t width) {
  alignas(16) unsigned char order[16];
  for (std::size_t at = 0; at < sizeof order; ++at) {
    const std::size_t byte = 7 - at % 8;
    order[at] = static_cast<unsigned char>(byte < width ? at / 8 * width + byte : 0x80);
  }
  return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(order)));
}

[[gnu::target("avx2,bmi2")]] Range<std::uint64_t> bytes(const std::byte* values, std::size_t width,
                                                        bool isSigned,
                                                        std::uint64_t count) noexcept {
  constexpr std::uint64_t kStrings = 4;
  const __m256i order = pairsOfBytes(width);
  // The lanes compare as signed numbers: what is unsigned is flipped for that.
  const __m256i flip = _mm256_set1_epi64x(isSigned ? 0 : INT64_MIN);
  __m256i min[kAccumulators];
  __m256i max[kAccumulators];
  for (std::size_t k = 0; k < kAccumulators; ++k) {
    min[k] = _mm256_set1_epi64x(INT64_MAX);
    max[k] = _mm256_set1_epi64x(INT64_MIN);
  }
  const std::size_t end = count * width;
  const std::size_t pair = 2 * width;
  std::uint64_t i = 0;
  // All loads are of 16 bytes, whatever the width.
  for (; (i + 2 * kStrings) * width - pair + sizeof(__m128i) <= end; i += 2 * kStrings) {
    for (std::uint64_t k = 0; k < 2; ++k) {
      const std::byte* from = values + (i + k * kStrings) * width;
      const __m128i low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
      const __m128i high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + pair));
      const __m256i lane =
          _mm256_xor_si256(_mm256_shuffle_epi8(_mm256_set_m128i(high, low), order), flip);
      min[k] = Uint64::less(min[k], lane);
      max[k] = Uint64::greater(max[k], lane);
    }
  }
  const Range<std::uint64_t> range = reduce<Uint64>(min, max);
  const Range<std::uint64_t> rest =
      rangeKernels(SimdLevel::kScalar).bytes(values + i * width, width, isSigned, count - i);
  return {std::min(range.min, rest.min), std::max(range.max, rest.max)};
}

// Four prefixes, first byte to the top, with what is behind the end of each string taken off.
[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline __m256i fourPrefixes(
    const std::byte* bytes, const std::uint32_t* offsets) {
  const auto at = [bytes](std::uint32_t offset) {
    long long word;
    std::memcpy(&word, bytes + offset, sizeof word);
    return word;
  };
  const __m256i words =
      _mm256_set_epi64x(at(offsets[3]), at(offsets[2]), at(offsets[1]), at(offsets[0]));
  const __m256i swap =
      _mm256_broadcastsi128_si256(_mm_set_epi64x(0x08090A0B0C0D0E0FLL, 0x0001020304050607LL));
  const __m128i begins = _mm_loadu_si128(reinterpret_cast<const __m128i*>(offsets));
  const __m128i ends = _mm_loadu_si128(reinterpret_cast<const __m128i*>(offsets + 1));
  const __m128i lengths = _mm_min_epu32(_mm_sub_epi32(ends, begins), _mm_set1_epi32(8));
  // A shift by 64, of an empty string, leaves nothing.
  const __m128i unused = _mm_slli_epi32(_mm_sub_epi32(_mm_set1_epi32(8), lengths), 3);
  const __m256i mask = _mm256_sllv_epi64(_mm256_set1_epi64x(-1), _mm256_cvtepu32_epi64(unused));
  return _mm256_and_si256(_mm256_shuffle_epi8(words, swap), mask);
}

[[gnu::target("avx2,bmi2")]] std::uint64_t firstOutside(const std::byte* bytes,
                                                        const std::uint32_t* offsets,
                                                        std::uint64_t from, std::uint64_t count,
                                                        std::uint64_t least,
                                                        std::uint64_t greatest) noexcept {
  constexpr std::uint64_t kStrings = 4;
  // The lanes compare as signed numbers.
  const __m256i flip = _mm256_set1_epi64x(INT64_MIN);
  const __m256i low = _mm256_xor_si256(_mm256_set1_epi64x(static_cast<long long>(least)), flip);
  const __m256i high = _mm256_xor_si256(_mm256_set1_epi64x(static_cast<long long>(greatest)), flip);
  for (; from + kStrings <= count; from += kStrings) {
    const __m256i prefixes = _mm256_xor_si256(fourPrefixes(bytes, offsets + from), flip);
    const __m256i inside =
        _mm256_and_si256(_mm256_cmpgt_epi64(prefixes, low), _mm256_cmpgt_epi64(high, prefixes));
    const auto mask = static_cast<unsigned>(_mm256_movemask_pd(_mm256_castsi256_pd(inside)));
    if (mask != 0xF) {
      return from + static_cast<unsigned>(std::countr_one(mask));
    }
  }
  return rangeKernels(SimdLevel::kScalar)
      .firstOutside(bytes, offsets, from, count, least, greatest);
}

}  // namespace

// Against where the offset would be: no offset is needed twice.
[[gnu::target("avx2,bmi2")]] bool areEvenlySpacedAvx2(const std::uint32_t* offsets,
                                                      std::uint64_t count,
                                                      std::uint32_t width) noexcept {
  constexpr std::uint64_t kLanes = kLaneBytes / sizeof(std::uint32_t);
  constexpr std::uint64_t kStep = 4 * kLanes;
  const __m256i places = _mm256_set_epi32(8, 7, 6, 5, 4, 3, 2, 1);
  const __m256i ahead = _mm256_set1_epi32(static_cast<int>(width * kLanes));
  __m256i expected =
      _mm256_add_epi32(_mm256_set1_epi32(static_cast<int>(offsets[0])),
                       _mm256_mullo_epi32(places, _mm256_set1_epi32(static_cast<int>(width))));
  std::uint64_t i = 0;
  for (; i + kStep <= count; i += kStep) {
    __m256i differ = _mm256_setzero_si256();
    for (std::uint64_t k = 0; k < kStep; k += kLanes) {
      const __m256i lane = loadAt(reinterpret_cast<const std::byte*>(offsets + 1 + i + k));
      differ = _mm256_or_si256(differ, _mm256_xor_si256(lane, expected));
      expected = _mm256_add_epi32(expected, ahead);
    }
    if (_mm256_testz_si256(differ, differ) == 0) {
      return false;
    }
  }
  return rangeKernels(SimdLevel::kScalar).areEvenlySpaced(offsets + i, count - i, width);
}

constinit const RangeKernels kRangeKernelsAvx2 = {
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
