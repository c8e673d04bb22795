// Goal: the first error stops a pipeline, is what every later call returns, and reaches the owner
// of every batch; nothing hangs, nothing is told twice.
//
// Method: each write of a run fails once; views that lie; cancelling while row groups are on their
// way; all with and without threads.
#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <numeric>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "feed.hpp"
#include "format/parquet_types.h"
#include "io/memory_file.hpp"
#include "pipeline/parallelism.hpp"
#include "pipeline/pipeline.hpp"
#include "read/footer.hpp"
#include "support/expect_result.hpp"
#include "support/faulty_io.hpp"
#include "watched_file.hpp"
#include "write/copied_row_group.hpp"

namespace parquet_flow::pipeline {
namespace {

using parquet_flow::test::FaultPlan;
using parquet_flow::test::FaultyOutputFile;
using parquet_flow::test::IoOperation;
using test::Ends;
using test::FeedBatch;
using test::Gate;
using test::KeptFile;

constexpr std::uint64_t kRowGroupRows = 40'000;
constexpr std::uint64_t kBatchRows = 16'000;
constexpr std::uint64_t kBatches = 20;

// Of a batch that outlives all; takes its time over what it is told.
class SlowOwner final : public BatchOwner {
 public:
  explicit SlowOwner(Gate& gate) : told_(gate.waiting()) {}
  void onDone(const Error* /*failure*/) noexcept override { told_(); }

 private:
  std::function<void()> told_;
};

class PipelineFailureTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  std::unique_ptr<Pipeline> open() {
    auto file = std::make_unique<FaultyOutputFile>(std::make_unique<KeptFile>(bytes), plan);
    auto opened =
        Pipeline::open(std::move(file), test::feedSchema(), {},
                       {.rowGroupRows = kRowGroupRows, .threads = makeEncodeThreads(GetParam())});
    EXPECT_TRUE(opened.has_value()) << opened.error().message();
    return std::move(*opened);
  }
  // Of two row groups of 100 000 rows at a time.
  std::unique_ptr<Pipeline> openStalling(Gate& gate) {
    auto opened = Pipeline::open(std::make_unique<test::WatchedFile>(bytes, gate.waiting()),
                                 test::feedSchema(), {},
                                 {.rowGroupRows = 100'000,
                                  .rowGroupsInFlight = 2,
                                  .threads = makeEncodeThreads(GetParam())});
    EXPECT_TRUE(opened.has_value()) << opened.error().message();
    return std::move(*opened);
  }
  // Batches until one fails, then the end.
  Result<void> run(Pipeline& pipeline) {
    for (std::uint64_t i = 0; i < kBatches; ++i) {
      PF_TRY(test::submitRows(pipeline, i * kBatchRows, kBatchRows, ends));
    }
    return pipeline.finish();
  }
  // Of a pipeline that has failed and is gone.
  void expectAllTold() const {
    EXPECT_EQ(ends.told() + ends.refused, ends.made);
    EXPECT_EQ(ends.destroyed, ends.made);
  }

  std::string bytes;
  std::shared_ptr<FaultPlan> plan = std::make_shared<FaultPlan>();
  Ends ends;
};

TEST_P(PipelineFailureTest, eachWriteThatFailsStopsIt) {
  {
    const auto whole = open();
    PF_ASSERT_OK(run(*whole));
  }
  const std::uint64_t writes = plan->count(IoOperation::kWrite);
  ASSERT_EQ(writes, 1 + (kBatches * kBatchRows) / kRowGroupRows + 1) << "magic, rows, footer";
  for (std::uint64_t write = 2; write <= writes; ++write) {
    SCOPED_TRACE(write);
    bytes.clear();
    plan = std::make_shared<FaultPlan>();
    plan->fail(IoOperation::kWrite, write, EIO, 1, 100);
    ends.made = ends.written = ends.failed = ends.destroyed = ends.refused = 0;
    {
      const auto pipeline = open();
      const std::string what =
          write == writes ? "writing the footer of"
                          : "writing row group " + std::to_string(write - 2) + " of <kept>";
      PF_EXPECT_ERROR(run(*pipeline), ErrorCode::kIo, what);
      PF_EXPECT_ERROR(test::submitRows(*pipeline, 0, 10, ends), ErrorCode::kIo,
                      "the pipeline has stopped: " + what);
      PF_EXPECT_ERROR(pipeline->flush(), ErrorCode::kIo, what);
      PF_EXPECT_ERROR(pipeline->finish(), ErrorCode::kIo, what);
      PF_EXPECT_ERROR(pipeline->setKeyValue("a", "b"), ErrorCode::kIo, what);
      EXPECT_EQ(pipeline->failure()->systemError(), EIO);
      EXPECT_TRUE(pipeline->progress().hasFailed);
      EXPECT_EQ(pipeline->progress().rowGroupsWritten, write - 2);
    }
    expectAllTold();
    // Batches whose rows were all written before the failure.
    EXPECT_EQ(ends.written, static_cast<int>((write - 2) * kRowGroupRows / kBatchRows));
    EXPECT_EQ(plan->faults(), 1U) << "nothing is written behind what failed";
  }
}

TEST_P(PipelineFailureTest, viewsThatLieStopItNamingRowGroupAndColumn) {
  {
    const auto pipeline = open();
    PF_ASSERT_OK(test::submitRows(*pipeline, 0, kRowGroupRows, ends));
    auto batch = std::make_shared<FeedBatch>(0, kRowGroupRows);
    auto views = batch->views();
    views[1].values.count -= 1;
    auto submitted = pipeline->submit(kRowGroupRows, views, test::ownerOf(batch, ends));
    ends.refused += submitted ? 0 : 1;
    auto finished = submitted ? pipeline->finish() : submitted;
    PF_EXPECT_ERROR(finished, ErrorCode::kInvalidArgument, "encoding row group 1 of <kept>");
    EXPECT_NE(finished.error().message().find("column 's'"), std::string::npos);
  }
  expectAllTold();
  EXPECT_GE(ends.failed, 1);
}

// Whichever row group it is in, and wherever the batch begins and is cut in these.
TEST_P(PipelineFailureTest, whatIsWrongIsNamedByItsRowInItsBatch) {
  for (const std::uint64_t row : {3U, 52'345U}) {  // of row groups 0 and 1
    for (const bool isCopied : {false, true}) {
      SCOPED_TRACE(std::to_string(row) + (isCopied ? ", copied" : ", borrowed"));
      bytes.clear();
      auto batch = std::make_shared<FeedBatch>(0, 2 * kRowGroupRows);
      auto views = batch->views();
      std::vector<std::uint8_t> levels(views[1].definitionLevels,
                                       views[1].definitionLevels + views[1].entries);
      levels[row] = 2;
      views[1].definitionLevels = levels.data();
      const auto pipeline = open();
      PF_ASSERT_OK(test::submitRows(*pipeline, 0, 10, ends));
      auto done = isCopied ? pipeline->submit(views[1].rows, views)
                           : pipeline->submit(views[1].rows, views, test::ownerOf(batch, ends));
      ends.refused += (done || isCopied) ? 0 : 1;
      if (done) done = pipeline->finish();
      const std::string refusal = "batch 1: column 's': row " + std::to_string(row) +
                                  ": definition level 2 is above the maximum 1";
      PF_EXPECT_ERROR(done, ErrorCode::kInvalidArgument, refusal);
      // What is copied is found before it is in a row group.
      if (isCopied) continue;
      const std::string where =
          "encoding row group " + std::to_string(row == 3 ? 0 : 1) + " of <kept>: ";
      PF_EXPECT_ERROR(done, ErrorCode::kInvalidArgument, where + refusal);
    }
  }
  expectAllTold();
}

TEST_P(PipelineFailureTest, batchThatDoesNotFitTheSchemaIsRefusedAndTheRestGoesOn) {
  const auto pipeline = open();
  const FeedBatch batch(0, 10);
  auto views = batch.views();
  PF_EXPECT_ERROR(pipeline->submit(10, std::span(views).first(2)), ErrorCode::kInvalidArgument,
                  "2 columns for a schema with 3");
  PF_EXPECT_ERROR(pipeline->submit(11, views), ErrorCode::kInvalidArgument,
                  "column 'n': 10 rows in a batch of 11");
  PF_ASSERT_OK(pipeline->submit(10, views));
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(test::rowsOf(bytes, 10).size(), 10U);
}

TEST_P(PipelineFailureTest, levelsThatMakeTooFewRowsAreFoundWhereABatchIsCut) {
  // Four rows have seven entries: of the first row group, the second, and one for its last.
  for (const std::uint64_t entries : {20'000U, 100'000U, 150'000U}) {
    SCOPED_TRACE(entries);
    bytes.clear();
    const auto pipeline = open();
    auto batch = std::make_shared<FeedBatch>(0, 3 * kRowGroupRows);
    auto views = batch->views();
    views[2].entries = entries;
    PF_EXPECT_ERROR(
        pipeline->submit(3 * kRowGroupRows, views, test::ownerOf(batch, ends)),
        ErrorCode::kInvalidArgument,
        "batch 0: column 'l': " + std::to_string(entries) + " entries do not make 120000 rows");
    ++ends.refused;
    PF_EXPECT_ERROR(pipeline->flush(), ErrorCode::kInvalidArgument, "has stopped");
  }
  expectAllTold();
}

// Which are encoded with others', whatever they come in.
TEST_P(PipelineFailureTest, valuesOfUnknownAreNamedByTheirRowInTheBatchWhereRowsAreCopied) {
  auto schema = std::make_shared<schema::Schema>();
  PF_ASSERT_OK(schema->addLeaf(schema::kRoot, "u", schema::PhysicalType::kInt32,
                               schema::Repetition::kOptional, 0,
                               {schema::LogicalKind::kUnknown, 0, 0}));
  for (const std::uint64_t row : {0U, 5U, 60U}) {  // of batch 2, which is cut behind 50
    SCOPED_TRACE(row);
    bytes.clear();
    PF_ASSERT_OK_ASSIGN(
        const auto pipeline,
        Pipeline::open(std::make_unique<KeptFile>(bytes), schema, {},
                       {.rowGroupRows = 250, .threads = makeEncodeThreads(GetParam())}));
    std::vector<std::uint8_t> levels(100, 0);
    column::LeafView view;
    view.rows = view.entries = levels.size();
    view.definitionLevels = levels.data();
    PF_ASSERT_OK(pipeline->submit(100, {&view, 1}));
    PF_ASSERT_OK(pipeline->submit(100, {&view, 1}));
    const std::int32_t number = 7;
    levels[row] = 1;
    view.values.count = 1;
    view.values.data = reinterpret_cast<const std::byte*>(&number);
    auto done = pipeline->submit(100, {&view, 1});
    if (done) done = pipeline->finish();
    PF_EXPECT_ERROR(done, ErrorCode::kInvalidArgument,
                    "batch 2: column 'u': row " + std::to_string(row) + " has a value");
  }
}

TEST_P(PipelineFailureTest, cancelStopsSubmittersAndEndsAllBatches) {
  {
    const auto pipeline = open();
    std::atomic<int> submitted{0};
    std::vector<std::thread> submitters;
    for (int i = 0; i < 3; ++i) {
      submitters.emplace_back([&] {
        while (true) {
          const auto done = test::submitRows(*pipeline, 0, kBatchRows, ends);
          if (!done) {
            EXPECT_EQ(done.error().code(), ErrorCode::kCancelled) << done.error().message();
            return;
          }
          ++submitted;
        }
      });
    }
    while (submitted < 20) std::this_thread::yield();
    pipeline->cancel();
    for (std::thread& submitter : submitters) submitter.join();
    PF_EXPECT_ERROR(pipeline->finish(), ErrorCode::kCancelled, "cancelled");
  }
  // Whether any had to fail is up to the threads: all row groups may have been written just then.
  expectAllTold();
}

TEST_P(PipelineFailureTest, cancelFreesCallsThatWaitThoughTheOutputStalls) {
  if (GetParam() == 1) GTEST_SKIP() << "nobody waits where the submitter encodes";
  Gate gate;
  {
    const auto pipeline = openStalling(gate);
    PF_ASSERT_OK(test::submitRows(*pipeline, 0, 200'000, ends));
    gate.awaitWriter();
    const auto submit = [&](std::uint64_t rows) {
      return std::async(std::launch::async,
                        [&, rows] { return test::submitRows(*pipeline, 0, rows, ends); });
    };
    auto forRoom = submit(100'000);
    while (pipeline->progress().rowsSubmitted != 300'000) std::this_thread::yield();
    auto forItsTurn = submit(10);
    pipeline->cancel();
    EXPECT_TRUE(test::isDone(forRoom));
    EXPECT_TRUE(test::isDone(forItsTurn));
    auto later = submit(10);
    EXPECT_TRUE(test::isDone(later));
    gate.open();
    for (auto* const call : {&forRoom, &forItsTurn, &later}) {
      PF_EXPECT_ERROR(call->get(), ErrorCode::kCancelled, "cancelled");
    }
    PF_EXPECT_ERROR(pipeline->finish(), ErrorCode::kCancelled, "cancelled");
    EXPECT_EQ(pipeline->progress().rowsSubmitted, 200'000U);
  }
  expectAllTold();
}

TEST_P(PipelineFailureTest, aCallWhoseRowsAreBeingWrittenEndsWithTheWrite) {
  if (GetParam() == 1) GTEST_SKIP() << "nobody waits where the submitter encodes";
  Gate gate;
  {
    const auto pipeline = openStalling(gate);
    auto call = std::async(std::launch::async,
                           [&] { return test::submitRows(*pipeline, 0, 350'000, ends); });
    gate.awaitWriter();
    pipeline->cancel();
    EXPECT_EQ(call.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    gate.open();
    PF_EXPECT_ERROR(call.get(), ErrorCode::kCancelled, "cancelled");
  }
  expectAllTold();
  EXPECT_EQ(ends.refused, 1);
}

TEST_P(PipelineFailureTest, ownerThatIsToldOfACancelHoldsUpNoOtherCall) {
  Gate gate;
  const FeedBatch batch(0, 10);
  const auto pipeline = open();
  PF_ASSERT_OK(pipeline->submit(10, batch.views(), std::make_unique<SlowOwner>(gate)));
  pipeline->cancel();
  const auto submit = [&] { return pipeline->submit(10, batch.views()); };
  auto telling = std::async(std::launch::async, submit);
  gate.awaitWriter();
  auto submitting = std::async(std::launch::async, submit);
  auto flushing = std::async(std::launch::async, [&] { return pipeline->flush(); });
  EXPECT_TRUE(test::isDone(submitting));
  EXPECT_TRUE(test::isDone(flushing));
  gate.open();
  for (auto* const call : {&telling, &submitting, &flushing}) {
    PF_EXPECT_ERROR(call->get(), ErrorCode::kCancelled, "cancelled");
  }
}

TEST_P(PipelineFailureTest, nothingIsWrittenOnceTheEndOfACancelledOneHasReturned) {
  if (GetParam() == 1) GTEST_SKIP() << "the submitter writes";
  Gate gate;
  {
    const auto pipeline = openStalling(gate);
    PF_ASSERT_OK(test::submitRows(*pipeline, 0, 200'000, ends));
    gate.awaitWriter();
    pipeline->cancel();
    auto end = std::async(std::launch::async, [&] { return pipeline->finish(); });
    EXPECT_EQ(end.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    gate.open();
    PF_EXPECT_ERROR(end.get(), ErrorCode::kCancelled, "cancelled");
    const std::size_t written = bytes.size();
    PF_EXPECT_ERROR(pipeline->finish(), ErrorCode::kCancelled, "cancelled");
    EXPECT_EQ(bytes.size(), written);
  }
  expectAllTold();
}

TEST_P(PipelineFailureTest, oneThatIsGivenUpTellsTheOwnersOfAllItHad) {
  {
    const auto pipeline = open();
    for (std::uint64_t i = 0; i < 4; ++i) {
      PF_ASSERT_OK(test::submitRows(*pipeline, i * kBatchRows, kBatchRows, ends));
    }
  }
  expectAllTold();
  EXPECT_GE(ends.failed, 2);
}

TEST_P(PipelineFailureTest, outputThatTakesNothingFailsTheOpen) {
  plan->fail(IoOperation::kWrite, 1, ENOSPC);
  auto file = std::make_unique<FaultyOutputFile>(std::make_unique<KeptFile>(bytes), plan);
  PF_EXPECT_ERROR(Pipeline::open(std::move(file), test::feedSchema(), {}, {}), ErrorCode::kIo,
                  "No space left");
  PF_EXPECT_ERROR(Pipeline::open(std::make_unique<KeptFile>(bytes), test::feedSchema(), {},
                                 {.rowGroupRows = 0}),
                  ErrorCode::kInvalidArgument, "row group");
}

// Row group `number` of a file that a pipeline has written, without its page index.
write::CopiedRowGroup rowGroupOf(const std::shared_ptr<const io::InputFile>& file,
                                 std::size_t number) {
  format::FileMetaData meta;
  PF_EXPECT_OK(read::readFooter(*file, meta));
  write::CopiedRowGroup group;
  group.file = file;
  group.meta = std::make_unique<format::RowGroup>(meta.row_groups[number]);
  for (format::ColumnChunk& column : group.meta->columns) {
    write::CopiedChunk& chunk = group.chunks.emplace_back();
    chunk.offset = static_cast<std::uint64_t>(read::chunkOffset(column.meta_data));
    chunk.bytes = static_cast<std::uint64_t>(column.meta_data.total_compressed_size);
    column.__isset.offset_index_offset = column.__isset.offset_index_length = false;
    column.__isset.column_index_offset = column.__isset.column_index_length = false;
  }
  return group;
}

TEST_P(PipelineFailureTest, aCopyThatFailsIsTakenBackAndThePipelineGoesOn) {
  PF_ASSERT_OK(run(*open()));
  const std::string from = std::exchange(bytes, {});
  const auto file =
      std::make_shared<io::MemoryInputFile>(constBytes(from.data(), from.size()), "from");
  {
    const auto pipeline = open();
    PF_ASSERT_OK(pipeline->copyRowGroup(rowGroupOf(file, 1)));
    write::CopiedRowGroup tooLong = rowGroupOf(file, 0);
    tooLong.chunks.back().bytes = from.size();
    PF_EXPECT_ERROR(pipeline->copyRowGroup(tooLong), ErrorCode::kCorrupt, "copying row group 1");
    EXPECT_FALSE(pipeline->failure().has_value());
    PF_ASSERT_OK(test::submitRows(*pipeline, 0, kBatchRows, ends));
    PF_ASSERT_OK(pipeline->copyRowGroup(rowGroupOf(file, 2)));
    PF_ASSERT_OK(pipeline->finish());
    EXPECT_EQ(pipeline->totals().rows, 2 * kRowGroupRows + kBatchRows);
  }
  std::vector<std::uint64_t> wanted(2 * kRowGroupRows + kBatchRows);
  const auto second = wanted.begin() + kRowGroupRows;
  std::iota(wanted.begin(), second, kRowGroupRows);
  std::iota(second, second + kBatchRows, 0);
  std::iota(second + kBatchRows, wanted.end(), 2 * kRowGroupRows);
  EXPECT_EQ(test::rowsOf(bytes, kBatches * kBatchRows), wanted);
}

INSTANTIATE_TEST_SUITE_P(Threads, PipelineFailureTest, ::testing::Values(1, 2, 4));

}  // namespace
}  // namespace parquet_flow::pipeline
