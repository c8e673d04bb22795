#include "support/allocation_faults.hpp"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <utility>

#include "support/sanitizers.hpp"

namespace parquet_flow::test {
namespace {

std::atomic<std::uint64_t> counted{0};
std::atomic<std::uint64_t> firstToFail{0};  // 0: none
std::atomic<std::uint64_t> failing{0};      // how many
// In the executable's own block of thread-local memory: getting there never allocates.
thread_local constinit bool isCounted = true;

// As malloc does, with errno set: glibc goes by it.
bool fails() noexcept {
  if (!isCounted) return false;
  const std::uint64_t number = counted.fetch_add(1) + 1;
  const std::uint64_t first = firstToFail.load();
  const bool isOne = first != 0 && number >= first && number - first < failing.load();
  if (isOne) errno = ENOMEM;
  return isOne;
}

}  // namespace

void failAllocations(std::uint64_t nth, std::uint64_t times) noexcept {
  firstToFail = 0;
  counted = 0;
  failing = times;
  firstToFail = nth;
}

void healAllocations() noexcept { failAllocations(0, 0); }

std::uint64_t countedAllocations() noexcept { return counted.load(); }

AllocationScope::AllocationScope(bool isToBeCounted) noexcept
    : before_(std::exchange(isCounted, isToBeCounted)) {}
AllocationScope::~AllocationScope() { isCounted = before_; }

}  // namespace parquet_flow::test

using parquet_flow::test::fails;

#if defined(PF_TEST_SANITIZED)

namespace {

void* allocate(std::size_t bytes, std::size_t alignment) noexcept {
  if (fails()) return nullptr;
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

void* allocateOrThrow(std::size_t bytes, std::size_t alignment) {
  void* memory = allocate(bytes, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t bytes) { return allocateOrThrow(bytes, 16); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocateOrThrow(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t& /*tag*/) noexcept {
  return allocate(bytes, 16);
}
void* operator new(std::size_t bytes, std::align_val_t alignment,
                   const std::nothrow_t& /*tag*/) noexcept {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*bytes*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*bytes*/, std::align_val_t /*at*/) noexcept {
  std::free(memory);
}

#else

// glibc's own functions under their second names, for a program that replaces the first ones.
extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* pointer, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);

[[gnu::visibility("default")]] void* malloc(std::size_t bytes) {
  return fails() ? nullptr : __libc_malloc(bytes);
}
[[gnu::visibility("default")]] void* calloc(std::size_t count, std::size_t bytes) {
  return fails() ? nullptr : __libc_calloc(count, bytes);
}
[[gnu::visibility("default")]] void* realloc(void* pointer, std::size_t bytes) {
  return fails() ? nullptr : __libc_realloc(pointer, bytes);
}
[[gnu::visibility("default")]] void* memalign(std::size_t alignment, std::size_t bytes) {
  return fails() ? nullptr : __libc_memalign(alignment, bytes);
}
[[gnu::visibility("default")]] void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  return memalign(alignment, bytes);
}
[[gnu::visibility("default")]] int posix_memalign(void** pointer, std::size_t alignment,
                                                  std::size_t bytes) {
  if (alignment < sizeof(void*) || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* made = memalign(alignment, bytes);
  if (made == nullptr) return ENOMEM;
  *pointer = made;
  return 0;
}
}

#endif
