// A few of what costs much to make, given back, and kept for who asks next.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

namespace parquet_flow {

// Any thread; nobody waits, as with SpareBlocks: while another thread is at it there is nothing to
// be had, and nothing is kept. The one that was given last is the first to be taken.
template <class Thing, std::size_t kCount>
class SpareStack {
 public:
  // It is the caller's; nullptr: there is none.
  [[nodiscard]] Thing* take() noexcept {
    if (!tryLock()) {
      return nullptr;
    }
    Thing* const taken = count_ == 0 ? nullptr : things_[--count_];
    unlock();
    return taken;
  }
  // False: `thing`, which is not nullptr, stays the caller's.
  [[nodiscard]] bool give(Thing* thing) noexcept {
    if (!tryLock()) {
      return false;
    }
    const bool isKept = count_ < kCount;
    if (isKept) {
      things_[count_++] = thing;
    }
    unlock();
    return isKept;
  }

 private:
  [[nodiscard]] bool tryLock() noexcept { return !busy_.test_and_set(std::memory_order_acquire); }
  void unlock() noexcept { busy_.clear(std::memory_order_release); }

  std::atomic_flag busy_;
  std::size_t count_ = 0;
  std::array<Thing*, kCount> things_{};
};

}  // namespace parquet_flow
