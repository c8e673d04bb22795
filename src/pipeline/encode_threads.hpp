// Threads that encode, and the queues that they take their work from: of the sink's row groups and
// of pipelines, which may share them.
#pragma once

#include <concurrentqueue/blockingconcurrentqueue.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "base/thread.hpp"

namespace parquet_flow::pipeline {

struct Task;

// Whose work it is.
class TaskRunner {
 public:
  virtual ~TaskRunner() = default;
  // On thread number `thread`.
  virtual void run(std::uint32_t thread, const Task& task) noexcept = 0;
};

// The runner must live until it has been run. What the other two are is its own business.
struct Task {
  TaskRunner* runner = nullptr;
  void* first = nullptr;
  void* second = nullptr;
};

struct EncodeThreadsOptions {
  std::uint32_t threads = 0;
  // Where they may run; see ThreadOptions.
  std::vector<std::uint32_t> cpus = {};
  bool givesWay = false;
  // A queue for each thread, so that whoever posts says which one it is; else one for all.
  bool ownQueues = false;
  // Tasks for which a queue has memory from the start; for more it allocates.
  std::size_t tasksMax = 192;
};

class EncodeThreads {
 public:
  // No thread is started yet.
  explicit EncodeThreads(EncodeThreadsOptions options);
  EncodeThreads(const EncodeThreads&) = delete;
  EncodeThreads& operator=(const EncodeThreads&) = delete;
  // As stop.
  ~EncodeThreads();

  [[nodiscard]] std::uint32_t threads() const noexcept { return options_.threads; }

  // Any thread; repeatable. kInvalidArgument: a CPU that is not there or not allowed; kIo,
  // kOutOfMemory; those that could be started run then. kNotOpen: they are to stop.
  [[nodiscard]] Result<void> start();
  // The same for who can do with fewer, and with none: how many run. Where the system lets no more
  // be started, a call behind it tries that again a second later at the earliest. Any thread.
  std::uint32_t startSome() noexcept;
  // How many have been started. Any thread.
  [[nodiscard]] std::uint32_t running() const noexcept {
    return running_.load(std::memory_order_relaxed);
  }
  // Why startSome has not started more, as an errno; 0: it has, or was not called. Any thread.
  [[nodiscard]] int startError() const noexcept {
    return startError_.load(std::memory_order_relaxed);
  }

  // Tasks of a queue are begun in the order of posting. Where each thread has its own queue, one
  // thread at a time may post to each of them; else any. false: it was not taken, for want of
  // memory, which there is again at the latest when all that the queue holds is begun.
  [[nodiscard]] bool post(std::uint32_t thread, const Task& task);

  // Whether a queue has tasks that no thread has begun, about.
  [[nodiscard]] bool hasWaiting(std::uint32_t thread) const noexcept {
    return queues_[thread % queues_.size()]->tasks.size_approx() != 0;
  }

  // Ends the threads when all that was posted is done, and does not wait for that. Repeatable, not
  // together with stop; nothing may be posted any more, and none started.
  void beginToStop() noexcept;
  // The same, and waits. Repeatable.
  void stop() noexcept;
  // In a forked child, which has none of the threads: forgets them.
  void abandon() noexcept;

 private:
  struct Queue {
    explicit Queue(std::size_t tasksMax) : tasks(tasksMax, 1, 0) {}
    moodycamel::BlockingConcurrentQueue<Task> tasks;
    std::optional<moodycamel::ProducerToken> token;
  };
  struct Lane {
    EncodeThreads* owner = nullptr;
    std::uint32_t index = 0;
    Queue* queue = nullptr;
    Thread thread;
  };
  static void runLane(void* raw) noexcept;
  [[nodiscard]] Result<void> startLocked();

  const EncodeThreadsOptions options_;
  std::mutex mutex_;  // of starting and stopping, and of posting to a queue that is for all
  std::uint64_t nextTryNs_ = 0;
  std::vector<std::unique_ptr<Queue>> queues_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  // For who looks without the lock. A number that is too low costs a look with it; whatever else of
  // a thread is shared goes by its queue.
  std::atomic<std::uint32_t> running_{0};
  std::atomic<int> startError_{0};
  bool isStopping_ = false;
};

}  // namespace parquet_flow::pipeline
