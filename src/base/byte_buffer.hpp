// A growable byte buffer for what encoders produce: aligned, never zero-filled, reused page after
// page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/assert.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow {

// data() is aligned to kAlignment. clear() keeps the capacity, so a buffer that has seen its
// largest page allocates no more. Growth doubles, and moves the bytes: pointers into the buffer
// last until the next call that may grow it. One thread at a time.
//
// Every call that may grow returns kOutOfMemory with the content unchanged when there is no memory.
class ByteBuffer {
 public:
  static constexpr std::size_t kAlignment = 64;  // a cache line, and the widest vector register

  ByteBuffer() noexcept = default;
  ByteBuffer(ByteBuffer&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  ByteBuffer& operator=(ByteBuffer&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    return *this;
  }
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;
  ~ByteBuffer() { release(); }

  [[nodiscard]] std::byte* data() noexcept { return data_; }
  [[nodiscard]] const std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] ConstBytes span() const noexcept { return {data_, size_}; }
  [[nodiscard]] MutableBytes mutableSpan() noexcept { return {data_, size_}; }

  // Room for `capacity` bytes in all.
  [[nodiscard]] Result<void> reserve(std::size_t capacity) {
    return capacity <= capacity_ || grow(capacity) ? Result<void>{} : failOutOfMemory();
  }
  // Room for `bytes` more bytes behind size(): what is then written there is taken in by commit().
  [[nodiscard]] Result<std::byte*> reserveExtra(std::size_t bytes) {
    if (bytes > capacity_ - size_ && !growBy(bytes)) [[unlikely]] {
      return failOutOfMemory();
    }
    return data_ + size_;
  }
  // Writes to what is reserved behind size(), so that its pages of memory are there.
  void touch() noexcept {
    if (capacity_ != size_) std::memset(data_ + size_, 0, capacity_ - size_);
  }
  // Takes in `bytes` bytes written at the position that reserveExtra returned.
  void commit(std::size_t bytes) noexcept {
    PF_ASSERT(bytes <= capacity_ - size_);
    size_ += bytes;
  }

  // `bytes` more bytes of whatever was in memory there, for the caller to fill.
  [[nodiscard]] Result<std::byte*> appendUninitialized(std::size_t bytes) {
    auto position = reserveExtra(bytes);
    if (position) [[likely]] {
      size_ += bytes;
    }
    return position;
  }
  // The source may not lie in this buffer.
  [[nodiscard]] Result<void> append(const void* data, std::size_t bytes) {
    if (bytes > capacity_ - size_ && !growBy(bytes)) [[unlikely]] {
      return failOutOfMemory();
    }
    if (bytes != 0) {  // memcpy from nullptr is undefined, even for nothing
      std::memcpy(data_ + size_, data, bytes);
      size_ += bytes;
    }
    return {};
  }
  [[nodiscard]] Result<void> append(ConstBytes bytes) { return append(bytes.data(), bytes.size()); }
  template <class T>
    requires std::is_arithmetic_v<T>
  [[nodiscard]] Result<void> appendLe(T value) {
    return append(&value, sizeof value);
  }

  // The most that capacity() comes to where room was never asked for more than `bytes`. While a
  // buffer grows there is half as much beside it: what it had before.
  [[nodiscard]] static std::uint64_t capacityMax(std::uint64_t bytes) noexcept;

  // Cuts back to the first `bytes` <= size() bytes.
  void truncate(std::size_t bytes) noexcept {
    PF_ASSERT(bytes <= size_);
    size_ = bytes;
  }
  void clear() noexcept { size_ = 0; }
  // Gives the memory back.
  void release() noexcept;
  // Gives the system back what the process keeps of released buffers for the next ones, see
  // SpareBlocks, unless another thread is at it. Any thread.
  static void dropSpares() noexcept;

 private:
  // To at least `capacity` > capacity_, or false.
  [[nodiscard]] bool grow(std::size_t capacity) noexcept;
  [[nodiscard]] bool growBy(std::size_t bytes) noexcept;
  [[nodiscard]] static tl::unexpected<Error> failOutOfMemory();

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace parquet_flow
