#include "sink/failure.hpp"

namespace parquet_flow::sink {

void Failure::begin(Error error) noexcept {
  const std::lock_guard lock(mutex_);
  if (isLasting()) return;
  code_.store(static_cast<std::uint8_t>(error.code()), std::memory_order_relaxed);
  error_.emplace(std::move(error));
}

void Failure::end() noexcept {
  if (code_.load(std::memory_order_relaxed) == 0) return;
  const std::lock_guard lock(mutex_);
  if (isLasting()) return;
  error_.reset();
  code_.store(0, std::memory_order_relaxed);
}

void Failure::last(Error error) noexcept {
  const std::lock_guard lock(mutex_);
  if (isLasting()) return;
  code_.store(static_cast<std::uint8_t>(error.code()), std::memory_order_relaxed);
  error_.emplace(std::move(error));
  lasting_.store(true, std::memory_order_release);
}

std::optional<Error> Failure::error() const noexcept {
  const std::lock_guard lock(mutex_);
  if (!error_) return std::nullopt;
  return copyOf(*error_);
}

}  // namespace parquet_flow::sink
