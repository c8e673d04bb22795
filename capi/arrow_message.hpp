// The Schema message of Arrow's IPC format, which Arrow's readers look for in a Parquet file's
// metadata to give back types that Parquet does not have (schema/arrow_schema.hpp).
#pragma once

#include <string>

#include "arrow_type.hpp"

namespace parquet_flow::capi {

// base64 of the message: the value that goes with schema::kArrowSchemaKey.
[[nodiscard]] std::string encodeArrowSchema(const ArrowField& root);

}  // namespace parquet_flow::capi
