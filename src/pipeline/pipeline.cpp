#include "pipeline/pipeline.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/contained.hpp"
#include "column/cut_rows.hpp"
#include "pipeline/row_group_flow.hpp"
#include "pipeline/row_group_run.hpp"

namespace parquet_flow::pipeline {
namespace {

constexpr std::uint64_t kRowGroupRowsMax = INT32_MAX;

// Rows of one call, from the front on.
class BatchRows {
 public:
  BatchRows(const schema::Schema& schema, std::uint64_t rows,
            std::span<const column::LeafView> views)
      : rows_(rows), rest_(views) {
    std::uint64_t bytes = 0;
    for (const schema::Leaf& leaf : schema.leaves()) {
      bytes += column::viewBytes(leaf, views[leaf.index]);
      cutters_.emplace_back(leaf, views[leaf.index]);
    }
    rowBytes_ = bytes / rows + 1;
  }

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t rowBytes() const noexcept { return rowBytes_; }
  // Most batches go into one row group, and are not cut.
  [[nodiscard]] Result<std::span<const column::LeafView>> next(std::uint64_t rows) {
    if (rows == rows_ && pieces_.empty()) {
      rows_ = 0;
      return rest_;
    }
    pieces_.clear();
    for (column::RowCutter& cutter : cutters_) {
      PF_TRY_ASSIGN(const column::LeafView piece, cutter.next(rows));
      pieces_.push_back(piece);
    }
    rows_ -= rows;
    return std::span<const column::LeafView>(pieces_);
  }

 private:
  std::uint64_t rows_;
  std::uint64_t rowBytes_ = 1;
  std::span<const column::LeafView> rest_;
  std::vector<column::RowCutter> cutters_;
  std::vector<column::LeafView> pieces_;
};

}  // namespace

struct Pipeline::Impl {
  Impl(std::shared_ptr<const schema::Schema> itsSchema, const PipelineOptions& itsOptions)
      : schema(std::move(itsSchema)), options(itsOptions) {}
  ~Impl();

  [[nodiscard]] Result<void> check(std::uint64_t rows,
                                   std::span<const column::LeafView> views) const;
  [[nodiscard]] Result<void> fill(BatchRows& rows, const std::shared_ptr<Batch>& batch,
                                  std::vector<RowGroupRun*>& mine);
  [[nodiscard]] Result<void> fillSome(BatchRows& rows, const std::shared_ptr<Batch>& batch);
  [[nodiscard]] Result<void> seal(std::vector<RowGroupRun*>& mine);
  void encodeMine(std::vector<RowGroupRun*>& mine) noexcept;
  [[nodiscard]] Result<void> finish();
  // Runs what may fail in the middle: any error, or what is thrown, stops the pipeline.
  template <class Function>
  [[nodiscard]] Result<void> orStop(Function&& function) noexcept;
  void letGo(std::vector<RowGroupRun*>& mine) noexcept;
  void countBatch(std::uint64_t rows) noexcept {
    batchesSubmitted.fetch_add(1, std::memory_order_relaxed);
    rowsSubmitted.fetch_add(rows, std::memory_order_relaxed);
  }

  const std::shared_ptr<const schema::Schema> schema;
  const PipelineOptions options;
  std::unique_ptr<RowGroupFlow> flow;

  std::mutex mutex;  // of the next ones: one submitter fills at a time
  RowGroupRun* open = nullptr;
  std::uint64_t nextSequence = 0;
  bool isFinished = false;

  std::atomic<std::uint64_t> batchesSubmitted{0};
  std::atomic<std::uint64_t> rowsSubmitted{0};
};

Pipeline::Impl::~Impl() {
  if (flow == nullptr) return;
  if (!isFinished) flow->stop(leanError(ErrorCode::kCancelled, "it was given up"));
  if (open != nullptr) open->clear(flow->failure());
  flow->settle();
}

template <class Function>
Result<void> Pipeline::Impl::orStop(Function&& function) noexcept {
  auto result = contained(std::forward<Function>(function));
  if (result) return result;
  flow->stop(std::move(result).error());
  return flow->failStopped();
}

Pipeline::~Pipeline() = default;

Result<std::unique_ptr<Pipeline>> Pipeline::open(std::unique_ptr<io::OutputFile> file,
                                                 std::shared_ptr<const schema::Schema> schema,
                                                 const write::WriterOptions& writer,
                                                 const PipelineOptions& options) {
  if (options.rowGroupRows == 0 || options.rowGroupRows > kRowGroupRowsMax ||
      options.rowGroupBytes == 0) {
    return fail(ErrorCode::kInvalidArgument,
                "a row group is bounded by 1 .. 2^31 - 1 rows and at "
                "least a byte");
  }
  std::unique_ptr<Pipeline> pipeline(new Pipeline());
  pipeline->impl_ = std::make_unique<Impl>(schema, options);
  PF_TRY_ASSIGN(pipeline->impl_->flow,
                RowGroupFlow::open(std::move(file), std::move(schema), writer, options));
  return pipeline;
}

Result<void> Pipeline::Impl::check(std::uint64_t rows,
                                   std::span<const column::LeafView> views) const {
  const auto leaves = schema->leaves();
  if (views.size() != leaves.size()) {
    return fail(ErrorCode::kInvalidArgument, std::to_string(views.size()) +
                                                 " columns for a schema with " +
                                                 std::to_string(leaves.size()));
  }
  for (const schema::Leaf& leaf : leaves) {
    if (views[leaf.index].rows == rows) continue;
    return fail(ErrorCode::kInvalidArgument, "column '" + leaf.dottedPath +
                                                 "': " + std::to_string(views[leaf.index].rows) +
                                                 " rows in a batch of " + std::to_string(rows));
  }
  return {};
}

// --- batches -------------------------------------------------------------------------------------

Result<void> Pipeline::submit(std::uint64_t rows, std::span<const column::LeafView> views,
                              std::unique_ptr<BatchOwner>&& owner, WhenFull whenFull) {
  Impl& impl = *impl_;
  PF_TRY(impl.check(rows, views));
  std::vector<RowGroupRun*> mine;
  std::unique_lock lock(impl.mutex);
  if (impl.isFinished) return fail(ErrorCode::kNotOpen, "the pipeline is finished");
  if (whenFull == WhenFull::kRefuse && !impl.flow->hasRoom(impl.nextSequence) &&
      !impl.flow->isStopped()) {
    return fail(ErrorCode::kWouldBlock, "as many row groups are on their way as may be");
  }
  std::shared_ptr<Batch> batch;
  auto filled = impl.orStop([&]() -> Result<void> {
    if (impl.flow->isStopped()) return impl.flow->failStopped();
    if (owner != nullptr) batch = std::make_shared<Batch>(std::move(owner));
    if (rows == 0) return {};
    BatchRows all(*impl.schema, rows, views);
    return impl.fill(all, batch, mine);
  });
  if (!filled) {
    impl.letGo(mine);
    if (batch != nullptr) owner = batch->giveBack();
    return filled;
  }
  lock.unlock();
  impl.encodeMine(mine);
  impl.countBatch(rows);
  return {};
}

// Of a pipeline that has stopped: nothing that was taken is read from here on. Under the lock.
void Pipeline::Impl::letGo(std::vector<RowGroupRun*>& mine) noexcept {
  encodeMine(mine);
  if (open != nullptr) open->clear(flow->failure());
  flow->waitForSent();
}

Result<void> Pipeline::Impl::fill(BatchRows& rows, const std::shared_ptr<Batch>& batch,
                                  std::vector<RowGroupRun*>& mine) {
  while (rows.rows() != 0) {
    if (open == nullptr) open = flow->take();
    PF_TRY(fillSome(rows, batch));
    if (open->rows >= options.rowGroupRows || open->bytes >= options.rowGroupBytes) {
      PF_TRY(seal(mine));
    }
  }
  return open == nullptr ? Result<void>{} : flow->prepareFor(open->entries);
}

// As many rows as the open row group still takes.
Result<void> Pipeline::Impl::fillSome(BatchRows& rows, const std::shared_ptr<Batch>& batch) {
  const std::uint64_t bytesRoom = options.rowGroupBytes - open->bytes;
  const std::uint64_t some = std::min(
      {rows.rows(), options.rowGroupRows - open->rows, (bytesRoom - 1) / rows.rowBytes() + 1});
  const std::uint64_t bytes = some * rows.rowBytes();
  PF_TRY_ASSIGN(const auto views, rows.next(some));
  if (batch == nullptr) return open->appendCopies(some, bytes, views);
  open->append(some, bytes, views, batch);
  return {};
}

// Sends the open row group; `mine` are those that the calling thread has to encode.
Result<void> Pipeline::Impl::seal(std::vector<RowGroupRun*>& mine) {
  if (!flow->hasRoom(nextSequence)) {
    encodeMine(mine);
    flow->waitForRoom(nextSequence);
  }
  if (flow->isStopped()) return flow->failStopped();
  mine.reserve(mine.size() + 1);
  open->seal();
  open->sequence = nextSequence;
  const bool forOthers = flow->isForOthers(*open);
  PF_TRY(flow->send(open, forOthers));
  if (!forOthers) mine.push_back(open);
  open = nullptr;
  ++nextSequence;
  return {};
}

void Pipeline::Impl::encodeMine(std::vector<RowGroupRun*>& mine) noexcept {
  for (RowGroupRun* const run : mine) flow->encode(run);
  mine.clear();
}

Result<void> Pipeline::flush(WhenFull whenFull) {
  Impl& impl = *impl_;
  std::vector<RowGroupRun*> mine;
  std::unique_lock lock(impl.mutex);
  if (impl.isFinished) return fail(ErrorCode::kNotOpen, "the pipeline is finished");
  if (impl.flow->isStopped()) return impl.flow->failStopped();
  if (impl.open == nullptr) return {};
  if (whenFull == WhenFull::kRefuse && !impl.flow->hasRoom(impl.nextSequence)) {
    return fail(ErrorCode::kWouldBlock, "as many row groups are on their way as may be");
  }
  auto sealed = impl.orStop([&] { return impl.seal(mine); });
  lock.unlock();
  impl.encodeMine(mine);
  return sealed;
}

Result<void> Pipeline::copyRowGroup(const write::CopiedRowGroup& rowGroup) {
  Impl& impl = *impl_;
  PF_TRY(flush());
  impl.flow->waitForSent();
  if (impl.flow->isStopped()) return impl.flow->failStopped();
  Result<void> copied;
  PF_TRY(impl.orStop([&]() -> Result<void> {
    copied = impl.flow->copy(rowGroup);
    return copied ? Result<void>{} : impl.flow->cutBack();
  }));
  return copied;
}

// --- the rest ------------------------------------------------------------------------------------

Result<void> Pipeline::setKeyValue(std::string_view key, const std::optional<std::string>& value) {
  if (impl_->flow->isStopped()) return impl_->flow->failStopped();
  return impl_->flow->setKeyValue(key, value);
}

void Pipeline::cancel() noexcept {
  impl_->flow->stop(leanError(ErrorCode::kCancelled, "it was cancelled"));
}

std::optional<Error> Pipeline::failure() const {
  const Error* const failure = impl_->flow->failure();
  if (failure == nullptr) return std::nullopt;
  return *failure;
}

Progress Pipeline::progress() const noexcept {
  Progress progress;
  impl_->flow->addTo(progress);
  progress.batchesSubmitted = impl_->batchesSubmitted.load(std::memory_order_relaxed);
  progress.rowsSubmitted = impl_->rowsSubmitted.load(std::memory_order_relaxed);
  return progress;
}

Result<void> Pipeline::finish() {
  Impl& impl = *impl_;
  if (impl.isFinished) return fail(ErrorCode::kNotOpen, "the pipeline is finished");
  if (impl.flow->isStopped()) return impl.flow->failStopped();
  return impl.orStop([&] { return impl.finish(); });
}

Result<void> Pipeline::Impl::finish() {
  std::vector<RowGroupRun*> mine;
  if (open != nullptr) PF_TRY(seal(mine));
  encodeMine(mine);
  flow->settle();
  if (flow->isStopped()) return flow->failStopped();
  PF_TRY(flow->writeFooter());
  isFinished = true;
  return {};
}

io::OutputFile& Pipeline::file() noexcept { return impl_->flow->file().file(); }

const write::FileTotals& Pipeline::totals() const noexcept { return impl_->flow->file().totals(); }

std::span<const write::ColumnTotals> Pipeline::columnTotals() const noexcept {
  return impl_->flow->file().columnTotals();
}

}  // namespace parquet_flow::pipeline
