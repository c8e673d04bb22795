// Open-loop arrivals: record k is due at a time that depends on the rate alone, never on when the
// records before it were done. One that comes late is handed over at once, and those behind it stay
// due when they were, so a stall shows in full instead of thinning out the load.
#pragma once

#include <chrono>
#include <cstdint>
#include <thread>

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#endif

namespace parquet_flow::load {

// Nanoseconds from the start at which record k is due.
//   ratePerSecond  1 .. 10^9.
//   burst          records that are due together, 1 ..; the rate stays the mean.
[[nodiscard]] constexpr std::uint64_t dueNs(std::uint64_t k, std::uint64_t ratePerSecond,
                                            std::uint64_t burst = 1) noexcept {
  const std::uint64_t first = k - k % burst;
  // In whole seconds and the rest, so that it is exact and does not overflow.
  return first / ratePerSecond * 1'000'000'000 +
         first % ratePerSecond * 1'000'000'000 / ratePerSecond;
}

class Pacer {
 public:
  using Clock = std::chrono::steady_clock;

  static constexpr std::uint64_t kFlatOut = 0;

  //   ratePerSecond  kFlatOut, or as dueNs.
  Pacer(std::uint64_t ratePerSecond, std::uint64_t burst, Clock::time_point start) noexcept
      : ratePerSecond_(ratePerSecond), burst_(burst), start_(start) {}

  // Returns once record k is due, and how late that is in nanoseconds; at once, and 0, flat out.
  // Sleeps while there is time, and spins through the last 100 us, which no sleep hits.
  std::uint64_t waitUntilDue(std::uint64_t k) const {
    if (ratePerSecond_ == kFlatOut) {
      return 0;
    }
    const Clock::time_point due =
        start_ + std::chrono::nanoseconds(dueNs(k, ratePerSecond_, burst_));
    Clock::time_point now = Clock::now();
    while (now < due) {
      if (due - now > 2 * kSpin) {
        std::this_thread::sleep_until(due - kSpin);
      } else {
        relax();
      }
      now = Clock::now();
    }
    return static_cast<std::uint64_t>((now - due).count());
  }

 private:
  static constexpr std::chrono::nanoseconds kSpin{100'000};

  static void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
    _mm_pause();
#endif
  }

  std::uint64_t ratePerSecond_;
  std::uint64_t burst_;
  Clock::time_point start_;
};

}  // namespace parquet_flow::load
