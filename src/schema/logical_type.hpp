// Which logical types go with which physical types, and what their parameters may be.
//
// Source: parquet-format LogicalTypes.md.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::schema {

// The most decimal digits that any value of the type has room for: INT32 9, INT64 18,
// FIXED_LEN_BYTE_ARRAY(n) floor(log10(2^(8n - 1) - 1)); INT32_MAX for BYTE_ARRAY. 0 for the others.
[[nodiscard]] std::int32_t decimalPrecisionMax(PhysicalType type,
                                               std::uint32_t typeLength) noexcept;

// kInvalidArgument with a sentence that names the logical type.
[[nodiscard]] Result<void> checkLogicalType(PhysicalType type, std::uint32_t typeLength,
                                            const LogicalType& logical);

}  // namespace parquet_flow::schema
