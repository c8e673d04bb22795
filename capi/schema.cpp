#include "schema.hpp"

#include <memory>

#include "boundary.hpp"
#include "enums.hpp"
#include "text.hpp"

namespace {

using parquet_flow::Result;
using parquet_flow::schema::LogicalKind;
using parquet_flow::schema::LogicalType;
using parquet_flow::schema::Repetition;
using parquet_flow::schema::Schema;
namespace capi = parquet_flow::capi;

using AddGroup = Result<std::uint32_t> (Schema::*)(std::uint32_t parent, std::string_view name,
                                                   parquet_flow::schema::Repetition repetition,
                                                   std::int32_t fieldId);

// The three kinds of groups differ in what they put into the schema, not in how they are asked for.
pf_status_t addGroup(AddGroup add, pf_schema_t* schema, uint32_t parent, const char* name,
                     pf_repetition_t repetition, int32_t fieldId, uint32_t* node,
                     const char* nodeName, pf_error_t* error) noexcept {
  return capi::guardMaking(node, nodeName, error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(schema, "schema"));
    PF_TRY_ASSIGN(const auto text, capi::requireText(name, "name"));
    PF_TRY_ASSIGN(const auto ourRepetition, capi::toRepetition(repetition));
    PF_TRY_ASSIGN(*node, (schema->schema.*add)(parent, text, ourRepetition, fieldId));
    return {};
  });
}

}  // namespace

extern "C" {

pf_status_t pf_schema_create(pf_schema_t** schema, pf_error_t* error) noexcept {
  return capi::guardMaking(schema, "schema", error, [&]() -> Result<void> {
    *schema = std::make_unique<pf_schema>().release();
    return {};
  });
}

void pf_schema_destroy(pf_schema_t* schema) noexcept { delete schema; }

pf_status_t pf_schema_add_leaf(pf_schema_t* schema, uint32_t parent, const char* name,
                               pf_physical_type_t physical_type, pf_repetition_t repetition,
                               uint32_t type_length, pf_logical_type_t logical, int32_t a,
                               int32_t b, int32_t field_id, uint32_t* leaf_index,
                               pf_error_t* error) noexcept {
  if (leaf_index != nullptr) *leaf_index = 0;
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(schema, "schema"));
    PF_TRY_ASSIGN(const auto text, capi::requireText(name, "name"));
    PF_TRY_ASSIGN(const auto type, capi::toPhysicalType(physical_type));
    PF_TRY_ASSIGN(const auto ourRepetition, capi::toRepetition(repetition));
    PF_TRY_ASSIGN(const auto kind, capi::toLogicalKind(logical));
    if (kind == LogicalKind::kUnknown && ourRepetition != Repetition::kOptional) {
      return capi::invalid("'", text, "': UNKNOWN goes with OPTIONAL only, its values are null");
    }
    PF_TRY_ASSIGN(const std::uint32_t index,
                  schema->schema.addLeaf(parent, text, type, ourRepetition, type_length,
                                         LogicalType{kind, a, b}, field_id));
    if (leaf_index != nullptr) *leaf_index = index;
    return {};
  });
}

pf_status_t pf_schema_add_group(pf_schema_t* schema, uint32_t parent, const char* name,
                                pf_repetition_t repetition, int32_t field_id, uint32_t* node,
                                pf_error_t* error) noexcept {
  return addGroup(&Schema::addGroup, schema, parent, name, repetition, field_id, node, "node",
                  error);
}

pf_status_t pf_schema_add_list(pf_schema_t* schema, uint32_t parent, const char* name,
                               pf_repetition_t repetition, int32_t field_id,
                               uint32_t* element_parent, pf_error_t* error) noexcept {
  return addGroup(&Schema::addList, schema, parent, name, repetition, field_id, element_parent,
                  "element_parent", error);
}

pf_status_t pf_schema_add_map(pf_schema_t* schema, uint32_t parent, const char* name,
                              pf_repetition_t repetition, int32_t field_id,
                              uint32_t* key_value_parent, pf_error_t* error) noexcept {
  return addGroup(&Schema::addMap, schema, parent, name, repetition, field_id, key_value_parent,
                  "key_value_parent", error);
}

uint32_t pf_schema_leaf_count(const pf_schema_t* schema) noexcept {
  return schema == nullptr ? 0 : static_cast<uint32_t>(schema->schema.leaves().size());
}

pf_status_t pf_schema_leaf_index(const pf_schema_t* schema, const char* path, uint32_t* leaf_index,
                                 uint8_t* max_definition_level, uint8_t* max_repetition_level,
                                 pf_error_t* error) noexcept {
  if (leaf_index != nullptr) *leaf_index = 0;
  if (max_definition_level != nullptr) *max_definition_level = 0;
  if (max_repetition_level != nullptr) *max_repetition_level = 0;
  return capi::guard(error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(schema, "schema"));
    PF_TRY_ASSIGN(const auto text, capi::requireText(path, "path"));
    PF_TRY_ASSIGN(const auto* leaf, schema->schema.requireLeaf(text));
    if (leaf_index != nullptr) *leaf_index = leaf->index;
    if (max_definition_level != nullptr) *max_definition_level = leaf->maxDefinitionLevel;
    if (max_repetition_level != nullptr) *max_repetition_level = leaf->maxRepetitionLevel;
    return {};
  });
}

}  // extern "C"
