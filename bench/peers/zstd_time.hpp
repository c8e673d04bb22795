// The time that is spent in the libzstd that this library is built with: the linker has its calls
// pass through zstd_time.cpp (`--wrap`, see meson.build), whatever they are for: compressing pages
// or samples, contexts.
#pragma once

namespace parquet_flow::peers {

// Seconds so far, of all threads.
[[nodiscard]] double zstdSeconds() noexcept;

}  // namespace parquet_flow::peers
