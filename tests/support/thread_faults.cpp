#include "support/thread_faults.hpp"

#include <pthread.h>

#include <atomic>
#include <cerrno>

namespace {

std::atomic<std::uint64_t> allowed{UINT64_MAX};
std::atomic<std::uint64_t> refused{0};

void allow(std::uint64_t count) noexcept {
  allowed = count;
  refused = 0;
}

// Whether one more may be started.
bool take() noexcept {
  std::uint64_t left = allowed;
  while (left != 0) {
    if (left == UINT64_MAX || allowed.compare_exchange_weak(left, left - 1)) return true;
  }
  ++refused;
  return false;
}

}  // namespace

// As in system_call_faults.cpp.
extern "C" {

int __real_pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                          void* (*function)(void*), void* argument);
int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                          void* (*function)(void*), void* argument);

int __wrap_pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                          void* (*function)(void*), void* argument) {
  return take() ? __real_pthread_create(thread, attributes, function, argument) : EAGAIN;
}

}  // extern "C"

namespace parquet_flow::test {

void allowThreads(std::uint64_t count) noexcept { allow(count); }

void allowAllThreads() noexcept { allow(UINT64_MAX); }

std::uint64_t refusedThreads() noexcept { return refused; }

}  // namespace parquet_flow::test
