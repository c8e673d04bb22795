// The application's own output and input.
#pragma once

#include <cstddef>
#include <cstdint>
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

// As pf_input_t of parquet_flow.h has them; returns and threads as those above.
struct InputCallbacks {
  // Fills `data` with the `bytes` bytes at `offset`, all of which are below `fileBytes`.
  int (*readAt)(void* user, std::uint64_t offset, void* data, std::size_t bytes) = nullptr;
  void (*close)(void* user) = nullptr;  // may be null; the last call, from the destructor
  void* user = nullptr;
  std::uint64_t fileBytes = 0;
};

// kInvalidArgument when `readAt` is null; `close` is not called then.
[[nodiscard]] Result<std::unique_ptr<InputFile>> makeCallbackInput(const InputCallbacks& callbacks);

}  // namespace parquet_flow::io
