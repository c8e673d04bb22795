// The stage between whoever fills row groups and whoever writes them: a fixed pool of buffers,
// which go round.
//
//   tryAcquire ─▶ fill ─▶ submit ─▶ [queue] ─▶ encode, on one of N threads ─▶ write, in the order
//   of
//       ▲                                                                      submitting ─┐
//       └──────────────────────────────── [queue] ◀────────────────────────────────────────┘
//
// The queues have no bound of their own; the pool is the bound. With N = 0 the submitter's own
// calls encode and write. Whichever thread has encoded the row group whose turn it is writes it,
// and those behind it that are ready; so writing never waits for a hand-over to a thread of its
// own.
#pragma once

#include <concurrentqueue/blockingconcurrentqueue.h>

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
#include "schema/schema.hpp"
#include "write/options.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::pipeline {

// One buffer of the pool. Who fills row groups derives from it what else goes along with one.
struct RowGroupJob {
  RowGroupJob() = default;
  RowGroupJob(const RowGroupJob&) = delete;
  RowGroupJob& operator=(const RowGroupJob&) = delete;
  virtual ~RowGroupJob() = default;

  std::uint64_t rows = 0;               // 0: nothing to encode, but it takes its turn
  std::vector<column::LeafView> views;  // one a leaf where rows > 0; valid until it is free again
  write::EncodedRowGroup encoded;       // set by the stage
  std::optional<Error> encodeFailure;   // set by the stage: `encoded` is not to be used
  std::uint64_t sequence = 0;           // set by submit
};

// What becomes of row groups, in the order of their submission, one at a time, on the stage's
// threads or in submit and pump.
class OrderedWriter {
 public:
  virtual ~OrderedWriter() = default;
  // Returns 0 when it is done with the job, or after how many nanoseconds to call it again for the
  // same one.
  virtual std::uint64_t write(RowGroupJob& job) noexcept = 0;
  // A buffer is free again: tryAcquire will find one.
  virtual void onJobFree() noexcept = 0;
};

struct StageOptions {
  std::shared_ptr<const schema::Schema> schema;
  const write::WriterOptions* writer = nullptr;  // must have passed validateOptions
  std::uint32_t threads = 0;
  std::span<const std::uint32_t> cpus;  // see ThreadOptions
};

class RowGroupStage {
 public:
  // Starts the threads. `pool` and `writer` must outlive the stage.
  [[nodiscard]] static Result<std::unique_ptr<RowGroupStage>> open(
      const StageOptions& options, std::span<const std::unique_ptr<RowGroupJob>> pool,
      OrderedWriter* writer);
  RowGroupStage(const RowGroupStage&) = delete;
  RowGroupStage& operator=(const RowGroupStage&) = delete;
  ~RowGroupStage();

  // --- the submitter, one thread at a time ---------------------------------------------------

  // nullptr: all are on their way.
  [[nodiscard]] RowGroupJob* tryAcquire() noexcept;
  void submit(RowGroupJob* job) noexcept;
  // Without threads: goes on with what the writer could not finish. Returns after how many
  // nanoseconds to call again; 0: nothing is waiting.
  std::uint64_t pump() noexcept;

  // --- any thread ----------------------------------------------------------------------------

  // Whether a submitted job is not free again.
  [[nodiscard]] bool busy() const noexcept {
    return submitted_.load(std::memory_order_acquire) != recycled_.load(std::memory_order_acquire);
  }
  // Ends a wait for the writer's next try.
  void hurry() noexcept { retry_.notifyAll(); }
  // Waits until everything submitted is written, and ends the threads. The writer must not put
  // things off for ever. Repeatable.
  void stop() noexcept;

 private:
  using Encoder = std::unique_ptr<write::RowGroupEncoder>;
  struct Lane {  // what one encoding thread owns
    RowGroupStage* stage = nullptr;
    Encoder encoder;
    std::optional<moodycamel::ProducerToken> freeToken;
    Thread thread;
  };

  RowGroupStage(std::span<const std::unique_ptr<RowGroupJob>> pool, OrderedWriter* writer,
                std::uint32_t lanes);
  static void runLane(void* lane) noexcept;
  void encode(Lane& lane, RowGroupJob& job) noexcept;
  void writeInTurn(Lane& lane, RowGroupJob* job) noexcept;
  void recycle(Lane& lane, RowGroupJob* job) noexcept;

  OrderedWriter* writer_;
  std::uint32_t threads_ = 0;
  moodycamel::BlockingConcurrentQueue<RowGroupJob*> sealed_;  // nullptr ends a thread
  moodycamel::ConcurrentQueue<RowGroupJob*> free_;
  moodycamel::ProducerToken sealedToken_;
  std::vector<Lane> lanes_;
  std::atomic<std::uint64_t> submitted_{0};
  std::atomic<std::uint64_t> recycled_{0};
  WaitPoint retry_;

  std::mutex mutex_;                   // of the three below
  std::vector<RowGroupJob*> arrived_;  // encoded, at [sequence % pool]
  std::uint64_t next_ = 0;             // whose turn it is
  bool writing_ = false;               // a thread is at it
  bool headEncoded_ = false;           // without threads: the job whose turn it is
};

}  // namespace parquet_flow::pipeline
