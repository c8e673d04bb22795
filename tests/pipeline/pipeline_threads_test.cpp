// Goal: the columns of a row group are encoded by several threads at once, and one that takes long
// holds up writing alone; where the system starts fewer threads than asked for, or none, a pipeline
// does with those, says so, and writes the same file; the threads of one pipeline end with its
// file.
//
// Method: threads that wait inside a column for what is to happen meanwhile; a system that starts
// no more threads.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/thread.hpp"
#include "column_hook.hpp"
#include "feed.hpp"
#include "pipeline/parallelism.hpp"
#include "pipeline/pipeline.hpp"
#include "support/expect_result.hpp"
#include "support/thread_faults.hpp"
#include "watched_file.hpp"

namespace parquet_flow::pipeline {
namespace {

using parquet_flow::test::allowAllThreads;
using parquet_flow::test::allowThreads;
using parquet_flow::test::refusedThreads;
using test::ColumnHook;
using test::comesTrue;
using test::Ends;
using test::KeptFile;
using test::WatchedFile;

constexpr std::uint32_t kLeaves = 3;
// Worth other threads' time from the first on; no column of so many is cut in parts.
constexpr std::uint64_t kRows = 100'000;

std::vector<std::uint64_t> count(std::uint64_t rows) {
  std::vector<std::uint64_t> all(rows);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

std::unique_ptr<Pipeline> openTo(std::unique_ptr<io::OutputFile> file,
                                 const PipelineOptions& options,
                                 const write::WriterOptions& writer = {}) {
  auto opened = Pipeline::open(std::move(file), test::feedSchema(), writer, options);
  EXPECT_TRUE(opened.has_value()) << opened.error().message();
  return std::move(*opened);
}

// --- at once -------------------------------------------------------------------------------------

// So many threads encode, the submitting one included.
class ColumnsAtOnce : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  std::string bytes;
  Ends ends;
};

TEST_P(ColumnsAtOnce, areThoseOfOneRowGroup) {
  const std::uint32_t wanted = std::min(GetParam(), kLeaves);
  std::mutex mutex;
  std::condition_variable changed;
  std::set<std::thread::id> inside;  // each in a column of its own, until all are
  std::atomic<bool> isTogether{false};
  const ColumnHook hook([&](std::uint32_t /*leaf*/, std::uint64_t rowGroup) {
    EXPECT_EQ(rowGroup, 0U);
    std::unique_lock lock(mutex);
    inside.insert(std::this_thread::get_id());
    if (inside.size() == wanted) isTogether = true;
    changed.notify_all();
    changed.wait_for(lock, std::chrono::minutes(5), [&] { return isTogether.load(); });
  });
  const auto pipeline =
      openTo(std::make_unique<KeptFile>(bytes), {.threads = makeEncodeThreads(GetParam())});
  PF_ASSERT_OK(test::submitRows(*pipeline, 0, kRows, ends));
  PF_ASSERT_OK(pipeline->flush());
  // The submitting thread is one of them only where there would be too few without it.
  if (GetParam() > kLeaves) {
    EXPECT_TRUE(comesTrue([&] { return isTogether.load(); }));
  }
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_TRUE(isTogether);
  EXPECT_EQ(test::rowsOf(bytes, kRows), count(kRows));
}

TEST_P(ColumnsAtOnce, slowFirstColumnHoldsUpWritingAndNotEncoding) {
  // n of the first row group takes until all others are encoded. What nobody has to choose for
  // waits for nothing.
  constexpr std::uint64_t kOthers = 5;
  write::WriterOptions writer;
  writer.column.encoding = encoding::Encoding::kPlain;
  std::vector<std::uint64_t> encodedAtWrite;
  Pipeline* pipeline = nullptr;
  const ColumnHook hook([&](std::uint32_t leaf, std::uint64_t rowGroup) {
    if (leaf != 0 || rowGroup != 0) return;
    EXPECT_TRUE(comesTrue([&] { return pipeline->progress().rowGroupsEncoded == kOthers; }));
  });
  const auto opened =
      openTo(std::make_unique<WatchedFile>(
                 bytes, [&] { encodedAtWrite.push_back(pipeline->progress().rowGroupsEncoded); }),
             {.rowGroupsInFlight = 1 + kOthers, .threads = makeEncodeThreads(GetParam())}, writer);
  pipeline = opened.get();
  PF_ASSERT_OK(test::submitRows(*opened, 0, kRows, ends));
  PF_ASSERT_OK(opened->flush());
  for (std::uint64_t i = 0; i < kOthers; ++i) {
    PF_ASSERT_OK(test::submitRows(*opened, kRows + i * 100, 100, ends));
    PF_ASSERT_OK(opened->flush());
  }
  PF_ASSERT_OK(opened->finish());
  ASSERT_EQ(encodedAtWrite.size(), 1 + kOthers + 1) << "and the footer";
  EXPECT_EQ(encodedAtWrite.front(), 1 + kOthers) << "the last ones were finished before the first";
  EXPECT_EQ(test::rowsOf(bytes, kRows + kOthers * 100), count(kRows + kOthers * 100));
}

INSTANTIATE_TEST_SUITE_P(Threads, ColumnsAtOnce, ::testing::Values(2, 4));

// --- fewer than asked for ------------------------------------------------------------------------

constexpr std::uint32_t kOtherThreads = 3;

// How many of them the system still starts.
class FewerThreads : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  ~FewerThreads() override { allowAllThreads(); }

  std::unique_ptr<Pipeline> open(std::uint64_t rowGroupRows,
                                 std::shared_ptr<EncodeThreads> threads = nullptr) {
    if (threads == nullptr) threads = makeEncodeThreads(1 + kOtherThreads);
    return openTo(std::make_unique<KeptFile>(bytes),
                  {.rowGroupRows = rowGroupRows, .threads = threads});
  }

  std::string bytes;
  Ends ends;
};

TEST_P(FewerThreads, writeTheSameFile) {
  allowThreads(GetParam());
  const auto pipeline = open(std::uint64_t{1} << 20);
  EXPECT_EQ(pipeline->progress().threads, 1U);
  EXPECT_EQ(pipeline->progress().threadError, 0);
  const std::vector<std::uint64_t> rowGroups = {100, 300'000, 100, 70'000};  // n is cut in parts
  std::uint64_t first = 0;
  for (const std::uint64_t rows : rowGroups) {
    PF_ASSERT_OK(test::submitRows(*pipeline, first, rows, ends));
    PF_ASSERT_OK(pipeline->flush());
    first += rows;
  }
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(pipeline->progress().threads, 1 + GetParam());
  EXPECT_EQ(pipeline->progress().threadError, GetParam() == kOtherThreads ? 0 : EAGAIN);
  EXPECT_TRUE(bytes == test::sequentialFile(rowGroups, {}));
  EXPECT_EQ(ends.written, 4);
}

TEST_P(FewerThreads, areSharedByAllPipelines) {
  if (GetParam() == 0) GTEST_SKIP() << "there is none";
  allowThreads(GetParam());
  const auto threads = makeEncodeThreads(1 + kOtherThreads);
  const auto pipeline = open(kRows, threads);
  std::string other;
  const auto second =
      openTo(std::make_unique<KeptFile>(other), {.rowGroupRows = kRows, .threads = threads});
  for (Pipeline* const each : {pipeline.get(), second.get()}) {
    PF_ASSERT_OK(test::submitRows(*each, 0, kRows, ends, WhenFull::kRefuse));
  }
  for (Pipeline* const each : {pipeline.get(), second.get()}) {
    EXPECT_TRUE(comesTrue([&] { return each->progress().rowGroupsWritten == 1; }));
    EXPECT_EQ(each->progress().threads, 1 + GetParam());
    PF_ASSERT_OK(each->finish());
  }
  EXPECT_TRUE(bytes == other);
}

INSTANTIATE_TEST_SUITE_P(Started, FewerThreads, ::testing::Values(0, 1, 2, 3));

using NoThreads = FewerThreads;

// As with no threads from the start: nobody else would.
TEST_P(NoThreads, leaveToACallThatIsNotToWaitWhatItCompletes) {
  allowThreads(GetParam());
  const auto pipeline = open(kRows);
  PF_ASSERT_OK(test::submitRows(*pipeline, 0, kRows, ends, WhenFull::kRefuse));
  EXPECT_EQ(pipeline->progress().rowGroupsWritten, 1U);
  PF_ASSERT_OK(test::submitRows(*pipeline, kRows, 10, ends, WhenFull::kRefuse));
  PF_ASSERT_OK(pipeline->flush(WhenFull::kRefuse));
  EXPECT_EQ(pipeline->progress().rowGroupsWritten, 2U);
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(test::rowsOf(bytes, kRows + 10), count(kRows + 10));
}

TEST_P(NoThreads, areTriedAgainOnceASecond) {
  constexpr std::uint64_t kSmallRows = 1000;
  constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
  allowThreads(GetParam());
  const auto pipeline = open(kSmallRows);
  std::uint64_t rows = 0;
  const auto submit = [&] {
    const auto taken = test::submitRows(*pipeline, rows, kSmallRows, ends, WhenFull::kRefuse);
    if (taken) rows += kSmallRows;
    return taken || taken.error().code() == ErrorCode::kWouldBlock;
  };
  const std::uint64_t beganNs = monotonicNs();
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(submit());
  const std::uint64_t triesMax = 1 + (monotonicNs() - beganNs) / kNsPerSecond;
  EXPECT_GE(refusedThreads(), 1U);
  EXPECT_LE(refusedThreads(), triesMax);
  EXPECT_EQ(pipeline->progress().threadError, EAGAIN);
  allowAllThreads();
  EXPECT_TRUE(comesTrue([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return !submit() || pipeline->progress().threads == 1 + kOtherThreads;
  }));
  EXPECT_EQ(pipeline->progress().threads, 1 + kOtherThreads);
  EXPECT_EQ(pipeline->progress().threadError, 0);
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(test::rowsOf(bytes, rows), count(rows));
}

INSTANTIATE_TEST_SUITE_P(Started, NoThreads, ::testing::Values(0));

// --- their end -----------------------------------------------------------------------------------

// Each has its name shortly after its start. A sanitizer has threads of its own, of which none has.
std::size_t encodeThreadsOfThisProcess() {
  std::size_t count = 0;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(thread.path() / "comm"), name);
    count += name.starts_with("pf-encode-") ? 1 : 0;
  }
  return count;
}

// By the finish: the pipeline is there for its numbers.
TEST(EndOfThreads, isThatOfTheFileWhereTheyAreOfOnePipeline) {
  std::string bytes;
  Ends ends;
  const auto pipeline =
      openTo(std::make_unique<KeptFile>(bytes), {.rowGroupRows = kRows,
                                                 .threads = makeEncodeThreads(1 + kOtherThreads),
                                                 .ownsThreads = true});
  PF_ASSERT_OK(test::submitRows(*pipeline, 0, 3 * kRows, ends));
  EXPECT_TRUE(comesTrue([] { return encodeThreadsOfThisProcess() == kOtherThreads; }));
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_TRUE(comesTrue([] { return encodeThreadsOfThisProcess() == 0; }));
  EXPECT_EQ(pipeline->progress().threads, 1 + kOtherThreads);
}

TEST(EndOfThreads, comesBehindWhatIsPosted) {
  struct Count final : public TaskRunner {
    void run(std::uint32_t /*thread*/, const Task& /*task*/) noexcept override { ++tasks; }
    std::atomic<int> tasks{0};
  } count;
  EncodeThreads threads({.threads = 2});
  PF_ASSERT_OK(threads.start());
  EXPECT_TRUE(comesTrue([] { return encodeThreadsOfThisProcess() == 2; }));
  // Fewer than a block of the queue: TSan does not see the fences by which it uses one again.
  constexpr int kTasks = 30;
  for (int i = 0; i < kTasks; ++i) EXPECT_TRUE(threads.post(0, {&count}));
  threads.beginToStop();
  threads.beginToStop();
  EXPECT_TRUE(comesTrue([] { return encodeThreadsOfThisProcess() == 0; }));
  EXPECT_EQ(count.tasks, kTasks);
  threads.stop();
  PF_EXPECT_ERROR(threads.start(), ErrorCode::kNotOpen, "told to end");
}

// --- their start ---------------------------------------------------------------------------------

// Where each thread has a queue of its own, as a sink's have, fewer would not do.
TEST(StartOfThreads, thatMustAllBeThereSaysWhatFailed) {
  EncodeThreads threads({.threads = 3, .ownQueues = true});
  allowThreads(2);
  PF_EXPECT_ERROR(threads.start(), ErrorCode::kIo, "starting a thread");
  EXPECT_EQ(threads.running(), 2U);
  allowAllThreads();
  PF_EXPECT_OK(threads.start());
  EXPECT_EQ(threads.running(), 3U);
}

}  // namespace
}  // namespace parquet_flow::pipeline
