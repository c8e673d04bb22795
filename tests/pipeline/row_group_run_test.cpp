// Goal: other threads get the largest columns of a row group first, and rows know their batches.
// Method: batches of columns whose bytes are counted by hand.
#include "pipeline/row_group_run.hpp"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "feed.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::pipeline {
namespace {

TEST(RowGroupRun, leavesWithTheMostBytesComeFirst) {
  RowGroupRun run(test::feedSchema());
  const test::FeedBatch batch(0, 400);
  run.append(400, 0, batch.views(), nullptr);
  run.append(400, 0, batch.views(), nullptr);
  run.seal();
  run.orderLeaves();
  // Of 400 rows: n 400 x 8 = 3200; s 342 texts of at least 13 bytes and an offset of 4, and 400
  // levels, 6214; l 600 elements of 4 bytes and 700 entries with two levels, 3800.
  EXPECT_EQ(run.leaves, (std::vector<std::uint32_t>{1, 2, 0}));
  run.clear(nullptr);

  // No text at all is 400 levels, and as many elements as before.
  auto views = batch.views();
  const std::vector<std::uint8_t> nulls(400, 0);
  views[1].values.count = 0;
  views[1].definitionLevels = nulls.data();
  run.append(400, 0, views, nullptr);
  run.seal();
  run.orderLeaves();
  EXPECT_EQ(run.leaves, (std::vector<std::uint32_t>{2, 0, 1}));
}

TEST(RowGroupRun, leavesOfTheSameBytesKeepTheirOrder) {
  RowGroupRun run(test::feedSchema());
  run.seal();
  run.orderLeaves();
  EXPECT_EQ(run.leaves, (std::vector<std::uint32_t>{0, 1, 2}));
}

TEST(RowGroupRun, copiedRowsSayWhichBatchesTheyAreOf) {
  RowGroupRun run(test::feedSchema());
  const test::FeedBatch batch(0, 50);
  auto later = batch.views();
  for (column::LeafView& view : later) view.rowsBefore = 1000;
  PF_ASSERT_OK(run.appendCopies(50, 0, later, nullptr, 3));
  PF_ASSERT_OK(run.appendCopies(50, 0, batch.views(), nullptr, 4));
  run.append(50, 0, batch.views(), nullptr);
  PF_ASSERT_OK(run.appendCopies(50, 0, batch.views(), nullptr, 6));
  run.seal();
  for (const auto& views : run.views) {
    ASSERT_EQ(views.size(), 3U);
    const auto& first = views[0].batches;
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(std::tuple(first[0].row, first[0].rowInBatch, first[0].batch),
              std::tuple(0U, 1000U, 3U));
    EXPECT_EQ(std::tuple(first[1].row, first[1].rowInBatch, first[1].batch),
              std::tuple(50U, 0U, 4U));
    EXPECT_TRUE(views[1].batches.empty());
    const auto& last = views[2].batches;
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(std::tuple(last[0].row, last[0].rowInBatch, last[0].batch), std::tuple(150U, 0U, 6U));
  }
  run.clear(nullptr);
  PF_ASSERT_OK(run.appendCopies(50, 0, batch.views(), nullptr, 9));
  run.seal();
  ASSERT_EQ(run.views[0].size(), 1U);
  ASSERT_EQ(run.views[0][0].batches.size(), 1U);
  EXPECT_EQ(run.views[0][0].batches[0].batch, 9U);
}

}  // namespace
}  // namespace parquet_flow::pipeline
