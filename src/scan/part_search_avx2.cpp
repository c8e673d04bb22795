// 32 places at a time: those where the part's first and last byte are right are looked at closer.
#include "scan/part_search.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>
#include <cstring>

namespace parquet_flow::scan {

[[gnu::target("avx2,bmi,bmi2,popcnt")]] std::size_t findPartAvx2(std::string_view bytes,
                                                                 std::string_view part,
                                                                 std::size_t from) noexcept {
  constexpr std::size_t kBlock = 32;
  const std::size_t last = part.size() - 1;
  const __m256i firstByte = _mm256_set1_epi8(part.front());
  const __m256i lastByte = _mm256_set1_epi8(part.back());
  std::size_t at = from;
  for (; at + last + kBlock <= bytes.size(); at += kBlock) {
    const char* const here = bytes.data() + at;
    const __m256i firsts = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(here));
    const __m256i lasts = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(here + last));
    auto places = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_and_si256(
        _mm256_cmpeq_epi8(firsts, firstByte), _mm256_cmpeq_epi8(lasts, lastByte))));
    for (; places != 0; places &= places - 1) {
      const auto place = static_cast<std::size_t>(std::countr_zero(places));
      if (std::memcmp(here + place, part.data(), part.size()) == 0) {
        return at + place;
      }
    }
  }
  return at < bytes.size() ? bytes.find(part, at) : SIZE_MAX;
}

}  // namespace parquet_flow::scan

#endif
