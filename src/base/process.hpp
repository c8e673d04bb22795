// Which process this is, and its forks.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.hpp"

namespace parquet_flow {

// Asks the system once, and again in each child.
[[nodiscard]] std::int64_t processId() noexcept;
// Empty where the system does not say.
[[nodiscard]] std::string hostName();

// pthread_atfork: `prepare` before each fork of the process, then `parent` or `child` behind it.
[[nodiscard]] Result<void> registerForkHandlers(void (*prepare)(), void (*parent)(),
                                                void (*child)());

}  // namespace parquet_flow
