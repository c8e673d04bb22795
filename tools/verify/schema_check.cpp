// Source: parquet-format LogicalTypes.md. Readers that know both annotations believe either one.
#include "verify/schema_check.hpp"

#include <string>
#include <string_view>

#include "format/parquet_types.h"
#include "read/schema_tree.hpp"
#include "schema/logical_type.hpp"

namespace parquet_flow::verify {
namespace {

using format::ConvertedType;
using format::SchemaElement;
using schema::LogicalKind;
using schema::LogicalType;

constexpr const char* kKind = "schema";

// As far as a ConvertedType says it: nothing of moments that are local.
bool agree(const LogicalType& logical, const LogicalType& converted) noexcept {
  const bool isOfTime =
      logical.kind == LogicalKind::kTime || logical.kind == LogicalKind::kTimestamp;
  return logical.kind == converted.kind && logical.a == converted.a &&
         (isOfTime || logical.b == converted.b);
}

std::string convertedName(std::int32_t converted) {
  const auto found = format::_ConvertedType_VALUES_TO_NAMES.find(converted);
  return found != format::_ConvertedType_VALUES_TO_NAMES.end() ? found->second
                                                               : std::to_string(converted);
}

// Empty: none. Those that a leaf does not have, whatever its physical type.
std::string wrongAnnotation(const SchemaElement& element, const schema::Leaf& leaf) {
  if (element.__isset.logicalType) {
    const auto& isset = element.logicalType.__isset;
    if (isset.LIST || isset.MAP || isset.VARIANT) {
      return "its logicalType is one of groups";
    }
    if ((isset.GEOMETRY || isset.GEOGRAPHY) && leaf.type != schema::PhysicalType::kByteArray) {
      return "its logicalType, GEOMETRY or GEOGRAPHY, goes with BYTE_ARRAY only";
    }
  }
  if (element.__isset.converted_type) {
    const std::int32_t converted = element.converted_type;
    if (!format::_ConvertedType_VALUES_TO_NAMES.contains(converted)) {
      return "its converted_type is not known, " + std::to_string(converted);
    }
    if (converted == ConvertedType::LIST || converted == ConvertedType::MAP ||
        converted == ConvertedType::MAP_KEY_VALUE) {
      return "its converted_type is one of groups";
    }
  }
  return {};
}

void checkLeaf(const SchemaElement& element, const schema::Leaf& leaf, Findings& findings) {
  const Place place = {.column = leaf.dottedPath};
  if (std::string wrong = wrongAnnotation(element, leaf); !wrong.empty()) {
    findings.error(kKind, place, std::move(wrong));
    return;
  }
  const read::Annotations said = read::annotationsOf(element);
  bool isGood = true;
  for (const auto& [logical, name] :
       {std::pair(said.logical, "logicalType"), std::pair(said.converted, "converted_type")}) {
    if (const auto checked = schema::checkLogicalType(leaf.type, leaf.typeLength, logical);
        !checked) {
      findings.error(kKind, place,
                     std::string("its ") + name + " does not go with " +
                         std::string(physicalTypeName(leaf.type)) + ": " +
                         checked.error().message());
      isGood = false;
    }
  }
  // One that is newer than this library has no kind here.
  if (isGood && element.__isset.converted_type && said.logical.kind != LogicalKind::kNone &&
      !agree(said.logical, said.converted)) {
    findings.error(kKind, place,
                   "its converted_type is " + convertedName(element.converted_type) +
                       ", which its logicalType is not");
  }
}

}  // namespace

void checkSchema(const read::FileReader& file, Findings& findings) {
  std::size_t leaf = 0;
  for (const SchemaElement& element : file.metaData().schema) {
    if (element.__isset.type) {
      checkLeaf(element, file.schema().leaves()[leaf++], findings);
    }
  }
}

}  // namespace parquet_flow::verify
