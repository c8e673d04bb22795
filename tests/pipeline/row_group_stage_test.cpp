// The stage between filling and writing row groups: a bounded pool, encoding on any thread, writing
// in order, retries that hold up what is behind. Method: a writer that notes what it gets, and
// fails as often as it is told to.
#include "pipeline/row_group_stage.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "support/expect_result.hpp"

namespace parquet_flow::pipeline {
namespace {

class NotingWriter final : public OrderedWriter {
 public:
  std::uint64_t write(RowGroupJob& job) noexcept override {
    EXPECT_EQ(inside_.fetch_add(1), 0) << "one at a time";
    std::uint64_t waitNs = 0;
    if (failures.load() != 0) {
      --failures;
      waitNs = 1'000'000;
    } else {
      const std::lock_guard lock(mutex_);
      sequences_.push_back(job.sequence);
      rows_.push_back(job.encodeFailure ? 0 : job.encoded.rows);
      failed_ += job.encodeFailure ? 1 : 0;
    }
    --inside_;
    return waitNs;
  }
  void onJobFree() noexcept override { ++freed; }

  std::vector<std::uint64_t> sequences() {
    const std::lock_guard lock(mutex_);
    return sequences_;
  }
  std::vector<std::uint64_t> rows() {
    const std::lock_guard lock(mutex_);
    return rows_;
  }
  int failed() {
    const std::lock_guard lock(mutex_);
    return failed_;
  }

  std::atomic<int> failures{0};
  std::atomic<int> freed{0};

 private:
  std::atomic<int> inside_{0};
  std::mutex mutex_;
  std::vector<std::uint64_t> sequences_;
  std::vector<std::uint64_t> rows_;
  int failed_ = 0;
};

class RowGroupStageTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  void open(std::size_t buffers) {
    ASSERT_TRUE(schema_->addLeaf(schema::kRoot, "x", schema::PhysicalType::kInt64,
                                 schema::Repetition::kRequired));
    for (std::size_t i = 0; i < buffers; ++i) pool_.push_back(std::make_unique<RowGroupJob>());
    auto opened = RowGroupStage::open({schema_, &options_, GetParam(), {}}, pool_, &writer);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    stage = std::move(*opened);
  }
  // The next free one, filled with so many rows.
  RowGroupJob* fill(std::uint64_t rows) {
    RowGroupJob* job = stage->tryAcquire();
    while (job == nullptr) {
      stage->pump();
      std::this_thread::yield();
      job = stage->tryAcquire();
    }
    job->rows = rows;
    column::LeafView view;
    view.rows = view.entries = view.values.count = rows;
    view.values.data = reinterpret_cast<const std::byte*>(values_.data());
    job->views.assign(1, view);
    return job;
  }
  void drain() {
    while (stage->busy()) {
      stage->pump();
      std::this_thread::yield();
    }
  }

  NotingWriter writer;
  std::unique_ptr<RowGroupStage> stage;

 private:
  std::shared_ptr<schema::Schema> schema_ = std::make_shared<schema::Schema>();
  write::WriterOptions options_;
  std::vector<std::unique_ptr<RowGroupJob>> pool_;
  std::vector<std::int64_t> values_ = std::vector<std::int64_t>(100'000, 7);
};

TEST_P(RowGroupStageTest, rowGroupsAreWrittenInTheOrderOfSubmitting) {
  open(8);
  std::vector<std::uint64_t> order;
  std::vector<std::uint64_t> rows;
  for (std::uint64_t i = 0; i < 200; ++i) {
    order.push_back(i);
    rows.push_back(i % 7 == 0 ? 90'000 : 1 + i);  // large ones take longer to encode
    stage->submit(fill(rows.back()));
  }
  drain();
  EXPECT_EQ(writer.sequences(), order);
  EXPECT_EQ(writer.rows(), rows);
  EXPECT_EQ(writer.freed, 200);
}

TEST_P(RowGroupStageTest, poolIsTheBound) {
  open(3);
  writer.failures = 1'000'000;
  for (int i = 0; i < 3; ++i) stage->submit(fill(1));
  EXPECT_EQ(stage->tryAcquire(), nullptr);
  EXPECT_TRUE(stage->busy());
  writer.failures = 0;
  stage->hurry();
  drain();
  EXPECT_NE(stage->tryAcquire(), nullptr);
}

TEST_P(RowGroupStageTest, oneThatIsTriedAgainHoldsUpThoseBehind) {
  open(4);
  writer.failures = 3;
  for (int i = 0; i < 4; ++i) stage->submit(fill(1));
  drain();
  EXPECT_EQ(writer.sequences(), (std::vector<std::uint64_t>{0, 1, 2, 3}));
}

TEST_P(RowGroupStageTest, emptyOneTakesItsTurn) {
  open(4);
  stage->submit(fill(5));
  RowGroupJob* const empty = fill(0);
  empty->rows = 0;
  empty->views.clear();
  stage->submit(empty);
  stage->submit(fill(6));
  drain();
  EXPECT_EQ(writer.sequences(), (std::vector<std::uint64_t>{0, 1, 2}));
}

TEST_P(RowGroupStageTest, whatCannotBeEncodedIsTheWritersToJudge) {
  open(2);
  RowGroupJob* const job = fill(10);
  job->views.front().values.count = 9;  // a row without a value
  stage->submit(job);
  stage->submit(fill(3));
  drain();
  EXPECT_EQ(writer.failed(), 1);
  EXPECT_EQ(writer.rows().back(), 3U) << "the next one is encoded as ever";
}

TEST_P(RowGroupStageTest, stopWritesWhatWasSubmitted) {
  open(8);
  for (int i = 0; i < 8; ++i) stage->submit(fill(20'000));
  stage->stop();
  stage->stop();
  EXPECT_EQ(writer.sequences().size(), 8U);
}

TEST_P(RowGroupStageTest, cpuThatIsNotThereFailsTheOpen) {
  if (GetParam() == 0) GTEST_SKIP() << "no thread to bind";
  open(2);
  const std::uint32_t cpu = 8'000;
  auto schema = std::make_shared<schema::Schema>();
  ASSERT_TRUE(schema->addLeaf(schema::kRoot, "x", schema::PhysicalType::kInt64,
                              schema::Repetition::kRequired));
  const write::WriterOptions options;
  std::vector<std::unique_ptr<RowGroupJob>> pool;
  pool.push_back(std::make_unique<RowGroupJob>());
  PF_EXPECT_ERROR(
      RowGroupStage::open({schema, &options, GetParam(), std::span(&cpu, 1)}, pool, &writer),
      ErrorCode::kInvalidArgument, "CPU");
}

INSTANTIATE_TEST_SUITE_P(Threads, RowGroupStageTest, ::testing::Values(0, 1, 4));

}  // namespace
}  // namespace parquet_flow::pipeline
