#include "machine.hpp"

#include <unistd.h>
#include <x86intrin.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <thread>
#include <vector>

#include "subjects.hpp"

namespace parquet_flow::bench {

double stealMs() {
  std::FILE* const stat = std::fopen("/proc/stat", "re");
  if (stat == nullptr) return 0;
  unsigned long long steal = 0;
  const int found =
      std::fscanf(stat, "cpu %*u %*u %*u %*u %*u %*u %*u %llu", &steal);  // the eighth number
  std::fclose(stat);
  const long ticksPerSecond = sysconf(_SC_CLK_TCK);
  return found == 1 ? static_cast<double>(steal) * 1e3 / static_cast<double>(ticksPerSecond) : 0;
}

double lineTransferNs(int cpu, int otherCpu, double nsPerTick) {
  constexpr std::uint64_t kTrips = 20'000;
  alignas(128) std::atomic<std::uint64_t> ball{0};
  std::thread other([&ball, otherCpu] {
    pinThisThread(otherCpu);
    for (std::uint64_t i = 1; i < 2 * kTrips; i += 2) {
      while (ball.load(std::memory_order_acquire) != i) {
      }
      ball.store(i + 1, std::memory_order_release);
    }
  });
  pinThisThread(cpu);
  std::vector<std::uint64_t> ticks(kTrips);
  for (std::uint64_t i = 0; i < kTrips; ++i) {
    const std::uint64_t start = __rdtsc();
    ball.store(2 * i + 1, std::memory_order_release);
    while (ball.load(std::memory_order_acquire) != 2 * i + 2) {
    }
    ticks[i] = __rdtsc() - start;
  }
  other.join();
  std::nth_element(ticks.begin(), ticks.begin() + kTrips / 2, ticks.end());
  return static_cast<double>(ticks[kTrips / 2]) * nsPerTick / 2;
}

}  // namespace parquet_flow::bench
