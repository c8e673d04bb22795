#include "encoding/delta_kernels.hpp"

#include "encoding/bit_pack_avx2.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>

namespace parquet_flow::encoding {
namespace {

using avx2::load;
using avx2::store;

// What the two widths of integers have different names for.
struct Lanes32 {
  using U = std::uint32_t;
  PF_AVX2_INLINE static __m256i splat(U value) noexcept {
    return _mm256_set1_epi32(static_cast<int>(value));
  }
  PF_AVX2_INLINE static __m256i add(__m256i a, __m256i b) noexcept {
    return _mm256_add_epi32(a, b);
  }
  PF_AVX2_INLINE static __m256i subtract(__m256i a, __m256i b) noexcept {
    return _mm256_sub_epi32(a, b);
  }
  PF_AVX2_INLINE static __m256i least(__m256i a, __m256i b) noexcept {
    return _mm256_min_epi32(a, b);
  }
  PF_AVX2_INLINE static std::int32_t first(__m256i a) noexcept { return _mm256_cvtsi256_si32(a); }
  // The lanes of each half turned by one, to reduce a vector.
  PF_AVX2_INLINE static __m256i leastOfHalf(__m256i a) noexcept {
    a = least(a, _mm256_shuffle_epi32(a, 0x4E));
    return least(a, _mm256_shuffle_epi32(a, 0xB1));
  }
  // Each lane the sum of those up to it.
  PF_AVX2_INLINE static __m256i sums(__m256i a) noexcept {
    a = add(a, _mm256_slli_si256(a, 4));
    a = add(a, _mm256_slli_si256(a, 8));
    const __m256i totals = _mm256_shuffle_epi32(a, 0xFF);
    return add(a, _mm256_permute2x128_si256(totals, totals, 0x08));  // the low half's, to the high
  }
  PF_AVX2_INLINE static __m256i splatLast(__m256i a) noexcept {
    return _mm256_permutevar8x32_epi32(a, _mm256_set1_epi32(7));
  }
};

struct Lanes64 {
  using U = std::uint64_t;
  PF_AVX2_INLINE static __m256i splat(U value) noexcept {
    return _mm256_set1_epi64x(static_cast<std::int64_t>(value));
  }
  PF_AVX2_INLINE static __m256i add(__m256i a, __m256i b) noexcept {
    return _mm256_add_epi64(a, b);
  }
  PF_AVX2_INLINE static __m256i subtract(__m256i a, __m256i b) noexcept {
    return _mm256_sub_epi64(a, b);
  }
  PF_AVX2_INLINE static __m256i least(__m256i a, __m256i b) noexcept {
    return _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(a, b));
  }
  PF_AVX2_INLINE static std::int64_t first(__m256i a) noexcept {
    return _mm_cvtsi128_si64(_mm256_castsi256_si128(a));
  }
  PF_AVX2_INLINE static __m256i leastOfHalf(__m256i a) noexcept {
    return least(a, _mm256_shuffle_epi32(a, 0x4E));
  }
  PF_AVX2_INLINE static __m256i sums(__m256i a) noexcept {
    a = add(a, _mm256_slli_si256(a, 8));
    const __m256i lowTotal = _mm256_permute4x64_epi64(a, 0x55);
    return add(a, _mm256_blend_epi32(_mm256_setzero_si256(), lowTotal, 0xF0));
  }
  PF_AVX2_INLINE static __m256i splatLast(__m256i a) noexcept {
    return _mm256_permute4x64_epi64(a, 0xFF);
  }
};

template <class L>
inline constexpr std::size_t kLanes = sizeof(__m256i) / sizeof(typename L::U);

// Four running minima: one would wait for itself.
template <class L>
PF_AVX2_INLINE auto differences(const std::byte* values, typename L::U* deltas) noexcept {
  using U = typename L::U;
  __m256i least[4];
  for (std::size_t i = 0; i < kDeltaBlockValues; i += 4 * kLanes<L>) {
    for (std::size_t k = 0; k < 4; ++k) {
      const std::byte* const at = values + (i + k * kLanes<L>)*sizeof(U);
      const __m256i delta = L::subtract(load(at + sizeof(U)), load(at));
      store(deltas + i + k * kLanes<L>, delta);
      least[k] = i == 0 ? delta : L::least(least[k], delta);
    }
  }
  __m256i all = L::least(L::least(least[0], least[1]), L::least(least[2], least[3]));
  all = L::least(all, _mm256_permute2x128_si256(all, all, 0x01));
  return L::first(L::leastOfHalf(all));
}

// Subtracts `least` from the 32 deltas of a miniblock; returns the bits that they then have.
template <class L>
PF_AVX2_INLINE unsigned rebase(typename L::U* deltas, __m256i least) noexcept {
  __m256i bits = _mm256_setzero_si256();
  for (std::size_t i = 0; i < kPackedValues; i += kLanes<L>) {
    const __m256i delta = L::subtract(load(deltas + i), least);
    store(deltas + i, delta);
    bits = _mm256_or_si256(bits, delta);
  }
  const __m128i half =
      _mm_or_si128(_mm256_castsi256_si128(bits), _mm256_extracti128_si256(bits, 1));
  std::uint64_t all = static_cast<std::uint64_t>(_mm_cvtsi128_si64(half)) |
                      static_cast<std::uint64_t>(_mm_extract_epi64(half, 1));
  if (sizeof(typename L::U) == 4) {
    all = (all | all >> 32) & 0xFFFFFFFF;
  }
  return static_cast<unsigned>(std::bit_width(all));
}

template <class L>
PF_AVX2_INLINE std::byte* encodeBlock(const std::byte* values, std::byte* to) noexcept {
  using U = typename L::U;
  alignas(32) U deltas[kDeltaBlockValues];
  const auto least = differences<L>(values, deltas);
  std::byte* const widths = putZigzag(to, least);
  to = widths + kDeltaMiniblocks;
  const __m256i leastSplat = L::splat(static_cast<U>(least));
  for (std::size_t m = 0; m < kDeltaMiniblocks; ++m) {
    U* const miniblock = deltas + m * kPackedValues;
    const unsigned width = rebase<L>(miniblock, leastSplat);
    widths[m] = static_cast<std::byte>(width);
    avx2::pack(miniblock, width, to);
    to += packedBytes(width);
  }
  return to;
}

template <class L>
PF_AVX2_INLINE typename L::U decodeMiniblocks(const std::byte* packed, const std::byte* widths,
                                              std::size_t count, std::size_t groups,
                                              typename L::U least, typename L::U previous,
                                              std::byte* values) noexcept {
  using U = typename L::U;
  alignas(32) U deltas[kPackedValues];
  const __m256i leastSplat = L::splat(least);
  __m256i carry = L::splat(previous);
  for (std::size_t i = 0; i < count; ++i) {
    const auto width = std::to_integer<unsigned>(widths[i]);
    for (std::size_t group = 0; group < groups; ++group, packed += packedBytes(width)) {
      avx2::unpack(packed, width, deltas);
      for (std::size_t k = 0; k < kPackedValues; k += kLanes<L>) {
        const __m256i sums = L::sums(L::add(load(deltas + k), leastSplat));
        store(values, L::add(sums, carry));
        // Not out of what was stored: one addition is all that the next vector waits for.
        carry = L::add(carry, L::splatLast(sums));
        values += sizeof(__m256i);
      }
    }
  }
  return static_cast<U>(L::first(carry));
}

}  // namespace

PF_AVX2 std::byte* encodeDeltaBlock32Avx2(const std::byte* values, std::byte* to) noexcept {
  return encodeBlock<Lanes32>(values, to);
}
PF_AVX2 std::byte* encodeDeltaBlock64Avx2(const std::byte* values, std::byte* to) noexcept {
  return encodeBlock<Lanes64>(values, to);
}
PF_AVX2 std::uint32_t decodeDeltaMiniblocksAvx2(const std::byte* packed, const std::byte* widths,
                                                std::size_t count, std::size_t groups,
                                                std::uint32_t least, std::uint32_t previous,
                                                std::byte* values) noexcept {
  return decodeMiniblocks<Lanes32>(packed, widths, count, groups, least, previous, values);
}
PF_AVX2 std::uint64_t decodeDeltaMiniblocksAvx2(const std::byte* packed, const std::byte* widths,
                                                std::size_t count, std::size_t groups,
                                                std::uint64_t least, std::uint64_t previous,
                                                std::byte* values) noexcept {
  return decodeMiniblocks<Lanes64>(packed, widths, count, groups, least, previous, values);
}

}  // namespace parquet_flow::encoding

#endif
