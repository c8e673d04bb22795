// Work of a sorted merge that whichever thread has time does: threads that encode, between row
// groups, or else the thread that needs it done.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include "base/status.hpp"
#include "pipeline/encode_threads.hpp"

namespace parquet_flow::merge {

// A piece of it. It must not be destroyed, nor posted again, before it was finished or withdrawn.
class Work {
 public:
  virtual ~Work() = default;

 protected:
  // On any thread.
  [[nodiscard]] virtual Result<void> perform() = 0;

  Result<void> result_;  // what came of it, or of the exception that it ended in

 private:
  friend class SharedWork;
  // The boundary of other threads.
  void run() noexcept;

  bool isDone_ = true;  // under the lock of SharedWork
};

// Posting, finishing and withdrawing are one thread's.
class SharedWork final : private pipeline::TaskRunner {
 public:
  // nullptr: whoever finishes work does it.
  explicit SharedWork(std::shared_ptr<pipeline::EncodeThreads> threads) noexcept
      : threads_(std::move(threads)) {}
  SharedWork(const SharedWork&) = delete;
  SharedWork& operator=(const SharedWork&) = delete;
  // Waits for what is running; of what waits nothing is begun any more.
  ~SharedWork() override;

  void post(Work& work);
  // Returns when it is done. Where nobody has begun it the calling thread does it, and where
  // somebody has, meanwhile other work.
  void finish(Work& work) noexcept;
  // Returns when nobody does it, and nobody will.
  void withdraw(Work& work) noexcept;

  [[nodiscard]] std::uint32_t threads() const noexcept {
    return threads_ == nullptr ? 1 : threads_->threads() + 1;
  }

 private:
  void run(std::uint32_t thread, const pipeline::Task& task) noexcept override;
  // Unlocks meanwhile.
  void runOne(std::unique_lock<std::mutex>& lock, Work& work) noexcept;

  const std::shared_ptr<pipeline::EncodeThreads> threads_;
  std::mutex mutex_;  // of all that follows
  std::condition_variable changes_;
  std::deque<Work*> waiting_;
  std::uint64_t tasks_ = 0;  // posted to the threads, and not at their end
};

}  // namespace parquet_flow::merge
