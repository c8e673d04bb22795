// The bit-packing kernels for AVX2, to be inlined into those that feed them.
//
// Packing goes by halves: two neighbours become one value of twice the width, in a lane of twice
// the size, until a lane holds eight values. Those are `width` bytes, whatever the width is, so
// from there on whole bytes are stored, each store over the zeros that the one before it wrote too
// much. The shift counts are in registers: there is one code for all widths of 1 .. 8, 9 .. 16,
// 17 .. 32 and 33 .. 64 bits.
//
// Unpacking goes by a byte shuffle that brings to each lane the bytes which its value touches, a
// shift by lane, and a mask. Eight values begin at a byte again, so that one shuffle a width
// serves all of them; they are computed at compile time.
#pragma once

#if defined(__x86_64__)

#include <immintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "encoding/bit_pack.hpp"

#define PF_AVX2 [[gnu::target("avx2,bmi2")]]
#define PF_AVX2_INLINE [[gnu::target("avx2,bmi2"), gnu::always_inline]] inline

namespace parquet_flow::encoding::avx2 {

inline constexpr unsigned kNarrowWidthMax = 25;  // with a shift of up to 7, in a lane of 32 bits
inline constexpr unsigned kWideWidthMax = 57;    // and of 64

PF_AVX2_INLINE __m256i load(const void* from) noexcept {
  return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}
PF_AVX2_INLINE void store(void* to, __m256i value) noexcept {
  _mm256_storeu_si256(static_cast<__m256i*>(to), value);
}
PF_AVX2_INLINE __m128i lowHalf(__m256i value) noexcept { return _mm256_castsi256_si128(value); }
PF_AVX2_INLINE __m128i highHalf(__m256i value) noexcept {
  return _mm256_extracti128_si256(value, 1);
}
PF_AVX2_INLINE void store16(std::byte* to, __m128i value) noexcept {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), value);
}
PF_AVX2_INLINE void store8(std::byte* to, __m128i value) noexcept {
  _mm_storel_epi64(reinterpret_cast<__m128i*>(to), value);
}
// Two halves of 16 bytes from two places.
PF_AVX2_INLINE __m256i load16x2(const std::byte* low, const std::byte* high) noexcept {
  return _mm256_inserti128_si256(
      _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(low))),
      _mm_loadu_si128(reinterpret_cast<const __m128i*>(high)), 1);
}
// A count above 63 shifts everything out.
PF_AVX2_INLINE __m256i shiftLeft(__m256i value, unsigned count) noexcept {
  return _mm256_sll_epi64(value, _mm_cvtsi32_si128(static_cast<int>(count)));
}
PF_AVX2_INLINE __m256i shiftRight(__m256i value, unsigned count) noexcept {
  return _mm256_srl_epi64(value, _mm_cvtsi32_si128(static_cast<int>(count)));
}

// Eight values as four pairs of 2 * width bits, in order; widths of up to 32.
PF_AVX2_INLINE __m256i loadPairs(const std::uint32_t* values, unsigned width) noexcept {
  const __m256i eight = load(values);
  const __m256i even = _mm256_and_si256(eight, _mm256_set1_epi64x(0xFFFFFFFF));
  return _mm256_or_si256(even, shiftLeft(_mm256_srli_epi64(eight, 32), width));
}
PF_AVX2_INLINE __m256i loadPairs(const std::uint64_t* values, unsigned width) noexcept {
  const __m256i a = load(values);
  const __m256i b = load(values + 4);
  const __m256i pairs =
      _mm256_or_si256(_mm256_unpacklo_epi64(a, b), shiftLeft(_mm256_unpackhi_epi64(a, b), width));
  return _mm256_permute4x64_epi64(pairs, 0xD8);  // 01 45 23 67 -> 01 23 45 67
}

// Values 0 .. 3 of eight as one of 4 * width bits, and 4 .. 7, from two vectors of pairs.
PF_AVX2_INLINE __m256i mergePairs(__m256i a, __m256i b, unsigned width) noexcept {
  return _mm256_or_si256(_mm256_unpacklo_epi64(a, b),
                         shiftLeft(_mm256_unpackhi_epi64(a, b), 2 * width));
}

// The same of all 32 values, where 4 * width bits fit a lane: 0 .. 3 in `low`, 4 .. 7 in `high`.
struct Quads {
  __m256i low;
  __m256i high;
};
PF_AVX2_INLINE Quads quadsOf(const __m256i (&pairs)[4], unsigned width) noexcept {
  const __m256i a = mergePairs(pairs[0], pairs[1], width);
  const __m256i b = mergePairs(pairs[2], pairs[3], width);
  return {_mm256_permute2x128_si256(a, b, 0x20), _mm256_permute2x128_si256(a, b, 0x31)};
}

PF_AVX2_INLINE void packUpTo8(const __m256i (&pairs)[4], unsigned width, std::byte* to) noexcept {
  const Quads quads = quadsOf(pairs, width);
  const __m256i eights = _mm256_or_si256(quads.low, shiftLeft(quads.high, 4 * width));
  const __m128i low = lowHalf(eights);
  const __m128i high = highHalf(eights);
  store8(to, low);
  store8(to + width, _mm_unpackhi_epi64(low, low));
  store8(to + std::size_t{2} * width, high);
  store8(to + std::size_t{3} * width, _mm_unpackhi_epi64(high, high));
}

PF_AVX2_INLINE void packUpTo16(const __m256i (&pairs)[4], unsigned width, std::byte* to) noexcept {
  const Quads quads = quadsOf(pairs, width);
  const __m256i low = _mm256_or_si256(quads.low, shiftLeft(quads.high, 4 * width));
  const __m256i high = shiftRight(quads.high, 64 - 4 * width);
  const __m256i even = _mm256_unpacklo_epi64(low, high);
  const __m256i odd = _mm256_unpackhi_epi64(low, high);
  store16(to, lowHalf(even));
  store16(to + width, lowHalf(odd));
  store16(to + std::size_t{2} * width, highHalf(even));
  store16(to + std::size_t{3} * width, highHalf(odd));
}

// Sixteen values out of two pairs vectors. Four values have 4 * width = 68 .. 128 bits. Where the
// width is odd, the second four begin in the middle of a byte: they are shifted by half a byte and
// take the upper half byte of the first four.
PF_AVX2_INLINE void packUpTo32(__m256i a, __m256i b, unsigned width, std::byte* to) noexcept {
  const __m256i low = mergePairs(a, b, width);
  const __m256i high = shiftRight(_mm256_unpackhi_epi64(a, b), 64 - 2 * width);
  const __m256i eightA = _mm256_unpacklo_epi64(low, high);
  const __m256i eightB = _mm256_unpackhi_epi64(low, high);
  const __m256i firstFour = _mm256_permute2x128_si256(eightA, eightB, 0x20);
  __m256i secondFour = _mm256_permute2x128_si256(eightA, eightB, 0x31);
  const bool isOdd = width % 2 != 0;
  const unsigned shift = isOdd ? 4 : 0;
  const __m256i carry = _mm256_slli_si256(shiftRight(secondFour, 64 - shift), 8);
  const __m256i halfByte = shiftRight(_mm256_srli_si256(firstFour, 8), isOdd ? 4 * width - 68 : 64);
  secondFour = _mm256_or_si256(_mm256_or_si256(shiftLeft(secondFour, shift), carry), halfByte);
  store16(to, lowHalf(firstFour));
  store16(to + width / 2, lowHalf(secondFour));
  store16(to + width, highHalf(firstFour));
  store16(to + width + width / 2, highHalf(secondFour));
}

// Eight values of 33 .. 64 bits, values 0 .. 3 in the low lanes and 4 .. 7 in the high ones. Four
// have 4 * width = 132 .. 256 bits, in four words: `words` holds word k of both. Where the width is
// odd, the second four begin in the middle of a byte, as above.
PF_AVX2_INLINE void packUpTo64(const std::uint64_t* values, unsigned width,
                               std::byte* to) noexcept {
  const __m256i a = load(values);
  const __m256i b = load(values + 4);
  const __m256i even = _mm256_unpacklo_epi64(a, b);
  const __m256i odd = _mm256_unpackhi_epi64(a, b);
  // Pairs of 2 * width bits: the first of both fours, then the second.
  const __m256i low = _mm256_or_si256(even, shiftLeft(odd, width));
  const __m256i high = shiftRight(odd, 64 - width);
  const __m128i left = _mm_cvtsi32_si128(static_cast<int>(2 * width - 64));
  const __m128i right = _mm_cvtsi32_si128(static_cast<int>(128 - 2 * width));
  __m128i words[4] = {
      lowHalf(low), _mm_or_si128(lowHalf(high), _mm_sll_epi64(highHalf(low), left)),
      _mm_or_si128(_mm_srl_epi64(highHalf(low), right), _mm_sll_epi64(highHalf(high), left)),
      _mm_srl_epi64(highHalf(high), right)};
  const bool isOdd = width % 2 != 0;
  const int halfByteAt = isOdd ? static_cast<int>((4 * width - 4) % 64) : 64;
  __m128i carry =
      _mm_slli_si128(_mm_srl_epi64(words[width < 49 ? 2 : 3], _mm_cvtsi32_si128(halfByteAt)), 8);
  const __m128i up = _mm_set_epi64x(isOdd ? 4 : 0, 0);
  const __m128i down = _mm_set_epi64x(isOdd ? 60 : 64, 64);
  for (__m128i& word : words) {
    const __m128i next = _mm_srlv_epi64(word, down);
    word = _mm_or_si128(_mm_sllv_epi64(word, up), carry);
    carry = next;
  }
  store16(to, _mm_unpacklo_epi64(words[0], words[1]));
  store16(to + 16, _mm_unpacklo_epi64(words[2], words[3]));
  store16(to + width / 2, _mm_unpackhi_epi64(words[0], words[1]));
  store16(to + width / 2 + 16, _mm_unpackhi_epi64(words[2], words[3]));
}

// Of values 0 .. 7 of one width: the byte at which each half of a register is loaded, which of the
// 16 bytes each lane takes, and by how much it shifts them.
template <class Lane, unsigned kWidthMax>
struct UnpackTable {
  static constexpr unsigned kLanes = 16 / sizeof(Lane);  // values of a half
  static constexpr unsigned kHalves = 8 / kLanes;
  struct Width {
    alignas(32) std::array<std::uint8_t, std::size_t{16} * kHalves> shuffle;
    alignas(32) std::array<Lane, 8> shift;
  };
  std::array<Width, kWidthMax + 1> widths{};

  consteval UnpackTable() {
    for (unsigned width = 0; width <= kWidthMax; ++width) {
      for (unsigned value = 0; value < 8; ++value) {
        const unsigned half = value / kLanes;
        const unsigned bit = value * width - halfOffset(width, half) * 8;
        widths[width].shift[value] = bit % 8;
        for (unsigned byte = 0; byte < sizeof(Lane); ++byte) {
          widths[width].shuffle[value * sizeof(Lane) + byte] =
              static_cast<std::uint8_t>(bit / 8 + byte);
        }
      }
    }
  }
  static constexpr unsigned halfOffset(unsigned width, unsigned half) {
    return half * kLanes * width / 8;
  }
};
using NarrowTable = UnpackTable<std::uint32_t, kNarrowWidthMax>;
using WideTable = UnpackTable<std::uint64_t, kWideWidthMax>;
inline constexpr NarrowTable kNarrow;
inline constexpr WideTable kWide;

PF_AVX2_INLINE void unpackNarrow(const std::byte* from, unsigned width,
                                 std::uint32_t* values) noexcept {
  const auto& table = kNarrow.widths[width];
  const __m256i shuffle = load(table.shuffle.data());
  const __m256i shift = load(table.shift.data());
  const __m256i mask = _mm256_set1_epi32(static_cast<int>((1U << width) - 1));
  const unsigned half = NarrowTable::halfOffset(width, 1);
  for (std::size_t i = 0; i < kPackedValues; i += 8, from += width) {
    const __m256i bytes = _mm256_shuffle_epi8(load16x2(from, from + half), shuffle);
    store(values + i, _mm256_and_si256(_mm256_srlv_epi32(bytes, shift), mask));
  }
}

// Eight values in lanes of 64 bits.
struct Eight {
  __m256i low;
  __m256i high;
};
PF_AVX2_INLINE Eight unpackWide(const std::byte* from, unsigned width) noexcept {
  const auto& table = kWide.widths[width];
  const __m256i mask = _mm256_set1_epi64x((std::int64_t{1} << width) - 1);
  const __m256i low = _mm256_shuffle_epi8(load16x2(from, from + WideTable::halfOffset(width, 1)),
                                          load(table.shuffle.data()));
  const __m256i high = _mm256_shuffle_epi8(
      load16x2(from + WideTable::halfOffset(width, 2), from + WideTable::halfOffset(width, 3)),
      load(table.shuffle.data() + 32));
  return {_mm256_and_si256(_mm256_srlv_epi64(low, load(table.shift.data())), mask),
          _mm256_and_si256(_mm256_srlv_epi64(high, load(table.shift.data() + 4)), mask)};
}

template <class U>
PF_AVX2_INLINE void packBits32(const U* values, unsigned width, std::byte* to) noexcept {
  const __m256i pairs[4] = {loadPairs(values, width), loadPairs(values + 8, width),
                            loadPairs(values + 16, width), loadPairs(values + 24, width)};
  if (width <= 8) {
    packUpTo8(pairs, width, to);
  } else if (width <= 16) {
    packUpTo16(pairs, width, to);
  } else {
    packUpTo32(pairs[0], pairs[1], width, to);
    packUpTo32(pairs[2], pairs[3], width, to + std::size_t{2} * width);
  }
}

PF_AVX2_INLINE void pack(const std::uint32_t* values, unsigned width, std::byte* to) noexcept {
  packBits32(values, width, to);
}
PF_AVX2_INLINE void pack(const std::uint64_t* values, unsigned width, std::byte* to) noexcept {
  if (width <= 32) {
    packBits32(values, width, to);
    return;
  }
  for (std::size_t i = 0; i < kPackedValues; i += 8, to += width) {
    packUpTo64(values + i, width, to);
  }
}

PF_AVX2_INLINE void unpack(const std::byte* from, unsigned width, std::uint32_t* values) noexcept {
  if (width <= kNarrowWidthMax) {
    unpackNarrow(from, width, values);
    return;
  }
  for (std::size_t i = 0; i < kPackedValues; i += 8, from += width) {
    const Eight eight = unpackWide(from, width);
    const __m256 narrow =
        _mm256_shuffle_ps(_mm256_castsi256_ps(eight.low), _mm256_castsi256_ps(eight.high), 0x88);
    store(values + i, _mm256_permute4x64_epi64(_mm256_castps_si256(narrow), 0xD8));
  }
}
PF_AVX2_INLINE void unpack(const std::byte* from, unsigned width, std::uint64_t* values) noexcept {
  if (width > kWideWidthMax) {
    unpackBits(from, width, values);
    return;
  }
  for (std::size_t i = 0; i < kPackedValues; i += 8, from += width) {
    const Eight eight = unpackWide(from, width);
    store(values + i, eight.low);
    store(values + i + 4, eight.high);
  }
}

}  // namespace parquet_flow::encoding::avx2

#endif
