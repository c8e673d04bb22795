// Rows that are collected to be sorted, and the files that they are written to in order.
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
#include "merge/gather_queue.hpp"
#include "merge/options.hpp"
#include "merge/shared_work.hpp"
#include "merge/sort_key.hpp"
#include "merge/sorted_run.hpp"
#include "merge/target.hpp"
#include "pipeline/pipeline.hpp"

namespace parquet_flow::merge {

// One thread.
class SortBuffer {
 public:
  // All must live as long.
  SortBuffer(const Target& target, SharedWork& work)
      : target_(target), work_(work), copies_(*target.schema), gather_(*target.schema, work) {}

  // As RowCopies::append; with the keys of the rows.
  [[nodiscard]] Result<void> append(std::uint64_t rows, std::span<const column::LeafView> views,
                                    const SortKeys& keys);
  [[nodiscard]] std::uint64_t rows() const noexcept { return copies_.rows(); }
  // Of it now, and of sorting it.
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return copies_.bytes() + keys_.memoryBytes() + copies_.rows() * kOrderBytes;
  }
  struct Mark {
    std::uint64_t rows = 0;
    column::RowCopies::Marks marks = {};
  };
  [[nodiscard]] Mark mark() const { return {copies_.rows(), copies_.marks()}; }
  void rollBack(const Mark& mark) noexcept;

  // All rows in order, handed to `append` block by block; equal ones as they came. It is empty
  // then. After an error all of them are still there, and some were handed on as well.
  [[nodiscard]] Result<void> drain(const AppendRows& append);

 private:
  struct Row {
    std::uint64_t prefix;
    std::uint32_t number;
  };
  class SortPart;
  struct SortParts;
  // An entry of the order, and of where its halves are merged.
  static constexpr std::uint64_t kOrderBytes = sizeof(Row) * 2;
  [[nodiscard]] std::vector<Row> order();
  [[nodiscard]] Result<void> gatherAll(std::span<const Row> rows, const AppendRows& append);

  const Target& target_;
  SharedWork& work_;
  column::RowCopies copies_;
  SortKeys keys_;
  RowSource source_;
  GatherQueue gather_;
};

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
  [[nodiscard]] Result<void> append(std::uint64_t rows, std::span<const column::LeafView> views,
                                    std::unique_ptr<pipeline::BatchOwner>&& owner) {
    return open_->submit(rows, views, std::move(owner));
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
