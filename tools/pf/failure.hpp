// How subcommands end when something fails.
#pragma once

#include <cstdint>

#include "base/status.hpp"

namespace parquet_flow::pf {

// What may be to blame. Of the command line alone, what is above a limit or not supported is as
// wrong as what is no argument; of a file it is not.
enum class Cause : std::uint8_t { kFiles, kCommandLine };

// "pf cat: reading a.parquet: No such file or directory", on stderr, and the exit code; of an
// output that nobody reads any more, nothing, and that of SIGPIPE. `command`: a literal, "cat".
[[nodiscard]] int endWith(const Error& error, const char* command, Cause cause = Cause::kFiles);

}  // namespace parquet_flow::pf
