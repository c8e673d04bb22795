// Threads of ours in somebody else's process, and how they wait.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/status.hpp"

namespace parquet_flow {

struct ThreadOptions {
  std::string_view name;  // shown by ps and gdb; at most 15 bytes
  // Where it may run. Empty: where the process may, less the caller's core if the caller is pinned
  // to one.
  std::span<const std::uint32_t> cpus;
  // Gives way to threads of ours that do not, where they share a core.
  bool givesWay = false;
};

// A thread with SCHED_OTHER whatever its creator has, and all signals blocked, so that it never
// inherits a feed thread's real-time priority or core, and never runs the application's signal
// handlers. It must be joined.
class Thread {
 public:
  using Function = void (*)(void* argument) noexcept;

  Thread() noexcept = default;
  Thread(Thread&& other) noexcept : handle_(other.handle_), running_(other.running_) {
    other.running_ = false;
  }
  // Over one that does not run.
  Thread& operator=(Thread&& other) noexcept {
    handle_ = other.handle_;
    running_ = other.running_;
    other.running_ = false;
    return *this;
  }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // kInvalidArgument: a CPU that is not there or not allowed; kIo with the errno of what failed.
  [[nodiscard]] static Result<Thread> start(const ThreadOptions& options, Function function,
                                            void* argument);
  void join() noexcept;
  [[nodiscard]] bool running() const noexcept { return running_; }

 private:
  std::uintptr_t handle_ = 0;  // pthread_t
  bool running_ = false;
};

// CPUs that the process may run on: those of its main thread; 1 where that cannot be known.
[[nodiscard]] std::uint32_t affinityCpus() noexcept;

// Where threads wait for something to change: look, check, wait, and no change in between is
// missed. Any number of threads on either side. Holds nothing that a fork could leave half-done.
//
//   const auto seen = changes.look();
//   if (!isThere()) changes.waitFor(seen, ns);
class WaitPoint {
 public:
  [[nodiscard]] std::uint32_t look() const noexcept {
    return word_.load(std::memory_order_seq_cst);
  }
  // Until notifyAll() after `seen` was looked up, or for about `ns`. May return early.
  void waitFor(std::uint32_t seen, std::uint64_t ns) noexcept;
  // The same without a sleep: whether notifyAll() was called after `seen` was looked up, within
  // about `ns`. For what is near: to be woken takes 5 us, and 50 to 150 us on virtual machines, a
  // third of it the notifier's time.
  [[nodiscard]] bool spinFor(std::uint32_t seen, std::uint64_t ns) const noexcept;
  // A system call only where somebody waits.
  void notifyAll() noexcept;

 private:
  std::atomic<std::uint32_t> word_{0};
  std::atomic<std::uint32_t> waiters_{0};
};

// Nanoseconds of a clock that only goes forward; for timeouts.
[[nodiscard]] std::uint64_t monotonicNs() noexcept;

}  // namespace parquet_flow
