#include "support/seeded_random.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace parquet_flow::test {
namespace {

std::uint64_t chooseSeed() {
  if (const char* given = std::getenv("PF_TEST_SEED"); given != nullptr) {
    return std::strtoull(given, nullptr, 0);
  }
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace

SeededRandom::SeededRandom() : seed_(chooseSeed()), engine_(seed_) {
  std::printf("PF_TEST_SEED=%" PRIu64 "\n", seed_);
  std::fflush(stdout);  // a crash must not take the seed with it
}

std::uint64_t SeededRandom::below(std::uint64_t bound) {
  return std::uniform_int_distribution<std::uint64_t>(0, bound - 1)(engine_);
}

std::int64_t SeededRandom::between(std::int64_t min, std::int64_t max) {
  return std::uniform_int_distribution<std::int64_t>(min, max)(engine_);
}

void SeededRandom::fill(MutableBytes into) {
  while (!into.empty()) {
    const std::uint64_t word = bits();
    const std::size_t bytes = std::min(into.size(), sizeof word);
    std::memcpy(into.data(), &word, bytes);
    into = into.subspan(bytes);
  }
}

}  // namespace parquet_flow::test
