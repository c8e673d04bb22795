// The specification's words for what a footer has as numbers and as flags.
#pragma once

#include <cstdint>
#include <string>

#include "read/file_reader.hpp"

namespace parquet_flow::pf {

// "DELTA_BINARY_PACKED"; a number that is not known as "42".
[[nodiscard]] std::string encodingName(std::int32_t encoding);
[[nodiscard]] std::string codecName(std::int32_t codec);
[[nodiscard]] std::string pageTypeName(std::int32_t type);
[[nodiscard]] std::string repetitionName(std::int32_t repetition);

// "TIMESTAMP(MICROS,true)", "DECIMAL(9,2)", "LIST": the annotation of a node of the schema, that of
// LogicalType before that of ConvertedType. Empty: it has none.
[[nodiscard]] std::string annotationOf(const read::FileReader& file, std::uint32_t node);

}  // namespace parquet_flow::pf
