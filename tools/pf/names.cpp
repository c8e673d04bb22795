#include "pf/names.hpp"

#include <map>
#include <string_view>

#include "format/parquet_types.h"

namespace parquet_flow::pf {
namespace {

using schema::LogicalKind;

std::string nameIn(const std::map<int, const char*>& names, std::int32_t number) {
  const auto found = names.find(number);
  return found != names.end() ? found->second : std::to_string(number);
}

std::string_view kindName(LogicalKind kind) {
  constexpr std::string_view kNames[] = {"",        "STRING",  "ENUM",     "JSON",   "BSON",
                                         "UUID",    "DECIMAL", "DATE",     "TIME",   "TIMESTAMP",
                                         "INTEGER", "FLOAT16", "INTERVAL", "UNKNOWN"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string logicalText(const schema::LogicalType& logical) {
  std::string text(kindName(logical.kind));
  const std::string flag = logical.b != 0 ? "true" : "false";
  switch (logical.kind) {
    case LogicalKind::kDecimal:
      return text + '(' + std::to_string(logical.a) + ',' + std::to_string(logical.b) + ')';
    case LogicalKind::kInteger:
      return text + '(' + std::to_string(logical.a) + ',' + flag + ')';
    case LogicalKind::kTime:
    case LogicalKind::kTimestamp: {
      constexpr std::string_view kUnits[] = {"MILLIS", "MICROS", "NANOS"};
      text += '(';
      text += kUnits[static_cast<std::size_t>(logical.a)];
      return text + ',' + flag + ')';
    }
    default:
      return text;
  }
}

// What schema::LogicalType does not have.
std::string otherText(const format::LogicalType& type) {
  if (type.__isset.LIST) {
    return "LIST";
  }
  if (type.__isset.MAP) {
    return "MAP";
  }
  if (type.__isset.VARIANT) {
    return "VARIANT(" + std::to_string(type.VARIANT.specification_version) + ')';
  }
  if (type.__isset.GEOMETRY) {
    return "GEOMETRY(" + type.GEOMETRY.crs + ')';
  }
  if (type.__isset.GEOGRAPHY) {
    return "GEOGRAPHY(" + type.GEOGRAPHY.crs + ')';
  }
  return "";
}

}  // namespace

std::string encodingName(std::int32_t encoding) {
  return nameIn(format::_Encoding_VALUES_TO_NAMES, encoding);
}
std::string codecName(std::int32_t codec) {
  return nameIn(format::_CompressionCodec_VALUES_TO_NAMES, codec);
}
std::string pageTypeName(std::int32_t type) {
  return nameIn(format::_PageType_VALUES_TO_NAMES, type);
}
std::string repetitionName(std::int32_t repetition) {
  return nameIn(format::_FieldRepetitionType_VALUES_TO_NAMES, repetition);
}

std::string annotationOf(const read::FileReader& file, std::uint32_t node) {
  const format::SchemaElement& element = file.metaData().schema[node];
  const schema::Node& ours = file.schema().nodes()[node];
  std::string text;
  if (element.__isset.logicalType) {
    text = otherText(element.logicalType);
  }
  if (text.empty() && ours.kind == schema::NodeKind::kLeaf) {
    text = logicalText(file.schema().leaves()[ours.leafIndex].logical);
  }
  if (text.empty() && element.__isset.converted_type) {
    text = nameIn(format::_ConvertedType_VALUES_TO_NAMES, element.converted_type);
  }
  return text;
}

}  // namespace parquet_flow::pf
