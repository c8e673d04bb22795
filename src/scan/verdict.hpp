// What can be said of many rows' tests without looking at one of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scan/bound_predicate.hpp"

namespace parquet_flow::scan {

// What is known of one column's values in some rows. Bounds are in PLAIN encoding, in the order
// valueOrder of the leaf, no NaN, and no value but NaN is outside of them.
struct ValueBounds {
  std::optional<std::string> least = {};
  std::optional<std::string> most = {};
  bool mayHaveNan = false;
  bool isAllNan = false;  // all values that are there
  bool mayHaveNulls = true;
  bool mayHaveValues = true;  // else all are null
};

struct Verdict {
  bool mayBeTrue = true;      // of one of the rows
  bool isAlwaysTrue = false;  // of each of them

  [[nodiscard]] bool isOpen() const noexcept { return mayBeTrue && !isAlwaysTrue; }
};
inline constexpr Verdict kNeverTrue = {false, false};

[[nodiscard]] Verdict verdictOf(const Test& test, const ValueBounds& bounds);
// Of a node, where `tests[i]` is that of test i.
[[nodiscard]] Verdict verdictOf(const BoundNode& node, const std::vector<Verdict>& tests);

}  // namespace parquet_flow::scan
