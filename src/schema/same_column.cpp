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

bool isSameTree(const Schema& schemaA, std::uint32_t a, const Schema& schemaB, std::uint32_t b,
                Names names) noexcept {
  const Node& nodeA = schemaA.nodes()[a];
  const Node& nodeB = schemaB.nodes()[b];
  if ((names == Names::kCount && nodeA.name != nodeB.name) || nodeA.kind != nodeB.kind ||
      nodeA.repetition != nodeB.repetition || nodeA.children.size() != nodeB.children.size()) {
    return false;
  }
  if (nodeA.kind == NodeKind::kLeaf) {
    return isSameType(schemaA.leaves()[nodeA.leafIndex], schemaB.leaves()[nodeB.leafIndex]);
  }
  const Names under = namesUnder(nodeA, names);
  for (std::size_t i = 0; i < nodeA.children.size(); ++i) {
    if (!isSameTree(schemaA, nodeA.children[i], schemaB, nodeB.children[i], under)) return false;
  }
  return true;
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
  return isSameTree(schemaA, a, schemaB, b, Names::kCount);
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
