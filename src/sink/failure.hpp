// What keeps a sink from doing its work: an output that fails and is tried again, or a failure for
// good.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "base/status.hpp"

namespace parquet_flow::sink {

// What `make` gives; where there is no memory to put it together, its code with a short sentence.
template <class Make>
[[nodiscard]] Error errorOf(ErrorCode code, const Make& make) noexcept {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    return {code, "out of memory"};  // short: needs none itself
  }
}
[[nodiscard]] inline Error copyOf(const Error& error) noexcept {
  return errorOf(error.code(), [&] { return error; });
}

// Any thread.
class Failure {
 public:
  // The output failed; it goes on trying. Does not take the place of a lasting failure.
  void begin(Error error) noexcept;
  // The output works again.
  void end() noexcept;
  // Out of memory, or a broken invariant of ours: no record is taken any more. The first one stays.
  void last(Error error) noexcept;
  void last(ErrorCode code, const char* sentence) noexcept {
    last(errorOf(code, [&] { return Error(code, sentence); }));
  }

  [[nodiscard]] bool isLasting() const noexcept { return lasting_.load(std::memory_order_acquire); }
  [[nodiscard]] std::optional<ErrorCode> code() const noexcept {
    const std::uint8_t code = code_.load(std::memory_order_relaxed);
    return code == 0 ? std::nullopt : std::optional(ErrorCode{code});
  }
  [[nodiscard]] std::optional<Error> error() const noexcept;

 private:
  mutable std::mutex mutex_;
  std::optional<Error> error_;
  std::atomic<bool> lasting_{false};
  std::atomic<std::uint8_t> code_{0};  // of error_; 0: none
};

}  // namespace parquet_flow::sink
