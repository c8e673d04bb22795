#include "merge/gather_queue.hpp"

#include <algorithm>
#include <utility>

namespace parquet_flow::merge {

Result<void> GatherBlock::perform() {
  Result<void> gathered = gather_.append(sources_, ranges_);
  held_.clear();
  return gathered;
}

void GatherBlock::clear() noexcept {
  sources_.clear();
  held_.clear();
  ranges_.clear();
  rows_ = 0;
  rowsMax_ = kRows;
  gather_.clear();
}

// Gives the block back when its rows are encoded.
class GatherQueue::Lent final : public pipeline::BatchOwner {
 public:
  Lent(std::unique_ptr<GatherBlock> block, std::shared_ptr<Shelf> shelf) noexcept
      : block_(std::move(block)), shelf_(std::move(shelf)) {}
  ~Lent() override {
    block_->clear();
    const std::lock_guard lock(shelf_->mutex);
    shelf_->blocks.push_back(std::move(block_));
  }
  void onDone(const Error* /*failure*/) noexcept override {}

 private:
  std::unique_ptr<GatherBlock> block_;
  const std::shared_ptr<Shelf> shelf_;
};

GatherQueue::GatherQueue(const schema::Schema& schema, SharedWork& work)
    : schema_(schema), work_(work), open_(take()) {}

std::unique_ptr<GatherBlock> GatherQueue::take() {
  {
    const std::lock_guard lock(shelf_->mutex);
    if (!shelf_->blocks.empty()) {
      auto block = std::move(shelf_->blocks.back());
      shelf_->blocks.pop_back();
      return block;
    }
  }
  return std::make_unique<GatherBlock>(schema_);
}

std::uint32_t GatherQueue::addSource(const RowSource& source, std::shared_ptr<const void> held) {
  const std::uint64_t rows = GatherBlock::kBytes / source.rowBytes();
  open_->rowsMax_ = std::clamp<std::uint64_t>(rows, 1, open_->rowsMax_);
  open_->sources_.push_back(&source);
  open_->held_.push_back(std::move(held));
  return static_cast<std::uint32_t>(open_->sources_.size() - 1);
}

void GatherQueue::add(std::uint32_t source, std::uint32_t row, std::uint32_t rows) {
  std::vector<RowRange>& ranges = open_->ranges_;
  open_->rows_ += rows;
  if (!ranges.empty() && ranges.back().source == source &&
      ranges.back().row + ranges.back().rows == row) {
    ranges.back().rows += rows;
  } else {
    ranges.push_back({source, row, rows});
  }
}

Result<void> GatherQueue::send(const AppendRows& append) {
  if (open_->rows_ == 0) return {};
  auto next = take();
  sent_.push_back(std::move(open_));
  open_ = std::move(next);
  work_.post(*sent_.back());
  const std::size_t aheadMax = work_.threads() == 1 ? 0 : 2 * std::size_t{work_.threads()};
  while (sent_.size() > aheadMax) PF_TRY(handOn(append));
  return {};
}

Result<void> GatherQueue::finish(const AppendRows& append) {
  PF_TRY(send(append));
  while (!sent_.empty()) PF_TRY(handOn(append));
  return {};
}

// The front one.
Result<void> GatherQueue::handOn(const AppendRows& append) {
  work_.finish(*sent_.front());
  std::unique_ptr<GatherBlock> block = std::move(sent_.front());
  sent_.pop_front();
  PF_TRY(std::move(block->result_));
  RowGather& gather = block->gather_;
  const std::uint64_t rows = gather.rows();
  const auto views = gather.views();
  return append(rows, views, std::make_unique<Lent>(std::move(block), shelf_));
}

void GatherQueue::clear() noexcept {
  for (const auto& block : sent_) work_.withdraw(*block);
  sent_.clear();
  open_->clear();
}

}  // namespace parquet_flow::merge
