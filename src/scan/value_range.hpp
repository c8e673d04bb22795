// A range of a column's values: what a comparison asks for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "scan/point.hpp"
#include "scan/predicate.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {

// Of values in PLAIN encoding, as valueOrder has them; NaN is above all of them, so it is in a
// range or not.
struct ValueRange {
  struct End {
    std::string value;
    bool isIn = true;  // the value itself
  };
  std::optional<End> least = {};  // none: from the least on
  std::optional<End> most = {};
  bool hasNan = true;
  bool isEmpty = false;  // but for NaN
};

// Those that `comparison` with the point is true of; of kNotEqual those that it is not true of, as
// they are no range.
[[nodiscard]] ValueRange rangeOf(const Point& point, Comparison comparison);

// Those in both. Where it sees that there are none, isEmpty says so.
[[nodiscard]] ValueRange intersection(stats::Order order, ValueRange a, const ValueRange& b);

// No NaN. Of the width that the order has.
[[nodiscard]] bool isIn(stats::Order order, const ValueRange& range, std::string_view value);

// Whether one value alone is in it: that of both its ends.
[[nodiscard]] bool isOneValue(stats::Order order, const ValueRange& range);

}  // namespace parquet_flow::scan
