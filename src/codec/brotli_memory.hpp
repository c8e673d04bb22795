// What one Brotli instance after another allocates, kept between them.
//
// Brotli's encoder and decoder cannot be reset: each page needs a new instance. Created with these
// two functions, it gets the blocks that the one before gave back, so that after some pages of a
// kind nothing is allocated any more. One thread at a time; one instance at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace parquet_flow::codec {

class BrotliMemory {
 public:
  BrotliMemory() = default;
  BrotliMemory(const BrotliMemory&) = delete;
  BrotliMemory& operator=(const BrotliMemory&) = delete;
  ~BrotliMemory();

  // From here on no more than `bytes` are out at once: what would pass them is refused.
  void begin(std::uint64_t bytes = UINT64_MAX) noexcept {
    bytesMax_ = bytes;
    failed_ = false;
  }
  // The system had no memory, since begin().
  [[nodiscard]] bool failed() const noexcept { return failed_; }

  // brotli_alloc_func and brotli_free_func; `self` is the BrotliMemory.
  static void* allocate(void* self, std::size_t bytes);
  static void release(void* self, void* block);

 private:
  struct Block {
    void* at = nullptr;
    std::size_t bytes = 0;
    std::size_t asked = 0;  // of these, while it is out
    bool isOut = false;
  };
  [[nodiscard]] void* take(std::size_t bytes) noexcept;

  // Instances have some thirty blocks out at once.
  static constexpr std::size_t kBlocksMax = 256;
  std::array<Block, kBlocksMax> blocks_{};
  std::uint64_t bytesOut_ = 0;
  std::uint64_t bytesMax_ = UINT64_MAX;
  bool failed_ = false;
};

}  // namespace parquet_flow::codec
