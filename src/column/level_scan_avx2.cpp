// The instruction POPCNT, which every processor with AVX2 has and x86-64's baseline has not:
// without it the compiler calls a function of tables for each word.
#include "column/level_scan.hpp"

#if defined(__x86_64__)

#include <bit>

#include "base/bytes.hpp"

namespace parquet_flow::column {

[[gnu::target("popcnt")]] std::size_t countWordsAvx2(const std::uint8_t* bits,
                                                     std::size_t words) noexcept {
  std::size_t set = 0;
  for (std::size_t i = 0; i < words; ++i) {
    set += static_cast<std::size_t>(std::popcount(loadLe<std::uint64_t>(bits + 8 * i)));
  }
  return set;
}

}  // namespace parquet_flow::column

#endif
