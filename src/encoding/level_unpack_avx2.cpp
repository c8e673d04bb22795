// Levels of one and two bits, those of columns that are in one list: 32 at a time, then eight.
#if defined(__x86_64__)

#include <immintrin.h>

#include "base/bytes.hpp"
#include "encoding/level_unpack.hpp"

#define PF_AVX2 [[gnu::target("avx2"), gnu::always_inline]] inline

namespace parquet_flow::encoding {
namespace {

constexpr std::size_t kRegisterGroups = 4;

// Byte i of the register becomes the source byte that has bit i, and then whether it has it.
PF_AVX2 __m256i unpack1(const std::byte* from) noexcept {
  const __m256i each =
      _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
  const __m256i bit = _mm256_set1_epi64x(static_cast<long long>(0x8040201008040201U));
  const __m256i all = _mm256_set1_epi32(static_cast<int>(loadLe<std::uint32_t>(from)));
  const __m256i bytes = _mm256_shuffle_epi8(all, each);
  return _mm256_and_si256(_mm256_cmpeq_epi8(_mm256_and_si256(bytes, bit), bit),
                          _mm256_set1_epi8(1));
}

// A byte in each lane of 32 bits, with four levels: the second goes up by 6 bits, the third by 12,
// the fourth by 18.
PF_AVX2 __m256i unpack2(const std::byte* from) noexcept {
  __m256i lanes = _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
  lanes = _mm256_or_si256(lanes, _mm256_slli_epi32(lanes, 6));
  lanes = _mm256_or_si256(lanes, _mm256_slli_epi32(lanes, 12));
  return _mm256_and_si256(lanes, _mm256_set1_epi8(3));
}

// The same of a group, as most runs have but a few: lists of any length are seldom alike.
PF_AVX2 __m128i unpackGroup1(const std::byte* from) noexcept {
  const __m128i bit = _mm_set1_epi64x(static_cast<long long>(0x8040201008040201U));
  const __m128i bytes = _mm_set1_epi8(static_cast<char>(*from));
  return _mm_and_si128(_mm_cmpeq_epi8(_mm_and_si128(bytes, bit), bit), _mm_set1_epi8(1));
}
PF_AVX2 __m128i unpackGroup2(const std::byte* from) noexcept {
  __m128i lanes = _mm_cvtepu8_epi32(_mm_cvtsi32_si128(loadLe<std::uint16_t>(from)));
  lanes = _mm_or_si128(lanes, _mm_slli_epi32(lanes, 6));
  lanes = _mm_or_si128(lanes, _mm_slli_epi32(lanes, 12));
  return _mm_and_si128(lanes, _mm_set1_epi8(3));
}

template <unsigned kWidth>
[[gnu::target("avx2")]] void unpackAll(const std::byte* from, std::size_t groups,
                                       std::uint8_t* levels) noexcept {
  for (; groups >= kRegisterGroups; groups -= kRegisterGroups) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(levels),
                        kWidth == 1 ? unpack1(from) : unpack2(from));
    from += kRegisterGroups * kWidth;
    levels += kRegisterGroups * 8;
  }
  for (; groups != 0; --groups, from += kWidth, levels += 8) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(levels),
                     kWidth == 1 ? unpackGroup1(from) : unpackGroup2(from));
  }
}

}  // namespace

void unpackLevelsAvx2(const std::byte* from, std::size_t groups, unsigned bitWidth,
                      std::uint8_t* levels) noexcept {
  switch (bitWidth) {
    case 1:
      return unpackAll<1>(from, groups, levels);
    case 2:
      return unpackAll<2>(from, groups, levels);
    default:
      return scalar::unpackLevels(from, groups, bitWidth, levels);
  }
}

}  // namespace parquet_flow::encoding

#endif
