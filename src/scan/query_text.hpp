// What a query is made of, out of text: the language of `--agg`, `--order-by`, `--select`.
//
// Words are of either case. Names are letters, digits, "_" and all that is not ASCII, or anything
// in double quotes, a quote in them doubled; a path is names with points between. Each returns
// kInvalidArgument, "at 5: expected ')', found ...": the byte that is wrong, counted from 1.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"
#include "scan/aggregate.hpp"

namespace parquet_flow::scan {

// A column of the result, and its direction.
struct OrderBy {
  std::string column;
  bool isDescending = false;
};

// "count", "count(*)", "count(a.b)", "count(distinct a)" or "distinct(a)", "sum(a)", "avg(a)",
// "min(a)", "max(a)", each perhaps with "as name" behind it, separated by commas. Without a name
// the text is the name, as it stands there.
[[nodiscard]] Result<std::vector<Aggregate>> parseAggregates(std::string_view text);

// Columns or names of aggregates, each perhaps with "asc" or "desc" behind it: "sum(a) desc, b".
[[nodiscard]] Result<std::vector<OrderBy>> parseOrderBy(std::string_view text);

// "a, b.c": names here may have all that is no blank, comma, point or quote.
[[nodiscard]] Result<std::vector<std::string>> parsePaths(std::string_view text);

}  // namespace parquet_flow::scan
