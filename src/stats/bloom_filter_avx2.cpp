// A block is one vector: its eight words are multiplied, shifted and set at once.
#include <immintrin.h>

#include "stats/bloom_filter.hpp"

namespace parquet_flow::stats {
namespace {

// Filters beyond the second-level cache: the block is fetched while those before are set.
constexpr std::size_t kAhead = 16;

[[gnu::target("avx2,bmi2")]] void insert(std::byte* bits, std::uint64_t blocks,
                                         const std::uint64_t* hashes, std::size_t count) noexcept {
  const __m256i salt = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(kBloomSalt));
  const __m256i one = _mm256_set1_epi32(1);
  for (std::size_t i = 0; i < count; ++i) {
    if (i + kAhead < count) {
      const std::uint64_t next = ((hashes[i + kAhead] >> 32U) * blocks) >> 32U;
      _mm_prefetch(reinterpret_cast<const char*>(bits + next * kBloomBlockBytes), _MM_HINT_T0);
    }
    auto* block = reinterpret_cast<__m256i*>(bits + (((hashes[i] >> 32U) * blocks) >> 32U) *
                                                        kBloomBlockBytes);
    const __m256i lower =
        _mm256_set1_epi32(static_cast<int>(static_cast<std::uint32_t>(hashes[i])));
    const __m256i places = _mm256_srli_epi32(_mm256_mullo_epi32(lower, salt), 27);
    const __m256i mask = _mm256_sllv_epi32(one, places);
    _mm256_store_si256(block, _mm256_or_si256(_mm256_load_si256(block), mask));
  }
}

// Set bits of each 32.
[[gnu::target("avx2,bmi2"), gnu::always_inline]] inline __m256i popcount32(__m256i words) {
  const __m256i low = _mm256_set1_epi8(0x0F);
  const __m256i table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                         0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  const __m256i bytes = _mm256_add_epi8(
      _mm256_shuffle_epi8(table, _mm256_and_si256(words, low)),
      _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(words, 4), low)));
  return _mm256_madd_epi16(_mm256_maddubs_epi16(bytes, _mm256_set1_epi8(1)), _mm256_set1_epi16(1));
}

[[gnu::target("avx2,bmi2")]] double rate(const std::byte* bits, std::uint64_t blocks,
                                         unsigned foldings) noexcept {
  const std::uint64_t together = std::uint64_t{1} << foldings;
  // A product of eight counts of at most 32 is below 2^41: exact as a double, and so is a sum of
  // 2^12 of them. 2^-40 takes the 32s off.
  double sum = 0;
  for (std::uint64_t b = 0; b < blocks; b += together) {
    const auto* block = reinterpret_cast<const __m256i*>(bits + b * kBloomBlockBytes);
    __m256i words = _mm256_load_si256(block);
    for (std::uint64_t k = 1; k < together; ++k) {
      words = _mm256_or_si256(words, _mm256_load_si256(block + k));
    }
    const __m256i counts = popcount32(words);
    const __m256d product = _mm256_mul_pd(_mm256_cvtepi32_pd(_mm256_castsi256_si128(counts)),
                                          _mm256_cvtepi32_pd(_mm256_extracti128_si256(counts, 1)));
    const __m128d pair =
        _mm_mul_pd(_mm256_castpd256_pd128(product), _mm256_extractf128_pd(product, 1));
    sum += _mm_cvtsd_f64(_mm_mul_sd(pair, _mm_unpackhi_pd(pair, pair)));
  }
  const std::uint64_t folded = blocks / together;
  return sum * 0x1p-40 / static_cast<double>(folded);
}

}  // namespace

constinit const BloomKernels kBloomKernelsAvx2 = {.insert = insert, .rate = rate};

}  // namespace parquet_flow::stats
