// Rows in order, as a sorted merge takes them: files that are sorted already, and runs that were
// sorted here and lie in files beside the output.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "column/copy_rows.hpp"
#include "column/leaf_view.hpp"
#include "io/directory.hpp"
#include "merge/row_gather.hpp"
#include "merge/sort_key.hpp"
#include "merge/source_file.hpp"
#include "merge/source_rows.hpp"
#include "merge/target.hpp"
#include "pipeline/pipeline.hpp"

namespace parquet_flow::merge {

// A file whose rows are in order.
struct SortedFile {
  std::string path;
  std::optional<SessionColumn> session = std::nullopt;
};

// Batches of a sorted file, one after the other. One thread at a time.
class SortedRun {
 public:
  // `target` must live as long.
  SortedRun(const Target& target, const MergeOptions& options);

  [[nodiscard]] Result<void> open(const SortedFile& file, std::uint64_t batchRows);
  // The next batch; false: that was all. kInternal, and for files of others kCorrupt, where its
  // rows are not in order after all.
  [[nodiscard]] Result<bool> next();
  // Of the batch.
  [[nodiscard]] std::uint64_t rows() const noexcept { return keys_.prefixes.size(); }
  [[nodiscard]] std::span<const column::LeafView> views() const noexcept { return views_; }
  [[nodiscard]] const SortKeys& keys() const noexcept { return keys_; }

 private:
  const Target& target_;
  SortKeyMaker maker_;
  SourceFile file_;
  SourceRows rows_;
  std::optional<SessionColumn> session_;
  column::RowCopies copies_;  // where values come in a form that cannot be picked from
  bool needsCopies_ = false;
  std::size_t nextRowGroup_ = 0;
  std::uint64_t batchRows_ = 0;
  std::span<const column::LeafView> views_;
  SortKeys keys_;
  SortKeys last_;  // of the last row of the batch before
};

// Whether the rows of a file are in order: a look through the columns that are sorted by. One
// thread at a time.
class SortedCheck {
 public:
  SortedCheck(const Target& target, const MergeOptions& options);
  [[nodiscard]] Result<bool> isSorted(const SourceFile& file, const SessionColumn* session);

 private:
  SortKeyMaker maker_;
  SourceRows rows_;
};

// Rows that are collected to be sorted. One thread.
class SortBuffer {
 public:
  SortBuffer(const Target& target, const MergeOptions& options);

  // As RowCopies::append.
  [[nodiscard]] Result<void> append(std::uint64_t rows, std::span<const column::LeafView> views);
  [[nodiscard]] std::uint64_t rows() const noexcept { return copies_.rows(); }
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return copies_.bytes() + keys_.memoryBytes();
  }
  struct Mark {
    std::uint64_t rows = 0;
    column::RowCopies::Marks marks = {};
  };
  [[nodiscard]] Mark mark() const { return {copies_.rows(), copies_.marks()}; }
  void rollBack(const Mark& mark) noexcept;

  // All rows in order into `out`, batch by batch; equal ones as they came. It is empty then.
  template <class Append>
  [[nodiscard]] Result<void> drain(Append&& append);

 private:
  [[nodiscard]] std::vector<std::uint32_t> order() const;

  SortKeyMaker maker_;
  column::RowCopies copies_;
  SortKeys keys_;
  RowGather gather_;
};

inline constexpr std::uint64_t kGatherRows = 32 << 10;

template <class Append>
Result<void> SortBuffer::drain(Append&& append) {
  const std::vector<std::uint32_t> rows = order();
  PF_TRY(gather_.setSource(0, copies_.views()));
  std::vector<RowPick> picks;
  for (std::size_t at = 0; at < rows.size();) {
    picks.clear();
    for (; at < rows.size() && picks.size() < kGatherRows; ++at) picks.push_back({0, rows[at]});
    gather_.clear();
    PF_TRY(gather_.append(picks));
    PF_TRY(append(gather_.rows(), gather_.views()));
  }
  gather_.clear();
  copies_.clear();
  keys_.clear();
  return {};
}

// Files of runs: hidden ones beside the output, which are gone with this object. One thread.
class RunFiles {
 public:
  // All must live as long.
  RunFiles(const Target& target, io::Directory& directory, std::string prefix,
           std::shared_ptr<pipeline::EncodeThreads> threads)
      : target_(target),
        directory_(directory),
        prefix_(std::move(prefix)),
        threads_(std::move(threads)) {}
  RunFiles(const RunFiles&) = delete;
  RunFiles& operator=(const RunFiles&) = delete;
  ~RunFiles();

  // A new run; rows are appended to it, then it is finished.
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> append(std::uint64_t rows, std::span<const column::LeafView> views) {
    return open_->submit(rows, views);
  }
  [[nodiscard]] Result<SortedFile> finish();
  [[nodiscard]] Result<void> remove(const SortedFile& file);
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  const Target& target_;
  io::Directory& directory_;
  const std::string prefix_;
  const std::shared_ptr<pipeline::EncodeThreads> threads_;
  std::unique_ptr<pipeline::Pipeline> open_;
  std::vector<std::string> names_;  // that are there
  std::uint64_t count_ = 0;
};

}  // namespace parquet_flow::merge
