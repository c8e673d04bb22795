// Levels are few and small: each is compared with all, 32 at a time, and the hits are counted in
// bytes until those could overflow. The last level is what the others leave.
#include <immintrin.h>

#include <algorithm>
#include <cstring>

#include "stats/size_statistics.hpp"

namespace parquet_flow::stats {
namespace {

constexpr std::size_t kLaneBytes = 32;
// Up to here 6.5 GB/s and more, bench/micro_stats; tables have 3 at any maximum.
constexpr std::uint8_t kMaxLevelCompared = 15;
// A byte counts this many hits.
constexpr std::size_t kVectorsPerSum = 255;

// How often `level` is in `vectors` <= kVectorsPerSum vectors.
[[gnu::target("avx2,bmi2")]] std::uint64_t countOne(const std::uint8_t* levels, std::size_t vectors,
                                                    std::uint8_t level) noexcept {
  const __m256i wanted = _mm256_set1_epi8(static_cast<char>(level));
  __m256i hits = _mm256_setzero_si256();
  for (std::size_t i = 0; i < vectors; ++i) {
    const __m256i lane =
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(levels + i * kLaneBytes));
    hits = _mm256_sub_epi8(hits, _mm256_cmpeq_epi8(lane, wanted));
  }
  std::uint64_t sums[4];
  const __m256i sum = _mm256_sad_epu8(hits, _mm256_setzero_si256());
  std::memcpy(sums, &sum, sizeof sums);
  return sums[0] + sums[1] + sums[2] + sums[3];
}

}  // namespace

void countLevelsAvx2(const std::uint8_t* levels, std::size_t count, std::uint8_t maxLevel,
                     std::uint64_t* counts) noexcept {
  std::size_t position = 0;
  if (maxLevel <= kMaxLevelCompared) {
    // Blocks stay in the first-level cache while they are read once a level.
    while (count - position >= kLaneBytes) {
      const std::size_t vectors = std::min((count - position) / kLaneBytes, kVectorsPerSum);
      std::uint64_t rest = vectors * kLaneBytes;
      for (std::uint8_t level = 0; level < maxLevel; ++level) {
        const std::uint64_t hits = countOne(levels + position, vectors, level);
        counts[level] += hits;
        rest -= hits;
      }
      counts[maxLevel] += rest;
      position += vectors * kLaneBytes;
    }
  }
  countLevels(SimdLevel::kScalar)(levels + position, count - position, maxLevel, counts);
}

}  // namespace parquet_flow::stats
