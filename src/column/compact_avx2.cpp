// Compaction with AVX2 and BMI2.
//
// Four or eight bits of the mask pick a permutation that brings the lanes to keep to the front, in
// order; all lanes are stored, and the next store begins where the kept ones end. Of bytes and
// 16-bit values, which AVX2 cannot permute across a register, `pext` keeps eight or four in a
// general one.
#include "column/compact.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <array>
#include <bit>

#include "base/bytes.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

#define PF_AVX2 [[gnu::target("avx2,bmi,bmi2,popcnt")]]

// The numbers of the set bits of `bits`, a byte each.
constexpr std::uint64_t setBits(unsigned bits) {
  std::uint64_t numbers = 0;
  unsigned kept = 0;
  for (unsigned bit = 0; bit < 8; ++bit) {
    if ((bits >> bit & 1) != 0) {
      numbers |= std::uint64_t{bit} << (8 * kept++);
    }
  }
  return numbers;
}

// For eight lanes of 32 bits, and for four of 64 bits, which are two of those each.
constexpr auto kLanes32 = [] {
  std::array<std::uint64_t, 256> lanes{};
  for (unsigned bits = 0; bits < 256; ++bits) {
    lanes[bits] = setBits(bits);
  }
  return lanes;
}();
constexpr auto kLanes64 = [] {
  std::array<std::uint64_t, 16> lanes{};
  for (unsigned bits = 0; bits < 16; ++bits) {
    unsigned pairs = 0;
    for (unsigned bit = 0; bit < 4; ++bit) {
      pairs |= (bits >> bit & 1) * 3 << (2 * bit);
    }
    lanes[bits] = setBits(pairs);
  }
  return lanes;
}();

// `kPerStep` values of `kWidth` bytes are 32 bytes.
template <std::size_t kWidth>
PF_AVX2 std::size_t compactLanes(const std::byte* from, const std::uint64_t* mask,
                                 std::size_t slots, std::byte* to) noexcept {
  constexpr unsigned kPerStep = 32 / kWidth;
  constexpr std::uint64_t kStepMask = (1U << kPerStep) - 1;
  std::byte* const begin = to;
  const std::size_t whole = slots / 64 * 64;
  for (std::size_t first = 0; first < whole; first += 64) {
    std::uint64_t word = mask[first / 64];
    if (word == 0) {  // in sparse columns nearly all: the values need not even be in the cache
      from += 64 * kWidth;
      continue;
    }
    for (unsigned step = 0; step < 64 / kPerStep; ++step, word >>= kPerStep) {
      const auto bits = static_cast<unsigned>(word & kStepMask);
      const std::uint64_t lanes = kWidth == 4 ? kLanes32[bits] : kLanes64[bits % 16];
      const __m256i permutation =
          _mm256_cvtepu8_epi32(_mm_cvtsi64_si128(static_cast<long long>(lanes)));
      const __m256i values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to),
                          _mm256_permutevar8x32_epi32(values, permutation));
      from += 32;
      to += static_cast<unsigned>(std::popcount(bits)) * kWidth;
    }
  }
  auto kept = static_cast<std::size_t>(to - begin) / kWidth;
  const CompactKernels& scalar = scalarCompactKernels();
  kept += (kWidth == 4 ? scalar.width4 : scalar.width8)(from, mask + whole / 64, slots - whole, to);
  return kept;
}

template <std::size_t kWidth>
PF_AVX2 std::size_t compactSmall(const std::byte* from, const std::uint64_t* mask,
                                 std::size_t slots, std::byte* to) noexcept {
  constexpr unsigned kPerStep = 8 / kWidth;
  constexpr std::uint64_t kStepMask = (1U << kPerStep) - 1;
  constexpr std::uint64_t kLow = kWidth == 1 ? 0x0101010101010101 : 0x0001000100010001;
  constexpr std::uint64_t kAll = kWidth == 1 ? 0xFF : 0xFFFF;
  std::byte* const begin = to;
  const std::size_t whole = slots / 64 * 64;
  for (std::size_t first = 0; first < whole; first += 64) {
    std::uint64_t word = mask[first / 64];
    for (unsigned step = 0; step < 64 / kPerStep; ++step, word >>= kPerStep) {
      const std::uint64_t bits = word & kStepMask;
      storeLe(to, _pext_u64(loadLe<std::uint64_t>(from), _pdep_u64(bits, kLow) * kAll));
      from += 8;
      to += static_cast<unsigned>(std::popcount(bits)) * kWidth;
    }
  }
  auto kept = static_cast<std::size_t>(to - begin) / kWidth;
  const CompactKernels& scalar = scalarCompactKernels();
  kept += (kWidth == 1 ? scalar.width1 : scalar.width2)(from, mask + whole / 64, slots - whole, to);
  return kept;
}

PF_AVX2 std::size_t compactBits64(const std::uint8_t* from, std::uint64_t bitOffset,
                                  const std::uint64_t* mask, std::size_t slots,
                                  std::uint8_t* to) noexcept {
  std::uint64_t gathered = 0;
  std::size_t kept = 0;
  for (std::size_t first = 0; first < slots; first += 64, ++mask) {
    const std::uint64_t bits =
        loadBits(from, bitOffset + first, std::min<std::size_t>(slots - first, 64));
    const std::uint64_t packed = _pext_u64(bits, *mask);
    const auto count = static_cast<std::size_t>(std::popcount(*mask));
    const std::size_t begun = kept % 64;
    gathered |= packed << begun;
    kept += count;
    if (begun + count >= 64) {
      storeLe(to, gathered);
      to += 8;
      gathered = begun == 0 ? 0 : packed >> (64 - begun);
    }
  }
  storeLe(to, gathered);
  return kept;
}

#undef PF_AVX2

}  // namespace

const CompactKernels* avx2CompactKernels() noexcept {
  static const CompactKernels kAvx2 = {
      .width1 = compactSmall<1>,
      .width2 = compactSmall<2>,
      .width4 = compactLanes<4>,
      .width8 = compactLanes<8>,
      .width16 = scalarCompactKernels().width16,
      .bits = compactBits64,
  };
  return &kAvx2;
}

}  // namespace parquet_flow::column

#else

namespace parquet_flow::column {

const CompactKernels* avx2CompactKernels() noexcept { return nullptr; }

}  // namespace parquet_flow::column

#endif
