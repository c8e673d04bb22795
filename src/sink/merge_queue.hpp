// The rings' first records in the order of (time, producer, attempt).
#pragma once

#include <vector>

#include "sink/ring_reader.hpp"

namespace parquet_flow::sink {

// A binary heap of readers that have a head. Records of one ring stay in their order whatever their
// times are, because only its first one takes part.
class MergeQueue {
 public:
  // Room for so many.
  void reserve(std::size_t readers) { heap_.reserve(readers); }
  void clear() noexcept { heap_.clear(); }
  [[nodiscard]] bool empty() const noexcept { return heap_.empty(); }

  // A reader that has a head; reserve() made room for it.
  void push(RingReader* reader) noexcept;
  // The one whose head comes first.
  [[nodiscard]] RingReader& first() const noexcept { return *heap_.front(); }
  // After the first one's head has changed, or is no more.
  void firstChanged() noexcept;

 private:
  static bool isBefore(const RingReader& a, const RingReader& b) noexcept {
    if (a.head().timeNs != b.head().timeNs) return a.head().timeNs < b.head().timeNs;
    return a.head().producer < b.head().producer;
  }

  std::vector<RingReader*> heap_;
};

}  // namespace parquet_flow::sink
