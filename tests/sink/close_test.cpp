// The end of a sink: what close waits for, that it can be called again, what destroying an open one
// loses and tells. Method: producers stopped in the middle of a record, sinks with and without a
// thread of their own.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sink_harness.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::sink {
namespace {

using parquet_flow::test::FaultPlan;
using parquet_flow::test::IoOperation;
using test::kMs;
using test::kSecond;
using test::lineOf;
using test::record;
using test::SinkHarness;

class Close : public ::testing::TestWithParam<WorkerMode> {
 protected:
  void open() {
    harness.options.worker = GetParam();
    if (GetParam() != WorkerMode::kPoll) {
      harness.options.clockSources = systemClockSources();
    }
    harness.open();
    auto added = harness.sink->addProducer();
    ASSERT_TRUE(added.has_value());
    producer = *added;
  }
  SinkHarness harness;
  Producer* producer = nullptr;
};

TEST_P(Close, drainsWhatWasAcceptedAndRefusesFromThen) {
  open();
  for (int i = 0; i < 100; ++i) record(producer, "x");
  PF_ASSERT_OK(harness.sink->close(10 * kSecond));
  EXPECT_EQ(producer->tryRecord("x", 1), RecordResult::kClosed);
  EXPECT_EQ(harness.read("out.parquet").rows.size(), 100U);
  PF_EXPECT_ERROR(harness.sink->close(kSecond), ErrorCode::kClosed, "closed already");
  PF_EXPECT_ERROR(harness.sink->addProducer(), ErrorCode::kClosed, "closed");
  // What is refused after the end counts, but is not the ledger's any more.
  EXPECT_EQ(harness.sink->stats().records.refusedFor(RecordResult::kClosed), 1U);
  EXPECT_EQ(lineOf(harness.read("out.parquet"), 0)["last"], 100);
}

TEST_P(Close, threadThatComesForARingAfterItIsRefusedAndCounted) {
  open();
  record(producer, "x");
  PF_ASSERT_OK(harness.sink->close(10 * kSecond));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(harness.sink->tryRecord("x", 1), RecordResult::kClosed);
  const SinkStats stats = harness.sink->stats();
  EXPECT_EQ(stats.records.attempt, 4U);
  EXPECT_EQ(stats.records.refusedFor(RecordResult::kClosed), 3U);
  EXPECT_EQ(stats.noRing, 0U);
}

TEST_P(Close, waitsForAReservationAndMayBeCalledAgain) {
  open();
  record(producer, "before");
  void* room = nullptr;
  ASSERT_EQ(producer->tryReserve(5, &room), RecordResult::kOk);
  PF_EXPECT_ERROR(harness.sink->close(5 * kMs), ErrorCode::kTimeout, "reservation open");
  std::copy_n("after", 5, static_cast<char*>(room));
  EXPECT_EQ(producer->commit(), RecordResult::kOk) << "it had begun before";
  PF_ASSERT_OK(harness.sink->close(10 * kSecond));
  EXPECT_EQ(harness.read("out.parquet").payloads(), (std::vector<std::string>{"before", "after"}));
}

TEST_P(Close, reservationLeftOpenIsARefusalWhenTheSinkIsDestroyed) {
  open();
  record(producer, "before");
  if (GetParam() == WorkerMode::kPoll) {
    harness.poll();
  } else {
    PF_ASSERT_OK(harness.sink->flush(10 * kSecond));
  }
  void* room = nullptr;
  ASSERT_EQ(producer->tryReserve(5, &room), RecordResult::kOk);
  EXPECT_EQ(producer->tryRecord("x", 1), RecordResult::kBusy);
  harness.sink.reset();
  const auto file = harness.read("out.parquet");
  expectLedgerHolds(file);
  EXPECT_EQ(lineOf(file, 0)["last"], 3);
  EXPECT_EQ(lineOf(file, 0)["refused"], 2);
  EXPECT_EQ(lineOf(file, 0)["refused_by_reason"]["closed"], 1);
  EXPECT_EQ(lineOf(file, 0)["refused_by_reason"]["busy"], 1);
  EXPECT_TRUE(harness.hasLogged("1 rings are left mapped"));
  std::fill_n(static_cast<char*>(room), 5, 'x');  // still there to be written to
  static_cast<void>(producer->commit());
  EXPECT_EQ(producer->tryRecord("x", 1), RecordResult::kClosed);
  EXPECT_EQ(producer->lastAttempt(), 0U) << "what there is to know went with the sink";
  PF_EXPECT_ERROR(producer->waitDurable(1, kSecond), ErrorCode::kClosed, "destroyed");
  producer->release();  // frees it: LeakSanitizer would tell
}

// Commits a reservation when the worker, destroying, looks at the clock: after the rings' ends have
// been taken.
struct CommittingClock {
  test::HandClock clock;
  Producer* commits = nullptr;
  RecordResult result = RecordResult::kOk;

  ClockSources sources() noexcept {
    ClockSources sources = clock.sources();
    sources.monotonicRawNs = [](void* context) {
      auto* self = static_cast<CommittingClock*>(context);
      if (self->commits != nullptr) self->result = std::exchange(self->commits, nullptr)->commit();
      return self->clock.ns.load();
    };
    sources.realtimeNs = [](void* context) {
      return static_cast<CommittingClock*>(context)->clock.utcNs();
    };
    sources.context = this;
    return sources;
  }
};

TEST(CloseInTheMiddle, reservationResolvedAfterTheEndWasTakenIsOneRefusal) {
  CommittingClock clock;
  SinkHarness harness;
  harness.options.clockSources = clock.sources();
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  record(producer, "before");
  harness.poll();
  void* room = nullptr;
  ASSERT_EQ(producer->tryReserve(5, &room), RecordResult::kOk);
  clock.commits = producer;
  harness.sink.reset();
  EXPECT_EQ(clock.result, RecordResult::kClosed);
  const auto file = harness.read("out.parquet");
  expectLedgerHolds(file);
  EXPECT_EQ(lineOf(file, 0)["last"], 2);
  EXPECT_EQ(lineOf(file, 0)["refused"], 1);
  EXPECT_EQ(lineOf(file, 0)["refused_by_reason"]["closed"], 1);
  producer->release();
}

TEST_P(Close, reservationOfAReleasedProducerIsAborted) {
  open();
  record(producer, "before");
  void* room = nullptr;
  ASSERT_EQ(producer->tryReserve(5, &room), RecordResult::kOk);
  producer->release();
  PF_ASSERT_OK(harness.sink->close(10 * kSecond));
  const auto file = harness.read("out.parquet");
  expectLedgerHolds(file);
  EXPECT_EQ(lineOf(file, 0)["rows"], 1);
  EXPECT_EQ(lineOf(file, 0)["aborted"], 1);
}

TEST_P(Close, producersMayBeReleasedBeforeAndAfter) {
  open();
  auto other = harness.sink->addProducer();
  ASSERT_TRUE(other.has_value());
  record(producer, "a");
  record(*other, "b");
  producer->release();
  PF_ASSERT_OK(harness.sink->close(10 * kSecond));
  EXPECT_EQ(harness.sink->stats().producers, 1U);
  (*other)->release();
  EXPECT_EQ(harness.sink->stats().producers, 0U);
  EXPECT_EQ(harness.sink->stats().records.accepted, 2U) << "the numbers stay";
  EXPECT_EQ(harness.read("out.parquet").rows.size(), 2U);
}

TEST_P(Close, callsInFlightAreWaitedFor) {
  open();
  std::atomic<bool> stop{false};
  std::uint64_t accepted = 0;
  std::uint64_t closed = 0;
  std::thread feeder([&] {
    while (!stop.load(std::memory_order_relaxed)) {
      const auto result = producer->tryRecord("12345678", 8);
      accepted += result == RecordResult::kOk ? 1 : 0;
      closed += result == RecordResult::kClosed ? 1 : 0;
    }
  });
  while (producer->lastAttempt() < 1000) std::this_thread::yield();
  PF_EXPECT_OK(harness.sink->close(10 * kSecond));
  while (producer->stats().records.refusedFor(RecordResult::kClosed) < 1000) {
    std::this_thread::yield();
  }
  stop = true;
  feeder.join();
  EXPECT_GE(closed, 1000U);
  const auto file = harness.read("out.parquet");
  expectLedgerHolds(file);
  EXPECT_EQ(file.rows.size(), accepted);
}

TEST_P(Close, destroyingAnOpenSinkPublishesWhatIsInColumnsAndCountsTheRest) {
  if (GetParam() != WorkerMode::kPoll) GTEST_SKIP() << "what is drained is up to the thread";
  open();
  for (int i = 0; i < 3; ++i) record(producer, "drained");
  harness.poll();
  for (int i = 0; i < 4; ++i) record(producer, "left");
  void* room = nullptr;
  ASSERT_EQ(producer->tryReserve(5, &room), RecordResult::kOk);
  ASSERT_EQ(producer->abort(), RecordResult::kOk);
  harness.sink.reset();
  const auto file = harness.read("out.parquet");
  expectLedgerHolds(file);
  EXPECT_EQ(file.rows.size(), 3U);
  EXPECT_EQ(lineOf(file, 0)["write_lost"], 4);
  EXPECT_EQ(lineOf(file, 0)["aborted"], 1);
  EXPECT_TRUE(harness.hasLogged("4 accepted records did not reach a file"));
}

TEST_P(Close, destroyingNeverWaitsForADiskThatFails) {
  open();
  harness.plan->fail(IoOperation::kWrite, 1, EIO, FaultPlan::kForEver);
  for (int i = 0; i < 100; ++i) record(producer, "x");
  if (GetParam() == WorkerMode::kPoll) {
    harness.poll();
  } else {
    EXPECT_FALSE(harness.sink->flush(30 * kMs).has_value());
  }
  harness.sink.reset();
  EXPECT_TRUE(harness.hasLogged("100 accepted records did not reach a file"));
  EXPECT_TRUE(harness.files().empty());
}

TEST_P(Close, oneOfTwoThatCloseHearsThatItIsClosed) {
  open();
  for (int i = 0; i < 100; ++i) record(producer, "x");
  std::atomic<int> fine{0};
  std::atomic<int> late{0};
  std::vector<std::thread> closers;
  for (int i = 0; i < 4; ++i) {
    closers.emplace_back([&] {
      const auto closed = harness.sink->close(10 * kSecond);
      if (closed) {
        ++fine;
      } else if (closed.error().code() == ErrorCode::kClosed) {
        ++late;
      }
    });
  }
  for (auto& closer : closers) closer.join();
  EXPECT_EQ(fine, 1);
  EXPECT_EQ(late, 3);
}

INSTANTIATE_TEST_SUITE_P(Modes, Close,
                         ::testing::Values(WorkerMode::kPoll, WorkerMode::kPark, WorkerMode::kSpin),
                         [](const auto& each) {
                           return std::string(each.param == WorkerMode::kPoll   ? "poll"
                                              : each.param == WorkerMode::kPark ? "park"
                                                                                : "spin");
                         });

}  // namespace
}  // namespace parquet_flow::sink
