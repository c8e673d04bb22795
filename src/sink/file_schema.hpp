// The columns of a sink's files: the capture columns, unless switched off, then the shape's.
//
//   capture_time     INT64 TIMESTAMP(NANOS, UTC); with the portable profile TIMESTAMP(MICROS, UTC),
//   capture_time_ns  INT64, in the portable profile alone
//   producer         INT32
//   attempt          INT64
#pragma once

#include <cstddef>
#include <memory>

#include "base/status.hpp"
#include "schema/schema.hpp"
#include "sink/options.hpp"

namespace parquet_flow::sink {

struct FileSchema {
  std::shared_ptr<const schema::Schema> file;
  std::shared_ptr<const schema::Schema> row;  // without the capture columns
  std::size_t captureLeaves = 0;              // how many of the file's leaves those are
};

// `options` must have passed normalizeOptions. kInvalidArgument: a column that cannot be, or has a
// name used twice.
[[nodiscard]] Result<FileSchema> makeFileSchema(const SinkOptions& options);

}  // namespace parquet_flow::sink
