// The clock as the sink has it: a step of the system's clock opens an epoch, a counter whose rate
// jumps is left, and stats, ledger, rings and log say so. Method: a counter and clocks that the
// test moves; a polled sink, which looks at them twice a second.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "ring/consumer.hpp"
#include "sink_harness.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::sink {
namespace {

using test::kMs;
using test::kSecond;
using test::record;
using test::SinkHarness;

// A counter of 3 ticks a nanosecond, until its rate is changed.
struct TickingClock {
  std::int64_t ns = 1'000'000'000;
  std::int64_t utcOffsetNs = test::HandClock::kStartUtcNs;
  std::int64_t rateFromNs = 0;
  std::uint64_t rateFromTicks = 0;
  std::uint64_t ticksPerUs = 3000;

  [[nodiscard]] std::uint64_t ticks() const noexcept {
    return rateFromTicks + static_cast<std::uint64_t>(ns - rateFromNs) * ticksPerUs / 1000;
  }
  void changeRate(std::uint64_t toTicksPerUs) noexcept {
    rateFromTicks = ticks();
    rateFromNs = ns;
    ticksPerUs = toTicksPerUs;
  }
  ClockSources sources() noexcept {
    ClockSources sources{};
    sources.ticks = [](void* self) { return static_cast<TickingClock*>(self)->ticks(); };
    sources.monotonicRawNs = [](void* self) { return static_cast<TickingClock*>(self)->ns; };
    sources.realtimeNs = [](void* self) {
      const auto* const clock = static_cast<TickingClock*>(self);
      return clock->utcOffsetNs + clock->ns;
    };
    sources.sleepNs = [](void* self, std::int64_t byNs) {
      static_cast<TickingClock*>(self)->ns += byNs;
    };
    sources.context = this;
    sources.invariantTsc = true;
    return sources;
  }
};

class Epochs : public ::testing::Test {
 protected:
  void open() {
    harness.options.clock = ClockChoice::kTicks;
    harness.options.clockSources = clock.sources();
    harness.open();
    auto added = harness.sink->addProducer();
    ASSERT_TRUE(added.has_value());
    producer = *added;
    ASSERT_EQ(harness.sink->stats().clock, ClockChoice::kTicks);
  }
  void pollAfter(std::uint64_t ns) {
    clock.ns += static_cast<std::int64_t>(ns);
    harness.poll();
  }
  ClockAnchor anchorInTheRing() const {
    ClockAnchor anchor;
    EXPECT_TRUE(ring::tryReadAnchor(producer->ring().header(), &anchor));
    return anchor;
  }

  TickingClock clock;
  SinkHarness harness;
  Producer* producer = nullptr;
};

TEST_F(Epochs, aStepOfTheSystemsClockOpensOne) {
  open();
  record(producer, "before");
  pollAfter(600 * kMs);
  EXPECT_EQ(harness.sink->stats().clockEpochs, 1U);
  EXPECT_EQ(anchorInTheRing().epoch, 0U);
  clock.utcOffsetNs += 10 * static_cast<std::int64_t>(kSecond);
  pollAfter(600 * kMs);
  EXPECT_EQ(harness.sink->stats().clockEpochs, 2U);
  EXPECT_EQ(harness.sink->stats().clock, ClockChoice::kTicks);
  EXPECT_TRUE(harness.hasLogged("the system's clock was set"));
  EXPECT_EQ(anchorInTheRing().epoch, 1U);
  EXPECT_EQ(anchorInTheRing().utcNs, clock.utcOffsetNs + clock.ns);
  EXPECT_EQ(anchorInTheRing().ticks, clock.ticks());
  pollAfter(600 * kMs);
  EXPECT_EQ(harness.sink->stats().clockEpochs, 2U) << "it was one step";

  PF_ASSERT_OK(harness.close());
  const auto told = harness.read("out.parquet").ledger["clock"];
  EXPECT_EQ(told["source"], "tsc");
  EXPECT_EQ(told["epochs"], 2);
  ASSERT_EQ(told["anchors"].size(), 2U) << "the last of each epoch";
  EXPECT_EQ(told["anchors"][0]["epoch"], 0);
  EXPECT_EQ(told["anchors"][1]["epoch"], 1);
  EXPECT_EQ(told["anchors"][1]["utc_ns"], clock.utcOffsetNs + clock.ns);
  EXPECT_EQ(told["anchors"][1]["ns_per_tick_2_40"], (std::uint64_t{1} << 40) / 3);
}

TEST_F(Epochs, aCounterWhoseRateJumpsIsLeftAndProducersStampOtherwise) {
  open();
  pollAfter(600 * kMs);
  clock.changeRate(3003);  // a thousandth; half of that is what is put up with
  pollAfter(600 * kMs);
  EXPECT_EQ(harness.sink->stats().clock, ClockChoice::kWorker) << "there is no vDSO here";
  EXPECT_EQ(harness.sink->stats().clockEpochs, 2U);
  EXPECT_TRUE(harness.hasLogged("time stamps: "));
  record(producer, "stamped by the worker");
  pollAfter(kMs);
  PF_ASSERT_OK(harness.close());
  const auto file = harness.read("out.parquet");
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_EQ(file.rows[0].time, clock.utcOffsetNs + clock.ns);
  EXPECT_EQ(file.ledger["clock"]["source"], "worker");
  EXPECT_EQ(file.ledger["clock"]["reason"], clockReasonText(ClockReason::kRateJumped));
  EXPECT_EQ(file.ledger["clock"]["epochs"], 2);
}

TEST_F(Epochs, aNewProducerStampsAsTheOthersDo) {
  open();
  pollAfter(600 * kMs);
  clock.changeRate(2900);
  pollAfter(600 * kMs);
  PF_ASSERT_OK_ASSIGN(Producer* const late, harness.sink->addProducer());
  record(late, "x");
  pollAfter(10 * kMs);
  PF_ASSERT_OK(harness.close());
  const auto file = harness.read("out.parquet");
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_EQ(file.rows[0].time, clock.utcOffsetNs + clock.ns);
}

}  // namespace
}  // namespace parquet_flow::sink
