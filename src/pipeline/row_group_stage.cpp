#include "pipeline/row_group_stage.hpp"

#include <exception>
#include <new>
#include <string>
#include <utility>

namespace parquet_flow::pipeline {

RowGroupStage::RowGroupStage(std::span<const std::unique_ptr<RowGroupJob>> pool,
                             OrderedWriter* writer, std::uint32_t lanes)
    : writer_(writer),
      sealed_(pool.size()),
      free_(pool.size()),
      sealedToken_(sealed_),
      lanes_(lanes),
      arrived_(pool.size(), nullptr) {
  for (Lane& lane : lanes_) {
    lane.stage = this;
    lane.freeToken.emplace(free_);
  }
  for (const auto& job : pool) free_.enqueue(*lanes_.front().freeToken, job.get());
}

Result<std::unique_ptr<RowGroupStage>> RowGroupStage::open(
    const StageOptions& options, std::span<const std::unique_ptr<RowGroupJob>> pool,
    OrderedWriter* writer) {
  const std::uint32_t lanes = options.threads == 0 ? 1 : options.threads;
  std::unique_ptr<RowGroupStage> stage(new RowGroupStage(pool, writer, lanes));
  for (Lane& lane : stage->lanes_) {
    PF_TRY_ASSIGN(lane.encoder, write::RowGroupEncoder::create(options.schema, *options.writer));
  }
  for (std::uint32_t i = 0; i < options.threads; ++i) {
    const std::string name = "pf-encode-" + std::to_string(i);
    auto thread = Thread::start({name, options.cpus}, runLane, &stage->lanes_[i]);
    if (!thread) return fail(std::move(thread).error());
    stage->lanes_[i].thread = std::move(*thread);
    ++stage->threads_;
  }
  return stage;
}

RowGroupStage::~RowGroupStage() { stop(); }

RowGroupJob* RowGroupStage::tryAcquire() noexcept {
  RowGroupJob* job = nullptr;
  return free_.try_dequeue(job) ? job : nullptr;
}

void RowGroupStage::submit(RowGroupJob* job) noexcept {
  const std::uint64_t sequence = submitted_.load(std::memory_order_relaxed);
  job->sequence = sequence;
  submitted_.store(sequence + 1, std::memory_order_release);
  if (threads_ != 0) {
    sealed_.enqueue(sealedToken_, job);
    return;
  }
  arrived_[sequence % arrived_.size()] = job;
  pump();
}

std::uint64_t RowGroupStage::pump() noexcept {
  if (threads_ != 0) return 0;
  Lane& lane = lanes_.front();
  while (next_ != submitted_.load(std::memory_order_relaxed)) {
    RowGroupJob* const job = arrived_[next_ % arrived_.size()];
    if (!headEncoded_) encode(lane, *job);
    headEncoded_ = true;
    const std::uint64_t waitNs = writer_->write(*job);
    if (waitNs != 0) return waitNs;
    headEncoded_ = false;
    ++next_;
    recycle(lane, job);
  }
  return 0;
}

void RowGroupStage::runLane(void* raw) noexcept {
  Lane& lane = *static_cast<Lane*>(raw);
  while (true) {
    RowGroupJob* job = nullptr;
    lane.stage->sealed_.wait_dequeue(job);
    if (job == nullptr) return;
    lane.stage->encode(lane, *job);
    lane.stage->writeInTurn(lane, job);
  }
}

// The boundary of this thread: what the standard library throws ends as the job's failure.
void RowGroupStage::encode(Lane& lane, RowGroupJob& job) noexcept {
  job.encodeFailure.reset();
  if (job.rows == 0) return;
  try {
    auto encoded = lane.encoder->encode(job.rows, job.views, job.encoded);
    if (!encoded) job.encodeFailure.emplace(std::move(encoded).error());
  } catch (const std::bad_alloc&) {
    job.encodeFailure.emplace(ErrorCode::kOutOfMemory, std::string());
  } catch (const std::exception& exception) {
    job.encodeFailure.emplace(ErrorCode::kInternal, exception.what());
  }
}

void RowGroupStage::writeInTurn(Lane& lane, RowGroupJob* job) noexcept {
  std::unique_lock lock(mutex_);
  arrived_[job->sequence % arrived_.size()] = job;
  if (writing_) return;
  writing_ = true;
  while (RowGroupJob* const head = arrived_[next_ % arrived_.size()]) {
    arrived_[next_ % arrived_.size()] = nullptr;
    ++next_;
    lock.unlock();
    while (true) {
      const std::uint32_t seen = retry_.look();
      const std::uint64_t waitNs = writer_->write(*head);
      if (waitNs == 0) break;
      retry_.waitFor(seen, waitNs);
    }
    recycle(lane, head);
    lock.lock();
  }
  writing_ = false;
}

void RowGroupStage::recycle(Lane& lane, RowGroupJob* job) noexcept {
  free_.enqueue(*lane.freeToken, job);
  recycled_.store(recycled_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  writer_->onJobFree();
}

void RowGroupStage::stop() noexcept {
  for (std::uint32_t i = 0; i < threads_; ++i) sealed_.enqueue(sealedToken_, nullptr);
  for (Lane& lane : lanes_) lane.thread.join();
  threads_ = 0;
}

}  // namespace parquet_flow::pipeline
