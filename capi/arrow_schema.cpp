#include "arrow_schema.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <utility>

#include "boundary.hpp"
#include "schema/logical_type.hpp"

namespace parquet_flow::capi {
namespace {

using schema::LogicalKind;
using schema::PhysicalType;
using schema::Repetition;
using schema::Schema;
using schema::TimeUnit;

constexpr std::int32_t kInt32Digits = 9;

tl::unexpected<Error> unsupportedField(const ArrowField& field, std::string_view what) {
  return fail(ErrorCode::kUnsupported, "column " + field.path + ": " + std::string(what));
}

std::string_view extensionOf(const ArrowField& field) noexcept {
  const std::string* const name = field.findMetadata(kExtensionName);
  return name == nullptr ? std::string_view() : *name;
}

ArrowLeafType integer(std::int32_t bits, bool isSigned) {
  return {bits == 64 ? PhysicalType::kInt64 : PhysicalType::kInt32,
          0,
          {LogicalKind::kInteger, bits, isSigned ? 1 : 0}};
}

// Seconds, which Parquet does not have, become milliseconds.
std::int32_t unitOf(ArrowUnit unit) noexcept {
  switch (unit) {
    case ArrowUnit::kSecond:
    case ArrowUnit::kMilli:
      return static_cast<std::int32_t>(TimeUnit::kMillis);
    case ArrowUnit::kMicro:
      return static_cast<std::int32_t>(TimeUnit::kMicros);
    case ArrowUnit::kNano:
      break;
  }
  return static_cast<std::int32_t>(TimeUnit::kNanos);
}

Result<ArrowLeafType> decimalType(const ArrowField& field) {
  if (field.scale < 0 || field.scale > field.precision) {
    return unsupportedField(field, "a decimal with " + std::to_string(field.precision) +
                                       " digits, " + std::to_string(field.scale) +
                                       " of them behind the point, which Parquet does not have");
  }
  ArrowLeafType type;
  type.logical = {LogicalKind::kDecimal, field.precision, field.scale};
  if (field.precision <= kInt32Digits) return type;
  if (field.precision <= kInt64Digits) {
    type.physical = PhysicalType::kInt64;
    return type;
  }
  type.physical = PhysicalType::kFixedLenByteArray;
  type.typeLength = 1;
  while (schema::decimalPrecisionMax(type.physical, type.typeLength) < field.precision) {
    ++type.typeLength;
  }
  return type;
}

Result<ArrowLeafType> binaryType(const ArrowField& field, bool isText) {
  ArrowLeafType type;
  type.physical = PhysicalType::kByteArray;
  if (isText) {
    type.logical.kind =
        extensionOf(field) == "arrow.json" ? LogicalKind::kJson : LogicalKind::kString;
  }
  return type;
}

Result<ArrowLeafType> fixedBinaryType(const ArrowField& field) {
  if (field.size == 0) {
    return unsupportedField(field, "values of 0 bytes, which Parquet does not have");
  }
  ArrowLeafType type;
  type.physical = PhysicalType::kFixedLenByteArray;
  type.typeLength = static_cast<std::uint32_t>(field.size);
  if (extensionOf(field) == "arrow.uuid" && field.size == 16) {
    type.logical.kind = LogicalKind::kUuid;
  }
  return type;
}

ArrowLeafType plain(PhysicalType physical, LogicalKind kind = LogicalKind::kNone,
                    std::int32_t a = 0, std::int32_t b = 0, std::uint32_t typeLength = 0) {
  return {physical, typeLength, {kind, a, b}};
}

// --- the tree ----------------------------------------------------------------------------------

std::optional<std::int32_t> fieldIdOf(const ArrowField& field) noexcept {
  const std::string* const text = field.findMetadata(kFieldId);
  if (text == nullptr) return std::nullopt;
  std::int32_t id = 0;
  const char* const last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data(), last, id);
  if (error != std::errc() || end != last || id < 0) return std::nullopt;
  return id;
}

// The fields that are nodes of the schema: not the struct of a map's entries.
bool allHaveIds(const ArrowField& field) noexcept {
  const ArrowField& values = field.valueField();
  const bool isMap = values.kind == ArrowKind::kMap;
  const auto& children = isMap ? values.children[0].children : values.children;
  for (const ArrowField& child : children) {
    if (!fieldIdOf(child) || !allHaveIds(child)) return false;
  }
  return true;
}

class SchemaMaker {
 public:
  explicit SchemaMaker(bool hasIds) : hasIds_(hasIds) {}

  [[nodiscard]] Result<void> addChildren(const ArrowField& group, std::uint32_t node) {
    if (group.children.empty()) {
      return unsupportedField(group, "a struct without fields, which Parquet does not have");
    }
    for (const ArrowField& child : group.children) PF_TRY(add(child, node, child.name));
    return {};
  }
  [[nodiscard]] Schema take() && { return std::move(schema_); }

 private:
  [[nodiscard]] Result<void> add(const ArrowField& field, std::uint32_t parent,
                                 std::string_view name) {
    const Repetition repetition = field.isNullable ? Repetition::kOptional : Repetition::kRequired;
    const std::int32_t id = hasIds_ ? *fieldIdOf(field) : schema::kNoFieldId;
    const ArrowField& values = field.valueField();
    if (isListKind(values.kind)) {
      PF_TRY_ASSIGN(const auto list, schema_.addList(parent, name, repetition, id));
      return add(values.children[0], list, "element");
    }
    if (values.kind == ArrowKind::kMap) {
      PF_TRY_ASSIGN(const auto entries, schema_.addMap(parent, name, repetition, id));
      return addEntries(values.children[0], entries);
    }
    if (values.kind == ArrowKind::kStruct) {
      PF_TRY_ASSIGN(const auto group, schema_.addGroup(parent, name, repetition, id));
      return addChildren(values, group);
    }
    PF_TRY_ASSIGN(const ArrowLeafType type, arrowLeafType(field));
    PF_TRY(schema_.addLeaf(parent, name, type.physical, repetition, type.typeLength, type.logical,
                           id));
    return {};
  }

  // A key is never null, whatever its field says.
  [[nodiscard]] Result<void> addEntries(const ArrowField& entries, std::uint32_t node) {
    const ArrowField& key = entries.children[0];
    if (key.valueField().kind == ArrowKind::kNull) {
      return invalid("column ", key.path, ": the null type, and keys of a map are never null");
    }
    if (!key.isNullable) {
      PF_TRY(add(key, node, "key"));
    } else {
      if (isNested(key.valueField().kind))
        return unsupportedField(key, "keys of a map that are null");
      PF_TRY_ASSIGN(const ArrowLeafType type, arrowLeafType(key));
      PF_TRY(schema_.addLeaf(node, "key", type.physical, Repetition::kRequired, type.typeLength,
                             type.logical, hasIds_ ? *fieldIdOf(key) : schema::kNoFieldId));
    }
    return add(entries.children[1], node, "value");
  }

  Schema schema_;
  bool hasIds_;
};

bool isSameType(const schema::Leaf& left, const schema::Leaf& right) noexcept {
  return left.type == right.type && left.typeLength == right.typeLength &&
         left.logical.kind == right.logical.kind && left.logical.a == right.logical.a &&
         left.logical.b == right.logical.b;
}

}  // namespace

Result<ArrowLeafType> arrowLeafType(const ArrowField& column) {
  const ArrowField& field = column.valueField();
  switch (field.kind) {
    case ArrowKind::kNull:
      // What is said of the values of a dictionary or of runs is not what the column becomes.
      if (!column.isNullable) {
        return invalid("column ", column.path, ": the null type, and not nullable");
      }
      return plain(PhysicalType::kInt32, LogicalKind::kUnknown);
    case ArrowKind::kBool:
      return plain(PhysicalType::kBoolean);
    case ArrowKind::kInt8:
      return integer(8, true);
    case ArrowKind::kUint8:
      return integer(8, false);
    case ArrowKind::kInt16:
      return integer(16, true);
    case ArrowKind::kUint16:
      return integer(16, false);
    case ArrowKind::kInt32:
      return plain(PhysicalType::kInt32);
    case ArrowKind::kUint32:
      return integer(32, false);
    case ArrowKind::kInt64:
    case ArrowKind::kDuration:
      return plain(PhysicalType::kInt64);
    case ArrowKind::kUint64:
      return integer(64, false);
    case ArrowKind::kHalf:
      return plain(PhysicalType::kFixedLenByteArray, LogicalKind::kFloat16, 0, 0, 2);
    case ArrowKind::kFloat:
      return plain(PhysicalType::kFloat);
    case ArrowKind::kDouble:
      return plain(PhysicalType::kDouble);
    case ArrowKind::kUtf8:
    case ArrowKind::kLargeUtf8:
    case ArrowKind::kUtf8View:
      return binaryType(field, true);
    case ArrowKind::kBinary:
    case ArrowKind::kLargeBinary:
    case ArrowKind::kBinaryView:
      return binaryType(field, false);
    case ArrowKind::kFixedBinary:
      return fixedBinaryType(field);
    case ArrowKind::kDecimal:
      return decimalType(field);
    case ArrowKind::kDate32:
    case ArrowKind::kDate64:
      return plain(PhysicalType::kInt32, LogicalKind::kDate);
    case ArrowKind::kTime32:
      return plain(PhysicalType::kInt32, LogicalKind::kTime, unitOf(field.unit), 0);
    case ArrowKind::kTime64:
      return plain(PhysicalType::kInt64, LogicalKind::kTime, unitOf(field.unit), 0);
    case ArrowKind::kTimestamp:
      return plain(PhysicalType::kInt64, LogicalKind::kTimestamp, unitOf(field.unit),
                   field.timezone.empty() ? 0 : 1);
    case ArrowKind::kMonths:
    case ArrowKind::kDayTime:
    case ArrowKind::kMonthDayNano:
      return plain(PhysicalType::kFixedLenByteArray, LogicalKind::kInterval, 0, 0, 12);
    default:
      return unsupportedField(field, arrowKindName(field.kind));
  }
}

Result<Schema> schemaOfArrow(const ArrowField& root) {
  if (root.children.empty()) return invalid("the Arrow schema has no columns");
  SchemaMaker maker(allHaveIds(root));
  PF_TRY(maker.addChildren(root, schema::kRoot));
  return std::move(maker).take();
}

Result<void> requireSameSchema(const Schema& arrows, const Schema& writers) {
  const auto left = arrows.nodes();
  const auto right = writers.nodes();
  for (std::size_t i = 1; i < std::min(left.size(), right.size()); ++i) {
    if (left[i].name != right[i].name || left[i].parent != right[i].parent ||
        left[i].kind != right[i].kind ||
        (left[i].repetition == Repetition::kRepeated) !=
            (right[i].repetition == Repetition::kRepeated)) {
      return invalid("the Arrow schema has ", left[i].name, " where the writer has ", right[i].name,
                     ", or one of them nests otherwise");
    }
  }
  if (left.size() != right.size()) {
    return invalid("the Arrow schema has ", arrows.leaves().size(), " leaves, and the writer ",
                   writers.leaves().size(), " of another tree");
  }
  for (std::size_t i = 0; i < arrows.leaves().size(); ++i) {
    const schema::Leaf& leaf = arrows.leaves()[i];
    if (isSameType(leaf, writers.leaves()[i])) continue;
    return invalid("column ", leaf.dottedPath, ": its Arrow type makes ",
                   schema::physicalTypeName(leaf.type), ", and the writer has ",
                   schema::physicalTypeName(writers.leaves()[i].type),
                   ", or what the values mean differs");
  }
  return {};
}

}  // namespace parquet_flow::capi
