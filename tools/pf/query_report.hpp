// What a query went without, step by step: `pf query --explain`.
#pragma once

#include <string>

#include "scan/query.hpp"

namespace parquet_flow::pf {

// Lines of text, steps without effect left out.
[[nodiscard]] std::string queryReport(const scan::QueryStats& stats);
// One JSON object, with each number; docs/tool.md has the keys.
[[nodiscard]] std::string queryReportJson(const scan::QueryStats& stats);

}  // namespace parquet_flow::pf
