#include "read/shape.hpp"

#include <algorithm>
#include <utility>

#include "format/parquet_types.h"

namespace parquet_flow::read {
namespace {

using format::ConvertedType;
using format::SchemaElement;
using schema::Node;
using schema::NodeKind;
using schema::Repetition;

class ShapeMaker {
 public:
  ShapeMaker(const schema::Schema& schema, std::span<const SchemaElement> elements)
      : nodes_(schema.nodes()), elements_(elements) {}

  Shape root() {
    Shape root;
    addChildren(root, nodes_[schema::kRoot], {0, 0});
    return root;
  }

 private:
  // Levels of the slots that are being filled.
  struct Levels {
    std::uint8_t repetition;
    std::uint8_t definition;
  };

  void addChildren(Shape& shape, const Node& node, Levels slots) {
    for (const std::uint32_t child : node.children) {
      shape.children.push_back(fieldOf(child, slots));
    }
    shape.leaf = shape.children.empty() ? 0 : shape.children.front().leaf;
  }

  // A REPEATED node that no list is annotated around is a list of what it repeats.
  Shape fieldOf(std::uint32_t index, Levels slots) {
    const Node& node = nodes_[index];
    if (node.repetition == Repetition::kRepeated) {
      Shape list = shapeAt(index, ShapeKind::kList, slots, false, slots.definition);
      list.elementDefinitionLevel = node.definitionLevel;
      list.children.push_back(repeatedOf(index));
      list.leaf = list.children.front().leaf;
      return list;
    }
    return valueOf(index, slots);
  }

  // What each repetition of a REPEATED node is.
  Shape repeatedOf(std::uint32_t index) {
    const Node& node = nodes_[index];
    return contentOf(index, {node.repetitionLevel, node.definitionLevel}, false);
  }

  Shape valueOf(std::uint32_t index, Levels slots) {
    return contentOf(index, slots, nodes_[index].repetition == Repetition::kOptional);
  }

  Shape contentOf(std::uint32_t index, Levels slots, bool isNullable) {
    const Node& node = nodes_[index];
    if (node.kind == NodeKind::kLeaf) {
      Shape leaf = shapeAt(index, ShapeKind::kLeaf, slots, isNullable, node.definitionLevel);
      leaf.leaf = node.leafIndex;
      return leaf;
    }
    const bool repeats =
        node.children.size() == 1 && nodes_[node.children[0]].repetition == Repetition::kRepeated;
    // A map whose entries are no pairs is a set: a list of its keys.
    if (repeats && (isList(index) || (isMap(index) && !hasPairs(node)))) {
      return listOf(index, slots, isNullable);
    }
    if (repeats && isMap(index)) {
      return mapOf(index, slots, isNullable);
    }
    Shape group = shapeAt(index, ShapeKind::kStruct, slots, isNullable, node.definitionLevel);
    addChildren(group, node, slots);
    return group;
  }

  Shape listOf(std::uint32_t index, Levels slots, bool isNullable) {
    const Node& node = nodes_[index];
    const std::uint32_t inner = node.children[0];
    const Node& repeated = nodes_[inner];
    Shape list = shapeAt(index, ShapeKind::kList, slots, isNullable, node.definitionLevel);
    list.elementDefinitionLevel = repeated.definitionLevel;
    const Levels elements = {repeated.repetitionLevel, repeated.definitionLevel};
    list.children.push_back(isElement(node, repeated) ? repeatedOf(inner)
                                                      : fieldOf(repeated.children[0], elements));
    list.leaf = list.children.front().leaf;
    return list;
  }

  // Whether the REPEATED node of a list is its element, and no layer of its own.
  bool isElement(const Node& list, const Node& repeated) const {
    if (repeated.kind == NodeKind::kLeaf || repeated.children.size() != 1) {
      return true;
    }
    return nodes_[repeated.children[0]].repetition == Repetition::kRepeated ||
           repeated.name == "array" || repeated.name == list.name + "_tuple";
  }

  bool hasPairs(const Node& map) const { return nodes_[map.children[0]].children.size() == 2; }

  Shape mapOf(std::uint32_t index, Levels slots, bool isNullable) {
    const Node& node = nodes_[index];
    const Node& repeated = nodes_[node.children[0]];
    Shape map = shapeAt(index, ShapeKind::kMap, slots, isNullable, node.definitionLevel);
    map.elementDefinitionLevel = repeated.definitionLevel;
    addChildren(map, repeated, {repeated.repetitionLevel, repeated.definitionLevel});
    return map;
  }

  Shape shapeAt(std::uint32_t index, ShapeKind kind, Levels slots, bool isNullable,
                std::uint8_t definition) const {
    Shape shape;
    shape.kind = kind;
    shape.name = nodes_[index].name;
    shape.node = index;
    shape.isNullable = isNullable;
    shape.repetitionLevel = slots.repetition;
    shape.slotDefinitionLevel = slots.definition;
    shape.definitionLevel = definition;
    return shape;
  }

  bool isConverted(std::uint32_t index, ConvertedType::type type) const {
    return elements_[index].__isset.converted_type && elements_[index].converted_type == type;
  }
  bool isList(std::uint32_t index) const {
    const SchemaElement& element = elements_[index];
    return (element.__isset.logicalType && element.logicalType.__isset.LIST) ||
           isConverted(index, ConvertedType::LIST);
  }
  bool isMap(std::uint32_t index) const {
    const SchemaElement& element = elements_[index];
    return (element.__isset.logicalType && element.logicalType.__isset.MAP) ||
           isConverted(index, ConvertedType::MAP) ||
           isConverted(index, ConvertedType::MAP_KEY_VALUE);
  }

  std::span<const Node> nodes_;
  std::span<const SchemaElement> elements_;
};

bool hasAny(const Shape& shape, const std::vector<bool>& leaves) {
  if (shape.kind == ShapeKind::kLeaf) {
    return leaves[shape.leaf];
  }
  for (const Shape& child : shape.children) {
    if (hasAny(child, leaves)) {
      return true;
    }
  }
  return false;
}

}  // namespace

Shape shapeOf(const schema::Schema& schema, std::span<const format::SchemaElement> elements) {
  return ShapeMaker(schema, elements).root();
}

Shape pruned(const Shape& shape, const std::vector<bool>& leaves) {
  Shape left = shape;
  left.children.clear();
  for (const Shape& child : shape.children) {
    if (hasAny(child, leaves)) {
      left.children.push_back(pruned(child, leaves));
    }
  }
  if (shape.kind == ShapeKind::kMap && left.children.size() == 1) {
    Shape entry;
    entry.name = "key_value";
    entry.node = shape.node + 1;  // the group within; nodes come depth first
    entry.repetitionLevel = left.children[0].repetitionLevel;
    entry.slotDefinitionLevel = shape.elementDefinitionLevel;
    entry.definitionLevel = shape.elementDefinitionLevel;
    entry.leaf = left.children[0].leaf;
    entry.children = std::move(left.children);
    left.kind = ShapeKind::kList;
    left.children.clear();
    left.children.push_back(std::move(entry));
  }
  if (!left.children.empty()) {
    left.leaf = left.children[0].leaf;
  }
  return left;
}

Result<std::vector<std::uint32_t>> leavesOf(const schema::Schema& schema,
                                            std::span<const std::string> paths) {
  // Of nodes, which come depth first: a child behind its parent.
  const auto nodes = schema.nodes();
  std::vector<bool> isTaken(nodes.size(), paths.empty());
  for (const std::string& path : paths) {
    PF_TRY_ASSIGN(const std::uint32_t node, schema.requireNode(path));
    isTaken[node] = true;
  }
  std::vector<std::uint32_t> leaves;
  for (std::size_t node = 1; node < nodes.size(); ++node) {
    isTaken[node] = isTaken[node] || isTaken[nodes[node].parent];
    if (isTaken[node] && nodes[node].kind == NodeKind::kLeaf) {
      leaves.push_back(nodes[node].leafIndex);
    }
  }
  return leaves;
}

void putInOrder(Shape& shape, const schema::Schema& schema, std::span<const std::string> paths) {
  const auto nodes = schema.nodes();
  std::vector<std::size_t> ranks(nodes.size(), paths.size());  // of the columns' nodes
  for (std::size_t i = paths.size(); i-- > 0;) {
    const auto found = schema.requireNode(paths[i]);
    std::uint32_t node = found ? *found : schema::kRoot;
    while (nodes[node].parent != schema::kRoot) {
      node = nodes[node].parent;
    }
    ranks[node] = i;
  }
  // Others in the order of the schema, which is that of the nodes.
  std::ranges::sort(shape.children, {}, [&](const Shape& column) {
    return std::pair(ranks[column.node], column.node);
  });
}

}  // namespace parquet_flow::read
