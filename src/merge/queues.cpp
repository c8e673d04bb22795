#include "merge/queues.hpp"

#include <algorithm>
#include <utility>

namespace parquet_flow::merge {
namespace {

// Of the unit whose turn it is: more would only be memory.
constexpr std::size_t kHeadItemsMax = 4;

}  // namespace

// --- paths ---------------------------------------------------------------------------------------

bool PathQueue::put(std::string path) {
  std::unique_lock lock(mutex_);
  hasRoom_.wait(lock, [this] { return isStopped_ || paths_.size() < pathsMax_; });
  if (isStopped_) return false;
  paths_.push_back(std::move(path));
  lock.unlock();
  hasPaths_.notify_one();
  return true;
}

void PathQueue::close(std::optional<Error> failure) {
  const std::lock_guard lock(mutex_);
  isClosed_ = true;
  failure_ = std::move(failure);
  hasPaths_.notify_all();
}

bool PathQueue::take(Unit& out) {
  std::unique_lock lock(mutex_);
  hasPaths_.wait(lock, [this] { return isStopped_ || isClosed_ || !paths_.empty(); });
  if (isStopped_ || paths_.empty()) return false;
  const std::size_t count =
      std::clamp<std::size_t>(paths_.size() / takers_, 1, std::min(paths_.size(), kUnitPathsMax));
  out.sequence = nextSequence_++;
  out.firstFile = nextFile_;
  nextFile_ += count;
  out.paths.clear();
  for (std::size_t i = 0; i < count; ++i) {
    out.paths.push_back(std::move(paths_.front()));
    paths_.pop_front();
  }
  lock.unlock();
  hasRoom_.notify_one();
  return true;
}

std::optional<std::string> PathQueue::stop() {
  const std::lock_guard lock(mutex_);
  isStopped_ = true;
  hasPaths_.notify_all();
  hasRoom_.notify_all();
  if (paths_.empty()) return std::nullopt;
  return paths_.front();
}

// --- results -------------------------------------------------------------------------------------

bool ResultQueue::hasRoom(std::uint64_t sequence) const {
  if (sequence != head_) return items_ < itemsMax_ && bytes_ < kBytesMax;
  const auto slot = slots_.find(sequence);
  return slot == slots_.end() || slot->second.items.size() < kHeadItemsMax;
}

bool ResultQueue::put(std::uint64_t sequence, ResultItem item) {
  std::unique_lock lock(mutex_);
  hasRoom_.wait(lock, [&] { return isStopped_ || hasRoom(sequence); });
  if (isStopped_) return false;
  ++items_;
  bytes_ += item.bytes();
  slots_[sequence].items.push_back(std::move(item));
  const bool isHead = sequence == head_;
  lock.unlock();
  if (isHead) hasResults_.notify_one();
  return true;
}

void ResultQueue::end(std::uint64_t sequence) {
  std::unique_lock lock(mutex_);
  slots_[sequence].isEnded = true;
  const bool isHead = sequence == head_;
  lock.unlock();
  if (isHead) hasResults_.notify_one();
}

void ResultQueue::close() {
  const std::lock_guard lock(mutex_);
  isClosed_ = true;
  hasResults_.notify_all();
}

bool ResultQueue::take(ResultItem& out) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto slot = slots_.find(head_);
    if (slot == slots_.end()) {
      if (isClosed_ || isStopped_) return false;
    } else if (!slot->second.items.empty()) {
      out = std::move(slot->second.items.front());
      slot->second.items.pop_front();
      --items_;
      bytes_ -= out.bytes();
      lock.unlock();
      hasRoom_.notify_all();
      return true;
    } else if (slot->second.isEnded) {
      slots_.erase(slot);
      ++head_;
      hasRoom_.notify_all();
      continue;
    }
    hasResults_.wait(lock);
  }
}

void ResultQueue::stop() {
  const std::lock_guard lock(mutex_);
  isStopped_ = true;
  slots_.clear();
  hasRoom_.notify_all();
  hasResults_.notify_all();
}

}  // namespace parquet_flow::merge
