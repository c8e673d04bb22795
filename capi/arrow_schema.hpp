// Arrow types as Parquet has them.
//
// The mapping is that of Arrow C++'s writer, so that files read the same. Where it goes further:
// decimals of up to 9 and 18 digits are INT32 and INT64 (there: FIXED_LEN_BYTE_ARRAY), intervals
// are INTERVAL and run-end encoded types are those of their values (there: refused). The table
// stands in docs/arrow.md.
#pragma once

#include <cstdint>

#include "arrow_type.hpp"
#include "base/status.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::capi {

// What a field without children becomes.
struct ArrowLeafType {
  schema::PhysicalType physical = schema::PhysicalType::kInt32;
  std::uint32_t typeLength = 0;
  schema::LogicalType logical;
};

// kUnsupported, kInvalidArgument, naming the column.
[[nodiscard]] Result<ArrowLeafType> arrowLeafType(const ArrowField& column);

// The schema of a struct of columns. Field ids are taken from "PARQUET:field_id" in the metadata
// where every field has one. Errors as above.
[[nodiscard]] Result<schema::Schema> schemaOfArrow(const ArrowField& root);

// Whether data of the one schema can be written into a file of the other: the same tree of the same
// types. OPTIONAL and REQUIRED may differ. kInvalidArgument, naming the column.
[[nodiscard]] Result<void> requireSameSchema(const schema::Schema& arrows,
                                             const schema::Schema& writers);

}  // namespace parquet_flow::capi
