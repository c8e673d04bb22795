// The stage between whoever fills row groups and whoever writes them.
//
// A row group comes in pieces small enough that what was filled is still in the cache when it is
// encoded, whatever the size of the row group: its large form is the encoded one alone, which is
// written once. Three fixed pools go round:
//
//   pieces      tryAcquirePiece ─▶ fill ─▶ append ─▶ [queue of a thread] ─▶ encode ─┐
//                     ▲                                                             │
//                     └──────────────────────── [queue] ◀───────────────────────────┘
//   row groups  tryAcquire ─▶ submit, behind its pieces ─▶ write, in the order of submitting ─┐
//                     ▲                                                                       │
//                     └──────────────────────── [queue] ◀─────────────────────────────────────┘
//   encoded     from a row group's first piece until it is written
//
// All pieces of one row group are encoded by one of N threads; row groups go to them in turn. The
// queues have no bound of their own; the pools are the bound. With N = 0 the submitter's own calls
// encode and write. Whichever thread has encoded the row group whose turn it is writes it, and
// those behind it that are ready; so writing never waits for a hand-over to a thread of its own.
//
// The last piece and the last encoded form that came back are the first to be used again: they are
// in the cache, and memory that load never called for is never touched.
#pragma once

#include <concurrentqueue/concurrentqueue.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "base/thread.hpp"
#include "column/leaf_view.hpp"
#include "pipeline/encode_threads.hpp"
#include "pipeline/turn_queue.hpp"
#include "schema/schema.hpp"
#include "write/options.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::pipeline {

// A row group on its way. Who fills row groups derives from it what else goes along with one.
struct RowGroupJob {
  RowGroupJob() = default;
  RowGroupJob(const RowGroupJob&) = delete;
  RowGroupJob& operator=(const RowGroupJob&) = delete;
  virtual ~RowGroupJob() = default;

  // Of its pieces, set by append; 0: nothing to encode, but it takes its turn.
  std::uint64_t rows = 0;
  // Set by the stage while the row group is being encoded and written; nullptr where rows is 0.
  write::EncodedRowGroup* encoded = nullptr;
  std::optional<Error> encodeFailure;  // set by the stage: `encoded` is not to be used
  std::uint64_t sequence = 0;          // set by tryAcquire
  RowGroupJob* nextArrived = nullptr;  // the turn queue's
};

// Rows of a row group. Who fills them derives from it where their columns are.
struct RowGroupPiece {
  RowGroupPiece() = default;
  RowGroupPiece(const RowGroupPiece&) = delete;
  RowGroupPiece& operator=(const RowGroupPiece&) = delete;
  virtual ~RowGroupPiece() = default;
  // It is encoded, and about to be free again. On the stage's threads, or in append.
  virtual void onEncoded() noexcept {}

  std::uint64_t rows = 0;
  std::vector<column::LeafView> views;  // one a leaf, transient; valid until it is free again
  // About which share of its row group it is, above 0; see RowGroupEncoder::append.
  double shareOfWhole = 1;
};

// What becomes of row groups, in the order of their submission, one at a time, on the stage's
// threads or in submit and pump.
class OrderedWriter {
 public:
  virtual ~OrderedWriter() = default;
  // Returns 0 when it is done with the job, or after how many nanoseconds to call it again for the
  // same one.
  virtual std::uint64_t write(RowGroupJob& job) noexcept = 0;
  // A row group or a piece is free again: tryAcquire or tryAcquirePiece will find one.
  virtual void onFree() noexcept = 0;
};

struct StageOptions {
  std::shared_ptr<const schema::Schema> schema;
  const write::WriterOptions* writer = nullptr;  // must have passed validateOptions
  std::uint32_t threads = 0;
  std::span<const std::uint32_t> cpus;  // see ThreadOptions
  // An encoded form that came to more gives its memory back once it is written.
  std::uint64_t encodedBytesMax = UINT64_MAX;
  // Memory of the encoded forms that may be in use at once is taken and touched at once, for so
  // many bytes before they are encoded, one number a leaf. Empty: each takes what it needs when it
  // does.
  std::vector<std::uint64_t> prefaultBytes = {};
};

struct StagePools {
  std::span<const std::unique_ptr<RowGroupJob>> jobs;
  std::span<const std::unique_ptr<RowGroupPiece>> pieces;
};

class RowGroupStage final : private TaskRunner {
 public:
  // Starts the threads. What the pools hold, and `writer`, must outlive the stage.
  [[nodiscard]] static Result<std::unique_ptr<RowGroupStage>> open(const StageOptions& options,
                                                                   const StagePools& pools,
                                                                   OrderedWriter* writer);
  RowGroupStage(const RowGroupStage&) = delete;
  RowGroupStage& operator=(const RowGroupStage&) = delete;
  ~RowGroupStage() override;

  // --- the submitter, one thread at a time ---------------------------------------------------

  // nullptr: all are on their way. Only one is held at a time: it must have been submitted before
  // the next one is asked for.
  [[nodiscard]] RowGroupJob* tryAcquire() noexcept;
  [[nodiscard]] RowGroupPiece* tryAcquirePiece() noexcept;
  // Pieces that were appended and are not free again.
  [[nodiscard]] std::size_t piecesOnTheirWay() noexcept;
  // Of the job that tryAcquire returned last. The piece has at least one row.
  void append(RowGroupJob* job, RowGroupPiece* piece) noexcept;
  void submit(RowGroupJob* job) noexcept;
  // Without threads: goes on with what the writer could not finish. Returns after how many
  // nanoseconds to call again; 0: nothing is waiting.
  std::uint64_t pump() noexcept;

  // --- any thread ----------------------------------------------------------------------------

  // Whether a submitted job is not free again.
  [[nodiscard]] bool busy() const noexcept {
    return submitted_.load(std::memory_order_acquire) != recycled_.load(std::memory_order_acquire);
  }
  // Memory of the encoded forms, each as it was when it was last written.
  [[nodiscard]] std::uint64_t encodedBytes() const noexcept {
    return encodedBytes_.load(std::memory_order_relaxed);
  }
  // Ends a wait for the writer's next try.
  void hurry() noexcept { retry_.notifyAll(); }
  // Waits until everything submitted is written, and ends the threads. The writer must not put
  // things off for ever. Repeatable.
  void stop() noexcept;

 private:
  struct Encoded : write::EncodedRowGroup {
    std::uint64_t countedBytes = 0;  // in encodedBytes_
  };
  struct Lane {  // what one encoding thread owns
    std::unique_ptr<write::RowGroupEncoder> encoder;
    std::optional<moodycamel::ProducerToken> jobToken;
    std::optional<moodycamel::ProducerToken> pieceToken;
  };

  RowGroupStage(const StageOptions& options, const StagePools& pools, OrderedWriter* writer);
  // A job, and a piece of it or nullptr: that was all of the job.
  void run(std::uint32_t thread, const Task& task) noexcept override;
  [[nodiscard]] std::uint32_t laneOf(const RowGroupJob& job) const noexcept {
    return static_cast<std::uint32_t>(job.sequence % lanes_.size());
  }
  void post(RowGroupJob& job, RowGroupPiece* piece) noexcept;
  void encode(Lane& lane, RowGroupJob& job, const RowGroupPiece* piece) noexcept;
  void writeInTurn(Lane& lane, RowGroupJob* job) noexcept;
  [[nodiscard]] Result<void> prefault(std::span<const std::uint64_t> bytes);
  void takeEncoded(RowGroupJob& job) noexcept;
  void recycle(Lane& lane, RowGroupJob* job) noexcept;
  void recycle(Lane& lane, RowGroupPiece* piece) noexcept;
  void takeBackPieces() noexcept;

  OrderedWriter* writer_;
  const std::uint64_t encodedBytesMax_;
  bool hasThreads_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  moodycamel::ConcurrentQueue<RowGroupJob*> freeJobs_;
  moodycamel::ConcurrentQueue<RowGroupPiece*> returnedPieces_;
  std::vector<RowGroupPiece*> freePieces_;  // the submitter's; the last one came back last
  std::size_t piecesOnTheirWay_ = 0;
  std::atomic<std::uint64_t> submitted_{0};
  std::atomic<std::uint64_t> recycled_{0};
  std::atomic<std::uint64_t> encodedBytes_{0};
  std::vector<Encoded> encoded_;
  WaitPoint retry_;
  TurnQueue<RowGroupJob> turns_;
  // Without threads: encoded, at [sequence % pool], and whose turn it is.
  std::vector<RowGroupJob*> arrived_;
  std::uint64_t next_ = 0;

  std::mutex mutex_;                   // of the next one
  std::vector<Encoded*> freeEncoded_;  // the last one came back last
  EncodeThreads threads_;              // the last member: they use the others
};

}  // namespace parquet_flow::pipeline
