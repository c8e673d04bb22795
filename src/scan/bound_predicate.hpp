// A predicate bound to a schema: columns found, literals turned into values of their types, and
// negations taken down to single tests.
//
// By then a row is taken where the tree of ands and ors is true, each test being true or not: one
// that is unknown is not, and as nothing above it is negated, that is all there is to know of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "scan/like_pattern.hpp"
#include "scan/predicate.hpp"
#include "scan/value_range.hpp"
#include "schema/schema.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {

enum class TestKind : std::uint8_t {
  kNull,   // is null
  kRange,  // the value is in `range`
  kSet,    // it is one of `values`, or NaN where `hasNan`
  kText,   // it is like `pattern`
};

// Of a row's value in one column. Negated: of a value that is there, the opposite.
struct Test {
  TestKind kind = TestKind::kNull;
  bool isNegated = false;
  std::uint32_t leaf = 0;
  stats::Order order = stats::Order::kNone;  // valueOrder of the leaf
  ValueRange range;
  std::vector<std::string> values;  // in order, each once
  bool hasNan = false;
  LikePattern pattern;
};

enum class NodeKind : std::uint8_t { kTrue, kFalse, kAnd, kOr, kTest };

struct BoundNode {
  NodeKind kind = NodeKind::kTrue;
  std::uint32_t test = 0;           // kTest: index into BoundPredicate::tests
  std::vector<BoundNode> children;  // kAnd, kOr: at least 2
};

struct BoundPredicate {
  BoundNode root;
  std::vector<Test> tests;
};

// Ranges of one column that an and joins are one. kInvalidArgument: a column that the schema does
// not have, a column that repeats, a comparison that its type does not have, a literal that is no
// value of it, a pattern that ends in its escape, naming them; kLimit: nested deeper than
// kPredicateDepthMax.
[[nodiscard]] Result<BoundPredicate> bind(const schema::Schema& schema, const Predicate& predicate);

}  // namespace parquet_flow::scan
