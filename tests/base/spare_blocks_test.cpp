// Goal: a block that was given back goes to one who asks for its size, once; what is kept is
// bounded, and what no longer is goes back. Blocks are counted, and are where they say they are.
#include "base/spare_blocks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace parquet_flow {
namespace {

constexpr std::size_t kKiB = 1 << 10;
constexpr std::size_t kMiB = 1 << 20;

std::vector<std::byte*> released;

void release(std::byte* data) noexcept { released.push_back(data); }

class Spares : public ::testing::Test {
 protected:
  void SetUp() override { released.clear(); }

  // Blocks are not looked into: any address is one.
  std::byte* give(std::size_t bytes) {
    std::byte* const data = &places_.at(given_++);
    EXPECT_TRUE(spares_.give({data, bytes}, release));
    return data;
  }

  std::array<std::byte, 64> places_{};
  std::size_t given_ = 0;
  SpareBlocks spares_;
};

TEST_F(Spares, theSmallestThatIsLargeEnoughIsTakenOnce) {
  std::byte* const large = give(66 * kKiB);
  std::byte* const small = give(62 * kKiB);
  give(59 * kKiB);
  const SpareBlocks::Block first = spares_.take(60 * kKiB);
  EXPECT_EQ(first.data, small);
  EXPECT_EQ(first.bytes, 62 * kKiB);
  EXPECT_EQ(spares_.take(60 * kKiB).data, large);
  EXPECT_EQ(spares_.take(60 * kKiB).data, nullptr);
  EXPECT_TRUE(released.empty());
}

TEST_F(Spares, noBlockThatIsMuchLargerIsTaken) {
  std::byte* const block = give(90 * kKiB);
  EXPECT_EQ(spares_.take(80 * kKiB - 1).data, nullptr);
  EXPECT_EQ(spares_.take(90 * kKiB + 1).data, nullptr);
  EXPECT_EQ(spares_.take(80 * kKiB).data, block);
}

TEST_F(Spares, blocksOfOtherSizesStayWithTheCaller) {
  EXPECT_FALSE(spares_.give({places_.data(), SpareBlocks::kBytesMin - 1}, release));
  EXPECT_FALSE(spares_.give({places_.data(), SpareBlocks::kBytesMax + 1}, release));
  give(SpareBlocks::kBytesMin);
  EXPECT_EQ(spares_.take(SpareBlocks::kBytesMin - 1).data, nullptr);
  EXPECT_EQ(spares_.take(SpareBlocks::kBytesMax + 1).data, nullptr);
}

TEST_F(Spares, theOldestGoWhereBytesWouldBeTooMany) {
  std::vector<std::byte*> blocks;
  for (int i = 0; i < 4; ++i) blocks.push_back(give(2 * kMiB));
  EXPECT_TRUE(released.empty());
  give(kMiB);
  EXPECT_EQ(released, (std::vector<std::byte*>{blocks[0]}));
  give(2 * kMiB);
  EXPECT_EQ(released, (std::vector<std::byte*>{blocks[0], blocks[1]}));
}

TEST_F(Spares, theOldestGoesWhereBlocksWouldBeTooMany) {
  std::vector<std::byte*> blocks;
  for (int i = 0; i < 33; ++i) blocks.push_back(give(16 * kKiB));
  EXPECT_EQ(released, (std::vector<std::byte*>{blocks[0]}));
}

TEST_F(Spares, allGoAtOnceAndThenThereAreNone) {
  std::byte* const first = give(32 * kKiB);
  std::byte* const second = give(kMiB);
  spares_.clear(release);
  EXPECT_EQ(released, (std::vector<std::byte*>{first, second}));
  EXPECT_EQ(spares_.take(32 * kKiB).data, nullptr);
  for (int i = 0; i < 4; ++i) give(2 * kMiB);  // their bytes are no longer counted
  EXPECT_EQ(released.size(), 2U);
}

// Each thread owns what it takes: a block that two had at a time would be seen.
TEST(SparesOfThreads, noBlockIsHadByTwo) {
  constexpr std::size_t kBlocks = 24;
  SpareBlocks spares;
  std::array<std::byte, kBlocks> places{};
  std::array<std::atomic<int>, kBlocks> owners{};
  std::atomic<bool> isShared{false};
  std::atomic<std::size_t> handed{0};
  const auto work = [&](std::size_t thread) {
    std::vector<SpareBlocks::Block> own;
    for (std::size_t i = thread; i < kBlocks; i += 4) {
      owners[i] = 1;
      own.push_back({&places[i], (16 + 8 * (i % 5)) * kKiB});
    }
    for (int round = 0; round < 20'000; ++round) {
      if (round % 3 != 2 && !own.empty()) {
        const SpareBlocks::Block block = own.back();
        const auto index = static_cast<std::size_t>(block.data - places.data());
        owners[index].fetch_sub(1);
        if (spares.give(block, [](std::byte*) noexcept {})) {
          own.pop_back();
        } else {
          owners[index].fetch_add(1);
        }
      } else if (const SpareBlocks::Block block = spares.take(16 * kKiB); block.data != nullptr) {
        const auto index = static_cast<std::size_t>(block.data - places.data());
        if (owners[index].fetch_add(1) != 0) isShared = true;
        own.push_back(block);
        handed.fetch_add(1);
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(isShared);
  EXPECT_GT(handed.load(), 0U);
}

}  // namespace
}  // namespace parquet_flow
