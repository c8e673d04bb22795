// Threads that help whoever reads with the columns of a batch.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "base/status.hpp"
#include "base/thread.hpp"

namespace parquet_flow::read {

inline constexpr std::uint32_t kReadThreadsMax = 256;

// One thread at a time calls forEach; the others sleep between calls.
class ColumnThreads {
 public:
  // So many in all, of which the calling one is the first; 2 .. kReadThreadsMax. kIo, kOutOfMemory.
  [[nodiscard]] static Result<std::unique_ptr<ColumnThreads>> start(std::uint32_t threads);
  ColumnThreads(const ColumnThreads&) = delete;
  ColumnThreads& operator=(const ColumnThreads&) = delete;
  ~ColumnThreads();

  // function(i) for each i below `count`, once, on any of the threads, and back when all are done.
  // `function` throws nothing. What it does is seen by the caller, and by all threads next time.
  template <class Function>
  void forEach(std::size_t count, const Function& function) noexcept {
    run(count, &function, [](const void* its, std::size_t index) noexcept {
      (*static_cast<const Function*>(its))(index);
    });
  }

 private:
  using Call = void (*)(const void* function, std::size_t index) noexcept;

  ColumnThreads() = default;
  void run(std::size_t count, const void* function, Call call) noexcept;
  void takeAll() noexcept;
  void help() noexcept;

  std::vector<Thread> helpers_;

  // A round: which a helper enters while it is open, and the caller closes and sees empty before it
  // goes on. Both take the mutex, which orders what is done on either side of it.
  std::mutex mutex_;  // of all below but next_
  std::condition_variable opened_;
  std::condition_variable left_;
  std::uint64_t round_ = 0;
  std::uint32_t inside_ = 0;  // helpers
  bool isOpen_ = false;
  bool isStopped_ = false;
  const void* function_ =
      nullptr;  // these three do not change while a round is open or has helpers
  Call call_ = nullptr;
  std::size_t count_ = 0;
  std::atomic<std::size_t> next_{0};  // who adds has the index: relaxed, as it orders nothing else
};

}  // namespace parquet_flow::read
