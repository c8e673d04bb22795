#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "encoding/index_pack.hpp"
#include "encoding/rle_run.hpp"

namespace parquet_flow::encoding {
namespace {

// Above these widths the scalar kernels are as good: a group no longer fits two words, and an id
// with the bits before it no longer fits four bytes.
constexpr unsigned kPackWidthMax = 16;
constexpr unsigned kUnpackWidthMax = 25;

// The low 4 * bitWidth bits of `low` and `high` are ids 0 .. 3 and 4 .. 7.
struct HalfGroups {
  std::uint64_t low;
  std::uint64_t high;
};

// Neighbours are moved together in two steps: pairs within 64 bits, then the pairs of a lane.
[[gnu::target("avx2,bmi2")]] inline HalfGroups packHalves(const std::uint32_t* ids, __m128i pairGap,
                                                          __m256i pairMask, __m128i pairBits) {
  const __m256i eight = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ids));
  // At up to 16 bits nothing of the low id is left where the high one comes to lie.
  const __m256i pairs =
      _mm256_and_si256(_mm256_or_si256(eight, _mm256_srl_epi64(eight, pairGap)), pairMask);
  const __m256i halves =
      _mm256_or_si256(pairs, _mm256_sll_epi64(_mm256_srli_si256(pairs, 8), pairBits));
  return {static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm256_castsi256_si128(halves))),
          static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm256_extracti128_si256(halves, 1)))};
}

[[gnu::target("avx2,bmi2")]] void pack(const std::uint32_t* ids, std::size_t groups,
                                       unsigned bitWidth, std::byte* to) {
  if (bitWidth > kPackWidthMax) {
    indexKernels(SimdLevel::kScalar).pack(ids, groups, bitWidth, to);
    return;
  }
  const __m128i pairGap = _mm_cvtsi32_si128(static_cast<int>(32 - bitWidth));
  const __m128i pairBits = _mm_cvtsi32_si128(static_cast<int>(2 * bitWidth));
  const __m256i pairMask =
      _mm256_set1_epi64x(static_cast<long long>((std::uint64_t{1} << (2 * bitWidth)) - 1));
  const unsigned halfBits = 4 * bitWidth;
  for (; groups != 0; --groups, ids += kGroupValues, to += bitWidth) {
    const HalfGroups half = packHalves(ids, pairGap, pairMask, pairBits);
    if (bitWidth <= 8) {
      storeLe(to, half.low | half.high << halfBits);
    } else if (bitWidth < 16) {
      storeLe(to, half.low | half.high << halfBits);
      storeLe(to + 8, half.high >> (64 - halfBits));
    } else {
      storeLe(to, half.low);
      storeLe(to + 8, half.high);
    }
  }
}

// Which bytes of its lane each id is in, and where it begins in them. The lanes are 16 bytes from
// the group's first byte on, and from the byte in which id 4 begins.
struct UnpackPlan {
  alignas(32) std::uint8_t bytes[32];
  alignas(32) std::uint32_t shifts[8];

  explicit UnpackPlan(unsigned bitWidth) noexcept {
    for (unsigned i = 0; i < kGroupValues; ++i) {
      const unsigned bit = i * bitWidth - (i < 4 ? 0 : 4 * bitWidth / 8 * 8);
      shifts[i] = bit % 8;
      for (unsigned byte = 0; byte < 4; ++byte) {
        bytes[4 * i + byte] = static_cast<std::uint8_t>(bit / 8 + byte);
      }
    }
  }
};

[[gnu::target("avx2,bmi2")]] std::uint32_t unpack(const std::byte* from, std::size_t groups,
                                                  unsigned bitWidth, std::uint32_t* ids) {
  const std::size_t halfBytes = bitWidth / 2;
  const IndexKernels& scalar = indexKernels(SimdLevel::kScalar);
  // The groups from whose middle on 16 bytes can be read.
  const std::size_t bytes = groups * bitWidth;
  const std::size_t wideGroups = bitWidth > kUnpackWidthMax || bytes < halfBytes + 16
                                     ? 0
                                     : (bytes - halfBytes - 16) / bitWidth + 1;
  const UnpackPlan plan(bitWidth);
  const __m256i order = _mm256_load_si256(reinterpret_cast<const __m256i*>(plan.bytes));
  const __m256i shifts = _mm256_load_si256(reinterpret_cast<const __m256i*>(plan.shifts));
  const __m256i mask = _mm256_set1_epi32(static_cast<int>((std::uint64_t{1} << bitWidth) - 1));
  __m256i highest = _mm256_setzero_si256();
  for (std::size_t group = 0; group < wideGroups; ++group, from += bitWidth, ids += kGroupValues) {
    const __m256i halves = _mm256_inserti128_si256(
        _mm256_castsi128_si256(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from))),
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + halfBytes)), 1);
    const __m256i eight =
        _mm256_and_si256(_mm256_srlv_epi32(_mm256_shuffle_epi8(halves, order), shifts), mask);
    highest = _mm256_max_epu32(highest, eight);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(ids), eight);
  }
  alignas(32) std::uint32_t lanes[8];
  _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), highest);
  return std::max(*std::max_element(lanes, lanes + 8),
                  scalar.unpack(from, groups - wideGroups, bitWidth, ids));
}

[[gnu::target("avx2,bmi2")]] std::size_t findEqualGroup(const std::uint32_t* ids,
                                                        std::size_t groups) {
  for (std::size_t group = 0; group < groups; ++group, ids += kGroupValues) {
    const __m256i eight = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(ids));
    const __m256i first = _mm256_broadcastd_epi32(_mm256_castsi256_si128(eight));
    const __m256i differences = _mm256_xor_si256(eight, first);
    if (_mm256_testz_si256(differences, differences) != 0) {
      return group;
    }
  }
  return groups;
}

}  // namespace

const IndexKernels kIndexKernelsAvx2 = {pack, unpack, findEqualGroup};

}  // namespace parquet_flow::encoding

#endif
