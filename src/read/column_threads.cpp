#include "read/column_threads.hpp"

#include <string>
#include <utility>

namespace parquet_flow::read {

Result<std::unique_ptr<ColumnThreads>> ColumnThreads::start(std::uint32_t threads) {
  std::unique_ptr<ColumnThreads> made(new ColumnThreads());
  made->helpers_.reserve(threads);  // a thread that runs is always in the list
  for (std::uint32_t i = 1; i < threads; ++i) {
    const std::string name = "pf-read-" + std::to_string(i);
    PF_TRY_ASSIGN(
        Thread thread,
        Thread::start(
            {name, {}, false}, [](void* its) noexcept { static_cast<ColumnThreads*>(its)->help(); },
            made.get()));
    made->helpers_.push_back(std::move(thread));
  }
  return made;
}

ColumnThreads::~ColumnThreads() {
  {
    const std::lock_guard lock(mutex_);
    isStopped_ = true;
  }
  opened_.notify_all();
  for (Thread& helper : helpers_) {
    helper.join();
  }
}

void ColumnThreads::takeAll() noexcept {
  for (;;) {
    const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
    if (index >= count_) {
      return;
    }
    call_(function_, index);
  }
}

void ColumnThreads::run(std::size_t count, const void* function, Call call) noexcept {
  {
    const std::lock_guard lock(mutex_);
    function_ = function;
    call_ = call;
    count_ = count;
    next_.store(0, std::memory_order_relaxed);
    ++round_;
    isOpen_ = true;
  }
  opened_.notify_all();
  takeAll();
  // A helper that has not woken by now is not waited for.
  std::unique_lock lock(mutex_);
  isOpen_ = false;
  left_.wait(lock, [this] { return inside_ == 0; });
}

void ColumnThreads::help() noexcept {
  std::uint64_t seen = 0;
  std::unique_lock lock(mutex_);
  for (;;) {
    opened_.wait(lock, [&] { return isStopped_ || (isOpen_ && round_ != seen); });
    if (isStopped_) {
      return;
    }
    seen = round_;
    ++inside_;
    lock.unlock();
    takeAll();
    lock.lock();
    if (--inside_ == 0) {
      left_.notify_one();
    }
  }
}

}  // namespace parquet_flow::read
