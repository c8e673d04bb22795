// Documents of JSON as subcommands print them: one a line.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace parquet_flow::pf {

// Text that is no UTF-8 is replaced by U+FFFD.
[[nodiscard]] inline std::string jsonLine(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace parquet_flow::pf
