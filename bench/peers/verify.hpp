// That two writers were asked for, and wrote, the same.
#pragma once

#include "batch.hpp"
#include "options.hpp"

namespace parquet_flow::peers {

// Writes `batch` into memory with both and reads both back with Arrow. Throws, saying what differs:
// values, encoding, row groups, pages, CRC, statistics or page index.
void verify(const Batch& batch, const WriteOptions& options);

}  // namespace parquet_flow::peers
