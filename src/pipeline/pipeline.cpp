#include "pipeline/pipeline.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/contained.hpp"
#include "pipeline/batch_rows.hpp"
#include "pipeline/row_group_flow.hpp"
#include "pipeline/row_group_run.hpp"

namespace parquet_flow::pipeline {
namespace {

constexpr std::uint64_t kRowGroupRowsMax = INT32_MAX;

}  // namespace

struct Pipeline::Impl {
  using Lock = std::unique_lock<std::mutex>;

  // Of a batch.
  struct Taken {
    const std::shared_ptr<Batch>& toTell;  // nullptr: nobody
    bool isCopied;
    std::uint64_t bytes;  // of all its rows
  };

  Impl(std::shared_ptr<const schema::Schema> itsSchema, const PipelineOptions& itsOptions)
      : schema(std::move(itsSchema)), options(itsOptions) {}
  ~Impl();

  [[nodiscard]] Result<void> check(std::uint64_t rows,
                                   std::span<const column::LeafView> views) const;
  [[nodiscard]] Result<void> takeTurn(Lock& lock, WhenFull whenFull);
  [[nodiscard]] Result<void> checkRoom(std::uint64_t rows);
  [[nodiscard]] Result<void> failFull() noexcept;
  [[nodiscard]] bool hasRoomFor(std::uint64_t rowGroups) const noexcept {
    return flow->hasRoom(nextSequence + rowGroups - 1);
  }
  [[nodiscard]] bool copySuits(std::uint64_t bytes) const noexcept;
  void cut(BatchRows& rows) const;
  [[nodiscard]] std::uint64_t rowGroupsEndedBy(const BatchRows& rows) const noexcept;
  [[nodiscard]] Result<void> fill(Lock& lock, BatchRows& rows, const Taken& taken,
                                  WhenFull whenFull, std::vector<RowGroupRun*>& mine);
  [[nodiscard]] Result<void> fillSome(BatchRows& rows, const BatchRows::Piece& piece,
                                      const Taken& taken);
  [[nodiscard]] Result<void> seal(Lock& lock, WhenFull whenFull, std::vector<RowGroupRun*>& mine);
  void waitForRoom(Lock& lock, std::vector<RowGroupRun*>& mine) noexcept;
  void encodeMine(std::vector<RowGroupRun*>& mine) noexcept;
  [[nodiscard]] Result<void> finish();
  // Runs what may fail in the middle: any error, or what is thrown, stops the pipeline.
  template <class Function>
  [[nodiscard]] Result<void> orStop(Function&& function) noexcept;
  [[nodiscard]] Result<void> failStopped(Lock& lock) noexcept;
  void countBatch(std::uint64_t rows) noexcept {
    batchesSubmitted.fetch_add(1, std::memory_order_relaxed);
    rowsSubmitted.fetch_add(rows, std::memory_order_relaxed);
  }
  // Of the one whose rows are being filled in, of which there is one at a time.
  [[nodiscard]] std::uint64_t batchNumber() const noexcept {
    return batchesSubmitted.load(std::memory_order_relaxed) - 1;
  }
  void uncountBatch(std::uint64_t rows) noexcept {
    batchesSubmitted.fetch_sub(1, std::memory_order_relaxed);
    rowsSubmitted.fetch_sub(rows, std::memory_order_relaxed);
  }

  const std::shared_ptr<const schema::Schema> schema;
  const PipelineOptions options;
  std::unique_ptr<RowGroupFlow> flow;

  // Of the next ones: one submitter fills at a time. Nobody waits for the output with it.
  std::mutex mutex;
  RowGroupRun* open = nullptr;
  std::uint64_t nextSequence = 0;
  bool isFinished = false;
  // A submitter in the middle of its rows waits for room, without the lock: what is above stays as
  // it is until it goes on.
  std::atomic<bool> isWaiting{false};

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
  const Taking taking = owner == nullptr ? Taking::kCopy : Taking::kBorrow;
  return submitAs(taking, rows, views, std::move(owner), whenFull);
}

Result<void> Pipeline::submitSmall(std::uint64_t rows, std::span<const column::LeafView> views,
                                   std::unique_ptr<BatchOwner>&& owner, WhenFull whenFull) {
  return submitAs(Taking::kAsSuits, rows, views, std::move(owner), whenFull);
}

Result<void> Pipeline::submitAs(Taking taking, std::uint64_t rows,
                                std::span<const column::LeafView> views,
                                std::unique_ptr<BatchOwner>&& owner, WhenFull whenFull) {
  Impl& impl = *impl_;
  PF_TRY(impl.check(rows, views));
  if (whenFull == WhenFull::kRefuse) PF_TRY(impl.checkRoom(rows));
  BatchRows all(*impl.schema, rows, views);
  const std::uint64_t bytes = all.bytes();
  std::vector<RowGroupRun*> mine;
  Impl::Lock lock(impl.mutex);
  PF_TRY(impl.takeTurn(lock, whenFull));
  // Who tries again and again makes nobody wait for the look at the rows.
  if (whenFull == WhenFull::kRefuse && !impl.hasRoomFor(1)) return impl.failFull();
  impl.cut(all);
  if (whenFull == WhenFull::kRefuse &&
      !impl.hasRoomFor(std::max<std::uint64_t>(impl.rowGroupsEndedBy(all), 1))) {
    return impl.failFull();
  }
  const std::uint64_t first = impl.nextSequence;
  // Before any of the rows may be written.
  impl.countBatch(rows);
  const bool isCopied =
      taking == Taking::kCopy || (taking == Taking::kAsSuits && impl.copySuits(bytes));
  std::shared_ptr<Batch> batch;
  auto filled = impl.orStop([&]() -> Result<void> {
    if (owner != nullptr) batch = std::make_shared<Batch>(std::move(owner), impl.batchNumber());
    return impl.fill(lock, all, {batch, isCopied, bytes}, whenFull, mine);
  });
  const std::uint64_t end = impl.nextSequence;
  if (filled) {
    lock.unlock();
  } else {
    impl.uncountBatch(rows);
    filled = impl.failStopped(lock);
  }
  if (filled && isCopied && batch != nullptr) batch->copied();
  impl.encodeMine(mine);
  if (!filled && batch != nullptr) {
    // Nothing of it is read from here on.
    if (end != first) impl.flow->waitForSettled(end);
    owner = batch->giveBack();
  }
  return filled;
}

// Until no other submitter is in the middle of its rows. Under the lock, which it lets go of to
// wait, and for good where the pipeline has stopped.
Result<void> Pipeline::Impl::takeTurn(Lock& lock, WhenFull whenFull) {
  while (true) {
    if (flow->isStopped()) return failStopped(lock);
    if (isFinished) return fail(ErrorCode::kNotOpen, "the pipeline is finished");
    if (!isWaiting.load(std::memory_order_relaxed)) return {};
    if (whenFull == WhenFull::kRefuse) return failFull();
    lock.unlock();
    flow->waitWhile(isWaiting);
    lock.lock();
  }
}

// For as many row groups as so many rows end at least, whatever their bytes: who tries again and
// again is refused without a look at the rows.
Result<void> Pipeline::Impl::checkRoom(std::uint64_t rows) {
  Lock lock(mutex);
  PF_TRY(takeTurn(lock, WhenFull::kRefuse));
  const std::uint64_t openRows = open == nullptr ? 0 : open->rows;
  const std::uint64_t ended =
      std::min((openRows + rows) / options.rowGroupRows, flow->inFlightMax());
  return hasRoomFor(std::max<std::uint64_t>(ended, 1)) ? Result<void>{} : failFull();
}

Result<void> Pipeline::Impl::failFull() noexcept {
  return fail(leanError(ErrorCode::kWouldBlock, "as many row groups are on their way as may be"));
}

// Under the lock, which it lets go of, and then of what was taken of batches and is not sent: their
// owners are told, who may wait for somebody that calls the pipeline.
Result<void> Pipeline::Impl::failStopped(Lock& lock) noexcept {
  const bool isFilling = isWaiting.load(std::memory_order_relaxed);
  RowGroupRun* const left = isFilling ? nullptr : std::exchange(open, nullptr);
  lock.unlock();
  if (left != nullptr) {
    left->clear(flow->failure());
    flow->giveBack(left);
  }
  return flow->failStopped();
}

// A batch of few rows that has so many bytes. Stretches of copies between views take 8 KiB a leaf
// each, and what is copied of a column stays below 4 GiB.
bool Pipeline::Impl::copySuits(std::uint64_t bytes) const noexcept {
  constexpr std::uint64_t kBatchBytesMax = 256 << 10;
  constexpr std::uint64_t kRowGroupBytesMax = std::uint64_t{2} << 30;
  if (bytes > kBatchBytesMax) return false;
  return open == nullptr || (open->copiesMayGoOn() && open->bytes < kRowGroupBytesMax);
}

// Where fill will end row groups.
void Pipeline::Impl::cut(BatchRows& rows) const {
  column::RowExtent into;
  if (open != nullptr) {
    into = {.rows = open->rows,
            .bytes = std::min(open->bytes + open->heldBytes, options.rowGroupBytes)};
  }
  rows.cut(into, {.rows = options.rowGroupRows, .bytes = options.rowGroupBytes});
}

// Counted no further than there may be in flight. A batch that ends more than that is taken where
// there is none, and waits for its own.
std::uint64_t Pipeline::Impl::rowGroupsEndedBy(const BatchRows& rows) const noexcept {
  return std::min(rows.rowGroupsEnded(), flow->inFlightMax());
}

Result<void> Pipeline::Impl::fill(Lock& lock, BatchRows& rows, const Taken& taken,
                                  WhenFull whenFull, std::vector<RowGroupRun*>& mine) {
  for (const BatchRows::Piece& piece : rows.pieces()) {
    if (open == nullptr) open = flow->take();
    if (piece.extent.rows != 0) {
      auto filled = fillSome(rows, piece, taken);
      if (!filled) {
        const std::string name = "batch " + std::to_string(batchNumber());
        return fail(std::move(filled).error().withContext(name));
      }
    }
    if (piece.endsRowGroup) PF_TRY(seal(lock, whenFull, mine));
  }
  if (open == nullptr) return {};
  if (!taken.isCopied) open->hold(*taken.toTell, taken.bytes);
  flow->prepareFor(open->entries);
  return {};
}

Result<void> Pipeline::Impl::fillSome(BatchRows& rows, const BatchRows::Piece& piece,
                                      const Taken& taken) {
  const column::RowExtent& some = piece.extent;
  PF_TRY_ASSIGN(const auto views, rows.next(piece));
  if (taken.isCopied) {
    const bool isTold = taken.toTell != nullptr && taken.toTell->isTold();
    return open->appendCopies(some.rows, some.bytes, views, isTold ? taken.toTell : nullptr,
                              batchNumber());
  }
  open->append(some.rows, some.bytes, views, taken.toTell);
  return {};
}

// Sends the open row group; `mine` are those that the calling thread has to encode.
Result<void> Pipeline::Impl::seal(Lock& lock, WhenFull whenFull, std::vector<RowGroupRun*>& mine) {
  if (!hasRoomFor(1)) waitForRoom(lock, mine);
  if (flow->isStopped()) return flow->failStopped();
  mine.reserve(mine.size() + 1);
  open->seal();
  open->sequence = nextSequence;
  const bool forOthers = flow->isForOthers(*open, whenFull);
  flow->send(open, forOthers);
  if (!forOthers) mine.push_back(open);
  open = nullptr;
  ++nextSequence;
  return {};
}

// Without the lock: a thread that waits, or writes, keeps nobody from being told that the pipeline
// is full, or has stopped.
void Pipeline::Impl::waitForRoom(Lock& lock, std::vector<RowGroupRun*>& mine) noexcept {
  isWaiting.store(true, std::memory_order_relaxed);
  lock.unlock();
  encodeMine(mine);
  flow->waitForRoom(nextSequence);
  lock.lock();
  isWaiting.store(false, std::memory_order_relaxed);
  flow->wake();
}

void Pipeline::Impl::encodeMine(std::vector<RowGroupRun*>& mine) noexcept {
  flow->encode(mine);
  mine.clear();
}

Result<void> Pipeline::flush(WhenFull whenFull) {
  Impl& impl = *impl_;
  std::vector<RowGroupRun*> mine;
  Impl::Lock lock(impl.mutex);
  PF_TRY(impl.takeTurn(lock, whenFull));
  if (impl.open == nullptr) return {};
  if (whenFull == WhenFull::kRefuse && !impl.hasRoomFor(1)) return impl.failFull();
  auto sealed = impl.orStop([&] { return impl.seal(lock, whenFull, mine); });
  lock.unlock();
  impl.encodeMine(mine);
  return sealed;
}

Result<void> Pipeline::waitForWritten() {
  Impl& impl = *impl_;
  Impl::Lock lock(impl.mutex);
  PF_TRY(impl.takeTurn(lock, WhenFull::kWait));
  const std::uint64_t end = impl.nextSequence;
  lock.unlock();
  impl.flow->waitForSettled(end);
  return impl.flow->isStopped() ? impl.flow->failStopped() : Result<void>{};
}

Result<void> Pipeline::copyRowGroup(const write::CopiedRowGroup& rowGroup) {
  Impl& impl = *impl_;
  PF_TRY(flush());
  impl.flow->waitForSettled(impl.nextSequence);
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
  Result<void> finished;
  if (impl.flow->isStopped()) {
    finished = impl.flow->failStopped();
  } else if (impl.isFinished) {
    return fail(ErrorCode::kNotOpen, "the pipeline is finished");
  } else {
    finished = impl.orStop([&] { return impl.finish(); });
  }
  // Whoever is in a write must not find the output closed.
  if (!finished) impl.flow->settle();
  return finished;
}

Result<void> Pipeline::Impl::finish() {
  std::vector<RowGroupRun*> mine;
  if (open != nullptr) {
    Lock lock(mutex);
    PF_TRY(seal(lock, WhenFull::kWait, mine));
  }
  encodeMine(mine);
  flow->settle();
  flow->endThreads();
  if (flow->isStopped()) return flow->failStopped();
  PF_TRY(flow->writeFooter());
  if (!flow->end()) return flow->failStopped();
  const Lock lock(mutex);
  isFinished = true;
  return {};
}

void Pipeline::failFinished(const Error& why) noexcept { impl_->flow->stopEnded(why); }

io::OutputFile& Pipeline::file() noexcept { return impl_->flow->file().file(); }

const write::FileTotals& Pipeline::totals() const noexcept { return impl_->flow->file().totals(); }

std::span<const write::ColumnTotals> Pipeline::columnTotals() const noexcept {
  return impl_->flow->file().columnTotals();
}

}  // namespace parquet_flow::pipeline
