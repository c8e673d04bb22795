// A merge that sorts.
//
//   file, its rows in order, large ─────────────────────────────────────┐
//   other files ─▶ SortBuffer ─ full ─▶ sorted ─▶ a run beside the output ─┴▶ k-way merge ─▶ Output
//
// Where there are more files and runs than can be open at a time, some are merged into a longer run
// first. Rows that are equal come in the order of the files. Memory: the sort buffer while files
// are read, then a batch of each run; both have the size that is asked for.
#pragma once

#include "base/status.hpp"
#include "merge/options.hpp"
#include "merge/target.hpp"

namespace parquet_flow::merge {

// As mergeFiles, where columns to sort by are named. Where it is stopped while the output is
// written the output has the rows up to there, and rowsLeft says how many are missing; kCancelled:
// it was stopped sooner, is one of captures, whose ledger would not hold, or its output would
// replace an input; then there is no output. A file that fails when it is no longer to be taken
// back ends the merge too.
[[nodiscard]] Result<MergeResult> mergeSorted(const MergeOptions& options, MergeEvents& events,
                                              const Target& target);

}  // namespace parquet_flow::merge
