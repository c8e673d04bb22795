#include "merge/shared_work.hpp"

#include <algorithm>

#include "base/contained.hpp"

namespace parquet_flow::merge {

void Work::run() noexcept {
  result_ = contained([this] { return perform(); });
}

SharedWork::~SharedWork() {
  std::unique_lock lock(mutex_);
  waiting_.clear();
  changes_.wait(lock, [this] { return tasks_ == 0; });
}

void SharedWork::post(Work& work) {
  const bool hasThreads = threads_ != nullptr && threads_->startSome() != 0;
  const std::lock_guard lock(mutex_);
  waiting_.push_back(&work);
  work.isDone_ = false;  // from here on it is taken
  // Without a task for it whoever finishes it does it.
  if (hasThreads && threads_->post(0, {this})) ++tasks_;
}

void SharedWork::finish(Work& work) noexcept {
  std::unique_lock lock(mutex_);
  const auto found = std::find(waiting_.begin(), waiting_.end(), &work);
  if (found != waiting_.end()) {
    waiting_.erase(found);
    runOne(lock, work);
  }
  while (!work.isDone_) {
    if (waiting_.empty()) {
      changes_.wait(lock);
      continue;
    }
    Work& other = *waiting_.front();
    waiting_.pop_front();
    runOne(lock, other);
  }
}

void SharedWork::withdraw(Work& work) noexcept {
  std::unique_lock lock(mutex_);
  const auto found = std::find(waiting_.begin(), waiting_.end(), &work);
  if (found != waiting_.end()) {
    waiting_.erase(found);
    work.isDone_ = true;
  }
  changes_.wait(lock, [&] { return work.isDone_; });
}

void SharedWork::runOne(std::unique_lock<std::mutex>& lock, Work& work) noexcept {
  lock.unlock();
  work.run();
  lock.lock();
  work.isDone_ = true;
  changes_.notify_all();
}

// There is at most a task for each piece of work, of which some were done by others.
void SharedWork::run(std::uint32_t /*thread*/, const pipeline::Task& /*task*/) noexcept {
  std::unique_lock lock(mutex_);
  if (!waiting_.empty()) {
    Work& work = *waiting_.front();
    waiting_.pop_front();
    runOne(lock, work);
  }
  --tasks_;
  changes_.notify_all();
}

}  // namespace parquet_flow::merge
