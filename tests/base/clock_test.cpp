// Goal: a counter read becomes the right nanosecond, through drift, slewing, steps and broken
// counters; and a machine without a usable counter is told so, not believed. Method: a made-up
// machine whose time passes by a little with every reading of it, so that true time is known at
// every moment; then a look at the real one.
#include "base/clock.hpp"

#include <gtest/gtest.h>
#include <time.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace parquet_flow {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStartUtcNs = 1'732'147'200 * kSecond;  // 2024-11-21T00:00:00Z

class Machine {
 public:
  double ticksPerNs = 2.6;
  std::int64_t readingNs = 25;   // what one reading of any clock takes
  std::int64_t interruptNs = 0;  // besides, for every reading
  std::int64_t realtimePpm = 0;  // how much faster than MONOTONIC_RAW it is slewed

  ClockSources sources() {
    ClockSources sources{};
    sources.ticks = [](void* self) { return of(self).ticks(); };
    sources.monotonicRawNs = [](void* self) { return of(self).raw(); };
    sources.realtimeNs = [](void* self) { return of(self).realtime(); };
    sources.sleepNs = [](void* self, std::int64_t ns) { of(self).pass(ns); };
    sources.context = this;
    sources.invariantTsc = true;
    sources.vdsoRealtime = true;
    return sources;
  }
  void pass(std::int64_t ns) {
    nowNs_ += ns;
    ticks_ += static_cast<double>(ns) * ticksPerNs;
    realtimeOffsetNs_ += static_cast<double>(ns) * static_cast<double>(realtimePpm) / 1e6;
  }
  void step(std::int64_t ns) { realtimeOffsetNs_ += static_cast<double>(ns); }
  void turnCounterBack() { ticks_ = 0; }

  // What a producer stamps, and the true time then; takes no time.
  std::uint64_t stamp() const { return static_cast<std::uint64_t>(ticks_); }
  std::int64_t trueUtcNs() const {
    return kStartUtcNs + nowNs_ + static_cast<std::int64_t>(realtimeOffsetNs_);
  }

 private:
  static Machine& of(void* self) { return *static_cast<Machine*>(self); }
  std::uint64_t ticks() {
    pass(readingNs + interruptNs);
    return stamp();
  }
  std::int64_t raw() {
    pass(readingNs + interruptNs);
    return nowNs_;
  }
  std::int64_t realtime() {
    pass(readingNs + interruptNs);
    return trueUtcNs();
  }

  std::int64_t nowNs_ = 0;
  double ticks_ = 5e12;
  double realtimeOffsetNs_ = 0;
};

Clock openOrFail(ClockChoice choice, const ClockSources& sources) {
  auto clock = Clock::open(choice, sources);
  if (!clock) {
    ADD_FAILURE() << clock.error().message();
    std::abort();
  }
  return *clock;
}

std::int64_t errorNow(const Clock& clock, const Machine& machine) {
  return std::abs(clock.toUtcNs(machine.stamp()) - machine.trueUtcNs());
}

TEST(Clock, anchorIsWithinTheErrorItStates) {
  Machine machine;
  Clock clock = openOrFail(ClockChoice::kAuto, machine.sources());
  EXPECT_EQ(clock.base(), TimeBase::kTicks);
  EXPECT_EQ(clock.reason(), ClockReason::kUsable);
  EXPECT_EQ(clock.anchor().epoch, 0U);
  EXPECT_LE(clock.anchor().errorNs, 27) << "half of the 50 ns between two counter reads, rounded";
  EXPECT_LE(errorNow(clock, machine), clock.anchor().errorNs + 1);
}

TEST(Clock, readsBetweenRefreshesAreConverted) {
  Machine machine;
  Clock clock = openOrFail(ClockChoice::kTicks, machine.sources());
  for (int i = 0; i < 200; ++i) {
    machine.pass(kClockRefreshNs / 2);
    // The first rate is from 20 ms between two brackets; later ones from up to a minute.
    const std::int64_t allowed = i < 2 ? 2'000 : 100;
    ASSERT_LE(errorNow(clock, machine), allowed) << i;
    machine.pass(kClockRefreshNs / 2);
    ASSERT_EQ(clock.refresh(), Clock::Refresh::kSteady);
    ASSERT_LE(errorNow(clock, machine), 50) << i;
  }
}

TEST(Clock, readsFromBeforeTheAnchorAreConvertedToo) {
  Machine machine;
  Clock clock = openOrFail(ClockChoice::kTicks, machine.sources());
  const std::uint64_t stamp = machine.stamp();
  const std::int64_t then = machine.trueUtcNs();
  machine.pass(kClockRefreshNs);
  ASSERT_EQ(clock.refresh(), Clock::Refresh::kSteady);
  EXPECT_LE(std::abs(clock.toUtcNs(stamp) - then), 2'000);
}

TEST(Clock, slewingIsFollowedAndIsNoStep) {
  for (const std::int64_t ppm : {500, -500}) {
    Machine machine;
    machine.realtimePpm = ppm;
    Clock clock = openOrFail(ClockChoice::kTicks, machine.sources());
    for (int i = 0; i < 20; ++i) {
      machine.pass(kClockRefreshNs);
      ASSERT_EQ(clock.refresh(), Clock::Refresh::kSteady);
      ASSERT_LE(errorNow(clock, machine), 50);
    }
    EXPECT_EQ(clock.anchor().epoch, 0U);
  }
}

class ClockStep : public testing::TestWithParam<std::int64_t> {};

TEST_P(ClockStep, opensANewEpochAndLeavesTheOldOneItsTime) {
  Machine machine;
  Clock clock = openOrFail(ClockChoice::kTicks, machine.sources());
  machine.pass(kClockRefreshNs);
  ASSERT_EQ(clock.refresh(), Clock::Refresh::kSteady);
  machine.pass(kClockRefreshNs - 10 * kMs);
  const std::uint64_t before = machine.stamp();
  const std::int64_t trueBefore = machine.trueUtcNs();
  machine.pass(10 * kMs);
  machine.step(GetParam());
  EXPECT_EQ(clock.refresh(), Clock::Refresh::kStepped);
  EXPECT_EQ(clock.anchor().epoch, 1U);
  EXPECT_LE(errorNow(clock, machine), 50);
  EXPECT_LE(std::abs(clock.toUtcNs(before) - trueBefore), 5'000) << "stamped before the step";
  machine.pass(kClockRefreshNs);
  EXPECT_EQ(clock.refresh(), Clock::Refresh::kSteady);
  EXPECT_EQ(clock.anchor().epoch, 1U);
  EXPECT_LE(std::abs(clock.toUtcNs(before) - trueBefore), 5'000) << "and still";
}

INSTANTIATE_TEST_SUITE_P(Clock, ClockStep,
                         testing::Values(2 * kMs, -2 * kMs, kSecond, -kSecond, 3'600 * kSecond,
                                         -3'600 * kSecond));

TEST(Clock, rateJumpAboveTheLimitLeavesTicks) {
  for (const double factor : {1.0006, 0.9994, 1.5, 0.5}) {
    Machine machine;
    Clock clock = openOrFail(ClockChoice::kTicks, machine.sources());
    machine.pass(kClockRefreshNs);
    ASSERT_EQ(clock.refresh(), Clock::Refresh::kSteady);
    const std::uint64_t before = machine.stamp();
    const std::int64_t trueBefore = machine.trueUtcNs();
    machine.ticksPerNs *= factor;
    machine.pass(kClockRefreshNs);
    EXPECT_EQ(clock.refresh(), Clock::Refresh::kLeftTicks) << factor;
    EXPECT_EQ(clock.base(), TimeBase::kUtcNs);
    EXPECT_EQ(clock.reason(), ClockReason::kRateJumped);
    const double jump = (factor - 1) * 1e9;
    EXPECT_NEAR(static_cast<double>(clock.rateJumpPpb()), jump, 10'000) << factor;
    EXPECT_LE(std::abs(clock.toUtcNs(before) - trueBefore), 5'000) << "stamped before the jump";
    EXPECT_EQ(clock.refresh(), Clock::Refresh::kNothing) << "there is no way back";
  }
}

TEST(Clock, rateChangeBelowTheLimitIsFollowed) {
  Machine machine;
  Clock clock = openOrFail(ClockChoice::kTicks, machine.sources());
  machine.pass(kClockRefreshNs);
  ASSERT_EQ(clock.refresh(), Clock::Refresh::kSteady);
  machine.ticksPerNs *= 1.0003;
  for (int i = 0; i < 240; ++i) {
    machine.pass(kClockRefreshNs);
    ASSERT_EQ(clock.refresh(), Clock::Refresh::kSteady) << i;
    ASSERT_LE(errorNow(clock, machine), 50) << i;
  }
  machine.pass(kClockRefreshNs);
  EXPECT_LE(errorNow(clock, machine), 100) << "the rate is that of the last minute";
}

TEST(Clock, counterThatGoesBackLeavesTicks) {
  Machine machine;
  Clock clock = openOrFail(ClockChoice::kTicks, machine.sources());
  machine.pass(kClockRefreshNs);
  machine.turnCounterBack();
  EXPECT_EQ(clock.refresh(), Clock::Refresh::kLeftTicks);
}

TEST(Clock, withoutVdsoTheWorkerStampsOnceTicksAreLeft) {
  Machine machine;
  ClockSources sources = machine.sources();
  sources.vdsoRealtime = false;
  Clock clock = openOrFail(ClockChoice::kTicks, sources);
  machine.ticksPerNs *= 2;
  machine.pass(kClockRefreshNs);
  EXPECT_EQ(clock.refresh(), Clock::Refresh::kLeftTicks);
  EXPECT_EQ(clock.base(), TimeBase::kNone);
}

TEST(Clock, interruptedReadingsAreUnsureNotWrong) {
  // Every reading takes a millisecond: brackets of 2 ms, 4000 ppm of half a second.
  Machine machine;
  Clock clock = openOrFail(ClockChoice::kTicks, machine.sources());
  machine.pass(kClockRefreshNs);
  ASSERT_EQ(clock.refresh(), Clock::Refresh::kSteady);
  machine.interruptNs = kMs;
  machine.pass(kClockRefreshNs);
  EXPECT_EQ(clock.refresh(), Clock::Refresh::kSteady);
  EXPECT_GE(clock.anchor().errorNs, kMs);
  EXPECT_LE(errorNow(clock, machine), clock.anchor().errorNs);
  machine.interruptNs = 0;
  machine.pass(kClockRefreshNs);
  EXPECT_EQ(clock.refresh(), Clock::Refresh::kSteady);
  EXPECT_LE(clock.anchor().errorNs, 27);
}

struct Choice {
  const char* name;
  ClockChoice choice;
  bool invariantTsc;
  bool tscDistrusted;
  bool vdsoRealtime;
  bool isPossible;
  TimeBase base;
  ClockReason reason;
};
class ClockChoices : public testing::TestWithParam<Choice> {};

TEST_P(ClockChoices, areMadeAndReported) {
  Machine machine;
  ClockSources sources = machine.sources();
  sources.invariantTsc = GetParam().invariantTsc;
  sources.tscDistrusted = GetParam().tscDistrusted;
  sources.vdsoRealtime = GetParam().vdsoRealtime;
  const auto clock = Clock::open(GetParam().choice, sources);
  ASSERT_EQ(clock.has_value(), GetParam().isPossible);
  if (!clock) {
    EXPECT_EQ(clock.error().code(), ErrorCode::kUnsupported);
    EXPECT_EQ(clock.error().message().rfind("clock: ", 0), 0U);
    return;
  }
  EXPECT_EQ(clock->base(), GetParam().base);
  EXPECT_EQ(clock->reason(), GetParam().reason);
  EXPECT_NE(clockReasonText(clock->reason()), "unknown");
  EXPECT_EQ(clock->anchor().ticks != 0, GetParam().base == TimeBase::kTicks);
}

constexpr auto kAuto = ClockChoice::kAuto;
INSTANTIATE_TEST_SUITE_P(
    Clock, ClockChoices,
    testing::Values(Choice{"auto_takes_the_counter", kAuto, true, false, true, true,
                           TimeBase::kTicks, ClockReason::kUsable},
                    Choice{"auto_without_invariant_counter", kAuto, false, false, true, true,
                           TimeBase::kUtcNs, ClockReason::kNoInvariantTsc},
                    Choice{"auto_with_distrusted_counter", kAuto, true, true, true, true,
                           TimeBase::kUtcNs, ClockReason::kTscDistrusted},
                    Choice{"auto_with_neither", kAuto, false, false, false, true, TimeBase::kNone,
                           ClockReason::kNoInvariantTsc},
                    Choice{"ticks_without_counter", ClockChoice::kTicks, false, false, true, false,
                           TimeBase::kNone, ClockReason::kAsked},
                    Choice{"ticks_of_a_distrusted_counter", ClockChoice::kTicks, true, true, true,
                           false, TimeBase::kNone, ClockReason::kAsked},
                    Choice{"system", ClockChoice::kSystem, true, false, true, true,
                           TimeBase::kUtcNs, ClockReason::kAsked},
                    Choice{"system_without_vdso", ClockChoice::kSystem, true, false, false, false,
                           TimeBase::kNone, ClockReason::kAsked},
                    Choice{"worker", ClockChoice::kWorker, true, false, true, true, TimeBase::kNone,
                           ClockReason::kAsked}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Clock, counterThatStandsStillIsNotUsed) {
  Machine machine;
  machine.ticksPerNs = 0;
  EXPECT_EQ(openOrFail(ClockChoice::kAuto, machine.sources()).base(), TimeBase::kUtcNs);
  EXPECT_FALSE(Clock::open(ClockChoice::kTicks, machine.sources()));
}

TEST(Clock, thisMachineTellsTheTime) {
  Clock clock = openOrFail(ClockChoice::kAuto, systemClockSources());
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const std::int64_t utc = now.tv_sec * kSecond + now.tv_nsec;
  EXPECT_LT(std::abs(clock.utcNowNs() - utc), 10 * kSecond);
  std::printf("base %d: %s\n", static_cast<int>(clock.base()),
              std::string(clockReasonText(clock.reason())).c_str());
  if (clock.base() != TimeBase::kTicks) return;
  std::printf("error %lld ns, %.6f ns a tick\n", static_cast<long long>(clock.anchor().errorNs),
              static_cast<double>(clock.anchor().nsPerTick) /
                  static_cast<double>(std::uint64_t{1} << kNsPerTickShift));
  // CLOCK_REALTIME between two conversions of the counter; a busy machine may come in between.
  const std::int64_t before = clock.toUtcNs(readTicks());
  const std::int64_t between = clock.utcNowNs();
  const std::int64_t after = clock.toUtcNs(readTicks());
  EXPECT_GT(between, before - kMs);
  EXPECT_LT(between, after + kMs);
  EXPECT_EQ(clock.refresh(), Clock::Refresh::kSteady);
}

TEST(Clock, stampsOfTheOtherBases) {
  EXPECT_EQ(stampOf(TimeBase::kNone), 0U);
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const auto utc = static_cast<std::uint64_t>(now.tv_sec * kSecond + now.tv_nsec);
  EXPECT_GE(stampOf(TimeBase::kUtcNs), utc);
  EXPECT_LT(stampOf(TimeBase::kUtcNs), utc + 60 * kSecond);
}

}  // namespace
}  // namespace parquet_flow
