// Goal: the columns of a row group are encoded by several threads at once, and one that takes long
// holds up writing alone.
//
// Method: threads that wait inside a column for what is to happen meanwhile.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <numeric>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "column_hook.hpp"
#include "feed.hpp"
#include "pipeline/parallelism.hpp"
#include "pipeline/pipeline.hpp"
#include "support/expect_result.hpp"
#include "watched_file.hpp"

namespace parquet_flow::pipeline {
namespace {

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

}  // namespace
}  // namespace parquet_flow::pipeline
