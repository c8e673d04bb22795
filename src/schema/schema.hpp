// The schema tree: groups, LIST, MAP and leaves, their maximum levels and logical types.
//
// Built through add...; every call checks its arguments and leaves the schema unchanged when it
// refuses. Source: parquet-format LogicalTypes.md; README.md, "Nested Encoding".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.hpp"

namespace parquet_flow::schema {

// The values are those of parquet.thrift and of the C ABI.
enum class PhysicalType : std::uint8_t {
  kBoolean = 0,
  kInt32 = 1,
  kInt64 = 2,
  kInt96 = 3,
  kFloat = 4,
  kDouble = 5,
  kByteArray = 6,
  kFixedLenByteArray = 7,
};

enum class Repetition : std::uint8_t { kRequired = 0, kOptional = 1, kRepeated = 2 };

// The values are those of pf_logical_type_t.
enum class LogicalKind : std::uint8_t {
  kNone = 0,
  kString = 1,
  kEnum = 2,
  kJson = 3,
  kBson = 4,
  kUuid = 5,
  kDecimal = 6,
  kDate = 7,
  kTime = 8,
  kTimestamp = 9,
  kInteger = 10,
  kFloat16 = 11,
  kInterval = 12,
  kUnknown = 13,
};

enum class TimeUnit : std::uint8_t { kMillis = 0, kMicros = 1, kNanos = 2 };

// The parameters a and b as in pf_logical_type_t: DECIMAL precision, scale; TIME, TIMESTAMP unit,
// adjusted to UTC; INTEGER bit width, signed.
struct LogicalType {
  LogicalKind kind = LogicalKind::kNone;
  std::int32_t a = 0;
  std::int32_t b = 0;
};

// Bytes of a value in PLAIN encoding; 0 for BOOLEAN (bits) and BYTE_ARRAY (varies).
[[nodiscard]] std::uint32_t fixedWidth(PhysicalType type, std::uint32_t typeLength) noexcept;
// "INT64", ...; of a literal, so its data() ends in NUL.
[[nodiscard]] std::string_view physicalTypeName(PhysicalType type) noexcept;

enum class NodeKind : std::uint8_t { kGroup, kList, kMap, kLeaf };

inline constexpr std::int32_t kNoFieldId = -1;
inline constexpr std::uint32_t kRoot = 0;

// One SchemaElement of the footer. The repeated group inside a LIST or MAP is a kGroup node of its
// own.
struct Node {
  std::string name;
  std::uint32_t parent = kRoot;
  std::vector<std::uint32_t> children;  // indices into Schema::nodes()
  Repetition repetition = Repetition::kRequired;
  NodeKind kind = NodeKind::kGroup;
  std::int32_t fieldId = kNoFieldId;
  std::uint8_t definitionLevel = 0;  // of this node being present
  std::uint8_t repetitionLevel = 0;
  std::uint32_t leafIndex = 0;  // kLeaf: index into Schema::leaves()
};

struct Leaf {
  std::uint32_t index = 0;
  std::uint32_t node = 0;
  PhysicalType type = PhysicalType::kByteArray;
  std::uint32_t typeLength = 0;  // FIXED_LEN_BYTE_ARRAY, else 0
  LogicalType logical;
  Repetition repetition = Repetition::kRequired;  // its own
  std::uint8_t maxDefinitionLevel = 0;
  std::uint8_t maxRepetitionLevel = 0;
  // For each repetition level from 1 on: the definition level of the REPEATED node that adds it. An
  // entry that repeats at a level is defined up to there, and so is the one before it.
  std::vector<std::uint8_t> repeatedDefinitionLevels;
  std::vector<std::string> path;  // path_in_schema
  std::string dottedPath;
};

// What names the children of a group may have.
enum class NameRule : std::uint8_t {
  kUnique,  // one each, and not empty: what is written
  kAny,     // of files, whose writers have not all asked for that
};

class Schema {
 public:
  explicit Schema(NameRule names = NameRule::kUnique);

  // As pf_schema_add_leaf and its siblings of parquet_flow.h. addLeaf returns the leaf's index,
  // addGroup its node, addList and addMap the node of the repeated group, under which the children
  // go.
  [[nodiscard]] Result<std::uint32_t> addLeaf(std::uint32_t parent, std::string_view name,
                                              PhysicalType type, Repetition repetition,
                                              std::uint32_t typeLength = 0,
                                              LogicalType logical = {},
                                              std::int32_t fieldId = kNoFieldId);
  [[nodiscard]] Result<std::uint32_t> addGroup(std::uint32_t parent, std::string_view name,
                                               Repetition repetition,
                                               std::int32_t fieldId = kNoFieldId);
  [[nodiscard]] Result<std::uint32_t> addList(std::uint32_t parent, std::string_view name,
                                              Repetition repetition,
                                              std::int32_t fieldId = kNoFieldId);
  [[nodiscard]] Result<std::uint32_t> addMap(std::uint32_t parent, std::string_view name,
                                             Repetition repetition,
                                             std::int32_t fieldId = kNoFieldId);

  // Whether the tree can be written: at least one leaf, no group without children, LIST with one
  // child and MAP with a REQUIRED key and a value, field ids on all nodes or on none.
  [[nodiscard]] Result<void> validate() const;

  // Depth first, as the footer lists them; nodes()[0] is the root.
  [[nodiscard]] std::span<const Node> nodes() const noexcept { return nodes_; }
  [[nodiscard]] std::span<const Leaf> leaves() const noexcept { return leaves_; }
  // nullptr: no leaf has this dotted path. Of several that have it the first: a name may be there
  // twice, or have a dot of its own.
  [[nodiscard]] const Leaf* findLeaf(std::string_view dottedPath) const noexcept;
  // kInvalidArgument, naming the path: no leaf has it, or more than one has; of a group, list or
  // map also a column in it.
  [[nodiscard]] Result<const Leaf*> requireLeaf(std::string_view dottedPath) const;
  // The same of leaves and groups; a node.
  [[nodiscard]] Result<std::uint32_t> requireNode(std::string_view dottedPath) const;

 private:
  [[nodiscard]] Result<void> checkNewNode(std::uint32_t parent, std::string_view name,
                                          Repetition repetition, std::int32_t fieldId,
                                          std::uint32_t levels) const;
  [[nodiscard]] Result<void> checkNewElement(std::uint32_t parent, std::string_view name,
                                             Repetition repetition) const;
  [[nodiscard]] bool isOpen(std::uint32_t node) const noexcept;
  [[nodiscard]] std::uint32_t depthOf(std::uint32_t node) const noexcept;
  [[nodiscard]] std::string describe(std::uint32_t parent, std::string_view name) const;
  [[nodiscard]] Result<void> validateChildren(std::uint32_t index) const;
  [[nodiscard]] Result<std::uint32_t> addAnnotatedGroup(std::uint32_t parent, std::string_view name,
                                                        Repetition repetition, std::int32_t fieldId,
                                                        NodeKind kind,
                                                        std::string_view repeatedName);
  std::uint32_t appendNode(Node&& node);
  [[nodiscard]] std::string whatIsThere(std::string_view dottedPath) const;
  void findNodes(std::uint32_t parent, std::string_view dottedPath,
                 std::vector<std::uint32_t>& found) const;

  NameRule names_;
  std::vector<Node> nodes_;
  std::vector<Leaf> leaves_;
};

}  // namespace parquet_flow::schema
