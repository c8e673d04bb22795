// How much memory this process has, for tests that hold it against what is stated.
#pragma once

#include <cstdint>

namespace parquet_flow::test {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#else
inline constexpr bool kSanitized = false;
#endif

// Resident memory now. Of no use where kSanitized: sanitizers hold back what was freed, and add to
// each allocation.
[[nodiscard]] std::uint64_t residentBytes();

}  // namespace parquet_flow::test
