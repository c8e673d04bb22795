#include "support/allocation_counter.hpp"

#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

#include "support/sanitizers.hpp"

namespace parquet_flow::test {
namespace {

std::atomic<std::uint64_t> processCount{0};
std::atomic<std::uint64_t> processFrees{0};
std::atomic<std::uint64_t> processBytes{0};
std::atomic<std::uint64_t> inUse{0};
std::atomic<std::uint64_t> peakInUse{0};
// In the executable's own block of thread-local memory: getting there never allocates.
thread_local constinit AllocationCounts threadCounts;

void countAllocation(std::size_t bytes) noexcept {
  ++threadCounts.allocations;
  threadCounts.bytes += bytes;
  processCount.fetch_add(1, std::memory_order_relaxed);
  processBytes.fetch_add(bytes, std::memory_order_relaxed);
}

void countFree(const volatile void* pointer) noexcept {
  if (pointer != nullptr) {
    ++threadCounts.frees;
    processFrees.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

AllocationCounts threadAllocations() noexcept { return threadCounts; }

AllocationCounts processAllocations() noexcept {
  return {processCount.load(std::memory_order_relaxed),
          processFrees.load(std::memory_order_relaxed),
          processBytes.load(std::memory_order_relaxed)};
}

std::uint64_t bytesInUse() noexcept { return inUse.load(std::memory_order_relaxed); }
void beginPeak() noexcept { peakInUse.store(bytesInUse(), std::memory_order_relaxed); }
std::uint64_t peakBytesInUse() noexcept { return peakInUse.load(std::memory_order_relaxed); }

}  // namespace parquet_flow::test

using parquet_flow::test::countAllocation;
using parquet_flow::test::countFree;

#if defined(PF_TEST_SANITIZED)

// The sanitizer owns malloc; it offers hooks instead.
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*onMalloc)(const volatile void*,
                                                                          std::size_t),
                                                         void (*onFree)(const volatile void*));

namespace {

[[gnu::constructor]] void installHooks() {
  const int installed = __sanitizer_install_malloc_and_free_hooks(
      [](const volatile void*, std::size_t bytes) { countAllocation(bytes); }, countFree);
  if (installed == 0) {
    std::abort();
  }
}

}  // namespace

#else

namespace {

// What has come to be used, if it did.
void* taken(void* block) noexcept {
  using namespace parquet_flow::test;
  const std::uint64_t bytes = malloc_usable_size(block);
  const std::uint64_t now = inUse.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  std::uint64_t most = peakInUse.load(std::memory_order_relaxed);
  while (now > most && !peakInUse.compare_exchange_weak(most, now, std::memory_order_relaxed)) {
  }
  return block;
}

void givenBack(std::uint64_t bytes) noexcept {
  parquet_flow::test::inUse.fetch_sub(bytes, std::memory_order_relaxed);
}

}  // namespace

// glibc's own functions under their second names, for a program that replaces the first ones.
extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* pointer, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);
void __libc_free(void* pointer);

[[gnu::visibility("default")]] void* malloc(std::size_t bytes) {
  countAllocation(bytes);
  return taken(__libc_malloc(bytes));
}
[[gnu::visibility("default")]] void* calloc(std::size_t count, std::size_t bytes) {
  countAllocation(count * bytes);
  return taken(__libc_calloc(count, bytes));
}
[[gnu::visibility("default")]] void* realloc(void* pointer, std::size_t bytes) {
  countAllocation(bytes);
  countFree(pointer);
  const std::uint64_t before = malloc_usable_size(pointer);
  void* const made = __libc_realloc(pointer, bytes);
  if (made == nullptr && bytes != 0) return nullptr;  // the block is as it was
  taken(made);
  givenBack(before);
  return made;
}
[[gnu::visibility("default")]] void* memalign(std::size_t alignment, std::size_t bytes) {
  countAllocation(bytes);
  return taken(__libc_memalign(alignment, bytes));
}
[[gnu::visibility("default")]] void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return memalign(alignment, bytes);
}
[[gnu::visibility("default")]] int posix_memalign(void** pointer, std::size_t alignment,
                                                  std::size_t bytes) {
  if (alignment < sizeof(void*) || (alignment & (alignment - 1)) != 0) {
    return EINVAL;
  }
  void* made = memalign(alignment, bytes);
  if (made == nullptr) {
    return ENOMEM;
  }
  *pointer = made;
  return 0;
}
[[gnu::visibility("default")]] void free(void* pointer) {
  countFree(pointer);
  givenBack(malloc_usable_size(pointer));
  __libc_free(pointer);
}
}

#endif
