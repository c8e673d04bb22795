// A row group of a pipeline, from its first batch until it is written.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <unordered_set>
#include <vector>

#include "base/status.hpp"
#include "column/copy_rows.hpp"
#include "column/leaf_view.hpp"
#include "pipeline/pipeline.hpp"
#include "schema/schema.hpp"
#include "write/column_parts.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::pipeline {

// A batch, of which row groups have parts. The last one to let go of it tells its owner.
class Batch {
 public:
  // `number`: what messages call it.
  Batch(std::unique_ptr<BatchOwner> owner, std::uint64_t number) noexcept
      : owner_(std::move(owner)), number_(number) {}
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch() {
    if (owner_ != nullptr) owner_->onDone(failure_.load(std::memory_order_relaxed));
  }

  [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
  // Some of its rows will not be written. `failure` outlives the batch. What orders it before the
  // look that the last one takes is the count of those who have the batch.
  void fail(const Error* failure) noexcept { failure_.store(failure, std::memory_order_relaxed); }
  void copied() noexcept { owner_->onCopied(); }
  [[nodiscard]] bool isTold() const noexcept { return owner_->isTold(); }
  [[nodiscard]] std::span<const BatchOwner::Held> held() const noexcept { return owner_->held(); }
  // It was not taken after all.
  [[nodiscard]] std::unique_ptr<BatchOwner> giveBack() noexcept { return std::move(owner_); }

 private:
  std::unique_ptr<BatchOwner> owner_;
  const std::uint64_t number_;
  std::atomic<const Error*> failure_{nullptr};
};

struct RowGroupRun;

// A chunk that several threads encode.
struct ChunkInParts {
  RowGroupRun* run = nullptr;
  std::uint32_t leaf = 0;
  write::ColumnParts parts;
  std::uint32_t next = 0;               // to be encoded; under the pipeline's lock
  ChunkInParts* nextOffered = nullptr;  // likewise
  std::atomic<std::uint32_t> left{0};   // not encoded yet
};

// Filled by one thread at a time, then encoded by many, a chunk or a part of one each, then written
// by one. Reused.
struct RowGroupRun {
  explicit RowGroupRun(std::shared_ptr<const schema::Schema> itsSchema);
  RowGroupRun(const RowGroupRun&) = delete;
  RowGroupRun& operator=(const RowGroupRun&) = delete;

  // The rows of `added`, of which LeafView::rowsBefore counts those of the batch in front of them,
  // behind those there are.
  void append(std::uint64_t moreRows, std::uint64_t moreBytes,
              std::span<const column::LeafView> added, std::shared_ptr<Batch> batch);
  // Copies of them, of the batch that messages are to call `number`, and that is told, if not
  // nullptr; errors as those of RowCopies.
  [[nodiscard]] Result<void> appendCopies(std::uint64_t moreRows, std::uint64_t moreBytes,
                                          std::span<const column::LeafView> added,
                                          std::shared_ptr<Batch> batch, std::uint64_t number);
  // Whether copies would go on behind others, or there are few stretches of them.
  [[nodiscard]] bool copiesMayGoOn() const noexcept {
    return isCopying_ || copiesUsed_ < kStretchesOfChoice;
  }
  // Counts what a batch that was appended holds beside its rows, which have so many bytes.
  void hold(const Batch& batch, std::uint64_t rowBytes);
  // Nothing more comes.
  void seal();
  // After seal: puts the leaves with the most bytes first, so that no large one is left to a single
  // thread when all others are done.
  void orderLeaves();
  // Of chunk number `leaf`, empty; whoever encodes it.
  [[nodiscard]] ChunkInParts& partsOf(std::uint32_t leaf);
  // Lets go of batches and copies, which end by `failure` or nullptr, and is empty again.
  void clear(const Error* failure) noexcept;

  std::uint64_t sequence = 0;
  bool isForOthers = false;            // several threads encode it
  RowGroupRun* nextArrived = nullptr;  // the turn queue's
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;      // of values and levels
  std::uint64_t heldBytes = 0;  // by batches, beside their rows
  std::uint64_t entries = 0;    // of all leaves
  // By leaf, in the order of the rows.
  std::vector<std::vector<column::LeafView>> views;
  write::EncodedRowGroup encoded;
  // By leaf; nullptr: no chunk of it was for others yet.
  std::vector<std::unique_ptr<ChunkInParts>> inParts;
  std::vector<std::uint32_t> leaves;         // by orderLeaves
  std::uint32_t nextLeaf = 0;                // of them, to be encoded; under the pipeline's lock
  std::atomic<std::uint32_t> leavesLeft{0};  // not encoded yet

 private:
  // A stretch of rows that are copied.
  struct Copies {
    explicit Copies(const schema::Schema& schema) : rows(schema) {}
    column::RowCopies rows;
    std::vector<column::BatchStart> batches;  // that they are of
  };

  void addViews(std::span<const column::LeafView> added);
  void tell(std::shared_ptr<Batch> batch);
  void endCopies();

  static constexpr std::size_t kStretchesOfChoice = 4;

  std::shared_ptr<const schema::Schema> schema_;
  std::vector<std::shared_ptr<Batch>> batches_;
  std::unordered_set<const void*> heldBlocks_;   // that are in heldBytes
  std::vector<std::unique_ptr<Copies>> copies_;  // of which the last one in use may go on
  std::size_t copiesUsed_ = 0;
  bool isCopying_ = false;
  std::vector<std::uint64_t> leafBytes_;  // scratch of orderLeaves
};

}  // namespace parquet_flow::pipeline
