// What flush, rotate and durable attempts promise, held against a power loss. Method: a directory
// in memory that forgets what was not synced, and syncs that fail on demand.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
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
using test::record;
using test::SinkHarness;

class Durability : public ::testing::Test {
 protected:
  void open() {
    harness.open();
    auto added = harness.sink->addProducer();
    ASSERT_TRUE(added.has_value());
    producer = *added;
  }
  SinkHarness harness;
  Producer* producer = nullptr;
};

TEST_F(Durability, flushedRowsAreInSyncedRowGroups) {
  open();
  record(producer, "one");
  PF_ASSERT_OK(harness.sink->flush(kSecond));
  EXPECT_EQ(harness.sink->stats().rowsDurable, 1U);
  EXPECT_EQ(producer->durableAttempt(), 1U);
  const std::string hidden = harness.hiddenFiles().front();
  harness.directory->crash();
  EXPECT_NE(harness.directory->contents(hidden).find("one"), std::string::npos)
      << "the bytes and their name survive a power loss";
}

TEST_F(Durability, writtenRowsAreNotDurableYet) {
  harness.options.rowGroupRows = 1;
  open();
  record(producer, "one");
  harness.poll();
  EXPECT_EQ(harness.sink->stats().rows, 1U);
  EXPECT_EQ(harness.sink->stats().rowsDurable, 0U);
  EXPECT_EQ(producer->durableAttempt(), 0U);
}

TEST_F(Durability, rotatedFileIsReadableAfterAPowerLoss) {
  harness.useDirectory();
  open();
  record(producer, "one");
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  harness.directory->crash();
  EXPECT_EQ(harness.read("date=2026-11-20/feed-000001.parquet").payloads(),
            std::vector<std::string>{"one"});
}

TEST_F(Durability, fileIsDurableOnceItIsPublished) {
  harness.useDirectory();
  harness.options.rotateRows = 1;
  open();
  record(producer, "one");
  harness.poll();
  EXPECT_EQ(producer->durableAttempt(), 1U);
  harness.directory->crash();
  EXPECT_EQ(harness.read("date=2026-11-20/feed-000001.parquet").rows.size(), 1U);
}

// So that files that nobody flushes do not add up, to be told of all at once when a sync fails.
TEST_F(Durability, withoutSyncEach65thFileIsSyncedWithThoseBeforeIt) {
  harness.useDirectory();
  harness.options.syncOnPublish = false;
  harness.options.rotateRows = 1;
  open();
  for (std::uint64_t file = 1; file <= 130; ++file) {
    record(producer, std::to_string(file));
    harness.poll();
    ASSERT_EQ(harness.files().size(), file);
    EXPECT_EQ(producer->durableAttempt(), file / 65 * 65) << file;
    EXPECT_EQ(harness.plan->count(IoOperation::kSync), file / 65 * 65) << file;
  }
  harness.directory->crash();
  EXPECT_EQ(harness.files().size(), 130U);
}

TEST_F(Durability, withoutSyncPublishedFilesAreDurableOnlyOnceFlushed) {
  harness.useDirectory();
  harness.options.syncOnPublish = false;
  harness.options.rotateRows = 1;
  open();
  record(producer, "one");
  record(producer, "two");
  harness.poll();
  EXPECT_EQ(harness.files().size(), 2U);
  EXPECT_EQ(harness.plan->count(IoOperation::kSync), 0U);
  EXPECT_EQ(producer->durableAttempt(), 0U);
  PF_ASSERT_OK(harness.sink->flush(kSecond));
  EXPECT_EQ(producer->durableAttempt(), 2U);
  EXPECT_EQ(harness.sink->stats().rowsDurable, 2U);
  EXPECT_EQ(harness.plan->count(IoOperation::kSync), 2U);
  harness.directory->crash();
  EXPECT_EQ(harness.read("date=2026-11-20/feed-000001.parquet").payloads(),
            std::vector<std::string>{"one"});
  EXPECT_EQ(harness.read("date=2026-11-20/feed-000002.parquet").payloads(),
            std::vector<std::string>{"two"});
}

TEST_F(Durability, rowsWhoseFilesNameCannotBeSyncedAreInDoubt) {
  harness.useDirectory();
  harness.options.syncOnPublish = false;
  harness.options.rotateRows = 1;
  open();
  record(producer, "one");
  harness.poll();
  harness.plan->fail(IoOperation::kSyncDirectory,
                     harness.plan->count(IoOperation::kSyncDirectory) + 1, EIO);
  PF_EXPECT_ERROR(harness.sink->flush(kSecond), ErrorCode::kIo, "rows are in doubt");
  EXPECT_EQ(harness.sink->stats().rowsDurable, 0U);
}

TEST_F(Durability, refusalsBehindTheLastRowAreSettledByAFlush) {
  open();
  record(producer, "one");
  EXPECT_EQ(producer->tryRecord("", 0), RecordResult::kTooLarge);
  EXPECT_EQ(producer->tryRecord("", 0), RecordResult::kTooLarge);
  PF_ASSERT_OK(producer->waitDurable(3, kSecond));
  EXPECT_EQ(producer->durableAttempt(), 3U);
}

TEST_F(Durability, openReservationKeepsLaterAttemptsFromBeingSettled) {
  open();
  record(producer, "one");
  void* room = nullptr;
  ASSERT_EQ(producer->tryReserve(8, &room), RecordResult::kOk);
  EXPECT_EQ(producer->tryRecord("x", 1), RecordResult::kBusy);
  PF_ASSERT_OK(harness.sink->flush(kSecond));
  EXPECT_EQ(producer->durableAttempt(), 1U);
  PF_EXPECT_ERROR(producer->waitDurable(2, 5 * kMs), ErrorCode::kTimeout, "attempt 2");
  std::fill_n(static_cast<char*>(room), 8, 'r');
  ASSERT_EQ(producer->commit(), RecordResult::kOk);
  PF_ASSERT_OK(producer->waitDurable(2, kSecond));
  EXPECT_GE(producer->durableAttempt(), 2U);
  ASSERT_TRUE(harness.close().has_value());
  expectLedgerHolds(harness.read("out.parquet"));
}

TEST_F(Durability, abortedAndRejectedAttemptsAreSettledToo) {
  harness.options.shape = Shape::kStruct;
  harness.options.structColumns.resize(1);
  harness.options.structColumns[0].name = "x";
  open();
  EXPECT_EQ(producer->tryRecord("short", 5), RecordResult::kOk);
  void* room = nullptr;
  ASSERT_EQ(producer->tryReserve(8, &room), RecordResult::kOk);
  ASSERT_EQ(producer->abort(), RecordResult::kOk);
  PF_ASSERT_OK(producer->waitDurable(2, kSecond));
  const SinkStats stats = harness.sink->stats();
  EXPECT_EQ(stats.rejected, 1U);
  EXPECT_EQ(stats.records.aborted, 1U);
  EXPECT_EQ(stats.rows, 0U);
}

TEST_F(Durability, failedSyncTellsWhoseRowsAreInDoubt) {
  harness.useDirectory();
  open();
  PF_ASSERT_OK_ASSIGN(Producer* const other, harness.sink->addProducer());
  record(producer, "safe");
  PF_ASSERT_OK(harness.sink->flush(kSecond));
  record(producer, "doubtful");
  record(producer, "doubtful too");
  EXPECT_EQ(other->tryRecord("", 0), RecordResult::kTooLarge);
  harness.plan->fail(IoOperation::kSync, 2, EIO);
  PF_EXPECT_ERROR(harness.sink->flush(kSecond), ErrorCode::kIo, "in doubt");
  ASSERT_EQ(harness.doubts.size(), 1U) << "a refusal needs no disk";
  EXPECT_EQ(harness.doubts[0].producer, 0U);
  EXPECT_EQ(harness.doubts[0].first, 2U);
  EXPECT_EQ(harness.doubts[0].last, 3U);
  EXPECT_EQ(harness.sink->stats().rowsDurable, 1U);
  PF_EXPECT_OK(producer->waitDurable(1, kSecond));
  PF_EXPECT_ERROR(producer->waitDurable(3, kSecond), ErrorCode::kIo, "2 to 3");

  // The file is published all the same, and the next rows go into another one.
  EXPECT_EQ(harness.files().size(), 1U);
  EXPECT_EQ(harness.read(harness.files()[0]).rows.size(), 3U);
  record(producer, "safe again");
  PF_EXPECT_OK(producer->waitDurable(4, kSecond));
  PF_EXPECT_OK(harness.close());
  EXPECT_EQ(harness.files().size(), 2U);
  EXPECT_EQ(harness.sink->stats().rowsDurable, 2U);
}

TEST_F(Durability, whatWasSyncedBetweenTwoFailuresIsNotInDoubt) {
  harness.useDirectory();
  open();
  for (const bool isSafe : {false, true, false}) {
    if (!isSafe) {
      harness.plan->fail(IoOperation::kSync, harness.plan->count(IoOperation::kSync) + 1, EIO);
    }
    record(producer, "x");
    EXPECT_EQ(harness.sink->rotate(kSecond).has_value(), isSafe);
  }
  PF_EXPECT_ERROR(producer->waitDurable(1, kSecond), ErrorCode::kIo, "attempts 1 to 1");
  PF_EXPECT_OK(producer->waitDurable(2, kSecond));
  PF_EXPECT_ERROR(producer->waitDurable(3, kSecond), ErrorCode::kIo, "attempts 3 to 3");
  PF_EXPECT_OK(harness.close());
}

TEST_F(Durability, waitingForAnAttemptToComeSealsNothing) {
  open();
  record(producer, "one");
  PF_EXPECT_ERROR(producer->waitDurable(2, 20 * kMs), ErrorCode::kTimeout, "attempt 2");
  EXPECT_EQ(harness.sink->stats().rowGroups, 0U);
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    record(producer, "two");
  });
  PF_EXPECT_OK(producer->waitDurable(2, 10 * kSecond));
  later.join();
  EXPECT_LE(harness.sink->stats().rowGroups, 2U);
}

TEST_F(Durability, failedSyncWhilePublishingIsTold) {
  open();
  record(producer, "one");
  harness.plan->fail(IoOperation::kSync, 1, EIO);
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kIo, "in doubt");
  EXPECT_EQ(harness.doubts.size(), 1U);
  EXPECT_EQ(harness.read("out.parquet").rows.size(), 1U);
}

TEST_F(Durability, failedSyncOfTheDirectoryIsTold) {
  open();
  record(producer, "one");
  harness.plan->fail(IoOperation::kSyncDirectory, 1, EIO, FaultPlan::kForEver);
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kIo, "in doubt");
  EXPECT_EQ(harness.doubts.size(), 1U);
  EXPECT_EQ(harness.files().size(), 1U);
}

TEST_F(Durability, flushAnswersEverybodyWhoAskedBefore) {
  harness.options.worker = WorkerMode::kPark;
  open();
  record(producer, "one");
  std::vector<std::thread> callers;
  std::atomic<int> fine{0};
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] { fine += harness.sink->flush(10 * kSecond).has_value() ? 1 : 0; });
  }
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(fine, 8);
}

// Looking at many rings makes the worker's turns long, and the flush often one that comes in the
// middle of one.
TEST_F(Durability, flushIsAlsoForAProducerThatCameJustBefore) {
  harness.options.worker = WorkerMode::kSpin;
  open();
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(harness.sink->addProducer().has_value());
  for (int i = 0; i < 300; ++i) {
    PF_ASSERT_OK_ASSIGN(Producer* const late, harness.sink->addProducer());
    record(late, "x");
    PF_ASSERT_OK(harness.sink->flush(10 * kSecond));
    ASSERT_EQ(late->durableAttempt(), 1U) << i;
    late->release();
  }
}

// What a row callback waits for.
struct RowGate {
  std::mutex mutex;
  std::unique_lock<std::mutex> closed{mutex};
  std::atomic<bool> isReached{false};
};

// A call on a thread of its own, which waits for somebody else's doing from some time on.
class WaitingCall {
 public:
  explicit WaitingCall(std::function<Result<void>()> call)
      : result_(std::async(std::launch::async, [this, call = std::move(call)] {
          thread_ = ::gettid();
          return call();
        })) {}
  // Until its thread sleeps: it has done what it does before it waits.
  void awaitSleep() const {
    while (thread_ == 0 || stateOf(thread_) != 'S') std::this_thread::yield();
  }
  Result<void> result() { return result_.get(); }

 private:
  static char stateOf(pid_t thread) {
    std::ifstream stat("/proc/self/task/" + std::to_string(thread) + "/stat");
    std::string text;
    std::getline(stat, text);
    const std::size_t name = text.rfind(") ");
    return name == std::string::npos ? '?' : text[name + 2];
  }

  std::atomic<pid_t> thread_{0};
  std::future<Result<void>> result_;
};

// The worker finds the flush only once the close has begun: of two calls, one of which has stopped
// waiting. It is the flush that syncs, as the close does not.
TEST_F(Durability, flushThatACloseOvertakesIsOneAllTheSame) {
  for (const bool isAwaited : {false, true}) {
    SCOPED_TRACE(isAwaited);
    SinkHarness late;
    RowGate gate;
    late.options.syncOnPublish = false;
    late.options.worker = WorkerMode::kPark;
    late.options.clockSources = systemClockSources();
    late.options.shape = Shape::kCallback;
    late.options.schema = [] {
      auto schema = std::make_shared<schema::Schema>();
      EXPECT_TRUE(schema->addLeaf(schema::kRoot, "payload", schema::PhysicalType::kByteArray,
                                  schema::Repetition::kRequired));
      return schema;
    }();
    late.options.onRowUser = &gate;
    late.options.onRow = [](void* user, const RecordInfo& info, column::RowBuilder& row) {
      auto& held = *static_cast<RowGate*>(user);
      held.isReached = true;
      const std::lock_guard wait(held.mutex);
      row.appendBytes(info.payload, info.bytes);
      return 0;
    };
    late.open();
    PF_ASSERT_OK_ASSIGN(Producer* const from, late.sink->addProducer());
    record(from, "one");
    while (!gate.isReached) std::this_thread::yield();
    // Before the close for sure.
    PF_EXPECT_ERROR(late.sink->flush(0), ErrorCode::kTimeout, "flushing");
    std::optional<WaitingCall> flushing;
    if (isAwaited) {
      flushing.emplace([&] { return late.sink->flush(60 * kSecond); });
      flushing->awaitSleep();
    }
    WaitingCall closing([&] { return late.close(); });
    closing.awaitSleep();
    gate.closed.unlock();
    PF_EXPECT_OK(closing.result());
    if (isAwaited) {
      PF_EXPECT_OK(flushing->result());
    }
    EXPECT_EQ(late.sink->stats().rowsDurable, 1U);
    EXPECT_GE(late.plan->count(IoOperation::kSync), 1U);
  }
}

TEST_F(Durability, closedSinkFlushesNoMore) {
  open();
  record(producer, "one");
  PF_ASSERT_OK(harness.close());
  PF_EXPECT_ERROR(harness.sink->flush(kSecond), ErrorCode::kClosed, "closed");
  PF_EXPECT_OK(producer->waitDurable(1, kSecond));
  PF_EXPECT_ERROR(producer->waitDurable(2, kSecond), ErrorCode::kClosed, "closed");
}

}  // namespace
}  // namespace parquet_flow::sink
