// What becomes of a pipeline's row groups once they are complete: encoded by whoever has time,
// written in order, and let go.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "base/thread.hpp"
#include "io/file.hpp"
#include "pipeline/encode_threads.hpp"
#include "pipeline/pipeline.hpp"
#include "pipeline/row_group_run.hpp"
#include "pipeline/turn_queue.hpp"
#include "schema/schema.hpp"
#include "write/choice_chain.hpp"
#include "write/file_writer.hpp"
#include "write/row_group.hpp"

namespace parquet_flow::pipeline {

// Any number of threads, unless the text says otherwise.
class RowGroupFlow final {
 public:
  [[nodiscard]] static Result<std::unique_ptr<RowGroupFlow>> open(
      std::unique_ptr<io::OutputFile> file, std::shared_ptr<const schema::Schema> schema,
      const write::WriterOptions& writer, const PipelineOptions& options);
  // After settle.
  ~RowGroupFlow() = default;
  RowGroupFlow(const RowGroupFlow&) = delete;
  RowGroupFlow& operator=(const RowGroupFlow&) = delete;

  // An empty one; its sequence is the caller's to set.
  [[nodiscard]] RowGroupRun* take();
  // One that was not sent.
  void giveBack(RowGroupRun* run) noexcept;

  // Whether row group number `sequence` may be sent.
  [[nodiscard]] bool hasRoom(std::uint64_t sequence) const noexcept {
    return sequence < settled_.load(std::memory_order_acquire) + inFlightMax_;
  }
  [[nodiscard]] std::uint64_t inFlightMax() const noexcept { return inFlightMax_; }
  // Encodes what there is to encode until it may, or until the flow has stopped.
  void waitForRoom(std::uint64_t sequence) noexcept;
  // Encodes until `flag` is cleared, with a wake behind it, or until the flow has stopped.
  void waitWhile(const std::atomic<bool>& flag) noexcept;
  void wake() noexcept { changes_.notifyAll(); }

  // Starts the threads, where an open row group with so many entries will be worth their time: they
  // are there when it is complete.
  void prepareFor(std::uint64_t openEntries) noexcept;
  // Whether it is worth other threads' time, or who completes it has none; starts them where it is.
  // Where not one could be, it is for none. It must be sealed, as in send.
  [[nodiscard]] bool isForOthers(const RowGroupRun& run, WhenFull whenFull) noexcept;
  // It is on its way from here on: encode it, unless it is for others.
  void send(RowGroupRun* run, bool forOthers);
  // All that the calling thread has sent and is to encode, in their order. None is written before
  // all are encoded: what others have begun behind them waits for their choices, maybe on threads
  // that other pipelines share, and the output may stall.
  void encode(std::span<RowGroupRun* const> runs) noexcept;

  // Only the first error counts, and none after end.
  void stop(Error error) noexcept;
  // From here on it does not stop any more; false: it has.
  [[nodiscard]] bool end() noexcept;
  // After end: nevertheless.
  void stopEnded(const Error& error) noexcept;
  [[nodiscard]] bool isStopped() const noexcept { return stopped_.load(std::memory_order_acquire); }
  // Where it has stopped: why, as later calls say it; and as it was, which lives as long as this.
  [[nodiscard]] tl::unexpected<Error> failStopped() const noexcept;
  [[nodiscard]] const Error* failure() const noexcept { return isStopped() ? &*failure_ : nullptr; }

  // Encodes and waits until the row groups below number `end` are written or let go.
  void waitForSettled(std::uint64_t end) noexcept;
  // Encodes and waits until all that was sent is written or let go, and no thread is at it. After
  // the last send. Does not wait for threads that have not come to it yet, and never do then: they
  // may be at another pipeline's work for long.
  void settle();
  // After waitForSettled of all that is sent.
  [[nodiscard]] Result<void> copy(const write::CopiedRowGroup& rowGroup);
  // After a copy that failed: takes out what is there of it.
  [[nodiscard]] Result<void> cutBack();
  // After settle: the pipeline's own threads end while the footer is written, so that nobody waits
  // for that at the end.
  void endThreads() noexcept;
  // After settle.
  [[nodiscard]] Result<void> writeFooter();
  // As FileWriter's, but that writeFooter says where there is no room for it; does not wait for
  // whoever writes.
  [[nodiscard]] Result<void> setKeyValue(std::string_view key,
                                         const std::optional<std::string>& value);
  [[nodiscard]] write::FileWriter& file() noexcept { return *file_; }

  // All counters but those of what is submitted.
  void addTo(Progress& progress) const noexcept;

 private:
  using Encoder = std::unique_ptr<write::RowGroupEncoder>;
  // What one thread encodes: a chunk, or part number `part` of one.
  struct Work {
    RowGroupRun* run = nullptr;
    std::uint32_t leaf = 0;
    ChunkInParts* chunk = nullptr;
    std::uint32_t part = 0;
  };

  // What the threads know of the flow. Tasks that none of them has begun may outlive it.
  struct Tasks final : public TaskRunner {
    void run(std::uint32_t thread, const Task& task) noexcept override;

    std::mutex mutex;              // of the next ones, and of what the flow says
    RowGroupFlow* flow = nullptr;  // until it has settled
    std::uint32_t posted = 0;      // and not begun
    std::uint32_t begun = 0;       // and not at their end
    std::shared_ptr<Tasks> self;   // while any is posted
  };

  RowGroupFlow(std::shared_ptr<const schema::Schema> schema, const write::WriterOptions& writer,
               const PipelineOptions& options);
  // On a thread of threads_, until there is nothing to encode, or others' tasks wait.
  void help() noexcept;
  [[nodiscard]] Result<Encoder> takeEncoder();
  [[nodiscard]] Encoder encoderOrStop() noexcept;
  void giveBackEncoder(Encoder encoder) noexcept;
  [[nodiscard]] std::optional<Work> nextWork() noexcept;
  // A chunk of a row group in front of number `sequence` that nobody has begun.
  [[nodiscard]] std::optional<Work> nextChunkBefore(std::uint64_t sequence) noexcept;
  void postTasks(std::uint64_t wanted) noexcept;
  [[nodiscard]] bool postTask() noexcept;
  // Waits where there is nothing to encode.
  template <class IsEnough>
  void encodeUntil(IsEnough&& isEnough) noexcept;
  // Encodes until `isEnough`; false: there was nothing more to encode.
  template <class IsEnough>
  bool encodeSome(IsEnough&& isEnough) noexcept;
  // Whether a row group is complete by it: putOut is to be called, though not while others may
  // wait for what this thread is to encode.
  [[nodiscard]] bool encodeWork(const Work& work, write::RowGroupEncoder* encoder) noexcept;
  [[nodiscard]] bool encodePart(const Work& work, write::RowGroupEncoder* encoder) noexcept;
  template <class Function>
  void orStop(const RowGroupRun& run, Function&& encode) noexcept;
  void offer(ChunkInParts& chunk) noexcept;
  // One more leaf is encoded; whether the row group is complete by it.
  [[nodiscard]] bool finishLeaf(RowGroupRun* run, write::RowGroupEncoder* encoder) noexcept;
  void complete(RowGroupRun* run, write::RowGroupEncoder* encoder) noexcept;
  // Writes the complete row group whose turn it is, and those behind it, unless a thread does.
  void putOut() noexcept;
  void put(RowGroupRun& run) noexcept;
  [[nodiscard]] Error inRowGroup(const Error& error, const char* doing,
                                 std::uint64_t sequence) const noexcept;

  const std::shared_ptr<const schema::Schema> schema_;
  const write::WriterOptions writer_;
  const std::shared_ptr<EncodeThreads> threads_;  // nullptr: there are none
  const bool ownsThreads_;
  const std::uint32_t leaves_;
  std::uint64_t inFlightMax_ = 0;
  std::vector<write::ChoiceChain> chains_;  // one a leaf
  TurnQueue<RowGroupRun> turns_;
  WaitPoint changes_;  // a row group is encoded or settled, a task has ended, all has stopped

  const std::shared_ptr<Tasks> tasks_;
  std::mutex& workMutex_;            // the tasks'; of the next ones
  std::deque<RowGroupRun*> ready_;   // with chunks that nobody has begun
  ChunkInParts* offered_ = nullptr;  // with parts that nobody has begun
  ChunkInParts* lastOffered_ = nullptr;
  std::vector<std::unique_ptr<RowGroupRun>> runs_;
  std::vector<RowGroupRun*> freeRuns_;  // the last one came back last
  std::vector<Encoder> freeEncoders_;   // likewise
  std::size_t encoders_ = 0;

  std::mutex fileMutex_;  // held while one writes
  std::unique_ptr<write::FileWriter> file_;

  std::mutex keyValuesMutex_;               // of the next ones
  std::vector<write::KeyValue> keyValues_;  // beside the options'
  bool hasFooter_ = false;

  std::mutex failureMutex_;
  std::optional<Error> failure_;  // constant once stopped_
  bool isEnded_ = false;
  std::atomic<bool> stopped_{false};

  std::atomic<std::uint64_t> entriesSent_{0};
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<std::uint64_t> encoded_{0};
  std::atomic<std::uint64_t> settled_{0};  // written or let go, in order
  std::atomic<std::uint64_t> written_{0};
  std::atomic<std::uint64_t> rowsWritten_{0};
  std::atomic<std::uint64_t> bytesWritten_{0};
  std::atomic<std::uint64_t> bytesInFlight_{0};
  std::atomic<std::uint64_t> encodeNs_{0};
  std::atomic<std::uint64_t> writeNs_{0};
};

}  // namespace parquet_flow::pipeline
