// The Schema message of Arrow's IPC format, read from what a Parquet file has under ARROW:schema:
// the inverse of arrow_message.hpp, on bytes that may lie.
//
// Source: Arrow's "IPC format", "Encapsulated message format"; Message.fbs and Schema.fbs;
// FlatBuffers' "Internals".
#pragma once

#include <optional>
#include <string_view>

#include "arrow_type.hpp"

namespace parquet_flow::capi {

// nullopt: what is no such message, nests deeper than 64 levels, has another byte order, or a type
// that is not known. Memory is bounded by a multiple of the text's.
[[nodiscard]] std::optional<ArrowField> decodeArrowSchema(std::string_view base64);

}  // namespace parquet_flow::capi
