#include "base/process.hpp"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <new>

namespace parquet_flow {
namespace {

using KnownId = std::atomic<std::int64_t>;

// Memory that the kernel clears in a child, however that was forked; nullptr where there is none.
KnownId* makeKnownId() noexcept {
  constexpr std::size_t kBytes = 4096;
  void* const page =
      mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) {
    return nullptr;
  }
  if (madvise(page, kBytes, MADV_WIPEONFORK) != 0) {
    munmap(page, kBytes);
    return nullptr;
  }
  return new (page) KnownId(0);
}

}  // namespace

// Relaxed: every thread of a process finds or stores the same number.
std::int64_t processId() noexcept {
  static KnownId* const known = makeKnownId();
  if (known == nullptr) {
    return getpid();
  }
  std::int64_t id = known->load(std::memory_order_relaxed);
  if (id == 0) {
    id = getpid();
    known->store(id, std::memory_order_relaxed);
  }
  return id;
}

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
