// Goal: work of a merge is done whether the system starts all threads, some or none.
//
// Method: pieces that note where they ran, on a system that starts no more threads.
#include "merge/shared_work.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <thread>

#include "pipeline/parallelism.hpp"
#include "support/expect_result.hpp"
#include "support/thread_faults.hpp"

namespace parquet_flow::merge {
namespace {

class Note final : public Work {
 public:
  int runs = 0;
  std::thread::id thread;

 private:
  Result<void> perform() override {
    ++runs;
    thread = std::this_thread::get_id();
    return {};
  }
};

class SharedWorkTest : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  ~SharedWorkTest() override { test::allowAllThreads(); }
};

TEST_P(SharedWorkTest, isDoneByThoseThatThereAre) {
  test::allowThreads(GetParam());
  SharedWork work(pipeline::makeEncodeThreads(3));
  std::deque<Note> notes(20);
  for (Note& note : notes) work.post(note);
  for (Note& note : notes) {
    work.finish(note);
    EXPECT_EQ(note.runs, 1);
    if (GetParam() == 0) {
      EXPECT_EQ(note.thread, std::this_thread::get_id());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Started, SharedWorkTest, ::testing::Values(0, 1, 2));

}  // namespace
}  // namespace parquet_flow::merge
