// Goal: other threads get the largest columns of a row group first. Method: batches of columns
// whose bytes are counted by hand.
#include "pipeline/row_group_run.hpp"

#include <gtest/gtest.h>

#include "feed.hpp"

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

}  // namespace
}  // namespace parquet_flow::pipeline
