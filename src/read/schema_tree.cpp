#include "read/schema_tree.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include "format/parquet_types.h"
#include "schema/logical_type.hpp"

namespace parquet_flow::read {
namespace {

using format::ConvertedType;
using format::SchemaElement;
using schema::LogicalKind;
using schema::LogicalType;
using schema::Repetition;
using schema::TimeUnit;

// What dotted paths may come to: each leaf has the names of all groups around it, which few bytes
// of a footer can make long. So many, and so many for each byte of the names and element of the
// list: 10 groups of names of 100 bytes around each leaf are below it.
constexpr std::uint64_t kPathBytesMin = 1U << 20;
constexpr std::uint64_t kPathFactor = 64;
constexpr std::uint64_t kElementBytes = 8;

constexpr std::string_view kListName = "list";
constexpr std::string_view kMapName = "key_value";

tl::unexpected<Error> corrupt(std::size_t element, const std::string& message) {
  return fail(ErrorCode::kCorrupt, "schema element " + std::to_string(element) + ": " + message);
}

bool isLeaf(const SchemaElement& element) noexcept { return element.__isset.type; }

bool isRepetition(const SchemaElement& element, Repetition repetition) noexcept {
  return element.__isset.repetition_type &&
         element.repetition_type == static_cast<std::int32_t>(repetition);
}

bool isConverted(const SchemaElement& element, ConvertedType::type converted) noexcept {
  return element.__isset.converted_type && element.converted_type == converted;
}

bool isList(const SchemaElement& element) noexcept {
  return (element.__isset.logicalType && element.logicalType.__isset.LIST) ||
         isConverted(element, ConvertedType::LIST);
}

bool isMap(const SchemaElement& element) noexcept {
  return (element.__isset.logicalType && element.logicalType.__isset.MAP) ||
         isConverted(element, ConvertedType::MAP);
}

LogicalType ofUnit(LogicalKind kind, const format::TimeUnit& unit, bool isUtc) noexcept {
  TimeUnit known = TimeUnit::kMillis;
  if (unit.__isset.MICROS) {
    known = TimeUnit::kMicros;
  } else if (unit.__isset.NANOS) {
    known = TimeUnit::kNanos;
  } else if (!unit.__isset.MILLIS) {
    return {};
  }
  return {kind, static_cast<std::int32_t>(known), isUtc ? 1 : 0};
}

LogicalType ofLogicalType(const format::LogicalType& type) noexcept {
  const auto& isset = type.__isset;
  if (isset.DECIMAL) {
    return {LogicalKind::kDecimal, type.DECIMAL.precision, type.DECIMAL.scale};
  }
  if (isset.TIME) {
    return ofUnit(LogicalKind::kTime, type.TIME.unit, type.TIME.isAdjustedToUTC);
  }
  if (isset.TIMESTAMP) {
    return ofUnit(LogicalKind::kTimestamp, type.TIMESTAMP.unit, type.TIMESTAMP.isAdjustedToUTC);
  }
  if (isset.INTEGER) {
    return {LogicalKind::kInteger, type.INTEGER.bitWidth, type.INTEGER.isSigned ? 1 : 0};
  }
  const std::pair<bool, LogicalKind> kinds[] = {
      {isset.STRING, LogicalKind::kString},   {isset.ENUM, LogicalKind::kEnum},
      {isset.JSON, LogicalKind::kJson},       {isset.BSON, LogicalKind::kBson},
      {isset.UUID, LogicalKind::kUuid},       {isset.DATE, LogicalKind::kDate},
      {isset.FLOAT16, LogicalKind::kFloat16}, {isset.UNKNOWN, LogicalKind::kUnknown},
  };
  for (const auto& [isSet, kind] : kinds) {
    if (isSet) {
      return {kind, 0, 0};
    }
  }
  return {};
}

// LogicalTypes.md: the ConvertedTypes of time are adjusted to UTC.
LogicalType ofConvertedType(const SchemaElement& element) noexcept {
  const auto unit = [](LogicalKind kind, TimeUnit known) {
    return LogicalType{kind, static_cast<std::int32_t>(known), 1};
  };
  switch (element.converted_type) {
    case ConvertedType::UTF8:
      return {LogicalKind::kString, 0, 0};
    case ConvertedType::ENUM:
      return {LogicalKind::kEnum, 0, 0};
    case ConvertedType::JSON:
      return {LogicalKind::kJson, 0, 0};
    case ConvertedType::BSON:
      return {LogicalKind::kBson, 0, 0};
    case ConvertedType::DATE:
      return {LogicalKind::kDate, 0, 0};
    case ConvertedType::INTERVAL:
      return {LogicalKind::kInterval, 0, 0};
    case ConvertedType::DECIMAL:
      return {LogicalKind::kDecimal, element.precision, element.scale};
    case ConvertedType::TIME_MILLIS:
      return unit(LogicalKind::kTime, TimeUnit::kMillis);
    case ConvertedType::TIME_MICROS:
      return unit(LogicalKind::kTime, TimeUnit::kMicros);
    case ConvertedType::TIMESTAMP_MILLIS:
      return unit(LogicalKind::kTimestamp, TimeUnit::kMillis);
    case ConvertedType::TIMESTAMP_MICROS:
      return unit(LogicalKind::kTimestamp, TimeUnit::kMicros);
    case ConvertedType::UINT_8:
    case ConvertedType::UINT_16:
    case ConvertedType::UINT_32:
    case ConvertedType::UINT_64:
      return {LogicalKind::kInteger, 8 << (element.converted_type - ConvertedType::UINT_8), 0};
    case ConvertedType::INT_8:
    case ConvertedType::INT_16:
    case ConvertedType::INT_32:
    case ConvertedType::INT_64:
      return {LogicalKind::kInteger, 8 << (element.converted_type - ConvertedType::INT_8), 1};
    default:
      return {};
  }
}

LogicalType logicalTypeOf(const SchemaElement& element, schema::PhysicalType type,
                          std::uint32_t typeLength) {
  const Annotations said = annotationsOf(element);
  const LogicalType logical = element.__isset.logicalType ? said.logical : said.converted;
  return schema::checkLogicalType(type, typeLength, logical) ? logical : LogicalType{};
}

// Builds the tree from its elements, depth first.
class TreeBuilder {
 public:
  explicit TreeBuilder(std::span<const SchemaElement> elements)
      : elements_(elements), ends_(elements.size()), kinds_(elements.size(), Kind::kField) {}

  Result<schema::Schema> build() {
    PF_TRY(findEnds());
    findLists();
    const bool withIds = allHaveFieldIds();
    std::uint64_t names = 0;
    for (const SchemaElement& element : elements_) {
      names += element.name.size() + kElementBytes;
    }
    pathBytesLeft_ = kPathBytesMin + kPathFactor * names;
    std::vector<Open> open = {{schema::kRoot, elements_.size()}};
    for (std::size_t i = 1; i < elements_.size(); ++i) {
      while (open.back().end <= i) {
        open.pop_back();
      }
      if (kinds_[i] == Kind::kInner) {
        continue;
      }
      PF_TRY_ASSIGN(const std::uint32_t node, add(i, open.back().node, withIds));
      if (!isLeaf(elements_[i])) {
        open.push_back({node, ends_[i]});
      }
    }
    return std::move(schema_);
  }

 private:
  // kInner: the repeated group inside a kList or kMap.
  enum class Kind : std::uint8_t { kField, kList, kMap, kInner };
  struct Open {
    std::uint32_t node;
    std::size_t end;
  };

  // Of each element: the one behind it and all under it.
  Result<void> findEnds() {
    for (std::size_t i = elements_.size(); i-- > 0;) {
      const SchemaElement& element = elements_[i];
      std::size_t end = i + 1;
      if (!isLeaf(element)) {
        if (!element.__isset.num_children || element.num_children < (i == 0 ? 0 : 1)) {
          return corrupt(i, "is neither a leaf nor a group with children");
        }
        for (std::int32_t child = 0; child < element.num_children; ++child) {
          if (end >= elements_.size()) {
            return corrupt(i, "has " + std::to_string(element.num_children) +
                                  " children, more than there are elements");
          }
          end = ends_[end];
        }
      }
      ends_[i] = end;
    }
    if (elements_.empty() || isLeaf(elements_[0]) || ends_[0] != elements_.size()) {
      return corrupt(0, "is not the root of all the others");
    }
    return {};
  }

  void findLists() {
    for (std::size_t i = 1; i < elements_.size(); ++i) {
      const SchemaElement& element = elements_[i];
      if (isLeaf(element) || element.num_children != 1 ||
          isRepetition(element, Repetition::kRepeated) || !(isList(element) || isMap(element))) {
        continue;
      }
      const SchemaElement& inner = elements_[i + 1];
      if (isLeaf(inner) || !isRepetition(inner, Repetition::kRepeated)) {
        continue;
      }
      if (isList(element) ? isElement(inner, i + 2) : isKeyAndValue(inner, i + 2)) {
        kinds_[i] = isList(element) ? Kind::kList : Kind::kMap;
        kinds_[i + 1] = Kind::kInner;
      }
    }
  }

  bool isElement(const SchemaElement& inner, std::size_t child) const {
    return inner.name == kListName && inner.num_children == 1 &&
           !isRepetition(elements_[child], Repetition::kRepeated);
  }

  bool isKeyAndValue(const SchemaElement& inner, std::size_t child) const {
    if (inner.name != kMapName || inner.num_children != 2) {
      return false;
    }
    const SchemaElement& key = elements_[child];
    const SchemaElement& value = elements_[ends_[child]];
    return key.name == "key" && isRepetition(key, Repetition::kRequired) && value.name == "value" &&
           !isRepetition(value, Repetition::kRepeated);
  }

  bool allHaveFieldIds() const {
    for (std::size_t i = 1; i < elements_.size(); ++i) {
      if (kinds_[i] != Kind::kInner &&
          (!elements_[i].__isset.field_id || elements_[i].field_id < 0)) {
        return false;
      }
    }
    return true;
  }

  Result<std::uint32_t> add(std::size_t index, std::uint32_t parent, bool withIds) {
    const SchemaElement& element = elements_[index];
    if (!element.__isset.repetition_type || element.repetition_type < 0 ||
        element.repetition_type > static_cast<std::int32_t>(Repetition::kRepeated)) {
      return corrupt(index, "has no valid repetition");
    }
    const auto repetition = static_cast<Repetition>(element.repetition_type);
    const std::int32_t fieldId = withIds ? element.field_id : schema::kNoFieldId;
    Result<std::uint32_t> added = 0U;
    if (isLeaf(element)) {
      added = addLeaf(element, parent, repetition, fieldId);
    } else if (kinds_[index] == Kind::kList) {
      added = schema_.addList(parent, element.name, repetition, fieldId);
    } else if (kinds_[index] == Kind::kMap) {
      added = schema_.addMap(parent, element.name, repetition, fieldId);
    } else {
      added = schema_.addGroup(parent, element.name, repetition, fieldId);
    }
    if (!added && added.error().code() == ErrorCode::kInvalidArgument) {
      return corrupt(index, added.error().message());
    }
    return added;
  }

  Result<std::uint32_t> addLeaf(const SchemaElement& element, std::uint32_t parent,
                                Repetition repetition, std::int32_t fieldId) {
    if (element.type < 0 ||
        element.type > static_cast<std::int32_t>(schema::PhysicalType::kFixedLenByteArray)) {
      return fail(ErrorCode::kInvalidArgument,
                  "physical type " + std::to_string(element.type) + " is not known");
    }
    const auto type = static_cast<schema::PhysicalType>(element.type);
    std::uint32_t typeLength = 0;
    if (type == schema::PhysicalType::kFixedLenByteArray) {
      typeLength = element.type_length < 0 ? 0U : static_cast<std::uint32_t>(element.type_length);
    }
    PF_TRY_ASSIGN(const std::uint32_t leaf,
                  schema_.addLeaf(parent, element.name, type, repetition, typeLength,
                                  logicalTypeOf(element, type, typeLength), fieldId));
    const std::uint64_t pathBytes = schema_.leaves().back().dottedPath.size();
    if (pathBytes > pathBytesLeft_) {
      return fail(ErrorCode::kLimit, "the paths of the columns are longer than " +
                                         std::to_string(kPathFactor) + " times their names");
    }
    pathBytesLeft_ -= pathBytes;
    return leaf;
  }

  std::span<const SchemaElement> elements_;
  std::vector<std::size_t> ends_;
  std::vector<Kind> kinds_;
  schema::Schema schema_{schema::NameRule::kAny};
  std::uint64_t pathBytesLeft_ = 0;  // of leaves to come
};

}  // namespace

Annotations annotationsOf(const SchemaElement& element) noexcept {
  return {element.__isset.logicalType ? ofLogicalType(element.logicalType) : LogicalType{},
          element.__isset.converted_type ? ofConvertedType(element) : LogicalType{}};
}

Result<schema::Schema> schemaOf(std::span<const SchemaElement> elements) {
  return TreeBuilder(elements).build();
}

}  // namespace parquet_flow::read
