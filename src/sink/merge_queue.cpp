#include "sink/merge_queue.hpp"

#include <cstddef>
#include <utility>

namespace parquet_flow::sink {

void MergeQueue::push(RingReader* reader) noexcept {
  heap_.push_back(reader);
  std::size_t at = heap_.size() - 1;
  while (at != 0) {
    const std::size_t parent = (at - 1) / 2;
    if (!isBefore(*heap_[at], *heap_[parent])) return;
    std::swap(heap_[at], heap_[parent]);
    at = parent;
  }
}

void MergeQueue::firstChanged() noexcept {
  if (!heap_.front()->hasHead()) {
    heap_.front() = heap_.back();
    heap_.pop_back();
  }
  std::size_t at = 0;
  while (true) {
    std::size_t least = at;
    for (const std::size_t child : {2 * at + 1, 2 * at + 2}) {
      if (child < heap_.size() && isBefore(*heap_[child], *heap_[least])) least = child;
    }
    if (least == at) return;
    std::swap(heap_[at], heap_[least]);
    at = least;
  }
}

}  // namespace parquet_flow::sink
