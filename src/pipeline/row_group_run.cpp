#include "pipeline/row_group_run.hpp"

#include <algorithm>
#include <utility>

#include "column/row_bytes.hpp"

namespace parquet_flow::pipeline {

RowGroupRun::RowGroupRun(std::shared_ptr<const schema::Schema> itsSchema)
    : views(itsSchema->leaves().size()), schema_(std::move(itsSchema)) {
  encoded.chunks.resize(views.size());
  inParts.resize(views.size());
}

void RowGroupRun::append(std::uint64_t moreRows, std::uint64_t moreBytes,
                         std::span<const column::LeafView> added, std::shared_ptr<Batch> batch) {
  endCopies();
  addViews(added);
  for (auto& leaf : views) {
    leaf.back().rowsBefore -= rows;  // which the chunk counts in front of the batch's own
    if (batch != nullptr) leaf.back().batch = batch->number();
  }
  rows += moreRows;
  bytes += moreBytes;
  tell(std::move(batch));
}

void RowGroupRun::tell(std::shared_ptr<Batch> batch) {
  if (batch == nullptr) return;
  if (batches_.empty() || batches_.back() != batch) batches_.push_back(std::move(batch));
}

Result<void> RowGroupRun::appendCopies(std::uint64_t moreRows, std::uint64_t moreBytes,
                                       std::span<const column::LeafView> added,
                                       std::shared_ptr<Batch> batch, std::uint64_t number) {
  if (!isCopying_) {
    if (copiesUsed_ == copies_.size()) copies_.push_back(std::make_unique<Copies>(*schema_));
    ++copiesUsed_;
    isCopying_ = true;
  }
  Copies& copies = *copies_[copiesUsed_ - 1];
  copies.batches.push_back({.row = rows, .rowInBatch = added[0].rowsBefore, .batch = number});
  PF_TRY(copies.rows.append(moreRows, added));
  rows += moreRows;
  bytes += moreBytes;
  tell(std::move(batch));
  return {};
}

void RowGroupRun::hold(const Batch& batch, std::uint64_t rowBytes) {
  std::uint64_t fresh = 0;
  for (const BatchOwner::Held& held : batch.held()) {
    if (heldBlocks_.insert(held.block).second) fresh += held.bytes;
  }
  heldBytes += fresh - std::min(fresh, rowBytes);
}

void RowGroupRun::addViews(std::span<const column::LeafView> added) {
  constexpr std::size_t kViewsMin = 8;  // to begin with: a file of few batches grows no vector
  for (std::size_t i = 0; i < added.size(); ++i) {
    if (views[i].capacity() == 0) views[i].reserve(kViewsMin);
    views[i].push_back(added[i]);
    entries += added[i].entries;
  }
}

void RowGroupRun::endCopies() {
  if (!std::exchange(isCopying_, false)) return;
  Copies& copies = *copies_[copiesUsed_ - 1];
  addViews(copies.rows.views());
  for (auto& leaf : views) leaf.back().batches = copies.batches;
}

void RowGroupRun::seal() {
  endCopies();
  nextLeaf = 0;
  leavesLeft.store(static_cast<std::uint32_t>(views.size()), std::memory_order_relaxed);
}

void RowGroupRun::orderLeaves() {
  leaves.resize(views.size());
  leafBytes_.assign(views.size(), 0);
  for (const schema::Leaf& leaf : schema_->leaves()) {
    leaves[leaf.index] = leaf.index;
    for (const column::LeafView& view : views[leaf.index]) {
      leafBytes_[leaf.index] += column::viewBytes(leaf, view);
    }
  }
  std::sort(leaves.begin(), leaves.end(), [this](std::uint32_t a, std::uint32_t b) {
    return leafBytes_[a] != leafBytes_[b] ? leafBytes_[a] > leafBytes_[b] : a < b;
  });
}

ChunkInParts& RowGroupRun::partsOf(std::uint32_t leaf) {
  if (inParts[leaf] == nullptr) inParts[leaf] = std::make_unique<ChunkInParts>();
  ChunkInParts& chunk = *inParts[leaf];
  chunk.run = this;
  chunk.leaf = leaf;
  chunk.next = 0;
  return chunk;
}

void RowGroupRun::clear(const Error* failure) noexcept {
  for (const auto& batch : batches_) {
    if (failure != nullptr) batch->fail(failure);
  }
  batches_.clear();
  for (std::size_t i = 0; i < copiesUsed_; ++i) {
    copies_[i]->rows.clear();
    copies_[i]->batches.clear();
  }
  copiesUsed_ = 0;
  isCopying_ = false;
  for (auto& leaf : views) leaf.clear();
  rows = 0;
  bytes = 0;
  heldBytes = 0;
  heldBlocks_.clear();
  entries = 0;
}

}  // namespace parquet_flow::pipeline
