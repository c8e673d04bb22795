// How much memory a sink may come to.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.hpp"
#include "schema/schema.hpp"
#include "sink/options.hpp"

namespace parquet_flow::sink {

// The pieces that row groups are filled by.
struct PiecePlan {
  std::uint64_t bytes = 0;  // of values and levels, at which a piece is handed over
  std::uint32_t count = 0;  // of the pool
  // Once encoded, a piece with columns above keepBytes gives their memory back, unless all of them
  // together are below keepAnyBelowBytes.
  std::uint64_t keepBytes = 0;
  std::uint64_t keepAnyBelowBytes = 0;
  // Above it no further piece is filled until some are encoded.
  std::uint64_t bytesMax = 0;
};

// `options` must have passed normalizeOptions; `leaves` of the file's schema.
[[nodiscard]] PiecePlan piecePlan(const SinkOptions& options, std::size_t leaves) noexcept;

// Above this a row group's encoded form gives its memory back once it is written. `options` as
// above.
[[nodiscard]] std::uint64_t encodedBytesMax(const SinkOptions& options,
                                            const schema::Schema& schema) noexcept;

}  // namespace parquet_flow::sink
