// Goal: a pipeline's file is the sequential writer's, whatever the threads, the batches and who
// submits them; row groups overlap and come out in order; its bounds hold.
//
// Method: rows that are a function of their number, read back one by one; files compared byte for
// byte; outputs that are slow or wait for something, so that what should overlap has to.
#include "pipeline/pipeline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <future>
#include <mutex>
#include <numeric>
#include <thread>

#include "feed.hpp"
#include "pipeline/parallelism.hpp"
#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"
#include "watched_file.hpp"

namespace parquet_flow::pipeline {
namespace {

using parquet_flow::test::SeededRandom;
using test::Ends;
using test::FeedBatch;
using test::Gate;
using test::KeptFile;
using test::WatchedFile;
using Rows = std::vector<std::uint64_t>;

Rows count(std::uint64_t rows) {
  Rows all(rows);
  std::iota(all.begin(), all.end(), 0U);
  return all;
}

// Of a batch that outlives all.
class NoOwner final : public BatchOwner {
 public:
  void onDone(const Error* /*failure*/) noexcept override {}
};

// So many threads encode, the submitting one included.
class PipelineTest : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  std::unique_ptr<Pipeline> open(PipelineOptions options = {},
                                 const write::WriterOptions& writer = {}) {
    return openTo(std::make_unique<KeptFile>(bytes), std::move(options), writer);
  }
  static std::unique_ptr<Pipeline> openTo(std::unique_ptr<io::OutputFile> file,
                                          PipelineOptions options,
                                          const write::WriterOptions& writer = {}) {
    if (options.threads == nullptr) options.threads = makeEncodeThreads(GetParam());
    auto opened = Pipeline::open(std::move(file), test::feedSchema(), writer, options);
    EXPECT_TRUE(opened.has_value()) << opened.error().message();
    return std::move(*opened);
  }

  std::string bytes;
  Ends ends;
};

TEST_P(PipelineTest, fileIsTheSequentialWriters) {
  // Small ones, whose choices are remembered, and such as are worth other threads' time.
  const Rows rowGroups = {100, 100, 100, 200, 60'000, 10, 300'000, 70'000, 1, 1, 1, 1, 50'000};
  for (const auto& writer : {write::WriterOptions{}, [] {
                               write::WriterOptions options;
                               options.column.bloomFilter.emplace();
                               options.sortingColumns = {{"n"}};
                               return options;
                             }()}) {
    bytes.clear();
    const auto pipeline = open({}, writer);
    std::uint64_t first = 0;
    for (const std::uint64_t rows : rowGroups) {
      PF_ASSERT_OK(test::submitRows(*pipeline, first, rows, ends));
      PF_ASSERT_OK(pipeline->flush());
      first += rows;
    }
    PF_ASSERT_OK(pipeline->finish());
    EXPECT_EQ(pipeline->totals().rows, first);
    EXPECT_TRUE(bytes == test::sequentialFile(rowGroups, writer));
  }
  EXPECT_EQ(ends.written, 2 * 13);
  EXPECT_EQ(ends.destroyed, ends.made);
}

TEST_P(PipelineTest, batchesAreCutAtTheBoundsOfRowGroups) {
  SeededRandom random;
  for (const std::uint64_t rowGroupRows : {1U, 1000U, 30'000U}) {
    bytes.clear();
    const auto pipeline = open({.rowGroupRows = rowGroupRows});
    const std::uint64_t rows = rowGroupRows == 1 ? 300 : 100'000;
    for (std::uint64_t first = 0; first < rows;) {
      const std::uint64_t some = std::min(rows - first, random.below(3 * rowGroupRows + 1));
      if (random.below(2) == 0) {
        const FeedBatch copied(first, some);
        PF_ASSERT_OK(pipeline->submit(some, copied.views()));
      } else {
        PF_ASSERT_OK(test::submitRows(*pipeline, first, some, ends));
      }
      first += some;
    }
    PF_ASSERT_OK(pipeline->finish());
    Rows rowGroups;
    EXPECT_EQ(test::rowsOf(bytes, rows, &rowGroups), count(rows));
    EXPECT_EQ(rowGroups.size(), (rows + rowGroupRows - 1) / rowGroupRows);
    EXPECT_EQ(*std::max_element(rowGroups.begin(), rowGroups.end()), rowGroupRows);
  }
  EXPECT_EQ(ends.written, ends.made);
  EXPECT_EQ(ends.failed, 0);
}

TEST_P(PipelineTest, rowGroupEndsAtItsBytes) {
  // A row has 8 bytes of n, 16 to 19 of s with offset and level, 6 of each element of l.
  const auto pipeline = open({.rowGroupBytes = 100'000});
  for (std::uint64_t first = 0; first < 50'000; first += 500) {
    PF_ASSERT_OK(test::submitRows(*pipeline, first, 500, ends));
  }
  PF_ASSERT_OK(pipeline->finish());
  Rows rowGroups;
  EXPECT_EQ(test::rowsOf(bytes, 50'000, &rowGroups), count(50'000));
  rowGroups.pop_back();
  for (const std::uint64_t rows : rowGroups) {
    EXPECT_GT(rows, 100'000U / 45);
    EXPECT_LT(rows, 100'000U / 25);
  }
}

TEST_P(PipelineTest, rowGroupEndsAtTheBytesThatViewsStandFor) {
  // A view of 4 KiB has 16 bytes, and 4096 of the one buffer; 1 000 rows are 4 112 000 bytes.
  const std::string text(4096, 't');
  const std::array<ConstBytes, 1> buffers = {constBytes(text.data(), text.size())};
  std::vector<std::byte> values(1000 * 16);
  for (std::size_t i = 0; i < 1000; ++i) {
    storeLe(values.data() + 16 * i, std::uint32_t{4096});
    std::memcpy(values.data() + 16 * i + 4, text.data(), 4);
  }
  auto schema = std::make_shared<schema::Schema>();
  ASSERT_TRUE(schema->addLeaf(schema::kRoot, "s", schema::PhysicalType::kByteArray,
                              schema::Repetition::kRequired));
  PF_ASSERT_OK_ASSIGN(
      const auto pipeline,
      Pipeline::open(std::make_unique<KeptFile>(bytes), schema, {},
                     {.rowGroupBytes = 1 << 20, .threads = makeEncodeThreads(GetParam())}));
  column::LeafView view;
  view.rows = view.entries = view.values.count = 1000;
  view.values.layout = column::ValuesLayout::kOffsets32;
  view.values.form = column::SourceForm::kViews;
  view.values.data = values.data();
  view.values.viewBuffers = buffers;
  PF_ASSERT_OK(pipeline->submit(1000, std::span(&view, 1), std::make_unique<NoOwner>()));
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(pipeline->totals().rowGroups, 4U);  // of 255 or 256 rows, the last one of less
}

TEST_P(PipelineTest, choiceIsMadeByAllBatchesOfARowGroup) {
  // Of the first batch a dictionary of two entries would be all; the row group has no two alike.
  write::WriterOptions writer;
  const auto pipeline = open({}, writer);
  std::vector<std::int64_t> two(200);
  for (std::size_t i = 0; i < two.size(); ++i) two[i] = FeedBatch::numberOf(i * i % 7 % 2);
  FeedBatch batch(0, 200);
  auto views = batch.views();
  views[0].values.data = reinterpret_cast<const std::byte*>(two.data());
  PF_ASSERT_OK(pipeline->submit(200, views));
  PF_ASSERT_OK(test::submitRows(*pipeline, 200, 50'000, ends));
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(pipeline->columnTotals()[0].dictionaryPages, 0U);
}

TEST_P(PipelineTest, manySubmittersKeepTheRowsOfABatchTogether) {
  const auto pipeline = open({.rowGroupRows = 7000});
  constexpr std::uint64_t kSubmitters = 4;
  constexpr std::uint64_t kBatches = 40;
  std::vector<std::thread> submitters;
  for (std::uint64_t submitter = 0; submitter < kSubmitters; ++submitter) {
    submitters.emplace_back([&, submitter] {
      for (std::uint64_t i = 0; i < kBatches; ++i) {
        const std::uint64_t batch = i * kSubmitters + submitter;
        PF_EXPECT_OK(test::submitRows(*pipeline, batch * 1000, 1000, ends));
      }
    });
  }
  for (std::thread& submitter : submitters) submitter.join();
  PF_ASSERT_OK(pipeline->finish());
  const Rows rows = test::rowsOf(bytes, kSubmitters * kBatches * 1000);
  ASSERT_EQ(rows.size(), kSubmitters * kBatches * 1000);
  std::vector<std::uint64_t> lastOf(kSubmitters, 0);
  for (std::size_t i = 0; i < rows.size(); i += 1000) {
    const std::uint64_t batch = rows[i] / 1000;
    for (std::size_t k = 0; k < 1000; ++k) ASSERT_EQ(rows[i + k], batch * 1000 + k);
    EXPECT_GE(batch, lastOf[batch % kSubmitters]) << "a submitter's batches in their order";
    lastOf[batch % kSubmitters] = batch;
  }
  EXPECT_EQ(ends.written, static_cast<int>(kSubmitters * kBatches));
}

TEST_P(PipelineTest, rowGroupsAreEncodedWhileOneIsWritten) {
  if (GetParam() == 1) GTEST_SKIP() << "of one thread";
  // The first write waits until two more row groups are encoded.
  std::mutex mutex;
  std::condition_variable changed;
  Pipeline* pipeline = nullptr;
  bool overlapped = false;
  const auto beforeWrite = [&] {
    std::unique_lock lock(mutex);
    if (overlapped) return;
    overlapped = changed.wait_for(lock, std::chrono::minutes(5), [&] {
      return pipeline != nullptr && pipeline->progress().rowGroupsEncoded >= 3;
    });
  };
  const auto opened = openTo(std::make_unique<WatchedFile>(bytes, beforeWrite),
                             {.rowGroupRows = 100'000, .rowGroupsInFlight = 3});
  {
    const std::lock_guard lock(mutex);
    pipeline = opened.get();
  }
  std::atomic<bool> isDone{false};
  std::thread ticker([&] {
    while (!isDone) {
      changed.notify_all();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  for (std::uint64_t first = 0; first < 600'000; first += 50'000) {
    PF_EXPECT_OK(test::submitRows(*opened, first, 50'000, ends));
  }
  PF_EXPECT_OK(opened->finish());
  isDone = true;
  ticker.join();
  EXPECT_TRUE(overlapped);
  EXPECT_EQ(test::rowsOf(bytes, 600'000), count(600'000));
}

TEST_P(PipelineTest, fullPipelineRefusesWhereNobodyIsToWait) {
  if (GetParam() == 1) GTEST_SKIP() << "nothing is left behind where the submitter encodes";
  std::mutex gate;
  std::unique_lock closed(gate);
  const auto pipeline =
      openTo(std::make_unique<WatchedFile>(bytes, [&] { const std::lock_guard wait(gate); }),
             {.rowGroupRows = 100'000, .rowGroupsInFlight = 2});
  Rows taken;
  std::uint64_t first = 0;
  Result<void> submitted;
  for (int i = 0; i < 20 && submitted; ++i) {
    submitted = test::submitRows(*pipeline, first, 100'000, ends, WhenFull::kRefuse);
    if (submitted) first += 100'000;
  }
  PF_EXPECT_ERROR(submitted, ErrorCode::kWouldBlock, "as many row groups");
  EXPECT_EQ(first, 200'000U);
  EXPECT_EQ(ends.told(), 0);
  EXPECT_EQ(ends.destroyed, 1) << "the refused one";
  EXPECT_GT(pipeline->progress().bytesInFlight, 200'000U * 8);
  EXPECT_FALSE(pipeline->failure().has_value());
  closed.unlock();
  do {
    submitted = test::submitRows(*pipeline, first, 1000, ends, WhenFull::kRefuse);
  } while (!submitted && submitted.error().code() == ErrorCode::kWouldBlock);
  PF_ASSERT_OK(submitted);
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(test::rowsOf(bytes, first + 1000), count(first + 1000));
  EXPECT_EQ(pipeline->progress().bytesInFlight, 0U);
}

TEST_P(PipelineTest, callThatIsNotToWaitDoesNotWaitForOneThatWaits) {
  if (GetParam() == 1) GTEST_SKIP() << "nobody waits where the submitter encodes";
  Gate gate;
  const auto pipeline = openTo(std::make_unique<WatchedFile>(bytes, gate.waiting()),
                               {.rowGroupRows = 100'000, .rowGroupsInFlight = 2});
  PF_ASSERT_OK(test::submitRows(*pipeline, 0, 200'000, ends));
  auto waiting = std::async(std::launch::async,
                            [&] { return test::submitRows(*pipeline, 200'000, 100'000, ends); });
  while (pipeline->progress().rowsSubmitted != 300'000) std::this_thread::yield();
  auto submitting = std::async(std::launch::async, [&] {
    return test::submitRows(*pipeline, 0, 1, ends, WhenFull::kRefuse);
  });
  auto flushing =
      std::async(std::launch::async, [&] { return pipeline->flush(WhenFull::kRefuse); });
  EXPECT_TRUE(test::isDone(submitting));
  EXPECT_TRUE(test::isDone(flushing));
  gate.open();
  PF_EXPECT_ERROR(submitting.get(), ErrorCode::kWouldBlock, "as many row groups");
  PF_EXPECT_ERROR(flushing.get(), ErrorCode::kWouldBlock, "as many row groups");
  PF_EXPECT_OK(waiting.get());
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(test::rowsOf(bytes, 300'000), count(300'000));
}

TEST_P(PipelineTest, callThatIsNotToWaitWritesNoSmallRowGroup) {
  if (GetParam() == 1) GTEST_SKIP() << "nobody else could";
  Gate gate;
  const auto pipeline =
      openTo(std::make_unique<WatchedFile>(bytes, gate.waiting()), {.rowGroupRows = 1000});
  auto calling = std::async(std::launch::async, [&]() -> Result<void> {
    PF_TRY(test::submitRows(*pipeline, 0, 1000, ends, WhenFull::kRefuse));
    PF_TRY(test::submitRows(*pipeline, 1000, 10, ends, WhenFull::kRefuse));
    return pipeline->flush(WhenFull::kRefuse);
  });
  EXPECT_TRUE(test::isDone(calling));
  gate.awaitWriter();
  gate.open();
  PF_EXPECT_OK(calling.get());
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(test::rowsOf(bytes, 1010), count(1010));
}

TEST_P(PipelineTest, batchIsRefusedWhereNotAllItsRowGroupsHaveRoom) {
  if (GetParam() == 1) GTEST_SKIP() << "nothing is left behind where the submitter encodes";
  Gate gate;
  const auto pipeline = openTo(std::make_unique<WatchedFile>(bytes, gate.waiting()),
                               {.rowGroupRows = 100'000, .rowGroupsInFlight = 3});
  PF_ASSERT_OK(test::submitRows(*pipeline, 0, 100'000, ends));
  gate.awaitWriter();
  const auto submit = [&](std::uint64_t first, std::uint64_t rows) {
    return std::async(std::launch::async, [&, first, rows] {
      return test::submitRows(*pipeline, first, rows, ends, WhenFull::kRefuse);
    });
  };
  auto ofThree = submit(100'000, 300'000);
  EXPECT_TRUE(test::isDone(ofThree));
  auto ofTwo = submit(100'000, 250'000);
  EXPECT_TRUE(test::isDone(ofTwo));
  EXPECT_EQ(pipeline->progress().rowGroupsSubmitted, 3U);
  gate.open();
  PF_EXPECT_ERROR(ofThree.get(), ErrorCode::kWouldBlock, "as many row groups");
  PF_EXPECT_OK(ofTwo.get());
  // One of more row groups than there may be: taken where there is none.
  Result<void> submitted;
  do {
    submitted = test::submitRows(*pipeline, 350'000, 450'000, ends, WhenFull::kRefuse);
  } while (!submitted && submitted.error().code() == ErrorCode::kWouldBlock);
  PF_ASSERT_OK(submitted);
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(test::rowsOf(bytes, 800'000), count(800'000));
}

TEST_P(PipelineTest, rowsAreCountedBeforeTheyAreWritten) {
  Pipeline* pipeline = nullptr;
  const auto opened =
      openTo(std::make_unique<WatchedFile>(bytes,
                                           [&] {
                                             const Progress now = pipeline->progress();
                                             EXPECT_LE(now.rowsWritten, now.rowsSubmitted);
                                           }),
             {.rowGroupRows = 1000});
  pipeline = opened.get();
  PF_ASSERT_OK(test::submitRows(*opened, 0, 3000, ends));
  PF_ASSERT_OK(opened->finish());
  EXPECT_EQ(opened->progress().rowsSubmitted, 3000U);
  EXPECT_EQ(opened->progress().batchesSubmitted, 1U);
}

TEST_P(PipelineTest, noMoreRowGroupsAreInFlightThanMayBe) {
  std::atomic<std::uint64_t> most{0};
  Pipeline* pipeline = nullptr;
  const auto opened = openTo(
      std::make_unique<WatchedFile>(bytes,
                                    [&] {
                                      const Progress now = pipeline->progress();
                                      most = std::max<std::uint64_t>(
                                          most, now.rowGroupsSubmitted - now.rowGroupsWritten);
                                    }),
      {.rowGroupRows = 30'000, .rowGroupsInFlight = 3});
  pipeline = opened.get();
  for (std::uint64_t first = 0; first < 600'000; first += 10'000) {
    PF_ASSERT_OK(test::submitRows(*opened, first, 10'000, ends));
  }
  PF_ASSERT_OK(opened->finish());
  EXPECT_LE(most, 3U);
  EXPECT_EQ(test::rowsOf(bytes, 600'000), count(600'000));
}

TEST_P(PipelineTest, severalFilesShareThreads) {
  constexpr std::size_t kFiles = 4;
  const auto threads = makeEncodeThreads(GetParam());
  std::vector<std::string> files(kFiles);
  std::vector<std::thread> submitters;
  for (std::string& file : files) {
    submitters.emplace_back([&] {
      const auto pipeline =
          openTo(std::make_unique<KeptFile>(file), {.rowGroupRows = 50'000, .threads = threads});
      for (std::uint64_t first = 0; first < 300'000; first += 25'000) {
        PF_EXPECT_OK(test::submitRows(*pipeline, first, 25'000, ends));
      }
      PF_EXPECT_OK(pipeline->finish());
    });
  }
  for (std::thread& submitter : submitters) submitter.join();
  EXPECT_EQ(test::rowsOf(files[0], 300'000), count(300'000));
  for (const std::string& file : files) EXPECT_TRUE(file == files[0]);
}

TEST_P(PipelineTest, oneWithMuchToDoLeavesOthersTheirTurnsOnSharedThreads) {
  if (GetParam() != 2) GTEST_SKIP() << "one thread to share";
  constexpr std::uint64_t kMany = 64;
  const auto threads = makeEncodeThreads(GetParam());
  std::string files[2];
  const auto openOne = [&](std::string& file) {
    return openTo(std::make_unique<KeptFile>(file),
                  {.rowGroupRows = 100'000, .rowGroupsInFlight = kMany, .threads = threads});
  };
  const auto many = openOne(files[0]);
  const auto one = openOne(files[1]);
  const auto batch = std::make_shared<FeedBatch>(0, 100'000);
  const auto views = batch->views();
  // Nobody but the thread encodes them.
  const auto submit = [&](Pipeline& pipeline) {
    PF_ASSERT_OK(pipeline.submit(100'000, views, std::make_unique<NoOwner>(), WhenFull::kRefuse));
  };
  for (std::uint64_t i = 0; i < kMany; ++i) submit(*many);
  submit(*one);
  while (one->progress().rowGroupsWritten == 0) std::this_thread::yield();
  EXPECT_LT(many->progress().rowGroupsWritten, kMany / 2);
  PF_ASSERT_OK(one->finish());
  PF_ASSERT_OK(many->finish());
}

TEST_P(PipelineTest, fileWithoutRowsIsWhole) {
  const auto pipeline = open();
  PF_ASSERT_OK(test::submitRows(*pipeline, 0, 0, ends));
  PF_ASSERT_OK(pipeline->flush());
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_TRUE(test::rowsOf(bytes, 0).empty());
  EXPECT_TRUE(bytes == test::sequentialFile({}, {}));
  EXPECT_EQ(ends.written, 1);
  PF_EXPECT_ERROR(pipeline->finish(), ErrorCode::kNotOpen, "finished");
  PF_EXPECT_ERROR(test::submitRows(*pipeline, 0, 1, ends), ErrorCode::kNotOpen, "finished");
}

TEST_P(PipelineTest, smallFileStartsNoThread) {
  const auto threads = makeEncodeThreads(GetParam());
  const auto pipeline = open({.rowGroupRows = 1000, .threads = threads});
  for (std::uint64_t first = 0; first < 1000; first += 100) {
    PF_ASSERT_OK(test::submitRows(*pipeline, first, 100, ends));
  }
  EXPECT_EQ(pipeline->progress().rowGroupsWritten, 1U) << "encoded and written in submit";
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(pipeline->progress().threads, 1U);
}

TEST_P(PipelineTest, threadsAreThereBeforeTheirFirstRowGroupIsComplete) {
  const auto threads = makeEncodeThreads(GetParam());
  const auto pipeline = open({.threads = threads});
  // Rows of 3.75 entries: 70 000 of them are the first to have 256 Ki.
  for (std::uint64_t first = 0; first < 60'000; first += 10'000) {
    PF_ASSERT_OK(test::submitRows(*pipeline, first, 10'000, ends));
  }
  EXPECT_EQ(pipeline->progress().threads, 1U);
  PF_ASSERT_OK(test::submitRows(*pipeline, 60'000, 10'000, ends));
  EXPECT_EQ(pipeline->progress().threads, GetParam());
  EXPECT_EQ(pipeline->progress().rowGroupsSubmitted, 0U);
  PF_ASSERT_OK(pipeline->finish());
  EXPECT_EQ(test::rowsOf(bytes, 70'000), count(70'000));
}

TEST_P(PipelineTest, keyValuesAreInTheFooter) {
  write::WriterOptions writer;
  writer.keyValues = {{"made by", "the options"}, {"kept", "for good"}};
  const auto pipeline = open({}, writer);
  PF_ASSERT_OK(pipeline->setKeyValue("made by", "this test"));
  PF_ASSERT_OK(pipeline->setKeyValue("seen", "first"));
  PF_ASSERT_OK(pipeline->setKeyValue("seen", "last"));
  PF_ASSERT_OK(pipeline->setKeyValue("bare", std::nullopt));
  PF_EXPECT_ERROR(pipeline->setKeyValue("\xFF", "x"), ErrorCode::kInvalidArgument, "UTF-8");
  PF_ASSERT_OK(pipeline->finish());
  PF_EXPECT_ERROR(pipeline->setKeyValue("late", "x"), ErrorCode::kNotOpen, "finished");
  writer.keyValues = {
      {"made by", "this test"}, {"kept", "for good"}, {"seen", "last"}, {"bare", std::nullopt}};
  EXPECT_TRUE(bytes == test::sequentialFile({}, writer));
}

TEST_P(PipelineTest, keyValueDoesNotWaitForTheOutput) {
  if (GetParam() == 1) GTEST_SKIP() << "the submitter writes";
  Gate gate;
  const auto pipeline =
      openTo(std::make_unique<WatchedFile>(bytes, gate.waiting()), {.rowGroupRows = 100'000});
  PF_ASSERT_OK(test::submitRows(*pipeline, 0, 100'000, ends));
  gate.awaitWriter();
  auto setting = std::async(std::launch::async, [&] { return pipeline->setKeyValue("a", "b"); });
  EXPECT_TRUE(test::isDone(setting));
  gate.open();
  PF_EXPECT_OK(setting.get());
  PF_ASSERT_OK(pipeline->finish());
}

INSTANTIATE_TEST_SUITE_P(Threads, PipelineTest, ::testing::Values(1, 2, 4));

}  // namespace
}  // namespace parquet_flow::pipeline
