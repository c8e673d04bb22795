// Operating errors: a code, a sentence that names what and where, and the path it took on the way
// up.
//
// No code in src/ throws. What the standard library or Thrift throws is caught where it is called,
// or at the boundary of the C API and of each of our threads.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace parquet_flow {

// The values are those of pf_status_t in parquet_flow.h; a test holds the two together.
enum class ErrorCode : std::uint8_t {
  kInvalidArgument = 1,  // the caller's mistake; nothing was changed
  kNotOpen = 2,          // a call in the wrong order
  kInternal = 3,         // our own broken invariant; the object is poisoned
  kOutOfMemory = 4,
  kIo = 5,           // the operating system or the application's own output said no
  kTimeout = 6,      // may be tried again
  kUnsupported = 7,  // the file or the request is fine, this build is not able
  kCorrupt = 8,      // the file lies
  kExists = 9,       // something is already there, and is not overwritten
  kLimit = 10,       // above a stated limit; nothing was written
  kClosed = 11,      // the sink or the writer is closed
  kDataLost = 12,    // finished, but accepted rows did not reach a file; the ledger has the count
  kWouldBlock = 13,  // no room now, and the caller does not wait; nothing was taken
  kCancelled = 14,   // somebody asked for it
};

// "invalid argument", "I/O error", ...
[[nodiscard]] std::string_view errorCodeName(ErrorCode code) noexcept;

class [[nodiscard]] Error {
 public:
  Error(ErrorCode code, std::string message) : message_(std::move(message)), code_(code) {}
  Error(ErrorCode code, int systemError, std::string message)
      : message_(std::move(message)), systemError_(systemError), code_(code) {}

  [[nodiscard]] ErrorCode code() const noexcept { return code_; }
  // errno at the failing call, 0 where there was none.
  [[nodiscard]] int systemError() const noexcept { return systemError_; }
  [[nodiscard]] const std::string& message() const noexcept { return message_; }

  // "writing row group 7 of feed.parquet" + ": " + message.
  [[nodiscard]] Error withContext(std::string_view context) &&;

 private:
  std::string message_;
  int systemError_ = 0;
  ErrorCode code_;
};

// kIo, or kOutOfMemory for ENOMEM and kExists for EEXIST: "<what>: <strerror>".
[[nodiscard]] Error systemError(int systemError, std::string_view what);

template <class T = void>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error(code, std::move(message)));
}
[[nodiscard]] inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace parquet_flow

#define PF_CONCAT_INNER(a, b) a##b
#define PF_CONCAT(a, b) PF_CONCAT_INNER(a, b)

// Returns the error of a Result from the enclosing function.
#define PF_TRY(expression)                                                            \
  do {                                                                                \
    auto pfTryResult = (expression);                                                  \
    if (!pfTryResult) [[unlikely]] {                                                  \
      return ::tl::unexpected<::parquet_flow::Error>(std::move(pfTryResult).error()); \
    }                                                                                 \
  } while (false)

// PF_TRY_ASSIGN(auto file, openFile(path));
#define PF_TRY_ASSIGN(declaration, expression) \
  PF_TRY_ASSIGN_INNER(PF_CONCAT(pfTryResult, __LINE__), declaration, expression)
#define PF_TRY_ASSIGN_INNER(result, declaration, expression)                   \
  auto result = (expression);                                                  \
  if (!result) [[unlikely]] {                                                  \
    return ::tl::unexpected<::parquet_flow::Error>(std::move(result).error()); \
  }                                                                            \
  declaration = std::move(*result)
