// The boundary of our threads, and of what must not throw: nothing that the standard library throws
// gets past it, nor what is thrown while that is written down.
#pragma once

#include <exception>
#include <new>
#include <utility>

#include "base/status.hpp"

namespace parquet_flow {

// An error for which there need not be memory: then it has the code alone.
[[nodiscard]] Error leanError(ErrorCode code, const char* message) noexcept;

// Runs what gives a Result<void>. An exception becomes kOutOfMemory or kInternal.
template <class Function>
[[nodiscard]] Result<void> contained(Function&& function) noexcept {
  try {
    return std::forward<Function>(function)();
  } catch (const std::bad_alloc&) {
    return fail(leanError(ErrorCode::kOutOfMemory, ""));
  } catch (const std::exception& exception) {
    return fail(leanError(ErrorCode::kInternal, exception.what()));
  }
}

}  // namespace parquet_flow
