// Spec: parquet-format LogicalTypes.md: which LogicalType goes with which ConvertedType. Readers
// that know both believe either one, so they must agree: UTC or not makes no difference to the
// ConvertedType, and nanoseconds, UUID and FLOAT16 have none.
#include "format/parquet_types.h"
#include "write/metadata.hpp"

namespace parquet_flow::write {
namespace {

using format::ConvertedType;
using format::SchemaElement;
using schema::LogicalKind;
using schema::TimeUnit;

format::TimeUnit timeUnit(TimeUnit unit) {
  format::TimeUnit out;
  switch (unit) {
    case TimeUnit::kMillis:
      out.__set_MILLIS({});
      break;
    case TimeUnit::kMicros:
      out.__set_MICROS({});
      break;
    case TimeUnit::kNanos:
      out.__set_NANOS({});
      break;
  }
  return out;
}

void setConverted(SchemaElement& element, ConvertedType::type converted) {
  element.__set_converted_type(converted);
}

void setDecimal(const schema::LogicalType& logical, SchemaElement& element) {
  format::DecimalType decimal;
  decimal.precision = logical.a;
  decimal.scale = logical.b;
  element.logicalType.__set_DECIMAL(decimal);
  element.__set_precision(logical.a);
  element.__set_scale(logical.b);
  setConverted(element, ConvertedType::DECIMAL);
}

void setTime(const schema::LogicalType& logical, SchemaElement& element) {
  const auto unit = static_cast<TimeUnit>(logical.a);
  format::TimeType time;
  time.unit = timeUnit(unit);
  time.isAdjustedToUTC = logical.b != 0;
  element.logicalType.__set_TIME(time);
  if (unit == TimeUnit::kMillis) {
    setConverted(element, ConvertedType::TIME_MILLIS);
  } else if (unit == TimeUnit::kMicros) {
    setConverted(element, ConvertedType::TIME_MICROS);
  }
}

void setTimestamp(const schema::LogicalType& logical, SchemaElement& element) {
  const auto unit = static_cast<TimeUnit>(logical.a);
  format::TimestampType timestamp;
  timestamp.unit = timeUnit(unit);
  timestamp.isAdjustedToUTC = logical.b != 0;
  element.logicalType.__set_TIMESTAMP(timestamp);
  if (unit == TimeUnit::kMillis) {
    setConverted(element, ConvertedType::TIMESTAMP_MILLIS);
  } else if (unit == TimeUnit::kMicros) {
    setConverted(element, ConvertedType::TIMESTAMP_MICROS);
  }
}

ConvertedType::type convertedInteger(std::int32_t bits, bool isSigned) noexcept {
  switch (bits) {
    case 8:
      return isSigned ? ConvertedType::INT_8 : ConvertedType::UINT_8;
    case 16:
      return isSigned ? ConvertedType::INT_16 : ConvertedType::UINT_16;
    case 32:
      return isSigned ? ConvertedType::INT_32 : ConvertedType::UINT_32;
    default:
      return isSigned ? ConvertedType::INT_64 : ConvertedType::UINT_64;
  }
}

void setInteger(const schema::LogicalType& logical, SchemaElement& element) {
  format::IntType integer;
  integer.bitWidth = static_cast<std::int8_t>(logical.a);
  integer.isSigned = logical.b != 0;
  element.logicalType.__set_INTEGER(integer);
  setConverted(element, convertedInteger(logical.a, integer.isSigned));
}

// The kinds without parameters, and those of setX above.
void setLogical(const schema::LogicalType& logical, SchemaElement& element) {
  format::LogicalType& type = element.logicalType;
  element.__isset.logicalType =
      logical.kind != LogicalKind::kNone && logical.kind != LogicalKind::kInterval;
  switch (logical.kind) {
    case LogicalKind::kNone:
      break;
    case LogicalKind::kString:
      type.__set_STRING({});
      setConverted(element, ConvertedType::UTF8);
      break;
    case LogicalKind::kEnum:
      type.__set_ENUM({});
      setConverted(element, ConvertedType::ENUM);
      break;
    case LogicalKind::kJson:
      type.__set_JSON({});
      setConverted(element, ConvertedType::JSON);
      break;
    case LogicalKind::kBson:
      type.__set_BSON({});
      setConverted(element, ConvertedType::BSON);
      break;
    case LogicalKind::kUuid:
      type.__set_UUID({});
      break;
    case LogicalKind::kDecimal:
      setDecimal(logical, element);
      break;
    case LogicalKind::kDate:
      type.__set_DATE({});
      setConverted(element, ConvertedType::DATE);
      break;
    case LogicalKind::kTime:
      setTime(logical, element);
      break;
    case LogicalKind::kTimestamp:
      setTimestamp(logical, element);
      break;
    case LogicalKind::kInteger:
      setInteger(logical, element);
      break;
    case LogicalKind::kFloat16:
      type.__set_FLOAT16({});
      break;
    case LogicalKind::kInterval:
      setConverted(element, ConvertedType::INTERVAL);
      break;
    case LogicalKind::kUnknown:
      type.__set_UNKNOWN({});
      break;
  }
}

void setLeaf(const schema::Leaf& leaf, SchemaElement& element) {
  element.__set_type(static_cast<std::int32_t>(leaf.type));
  if (leaf.type == schema::PhysicalType::kFixedLenByteArray) {
    element.__set_type_length(static_cast<std::int32_t>(leaf.typeLength));
  }
  setLogical(leaf.logical, element);
}

void setGroup(const schema::Node& node, SchemaElement& element) {
  element.__set_num_children(static_cast<std::int32_t>(node.children.size()));
  if (node.kind == schema::NodeKind::kList) {
    element.logicalType.__set_LIST({});
    element.__isset.logicalType = true;
    setConverted(element, ConvertedType::LIST);
  } else if (node.kind == schema::NodeKind::kMap) {
    element.logicalType.__set_MAP({});
    element.__isset.logicalType = true;
    setConverted(element, ConvertedType::MAP);
  }
}

}  // namespace

std::vector<SchemaElement> schemaElements(const schema::Schema& schema, FieldIds fieldIds) {
  std::vector<SchemaElement> elements;
  elements.reserve(schema.nodes().size());
  for (std::size_t i = 0; i < schema.nodes().size(); ++i) {
    const schema::Node& node = schema.nodes()[i];
    SchemaElement& element = elements.emplace_back();
    element.name = i == schema::kRoot ? "schema" : node.name;  // as other writers call it
    if (i != schema::kRoot) {
      element.__set_repetition_type(static_cast<std::int32_t>(node.repetition));
    }
    if (fieldIds == FieldIds::kSchemas && node.fieldId != schema::kNoFieldId) {
      element.__set_field_id(node.fieldId);
    } else if (fieldIds == FieldIds::kAssigned && i != schema::kRoot) {
      element.__set_field_id(static_cast<std::int32_t>(i));
    }
    if (node.kind == schema::NodeKind::kLeaf) {
      setLeaf(schema.leaves()[node.leafIndex], element);
    } else {
      setGroup(node, element);
    }
  }
  return elements;
}

}  // namespace parquet_flow::write
