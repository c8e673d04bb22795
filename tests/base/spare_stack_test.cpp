// Goal: what is given is had by one taker, the last first, and no more is kept than there is room
// for. Method: takes and gives by hand; threads that mark what they own.
#include "base/spare_stack.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

namespace parquet_flow {
namespace {

TEST(SpareStack, theLastGivenIsTakenFirst) {
  SpareStack<int, 3> spares;
  std::array<int, 2> things{};
  EXPECT_EQ(spares.take(), nullptr);
  EXPECT_TRUE(spares.give(&things[0]));
  EXPECT_TRUE(spares.give(&things[1]));
  EXPECT_EQ(spares.take(), &things[1]);
  EXPECT_EQ(spares.take(), &things[0]);
  EXPECT_EQ(spares.take(), nullptr);
}

TEST(SpareStack, whatThereIsNoRoomForStaysTheGivers) {
  SpareStack<int, 1> spares;
  std::array<int, 2> things{};
  EXPECT_TRUE(spares.give(&things[0]));
  EXPECT_FALSE(spares.give(&things[1]));
  EXPECT_EQ(spares.take(), &things[0]);
  EXPECT_TRUE(spares.give(&things[1]));
}

TEST(SpareStack, noThingIsHadByTwoThreads) {
  SpareStack<std::atomic<int>, 4> spares;
  std::array<std::atomic<int>, 8> owners{};
  std::atomic<bool> isShared{false};
  const auto work = [&](std::size_t thread) {
    std::vector<std::atomic<int>*> own = {&owners[2 * thread], &owners[2 * thread + 1]};
    for (std::atomic<int>* const thing : own) *thing = 1;
    for (int round = 0; round < 20'000; ++round) {
      if (round % 2 == 0 && !own.empty()) {
        own.back()->fetch_sub(1);
        if (spares.give(own.back())) {
          own.pop_back();
        } else {
          own.back()->fetch_add(1);
        }
      } else if (std::atomic<int>* const thing = spares.take()) {
        if (thing->fetch_add(1) != 0) isShared = true;
        own.push_back(thing);
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(isShared);
}

}  // namespace
}  // namespace parquet_flow
