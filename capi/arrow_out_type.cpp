#include "arrow_out_type.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace parquet_flow::capi {
namespace {

using read::Shape;
using read::ShapeKind;
using schema::Leaf;
using schema::LogicalKind;
using schema::PhysicalType;
using schema::TimeUnit;

constexpr std::int32_t kDecimal128Digits = 38;
constexpr std::int32_t kDecimal256Digits = 76;

void setExtension(ArrowField& field, const char* name) {
  field.metadata.emplace_back(kExtensionName, name);
  field.metadata.emplace_back(kExtensionMetadata, "");
}

ArrowUnit unitOf(std::int32_t unit) noexcept {
  switch (static_cast<TimeUnit>(unit)) {
    case TimeUnit::kMillis:
      return ArrowUnit::kMilli;
    case TimeUnit::kMicros:
      return ArrowUnit::kMicro;
    default:
      return ArrowUnit::kNano;
  }
}

void setInteger(ArrowField& field, std::int32_t bits, bool isSigned) noexcept {
  const int place = bits == 8 ? 0 : bits == 16 ? 2 : bits == 32 ? 4 : 6;
  field.kind =
      static_cast<ArrowKind>(static_cast<int>(ArrowKind::kInt8) + place + (isSigned ? 0 : 1));
}

// What the bytes of a type without a logical one, or with one that Arrow does not have, are.
void setPhysical(const Leaf& leaf, const ArrowChoices& choices, ArrowField& field) {
  switch (leaf.type) {
    case PhysicalType::kBoolean:
      field.kind = ArrowKind::kBool;
      return;
    case PhysicalType::kInt32:
      field.kind = ArrowKind::kInt32;
      return;
    case PhysicalType::kInt64:
      field.kind = ArrowKind::kInt64;
      return;
    case PhysicalType::kInt96:
      field.kind = choices.rawInt96 ? ArrowKind::kFixedBinary : ArrowKind::kTimestamp;
      field.unit = ArrowUnit::kNano;
      field.size = 12;
      return;
    case PhysicalType::kFloat:
      field.kind = ArrowKind::kFloat;
      return;
    case PhysicalType::kDouble:
      field.kind = ArrowKind::kDouble;
      return;
    case PhysicalType::kByteArray:
      field.kind = ArrowKind::kBinary;
      return;
    case PhysicalType::kFixedLenByteArray:
      field.kind = ArrowKind::kFixedBinary;
      field.size = static_cast<std::int32_t>(leaf.typeLength);
      return;
  }
}

void setLeaf(const Leaf& leaf, const ArrowChoices& choices, ArrowField& field) {
  setPhysical(leaf, choices, field);
  switch (leaf.logical.kind) {
    case LogicalKind::kString:
      field.kind = ArrowKind::kUtf8;
      return;
    case LogicalKind::kJson:
      field.kind = ArrowKind::kUtf8;
      setExtension(field, "arrow.json");
      return;
    case LogicalKind::kUuid:
      setExtension(field, "arrow.uuid");
      return;
    case LogicalKind::kDecimal:
      if (leaf.logical.a > kDecimal256Digits) return;
      field.kind = ArrowKind::kDecimal;
      field.precision = leaf.logical.a;
      field.scale = leaf.logical.b;
      field.bits = leaf.logical.a > kDecimal128Digits ? 256 : 128;
      return;
    case LogicalKind::kDate:
      field.kind = ArrowKind::kDate32;
      return;
    case LogicalKind::kTime:
      field.kind = leaf.type == PhysicalType::kInt32 ? ArrowKind::kTime32 : ArrowKind::kTime64;
      field.unit = unitOf(leaf.logical.a);
      return;
    case LogicalKind::kTimestamp:
      field.kind = ArrowKind::kTimestamp;
      field.unit = unitOf(leaf.logical.a);
      field.timezone = leaf.logical.b != 0 ? "UTC" : "";
      return;
    case LogicalKind::kInteger:
      setInteger(field, leaf.logical.a, leaf.logical.b != 0);
      return;
    case LogicalKind::kFloat16:
      field.kind = ArrowKind::kHalf;
      return;
    case LogicalKind::kUnknown:
      field.kind = ArrowKind::kNull;
      return;
    default:  // ENUM, BSON, INTERVAL: bytes
      return;
  }
}

bool isText(ArrowKind kind) noexcept {
  return kind == ArrowKind::kUtf8 || kind == ArrowKind::kLargeUtf8 || kind == ArrowKind::kUtf8View;
}
bool isBinary(ArrowKind kind) noexcept {
  return kind == ArrowKind::kBinary || kind == ArrowKind::kLargeBinary ||
         kind == ArrowKind::kBinaryView;
}

// The leaf's type is one that a field of `original` was written as: then it is that again.
void honourLeaf(const Leaf& leaf, const ArrowField& original, ArrowField& field) {
  const ArrowKind kind = original.kind;
  const bool isSame = (isText(kind) && isText(field.kind)) ||
                      (isBinary(kind) && (isBinary(field.kind) || isText(field.kind)));
  const bool isInterval = leaf.logical.kind == LogicalKind::kInterval &&
                          (kind == ArrowKind::kMonths || kind == ArrowKind::kDayTime ||
                           kind == ArrowKind::kMonthDayNano);
  if (isSame || isInterval || (kind == ArrowKind::kDate64 && field.kind == ArrowKind::kDate32)) {
    field.kind = kind;
  } else if (kind == ArrowKind::kDuration && field.kind == ArrowKind::kInt64) {
    field.kind = kind;
    field.unit = original.unit;
  } else if (kind == ArrowKind::kTimestamp && field.kind == kind && !field.timezone.empty() &&
             !original.timezone.empty()) {
    field.timezone = original.timezone;
  } else if (kind == ArrowKind::kDecimal && field.kind == kind &&
             field.precision == original.precision && field.scale == original.scale) {
    const bool isWidth =
        original.bits == 32 || original.bits == 64 || original.bits == 128 || original.bits == 256;
    const std::int32_t digits = original.bits == 32    ? 9
                                : original.bits == 64  ? 18
                                : original.bits == 128 ? kDecimal128Digits
                                                       : kDecimal256Digits;
    field.bits = isWidth && field.precision <= digits ? original.bits : field.bits;
  }
}

void setStrings(const ArrowChoices& choices, ArrowField& field) noexcept {
  if (choices.strings == PF_STRINGS_AS_STORED) return;
  const bool views = choices.strings == PF_STRINGS_VIEWS;
  if (isText(field.kind)) {
    field.kind = views ? ArrowKind::kUtf8View : ArrowKind::kUtf8;
  } else if (isBinary(field.kind)) {
    field.kind = views ? ArrowKind::kBinaryView : ArrowKind::kBinary;
  }
}

class TypeMaker {
 public:
  TypeMaker(const schema::Schema& schema, const ArrowChoices& choices)
      : schema_(schema), choices_(choices) {}

  ArrowField fieldOf(const Shape& shape, const ArrowField* original) {
    ArrowField field;
    field.name = shape.name;
    field.isNullable = shape.isNullable;
    const std::int32_t id = schema_.nodes()[shape.node].fieldId;
    if (id != schema::kNoFieldId && shape.node != schema::kRoot) {
      field.metadata.emplace_back(kFieldId, std::to_string(id));
    }
    if (original != nullptr) original = &original->valueField();
    switch (shape.kind) {
      case ShapeKind::kLeaf: {
        const Leaf& leaf = schema_.leaves()[shape.leaf];
        setLeaf(leaf, choices_, field);
        if (original != nullptr) honourLeaf(leaf, *original, field);
        setStrings(choices_, field);
        break;
      }
      case ShapeKind::kStruct:
        field.kind = ArrowKind::kStruct;
        addChildren(shape, isKind(original, ArrowKind::kStruct) ? original : nullptr, field);
        break;
      case ShapeKind::kList: {
        const bool isList =
            original != nullptr && isListKind(original->kind) && original->children.size() == 1;
        const bool isLarge =
            isKind(original, ArrowKind::kLargeList) || isKind(original, ArrowKind::kLargeListView);
        field.kind = isLarge ? ArrowKind::kLargeList : ArrowKind::kList;
        field.children.push_back(
            fieldOf(shape.children[0], isList ? original->children.data() : nullptr));
        break;
      }
      case ShapeKind::kMap:
        setMap(shape, isKind(original, ArrowKind::kMap) ? original : nullptr, field);
        break;
    }
    if (original != nullptr) addMetadata(original->metadata, field);
    return field;
  }

 private:
  static bool isKind(const ArrowField* field, ArrowKind kind) noexcept {
    return field != nullptr && field->kind == kind;
  }

  // By their names, as some columns may have been left out; of equal names by their turn.
  void addChildren(const Shape& shape, const ArrowField* original, ArrowField& field) {
    std::multimap<std::string_view, const ArrowField*> byName;
    for (std::size_t i = 0; original != nullptr && i < original->children.size(); ++i) {
      byName.emplace(original->children[i].name, &original->children[i]);
    }
    for (const Shape& child : shape.children) {
      const auto found = byName.lower_bound(child.name);
      const ArrowField* its = nullptr;
      if (found != byName.end() && found->first == child.name) {
        its = found->second;
        byName.erase(found);
      }
      const std::size_t before = field.children.size();
      field.children.push_back(fieldOf(child, its));
      if (its != nullptr) addMetadata(its->metadata, field.children[before]);
    }
  }

  void setMap(const Shape& shape, const ArrowField* original, ArrowField& field) {
    field.kind = ArrowKind::kMap;
    field.keysSorted = original != nullptr && original->keysSorted;
    const ArrowField* entries = nullptr;
    if (original != nullptr && original->children.size() == 1 &&
        original->children[0].children.size() == 2) {
      entries = original->children.data();
    }
    ArrowField pairs;
    pairs.name = "key_value";
    pairs.kind = ArrowKind::kStruct;
    pairs.isNullable = false;
    for (std::size_t i = 0; i < 2; ++i) {
      pairs.children.push_back(
          fieldOf(shape.children[i], entries != nullptr ? &entries->children[i] : nullptr));
    }
    pairs.children[0].isNullable = false;
    field.children.push_back(std::move(pairs));
  }

  static void addMetadata(const std::vector<std::pair<std::string, std::string>>& pairs,
                          ArrowField& field) {
    for (const auto& pair : pairs) {
      if (field.findMetadata(pair.first) == nullptr) field.metadata.push_back(pair);
    }
  }

  const schema::Schema& schema_;
  ArrowChoices choices_;
};

}  // namespace

ArrowField arrowTypeOf(const Shape& shape, const schema::Schema& schema, const ArrowField* original,
                       const ArrowChoices& choices) {
  ArrowField root = TypeMaker(schema, choices).fieldOf(shape, original);
  root.isNullable = false;
  return root;
}

}  // namespace parquet_flow::capi
