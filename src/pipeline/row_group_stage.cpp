#include "pipeline/row_group_stage.hpp"

#include <string>
#include <thread>
#include <utility>

#include "base/assert.hpp"
#include "base/contained.hpp"

namespace parquet_flow::pipeline {
namespace {

// Gives an entry of a pool back. It must not be lost; there is room at the latest when the
// submitter has taken what is there.
template <class Entry>
void giveBack(moodycamel::ConcurrentQueue<Entry*>& pool, const moodycamel::ProducerToken& token,
              Entry* entry) noexcept {
  while (!pool.enqueue(token, entry)) std::this_thread::yield();
}

std::uint32_t laneCount(const StageOptions& options) noexcept {
  return options.threads == 0 ? 1 : options.threads;
}

}  // namespace

RowGroupStage::RowGroupStage(const StageOptions& options, const StagePools& pools,
                             OrderedWriter* writer)
    : writer_(writer),
      encodedBytesMax_(options.encodedBytesMax),
      hasThreads_(options.threads != 0),
      // With blocks for what each lane gives back.
      freeJobs_(pools.jobs.size(), laneCount(options), 0),
      returnedPieces_(pools.pieces.size(), laneCount(options), 0),
      encoded_(pools.jobs.size()),
      arrived_(pools.jobs.size(), nullptr),
      // Rings fill while whoever drains them waits; what is to be encoded can wait.
      threads_({.threads = options.threads,
                .cpus = {options.cpus.begin(), options.cpus.end()},
                .givesWay = true,
                .ownQueues = true,
                .tasksMax = pools.jobs.size() + pools.pieces.size()}) {
  for (std::uint32_t i = 0; i < laneCount(options); ++i) {
    auto lane = std::make_unique<Lane>();
    lane->jobToken.emplace(freeJobs_);
    lane->pieceToken.emplace(returnedPieces_);
    lanes_.push_back(std::move(lane));
  }
  freePieces_.reserve(pools.pieces.size());
  for (const auto& piece : pools.pieces) freePieces_.push_back(piece.get());
  freeEncoded_.reserve(encoded_.size());
  for (Encoded& encoded : encoded_) freeEncoded_.push_back(&encoded);
}

Result<std::unique_ptr<RowGroupStage>> RowGroupStage::open(const StageOptions& options,
                                                           const StagePools& pools,
                                                           OrderedWriter* writer) {
  std::unique_ptr<RowGroupStage> stage(new RowGroupStage(options, pools, writer));
  for (const auto& lane : stage->lanes_) {
    // A token for which there was no memory may not be used.
    if (!lane->jobToken->valid() || !lane->pieceToken->valid()) {
      return fail(ErrorCode::kOutOfMemory, std::string());
    }
    PF_TRY_ASSIGN(lane->encoder, write::RowGroupEncoder::create(options.schema, *options.writer,
                                                                write::Feeding::kPieces));
  }
  for (const auto& job : pools.jobs) {
    if (!stage->freeJobs_.enqueue(*stage->lanes_.front()->jobToken, job.get())) {
      return fail(ErrorCode::kOutOfMemory, std::string());
    }
  }
  PF_TRY(stage->prefault(options.prefaultBytes));
  PF_TRY(stage->threads_.start());
  return stage;
}

RowGroupStage::~RowGroupStage() { stop(); }

// One encoder writes what it has encoded before it begins the next, so one form goes round.
Result<void> RowGroupStage::prefault(std::span<const std::uint64_t> bytes) {
  if (bytes.empty()) return {};
  std::size_t inUse = lanes_.size() == 1 && hasThreads_ ? 1 : encoded_.size();
  for (auto form = freeEncoded_.rbegin(); inUse != 0; ++form, --inUse) {
    PF_TRY((*form)->prefault(bytes));
    (*form)->countedBytes = (*form)->capacityBytes();
    encodedBytes_.fetch_add((*form)->countedBytes, std::memory_order_relaxed);
  }
  return {};
}

// --- the submitter -------------------------------------------------------------------------------

RowGroupJob* RowGroupStage::tryAcquire() noexcept {
  RowGroupJob* job = nullptr;
  if (!freeJobs_.try_dequeue(job)) return nullptr;
  job->rows = 0;
  job->encodeFailure.reset();
  job->sequence = submitted_.load(std::memory_order_relaxed);
  return job;
}

void RowGroupStage::takeBackPieces() noexcept {
  RowGroupPiece* piece = nullptr;
  while (returnedPieces_.try_dequeue(piece)) {
    freePieces_.push_back(piece);
    --piecesOnTheirWay_;
  }
}

RowGroupPiece* RowGroupStage::tryAcquirePiece() noexcept {
  takeBackPieces();
  if (freePieces_.empty()) return nullptr;
  RowGroupPiece* const piece = freePieces_.back();
  freePieces_.pop_back();
  return piece;
}

std::size_t RowGroupStage::piecesOnTheirWay() noexcept {
  takeBackPieces();
  return piecesOnTheirWay_;
}

// Nobody but its thread may encode it: for want of memory it waits for what the thread has begun.
void RowGroupStage::post(RowGroupJob& job, RowGroupPiece* piece) noexcept {
  constexpr std::uint64_t kWaitNs = 1'000'000;
  while (!threads_.post(laneOf(job), {this, &job, piece})) retry_.waitFor(retry_.look(), kWaitNs);
}

void RowGroupStage::append(RowGroupJob* job, RowGroupPiece* piece) noexcept {
  PF_ASSERT(piece->rows != 0);
  job->rows += piece->rows;
  ++piecesOnTheirWay_;
  if (hasThreads_) {
    post(*job, piece);
    return;
  }
  encode(*lanes_.front(), *job, piece);
  piece->onEncoded();
  freePieces_.push_back(piece);
  --piecesOnTheirWay_;
}

void RowGroupStage::submit(RowGroupJob* job) noexcept {
  submitted_.store(job->sequence + 1, std::memory_order_release);
  if (hasThreads_) {
    post(*job, nullptr);
    return;
  }
  encode(*lanes_.front(), *job, nullptr);
  arrived_[job->sequence % arrived_.size()] = job;
  pump();
}

std::uint64_t RowGroupStage::pump() noexcept {
  if (hasThreads_) return 0;
  Lane& lane = *lanes_.front();
  while (next_ != submitted_.load(std::memory_order_relaxed)) {
    RowGroupJob* const job = arrived_[next_ % arrived_.size()];
    const std::uint64_t waitNs = writer_->write(*job);
    if (waitNs != 0) return waitNs;
    ++next_;
    recycle(lane, job);
  }
  return 0;
}

// --- encoding and writing ------------------------------------------------------------------------

void RowGroupStage::run(std::uint32_t thread, const Task& task) noexcept {
  Lane& lane = *lanes_[thread];
  auto* const job = static_cast<RowGroupJob*>(task.first);
  auto* const piece = static_cast<RowGroupPiece*>(task.second);
  encode(lane, *job, piece);
  if (piece != nullptr) {
    recycle(lane, piece);
  } else {
    writeInTurn(lane, job);
  }
}

// One more piece of the job, or its end. The boundary of this thread: what the standard library
// throws ends as the job's failure, and what then still comes of it is let go.
void RowGroupStage::encode(Lane& lane, RowGroupJob& job, const RowGroupPiece* piece) noexcept {
  if (job.encodeFailure || (piece == nullptr && job.encoded == nullptr)) return;
  auto done = contained([&] {
    if (job.encoded == nullptr) {
      takeEncoded(job);
      lane.encoder->begin(*job.encoded);
    }
    return piece == nullptr ? lane.encoder->finish()
                            : lane.encoder->append(piece->rows, piece->views, piece->shareOfWhole);
  });
  if (!done) job.encodeFailure.emplace(std::move(done).error());
}

void RowGroupStage::takeEncoded(RowGroupJob& job) noexcept {
  const std::lock_guard lock(mutex_);
  job.encoded = freeEncoded_.back();  // there are as many as jobs
  freeEncoded_.pop_back();
}

void RowGroupStage::writeInTurn(Lane& lane, RowGroupJob* job) noexcept {
  turns_.arrive(job);
  turns_.putOut([&](RowGroupJob& head) {
    while (true) {
      const std::uint32_t seen = retry_.look();
      const std::uint64_t waitNs = writer_->write(head);
      if (waitNs == 0) break;
      retry_.waitFor(seen, waitNs);
    }
    recycle(lane, &head);
  });
}

void RowGroupStage::recycle(Lane& lane, RowGroupJob* job) noexcept {
  if (job->encoded != nullptr) {
    auto* const encoded = static_cast<Encoded*>(std::exchange(job->encoded, nullptr));
    std::uint64_t bytes = encoded->capacityBytes();
    if (bytes > encodedBytesMax_) {
      encoded->releaseMemory();
      bytes = encoded->capacityBytes();
    }
    encodedBytes_.fetch_add(bytes - std::exchange(encoded->countedBytes, bytes),
                            std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    freeEncoded_.push_back(encoded);
  }
  giveBack(freeJobs_, *lane.jobToken, job);
  recycled_.store(recycled_.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  writer_->onFree();
}

void RowGroupStage::recycle(Lane& lane, RowGroupPiece* piece) noexcept {
  piece->onEncoded();
  giveBack(returnedPieces_, *lane.pieceToken, piece);
  writer_->onFree();
}

void RowGroupStage::stop() noexcept { threads_.stop(); }

}  // namespace parquet_flow::pipeline
