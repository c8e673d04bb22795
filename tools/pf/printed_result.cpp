#include "pf/printed_result.hpp"

#include <cerrno>
#include <cstdio>

#include "pf/exit_codes.hpp"
#include "pf/failure.hpp"

namespace parquet_flow::pf {

int printResult(const std::string& text, const char* command) {
  errno = 0;
  std::fputs(text.c_str(), stdout);
  // Also of what was printed before.
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return kExitDone;
  return endWith(systemError(errno != 0 ? errno : EIO, "printing the result"), command);
}

}  // namespace parquet_flow::pf
