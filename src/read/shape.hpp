// The schema as what it stands for: structs, lists, maps and leaves, whichever of the forms that
// lists and maps have had over the years a file uses.
//
// Source: parquet-format LogicalTypes.md, "Lists", "Maps" and their backward-compatibility rules.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::format {
class SchemaElement;
}

namespace parquet_flow::read {

enum class ShapeKind : std::uint8_t { kLeaf, kStruct, kList, kMap };

// A slot is a place for a value or a null: the root has one a row, a list one for each element.
// A leaf's entry begins a slot of a shape where its repetition level is at most repetitionLevel and
// its definition level at least slotDefinitionLevel.
struct Shape {
  ShapeKind kind = ShapeKind::kStruct;
  std::string name;
  std::uint32_t node = 0;  // of the schema: that which has the name
  bool isNullable = false;
  std::uint8_t repetitionLevel = 0;
  std::uint8_t slotDefinitionLevel = 0;
  std::uint8_t definitionLevel = 0;         // from which on it is not null
  std::uint8_t elementDefinitionLevel = 0;  // kList, kMap: from which on there is an element
  std::uint32_t leaf = 0;                   // kLeaf: its index; else of the first under it
  // kList: the element. kMap: the key and the value, slots of the same elements.
  std::vector<Shape> children;
};

// The root, a struct of columns. `elements`: those that `schema` was made of by schemaOf.
[[nodiscard]] Shape shapeOf(const schema::Schema& schema,
                            std::span<const format::SchemaElement> elements);

// What is left of it with some leaves alone, `leaves[i]` saying whether leaf i is one of them: a
// struct without any is gone, a map without keys or values is a list of structs of the other.
[[nodiscard]] Shape pruned(const Shape& shape, const std::vector<bool>& leaves);

// The leaves that dotted paths name, each a leaf or a group with all under it, in schema order and
// once each. kInvalidArgument where one names nothing, or more than one. None: all leaves.
[[nodiscard]] Result<std::vector<std::uint32_t>> leavesOf(const schema::Schema& schema,
                                                          std::span<const std::string> paths);

// Puts a root's columns in the order of such paths, which name it or a part of it.
void putInOrder(Shape& shape, const schema::Schema& schema, std::span<const std::string> paths);

}  // namespace parquet_flow::read
