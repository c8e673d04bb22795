#include "schema/schema.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "base/limits.hpp"
#include "base/utf8.hpp"
#include "schema/logical_type.hpp"

namespace parquet_flow::schema {
namespace {

static_assert(kNestingDepthMax <= UINT8_MAX, "levels are kept in a byte");

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

std::string quote(std::string_view text) {
  std::string quoted = "\"";
  quoted += text;
  quoted += '"';
  return quoted;
}

// Room for `count` more elements, so that what follows cannot fail half way.
template <class T>
void growFor(std::vector<T>& vector, std::size_t count) {
  if (vector.capacity() - vector.size() < count) {
    vector.reserve(std::max<std::size_t>(8, 2 * vector.size() + count));
  }
}

// README.md, "Nested Encoding": OPTIONAL and REPEATED add a definition level, REPEATED a repetition
// level.
Node makeNode(const Node& parent, std::uint32_t parentIndex, std::string_view name,
              Repetition repetition, NodeKind kind, std::int32_t fieldId) {
  Node node;
  node.name = name;
  node.parent = parentIndex;
  node.repetition = repetition;
  node.kind = kind;
  node.fieldId = fieldId;
  node.definitionLevel = static_cast<std::uint8_t>(parent.definitionLevel +
                                                   (repetition != Repetition::kRequired ? 1 : 0));
  node.repetitionLevel = static_cast<std::uint8_t>(parent.repetitionLevel +
                                                   (repetition == Repetition::kRepeated ? 1 : 0));
  return node;
}

Result<void> checkLeafType(PhysicalType type, std::uint32_t typeLength) {
  if (type > PhysicalType::kFixedLenByteArray) {
    return refuse("physical type " + std::to_string(static_cast<int>(type)) +
                  " is not one of pf_physical_type_t");
  }
  if (type == PhysicalType::kFixedLenByteArray) {
    if (typeLength == 0 || typeLength > kFixedLenBytesMax) {
      return refuse("the length of FIXED_LEN_BYTE_ARRAY is " + std::to_string(typeLength) +
                    ", not 1 .. " + std::to_string(kFixedLenBytesMax));
    }
  } else if (typeLength != 0) {
    return refuse("a type length goes with FIXED_LEN_BYTE_ARRAY only");
  }
  return {};
}

}  // namespace

std::uint32_t fixedWidth(PhysicalType type, std::uint32_t typeLength) noexcept {
  switch (type) {
    case PhysicalType::kInt32:
    case PhysicalType::kFloat:
      return 4;
    case PhysicalType::kInt64:
    case PhysicalType::kDouble:
      return 8;
    case PhysicalType::kInt96:
      return 12;
    case PhysicalType::kFixedLenByteArray:
      return typeLength;
    case PhysicalType::kBoolean:
    case PhysicalType::kByteArray:
      break;
  }
  return 0;
}

std::string_view physicalTypeName(PhysicalType type) noexcept {
  constexpr std::string_view kNames[] = {"BOOLEAN", "INT32",  "INT64",      "INT96",
                                         "FLOAT",   "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY"};
  const auto index = static_cast<std::size_t>(type);
  return index < std::size(kNames) ? kNames[index] : "unknown";
}

Schema::Schema(NameRule names) : names_(names), nodes_(1) {}

bool Schema::isOpen(std::uint32_t node) const noexcept {
  std::uint32_t open = static_cast<std::uint32_t>(nodes_.size()) - 1;
  while (open != node && open != kRoot) {
    open = nodes_[open].parent;
  }
  return open == node;
}

std::uint32_t Schema::depthOf(std::uint32_t node) const noexcept {
  std::uint32_t depth = 0;
  for (; node != kRoot; node = nodes_[node].parent) {
    ++depth;
  }
  return depth;
}

std::string Schema::describe(std::uint32_t parent, std::string_view name) const {
  std::string path(name);
  for (; parent != kRoot; parent = nodes_[parent].parent) {
    path.insert(0, nodes_[parent].name + ".");
  }
  return path.empty() ? "the root" : quote(path);
}

Result<void> Schema::checkNewNode(std::uint32_t parent, std::string_view name,
                                  Repetition repetition, std::int32_t fieldId,
                                  std::uint32_t levels) const {
  if (parent >= nodes_.size()) {
    return refuse("node " + std::to_string(parent) + " is not in the schema");
  }
  const Node& group = nodes_[parent];
  if (group.kind != NodeKind::kGroup) {
    return refuse(
        group.kind == NodeKind::kLeaf
            ? describe(group.parent, group.name) + " is a leaf and has no children"
            : describe(group.parent, group.name) +
                  " takes its children under its repeated group, the node returned for it");
  }
  if (!isOpen(parent)) {
    return refuse("a child of " + describe(group.parent, group.name) +
                  " comes too late: nodes are added depth first, and its next sibling is there");
  }
  const bool mayBeAny = names_ == NameRule::kAny;
  if ((name.empty() && !mayBeAny) || !isUtf8(name)) {
    return refuse("the name of a child of " + describe(group.parent, group.name) +
                  (name.empty() ? " is empty" : " is not UTF-8"));
  }
  if (repetition > Repetition::kRepeated) {
    return refuse(describe(parent, name) + ": repetition " +
                  std::to_string(static_cast<int>(repetition)) + " is not one of pf_repetition_t");
  }
  if (fieldId < kNoFieldId) {
    return refuse(describe(parent, name) + ": field id " + std::to_string(fieldId) +
                  " is negative, and not -1 for none");
  }
  const auto isIt = [&](std::uint32_t sibling) { return nodes_[sibling].name == name; };
  if (!mayBeAny && std::any_of(group.children.begin(), group.children.end(), isIt)) {
    return refuse(describe(parent, name) + " is there already");
  }
  const NodeKind above = parent == kRoot ? NodeKind::kGroup : nodes_[group.parent].kind;
  if (above == NodeKind::kList || above == NodeKind::kMap) {
    PF_TRY(checkNewElement(parent, name, repetition));
  }
  if (depthOf(parent) + levels > kNestingDepthMax) {
    return fail(ErrorCode::kLimit, describe(parent, name) + " is nested more than " +
                                       std::to_string(kNestingDepthMax) + " levels deep");
  }
  return {};
}

// LogicalTypes.md, "Lists" and "Maps": the repeated group has one field, or the required key and
// the value, and none of them is repeated itself.
Result<void> Schema::checkNewElement(std::uint32_t parent, std::string_view name,
                                     Repetition repetition) const {
  const Node& group = nodes_[parent];
  const bool isMap = nodes_[group.parent].kind == NodeKind::kMap;
  if (repetition == Repetition::kRepeated) {
    return refuse(describe(parent, name) +
                  ": elements of a LIST, keys and values of a MAP are REQUIRED or OPTIONAL");
  }
  if (!isMap) {
    return group.children.empty()
               ? Result<void>{}
               : refuse(describe(parent, name) + ": a LIST has one element; more go into a group");
  }
  switch (group.children.size()) {
    case 0:
      return name == "key" && repetition == Repetition::kRequired
                 ? Result<void>{}
                 : refuse(describe(parent, name) +
                          ": the first child of a MAP is REQUIRED and named \"key\"");
    case 1:
      return name == "value" ? Result<void>{}
                             : refuse(describe(parent, name) +
                                      ": the second child of a MAP is named \"value\"");
    default:
      return refuse(describe(parent, name) + ": a MAP has a key and a value, and nothing more");
  }
}

Result<std::uint32_t> Schema::addLeaf(std::uint32_t parent, std::string_view name,
                                      PhysicalType type, Repetition repetition,
                                      std::uint32_t typeLength, LogicalType logical,
                                      std::int32_t fieldId) {
  PF_TRY(checkNewNode(parent, name, repetition, fieldId, 1));
  auto checked = checkLeafType(type, typeLength);
  if (checked) {
    checked = checkLogicalType(type, typeLength, logical);
  }
  if (!checked) {
    return fail(std::move(checked).error().withContext(describe(parent, name)));
  }

  Node node = makeNode(nodes_[parent], parent, name, repetition, NodeKind::kLeaf, fieldId);
  node.leafIndex = static_cast<std::uint32_t>(leaves_.size());
  Leaf leaf;
  leaf.index = node.leafIndex;
  leaf.node = static_cast<std::uint32_t>(nodes_.size());
  leaf.type = type;
  leaf.typeLength = typeLength;
  leaf.logical = logical;
  leaf.repetition = repetition;
  leaf.maxDefinitionLevel = node.definitionLevel;
  leaf.maxRepetitionLevel = node.repetitionLevel;
  leaf.repeatedDefinitionLevels.resize(leaf.maxRepetitionLevel);
  for (const Node* on = &node;; on = &nodes_[on->parent]) {
    leaf.path.push_back(on->name);
    if (on->repetition == Repetition::kRepeated) {
      leaf.repeatedDefinitionLevels[on->repetitionLevel - 1U] = on->definitionLevel;
    }
    if (on->parent == kRoot) {
      break;
    }
  }
  std::reverse(leaf.path.begin(), leaf.path.end());
  std::size_t bytes = leaf.path.size() - 1;
  for (const std::string& part : leaf.path) {
    bytes += part.size();
  }
  leaf.dottedPath.reserve(bytes);
  for (const std::string& part : leaf.path) {
    leaf.dottedPath.append(&part == leaf.path.data() ? "" : ".").append(part);
  }
  growFor(leaves_, 1);
  appendNode(std::move(node));
  leaves_.push_back(std::move(leaf));
  return leaves_.back().index;
}

Result<std::uint32_t> Schema::addGroup(std::uint32_t parent, std::string_view name,
                                       Repetition repetition, std::int32_t fieldId) {
  PF_TRY(checkNewNode(parent, name, repetition, fieldId, 1));
  return appendNode(makeNode(nodes_[parent], parent, name, repetition, NodeKind::kGroup, fieldId));
}

Result<std::uint32_t> Schema::addAnnotatedGroup(std::uint32_t parent, std::string_view name,
                                                Repetition repetition, std::int32_t fieldId,
                                                NodeKind kind, std::string_view repeatedName) {
  PF_TRY(checkNewNode(parent, name, repetition, fieldId, 2));
  if (repetition == Repetition::kRepeated) {
    return refuse(describe(parent, name) + ": a LIST or MAP is REQUIRED or OPTIONAL, not REPEATED");
  }
  const auto outerIndex = static_cast<std::uint32_t>(nodes_.size());
  Node outer = makeNode(nodes_[parent], parent, name, repetition, kind, fieldId);
  Node repeated = makeNode(outer, outerIndex, repeatedName, Repetition::kRepeated, NodeKind::kGroup,
                           kNoFieldId);
  outer.children.push_back(outerIndex + 1);
  growFor(nodes_, 2);
  appendNode(std::move(outer));
  nodes_.push_back(std::move(repeated));
  return outerIndex + 1;
}

std::uint32_t Schema::appendNode(Node&& node) {
  const auto index = static_cast<std::uint32_t>(nodes_.size());
  growFor(nodes_, 1);
  growFor(nodes_[node.parent].children, 1);
  nodes_[node.parent].children.push_back(index);
  nodes_.push_back(std::move(node));
  return index;
}

Result<std::uint32_t> Schema::addList(std::uint32_t parent, std::string_view name,
                                      Repetition repetition, std::int32_t fieldId) {
  return addAnnotatedGroup(parent, name, repetition, fieldId, NodeKind::kList, "list");
}

Result<std::uint32_t> Schema::addMap(std::uint32_t parent, std::string_view name,
                                     Repetition repetition, std::int32_t fieldId) {
  return addAnnotatedGroup(parent, name, repetition, fieldId, NodeKind::kMap, "key_value");
}

Result<void> Schema::validateChildren(std::uint32_t index) const {
  const Node& node = nodes_[index];
  if (node.kind == NodeKind::kLeaf) {
    return {};
  }
  if (node.children.empty()) {
    return refuse(index == kRoot ? "the schema has no columns"
                                 : describe(node.parent, node.name) + " has no children");
  }
  if (node.kind == NodeKind::kMap && nodes_[node.children.front()].children.size() != 2) {
    return refuse(describe(node.parent, node.name) + " is a MAP without a value");
  }
  return {};
}

Result<void> Schema::validate() const {
  const Node* withoutId = nullptr;
  bool anyId = false;
  for (std::uint32_t index = 0; index < nodes_.size(); ++index) {
    PF_TRY(validateChildren(index));
    const Node& node = nodes_[index];
    // The repeated group of a LIST or MAP is not a field.
    const NodeKind above = nodes_[node.parent].kind;
    if (index == kRoot || above == NodeKind::kList || above == NodeKind::kMap) {
      continue;
    }
    if (node.fieldId == kNoFieldId) {
      withoutId = &node;
    } else {
      anyId = true;
    }
  }
  if (anyId && withoutId != nullptr) {
    return refuse(describe(withoutId->parent, withoutId->name) +
                  " has no field id, and others have one: all nodes or none");
  }
  return {};
}

const Leaf* Schema::findLeaf(std::string_view dottedPath) const noexcept {
  const auto found = std::find_if(leaves_.begin(), leaves_.end(),
                                  [&](const Leaf& leaf) { return leaf.dottedPath == dottedPath; });
  return found == leaves_.end() ? nullptr : &*found;
}

// At a path that is no leaf's.
std::string Schema::whatIsThere(std::string_view dottedPath) const {
  const std::string path(dottedPath);
  std::vector<std::uint32_t> found;
  findNodes(kRoot, dottedPath, found);
  if (found.empty()) {
    return "there is no column '" + path + "'";
  }
  std::uint32_t at = found.front();
  const NodeKind kind = nodes_[at].kind;
  const bool isRepeated = nodes_[at].repetition == Repetition::kRepeated;
  while (!nodes_[at].children.empty()) {
    at = nodes_[at].children.front();
  }
  const bool hasLeaf = nodes_[at].kind == NodeKind::kLeaf;
  const std::string inside =
      hasLeaf ? "'" + leaves_[nodes_[at].leafIndex].dottedPath + "'" : "none";
  if (kind == NodeKind::kList || kind == NodeKind::kMap || isRepeated) {
    return "'" + path + (kind == NodeKind::kMap ? "' is a map" : "' is a list") +
           ", of which a row has any number of values: the column in it is " + inside;
  }
  return "'" + path + "' is a group: name a column in it, such as " + inside;
}

Result<const Leaf*> Schema::requireLeaf(std::string_view dottedPath) const {
  const Leaf* const found = findLeaf(dottedPath);
  if (found == nullptr) {
    return refuse(whatIsThere(dottedPath));
  }
  const bool isOnly = std::none_of(leaves_.begin() + found->index + 1, leaves_.end(),
                                   [&](const Leaf& leaf) { return leaf.dottedPath == dottedPath; });
  if (!isOnly) {
    return refuse("'" + std::string(dottedPath) + "' is the path of more than one column");
  }
  return found;
}

// A name may have a dot: what is left of the path has to begin with all of it.
void Schema::findNodes(std::uint32_t parent, std::string_view dottedPath,
                       std::vector<std::uint32_t>& found) const {
  for (const std::uint32_t child : nodes_[parent].children) {
    const std::string& name = nodes_[child].name;
    if (!dottedPath.starts_with(name)) {
      continue;
    }
    if (dottedPath.size() == name.size()) {
      found.push_back(child);
    } else if (dottedPath[name.size()] == '.') {
      findNodes(child, dottedPath.substr(name.size() + 1), found);
    }
  }
}

Result<std::uint32_t> Schema::requireNode(std::string_view dottedPath) const {
  std::vector<std::uint32_t> found;
  findNodes(kRoot, dottedPath, found);
  if (found.empty()) {
    return refuse("there is no column '" + std::string(dottedPath) + "'");
  }
  if (found.size() > 1) {
    return refuse("'" + std::string(dottedPath) + "' is the path of more than one column");
  }
  return found.front();
}

}  // namespace parquet_flow::schema
