// The enumerations of the ABI against those of the layers below. Whatever int a caller passes comes
// in; only values that are enumerated get further.
#pragma once

#include "base/status.hpp"
#include "codec/codec.hpp"
#include "parquet_flow.h"
#include "schema/schema.hpp"

namespace parquet_flow::capi {

[[nodiscard]] Result<schema::PhysicalType> toPhysicalType(std::int32_t value);
[[nodiscard]] Result<schema::Repetition> toRepetition(std::int32_t value);
[[nodiscard]] Result<schema::LogicalKind> toLogicalKind(std::int32_t value);
[[nodiscard]] Result<codec::Compression> toCompression(std::int32_t value);

}  // namespace parquet_flow::capi
