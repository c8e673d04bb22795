// All parts of a sink, and the calls that concern more than one of them.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/status.hpp"
#include "base/thread.hpp"
#include "io/directory.hpp"
#include "pipeline/row_group_stage.hpp"
#include "sink/counters.hpp"
#include "sink/failure.hpp"
#include "sink/file_schema.hpp"
#include "sink/log.hpp"
#include "sink/options.hpp"
#include "sink/output.hpp"
#include "sink/registry.hpp"
#include "sink/requests.hpp"
#include "sink/row_piece.hpp"
#include "sink/stats.hpp"
#include "sink/worker.hpp"

namespace parquet_flow::sink {

class Core {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Core>> open(SinkOptions options);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  // As pf_sink_destroy. Not in the child of a fork: see freeInChild.
  ~Core();
  // In the child our threads do not exist, and the fork may have caught them in the middle of
  // changing anything that is theirs: only what the fork handlers had locked can be taken apart.
  // The rest is left as it is.
  static void freeInChild(std::unique_ptr<Core> core) noexcept;

  // A number that no other sink of the process has or will have.
  [[nodiscard]] std::uint64_t id() const noexcept { return id_; }
  [[nodiscard]] Registry& registry() noexcept { return registry_; }
  [[nodiscard]] bool isInChild() const noexcept { return inChild_.load(std::memory_order_relaxed); }
  [[nodiscard]] bool isClosing() const noexcept { return closing_.load(std::memory_order_acquire); }
  // A record of a thread that got no ring, or came for one when the sink was closed.
  void countNoRing() noexcept { noRing_.fetch_add(1, std::memory_order_relaxed); }
  void countClosed() noexcept { closedWithoutRing_.fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] Result<void> flush(std::uint64_t timeoutNs) { return request(false, timeoutNs); }
  [[nodiscard]] Result<void> rotate(std::uint64_t timeoutNs);
  [[nodiscard]] Result<void> waitDurable(const Producer& producer, std::uint64_t attempt,
                                         std::uint64_t timeoutNs);
  [[nodiscard]] Result<bool> poll(std::uint64_t budgetNs);
  [[nodiscard]] Result<void> close(std::uint64_t timeoutNs);
  [[nodiscard]] SinkStats stats() const;

  // --- forks, see fork_guard.hpp -------------------------------------------------------------
  void beforeFork() noexcept { registry_.lock(); }
  void afterForkInParent() noexcept { registry_.unlock(); }
  void afterForkInChild() noexcept;

 private:
  explicit Core(SinkOptions options);
  Result<void> openFiles();
  Result<void> startWorking();
  Result<void> prefault();
  static void runWorker(void* core) noexcept;

  [[nodiscard]] Result<void> request(bool publish, std::uint64_t timeoutNs);
  // Until isDone() or the deadline; does the worker's work meanwhile where nobody else does.
  template <class IsDone>
  bool await(std::uint64_t deadlineNs, IsDone isDone);
  bool pollOnce(std::uint64_t patienceNs, std::uint64_t* waitNs);
  void hurry() noexcept;
  void releasePrefix() noexcept;
  [[nodiscard]] Error timeoutError(const char* what) const;
  [[nodiscard]] Result<void> closeLocked(std::uint64_t deadlineNs);
  void endThreads() noexcept;
  void abandon() noexcept;
  [[nodiscard]] std::uint64_t writeLost() const noexcept {
    return workerCounters_.lost.get() + outputCounters_.lost.get();
  }

  SinkOptions options_;
  const std::uint64_t id_;
  FileSchema schema_;
  Log log_;
  Failure failure_;
  Requests requests_;
  WorkerCounters workerCounters_;
  OutputCounters outputCounters_;
  std::atomic<std::uint64_t> noRing_{0};
  std::atomic<std::uint64_t> closedWithoutRing_{0};
  WaitPoint wake_;  // of the worker
  Registry registry_;
  std::optional<SessionState> session_;

  std::shared_ptr<io::Directory> directory_;
  std::unique_ptr<io::DirectoryLock> lock_;
  std::vector<std::unique_ptr<pipeline::RowGroupJob>> rowGroups_;
  PieceMemory pieceMemory_;
  std::vector<std::unique_ptr<pipeline::RowGroupPiece>> pieces_;
  std::unique_ptr<Output> output_;
  std::unique_ptr<pipeline::RowGroupStage> stage_;
  std::unique_ptr<Worker> worker_;
  Thread thread_;
  std::timed_mutex pollMutex_;  // whoever does the worker's work in WorkerMode::kPoll

  std::timed_mutex closeMutex_;
  std::atomic<bool> closing_{false};
  std::atomic<bool> closed_{false};  // for good
  std::atomic<bool> inChild_{false};
};

}  // namespace parquet_flow::sink
