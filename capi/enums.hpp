// The enumerations of the ABI against those of the layers below. Whatever int a caller passes comes
// in; only values that are enumerated get further.
#pragma once

#include <optional>

#include "base/status.hpp"
#include "codec/codec.hpp"
#include "encoding/encoding.hpp"
#include "parquet_flow.h"
#include "schema/schema.hpp"
#include "stats/order.hpp"
#include "write/options.hpp"

namespace parquet_flow::capi {

[[nodiscard]] Result<schema::PhysicalType> toPhysicalType(std::int32_t value);
[[nodiscard]] Result<schema::Repetition> toRepetition(std::int32_t value);
[[nodiscard]] Result<schema::LogicalKind> toLogicalKind(std::int32_t value);
[[nodiscard]] Result<codec::Compression> toCompression(std::int32_t value);
// nullopt: PF_ENCODING_AUTO.
[[nodiscard]] Result<std::optional<encoding::Encoding>> toEncoding(std::int32_t value);
[[nodiscard]] Result<write::Profile> toProfile(std::int32_t value);
[[nodiscard]] Result<stats::FloatOrder> toFloatOrder(std::int32_t value);
[[nodiscard]] Result<write::FieldIds> toFieldIds(std::int32_t value);

}  // namespace parquet_flow::capi
