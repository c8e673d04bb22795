// The application's own output.
#pragma once

#include <cstddef>
#include <memory>

#include "io/file.hpp"

namespace parquet_flow::io {

// As pf_output_t of parquet_flow.h has them. 0 is success; any other return is the failure's
// systemError(). They run on the thread that calls the file, and must not throw.
struct OutputCallbacks {
  int (*write)(void* user, const void* data, std::size_t bytes) = nullptr;
  int (*flush)(void* user) = nullptr;  // may be null: then sync() returns kUnsupported
  int (*close)(void* user) = nullptr;  // may be null
  void* user = nullptr;
};

// Calls `write` once for each part that is not empty. What it refused once is in an unknown state:
// every later write returns the same failure. truncate() returns kUnsupported. `close` is the last
// call, and comes once: from close(), else from the destructor. kInvalidArgument when `write` is
// null.
[[nodiscard]] Result<std::unique_ptr<OutputFile>> makeCallbackFile(
    const OutputCallbacks& callbacks);

}  // namespace parquet_flow::io
