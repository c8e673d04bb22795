// Large blocks of memory on large pages.
#pragma once

#include <cstddef>

namespace parquet_flow {

inline constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

// Asks the kernel to back the block with huge pages where it has them. Why: a block is first
// touched at 10.9 GiB/s instead of 2.2, and copied from by write(2) faster by 7 to 42 % (Zen 4,
// Linux 6.18, one and three runs).
// Both arguments are multiples of kHugePageBytes. Nothing but speed depends on it.
void preferHugePages(void* data, std::size_t bytes) noexcept;

}  // namespace parquet_flow
