// How much memory a sink may come to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

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

// What a leaf comes to in rows of some bytes together.
struct LeafRoom {
  std::uint64_t entries = 0;
  std::uint64_t values = 0;
  std::uint64_t valueBytes = 0;
};

// One a leaf: room for the rows of a piece, however many of their values are null, and however long
// their strings are where one leaf alone has strings and none may be null. Else strings have even
// shares of what a piece may keep beside the rest. What repeats has one entry a row. `options` must
// have passed normalizeOptions; `schema` of the file.
[[nodiscard]] std::vector<LeafRoom> pieceRooms(const SinkOptions& options,
                                               const schema::Schema& schema);
// The same of a row group, as its leaves' bytes before they are encoded.
[[nodiscard]] std::vector<std::uint64_t> rowGroupRooms(const SinkOptions& options,
                                                       const schema::Schema& schema);

// Above this a row group's encoded form gives its memory back once it is written. `options` as
// above.
[[nodiscard]] std::uint64_t encodedBytesMax(const SinkOptions& options,
                                            const schema::Schema& schema) noexcept;

}  // namespace parquet_flow::sink
