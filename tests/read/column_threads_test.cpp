// Goal: each index is worked on once, what was done is seen when the call is back, and threads that
// sleep, are late or have nothing to do are no trouble.
#include "read/column_threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

namespace parquet_flow::read {
namespace {

TEST(ColumnThreads, eachIndexOnceInEveryRound) {
  for (const std::uint32_t threads : {2U, 3U, 8U}) {
    auto started = ColumnThreads::start(threads);
    ASSERT_TRUE(started) << started.error().message();
    std::vector<int> done;  // not atomic: indices are of one thread, rounds are ordered
    for (std::size_t round = 0; round < 2000; ++round) {
      done.resize(round % 11);
      const auto before = done;
      const auto step = [&](std::size_t index) noexcept { ++done[index]; };
      (*started)->forEach(done.size(), step);
      for (std::size_t i = 0; i < done.size(); ++i) {
        ASSERT_EQ(done[i], before[i] + 1);
      }
    }
  }
}

TEST(ColumnThreads, indicesAreWorkedOnAtTheSameTime) {
  auto started = std::move(*ColumnThreads::start(2));
  // Two that wait for each other are only done where two threads work at once.
  std::atomic<int> arrived{0};
  const auto step = [&](std::size_t) noexcept {
    arrived.fetch_add(1);
    while (arrived.load() < 2) {
      std::this_thread::yield();
    }
  };
  started->forEach(2, step);
  EXPECT_EQ(arrived.load(), 2);
}

TEST(ColumnThreads, areEndedWithoutARound) {
  for (int i = 0; i < 50; ++i) {
    EXPECT_TRUE(ColumnThreads::start(4));
  }
}

}  // namespace
}  // namespace parquet_flow::read
