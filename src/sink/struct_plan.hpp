// The struct shape's table of columns, checked and made into what a record can be run through.
//
// The payload is a C struct. Fields are little-endian and need no alignment. A record is rejected
// whole when it is too short for a field it must have, or when a tail column's (offset, length)
// points outside of it; fields and tails of a null are not looked at.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "schema/schema.hpp"
#include "sink/options.hpp"

namespace parquet_flow::sink {

// Bytes that the field takes in the payload.
[[nodiscard]] std::uint32_t fieldBytes(const StructColumn& column) noexcept;

// One sentence that names the column, for whatever pf_struct_column_t does not allow by itself;
// what depends on the others (names used twice) is the schema's to find.
[[nodiscard]] Result<void> checkStructColumn(const StructColumn& column);

// Adds the columns to the root. They must have passed checkStructColumn.
[[nodiscard]] Result<void> addStructColumns(std::span<const StructColumn> columns,
                                            schema::Schema* schema);

// The shortest payload that has every field of every column and its null bitmap.
[[nodiscard]] std::uint64_t structBytes(std::span<const StructColumn> columns) noexcept;

}  // namespace parquet_flow::sink
