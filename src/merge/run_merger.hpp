// The rows of several sorted runs, in order.
//
//   runs, decoded ahead ─▶ [tournament of their next rows] ─▶ ranges of rows ─▶ GatherQueue ─▶ out
//
// The run whose row is next is found by a tournament: a leaf for each run, and in each node the
// loser of the two below, so that a row costs as many comparisons as the tree is high. A run that
// wins again and again is compared with the second one alone.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "merge/gather_queue.hpp"
#include "merge/options.hpp"
#include "merge/shared_work.hpp"
#include "merge/sorted_run.hpp"
#include "merge/target.hpp"

namespace parquet_flow::merge {

// One thread. Memory: three batches of each run, together as much as is sorted at a time, and what
// its decoder has, which is a page of each column.
class RunMerger {
 public:
  // All must live as long.
  RunMerger(const Target& target, const MergeOptions& options, const MergeEvents& events,
            SharedWork& work);

  // Rows that are equal come in the order of `files`. false: it was stopped before the last row,
  // and all rows in front of that have been appended.
  [[nodiscard]] Result<bool> merge(std::span<const SortedFile> files, const AppendRows& append);
  // After an error: which of them it is of; nullptr: of none.
  [[nodiscard]] const SortedFile* failed() const noexcept { return failed_; }

 private:
  struct Run {
    std::unique_ptr<SortedRun> rows;
    std::shared_ptr<const RowBatch> batch;  // nullptr: there is no row any more
    std::uint32_t at = 0;
    std::uint64_t block = UINT64_MAX;  // the one that has the batch as `source`
    std::uint32_t source = 0;
  };
  // The next row of a run.
  struct Player {
    std::uint64_t prefix = 0;
    std::uint32_t run = 0;
  };
  [[nodiscard]] Result<void> open();
  [[nodiscard]] Result<bool> mergeOpen(const AppendRows& append);
  [[nodiscard]] Result<void> advance(std::uint32_t run);
  [[nodiscard]] Player playerOf(std::uint32_t run) const noexcept;
  [[nodiscard]] bool isBefore(const Player& a, const Player& b) const noexcept {
    return a.prefix != b.prefix ? a.prefix < b.prefix : isTieBefore(a.run, b.run);
  }
  [[nodiscard]] bool isTieBefore(std::uint32_t a, std::uint32_t b) const noexcept;
  Player build(std::size_t node);
  void replay() noexcept;
  [[nodiscard]] Player second() const noexcept;
  [[nodiscard]] std::uint32_t winningRows() noexcept;
  [[nodiscard]] BatchSize batchSize(std::size_t runs) const noexcept;

  const Target& target_;
  const MergeOptions& options_;
  const MergeEvents& events_;
  SharedWork& work_;
  const std::shared_ptr<RowBatches> batches_;
  std::span<const SortedFile> files_;
  const SortedFile* failed_ = nullptr;
  std::vector<Run> runs_;
  GatherQueue gather_;  // lets go of rows of runs
  std::vector<Player> losers_;
  Player winner_;
  std::uint32_t wins_ = 0;  // of the winner, one after the other
  std::uint64_t block_ = 0;
};

}  // namespace parquet_flow::merge
