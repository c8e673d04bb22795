// Buffers that are given back, to be used again: a batch's memory, once whoever had it lets go.
#pragma once

#include <cstddef>
#include <mutex>
#include <vector>

#include "base/byte_buffer.hpp"

namespace parquet_flow::read {

// Any thread.
class BufferPool {
 public:
  // One that was given back under this `use`, empty, or a new one: batch after batch a column's
  // values take about as much room as before.
  [[nodiscard]] ByteBuffer take(std::size_t use);
  // Kept where there are fewer than kKept of that use, else freed.
  void give(std::size_t use, ByteBuffer&& buffer) noexcept;

  static constexpr std::size_t kKept = 3;

 private:
  std::mutex mutex_;
  std::vector<std::vector<ByteBuffer>> buffers_;
};

}  // namespace parquet_flow::read
