// Goal: a pipeline whose output stalls holds up none of those that share its threads, whatever it
// has taken itself, and however many threads these are.
//
// Method: a write that waits at a gate. Meanwhile other pipelines are to end what they have: in
// calls that wait, which encode themselves, and, of calls that do not, on the threads alone.
#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "feed.hpp"
#include "pipeline/parallelism.hpp"
#include "pipeline/pipeline.hpp"
#include "support/expect_result.hpp"
#include "watched_file.hpp"

namespace parquet_flow::pipeline {
namespace {

using test::Ends;
using test::Gate;
using test::KeptFile;
using test::WatchedFile;

constexpr std::uint64_t kLargeRows = 100'000;
constexpr std::uint64_t kSmallRows = 1000;

std::vector<std::uint64_t> count(std::uint64_t rows) {
  std::vector<std::uint64_t> all(rows);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

// One file of a pipeline, which may be stalled, and is checked at its end.
struct Kept {
  Kept() = default;
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() {
    gate.open();  // else its end would wait for ever
  }

  std::string bytes;
  Gate gate;
  std::unique_ptr<Pipeline> pipeline;
  std::uint64_t rows = 0;  // submitted
};

// So many threads encode, the submitting one included.
class StalledOutput : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  [[nodiscard]] std::uint32_t sharedThreads() const { return GetParam() - 1; }

  void open(Kept& kept, std::unique_ptr<io::OutputFile> file, std::uint64_t rowGroupRows,
            std::uint32_t inFlight = 0) {
    auto opened = Pipeline::open(
        std::move(file), test::feedSchema(), {},
        {.rowGroupRows = rowGroupRows, .rowGroupsInFlight = inFlight, .threads = threads});
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    kept.pipeline = std::move(*opened);
  }
  // Its writes stall until the gate is opened.
  void openStalled(Kept& kept, std::uint64_t rowGroupRows, std::uint32_t inFlight = 0) {
    open(kept, std::make_unique<WatchedFile>(kept.bytes, kept.gate.waiting()), rowGroupRows,
         inFlight);
  }
  // Behind what the file has.
  Result<void> submit(Kept& kept, std::uint64_t rows, WhenFull whenFull = WhenFull::kWait) {
    return test::submitRows(*kept.pipeline, std::exchange(kept.rows, kept.rows + rows), rows, ends,
                            whenFull);
  }
  static void expectRows(const Kept& kept) {
    EXPECT_EQ(test::rowsOf(kept.bytes, kept.rows), count(kept.rows));
  }
  static void expectWhole(Kept& kept) {
    PF_EXPECT_OK(kept.pipeline->finish());
    expectRows(kept);
  }
  // Ends whatever becomes of the write; `use` gets a pipeline of `rowGroupRows` rows a row group.
  void whileAThreadWrites(std::uint64_t rowGroupRows, const std::function<void(Kept&)>& use) {
    Kept held;
    openStalled(held, rowGroupRows);
    PF_ASSERT_OK(submit(held, rowGroupRows));
    held.gate.awaitWriter();
    Kept other;
    open(other, std::make_unique<KeptFile>(other.bytes), rowGroupRows);
    auto used = std::async(std::launch::async, [&] {
      use(other);
      PF_EXPECT_OK(other.pipeline->finish());
    });
    EXPECT_TRUE(test::isDone(used));
    held.gate.open();
    used.get();
    expectRows(other);
    expectWhole(held);
  }
  // Whether the threads alone end what they are given of another pipeline.
  [[nodiscard]] bool threadsServe(Kept& other) {
    open(other, std::make_unique<KeptFile>(other.bytes), kSmallRows, 3);
    PF_EXPECT_OK(submit(other, 3 * kSmallRows, WhenFull::kRefuse));
    return test::comesTrue([&] { return other.pipeline->progress().rowGroupsWritten == 3; });
  }

  // Pipelines of a test end before them.
  const std::shared_ptr<EncodeThreads> threads = makeEncodeThreads(GetParam());
  Ends ends;
};

TEST_P(StalledOutput, holdsUpNoOtherPipeline) {
  whileAThreadWrites(kLargeRows,
                     [this](Kept& other) { PF_EXPECT_OK(submit(other, 3 * kLargeRows)); });
}

// The small one's encodings are chosen by what was chosen before it, which nobody has begun.
TEST_P(StalledOutput, holdsUpNoSmallRowGroupBehindALargeOne) {
  whileAThreadWrites(3 * kLargeRows, [this](Kept& other) {
    PF_EXPECT_OK(submit(other, 3 * kLargeRows));
    PF_EXPECT_OK(submit(other, 100));
    PF_EXPECT_OK(other.pipeline->flush());
  });
}

TEST_P(StalledOutput, holdsUpNoMoreThanTheThreadThatWrites) {
  if (sharedThreads() == 1) GTEST_SKIP() << "it is the only one";
  Kept held;
  openStalled(held, kLargeRows, 2 * sharedThreads());
  for (std::uint32_t i = 0; i < 2 * sharedThreads(); ++i) {
    PF_ASSERT_OK(submit(held, kLargeRows, WhenFull::kRefuse));
  }
  held.gate.awaitWriter();
  Kept other;
  EXPECT_TRUE(threadsServe(other));
  held.gate.open();
  expectWhole(other);
  expectWhole(held);
}

// What comes behind the second one waits for its encodings to be chosen.
TEST_P(StalledOutput, ofACallWithTwoRowGroupsHoldsUpNoThread) {
  Kept held;
  openStalled(held, kSmallRows, 2 + sharedThreads());
  auto call = std::async(std::launch::async, [&] { return submit(held, 2 * kSmallRows); });
  held.gate.awaitWriter();
  for (std::uint32_t i = 0; i < sharedThreads(); ++i) {
    PF_EXPECT_OK(submit(held, kSmallRows, WhenFull::kRefuse));
  }
  Kept other;
  EXPECT_TRUE(threadsServe(other));
  EXPECT_TRUE(test::comesTrue(
      [&] { return held.pipeline->progress().rowGroupsEncoded == 2 + sharedThreads(); }));
  EXPECT_EQ(held.pipeline->progress().rowGroupsWritten, 0U);
  held.gate.open();
  PF_EXPECT_OK(call.get());
  expectWhole(other);
  expectWhole(held);
}

// The call encodes that one too, as no thread has time for it, and completes it first.
TEST_P(StalledOutput, ofACallBehindARowGroupOfAnotherHoldsUpNoThread) {
  std::vector<Kept> busy(sharedThreads());
  for (Kept& each : busy) {
    openStalled(each, kLargeRows);
    PF_ASSERT_OK(submit(each, kLargeRows, WhenFull::kRefuse));
    each.gate.awaitWriter();
  }
  Kept held;
  openStalled(held, kSmallRows, 2 + sharedThreads());
  PF_ASSERT_OK(submit(held, kSmallRows, WhenFull::kRefuse));
  auto call = std::async(std::launch::async, [&] { return submit(held, kSmallRows); });
  held.gate.awaitWriter();
  for (std::uint32_t i = 0; i < sharedThreads(); ++i) {
    PF_EXPECT_OK(submit(held, kSmallRows, WhenFull::kRefuse));
  }
  for (Kept& each : busy) each.gate.open();
  Kept other;
  EXPECT_TRUE(threadsServe(other));
  held.gate.open();
  PF_EXPECT_OK(call.get());
  expectWhole(other);
  expectWhole(held);
  for (Kept& each : busy) expectWhole(each);
}

INSTANTIATE_TEST_SUITE_P(Threads, StalledOutput, ::testing::Values(2, 3, 5));

}  // namespace
}  // namespace parquet_flow::pipeline
