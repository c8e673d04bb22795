#include "schema/same_column.hpp"

#include <cstddef>

namespace parquet_flow::schema {
namespace {

// How names count: those inside of a LIST or MAP are each writer's own.
enum class Names : std::uint8_t { kCount, kRepeatedGroup, kElement };

Names namesUnder(const Node& node, Names names) noexcept {
  if (node.kind == NodeKind::kList || node.kind == NodeKind::kMap) return Names::kRepeatedGroup;
  return names == Names::kRepeatedGroup ? Names::kElement : Names::kCount;
}

bool haveSameMembers(const Schema& schemaA, const Node& a, const Schema& schemaB, const Node& b,
                     Names names) noexcept {
  if (a.children.size() != b.children.size()) return false;
  for (std::size_t i = 0; names == Names::kCount && i < a.children.size(); ++i) {
    if (schemaA.nodes()[a.children[i]].name != schemaB.nodes()[b.children[i]].name) return false;
  }
  return true;
}

std::optional<ColumnDifference> differenceIn(const Schema& schemaA, std::uint32_t a,
                                             const Schema& schemaB, std::uint32_t b,
                                             Names names) noexcept {
  using Kind = ColumnDifference::Kind;
  const Node& nodeA = schemaA.nodes()[a];
  const Node& nodeB = schemaB.nodes()[b];
  if (nodeA.kind != nodeB.kind) return ColumnDifference{Kind::kForm, a, b};
  if (nodeA.repetition != nodeB.repetition) return ColumnDifference{Kind::kRepetition, a, b};
  if (nodeA.kind == NodeKind::kLeaf) {
    if (isSameType(schemaA.leaves()[nodeA.leafIndex], schemaB.leaves()[nodeB.leafIndex])) {
      return std::nullopt;
    }
    return ColumnDifference{Kind::kType, a, b};
  }
  const Names under = namesUnder(nodeA, names);
  if (!haveSameMembers(schemaA, nodeA, schemaB, nodeB, under)) {
    return ColumnDifference{Kind::kMembers, a, b};
  }
  for (std::size_t i = 0; i < nodeA.children.size(); ++i) {
    const auto found = differenceIn(schemaA, nodeA.children[i], schemaB, nodeB.children[i], under);
    if (found) return found;
  }
  return std::nullopt;
}

}  // namespace

IntegerType integerTypeOf(const Leaf& leaf) noexcept {
  const bool isWide = leaf.type == PhysicalType::kInt64;
  if (!isWide && leaf.type != PhysicalType::kInt32) return {};
  if (leaf.logical.kind == LogicalKind::kNone) return {isWide ? 64 : 32, true};
  if (leaf.logical.kind != LogicalKind::kInteger) return {};
  return {leaf.logical.a, leaf.logical.b != 0};
}

bool isSameType(const Leaf& a, const Leaf& b) noexcept {
  if (a.type != b.type || a.typeLength != b.typeLength) return false;
  const IntegerType integer = integerTypeOf(a);
  return integer.bits != 0 ? integer == integerTypeOf(b)
                           : a.logical.kind == b.logical.kind && a.logical.a == b.logical.a &&
                                 a.logical.b == b.logical.b;
}

bool isSameColumn(const Schema& schemaA, std::uint32_t a, const Schema& schemaB,
                  std::uint32_t b) noexcept {
  return schemaA.nodes()[a].name == schemaB.nodes()[b].name &&
         !findDifference(schemaA, a, schemaB, b);
}

std::optional<ColumnDifference> findDifference(const Schema& schemaA, std::uint32_t a,
                                               const Schema& schemaB, std::uint32_t b) noexcept {
  return differenceIn(schemaA, a, schemaB, b, Names::kCount);
}

LeafRange leavesUnder(const Schema& schema, std::uint32_t node) noexcept {
  const Node& at = schema.nodes()[node];
  if (at.kind == NodeKind::kLeaf) return {at.leafIndex, 1};
  LeafRange all;
  for (const std::uint32_t child : at.children) {
    const LeafRange one = leavesUnder(schema, child);
    if (all.count == 0) all.first = one.first;
    all.count += one.count;
  }
  return all;
}

}  // namespace parquet_flow::schema
