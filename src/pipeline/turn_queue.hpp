// Puts what becomes ready in any order out in order, one at a time, without a thread of its own.
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>

namespace parquet_flow::pipeline {

// An Item has `std::uint64_t sequence`, from 0 and without gaps, and `Item* nextArrived`, which is
// the queue's.
template <class Item>
class TurnQueue {
 public:
  // Any thread: the item is ready. Whoever brings one calls putOut, then or later.
  void arrive(Item* item) noexcept {
    const std::lock_guard lock(mutex_);
    insert(item);
  }
  // Any thread: puts out the item whose turn it is, if it is ready, and those behind it that are by
  // then; where another thread is at it, that one does. `put(Item&)` may let go of the item.
  template <class Put>
  void putOut(Put&& put) {
    std::unique_lock lock(mutex_);
    if (isPutting_) return;
    isPutting_ = true;
    while (Item* const head = takeHead()) {
      lock.unlock();
      put(*head);
      lock.lock();
    }
    isPutting_ = false;
  }

 private:
  // Few wait at a time.
  void insert(Item* item) noexcept {
    Item** at = &arrived_;
    while (*at != nullptr && (*at)->sequence < item->sequence) at = &(*at)->nextArrived;
    item->nextArrived = std::exchange(*at, item);
  }
  Item* takeHead() noexcept {
    if (arrived_ == nullptr || arrived_->sequence != next_) return nullptr;
    ++next_;
    return std::exchange(arrived_, arrived_->nextArrived);
  }

  std::mutex mutex_;         // of all below
  Item* arrived_ = nullptr;  // by sequence
  std::uint64_t next_ = 0;   // whose turn it is
  bool isPutting_ = false;
};

}  // namespace parquet_flow::pipeline
