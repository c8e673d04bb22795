// What the columns of one scan together may make of the few bytes that they lie in.
//
// Each page is within the limit on pages; hundreds of columns, or thousands of pages one behind the
// other, of a few bytes each would still take any memory and time.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/status.hpp"

namespace parquet_flow::read {

// Any thread.
class DecodeBudget {
 public:
  DecodeBudget(std::uint64_t heldMax, std::uint64_t decodedMax) noexcept
      : heldMax_(heldMax), decodedMax_(decodedMax) {}

  // What is not counted of a column, and for each byte that its pages are stored in: what files
  // are that nobody made to grow.
  static constexpr std::uint64_t kFreeBytes = 1U << 20;
  static constexpr std::uint64_t kFreeFactor = 64;
  // What is left of `bytes` that `stored` bytes of a column stand for.
  [[nodiscard]] static std::uint64_t counted(std::uint64_t bytes, std::uint64_t stored) noexcept {
    const std::uint64_t free = kFreeBytes + stored * kFreeFactor;
    return bytes > free ? bytes - free : 0;
  }

  // A column holds `more` counted bytes than before, until the scan ends. kLimit.
  [[nodiscard]] Result<void> hold(std::uint64_t more);
  // So many bytes are to be decoded. kLimit.
  [[nodiscard]] Result<void> decode(std::uint64_t bytes);

 private:
  const std::uint64_t heldMax_;
  const std::uint64_t decodedMax_;
  // Sums alone, which order nothing: relaxed.
  std::atomic<std::uint64_t> held_{0};
  std::atomic<std::uint64_t> decoded_{0};
};

}  // namespace parquet_flow::read
