// What the columns of one scan together may make of the few bytes that they lie in.
//
// Each page is within the limit on pages; hundreds of columns, or thousands of pages one behind the
// other, of a few bytes each would still take any memory and time.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/status.hpp"

namespace parquet_flow::read {

// Any thread.
class DecodeBudget {
 public:
  DecodeBudget(std::uint64_t heldMax, std::uint64_t decodedMax) noexcept
      : heldMax_(heldMax), decodedMax_(decodedMax) {}

  // What is not counted of what a column holds.
  static constexpr std::uint64_t kFreeBytes = 1U << 20;

  // A column holds `more` counted bytes than before, until the scan ends. kLimit.
  [[nodiscard]] Result<void> hold(std::uint64_t more);
  // So many bytes are to be decoded, or what takes as long. kLimit.
  [[nodiscard]] Result<void> decode(std::uint64_t bytes);
  // So far.
  [[nodiscard]] std::uint64_t held() const noexcept {
    return held_.load(std::memory_order_relaxed);
  }

 private:
  const std::uint64_t heldMax_;
  const std::uint64_t decodedMax_;
  // Sums alone, which order nothing: relaxed.
  std::atomic<std::uint64_t> held_{0};
  std::atomic<std::uint64_t> decoded_{0};
};

// What columns of one scan may hold together.
[[nodiscard]] std::uint64_t heldBytesMax(std::uint64_t pageBytesMax,
                                         std::uint64_t fileBytes) noexcept;

// For a file of `fileBytes`, whose pages have at most `pageBytesMax`. What is decoded takes
// `factor` times as long as where it is only read, by what is done with it; 0: as long as it likes.
[[nodiscard]] std::shared_ptr<DecodeBudget> budgetFor(std::uint64_t pageBytesMax,
                                                      std::uint64_t fileBytes,
                                                      std::uint64_t factor);

}  // namespace parquet_flow::read
