// A system that starts no more threads: of those that the library itself starts (base/thread.hpp),
// not of std::thread's.
//
// An executable gets it by naming pf_thread_faults_dep among its dependencies.
#pragma once

#include <cstdint>

namespace parquet_flow::test {

// From here on so many more are started; those behind them fail with EAGAIN.
void allowThreads(std::uint64_t count) noexcept;
void allowAllThreads() noexcept;
// How many have failed since either of these.
[[nodiscard]] std::uint64_t refusedThreads() noexcept;

}  // namespace parquet_flow::test
