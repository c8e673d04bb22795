#include "base/clock.hpp"

#include <fcntl.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace parquet_flow {
namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
// Two brackets of 50 ns each, 20 ms apart, make the first rate good to 5 ppm.
constexpr std::int64_t kFirstMeasureNs = 20'000'000;
// The rate is taken over 30 to 60 s: long enough for parts per billion, short enough to follow a
// counter that drifts.
constexpr std::int64_t kRateWindowNs = 30 * kNsPerSecond;
// The narrowest of so many brackets is taken; one hit by an interrupt or the hypervisor is not.
constexpr int kBracketTries = 8;

std::int64_t readClock(clockid_t id) noexcept {
  timespec now{};
  clock_gettime(id, &now);
  return static_cast<std::int64_t>(now.tv_sec) * kNsPerSecond + now.tv_nsec;
}

std::int64_t scaleTicks(std::int64_t ticks, std::uint64_t nsPerTick) noexcept {
  return static_cast<std::int64_t>((Int128{ticks} * static_cast<Int128>(nsPerTick)) >>
                                   kNsPerTickShift);
}

std::int64_t ticksBetween(std::uint64_t from, std::uint64_t to) noexcept {
  return static_cast<std::int64_t>(to - from);
}

// 0 when the counter did not move, or moved backwards.
std::uint64_t measureNsPerTick(std::int64_t ns, std::int64_t ticks) noexcept {
  if (ns <= 0 || ticks <= 0) return 0;
  return static_cast<std::uint64_t>((Int128{ns} << kNsPerTickShift) / ticks);
}

bool hasInvariantTsc() noexcept {
#if defined(__x86_64__)
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  return __get_cpuid(0x80000007U, &eax, &ebx, &ecx, &edx) != 0 && (edx & (1U << 8)) != 0;
#else
  return false;
#endif
}

// The clock the kernel itself runs on; empty where /sys does not say.
struct ClocksourceName {
  std::array<char, 64> text = {};
  std::string_view view;
};
void readClocksource(ClocksourceName* name) noexcept {
  const int fd = open("/sys/devices/system/clocksource/clocksource0/current_clocksource",
                      O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  const ssize_t got = read(fd, name->text.data(), name->text.size());
  close(fd);
  if (got <= 0) return;
  name->view = {name->text.data(), static_cast<std::size_t>(got)};
  while (!name->view.empty() && name->view.back() == '\n') name->view.remove_suffix(1);
}

}  // namespace

std::uint64_t stampOf(TimeBase base) noexcept {
  if (base != TimeBase::kUtcNs) return 0;
  return static_cast<std::uint64_t>(readClock(CLOCK_REALTIME));
}

std::string_view clockReasonText(ClockReason reason) noexcept {
  switch (reason) {
    case ClockReason::kUsable:
      return "the time-stamp counter is usable";
    case ClockReason::kAsked:
      return "asked for";
    case ClockReason::kNoInvariantTsc:
      return "the processor has no invariant time-stamp counter";
    case ClockReason::kTscDistrusted:
      return "the kernel does not use the time-stamp counter";
    case ClockReason::kRateJumped:
      return "the time-stamp counter's rate jumped";
  }
  return "unknown";
}

ClockSources systemClockSources() noexcept {
  ClockSources sources{};
  sources.ticks = [](void*) { return readTicks(); };
  sources.monotonicRawNs = [](void*) { return readClock(CLOCK_MONOTONIC_RAW); };
  sources.realtimeNs = [](void*) { return readClock(CLOCK_REALTIME); };
  sources.sleepNs = [](void*, std::int64_t ns) {
    const timespec time{static_cast<time_t>(ns / kNsPerSecond),
                        static_cast<long>(ns % kNsPerSecond)};
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, nullptr);
  };
  sources.invariantTsc = hasInvariantTsc();
  ClocksourceName name;
  readClocksource(&name);
  // Clocks that a kernel falls back to when its watchdog finds the counters wrong or out of step.
  sources.tscDistrusted = name.view == "hpet" || name.view == "acpi_pm" ||
                          name.view == "refined-jiffies" || name.view == "jiffies";
  // Those the vDSO can read by itself; with any other, clock_gettime is a system call.
  sources.vdsoRealtime =
      getauxval(AT_SYSINFO_EHDR) != 0 &&
      (name.view == "tsc" || name.view == "kvm-clock" ||
       name.view == "hyperv_clocksource_tsc_page" || name.view == "arch_sys_counter");
  return sources;
}

Result<Clock> Clock::open(ClockChoice choice, const ClockSources& sources) {
  Clock clock(sources);
  const ClockReason tsc = !sources.invariantTsc   ? ClockReason::kNoInvariantTsc
                          : sources.tscDistrusted ? ClockReason::kTscDistrusted
                                                  : ClockReason::kUsable;
  switch (choice) {
    case ClockChoice::kAuto:
      if (tsc != ClockReason::kUsable) {
        clock.fallBack(tsc);
      } else if (!clock.startTicks()) {
        clock.fallBack(ClockReason::kNoInvariantTsc);
      }
      break;
    case ClockChoice::kTicks:
      if (tsc != ClockReason::kUsable || !clock.startTicks()) {
        return fail(
            ErrorCode::kUnsupported,
            "clock: " + std::string(clockReasonText(
                            tsc == ClockReason::kUsable ? ClockReason::kNoInvariantTsc : tsc)));
      }
      break;
    case ClockChoice::kSystem:
      if (!sources.vdsoRealtime) {
        return fail(ErrorCode::kUnsupported,
                    "clock: CLOCK_REALTIME takes a system call on this machine");
      }
      clock.base_ = TimeBase::kUtcNs;
      break;
    case ClockChoice::kWorker:
      break;
  }
  return clock;
}

void Clock::fallBack(ClockReason reason) noexcept {
  base_ = sources_.vdsoRealtime ? TimeBase::kUtcNs : TimeBase::kNone;
  reason_ = reason;
}

// False when the counter does not run.
bool Clock::startTicks() noexcept {
  rateFrom_ = takeSample().raw;
  sources_.sleepNs(sources_.context, kFirstMeasureNs);
  const Sample now = takeSample();
  const std::uint64_t nsPerTick =
      measureNsPerTick(now.raw.ns - rateFrom_.ns, ticksBetween(rateFrom_.ticks, now.raw.ticks));
  if (nsPerTick == 0) return false;
  rateFromNext_ = now.raw;
  epochTicks_ = now.utc.ticks;
  anchorAt(now, nsPerTick);
  base_ = TimeBase::kTicks;
  reason_ = ClockReason::kUsable;
  return true;
}

Clock::Sample Clock::takeSample() const noexcept {
  Sample best;
  for (int i = 0; i < kBracketTries; ++i) {
    const std::uint64_t before = sources_.ticks(sources_.context);
    const std::int64_t raw = sources_.monotonicRawNs(sources_.context);
    const std::uint64_t between = sources_.ticks(sources_.context);
    const std::int64_t utc = sources_.realtimeNs(sources_.context);
    const std::uint64_t after = sources_.ticks(sources_.context);
    const std::uint64_t rawHalf = (between - before + 1) / 2;
    const std::uint64_t utcHalf = (after - between + 1) / 2;
    if (i == 0 || rawHalf < best.raw.halfWidth) best.raw = {before + rawHalf, rawHalf, raw};
    if (i == 0 || utcHalf < best.utc.halfWidth) best.utc = {between + utcHalf, utcHalf, utc};
  }
  return best;
}

Clock::Refresh Clock::refresh() noexcept {
  if (base_ != TimeBase::kTicks) return Refresh::kNothing;
  const Sample now = takeSample();
  const std::int64_t jump = rateJump(now);
  if (jump != 0) {
    rateJumpPpb_ = jump;
    fallBack(ClockReason::kRateJumped);
    return Refresh::kLeftTicks;
  }
  const std::uint64_t measured =
      measureNsPerTick(now.raw.ns - rateFrom_.ns, ticksBetween(rateFrom_.ticks, now.raw.ticks));
  const std::uint64_t nsPerTick = measured != 0 ? measured : anchor_.nsPerTick;
  if (now.raw.ns - rateFromNext_.ns >= kRateWindowNs) {
    rateFrom_ = rateFromNext_;
    rateFromNext_ = now.raw;
  }
  const bool stepped = isStep(now);
  if (stepped) {
    before_ = anchor_;
    ++anchor_.epoch;
    epochTicks_ = now.utc.ticks;
  }
  anchorAt(now, nsPerTick);
  return stepped ? Refresh::kStepped : Refresh::kSteady;
}

// How far the rate since the last refresh is off, beyond what the brackets leave open; 0 when that
// is within kRateJumpPpb.
std::int64_t Clock::rateJump(const Sample& now) const noexcept {
  const std::int64_t ns = now.raw.ns - last_.raw.ns;
  if (ns <= 0) return 0;
  const std::int64_t counted =
      scaleTicks(ticksBetween(last_.raw.ticks, now.raw.ticks), anchor_.nsPerTick);
  const std::int64_t unsure = scaleTicks(
      static_cast<std::int64_t>(now.raw.halfWidth + last_.raw.halfWidth), anchor_.nsPerTick);
  const std::int64_t off = counted - ns;
  const std::int64_t offBeyondDoubt = std::abs(off) - unsure;
  if (offBeyondDoubt <= 0) return 0;
  const auto ppb = static_cast<std::int64_t>(Int128{offBeyondDoubt} * kNsPerSecond / ns);
  if (ppb <= kRateJumpPpb) return 0;
  return off < 0 ? -ppb : ppb;
}

// CLOCK_REALTIME moved against the counter by more than slewing can.
bool Clock::isStep(const Sample& now) const noexcept {
  const std::int64_t passed =
      scaleTicks(ticksBetween(last_.utc.ticks, now.utc.ticks), anchor_.nsPerTick);
  const std::int64_t moved = now.utc.ns - last_.utc.ns - passed;
  const std::int64_t unsure = scaleTicks(
      static_cast<std::int64_t>(now.utc.halfWidth + last_.utc.halfWidth), anchor_.nsPerTick);
  const auto slew = static_cast<std::int64_t>(Int128{std::abs(passed)} * kSlewPpb / kNsPerSecond);
  return std::abs(moved) > slew + unsure + 1'000;
}

void Clock::anchorAt(const Sample& now, std::uint64_t nsPerTick) noexcept {
  last_ = now;
  anchor_.ticks = now.utc.ticks;
  anchor_.utcNs = now.utc.ns;
  anchor_.nsPerTick = nsPerTick;
  anchor_.errorNs = scaleTicks(static_cast<std::int64_t>(now.utc.halfWidth), nsPerTick) + 1;
}

std::int64_t Clock::toUtcNs(std::uint64_t ticks) const noexcept {
  const bool isBefore = anchor_.epoch != 0 && ticksBetween(epochTicks_, ticks) < 0;
  const ClockAnchor& anchor = isBefore ? before_ : anchor_;
  return anchor.utcNs + scaleTicks(ticksBetween(anchor.ticks, ticks), anchor.nsPerTick);
}

}  // namespace parquet_flow
