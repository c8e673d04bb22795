#include "base/status.hpp"

#include <cerrno>
#include <system_error>

namespace parquet_flow {

std::string_view errorCodeName(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid argument";
    case ErrorCode::kNotOpen:
      return "not open";
    case ErrorCode::kInternal:
      return "internal error";
    case ErrorCode::kOutOfMemory:
      return "out of memory";
    case ErrorCode::kIo:
      return "I/O error";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kCorrupt:
      return "corrupt";
    case ErrorCode::kExists:
      return "exists already";
    case ErrorCode::kLimit:
      return "over a limit";
    case ErrorCode::kClosed:
      return "closed";
    case ErrorCode::kDataLost:
      return "data lost";
    case ErrorCode::kWouldBlock:
      return "would block";
    case ErrorCode::kCancelled:
      return "cancelled";
  }
  return "unknown error";
}

Error Error::withContext(std::string_view context) && {
  std::string message;
  message.reserve(context.size() + 2 + message_.size());
  message.append(context).append(": ").append(message_);
  message_ = std::move(message);
  return std::move(*this);
}

Error systemError(int systemError, std::string_view what) {
  const ErrorCode code = systemError == ENOMEM   ? ErrorCode::kOutOfMemory
                         : systemError == EEXIST ? ErrorCode::kExists
                                                 : ErrorCode::kIo;
  std::string message(what);
  message.append(": ").append(std::generic_category().message(systemError));
  return {code, systemError, std::move(message)};
}

}  // namespace parquet_flow
