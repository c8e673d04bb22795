// Many Parquet files into one, or a few: what `pf merge` does.
//
//   Paths ─▶ [lister] ─▶ PathQueue ─▶ [workers: open, decode] ─▶ ResultQueue ─▶ writer ─▶ Output
//
// Rows come out in the order of the files. Row groups that are large enough go over as they are,
// from the file to the output, without being decoded; small ones become rows of proper ones. With
// columns to sort by see sorted_merge.hpp.
#pragma once

#include "base/status.hpp"
#include "merge/options.hpp"

namespace parquet_flow::merge {

// Runs on the calling thread, which is the writer, and on threads of its own. An error means that
// there is no output, but for what Output::publish says; files that could not be read are no error,
// but told to `events`, unless all of them could not, or the output would replace or remove one of
// them. kExists: an output is there already; kCancelled: stopped before a file was in the output,
// in a merge that sorts, or where the output would replace or remove an input that is not all in
// it; kInvalidArgument as validate, Paths::checkOutput and chooseTarget, before `events` are told
// of anything: what files and lists are is kUnsupported or kCorrupt.
[[nodiscard]] Result<MergeResult> mergeFiles(const MergeOptions& options, MergeEvents& events);

// What would be done with a file.
struct FilePlan {
  std::string path;
  std::uint64_t rows = 0;
  std::uint64_t rowGroups = 0;
  std::uint64_t rowGroupsCopied = 0;
  std::optional<Error> error = std::nullopt;  // it would not be in the output
};

class PlanEvents {
 public:
  virtual ~PlanEvents() = default;
  virtual void onFile(const FilePlan& file) = 0;
};

// Looks at all footers, and writes nothing. The result has what mergeFiles would say, but for
// outputs and seconds; kCancelled: stopped before the first file was found.
[[nodiscard]] Result<MergeResult> planMerge(const MergeOptions& options, const MergeEvents& events,
                                            PlanEvents& plan);

}  // namespace parquet_flow::merge
