// Time: what a hot thread stamps a record with, and how the worker makes nanoseconds UTC of it.
//
// A stamp is a read of the time-stamp counter, not fenced, where the processor says that the
// counter runs at one rate in every state of power (CPUID 8000_0007h, EDX bit 8) and the kernel has
// not found otherwise. The worker converts: rate and offset are kept apart. The rate comes from
// CLOCK_MONOTONIC_RAW, which nobody adjusts; the offset to CLOCK_REALTIME from an anchor, a pair of
// readings taken at the same moment as far as a bracket of two counter reads tells. Where there is
// no such counter, CLOCK_REALTIME itself is the stamp if the vDSO answers it without entering the
// kernel; else the worker stamps records when it finds them.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/status.hpp"

namespace parquet_flow {

// What a time counts. The values stand in records.
enum class TimeBase : std::uint16_t {
  kTicks = 1,  // of the counter, for Clock::toUtcNs
  kUtcNs = 2,  // nanoseconds since 1970-01-01T00:00:00Z, as CLOCK_REALTIME has them
  kNone = 3,   // nothing: the time is 0, the worker stamps
};
[[nodiscard]] constexpr bool isTimeBase(TimeBase base) noexcept {
  return base >= TimeBase::kTicks && base <= TimeBase::kNone;
}

// The time-stamp counter. Not fenced: it may be read some instructions early or late.
[[nodiscard, gnu::always_inline]] inline std::uint64_t readTicks() noexcept {
#if defined(__x86_64__)
  return __builtin_ia32_rdtsc();
#else
  return 0;  // no clock of this build has the base kTicks
#endif
}

// A stamp of the other two bases. No system call where Clock::open chose the base.
[[nodiscard]] std::uint64_t stampOf(TimeBase base) noexcept;

enum class ClockChoice : std::uint8_t {
  kAuto,    // the first of the following that this machine has
  kTicks,   // the counter
  kSystem,  // CLOCK_REALTIME through the vDSO
  kWorker,  // the worker stamps
};

// Why the clock has the base it has.
enum class ClockReason : std::uint8_t {
  kUsable,          // the counter is good
  kAsked,           // the caller chose it
  kNoInvariantTsc,  // the processor does not promise a constant, nonstop counter
  kTscDistrusted,   // the kernel runs on a worse clock, so it has found the counter bad
  kRateJumped,      // the counter's rate changed while we ran
};
// "the processor has no invariant time-stamp counter", ...
[[nodiscard]] std::string_view clockReasonText(ClockReason reason) noexcept;

// Where readings come from; a test puts its own here.
struct ClockSources {
  std::uint64_t (*ticks)(void* context);
  std::int64_t (*monotonicRawNs)(void* context);
  std::int64_t (*realtimeNs)(void* context);
  void (*sleepNs)(void* context, std::int64_t ns);
  void* context = nullptr;
  bool invariantTsc = false;   // what the processor says
  bool tscDistrusted = false;  // what the kernel has found
  bool vdsoRealtime = false;   // CLOCK_REALTIME takes no system call
};
[[nodiscard]] ClockSources systemClockSources() noexcept;

// ticks and utcNs are the same moment, give or take errorNs.
struct ClockAnchor {
  std::uint64_t ticks = 0;
  std::int64_t utcNs = 0;
  std::uint64_t nsPerTick = 0;  // times 2^kNsPerTickShift
  std::int64_t errorNs = 0;
  std::uint64_t epoch = 0;  // grows by 1 with every step of CLOCK_REALTIME
};
inline constexpr unsigned kNsPerTickShift = 40;
// How often the worker calls refresh().
inline constexpr std::int64_t kClockRefreshNs = 500'000'000;
// A change of rate from one refresh to the next that means the counter is not what it was.
inline constexpr std::int64_t kRateJumpPpb = 500'000;
// CLOCK_REALTIME may be slewed by this much without it being a step: the kernel's own limit for
// frequency is 500 ppm, and adjtime's is as much again.
inline constexpr std::int64_t kSlewPpb = 1'000'000;

// Threads: one at a time, the worker.
class Clock {
 public:
  enum class Refresh : std::uint8_t {
    kSteady,     // a new anchor
    kStepped,    // a new anchor, and a new epoch: CLOCK_REALTIME was set
    kLeftTicks,  // the rate jumped: base() has changed, producers must be told
    kNothing,    // this base has no anchors
  };

  // Chooses the base, and measures the rate for 20 ms where it is kTicks.
  // Fails with kUnsupported when the choice is one this machine does not have.
  [[nodiscard]] static Result<Clock> open(ClockChoice choice,
                                          const ClockSources& sources = systemClockSources());

  [[nodiscard]] Refresh refresh() noexcept;

  // What producers are to stamp now.
  [[nodiscard]] TimeBase base() const noexcept { return base_; }
  [[nodiscard]] ClockReason reason() const noexcept { return reason_; }
  // The last one; all zero if the base was never kTicks.
  [[nodiscard]] const ClockAnchor& anchor() const noexcept { return anchor_; }
  // The change of rate that ended kTicks, in parts per billion; 0 when none did.
  [[nodiscard]] std::int64_t rateJumpPpb() const noexcept { return rateJumpPpb_; }

  // Nanoseconds UTC of a counter read. Uses the epoch that was open when the counter stood there,
  // as far as the one before the current; good for reads made before kLeftTicks too.
  [[nodiscard]] std::int64_t toUtcNs(std::uint64_t ticks) const noexcept;
  // CLOCK_REALTIME now.
  [[nodiscard]] std::int64_t utcNowNs() const noexcept {
    return sources_.realtimeNs(sources_.context);
  }

 private:
  // A reading of another clock, and the counter around it.
  struct Reading {
    std::uint64_t ticks = 0;      // the middle of the bracket
    std::uint64_t halfWidth = 0;  // of the bracket, in ticks
    std::int64_t ns = 0;
  };
  struct Sample {
    Reading raw;
    Reading utc;
  };

  explicit Clock(const ClockSources& sources) noexcept : sources_(sources) {}
  void fallBack(ClockReason reason) noexcept;
  [[nodiscard]] bool startTicks() noexcept;
  [[nodiscard]] Sample takeSample() const noexcept;
  [[nodiscard]] std::int64_t rateJump(const Sample& now) const noexcept;
  [[nodiscard]] bool isStep(const Sample& now) const noexcept;
  void anchorAt(const Sample& now, std::uint64_t nsPerTick) noexcept;

  ClockSources sources_;
  TimeBase base_ = TimeBase::kNone;
  ClockReason reason_ = ClockReason::kAsked;
  Sample last_;           // of the last refresh
  Reading rateFrom_;      // the rate is measured from here,
  Reading rateFromNext_;  // and from here when that is old
  ClockAnchor anchor_;
  ClockAnchor before_;            // the last anchor of the epoch before
  std::uint64_t epochTicks_ = 0;  // where the current epoch begins
  std::int64_t rateJumpPpb_ = 0;
};

}  // namespace parquet_flow
