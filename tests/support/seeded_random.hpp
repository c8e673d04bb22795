// Random numbers that a failing run can be repeated with.
#pragma once

#include <cstdint>
#include <random>

#include "base/bytes.hpp"

namespace parquet_flow::test {

// Seeded from $PF_TEST_SEED, else from the system, and prints "PF_TEST_SEED=<seed>" when made.
class SeededRandom {
 public:
  SeededRandom();

  [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
  [[nodiscard]] std::mt19937_64& engine() noexcept { return engine_; }

  [[nodiscard]] std::uint64_t bits() { return engine_(); }
  // 0 .. bound - 1; bound is at least 1.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);
  // min .. max.
  [[nodiscard]] std::int64_t between(std::int64_t min, std::int64_t max);
  // True `numerator` times in `denominator`.
  [[nodiscard]] bool chance(std::uint64_t numerator, std::uint64_t denominator) {
    return below(denominator) < numerator;
  }
  void fill(MutableBytes into);

 private:
  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace parquet_flow::test
