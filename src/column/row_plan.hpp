// A schema as the flat list of steps that a row goes through: what shredding and assembling share.
//
// A step is a leaf, a group or a list, depth first. The repeated group inside a LIST or MAP is part
// of its list's step; a REPEATED leaf or group is a list step with the leaf or group as its
// element. So every list's elements are the steps under it: one, or for a MAP the key and the
// value.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/schema.hpp"

namespace parquet_flow::column {

enum class StepKind : std::uint8_t { kLeaf, kGroup, kList };

struct Step {
  StepKind kind = StepKind::kGroup;
  bool isNullable = false;
  // Definition levels of: a leaf with a value, a group that is there, an element of a list; a null;
  // a list without elements.
  std::uint8_t definitionLevel = 0;
  std::uint8_t nullLevel = 0;
  std::uint8_t emptyLevel = 0;
  std::uint8_t repetitionLevel = 0;  // kList: of all elements but the first
  schema::PhysicalType type = schema::PhysicalType::kByteArray;  // kLeaf
  std::uint32_t valueBytes = 0;                                  // kLeaf: fixed width, else 0
  std::uint32_t end = 0;        // the step behind it and all under it
  std::uint32_t firstLeaf = 0;  // the leaves under it, or itself
  std::uint32_t leafEnd = 0;
};

struct RowPlan {
  // steps[0] is the root, a group. The first child of a step is the next one; the next sibling is
  // at `end`.
  std::vector<Step> steps;
  std::vector<std::string> paths;  // dotted, of each step; for messages

  explicit RowPlan(const schema::Schema& schema);
};

}  // namespace parquet_flow::column
