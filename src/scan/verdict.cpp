#include "scan/verdict.hpp"

#include <algorithm>

#include "stats/bounds.hpp"

namespace parquet_flow::scan {
namespace {

using stats::Order;

// Of values that are there and no NaN, in bounds.
struct Match {
  bool may = true;
  bool all = false;
};

int compare(Order order, const std::string& a, const std::string& b) {
  return stats::compareValues(order, a, b);
}

Match matchRange(Order order, const ValueRange& range, const ValueBounds& bounds) {
  if (range.isEmpty) {
    return {false, false};
  }
  bool isLeastPassed = !range.least;  // by all values
  bool isMostPassed = !range.most;
  if (range.least) {
    const auto isBelow = [&](const std::string& bound) {
      const int compared = compare(order, bound, range.least->value);
      return compared < 0 || (compared == 0 && !range.least->isIn);
    };
    if (bounds.most && isBelow(*bounds.most)) {
      return {false, false};
    }
    isLeastPassed = bounds.least && !isBelow(*bounds.least);
  }
  if (range.most) {
    const auto isAbove = [&](const std::string& bound) {
      const int compared = compare(order, bound, range.most->value);
      return compared > 0 || (compared == 0 && !range.most->isIn);
    };
    if (bounds.least && isAbove(*bounds.least)) {
      return {false, false};
    }
    isMostPassed = bounds.most && !isAbove(*bounds.most);
  }
  return {true, isLeastPassed && isMostPassed};
}

bool isOneBound(Order order, const ValueBounds& bounds) {
  return bounds.least && bounds.most && compare(order, *bounds.least, *bounds.most) == 0;
}

Match matchSet(const Test& test, const ValueBounds& bounds) {
  const auto isWithin = [&](const std::string& value) {
    return (!bounds.least || compare(test.order, value, *bounds.least) >= 0) &&
           (!bounds.most || compare(test.order, value, *bounds.most) <= 0);
  };
  const bool may = std::any_of(test.values.begin(), test.values.end(), isWithin);
  return {may, may && isOneBound(test.order, bounds)};
}

Match matchText(const Test& test, const ValueBounds& bounds) {
  const std::string prefix(test.pattern.prefix());
  if (prefix.empty()) {
    return {};
  }
  ValueRange range{ValueRange::End{prefix, true}, {}, false, false};
  std::string behind = prefix + '\0';  // longer, so that it is cut short
  if (stats::truncateMax(behind, prefix.size(), false)) {
    range.most = ValueRange::End{std::move(behind), false};
  }
  const Match match = matchRange(test.order, range, bounds);
  const bool isPrefixAlone = test.pattern.isPlain() && !test.pattern.isAnchoredAtEnd;
  return {match.may, match.all && isPrefixAlone};
}

}  // namespace

Verdict verdictOf(const Test& test, const ValueBounds& bounds) {
  if (test.kind == TestKind::kNull) {
    const bool mayBeTrue = test.isNegated ? bounds.mayHaveValues : bounds.mayHaveNulls;
    return {mayBeTrue, test.isNegated ? !bounds.mayHaveNulls : !bounds.mayHaveValues};
  }
  if (!bounds.mayHaveValues) {
    return kNeverTrue;
  }
  Match match;
  bool takesNan = false;
  switch (test.kind) {
    case TestKind::kRange:
      match = matchRange(test.order, test.range, bounds);
      takesNan = test.range.hasNan;
      break;
    case TestKind::kSet:
      match = matchSet(test, bounds);
      takesNan = test.hasNan;
      break;
    default:
      match = matchText(test, bounds);
      break;
  }
  if (bounds.isAllNan) {
    match = {takesNan, takesNan};
  } else if (bounds.mayHaveNan) {
    match = {match.may || takesNan, match.all && takesNan};
  }
  if (test.isNegated) {
    match = {!match.all, !match.may};
  }
  return {match.may, match.all && !bounds.mayHaveNulls};
}

Verdict verdictOf(const BoundNode& node, const std::vector<Verdict>& tests) {
  switch (node.kind) {
    case NodeKind::kTrue:
      return {true, true};
    case NodeKind::kFalse:
      return kNeverTrue;
    case NodeKind::kTest:
      return tests[node.test];
    default:
      break;
  }
  const bool isAnd = node.kind == NodeKind::kAnd;
  Verdict verdict{isAnd, isAnd};
  for (const BoundNode& child : node.children) {
    const Verdict one = verdictOf(child, tests);
    verdict.mayBeTrue =
        isAnd ? verdict.mayBeTrue && one.mayBeTrue : verdict.mayBeTrue || one.mayBeTrue;
    verdict.isAlwaysTrue =
        isAnd ? verdict.isAlwaysTrue && one.isAlwaysTrue : verdict.isAlwaysTrue || one.isAlwaysTrue;
  }
  return verdict;
}

}  // namespace parquet_flow::scan
