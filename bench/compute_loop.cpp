#include "compute_loop.hpp"

#include <chrono>
#include <thread>
#include <vector>

#include "contact/random.hpp"

namespace parquet_flow::bench {
namespace {

constexpr std::uint64_t kComputeSteps = 60'000'000;

}  // namespace

double computeSeconds(std::uint64_t threads, std::uint64_t& checksum) {
  std::vector<std::uint64_t> sums(threads * 16);  // a pair of cache lines each
  std::vector<std::thread> running;
  running.reserve(threads);
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < threads; ++i) {
    running.emplace_back([&sum = sums[i * 16], i] {
      std::uint64_t value = i;
      for (std::uint64_t step = 0; step < kComputeSteps; ++step) {
        value = contact::mix64(value + step);
      }
      sum = value;
    });
  }
  for (std::thread& thread : running) {
    thread.join();
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  for (const std::uint64_t sum : sums) {
    checksum += sum;  // of any number of rounds
  }
  return elapsed.count();
}

}  // namespace parquet_flow::bench
