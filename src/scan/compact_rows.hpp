// Rows of a column that are wanted, one behind the other.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "read/column_vector.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

// Makes `out` empty, for rows to be appended to. kOutOfMemory.
[[nodiscard]] Result<void> clearForRows(const schema::Leaf& leaf, read::ColumnVector& out);

// Appends to `out`, which clearForRows made or this, the rows i of `from` whose bit i % 64 of
// selection[i / 64] is set; behind the last it has zeros. Nothing is lent. kLimit: 4 GiB of
// BYTE_ARRAY values together; kOutOfMemory.
[[nodiscard]] Result<void> appendRows(const schema::Leaf& leaf, const read::ColumnVector& from,
                                      const std::uint64_t* selection, read::ColumnVector& out);

}  // namespace parquet_flow::scan
