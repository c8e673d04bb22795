// What a footer says, as one JSON object.
#pragma once

#include <nlohmann/json.hpp>

#include "read/file_reader.hpp"

namespace parquet_flow::pf {

// Keys as docs/tool.md has them. What the file does not say is left out. Bounds are text, as
// rows::LeafText has them: digits of any number of places are safe in it from readers of JSON.
[[nodiscard]] nlohmann::ordered_json metaDocument(const read::FileReader& file);

}  // namespace parquet_flow::pf
