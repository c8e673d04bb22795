// Rows that are picked from batches, gathered by whoever has time, and handed on in order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "merge/row_gather.hpp"
#include "merge/shared_work.hpp"
#include "pipeline/pipeline.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::merge {

// Rows, as Pipeline::submit takes them.
using AppendRows =
    std::function<Result<void>(std::uint64_t rows, std::span<const column::LeafView> views,
                               std::unique_ptr<pipeline::BatchOwner>&& owner)>;

// A piece of what is gathered, and its memory, which is used again.
class GatherBlock final : public Work {
 public:
  // What rows take, and what encodes them, stays in the cache; and there are enough of them for
  // many threads.
  static constexpr std::uint64_t kRows = 64 << 10;
  // Of wide ones there are fewer.
  static constexpr std::uint64_t kBytes = 16 << 20;

  explicit GatherBlock(const schema::Schema& schema) : gather_(schema) {}
  void clear() noexcept;

 private:
  friend class GatherQueue;
  [[nodiscard]] Result<void> perform() override;

  std::vector<const RowSource*> sources_;
  std::vector<std::shared_ptr<const void>> held_;  // what they are of
  std::vector<RowRange> ranges_;
  std::uint64_t rows_ = 0;
  std::uint64_t rowsMax_ = kRows;
  RowGather gather_;
};

// One thread.
class GatherQueue {
 public:
  // `schema` and `work` must live as long.
  GatherQueue(const schema::Schema& schema, SharedWork& work);
  ~GatherQueue() { clear(); }
  GatherQueue(const GatherQueue&) = delete;
  GatherQueue& operator=(const GatherQueue&) = delete;

  // Of the open block: rows are picked from `source`, which `held` keeps. Returns its number.
  [[nodiscard]] std::uint32_t addSource(const RowSource& source, std::shared_ptr<const void> held);
  // Of a block with a source; of an empty one at least one row.
  [[nodiscard]] std::uint64_t room() const noexcept {
    return open_->rows_ < open_->rowsMax_ ? open_->rowsMax_ - open_->rows_ : 0;
  }
  // At most so many, but one in any case; consecutive ones become one range.
  void add(std::uint32_t source, std::uint32_t row, std::uint32_t rows);
  // Ends the open block, if it has rows: sources are to be added anew. Hands on what is ready, in
  // order, and waits where too much is not. Errors are those of `append`, and kLimit, kOutOfMemory.
  [[nodiscard]] Result<void> send(const AppendRows& append);
  // And all there is.
  [[nodiscard]] Result<void> finish(const AppendRows& append);
  // Lets go of all that was not handed on.
  void clear() noexcept;

 private:
  // Blocks that wait to be used again. Any thread: encoders give them back.
  struct Shelf {
    std::mutex mutex;
    std::vector<std::unique_ptr<GatherBlock>> blocks;
  };
  class Lent;
  [[nodiscard]] std::unique_ptr<GatherBlock> take();
  [[nodiscard]] Result<void> handOn(const AppendRows& append);

  const schema::Schema& schema_;
  SharedWork& work_;
  const std::shared_ptr<Shelf> shelf_ = std::make_shared<Shelf>();
  std::unique_ptr<GatherBlock> open_;
  std::deque<std::unique_ptr<GatherBlock>> sent_;
};

}  // namespace parquet_flow::merge
