// Blocks of memory that were given back, kept for who asks next.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

namespace parquet_flow {

// What malloc gets back of this size it gives to the system, and takes anew page by page: files of
// a MB, one writer each, then take twice as long. The last ones given are kept, up to kBytesAll
// together. Any thread; nobody waits: while another thread is at it, there are no blocks to be had,
// and none is kept. So a child of fork() finds it usable, or no more than empty.
class SpareBlocks {
 public:
  static constexpr std::size_t kBytesMin = std::size_t{16} << 10;  // of a block
  static constexpr std::size_t kBytesMax = std::size_t{2} << 20;
  static constexpr std::size_t kBytesAll = std::size_t{8} << 20;

  using Release = void (*)(std::byte*) noexcept;

  struct Block {
    std::byte* data = nullptr;
    std::size_t bytes = 0;
  };

  // What one who asks for `bytes` may get: not much more, so that memory stays within what its
  // users say of it.
  [[nodiscard]] static constexpr std::size_t mostFor(std::size_t bytes) noexcept {
    return bytes > kBytesMax ? bytes : bytes + bytes / 8;
  }

  // The smallest of `bytes` to mostFor(bytes); one without data: there is none. It is the caller's.
  [[nodiscard]] Block take(std::size_t bytes) noexcept;
  // False: `block` stays the caller's. Else it is kept, and what is kept no more goes to `release`.
  [[nodiscard]] bool give(Block block, Release release) noexcept;
  // All that there are go to `release`, unless another thread is at them.
  void clear(Release release) noexcept;

 private:
  static constexpr std::size_t kCount = 32;
  // In the order in which they came.
  using Blocks = std::array<Block, kCount>;

  [[nodiscard]] bool tryLock() noexcept { return !busy_.test_and_set(std::memory_order_acquire); }
  void unlock() noexcept { busy_.clear(std::memory_order_release); }
  [[nodiscard]] Block remove(std::size_t index) noexcept;

  std::atomic_flag busy_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  Blocks blocks_{};
};

}  // namespace parquet_flow
