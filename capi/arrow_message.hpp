// The Schema message of Arrow's IPC format, which Arrow's readers look for in a Parquet file's
// metadata to give back types that Parquet does not have.
//
// Source: Arrow's "IPC format", "Encapsulated message format"; Message.fbs and Schema.fbs, format
// version 5. The key and the base64 around it are Arrow C++'s.
#pragma once

#include <string>

#include "arrow_type.hpp"

namespace parquet_flow::capi {

inline constexpr const char* kArrowSchemaKey = "ARROW:schema";

// base64 of the message: the value that goes with kArrowSchemaKey.
[[nodiscard]] std::string encodeArrowSchema(const ArrowField& root);

}  // namespace parquet_flow::capi
