// Which sanitizer a test runs under: what it takes from tests is skipped, or said not to count.
#pragma once

namespace parquet_flow::test {

#if defined(__SANITIZE_ADDRESS__)
#define PF_TEST_ASAN 1
#elif defined(__SANITIZE_THREAD__)
#define PF_TEST_TSAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PF_TEST_ASAN 1
#elif __has_feature(thread_sanitizer)
#define PF_TEST_TSAN 1
#endif
#endif

// TSan brings its own operator new, which goes before a test's, and a call of it behind each access
// to memory.
#if defined(PF_TEST_TSAN)
inline constexpr bool kThreadSanitized = true;
#else
inline constexpr bool kThreadSanitized = false;
#endif
#if defined(PF_TEST_ASAN) || defined(PF_TEST_TSAN)
#define PF_TEST_SANITIZED 1
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace parquet_flow::test
