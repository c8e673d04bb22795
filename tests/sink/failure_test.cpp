// A disk that is full or fails: files are cut back to whole row groups and published, what failed
// is kept and tried again, producers are refused but never wait, and what had to be given up is
// told. Method: faults at chosen operations, and then at every operation of a run, one after the
// other.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
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

class Failing : public ::testing::Test {
 protected:
  Failing() {
    harness.useDirectory();
    harness.options.rowGroupRows = 10;
  }
  void open() {
    harness.open();
    auto added = harness.sink->addProducer();
    ASSERT_TRUE(added.has_value());
    producer = *added;
  }
  void records(int count) {
    for (int i = 0; i < count; ++i) record(producer, "payload-" + std::to_string(next++));
  }
  // Everything that was accepted is in files, once and in order; or as many are missing as are told
  // to be lost.
  void expectAllRows() {
    std::uint64_t attempt = 0;
    std::uint64_t lost = 0;
    std::uint64_t previous = 0;
    for (const auto& name : harness.files()) {
      const auto file = harness.read(name);
      expectLedgerHolds(file);
      for (const auto& row : file.rows) {
        EXPECT_GT(row.attempt, attempt);
        attempt = row.attempt;
        EXPECT_EQ(row.payload, "payload-" + std::to_string(attempt));
      }
      const auto line = test::lineOf(file, 0);
      if (line.is_null()) continue;
      EXPECT_EQ(line["previous"], previous);
      previous = line["last"].get<std::uint64_t>();
      lost += line["write_lost"].get<std::uint64_t>();
    }
    const SinkStats stats = harness.sink->stats();
    EXPECT_EQ(stats.rows + stats.writeLost, stats.records.accepted);
    EXPECT_EQ(harness.allRows().size(), stats.rows);
    EXPECT_EQ(lost, stats.writeLost);
  }

  SinkHarness harness;
  Producer* producer = nullptr;
  int next = 1;
};

TEST_F(Failing, diskThatIsFullIsWaitedForAndNothingIsLost) {
  open();
  records(20);
  harness.poll();
  harness.plan->fail(IoOperation::kWrite, 4, ENOSPC, FaultPlan::kForEver, 50);
  records(10);
  EXPECT_TRUE(harness.poll()) << "the failure is told";
  EXPECT_EQ(harness.sink->stats().failed, ErrorCode::kIo);
  EXPECT_TRUE(harness.hasLogged("No space left"));
  // Two whole row groups were there; but the footer does not fit either.
  EXPECT_TRUE(harness.files().empty());
  harness.pollAfter(60 * kSecond);
  EXPECT_EQ(harness.sink->stats().failed, ErrorCode::kIo);
  harness.plan->heal();
  harness.pollAfter(10 * kSecond);
  EXPECT_FALSE(harness.sink->stats().failed.has_value());
  EXPECT_EQ(harness.read(harness.files().at(0)).rows.size(), 20U);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.files().size(), 2U);
  expectAllRows();
}

TEST_F(Failing, roomForTheFooterLetsTheFileEndAtOnce) {
  open();
  records(20);
  harness.poll();
  harness.plan->fail(IoOperation::kWrite, 4, ENOSPC, 1, 50);
  records(10);
  harness.poll();
  EXPECT_EQ(harness.files().size(), 1U) << "published although the disk was full";
  EXPECT_EQ(harness.read(harness.files().at(0)).rows.size(), 20U);
  harness.pollAfter(kSecond);
  PF_ASSERT_OK(harness.close());
  expectAllRows();
}

TEST_F(Failing, ringsFillAndRefuseWhileTheOutputFails) {
  harness.options.rowGroupBuffers = 2;
  open();
  harness.plan->fail(IoOperation::kWrite, 2, EIO, FaultPlan::kForEver);
  std::uint64_t refused = 0;
  for (int i = 0; i < 5000; ++i) {
    if (producer->tryRecord("12345678", 8) == RecordResult::kFull) ++refused;
    if (i % 50 == 0) harness.poll();
  }
  EXPECT_GT(refused, 1000U);
  const SinkStats stats = harness.sink->stats();
  EXPECT_EQ(stats.records.refusedFor(RecordResult::kFull), refused);
  EXPECT_EQ(stats.rows, 0U);
  harness.plan->heal();
  harness.pollAfter(10 * kSecond);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.sink->stats().rows, 5000 - refused);
}

TEST_F(Failing, backOffGrowsUpToASecond) {
  open();
  harness.plan->fail(IoOperation::kWrite, 2, ENOSPC, FaultPlan::kForEver);
  records(10);
  harness.poll();
  std::uint64_t tries = harness.plan->count(IoOperation::kWrite);
  for (int i = 0; i < 600; ++i) harness.pollAfter(100 * kMs);
  tries = harness.plan->count(IoOperation::kWrite) - tries;
  // 60 s of a try a second, each of which opens a file: 10, 20, ... 640 ms before that. A file's
  // magic is a write that fails, so a try is one write.
  EXPECT_GE(tries, 55U);
  EXPECT_LE(tries, 75U);
  harness.plan->heal();
  PF_ASSERT_OK(harness.close());
  expectAllRows();
}

TEST_F(Failing, flushSaysWhatKeepsItFromEnding) {
  open();
  harness.plan->fail(IoOperation::kWrite, 2, EIO, FaultPlan::kForEver);
  records(3);
  PF_EXPECT_ERROR(harness.sink->flush(20 * kMs), ErrorCode::kIo, "flushing: ");
  harness.plan->heal();
  harness.clock.advance(2 * kSecond);
  PF_EXPECT_OK(harness.sink->flush(kSecond));
  PF_ASSERT_OK(harness.close());
  expectAllRows();
}

TEST_F(Failing, closeMayBeTriedAgainWhenTheDiskIsBack) {
  open();
  records(15);
  harness.plan->fail(IoOperation::kWrite, 2, ENOSPC, FaultPlan::kForEver);
  PF_EXPECT_ERROR(harness.sink->close(20 * kMs), ErrorCode::kIo, "closing: ");
  EXPECT_EQ(producer->tryRecord("x", 1), RecordResult::kClosed);
  harness.plan->heal();
  harness.clock.advance(2 * kSecond);
  PF_EXPECT_OK(harness.sink->close(kSecond));
  expectAllRows();
}

TEST_F(Failing, fileThatCannotBeEndedIsGivenUpAndTheNextLedgerSaysSo) {
  open();
  records(20);
  harness.poll();
  harness.plan->fail(IoOperation::kWrite, 4, EIO);
  harness.plan->fail(IoOperation::kTruncate, 1, EIO, FaultPlan::kForEver);
  records(10);
  for (int i = 0; i < 100; ++i) harness.pollAfter(kSecond);
  EXPECT_EQ(harness.sink->stats().writeLost, 20U);
  ASSERT_EQ(harness.events.size(), 1U);
  EXPECT_EQ(harness.events[0].rowsLost, 20U);
  EXPECT_TRUE(harness.events[0].path.ends_with(".pending"));
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kDataLost, "20 accepted records");
  ASSERT_EQ(harness.files().size(), 1U);
  const auto file = harness.read(harness.files()[0]);
  expectLedgerHolds(file);
  EXPECT_EQ(test::lineOf(file, 0)["previous"], 0);
  EXPECT_EQ(test::lineOf(file, 0)["rows"], 10);
  EXPECT_EQ(test::lineOf(file, 0)["write_lost"], 20);
  EXPECT_EQ(producer->durableAttempt(), 30U) << "lost and told is settled";
}

// Each flush has the output try again at once.
TEST_F(Failing, impatientCallersDoNotMakeAFileBeGivenUpSooner) {
  open();
  records(20);
  PF_ASSERT_OK(harness.sink->flush(kSecond));
  harness.plan->fail(IoOperation::kPublish, 1, EIO, FaultPlan::kForEver);
  for (int i = 0; i < 100; ++i) {
    // The first is sure of a turn of the worker.
    PF_EXPECT_ERROR(harness.sink->rotate(i == 0 ? 50 * kMs : kMs), ErrorCode::kIo, "");
    harness.clock.advance(10 * kMs);
  }
  harness.plan->heal();
  PF_EXPECT_OK(harness.sink->rotate(kSecond));
  EXPECT_EQ(harness.sink->stats().writeLost, 0U);
  PF_EXPECT_OK(harness.close());
  expectAllRows();
}

TEST_F(Failing, waiterForAnAttemptThatIsLostIsTold) {
  open();
  records(20);
  PF_ASSERT_OK(producer->waitDurable(20, kSecond));
  harness.plan->fail(IoOperation::kPublish, 1, EIO, FaultPlan::kForEver);
  for (int i = 0; i < 20; ++i) {
    static_cast<void>(harness.sink->rotate(kMs).has_value());
    harness.clock.advance(kSecond);
  }
  EXPECT_EQ(harness.sink->stats().writeLost, 20U);
  harness.plan->heal();
  records(10);
  PF_EXPECT_OK(producer->waitDurable(30, kSecond));
  PF_EXPECT_ERROR(producer->waitDurable(20, kSecond), ErrorCode::kDataLost, "attempts 1 to 20");
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kDataLost, "20 accepted records");
}

TEST_F(Failing, fullDiskIsNoReasonToGiveAFileUp) {
  open();
  records(20);
  harness.poll();
  harness.plan->fail(IoOperation::kWrite, 4, ENOSPC, FaultPlan::kForEver);
  records(10);
  for (int i = 0; i < 1000; ++i) harness.pollAfter(kSecond);
  EXPECT_EQ(harness.sink->stats().writeLost, 0U);
  harness.plan->heal();
  harness.pollAfter(kSecond);
  PF_ASSERT_OK(harness.close());
  expectAllRows();
}

TEST_F(Failing, destroyingASinkThatCannotWriteTellsWhatIsLost) {
  open();
  records(25);
  harness.plan->fail(IoOperation::kWrite, 2, EIO, FaultPlan::kForEver);
  harness.poll();
  harness.sink.reset();
  EXPECT_TRUE(harness.hasLogged("25 accepted records did not reach a file"));
}

TEST_F(Failing, outputPathGoesOnInANumberedFile) {
  harness.options.directory.clear();
  harness.options.outputPath = "out.parquet";
  open();
  records(10);
  harness.poll();
  harness.plan->fail(IoOperation::kWrite, 3, EIO);
  records(10);
  harness.poll();
  harness.pollAfter(kSecond);
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.files(), (std::vector<std::string>{"out-000001.parquet", "out.parquet"}));
  EXPECT_EQ(harness.read("out.parquet").rows.size(), 10U);
  EXPECT_EQ(harness.read("out-000001.parquet").rows.size(), 10U);
  EXPECT_EQ(harness.events.size(), 2U);
}

// What was synced before the rename failed is safe, and is not synced again through a file that is
// closed.
TEST_F(Failing, renameThatFailsOnceLeavesNothingInDoubt) {
  open();
  records(20);
  harness.poll();
  harness.plan->fail(IoOperation::kPublish, 1, EIO);
  bool isRotated = false;
  for (int i = 0; i < 10 && !isRotated; ++i) {
    isRotated = harness.sink->rotate(kMs).has_value();
    harness.clock.advance(kSecond);
  }
  EXPECT_TRUE(isRotated);
  EXPECT_EQ(harness.plan->faults(), 1U);
  EXPECT_TRUE(harness.doubts.empty());
  EXPECT_EQ(harness.sink->stats().rowsDurable, 20U);
  PF_EXPECT_OK(producer->waitDurable(20, kSecond));
  harness.directory->crash();
  EXPECT_EQ(harness.allRows().size(), 20U) << "the name is on the disk too";
  PF_ASSERT_OK(harness.close());
}

// It would say nothing but that it is the last.
class LastFileWithoutNews : public Failing, public ::testing::WithParamInterface<IoOperation> {};

TEST_P(LastFileWithoutNews, isNotWaitedFor) {
  open();
  records(10);
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  harness.plan->fail(GetParam(), harness.plan->count(GetParam()) + 1, EIO, FaultPlan::kForEver);
  PF_EXPECT_OK(harness.sink->close(kSecond));
  EXPECT_EQ(harness.files().size(), 1U);
  EXPECT_TRUE(harness.hasLogged("no file says that it is the last"));
}

INSTANTIATE_TEST_SUITE_P(Failing, LastFileWithoutNews,
                         ::testing::Values(IoOperation::kCreate, IoOperation::kWrite,
                                           IoOperation::kPublish),
                         [](const auto& each) {
                           return "operation" + std::to_string(static_cast<int>(each.param));
                         });

TEST_F(Failing, lastFileThatHasToSayWhatWasRefusedIsWaitedFor) {
  open();
  records(10);
  PF_ASSERT_OK(harness.sink->rotate(kSecond));
  EXPECT_EQ(producer->tryRecord("", 0), RecordResult::kTooLarge);
  harness.plan->fail(IoOperation::kCreate, harness.plan->count(IoOperation::kCreate) + 1, EIO,
                     FaultPlan::kForEver);
  PF_EXPECT_ERROR(harness.sink->close(20 * kMs), ErrorCode::kIo, "closing: ");
  harness.plan->heal();
  harness.clock.advance(2 * kSecond);
  PF_EXPECT_OK(harness.sink->close(kSecond));
  EXPECT_EQ(harness.files().size(), 2U);
}

// The rows of files before it, which were published without a sync, are not its own.
TEST_F(Failing, rowsOfFilesBeforeStayDurableWhenAFileIsGivenUp) {
  harness.options.syncOnPublish = false;
  harness.options.rotateRows = 10;
  open();
  records(10);
  harness.poll();
  ASSERT_EQ(harness.sink->stats().filesPublished, 1U);
  EXPECT_EQ(harness.sink->stats().rowsDurable, 0U);
  records(5);
  PF_ASSERT_OK(harness.sink->flush(kSecond));
  EXPECT_EQ(harness.sink->stats().rowsDurable, 15U);
  harness.plan->fail(IoOperation::kPublish, harness.plan->count(IoOperation::kPublish) + 1, EIO,
                     FaultPlan::kForEver);
  for (int i = 0; i < 20; ++i) {
    static_cast<void>(harness.sink->rotate(kMs).has_value());
    harness.clock.advance(kSecond);
  }
  EXPECT_EQ(harness.sink->stats().writeLost, 5U);
  EXPECT_EQ(harness.sink->stats().rowsDurable, 10U);
  harness.plan->heal();
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kDataLost, "5 accepted records");
}

TEST_F(Failing, doubtNamesTheFileWhoseSyncFailed) {
  harness.options.syncOnPublish = false;
  harness.options.rotateRows = 10;
  std::string path;
  harness.options.onDoubtUser = &path;
  harness.options.onDoubt = [](void* to, const DoubtEvent& event) {
    *static_cast<std::string*>(to) = event.path;
  };
  open();
  records(10);
  harness.poll();
  const std::string published = harness.files().at(0);
  harness.plan->fail(IoOperation::kSync, harness.plan->count(IoOperation::kSync) + 1, EIO,
                     FaultPlan::kForEver);
  PF_EXPECT_ERROR(harness.sink->flush(kSecond), ErrorCode::kIo, "in doubt");
  EXPECT_TRUE(path.ends_with(published)) << path;
  harness.plan->heal();
  static_cast<void>(harness.close().has_value());
}

// What must not happen has happened: the sink takes no more records and keeps what it has.
class Poisoned : public Failing, public ::testing::WithParamInterface<IoOperation> {};

TEST_P(Poisoned, keepsWhatIsPublishedAndCountsTheRest) {
  harness.options.rotateRows = 20;
  open();
  records(20);
  harness.poll();
  ASSERT_EQ(harness.sink->stats().filesPublished, 1U);
  const auto& plan = harness.plan;
  plan->fail(GetParam(), plan->count(GetParam()) + 1, FaultPlan::kThrown);
  records(25);
  EXPECT_TRUE(harness.pollAfter(kSecond));
  PF_EXPECT_ERROR(harness.sink->rotate(kSecond), ErrorCode::kInternal, "unexpected exception");
  EXPECT_EQ(harness.sink->stats().failed, ErrorCode::kInternal);
  const std::uint64_t before = harness.sink->stats().rows;
  records(3);
  harness.pollAfter(10 * kSecond);
  EXPECT_EQ(harness.sink->stats().rows, before) << "nothing is taken any more";
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kDataLost, "28 accepted records");
  const SinkStats stats = harness.sink->stats();
  EXPECT_EQ(stats.rows, 20U);
  EXPECT_EQ(stats.writeLost, 28U);
  EXPECT_EQ(harness.allRows().size(), 20U);
}

INSTANTIATE_TEST_SUITE_P(Failing, Poisoned,
                         ::testing::Values(IoOperation::kCreate, IoOperation::kWrite,
                                           IoOperation::kSync, IoOperation::kPublish),
                         [](const auto& each) {
                           return "operation" + std::to_string(static_cast<int>(each.param));
                         });

// The host process writes over a ring: what comes behind cannot be found any more.
class BrokenRing : public Failing {
 protected:
  void open() {
    harness.options.rowGroupRows = 1000;
    Failing::open();
  }
  // 15 records of 32 bytes, of which the 11th has no kind.
  void breakAfterTen() {
    for (int i = 0; i < 15; ++i) record(producer, "12345678");
    std::byte* const kind = producer->ring().view().data + 10 * 32 + 4;
    std::fill_n(kind, 2, std::byte{0xFF});
  }
};

TEST_F(BrokenRing, flushTellsWhatIsLostAndSoDoesTheLedger) {
  open();
  breakAfterTen();
  PF_EXPECT_ERROR(harness.sink->rotate(kSecond), ErrorCode::kDataLost, "5 accepted records");
  EXPECT_TRUE(harness.hasLogged("its ring was overwritten"));
  ASSERT_EQ(harness.files().size(), 1U);
  const auto first = harness.read(harness.files()[0]);
  expectLedgerHolds(first);
  EXPECT_EQ(test::lineOf(first, 0)["rows"], 10);
  EXPECT_EQ(test::lineOf(first, 0)["last"], 15);
  EXPECT_EQ(test::lineOf(first, 0)["write_lost"], 5);
  EXPECT_EQ(test::lineOf(first, 0)["refused"], 0);
  EXPECT_EQ(harness.sink->stats().writeLost, 5U);
  PF_EXPECT_ERROR(producer->waitDurable(12, kSecond), ErrorCode::kDataLost, "not all");

  // What comes later is lost too, and told once.
  for (int i = 0; i < 3; ++i) record(producer, "12345678");
  PF_EXPECT_ERROR(harness.sink->flush(kSecond), ErrorCode::kDataLost, "3 accepted records");
  PF_EXPECT_OK(harness.sink->flush(kSecond));
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kDataLost, "8 accepted records");
  EXPECT_EQ(harness.sink->stats().writeLost, 8U);
  ASSERT_EQ(harness.files().size(), 2U);
  const auto second = harness.read(harness.files()[1]);
  expectLedgerHolds(second);
  EXPECT_EQ(test::lineOf(second, 0)["previous"], 15);
  EXPECT_EQ(test::lineOf(second, 0)["last"], 18);
  EXPECT_EQ(test::lineOf(second, 0)["write_lost"], 3);
}

TEST_F(BrokenRing, closeTellsWhatIsLostAndOtherRingsAreDrained) {
  open();
  PF_ASSERT_OK_ASSIGN(Producer* const other, harness.sink->addProducer());
  breakAfterTen();
  for (int i = 0; i < 4; ++i) record(other, "abcdefgh");
  harness.pollAfter(10 * kMs);
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kDataLost, "5 accepted records");
  const auto file = harness.read(harness.files().at(0));
  expectLedgerHolds(file);
  EXPECT_EQ(test::lineOf(file, 0)["write_lost"], 5);
  EXPECT_EQ(test::lineOf(file, 1)["rows"], 4);
  EXPECT_EQ(test::lineOf(file, 1)["write_lost"], 0);
}

TEST_F(BrokenRing, flushTellsWhatAReleasedProducerLost) {
  open();
  breakAfterTen();
  producer->release();
  harness.pollAfter(10 * kMs);
  PF_EXPECT_ERROR(harness.sink->flush(kSecond), ErrorCode::kDataLost, "5 accepted records");
  PF_EXPECT_OK(harness.sink->flush(kSecond));
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kDataLost, "5 accepted records");
}

// Nothing waits for what stands behind the break: the worker parks as long as if there were
// nothing.
TEST_F(BrokenRing, leavesTheWorkerToPark) {
  harness.options.worker = WorkerMode::kPark;
  harness.options.parkMaxNs = 50 * kMs;
  harness.options.clockSources = systemClockSources();
  open();
  PF_ASSERT_OK_ASSIGN(Producer* const other, harness.sink->addProducer());
  breakAfterTen();
  record(other, "abcdefgh");
  PF_ASSERT_OK(other->waitDurable(1, kSecond));
  const std::uint64_t passes = harness.sink->stats().workerPasses;
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_LE(harness.sink->stats().workerPasses - passes, 50U);
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kDataLost, "5 accepted records");
}

TEST_F(BrokenRing, reservationThatIsOpenIsNoPartOfWhatAFlushSettles) {
  open();
  breakAfterTen();
  void* room = nullptr;
  ASSERT_EQ(producer->tryReserve(8, &room), RecordResult::kOk);
  PF_EXPECT_ERROR(harness.sink->flush(kSecond), ErrorCode::kDataLost, "5 accepted records");
  EXPECT_EQ(producer->durableAttempt(), 10U);
  ASSERT_EQ(producer->abort(), RecordResult::kOk);
  PF_EXPECT_ERROR(harness.close(), ErrorCode::kDataLost, "5 accepted records");
  const auto file = harness.read(harness.files().at(0));
  expectLedgerHolds(file);
  EXPECT_EQ(test::lineOf(file, 0)["write_lost"], 5);
  EXPECT_EQ(test::lineOf(file, 0)["aborted"], 1);
}

// The same run again and again, with a fault at each operation of it in turn, once or lasting. The
// disk comes back before the end, so nothing may be lost, but where a file could not be closed, cut
// back or ended.
struct Sweep {
  IoOperation operation;
  int systemError;
  std::uint64_t times;
  // So many times what a failed write left behind cannot be cut off either.
  std::uint64_t failedCuts = 0;
};

class FaultSweep : public ::testing::TestWithParam<Sweep> {};

void runWith(SinkHarness& harness, Producer*& producer) {
  harness.useDirectory();
  harness.options.rowGroupRows = 10;
  harness.options.rotateRows = 30;
  auto opened = LogSink::open(harness.options);
  if (!opened) return;  // nothing was taken, so nothing can be lost
  harness.sink = std::move(*opened);
  auto added = harness.sink->addProducer();
  ASSERT_TRUE(added.has_value());
  producer = *added;
  int next = 1;
  for (int round = 0; round < 8; ++round) {
    for (int i = 0; i < 12; ++i) record(producer, "payload-" + std::to_string(next++));
    harness.pollAfter(50 * kMs);
    if (round == 4) static_cast<void>(harness.sink->flush(kMs).has_value());
  }
  harness.plan->heal();
  harness.pollAfter(5 * kSecond);
  static_cast<void>(harness.close().has_value());
}

TEST_P(FaultSweep, everyOperationOfARunMayFail) {
  const Sweep sweep = GetParam();
  std::uint64_t operations = 0;
  {
    SinkHarness harness;
    Producer* producer = nullptr;
    runWith(harness, producer);
    operations = harness.plan->count(sweep.operation);
    ASSERT_EQ(harness.sink->stats().rows, 96U);
  }
  ASSERT_GE(operations, 3U);
  for (std::uint64_t nth = 1; nth <= operations; ++nth) {
    SCOPED_TRACE("operation " + std::to_string(nth));
    SinkHarness harness;
    Producer* producer = nullptr;
    harness.plan->fail(sweep.operation, nth, sweep.systemError, sweep.times, 7);
    harness.plan->fail(IoOperation::kTruncate, 1, EIO, sweep.failedCuts);
    runWith(harness, producer);
    if (harness.sink == nullptr) continue;
    const SinkStats stats = harness.sink->stats();
    EXPECT_EQ(stats.rows + stats.writeLost, 96U);
    const auto rows = harness.allRows();
    EXPECT_EQ(rows.size(), stats.rows);
    std::uint64_t attempt = 0;
    for (const auto& row : rows) {
      EXPECT_GT(row.attempt, attempt);
      attempt = row.attempt;
      EXPECT_EQ(row.payload, "payload-" + std::to_string(row.attempt));
    }
    std::uint64_t lost = 0;
    for (const auto& name : harness.files()) {
      const auto file = harness.read(name);
      expectLedgerHolds(file);
      for (const auto& line : file.ledger["producers"])
        lost += line["write_lost"].get<std::uint64_t>();
    }
    EXPECT_EQ(lost, stats.writeLost);
    if (sweep.operation != IoOperation::kClose && sweep.failedCuts == 0) {
      EXPECT_EQ(stats.writeLost, 0U);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Failing, FaultSweep,
    ::testing::Values(Sweep{IoOperation::kWrite, ENOSPC, 1}, Sweep{IoOperation::kWrite, EIO, 1},
                      Sweep{IoOperation::kWrite, ENOSPC, FaultPlan::kForEver},
                      Sweep{IoOperation::kWrite, EIO, 3}, Sweep{IoOperation::kWrite, EIO, 1, 1},
                      Sweep{IoOperation::kWrite, ENOSPC, 3, FaultPlan::kForEver},
                      Sweep{IoOperation::kCreate, ENOSPC, 2}, Sweep{IoOperation::kSync, EIO, 1},
                      Sweep{IoOperation::kClose, EIO, 1}, Sweep{IoOperation::kPublish, EIO, 2},
                      Sweep{IoOperation::kSyncDirectory, EIO, 1},
                      Sweep{IoOperation::kMakeDirectory, ENOSPC, 2}),
    [](const auto& each) {
      return "operation" + std::to_string(static_cast<int>(each.param.operation)) + "_error" +
             std::to_string(each.param.systemError) + "_" +
             (each.param.times == FaultPlan::kForEver ? "lasting"
                                                      : std::to_string(each.param.times)) +
             (each.param.failedCuts == 0 ? "" : "_not_cut_back");
    });

}  // namespace
}  // namespace parquet_flow::sink
