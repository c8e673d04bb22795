// The stage between filling and writing row groups: a bounded pool, encoding on any thread, writing
// in order, retries that hold up what is behind. Method: a writer that notes what it gets, and
// fails as often as it is told to.
#include "pipeline/row_group_stage.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "support/allocation_faults.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::pipeline {
namespace {

using parquet_flow::test::AllocationScope;

class NotingWriter final : public OrderedWriter {
 public:
  std::uint64_t write(RowGroupJob& job) noexcept override {
    const AllocationScope scope(false);  // what the test notes needs its memory
    EXPECT_EQ(inside_.fetch_add(1), 0) << "one at a time";
    std::uint64_t waitNs = 0;
    int left = failures.load();
    while (left != 0 && !failures.compare_exchange_weak(left, left - 1)) {
    }
    if (left != 0) {
      waitNs = 1'000'000;
    } else {
      const std::lock_guard lock(mutex_);
      sequences_.push_back(job.sequence);
      const bool none = job.encodeFailure || job.encoded == nullptr;
      rows_.push_back(none ? 0 : job.encoded->rows);
      forms_.insert(job.encoded);
      if (!none) values_.push_back(job.encoded->chunks.front().entries);
      failed_ += job.encodeFailure ? 1 : 0;
    }
    --inside_;
    return waitNs;
  }
  void onFree() noexcept override { ++freed; }

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

  // Of the chunks, one a row here.
  std::vector<std::uint64_t> values() {
    const std::lock_guard lock(mutex_);
    return values_;
  }
  // Encoded forms that took part.
  std::size_t forms() {
    const std::lock_guard lock(mutex_);
    forms_.erase(nullptr);
    return forms_.size();
  }

  std::atomic<int> failures{0};
  std::atomic<int> freed{0};

 private:
  std::atomic<int> inside_{0};
  std::mutex mutex_;
  std::vector<std::uint64_t> sequences_;
  std::vector<std::uint64_t> rows_;
  std::vector<std::uint64_t> values_;
  std::set<write::EncodedRowGroup*> forms_;
  int failed_ = 0;
};

class RowGroupStageTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  void open(std::size_t rowGroups, std::size_t pieces = 4) {
    ASSERT_TRUE(schema_->addLeaf(schema::kRoot, "x", schema::PhysicalType::kInt64,
                                 schema::Repetition::kRequired));
    for (std::size_t i = 0; i < rowGroups; ++i) jobs_.push_back(std::make_unique<RowGroupJob>());
    for (std::size_t i = 0; i < pieces; ++i) pieces_.push_back(std::make_unique<RowGroupPiece>());
    auto opened =
        RowGroupStage::open({schema_, &options_, GetParam(), {}}, {jobs_, pieces_}, &writer);
    ASSERT_TRUE(opened.has_value()) << opened.error().message();
    stage = std::move(*opened);
  }
  RowGroupJob* acquire() {
    RowGroupJob* job = stage->tryAcquire();
    while (job == nullptr) {
      stage->pump();
      std::this_thread::yield();
      job = stage->tryAcquire();
    }
    return job;
  }
  // So many rows more, as one piece.
  void append(RowGroupJob* job, std::uint64_t rows, std::uint64_t missingValues = 0) {
    RowGroupPiece* piece = stage->tryAcquirePiece();
    while (piece == nullptr) {
      std::this_thread::yield();
      piece = stage->tryAcquirePiece();
    }
    column::LeafView view;
    view.rows = view.entries = rows;
    view.values.count = rows - missingValues;
    view.values.data = reinterpret_cast<const std::byte*>(values_.data());
    view.transient = true;
    piece->rows = rows;
    piece->views.assign(1, view);
    stage->append(job, piece);
  }
  // The next free one, filled with so many rows.
  RowGroupJob* fill(std::uint64_t rows) {
    RowGroupJob* const job = acquire();
    append(job, rows);
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
  std::vector<std::unique_ptr<RowGroupJob>> jobs_;
  std::vector<std::unique_ptr<RowGroupPiece>> pieces_;
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
  // Pieces too, where it is not the submitter that encodes them.
  EXPECT_EQ(writer.freed, GetParam() == 0 ? 200 : 400);
}

TEST_P(RowGroupStageTest, piecesOfARowGroupBecomeOneInTheirOrder) {
  open(8);
  std::vector<std::uint64_t> rows;
  for (std::uint64_t i = 0; i < 50; ++i) {
    RowGroupJob* const job = acquire();
    for (std::uint64_t piece = 0; piece <= i % 9; ++piece) append(job, 1 + i * piece);
    rows.push_back(1 + i % 9 + i * (i % 9) * (i % 9 + 1) / 2);
    EXPECT_EQ(job->rows, rows.back());
    stage->submit(job);
  }
  drain();
  EXPECT_EQ(writer.rows(), rows);
  EXPECT_EQ(writer.values(), rows);
}

TEST_P(RowGroupStageTest, onePieceIsEnough) {
  open(2, 1);
  for (int i = 0; i < 5; ++i) {
    RowGroupJob* const job = acquire();
    for (int piece = 0; piece < 10; ++piece) append(job, 100);
    stage->submit(job);
  }
  drain();
  EXPECT_EQ(writer.rows(), std::vector<std::uint64_t>(5, 1000));
  EXPECT_EQ(stage->piecesOnTheirWay(), 0U);
}

TEST_P(RowGroupStageTest, lastPieceThatCameBackIsTheNext) {
  open(2, 8);
  RowGroupJob* const job = acquire();
  RowGroupPiece* const first = stage->tryAcquirePiece();
  ASSERT_NE(first, nullptr);
  first->rows = 0;
  for (int i = 0; i < 20; ++i) {
    append(job, 10);
    while (stage->piecesOnTheirWay() != 0) std::this_thread::yield();
  }
  // Seven are left, of which only one was ever used: it comes first.
  RowGroupPiece* const used = stage->tryAcquirePiece();
  EXPECT_EQ(used->rows, 10U);
  RowGroupPiece* const unused = stage->tryAcquirePiece();
  EXPECT_EQ(unused->rows, 0U);
  stage->submit(job);
  drain();
}

TEST_P(RowGroupStageTest, oneEncoderNeedsOneEncodedForm) {
  if (GetParam() != 1) GTEST_SKIP() << "of one thread";
  open(8);
  for (int i = 0; i < 40; ++i) stage->submit(fill(1000));
  drain();
  EXPECT_EQ(writer.forms(), 1U);
  EXPECT_GE(stage->encodedBytes(), 8000U);
  EXPECT_LE(stage->encodedBytes(), 32'000U);
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
  stage->submit(acquire());
  stage->submit(fill(6));
  drain();
  EXPECT_EQ(writer.sequences(), (std::vector<std::uint64_t>{0, 1, 2}));
}

TEST_P(RowGroupStageTest, whatCannotBeEncodedIsTheWritersToJudge) {
  open(2);
  RowGroupJob* const job = acquire();
  append(job, 5);
  append(job, 10, 1);  // a row without a value
  append(job, 5);
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
  std::vector<std::unique_ptr<RowGroupJob>> jobs;
  jobs.push_back(std::make_unique<RowGroupJob>());
  std::vector<std::unique_ptr<RowGroupPiece>> pieces;
  pieces.push_back(std::make_unique<RowGroupPiece>());
  PF_EXPECT_ERROR(RowGroupStage::open({schema, &options, GetParam(), std::span(&cpu, 1)},
                                      {jobs, pieces}, &writer),
                  ErrorCode::kInvalidArgument, "CPU");
}

// Each thread gives back into a part of the queue that is its own, and had to find room for it.
TEST_P(RowGroupStageTest, whatThePoolsHoldComesBackWithoutMemory) {
  const AllocationScope ours(false);
  open(8, 8);
  parquet_flow::test::failAllocations(1, 1'000'000);  // of the threads
  for (int i = 0; i < 200; ++i) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    RowGroupJob* job = nullptr;
    while ((job = stage->tryAcquire()) == nullptr) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "after " << i;
      stage->pump();
      std::this_thread::yield();
    }
    append(job, 10);
    stage->submit(job);
  }
  drain();
  parquet_flow::test::healAllocations();
  EXPECT_EQ(writer.sequences().size(), 200U);
}

INSTANTIATE_TEST_SUITE_P(Threads, RowGroupStageTest, ::testing::Values(0, 1, 4));

}  // namespace
}  // namespace parquet_flow::pipeline
