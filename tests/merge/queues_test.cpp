// Goal: what passes between a merge's threads comes in the order of the paths, within its bounds,
// and nobody waits for ever. Method: units that end out of turn, and threads that have to wait.
#include "merge/queues.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace parquet_flow::merge {
namespace {

ResultItem ofFile(std::uint64_t number, std::uint64_t bytes = 0) {
  ResultItem item;
  item.copyBytes = bytes;
  item.files.push_back({.path = {}, .number = number});
  return item;
}

std::uint64_t numberOf(const ResultItem& item) { return item.files.at(0).number; }

// Runs `call` on a thread of its own, and says whether it waits.
template <class Call>
class Waiting {
 public:
  explicit Waiting(Call call)
      : thread_([this, call] {
          result_ = call();
          isDone_.store(true, std::memory_order_release);
        }) {}
  ~Waiting() { thread_.join(); }

  // Not for ever: what does not wait is done by then, unless the machine stands still.
  bool isWaiting() const {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return !isDone_.load(std::memory_order_acquire);
  }
  bool result() {
    while (!isDone_.load(std::memory_order_acquire)) std::this_thread::yield();
    return result_;
  }

 private:
  bool result_ = false;
  std::atomic<bool> isDone_ = false;
  std::thread thread_;
};

TEST(PathQueueTest, pathsAreTakenInUnitsThatAreNumbered) {
  PathQueue queue(100, 2);
  for (int i = 0; i < 9; ++i) ASSERT_TRUE(queue.put(std::to_string(i)));
  queue.close(std::nullopt);
  std::vector<std::string> all;
  Unit unit;
  for (std::uint64_t sequence = 0; queue.take(unit); ++sequence) {
    EXPECT_EQ(unit.sequence, sequence);
    EXPECT_EQ(unit.firstFile, all.size());
    // A share of what waits for each taker.
    if (sequence == 0) {
      EXPECT_EQ(unit.paths.size(), 4U);
    }
    all.insert(all.end(), unit.paths.begin(), unit.paths.end());
  }
  EXPECT_EQ(all, (std::vector<std::string>{"0", "1", "2", "3", "4", "5", "6", "7", "8"}));
  EXPECT_EQ(queue.stop(), std::nullopt);
}

TEST(PathQueueTest, aUnitHasABound) {
  PathQueue queue(1000, 1);
  for (std::size_t i = 0; i < 2 * PathQueue::kUnitPathsMax; ++i) ASSERT_TRUE(queue.put("x"));
  Unit unit;
  ASSERT_TRUE(queue.take(unit));
  EXPECT_EQ(unit.paths.size(), PathQueue::kUnitPathsMax);
}

TEST(PathQueueTest, putWaitsForRoomAndStopSaysWhatWasNext) {
  PathQueue queue(1, 1);
  ASSERT_TRUE(queue.put("a"));
  Waiting full([&queue] { return queue.put("b"); });
  EXPECT_TRUE(full.isWaiting());
  Unit unit;
  ASSERT_TRUE(queue.take(unit));
  EXPECT_EQ(unit.paths, std::vector<std::string>{"a"});
  EXPECT_TRUE(full.result());
  Waiting never([&queue] { return queue.put("c"); });
  EXPECT_TRUE(never.isWaiting());
  EXPECT_EQ(queue.stop(), "b");
  EXPECT_FALSE(never.result());
  EXPECT_FALSE(queue.take(unit));
}

TEST(PathQueueTest, takeWaitsForPathsOrTheirEnd) {
  PathQueue queue(1, 1);
  Unit unit;
  Waiting taker([&] { return queue.take(unit); });
  EXPECT_TRUE(taker.isWaiting());
  queue.close(Error(ErrorCode::kIo, "gone"));
  EXPECT_FALSE(taker.result());
  ASSERT_TRUE(queue.failure());
  EXPECT_EQ(queue.failure()->message(), "gone");
}

TEST(ResultQueueTest, resultsComeByUnitWhicheverWasFirst) {
  ResultQueue queue(100);
  ASSERT_TRUE(queue.put(2, ofFile(20)));
  ASSERT_TRUE(queue.put(0, ofFile(1)));
  queue.end(2);
  ASSERT_TRUE(queue.put(0, ofFile(2)));
  queue.end(0);
  queue.end(1);  // without results
  queue.close();
  std::vector<std::uint64_t> numbers;
  ResultItem item;
  while (queue.take(item)) numbers.push_back(numberOf(item));
  EXPECT_EQ(numbers, (std::vector<std::uint64_t>{1, 2, 20}));
}

// Whoever is ahead waits where the queue is full, by items or by bytes; whose turn it is does not.
TEST(ResultQueueTest, theUnitWhoseTurnItIsMayAlwaysAdd) {
  for (const std::uint64_t bytes : {std::uint64_t{0}, ResultQueue::kBytesMax}) {
    ResultQueue queue(bytes == 0 ? 1 : 100);
    ASSERT_TRUE(queue.put(1, ofFile(10, bytes)));
    Waiting ahead([&queue] { return queue.put(1, ofFile(11)); });
    EXPECT_TRUE(ahead.isWaiting());
    ASSERT_TRUE(queue.put(0, ofFile(1, bytes)));
    ASSERT_TRUE(queue.put(0, ofFile(2)));
    EXPECT_TRUE(ahead.isWaiting());
    ResultItem item;
    for (const std::uint64_t number : {1U, 2U}) {
      ASSERT_TRUE(queue.take(item));
      EXPECT_EQ(numberOf(item), number);
    }
    queue.end(0);
    ASSERT_TRUE(queue.take(item));
    EXPECT_EQ(numberOf(item), 10U);
    EXPECT_TRUE(ahead.result());
    ASSERT_TRUE(queue.take(item));
    EXPECT_EQ(numberOf(item), 11U);
  }
}

TEST(ResultQueueTest, stopWakesAll) {
  ResultQueue queue(1);
  ASSERT_TRUE(queue.put(1, ofFile(10)));
  Waiting ahead([&queue] { return queue.put(1, ofFile(11)); });
  ResultItem item;
  Waiting taker([&] { return queue.take(item); });
  EXPECT_TRUE(ahead.isWaiting());
  EXPECT_TRUE(taker.isWaiting());
  queue.stop();
  EXPECT_FALSE(ahead.result());
  EXPECT_FALSE(taker.result());
}

}  // namespace
}  // namespace parquet_flow::merge
