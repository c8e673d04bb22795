#include "merge/column_map.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>

#include "format/parquet_types.h"
#include "schema/same_column.hpp"
#include "write/metadata.hpp"

namespace parquet_flow::merge {
namespace {

using schema::Leaf;
using schema::LogicalKind;
using schema::Node;
using schema::NodeKind;
using schema::PhysicalType;
using schema::Repetition;
using schema::Schema;

tl::unexpected<Error> refuse(std::string_view column, std::string_view what) {
  return fail(ErrorCode::kInvalidArgument,
              "column '" + std::string(column) + "' " + std::string(what));
}

std::string pathOf(const Schema& schema, std::uint32_t node) {
  std::string path = schema.nodes()[node].name;
  for (std::uint32_t at = schema.nodes()[node].parent; at != schema::kRoot;
       at = schema.nodes()[at].parent) {
    path.insert(0, schema.nodes()[at].name + ".");
  }
  return path;
}

std::string formText(NodeKind kind) {
  switch (kind) {
    case NodeKind::kGroup:
      return "a group";
    case NodeKind::kList:
      return "a list";
    case NodeKind::kMap:
      return "a map";
    case NodeKind::kLeaf:
      break;
  }
  return "single values";
}

std::string repetitionText(Repetition repetition) {
  return repetition == Repetition::kRequired   ? "required"
         : repetition == Repetition::kOptional ? "optional"
                                               : "repeated";
}

std::string typeText(const Leaf& leaf) {
  std::string text(schema::physicalTypeName(leaf.type));
  if (leaf.typeLength != 0) text += "(" + std::to_string(leaf.typeLength) + ")";
  return text;
}

// The first member of the one that the other has none of that name for; the group itself: there is
// none.
std::uint32_t memberWithout(const Schema& schema, std::uint32_t group, const Schema& others,
                            std::uint32_t other) {
  const auto& members = others.nodes()[other].children;
  for (const std::uint32_t child : schema.nodes()[group].children) {
    const bool isThere = std::ranges::any_of(members, [&](std::uint32_t member) {
      return others.nodes()[member].name == schema.nodes()[child].name;
    });
    if (!isThere) return child;
  }
  return group;
}

std::string membersText(const Schema& from, std::uint32_t have, const Schema& to,
                        std::uint32_t wanted) {
  const std::uint32_t missing = memberWithout(to, wanted, from, have);
  if (missing != wanted) return "'" + pathOf(to, missing) + "' is missing";
  const std::uint32_t more = memberWithout(from, have, to, wanted);
  if (more != have) return "'" + pathOf(from, more) + "' is not in the output";
  return "'" + pathOf(from, have) + "' has its members in another order or number";
}

// How a column differs from the output's, by the first member that does.
std::string differenceText(const Schema& from, const Schema& to,
                           const schema::ColumnDifference& difference) {
  using Kind = schema::ColumnDifference::Kind;
  const Node& have = from.nodes()[difference.a];
  const Node& wanted = to.nodes()[difference.b];
  const auto differ = [&](const std::string& here, const std::string& there) {
    return "'" + pathOf(from, difference.a) + "' is " + here + ", and " + there + " in the output";
  };
  switch (difference.kind) {
    case Kind::kForm:
      return differ(formText(have.kind), formText(wanted.kind));
    case Kind::kRepetition:
      return differ(repetitionText(have.repetition), repetitionText(wanted.repetition));
    case Kind::kMembers:
      return membersText(from, difference.a, to, difference.b);
    case Kind::kType:
      break;
  }
  const std::string here = typeText(from.leaves()[have.leafIndex]);
  const std::string there = typeText(to.leaves()[wanted.leafIndex]);
  if (here != there) return differ(here, there);
  return differ("one logical type of " + here, "another");
}

bool widens(const Leaf& from, const Leaf& to, LeafSource& source) noexcept {
  if (schema::isSameType(from, to)) {
    source = LeafSource::kColumn;
    return true;
  }
  if (from.type == PhysicalType::kFloat && to.type == PhysicalType::kDouble &&
      from.logical.kind == LogicalKind::kNone && to.logical.kind == LogicalKind::kNone) {
    source = LeafSource::kToDouble;
    return true;
  }
  if (from.logical.kind == LogicalKind::kDecimal && to.logical.kind == LogicalKind::kDecimal) {
    source = LeafSource::kDecimal;
    return from.logical.a <= to.logical.a && from.logical.b == to.logical.b &&
           to.type != PhysicalType::kByteArray;
  }
  const schema::IntegerType a = schema::integerTypeOf(from);
  const schema::IntegerType b = schema::integerTypeOf(to);
  const bool holds =
      a.bits != 0 && (a.isSigned == b.isSigned ? a.bits <= b.bits : b.isSigned && a.bits < b.bits);
  source = from.type == to.type ? LeafSource::kColumn
           : a.isSigned         ? LeafSource::kSignExtended
                                : LeafSource::kZeroExtended;
  return holds;
}

// The child of the root that has the name; 0, the root itself: none has.
std::uint32_t findColumn(const Schema& schema, std::string_view name) noexcept {
  for (const std::uint32_t child : schema.nodes()[schema::kRoot].children) {
    if (schema.nodes()[child].name == name) return child;
  }
  return schema::kRoot;
}

std::uint32_t firstLeaf(const Schema& schema, std::uint32_t node) noexcept {
  return schema::leavesUnder(schema, node).first;
}

Result<void> mapColumn(const Schema& from, const Schema& to, std::uint32_t column, ColumnMap& out) {
  const Node& wanted = to.nodes()[column];
  const auto [first, leaves] = schema::leavesUnder(to, column);
  const std::uint32_t found = findColumn(from, wanted.name);
  if (found == schema::kRoot) {
    if (wanted.repetition == Repetition::kRequired) {
      return refuse(wanted.name, "is missing, and is not optional in the output");
    }
    for (std::uint32_t i = 0; i < leaves; ++i) out.leaves[first + i] = {LeafSource::kNull, 0};
    return {};
  }
  const std::uint32_t firstFound = firstLeaf(from, found);
  const auto difference = schema::findDifference(from, found, to, column);
  if (!difference) {
    for (std::uint32_t i = 0; i < leaves; ++i) {
      out.leaves[first + i] = {LeafSource::kColumn, firstFound + i};
    }
    return {};
  }
  const Node& have = from.nodes()[found];
  const bool areFlat = wanted.kind == NodeKind::kLeaf && have.kind == NodeKind::kLeaf;
  if (!areFlat || wanted.repetition == Repetition::kRepeated ||
      have.repetition == Repetition::kRepeated) {
    return refuse(wanted.name,
                  "has another form than in the output: " + differenceText(from, to, *difference));
  }
  LeafSource source = LeafSource::kColumn;
  if (!widens(from.leaves()[firstFound], to.leaves()[first], source)) {
    return refuse(wanted.name,
                  "has a type that is not that of the output, or does not widen to it");
  }
  if (have.repetition == Repetition::kOptional && wanted.repetition == Repetition::kRequired) {
    return refuse(wanted.name, "is optional, and required in the output");
  }
  out.leaves[first] = {source, firstFound};
  out.isIdentity = false;
  return {};
}

Result<void> mapSession(const Schema& from, const Schema& to, std::uint32_t column,
                        ColumnMap& out) {
  const std::string& name = to.nodes()[column].name;
  const std::uint32_t found = findColumn(from, name);
  const std::uint32_t leaf = found == schema::kRoot ? kNoLeaf : firstLeaf(from, found);
  if (found != schema::kRoot && !schema::isSameColumn(from, found, to, column)) {
    return refuse(name, "is not the number of a session, which merged captures have there");
  }
  out.leaves.back() = {LeafSource::kSession, leaf};
  out.isIdentity = false;
  return {};
}

}  // namespace

Result<void> checkColumnNames(const Schema& schema) {
  std::unordered_set<std::string_view> names;
  for (const std::uint32_t child : schema.nodes()[schema::kRoot].children) {
    const std::string& name = schema.nodes()[child].name;
    if (!names.insert(name).second) {
      return fail(ErrorCode::kUnsupported,
                  "column '" + name + "' is there twice: columns are put together by their names");
    }
  }
  return {};
}

Result<ColumnMap> mapColumns(const Schema& from, const Schema& to, bool hasSession) {
  PF_TRY(checkColumnNames(from));
  for (const std::uint32_t child : from.nodes()[schema::kRoot].children) {
    const std::string& name = from.nodes()[child].name;
    if (findColumn(to, name) == schema::kRoot) return refuse(name, "is not in the output");
  }
  ColumnMap map;
  map.leaves.resize(to.leaves().size());
  map.isIdentity = from.leaves().size() == to.leaves().size();
  for (const std::uint32_t child : to.nodes()[schema::kRoot].children) {
    if (hasSession && firstLeaf(to, child) == map.leaves.size() - 1) {
      PF_TRY(mapSession(from, to, child, map));
    } else {
      PF_TRY(mapColumn(from, to, child, map));
    }
  }
  for (std::uint32_t i = 0; i < map.leaves.size(); ++i) {
    map.isIdentity =
        map.isIdentity && map.leaves[i].source == LeafSource::kColumn && map.leaves[i].leaf == i;
  }
  return map;
}

Result<void> checkAnnotations(std::span<const format::SchemaElement> elements,
                              const Schema& schema) {
  const std::vector<format::SchemaElement> ours = write::schemaElements(schema);
  if (ours.size() != elements.size()) {
    return fail(ErrorCode::kUnsupported, "a schema of another form than it would be written in");
  }
  const auto isNested = [](const format::SchemaElement& element) {
    return (element.__isset.logicalType &&
            (element.logicalType.__isset.LIST || element.logicalType.__isset.MAP)) ||
           (element.__isset.converted_type &&
            (element.converted_type == format::ConvertedType::LIST ||
             element.converted_type == format::ConvertedType::MAP));
  };
  for (std::size_t i = 1; i < elements.size(); ++i) {
    const format::SchemaElement& element = elements[i];
    const auto& type = element.logicalType.__isset;
    if (element.__isset.logicalType && (type.VARIANT || type.GEOMETRY || type.GEOGRAPHY)) {
      return fail(ErrorCode::kUnsupported,
                  "column '" + element.name + "': VARIANT, GEOMETRY and GEOGRAPHY are not written");
    }
    if (isNested(element) && !isNested(ours[i])) {
      return fail(ErrorCode::kUnsupported, "column '" + element.name +
                                               "': a list or map in a form of before the "
                                               "specification's is not written");
    }
  }
  return {};
}

}  // namespace parquet_flow::merge
