// Threads on both sides: rings that come and go with the application's threads, threads of ours
// that keep to themselves and sleep when there is nothing to do. Method: real threads, real time;
// what /proc tells of our own.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "sink_harness.hpp"
#include "support/expect_result.hpp"
#include "support/sanitizers.hpp"

namespace parquet_flow::sink {
namespace {

using test::kMs;
using test::kSecond;
using test::lineOf;
using test::record;
using test::SinkHarness;

class Threads : public ::testing::Test {
 protected:
  Threads() {
    harness.options.worker = WorkerMode::kPark;
    harness.options.clock = ClockChoice::kAuto;
    harness.options.clockSources = systemClockSources();
  }
  // Until it holds, or ten seconds are over.
  template <class Condition>
  static bool eventually(Condition condition) {
    for (int i = 0; i < 10'000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return false;
  }
  SinkHarness harness;
};

TEST_F(Threads, eachHasItsOwnRingAndGivesItBackWhenItEnds) {
  harness.open();
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 100; ++k) {
        EXPECT_EQ(harness.sink->tryRecord("12345678", 8), RecordResult::kOk);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_TRUE(eventually([&] { return harness.sink->stats().producers == 0; }))
      << "rings of threads that ended are freed once drained";
  PF_ASSERT_OK(harness.close());
  const auto file = harness.read("out.parquet");
  expectLedgerHolds(file);
  EXPECT_EQ(file.rows.size(), 800U);
  for (std::uint32_t i = 0; i < 8; ++i) EXPECT_EQ(lineOf(file, i)["rows"], 100);
}

TEST_F(Threads, threadMayOutliveTheSink) {
  std::atomic<int> step{0};
  harness.open();
  std::thread thread([&] {
    EXPECT_EQ(harness.sink->tryRecord("a", 1), RecordResult::kOk);
    step = 1;
    while (step != 2) std::this_thread::yield();
    // The sink is gone; another one may lie where it lay.
    auto second = LogSink::open(harness.options);
    ASSERT_TRUE(second.has_value()) << second.error().message();
    EXPECT_EQ((*second)->tryRecord("b", 1), RecordResult::kOk);
    EXPECT_EQ((*second)->stats().producers, 1U);
    PF_EXPECT_OK((*second)->close(10 * kSecond));
  });
  while (step != 1) std::this_thread::yield();
  PF_ASSERT_OK(harness.close());
  harness.sink.reset();
  harness.options.outputPath = "second.parquet";
  step = 2;
  thread.join();
  EXPECT_EQ(harness.read("second.parquet").rows.size(), 1U);
}

TEST_F(Threads, oneThreadHasARingInEachOfTwoSinks) {
  harness.open();
  SinkOptions other = harness.options;
  other.outputPath = "other.parquet";
  PF_ASSERT_OK_ASSIGN(auto second, LogSink::open(other));
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(harness.sink->tryRecord("first", 5), RecordResult::kOk);
    EXPECT_EQ(second->tryRecord("second", 6), RecordResult::kOk);
  }
  PF_ASSERT_OK(second->close(10 * kSecond));
  PF_ASSERT_OK(harness.close());
  EXPECT_EQ(harness.read("out.parquet").payloads(), std::vector<std::string>(10, "first"));
  EXPECT_EQ(harness.read("other.parquet").payloads(), std::vector<std::string>(10, "second"));
}

TEST_F(Threads, threadWhoseRingCannotBeMadeIsToldAndCounted) {
  harness.options.producersMax = 1;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  EXPECT_EQ(harness.sink->tryRecord("x", 1), kNoRing);
  EXPECT_EQ(harness.sink->tryRecord("x", 1), kNoRing);
  PF_EXPECT_ERROR(harness.sink->prepareThread(), ErrorCode::kLimit, "producers_max");
  PF_EXPECT_ERROR(harness.sink->addProducer(), ErrorCode::kLimit, "producers_max");
  EXPECT_EQ(harness.sink->stats().noRing, 2U);
  EXPECT_EQ(harness.sink->stats().records.attempt, 0U);
  producer->release();
  EXPECT_TRUE(eventually([&] { return harness.sink->tryRecord("x", 1) == RecordResult::kOk; }));
  PF_ASSERT_OK(harness.close());
  EXPECT_GE(harness.read("out.parquet").ledger["no_ring"], 2);
}

TEST_F(Threads, producersOptionsAreChecked) {
  harness.open();
  PF_EXPECT_ERROR(harness.sink->addProducer({.name = std::string(64, 'x')}),
                  ErrorCode::kInvalidArgument, "63 bytes");
  PF_EXPECT_ERROR(harness.sink->addProducer({.ringBytes = 1}), ErrorCode::kInvalidArgument,
                  "ring_bytes");
  PF_EXPECT_ERROR(harness.sink->addProducer({.recordBytesMax = (16 << 10) - 23}),
                  ErrorCode::kInvalidArgument, "record_bytes_max must be 1 .. 16360");
  PF_ASSERT_OK_ASSIGN(Producer* const wide, harness.sink->addProducer({.ringBytes = 100'000}));
  EXPECT_EQ(wide->stats().ringBytes, 128U << 10);
  EXPECT_EQ(wide->recordBytesMax(), (16U << 10) - 24) << "the sink's";
  PF_ASSERT_OK_ASSIGN(Producer* const narrow, harness.sink->addProducer({.recordBytesMax = 8}));
  EXPECT_EQ(narrow->tryRecord("123456789", 9), RecordResult::kTooLarge);
  EXPECT_EQ(narrow->index(), 1U);
}

TEST_F(Threads, lowPriorityRecordsLeaveRoomForOthers) {
  harness.options.worker = WorkerMode::kPoll;
  harness.options.lowPriorityPercent = 25;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  int low = 0;
  while (producer->tryRecordLow("12345678", 8) == RecordResult::kOk) ++low;
  EXPECT_EQ(low * 32, 16 << 10) << "a quarter of 64 KiB";
  EXPECT_EQ(producer->tryRecordLow("x", 1), RecordResult::kReserved);
  EXPECT_EQ(producer->tryRecord("x", 1), RecordResult::kOk);
}

std::vector<std::string> ourThreads() {
  std::vector<std::string> names;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "comm");
    std::string name;
    std::getline(file, name);
    if (name.starts_with("pf-")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST_F(Threads, oursHaveNames) {
  harness.options.encodeThreads = 2;
  harness.open();
  const std::vector<std::string> all = {"pf-encode-0", "pf-encode-1", "pf-worker"};
  EXPECT_TRUE(eventually([&] { return ourThreads() == all; }));  // each names itself
  PF_ASSERT_OK(harness.close());
  EXPECT_TRUE(eventually([] { return ourThreads().empty(); }));
}

TEST_F(Threads, pollingMeansNoneOfOurs) {
  harness.options.worker = WorkerMode::kPoll;
  harness.options.encodeThreads = 3;
  harness.open();
  // One of the test before may take a moment to be gone.
  EXPECT_TRUE(eventually([] { return ourThreads().empty(); }));
  harness.options.worker = WorkerMode::kPark;
}

TEST_F(Threads, pollIsRefusedWhereAThreadDoesTheWork) {
  harness.open();
  PF_EXPECT_ERROR(harness.sink->poll(kMs), ErrorCode::kInvalidArgument, "worker thread");
}

TEST_F(Threads, cpuThatIsNotThereFailsTheOpenAndLeavesNothing) {
  harness.options.workerCpus = {8'000};
  PF_EXPECT_ERROR(LogSink::open(harness.options), ErrorCode::kInvalidArgument, "CPU");
  EXPECT_TRUE(harness.hiddenFiles().empty());
  EXPECT_TRUE(ourThreads().empty());
}

std::int64_t processCpuNs() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

TEST_F(Threads, idleSinkCostsUnderAHundredthOfACore) {
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  record(producer, "x");
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // parks are longest by now
  // TSan has a thread of its own, and a call behind each access to memory.
  const std::int64_t most = parquet_flow::test::kThreadSanitized ? 30'000'000 : 10'000'000;
  std::int64_t least = INT64_MAX;  // of some windows: a machine that is busy only adds
  for (int window = 0; window < 5 && least >= most; ++window) {
    const std::int64_t before = processCpuNs();
    std::this_thread::sleep_for(std::chrono::seconds(1));
    least = std::min(least, processCpuNs() - before);
  }
  EXPECT_LT(least, most);
}

TEST_F(Threads, idleWorkerParksForTwiceAsLongEachTimeAndARecordEndsThat) {
  harness.options.parkNs = kMs;
  harness.options.parkMaxNs = 200 * kMs;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  const auto passes = [&] { return harness.sink->stats().workerPasses; };
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // 1, 2, 4, ... 200 ms
  const std::uint64_t before = passes();
  const auto start = std::chrono::steady_clock::now();
  std::this_thread::sleep_for(std::chrono::seconds(1));
  const std::chrono::duration<double> slept = std::chrono::steady_clock::now() - start;
  // 5 parks of 200 ms in a second, and a look at the clock every 500; 1000 if they were of 1 ms.
  EXPECT_LE(static_cast<double>(passes() - before), 12 * slept.count());
  const std::uint64_t idle = passes();
  record(producer, "x");
  // It is found after 200 ms at the latest, and then they are short again: 1, 2, 4, 8, ... A second
  // of long ones has no more than 7.
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(1);
  while (passes() - idle < 8 && std::chrono::steady_clock::now() < limit) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  EXPECT_GE(passes() - idle, 8U);
}

TEST_F(Threads, passThatFoundMuchIsFollowedByAnotherAtOnce) {
  harness.options.worker = WorkerMode::kPoll;
  harness.options.ringBytes = 1 << 20;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  const std::string payload(1000, 'x');  // 1024 bytes in the ring
  for (int i = 0; i < 63; ++i) record(producer, payload);
  PF_ASSERT_OK_ASSIGN(const bool afterLess, harness.sink->poll(0));
  EXPECT_FALSE(afterLess);
  for (int i = 0; i < 64; ++i) record(producer, payload);
  PF_ASSERT_OK_ASSIGN(const bool afterMuch, harness.sink->poll(0));
  EXPECT_TRUE(afterMuch) << "64 KiB";
  PF_ASSERT_OK_ASSIGN(const bool afterNothing, harness.sink->poll(0));
  EXPECT_FALSE(afterNothing);
}

TEST_F(Threads, sealingByTimeNeedsNoRecord) {
  harness.options.rowGroupTimeNs = 20 * kMs;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  record(producer, "x");
  EXPECT_TRUE(eventually([&] { return harness.sink->stats().rowGroups == 1; }));
}

TEST_F(Threads, flushWakesAParkedWorker) {
  harness.options.parkNs = kSecond;
  harness.options.parkMaxNs = kSecond;
  harness.open();
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  // Behind a pass a park of a second begins. One turn has to be quick, on a machine that is busy.
  std::chrono::nanoseconds least = std::chrono::hours(1);
  for (int turn = 0; turn < 5 && least >= std::chrono::milliseconds(500); ++turn) {
    const std::uint64_t passes = harness.sink->stats().workerPasses;
    ASSERT_TRUE(eventually([&] { return harness.sink->stats().workerPasses != passes; }));
    record(producer, "x");
    const auto start = std::chrono::steady_clock::now();
    PF_ASSERT_OK(harness.sink->flush(10 * kSecond));
    least = std::min<std::chrono::nanoseconds>(least, std::chrono::steady_clock::now() - start);
  }
  EXPECT_LT(least, std::chrono::milliseconds(500));
}

TEST_F(Threads, pollFromSeveralThreadsIsOneAtATime) {
  harness.options.worker = WorkerMode::kPoll;
  harness.options.rowGroupRows = 50;
  harness.open();
  std::atomic<bool> stop{false};
  std::vector<std::thread> pollers;
  for (int i = 0; i < 3; ++i) {
    pollers.emplace_back([&] {
      while (!stop) static_cast<void>(harness.sink->poll(100'000).has_value());
    });
  }
  PF_ASSERT_OK_ASSIGN(Producer* const producer, harness.sink->addProducer());
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    accepted += producer->tryRecord("12345678", 8) == RecordResult::kOk ? 1 : 0;
  }
  PF_EXPECT_OK(harness.sink->flush(10 * kSecond));
  EXPECT_EQ(harness.sink->stats().rowsDurable, static_cast<std::uint64_t>(accepted));
  stop = true;
  for (auto& poller : pollers) poller.join();
  PF_ASSERT_OK(harness.close());
  expectLedgerHolds(harness.read("out.parquet"));
}

}  // namespace
}  // namespace parquet_flow::sink
