#include "pf/failure.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>

#include "pf/exit_codes.hpp"
#include "rows/printable.hpp"

namespace parquet_flow::pf {

int endWith(const Error& error, const char* command) {
  if (error.systemError() == EPIPE) {
    return kExitSignal + SIGPIPE;
  }
  const std::string message =
      error.message().empty() ? std::string(errorCodeName(error.code())) : error.message();
  std::fprintf(stderr, "pf %s: %s\n", command, rows::printable(message).c_str());
  return error.code() == ErrorCode::kInvalidArgument ? kExitUsage : kExitFailed;
}

}  // namespace parquet_flow::pf
