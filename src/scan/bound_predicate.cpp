#include "scan/bound_predicate.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace parquet_flow::scan {
namespace {

using schema::Leaf;
using schema::LogicalKind;
using stats::Order;

class Binder {
 public:
  explicit Binder(const schema::Schema& schema) : schema_(schema) {}

  Result<BoundNode> bindNode(const Predicate& predicate, bool isNegated, std::uint32_t depth);
  std::vector<Test> takeTests() { return std::move(tests_); }

 private:
  Result<const Leaf*> leafOf(const std::string& column) const;
  Result<const Leaf*> orderedLeafOf(const std::string& column) const;
  Result<BoundNode> bindChildren(const Predicate& predicate, bool isNegated, std::uint32_t depth);
  Result<BoundNode> bindComparison(const Predicate& predicate, bool isNegated);
  Result<BoundNode> bindBetween(const Predicate& predicate, bool isNegated);
  Result<BoundNode> bindIn(const Predicate& predicate, bool isNegated);
  Result<BoundNode> bindText(const Predicate& predicate, bool isNegated);
  Result<BoundNode> rangeNode(const Leaf& leaf, ValueRange range, bool isNegated);
  BoundNode testNode(Test test);
  void joinRanges(std::vector<BoundNode>& children);

  const schema::Schema& schema_;
  std::vector<Test> tests_;
};

BoundNode leafNode(bool isTrue) { return {isTrue ? NodeKind::kTrue : NodeKind::kFalse, 0, {}}; }

Result<const Leaf*> Binder::leafOf(const std::string& column) const {
  PF_TRY_ASSIGN(const Leaf* const leaf, schema_.requireLeaf(column));
  if (leaf->maxRepetitionLevel != 0) {
    return fail(ErrorCode::kInvalidArgument,
                "column '" + column + "' is in a list, whose elements are not compared");
  }
  return leaf;
}

Result<const Leaf*> Binder::orderedLeafOf(const std::string& column) const {
  PF_TRY_ASSIGN(const Leaf* const leaf, leafOf(column));
  if (leaf->logical.kind == LogicalKind::kInterval) {
    return fail(ErrorCode::kInvalidArgument,
                "column '" + column + "' is INTERVAL, whose values are equal or not, in no order");
  }
  return leaf;
}

BoundNode Binder::testNode(Test test) {
  tests_.push_back(std::move(test));
  return {NodeKind::kTest, static_cast<std::uint32_t>(tests_.size() - 1), {}};
}

Result<BoundNode> Binder::bindNode(const Predicate& predicate, bool isNegated,
                                   std::uint32_t depth) {
  if (depth > kPredicateDepthMax) {
    return fail(ErrorCode::kLimit,
                "predicates are nested deeper than " + std::to_string(kPredicateDepthMax));
  }
  switch (predicate.kind) {
    case PredicateKind::kConstant:
      return leafNode(predicate.constant == (isNegated ? Truth::kFalse : Truth::kTrue));
    case PredicateKind::kCompare:
      return bindComparison(predicate, isNegated);
    case PredicateKind::kBetween:
      return bindBetween(predicate, isNegated);
    case PredicateKind::kIn:
      return bindIn(predicate, isNegated);
    case PredicateKind::kIsNull: {
      PF_TRY_ASSIGN(const Leaf* const leaf, leafOf(predicate.column));
      Test test;
      test.isNegated = isNegated;
      test.leaf = leaf->index;
      return testNode(std::move(test));
    }
    case PredicateKind::kStartsWith:
    case PredicateKind::kEndsWith:
    case PredicateKind::kContains:
    case PredicateKind::kLike:
      return bindText(predicate, isNegated);
    case PredicateKind::kAnd:
    case PredicateKind::kOr:
      return bindChildren(predicate, isNegated, depth);
    case PredicateKind::kNot:
      break;
  }
  if (predicate.children.size() != 1) {
    return fail(ErrorCode::kInvalidArgument, "a negation of other than one predicate");
  }
  return bindNode(predicate.children.front(), !isNegated, depth + 1);
}

// not (a and b) is (not a) or (not b), also where one of them is unknown.
Result<BoundNode> Binder::bindChildren(const Predicate& predicate, bool isNegated,
                                       std::uint32_t depth) {
  const bool isAnd = (predicate.kind == PredicateKind::kAnd) != isNegated;
  BoundNode node{isAnd ? NodeKind::kAnd : NodeKind::kOr, 0, {}};
  const NodeKind deciding = isAnd ? NodeKind::kFalse : NodeKind::kTrue;
  bool isDecided = false;
  for (const Predicate& child : predicate.children) {
    PF_TRY_ASSIGN(BoundNode bound, bindNode(child, isNegated, depth + 1));
    if (bound.kind == NodeKind::kTrue || bound.kind == NodeKind::kFalse) {
      isDecided = isDecided || bound.kind == deciding;
    } else if (bound.kind == node.kind) {
      std::move(bound.children.begin(), bound.children.end(), std::back_inserter(node.children));
    } else {
      node.children.push_back(std::move(bound));
    }
  }
  if (isDecided || node.children.empty()) {
    return leafNode(isDecided != isAnd);
  }
  if (isAnd) {
    joinRanges(node.children);
  }
  if (node.children.size() == 1) {
    BoundNode only = std::move(node.children.front());
    return only;
  }
  return node;
}

void Binder::joinRanges(std::vector<BoundNode>& children) {
  const auto rangeOfNode = [this](const BoundNode& node) -> Test* {
    if (node.kind != NodeKind::kTest) {
      return nullptr;
    }
    Test& test = tests_[node.test];
    return test.kind == TestKind::kRange && !test.isNegated ? &test : nullptr;
  };
  for (std::size_t i = 0; i < children.size(); ++i) {
    Test* const into = rangeOfNode(children[i]);
    for (std::size_t j = i + 1; into != nullptr && j < children.size();) {
      const Test* const from = rangeOfNode(children[j]);
      if (from == nullptr || from->leaf != into->leaf) {
        ++j;
        continue;
      }
      into->range = intersection(into->order, std::move(into->range), from->range);
      children.erase(children.begin() + static_cast<std::ptrdiff_t>(j));
    }
  }
}

Result<BoundNode> Binder::rangeNode(const Leaf& leaf, ValueRange range, bool isNegated) {
  Test test;
  test.kind = TestKind::kRange;
  test.isNegated = isNegated;
  test.leaf = leaf.index;
  test.order = valueOrder(leaf);
  test.range = std::move(range);
  return testNode(std::move(test));
}

Result<BoundNode> Binder::bindComparison(const Predicate& predicate, bool isNegated) {
  const bool isEquality =
      predicate.comparison == Comparison::kEqual || predicate.comparison == Comparison::kNotEqual;
  PF_TRY_ASSIGN(const Leaf* const leaf,
                isEquality ? leafOf(predicate.column) : orderedLeafOf(predicate.column));
  if (predicate.literals.size() != 1) {
    return fail(ErrorCode::kInvalidArgument, "a comparison with other than one literal");
  }
  const Literal& literal = predicate.literals.front();
  if (literal.kind == LiteralKind::kNull) {
    return leafNode(false);
  }
  PF_TRY_ASSIGN(const Point point, pointOf(*leaf, literal));
  const bool isUnequal = predicate.comparison == Comparison::kNotEqual;
  return rangeNode(*leaf, rangeOf(point, predicate.comparison), isUnequal != isNegated);
}

// Both ends are comparisons: one with a null is unknown, and the other may still be false.
Result<BoundNode> Binder::bindBetween(const Predicate& predicate, bool isNegated) {
  PF_TRY_ASSIGN(const Leaf* const leaf, orderedLeafOf(predicate.column));
  if (predicate.literals.size() != 2) {
    return fail(ErrorCode::kInvalidArgument, "BETWEEN with other than two literals");
  }
  ValueRange range;
  bool hasNull = false;
  constexpr Comparison kEnds[] = {Comparison::kGreaterOrEqual, Comparison::kLessOrEqual};
  for (std::size_t i = 0; i < 2; ++i) {
    if (predicate.literals[i].kind == LiteralKind::kNull) {
      hasNull = true;
      continue;
    }
    PF_TRY_ASSIGN(const Point point, pointOf(*leaf, predicate.literals[i]));
    range = intersection(valueOrder(*leaf), std::move(range), rangeOf(point, kEnds[i]));
  }
  if (hasNull && (!isNegated || (!range.least && !range.most && !range.isEmpty && range.hasNan))) {
    return leafNode(false);
  }
  return rangeNode(*leaf, std::move(range), isNegated);
}

Result<BoundNode> Binder::bindIn(const Predicate& predicate, bool isNegated) {
  PF_TRY_ASSIGN(const Leaf* const leaf, leafOf(predicate.column));
  Test test;
  test.kind = TestKind::kSet;
  test.isNegated = isNegated;
  test.leaf = leaf->index;
  test.order = valueOrder(*leaf);
  bool hasNull = false;
  for (const Literal& literal : predicate.literals) {
    if (literal.kind == LiteralKind::kNull) {
      hasNull = true;
      continue;
    }
    PF_TRY_ASSIGN(Point point, pointOf(*leaf, literal));
    test.hasNan = test.hasNan || point.position == Position::kNan;
    if (point.position == Position::kValue) {
      test.values.push_back(std::move(point.floor));
    }
  }
  // Of x not in (1, null) nothing is true: x may be the null.
  if (hasNull && isNegated) {
    return leafNode(false);
  }
  const auto compared = [order = test.order](const std::string& a, const std::string& b) {
    return stats::compareValues(order, a, b);
  };
  std::sort(test.values.begin(), test.values.end(),
            [&](const auto& a, const auto& b) { return compared(a, b) < 0; });
  test.values.erase(std::unique(test.values.begin(), test.values.end(),
                                [&](const auto& a, const auto& b) { return compared(a, b) == 0; }),
                    test.values.end());
  return testNode(std::move(test));
}

Result<BoundNode> Binder::bindText(const Predicate& predicate, bool isNegated) {
  PF_TRY_ASSIGN(const Leaf* const leaf, leafOf(predicate.column));
  const Order order = valueOrder(*leaf);
  if (order != Order::kBytes || leaf->logical.kind == LogicalKind::kUuid ||
      leaf->logical.kind == LogicalKind::kInterval) {
    return fail(ErrorCode::kInvalidArgument,
                "column '" + leaf->dottedPath + "' is " + typeText(*leaf) + ", which is no text");
  }
  if (predicate.literals.size() != 1 || (predicate.literals[0].kind != LiteralKind::kText &&
                                         predicate.literals[0].kind != LiteralKind::kBytes)) {
    return fail(ErrorCode::kInvalidArgument,
                "column '" + leaf->dottedPath + "' is to be like something that is no text");
  }
  const std::string& text = predicate.literals[0].text;
  Test test;
  test.kind = TestKind::kText;
  test.isNegated = isNegated;
  test.leaf = leaf->index;
  test.order = order;
  switch (predicate.kind) {
    case PredicateKind::kStartsWith:
      test.pattern = prefixPattern(text);
      break;
    case PredicateKind::kEndsWith:
      test.pattern = suffixPattern(text);
      break;
    case PredicateKind::kContains:
      test.pattern = partPattern(text);
      break;
    default: {
      const LogicalKind kind = leaf->logical.kind;
      const bool isUtf8 =
          kind == LogicalKind::kString || kind == LogicalKind::kEnum || kind == LogicalKind::kJson;
      PF_TRY_ASSIGN(test.pattern, likePattern(text, predicate.escape, isUtf8));
      break;
    }
  }
  return testNode(std::move(test));
}

// Those that are in the tree: some were joined, others decided before they were needed.
void keepTests(BoundNode& node, std::vector<Test>& from, std::vector<Test>& to) {
  if (node.kind == NodeKind::kTest) {
    to.push_back(std::move(from[node.test]));
    node.test = static_cast<std::uint32_t>(to.size() - 1);
  }
  for (BoundNode& child : node.children) {
    keepTests(child, from, to);
  }
}

}  // namespace

Result<BoundPredicate> bind(const schema::Schema& schema, const Predicate& predicate) {
  Binder binder(schema);
  BoundPredicate bound;
  PF_TRY_ASSIGN(bound.root, binder.bindNode(predicate, false, 1));
  std::vector<Test> tests = binder.takeTests();
  keepTests(bound.root, tests, bound.tests);
  return bound;
}

}  // namespace parquet_flow::scan
