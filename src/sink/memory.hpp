// How much memory a sink may come to.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "sink/options.hpp"

namespace parquet_flow::sink {

// Above this a row group's buffer, columns and encoded form each, gives its memory back once it is
// written. `options` must have passed normalizeOptions.
[[nodiscard]] std::uint64_t bufferBytesMax(const SinkOptions& options) noexcept;

}  // namespace parquet_flow::sink
