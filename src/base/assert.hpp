// PF_ASSERT: our own invariants, checked in debug and sanitizer builds and gone in release builds.
//
// Where breaking an invariant could put a wrong file on disk an assert is not enough: there the
// check is always on, and returns ErrorCode::kInternal, which poisons the writer.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PF_ASSERTIONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define PF_ASSERTIONS 1
#endif
#endif
#if !defined(PF_ASSERTIONS)
#if defined(NDEBUG)
#define PF_ASSERTIONS 0
#else
#define PF_ASSERTIONS 1
#endif
#endif

namespace parquet_flow {

// Prints "file:line: assertion failed: expression" to stderr and aborts.
[[noreturn]] void assertionFailed(const char* expression, const char* file, int line) noexcept;

}  // namespace parquet_flow

#if PF_ASSERTIONS
#define PF_ASSERT(expression) \
  ((expression) ? void(0) : ::parquet_flow::assertionFailed(#expression, __FILE__, __LINE__))
#else
// Not evaluated, but compiled: what only asserts use is neither unused nor left to rot.
#define PF_ASSERT(expression) ((void)sizeof((expression) ? 1 : 0))
#endif
