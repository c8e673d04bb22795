// A descriptor that the application opened and keeps: a file, a pipe, a socket.
#pragma once

#include <memory>

#include "base/status.hpp"
#include "io/file.hpp"

namespace parquet_flow::io {

// Writes from the descriptor's current position (the file's end with O_APPEND), which is position()
// 0; close() leaves it open. sync() and truncate() return kUnsupported where it is not a regular
// file. A pipe or socket whose reader has gone is the error EPIPE, not a SIGPIPE for the process.
// Returns kInvalidArgument when `descriptor` is not open for writing. It must stay open and unused
// until the file is closed.
[[nodiscard]] Result<std::unique_ptr<OutputFile>> borrowDescriptor(int descriptor);

}  // namespace parquet_flow::io
