#include "base/process.hpp"

#include <pthread.h>
#include <unistd.h>

#include <array>

namespace parquet_flow {

std::int64_t processId() noexcept { return getpid(); }

std::string hostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return {};
  return name.data();
}

Result<void> registerForkHandlers(void (*prepare)(), void (*parent)(), void (*child)()) {
  const int error = pthread_atfork(prepare, parent, child);
  if (error != 0) return fail(systemError(error, "registering fork handlers"));
  return {};
}

}  // namespace parquet_flow
