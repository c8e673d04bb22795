#include "read/buffer_pool.hpp"

#include <utility>

namespace parquet_flow::read {

ByteBuffer BufferPool::take(std::size_t use) {
  const std::lock_guard lock(mutex_);
  if (buffers_.size() <= use) {
    buffers_.resize(use + 1);
    buffers_[use].reserve(kKept);  // so that giving back needs no memory
  }
  std::vector<ByteBuffer>& kept = buffers_[use];
  if (kept.empty()) {
    return {};
  }
  ByteBuffer buffer = std::move(kept.back());
  kept.pop_back();
  buffer.clear();
  return buffer;
}

void BufferPool::give(std::size_t use, ByteBuffer&& buffer) noexcept {
  const std::lock_guard lock(mutex_);
  if (buffer.capacity() != 0 && use < buffers_.size() &&
      buffers_[use].size() < buffers_[use].capacity()) {
    buffers_[use].push_back(std::move(buffer));
  }
}

}  // namespace parquet_flow::read
