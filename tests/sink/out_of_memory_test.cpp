// No memory on our threads: the sink says so and takes no more records, the process goes on, and
// what was accepted is in files or counted as lost, once. Method: one run of a sink, again and
// again, in which memory ends at each allocation of ours in turn, for once or until it is over.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "captured_file.hpp"
#include "sink/log_sink.hpp"
#include "sink_harness.hpp"
#include "support/allocation_faults.hpp"
#include "support/expect_result.hpp"
#include "support/sanitizers.hpp"
#include "support/temp_directory.hpp"

// In place of the system's, by the linker's --wrap: hundreds of runs need not wait for a disk.
extern "C" int __wrap_fsync(int descriptor);
extern "C" int __wrap_fsync(int /*descriptor*/) { return 0; }

namespace parquet_flow::sink {
namespace {

using parquet_flow::test::AllocationScope;
using parquet_flow::test::countedAllocations;
using parquet_flow::test::failAllocations;
using parquet_flow::test::healAllocations;
using parquet_flow::test::TempDirectory;
using test::CapturedFile;
using test::HandClock;
using test::kMs;
using test::kSecond;

constexpr std::uint64_t kForEver = UINT64_MAX / 2;

struct Case {
  const char* name;
  WorkerMode worker;
  std::uint32_t encodeThreads;
};

// What the sink does on the calling thread counts as its own; what it throws there, the boundary of
// the C API would turn into a status.
template <class Call>
void ours(Call call) {
  const AllocationScope scope(true);
  try {
    static_cast<void>(call());
    // NOLINTNEXTLINE(bugprone-empty-catch): see above
  } catch (const std::bad_alloc&) {
  }
}

// One run, in files of its own.
class Capture {
 public:
  explicit Capture(const Case& how) {
    SinkOptions options;
    options.directory = folder_.path();
    options.syncOnPublish = false;
    options.worker = how.worker;
    options.encodeThreads = how.encodeThreads;
    options.rowGroupRows = 10;
    options.rowGroupTimeNs = 0;
    options.rotateRows = 30;
    options.ringBytes = 64 << 10;
    options.parkMaxNs = kMs;
    if (how.worker == WorkerMode::kPoll) {
      options.clock = ClockChoice::kWorker;
      options.clockSources = clock_.sources();
    }
    options.logUser = this;
    options.log = [](void* self, LogLevel, const char*) { ++static_cast<Capture*>(self)->lines_; };
    options.onFileUser = this;
    options.onFile = [](void* self, const FileEvent&) { ++static_cast<Capture*>(self)->files_; };
    auto opened = LogSink::open(options);
    EXPECT_TRUE(opened.has_value());
    sink_ = std::move(*opened);
    polls_ = how.worker == WorkerMode::kPoll;
    for (int i = 0; i < 2; ++i) add();
  }
  ~Capture() { healAllocations(); }

  // Records of two producers, and of one that comes and goes.
  void capture() {
    for (int round = 0; round < 6; ++round) {
      for (int i = 0; i < 12; ++i) record(0);
      for (int i = 0; i < 5; ++i) record(1);
      void* room = nullptr;
      if (producers_[0]->tryReserve(8, &room) == RecordResult::kOk) {
        EXPECT_EQ(producers_[0]->abort(), RecordResult::kOk);
      }
      EXPECT_EQ(producers_[1]->tryRecord("", 0), RecordResult::kTooLarge);
      if (round == 2) {
        add();
        record(2);
        attempts_[2] = 1;
        producers_[2]->release();
      }
      turns();
      if (round == 1 || round == 3) ours([&] { return sink_->flush(5 * kMs); });
      if (round == 4) ours([&] { return sink_->rotate(5 * kMs); });
    }
    for (std::size_t i = 0; i < 2; ++i) attempts_[i] = producers_[i]->lastAttempt();
  }

  // Fewer than a row group, taken out of the ring.
  void captureFew() {
    for (int i = 0; i < 5; ++i) record(0);
    turns();
    const std::uint64_t passes = sink_->stats().workerPasses;
    while (!polls_ && sink_->stats().workerPasses < passes + 2) std::this_thread::yield();
  }

  void close() {
    ours([&] { return sink_->close(5 * kMs); });
    healAllocations();
    const auto closed = sink_->close(20 * kSecond);
    EXPECT_TRUE(closed || closed.error().code() != ErrorCode::kTimeout) << closed.error().message();
  }

  // Without having closed it.
  void destroy() {
    ours([&] {
      sink_.reset();
      return true;
    });
    healAllocations();
  }

  // What is published is whole, whatever else became of it.
  void expectFilesAreWhole() {
    for (const std::string& path : publishedFiles()) {
      SCOPED_TRACE(path);
      expectLedgerHolds(test::readCaptured(parquet_flow::test::readWholeFile(path)));
    }
  }

  void expectConserved() {
    struct Told {
      std::uint64_t last = 0;
      std::uint64_t rows = 0;
      std::uint64_t writeLost = 0;
    };
    std::vector<Told> told(producers_.size());
    std::vector<std::uint64_t> seen(producers_.size());
    for (const std::string& path : publishedFiles()) {
      SCOPED_TRACE(path);
      const CapturedFile file = test::readCaptured(parquet_flow::test::readWholeFile(path));
      expectLedgerHolds(file);
      for (const auto& row : file.rows) {
        EXPECT_GT(row.attempt, seen[row.producer]) << "twice, or out of order";
        seen[row.producer] = row.attempt;
        EXPECT_EQ(row.payload, "payload");
      }
      for (const auto& line : file.ledger["producers"]) {
        Told& sum = told.at(line["producer"].get<std::size_t>());
        EXPECT_EQ(line["previous"], sum.last) << "a gap between files";
        sum.last = line["last"].get<std::uint64_t>();
        sum.rows += line["rows"].get<std::uint64_t>();
        sum.writeLost += line["write_lost"].get<std::uint64_t>();
      }
    }
    const SinkStats stats = sink_->stats();
    std::uint64_t rows = 0;
    std::uint64_t lost = 0;
    for (std::size_t i = 0; i < told.size(); ++i) {
      EXPECT_EQ(told[i].last, attempts_[i]) << "producer " << i;
      rows += told[i].rows;
      lost += told[i].writeLost;
    }
    EXPECT_EQ(stats.rows, rows);
    EXPECT_EQ(stats.writeLost, lost);
    EXPECT_EQ(stats.rows + stats.writeLost, stats.records.accepted);
    EXPECT_EQ(stats.filesPublished, files_);
  }

  [[nodiscard]] LogSink& sink() { return *sink_; }

 private:
  void add() {
    auto added = sink_->addProducer();
    ASSERT_TRUE(added.has_value());
    producers_.push_back(*added);
    attempts_.push_back(0);
  }
  void record(std::size_t producer) {
    EXPECT_EQ(producers_[producer]->tryRecord("payload", 7), RecordResult::kOk);
  }
  void turns() {
    if (!polls_) return;
    for (int i = 0; i < 3; ++i) {
      ours([&] { return sink_->poll(0); });
      clock_.advance(600 * kMs);  // over the back-off, and over the clock's refresh
    }
  }
  std::vector<std::string> publishedFiles() {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      const std::string name = entry.path().filename();
      if (entry.is_regular_file() && !name.starts_with('.')) paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
  }

  TempDirectory folder_;
  HandClock clock_;
  bool polls_ = false;
  std::atomic<std::uint64_t> lines_{0};
  std::atomic<std::uint64_t> files_{0};
  std::unique_ptr<LogSink> sink_;
  std::vector<Producer*> producers_;
  std::vector<std::uint64_t> attempts_;
};

class OutOfMemory : public ::testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    if (parquet_flow::test::kThreadSanitized) GTEST_SKIP() << "its operator new goes first";
  }

  // Allocations of ours in a run where none fails.
  std::uint64_t allocationsOfARun() {
    Capture run(GetParam());
    healAllocations();
    run.capture();
    ours([&] { return run.sink().close(20 * kSecond); });
    const std::uint64_t allocations = countedAllocations();
    EXPECT_EQ(run.sink().stats().writeLost, 0U);
    run.expectConserved();
    return allocations;
  }

  // Where threads of ours take part, time goes by in real, and no run is quite as another one.
  static std::uint64_t step(std::uint64_t ofPoll) {
    return GetParam().worker == WorkerMode::kPoll ? ofPoll : 4 * ofPoll;
  }

  static void closeAndLook(Capture& run) {
    run.close();
    run.expectConserved();
  }

  // Runs in which `times` allocations fail, from every `ofPoll`th one on in turn; how many there
  // are in a run.
  template <class End>
  std::uint64_t failEach(std::uint64_t ofPoll, std::uint64_t times, End&& end) {
    const std::uint64_t allocations = allocationsOfARun();
    for (std::uint64_t nth = 1; nth <= allocations && !HasFailure(); nth += step(ofPoll)) {
      SCOPED_TRACE("allocation " + std::to_string(nth) + " of " + std::to_string(allocations));
      Capture run(GetParam());
      failAllocations(nth, times);
      run.capture();
      end(run);
    }
    return allocations;
  }

  AllocationScope test_{false};
};

TEST_P(OutOfMemory, atEachAllocationOnce) { EXPECT_GT(failEach(1, 1, closeAndLook), 50U); }

TEST_P(OutOfMemory, fromEachAllocationUntilItIsBack) { failEach(2, kForEver, closeAndLook); }

TEST_P(OutOfMemory, thatStaysKeepsNobodyFromDestroyingTheSink) {
  failEach(3, kForEver, [](Capture& run) {
    run.destroy();
    run.expectFilesAreWhole();
  });
}

// The first row group is the last one: all that it needs is allocated on the way out.
TEST_P(OutOfMemory, thatComesBackLeavesNoFileWithoutItsLedger) {
  constexpr std::uint64_t kAllocations = 60;  // more than there are
  for (std::uint64_t nth = 1; nth <= kAllocations && !HasFailure(); ++nth) {
    SCOPED_TRACE("allocation " + std::to_string(nth));
    Capture run(GetParam());
    run.captureFew();
    failAllocations(nth, 1);
    run.destroy();
    run.expectFilesAreWhole();
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, OutOfMemory,
                         ::testing::Values(Case{"poll", WorkerMode::kPoll, 0},
                                           Case{"park", WorkerMode::kPark, 0},
                                           Case{"encoders", WorkerMode::kPark, 2}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace parquet_flow::sink
