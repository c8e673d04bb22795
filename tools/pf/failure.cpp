#include "pf/failure.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>

#include "pf/exit_codes.hpp"
#include "rows/printable.hpp"

namespace parquet_flow::pf {
namespace {

int exitCodeOf(ErrorCode code, Cause cause) noexcept {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return kExitUsage;
    case ErrorCode::kLimit:
    case ErrorCode::kUnsupported:
      return cause == Cause::kCommandLine ? kExitUsage : kExitFailed;
    default:
      return kExitFailed;
  }
}

}  // namespace

int endWith(const Error& error, const char* command, Cause cause) {
  if (error.systemError() == EPIPE) {
    return kExitSignal + SIGPIPE;
  }
  const std::string message =
      error.message().empty() ? std::string(errorCodeName(error.code())) : error.message();
  std::fprintf(stderr, "pf %s: %s\n", command, rows::printable(message).c_str());
  return exitCodeOf(error.code(), cause);
}

}  // namespace parquet_flow::pf
