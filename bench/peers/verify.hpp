// That two writers were asked for, and wrote, the same.
#pragma once

#include <cstddef>
#include <vector>

#include "batch.hpp"
#include "options.hpp"

namespace parquet_flow::peers {

// Writes `batch` into memory with both and reads both back with Arrow. Throws, saying what differs:
// values, encoding, row groups, pages, CRC, statistics or page index.
void verify(const Batch& batch, const WriteOptions& options);

// Two files of the same values and row groups, whatever else each writer chose. Throws as above.
void verifyValues(const std::vector<std::byte>& ourFile, const std::vector<std::byte>& arrowsFile);

}  // namespace parquet_flow::peers
