// How subcommands that read end when something fails.
#pragma once

#include "base/status.hpp"

namespace parquet_flow::pf {

// "pf cat: reading a.parquet: No such file or directory", on stderr, and the exit code; of an
// output that nobody reads any more, nothing, and that of SIGPIPE. `command`: a literal, "cat".
[[nodiscard]] int endWith(const Error& error, const char* command);

}  // namespace parquet_flow::pf
