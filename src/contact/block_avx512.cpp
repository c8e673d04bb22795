// By hand what GCC does not make of the generic loops. A multiplication of 32 bits by 32,
// which is most of those that a number takes, is one operation of 5 cycles, and one of 64 bits
// three of 15 on Intel's cores; and a chain of those leaves the core idle unless others go beside
// it.
#if defined(__x86_64__)

// GCC 12 takes the operands that its intrinsics leave undefined for values (its bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#include <immintrin.h>

#include "contact/block_kernels.hpp"

#define PF_AVX512 [[gnu::target("avx2,bmi2,popcnt,avx512f,avx512bw,avx512cd,avx512dq,avx512vl")]]
#define PF_AVX512_INLINE PF_AVX512 [[gnu::always_inline]] inline

namespace parquet_flow::contact {
namespace {

constexpr std::size_t kLanes = 8;
constexpr std::size_t kChains = 4;
constexpr std::size_t kStep = kChains * kLanes;
static_assert(kBlockEntriesMax % kStep == 0, "whole steps stay within the arrays of a block");

using Vectors = __m512i[kChains];

PF_AVX512_INLINE __m512i splat(std::uint64_t x) noexcept {
  return _mm512_set1_epi64(static_cast<long long>(x));
}

PF_AVX512_INLINE __m512i splat32(std::uint32_t x) noexcept {
  return _mm512_set1_epi32(static_cast<int>(x));
}
PF_AVX512_INLINE __m512i splat16(std::uint16_t x) noexcept {
  return _mm512_set1_epi16(static_cast<short>(x));
}

PF_AVX512_INLINE void mix(Vectors& x) noexcept {
  for (__m512i& v : x) v = _mm512_xor_si512(v, _mm512_srli_epi64(v, 30));
  for (__m512i& v : x) v = _mm512_mullo_epi64(v, splat(kMixFirst));
  for (__m512i& v : x) v = _mm512_xor_si512(v, _mm512_srli_epi64(v, 27));
  for (__m512i& v : x) v = _mm512_mullo_epi64(v, splat(kMixSecond));
  for (__m512i& v : x) v = _mm512_xor_si512(v, _mm512_srli_epi64(v, 31));
}

// The lower halves of 16 draws, and the upper ones.
struct Halves16 {
  __m512i low;
  __m512i high;
};

PF_AVX512_INLINE Halves16 halvesOf(__m512i first, __m512i second) noexcept {
  const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i odd = _mm512_add_epi32(even, splat32(1));
  return {_mm512_permutex2var_epi32(first, even, second),
          _mm512_permutex2var_epi32(first, odd, second)};
}

// --- rows ----------------------------------------------------------------------------------------

PF_AVX512_INLINE __m128i phoneCountsOf(__m512i high) noexcept {
  __m512i counts = _mm512_setzero_si512();
  for (const std::uint32_t limit : kPhoneCounts) {
    const __mmask16 isAbove = _mm512_cmpge_epu32_mask(high, splat32(limit));
    counts = _mm512_mask_add_epi32(counts, isAbove, counts, splat32(1));
  }
  return _mm512_cvtepi32_epi8(counts);
}

// Of rows behind the last one, too, but for names.
PF_AVX512 void drawRows(std::uint64_t key, Block& block) noexcept {
  static_assert(kBlockRows % kStep == 0);
  const __m512i steps =
      _mm512_mullo_epi64(_mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), splat(kStreamStep));
  std::size_t names = 0;
  for (std::size_t i = 0; i < block.rows; i += kStep) {
    Vectors keys;
    for (std::size_t k = 0; k < kChains; ++k) {
      const std::uint64_t row = block.firstRow + i + k * kLanes;
      keys[k] = _mm512_add_epi64(splat(key + (row + 1) * kStreamStep), steps);
    }
    mix(keys);
    Vectors shapes;
    for (std::size_t k = 0; k < kChains; ++k) {
      _mm512_storeu_si512(&block.key[i + k * kLanes], keys[k]);
      shapes[k] = _mm512_add_epi64(keys[k], splat((kDrawShape + 1) * kStreamStep));
    }
    mix(shapes);
    std::uint32_t hasName = 0;
    for (std::size_t k = 0; k < kChains; k += 2) {
      const Halves16 halves = halvesOf(shapes[k], shapes[k + 1]);
      const std::uint32_t some = _mm512_cmpge_epu32_mask(halves.low, splat32(kNullNames));
      hasName |= some << (k * kLanes);
      _mm_storeu_si128(reinterpret_cast<__m128i*>(&block.phoneCount[i + k * kLanes]),
                       phoneCountsOf(halves.high));
    }
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(&block.hasName[i]),
                        _mm256_maskz_set1_epi8(hasName, 1));
    const std::size_t left = block.rows - i;
    if (left < kStep) {
      hasName &= (1U << left) - 1;
    }
    for (std::size_t k = 0; k < kChains; ++k) {
      const auto some = static_cast<__mmask8>(hasName >> (k * kLanes));
      _mm512_storeu_si512(&block.nameKey[names], _mm512_maskz_compress_epi64(some, keys[k]));
      names += static_cast<std::size_t>(std::popcount(std::uint32_t{some}));
    }
  }
  block.names = names;
}

// pickName, of 16 bits in each lane.
template <unsigned kBits>
PF_AVX512_INLINE __m512i pick(__m512i u) noexcept {
  return _mm512_srli_epi32(_mm512_mullo_epi32(u, u), 32 - kBits);
}

PF_AVX512_INLINE void storeParts(std::uint16_t* out, __m512i parts) noexcept {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm512_cvtepi32_epi16(parts));
}

// namePartsOf. Of names behind the last one, too, whatever they are.
PF_AVX512 void drawNames(Block& block) noexcept {
  const __m512i sixteenBits = splat32(0xFFFF);
  for (std::size_t i = 0; i < block.names; i += kStep) {
    Vectors names;
    Vectors extras;
    for (std::size_t k = 0; k < kChains; ++k) {
      const __m512i key = _mm512_loadu_si512(&block.nameKey[i + k * kLanes]);
      names[k] = _mm512_add_epi64(key, splat((kDrawName + 1) * kStreamStep));
      extras[k] = _mm512_add_epi64(key, splat((kDrawNameExtras + 1) * kStreamStep));
    }
    mix(names);
    mix(extras);
    for (std::size_t k = 0; k < kChains; k += 2) {
      const Halves16 name = halvesOf(names[k], names[k + 1]);
      const __m512i style = _mm512_srli_epi32(name.high, 24);
      const __m512i extra = _mm512_and_si512(halvesOf(extras[k], extras[k + 1]).low, sixteenBits);
      const __m512i initial = _mm512_srli_epi32(_mm512_mullo_epi32(extra, splat32(kInitials)), 16);
      const __m512i middle = pick<kFirstNameBits>(extra);
      const __mmask16 isPlain = _mm512_cmplt_epu32_mask(style, splat32(kPlainNames));
      const __mmask16 isInitial = _mm512_cmplt_epu32_mask(style, splat32(kNamesWithInitial));
      const __mmask16 isMiddle = _mm512_cmplt_epu32_mask(style, splat32(kNamesWithMiddle));
      const __m512i either = _mm512_mask_add_epi32(_mm512_add_epi32(middle, splat32(kMiddleNames)),
                                                   isInitial, initial, splat32(kMiddleInitials));
      const auto hasMiddle = static_cast<__mmask16>(isMiddle & ~isPlain);
      const auto hasTail = static_cast<__mmask16>(~isMiddle);
      const std::size_t at = i + k * kLanes;
      storeParts(&block.namePart[0][at],
                 pick<kFirstNameBits>(_mm512_and_si512(name.low, sixteenBits)));
      storeParts(&block.namePart[1][at], _mm512_maskz_mov_epi32(hasMiddle, either));
      storeParts(&block.namePart[2][at], pick<kLastNameBits>(_mm512_srli_epi32(name.low, 16)));
      storeParts(&block.namePart[3][at],
                 _mm512_maskz_add_epi32(hasTail, pick<kLastNameBits>(extra), splat32(kTailNames)));
    }
  }
}

// --- entries -------------------------------------------------------------------------------------

// Of 16 draws: a bit each for whether there is a number, and a type; which type.
struct Phones16 {
  std::uint32_t hasNumber;
  std::uint32_t hasType;
  __m512i type;
};

PF_AVX512_INLINE Phones16 phonesOf(__m512i first, __m512i second) noexcept {
  const auto [fields, type] = halvesOf(first, second);
  const std::uint32_t both = _mm512_cmplt_epu32_mask(fields, splat32(kBothFields));
  const std::uint32_t number = _mm512_cmplt_epu32_mask(fields, splat32(kNumberAlone));
  const std::uint32_t some = _mm512_cmplt_epu32_mask(fields, splat32(kTypeAlone));
  const __mmask16 notMobile = _mm512_cmpge_epu32_mask(type, splat32(kMobile));
  const __mmask16 notWork = _mm512_cmpge_epu32_mask(type, splat32(kWork));
  const __m512i one = _mm512_maskz_mov_epi32(notMobile, splat32(1));
  return {number, both | (some & ~number), _mm512_mask_add_epi32(one, notWork, one, splat32(1))};
}

// The present ones of eight, behind those that are there. What is behind them is overwritten.
PF_AVX512_INLINE std::size_t packSlots(const std::uint16_t* places, __m512i firstSlot,
                                       std::uint32_t present, std::uint64_t* out) noexcept {
  const __m128i eight = _mm_loadu_si128(reinterpret_cast<const __m128i*>(places));
  const __m512i slots = _mm512_add_epi64(_mm512_cvtepu16_epi64(eight), firstSlot);
  const auto mask = static_cast<__mmask8>(present);
  _mm512_storeu_si512(out, _mm512_maskz_compress_epi64(mask, slots));
  return static_cast<std::size_t>(std::popcount(present & 0xFF));
}
PF_AVX512_INLINE std::size_t packTypes(__m256i types, std::uint32_t present,
                                       std::uint32_t* out) noexcept {
  const auto mask = static_cast<__mmask8>(present);
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), _mm256_maskz_compress_epi32(mask, types));
  return static_cast<std::size_t>(std::popcount(present & 0xFF));
}

PF_AVX512_INLINE void storeLevels(std::uint8_t* out, std::uint32_t stored, __m256i absent,
                                  std::uint32_t present) noexcept {
  const __m256i one = _mm256_set1_epi8(1);
  _mm256_mask_storeu_epi8(out, stored, _mm256_mask_add_epi8(absent, present, absent, one));
}

PF_AVX512 std::size_t drawEntries(std::uint8_t levelWithoutPhones, Block& block,
                                  const BlockEntries& out) noexcept {
  static_assert(kLevelPresent == kLevelNullField + 1);
  kernels::spreadRows(block, out.repetitionLevels);
  const std::size_t entries = block.entries;
  const __m512i firstSlot = splat(block.firstRow * kPhonesMax);
  const __m256i withoutPhones = _mm256_set1_epi8(static_cast<char>(levelWithoutPhones));
  const __m256i nullField = _mm256_set1_epi8(static_cast<char>(kLevelNullField));
  std::size_t numbers = 0;
  std::size_t types = 0;
  for (std::size_t i = 0; i < entries; i += kStep) {
    Vectors draws;
    for (std::size_t k = 0; k < kChains; ++k) {
      draws[k] = _mm512_loadu_si512(&block.phoneState[i + k * kLanes]);
    }
    mix(draws);
    const Phones16 low = phonesOf(draws[0], draws[1]);
    const Phones16 high = phonesOf(draws[2], draws[3]);
    const std::size_t left = entries - i;
    const std::uint32_t stored = left >= kStep ? ~0U : (1U << left) - 1;
    const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(&block.isPhone[i]));
    const std::uint32_t isPhone = stored & _mm256_test_epi8_mask(bytes, bytes);
    const std::uint32_t hasNumber = isPhone & (low.hasNumber | (high.hasNumber << 16));
    const std::uint32_t hasType = isPhone & (low.hasType | (high.hasType << 16));
    const __m256i absent = _mm256_mask_mov_epi8(withoutPhones, isPhone, nullField);
    storeLevels(out.numberLevels + i, stored, absent, hasNumber);
    storeLevels(out.typeLevels + i, stored, absent, hasType);
    const __m256i eights[kChains] = {
        _mm512_castsi512_si256(low.type), _mm512_extracti64x4_epi64(low.type, 1),
        _mm512_castsi512_si256(high.type), _mm512_extracti64x4_epi64(high.type, 1)};
    for (std::size_t k = 0; k < kChains && k * kLanes < left; ++k) {
      numbers += packSlots(&block.place[i + k * kLanes], firstSlot, hasNumber >> (k * kLanes),
                           &block.slot[numbers]);
      types += packTypes(eights[k], hasType >> (k * kLanes), out.types + types);
    }
  }
  block.numbers = numbers;
  return types;
}

// --- numbers -------------------------------------------------------------------------------------

// kernels::addRound.
PF_AVX512_INLINE void addRound(Vectors& to, const Vectors& half, std::uint64_t key,
                               __m512i bound) noexcept {
  Vectors x;
  for (std::size_t k = 0; k < kChains; ++k) {
    x[k] = _mm512_mullo_epi64(_mm512_xor_si512(half[k], splat(key)), splat(kMixFirst));
  }
  for (__m512i& v : x) v = _mm512_xor_si512(v, _mm512_srli_epi64(v, 32));
  for (__m512i& v : x) v = _mm512_mullo_epi64(v, splat(kMixSecond));
  for (__m512i& v : x) {
    const __m512i low = _mm512_srli_epi64(_mm512_mul_epu32(v, bound), 32);
    v = _mm512_mul_epu32(_mm512_srli_epi64(v, 32), bound);
    v = _mm512_srli_epi64(_mm512_add_epi64(v, low), 32);
  }
  for (std::size_t k = 0; k < kChains; ++k) {
    const __m512i sum = _mm512_add_epi64(to[k], x[k]);
    to[k] = _mm512_min_epu32(sum, _mm512_sub_epi64(sum, bound));  // below 0 is above all
  }
}

// kernels::eightDigits, in lanes of 16 bits, which all that it computes fits.
PF_AVX512_INLINE __m512i eightDigits(__m512i high, __m512i low) noexcept {
  const __m512i fours = _mm512_or_si512(high, _mm512_slli_epi64(low, 32));
  const __m512i hundreds = _mm512_srli_epi16(_mm512_mulhi_epu16(fours, splat16(10486)), 4);
  const __m512i ones = _mm512_sub_epi16(fours, _mm512_mullo_epi16(hundreds, splat16(100)));
  const __m512i twos = _mm512_or_si512(hundreds, _mm512_slli_epi32(ones, 16));
  const __m512i tens = _mm512_srli_epi16(_mm512_mullo_epi16(twos, splat16(103)), 10);
  const __m512i last = _mm512_sub_epi16(twos, _mm512_mullo_epi16(tens, splat16(10)));
  const __m512i digits = _mm512_or_si512(tens, _mm512_slli_epi16(last, 8));
  return _mm512_add_epi16(digits, splat16(0x3030));
}

// Of numbers behind the last one, too, whatever they are.
PF_AVX512 void permute8(const NumberKeys& keys, Block& block) noexcept {
  constexpr NumberGrid kGrid = numberGridOf(8);
  static_assert(kGrid.begin == 0 && kGrid.rows == kFourDigits && kGrid.columns == kFourDigits);
  // x / 10^4 is x / 2^4 / 625, as kernels::divide has it of 27 bits.
  constexpr unsigned kShift = 23 + 10;
  constexpr std::uint64_t kFactor = (std::uint64_t{1} << kShift) / 625 + 1;
  const __m512i bound = splat(kFourDigits);
  for (std::size_t i = 0; i < block.numbers; i += kStep) {
    Vectors row;
    Vectors column;
    for (std::size_t k = 0; k < kChains; ++k) {
      const __m512i x = _mm512_loadu_si512(&block.slot[i + k * kLanes]);
      const __m512i product = _mm512_mul_epu32(_mm512_srli_epi64(x, 4), splat(kFactor));
      row[k] = _mm512_srli_epi64(product, kShift);
      column[k] = _mm512_sub_epi64(x, _mm512_mul_epu32(row[k], bound));
    }
    addRound(row, column, keys[0], bound);
    addRound(column, row, keys[1], bound);
    addRound(row, column, keys[2], bound);
    addRound(column, row, keys[3], bound);
    for (std::size_t k = 0; k < kChains; ++k) {
      _mm512_storeu_si512(&block.digits[i + k * kLanes], eightDigits(row[k], column[k]));
    }
  }
}
PF_AVX512 void permute9(const NumberKeys& keys, Block& block) noexcept {
  kernels::permute<9>(keys, block);
}
PF_AVX512 void permute10(const NumberKeys& keys, Block& block) noexcept {
  kernels::permute<10>(keys, block);
}

}  // namespace

constinit const BlockKernels kBlockKernelsAvx512 = {drawRows, drawNames, drawEntries,
                                                    permute8, permute9,  permute10};

}  // namespace parquet_flow::contact

#endif
