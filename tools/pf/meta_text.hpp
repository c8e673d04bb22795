// What metaDocument says, for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace parquet_flow::pf {

// `isCut`: long bounds and values of metadata are shortened.
[[nodiscard]] std::string metaText(const nlohmann::ordered_json& document, bool isCut);

}  // namespace parquet_flow::pf
