// Values of rows, looked at with every argument checked.
#include <cstring>
#include <string>

#include "boundary.hpp"
#include "parquet_flow.h"

namespace parquet_flow::capi {
namespace {

constexpr const char* kKindNames[] = {"null",   "BOOLEAN", "INT32", "INT64", "FLOAT",
                                      "DOUBLE", "BYTES",   "LIST",  "MAP",   "GROUP"};

const char* kindName(std::int32_t kind) noexcept {
  return kind < PF_VALUE_NULL || kind > PF_VALUE_GROUP ? "no pf_value_t" : kKindNames[kind];
}

// As sentences begin; the root alone has no name, but for columns that their writer gave none. What
// is not of a row, as the wrapper's value that is not there, has no field.
std::string quoted(const pf_value_t& value) {
  if (value.field == nullptr) return "value";
  const std::string name = value.field->name;
  return name.empty() ? "the row" : "'" + name + "'";
}

Result<void> requireKind(const pf_value_t* value, pf_value_kind_t kind) {
  PF_TRY(requirePointer(value, "value"));
  if (value->kind == kind) return {};
  return invalid(quoted(*value), " is ", kindName(value->kind), ", not ", kindName(kind));
}

Result<void> requireIndex(const pf_value_t& value, std::uint64_t index) {
  if (index < value.count) return {};
  return invalid("index is ", index, ", ", quoted(value), " has ", value.count);
}

// The boundary of a function that gives what is in `value`, if that is of `kind`, through `out`.
template <class Out, class Get>
pf_status_t look(const pf_value_t* value, pf_value_kind_t kind, Out* out, const char* name,
                 pf_error_t* error, Get&& get) noexcept {
  return guardMaking(out, name, error, [&]() -> Result<void> {
    PF_TRY(requireKind(value, kind));
    return get();
  });
}

}  // namespace
}  // namespace parquet_flow::capi

using parquet_flow::Result;
namespace capi = parquet_flow::capi;

extern "C" {

pf_status_t pf_value_boolean(const pf_value_t* value, int* boolean, pf_error_t* error) noexcept {
  return capi::look(value, PF_VALUE_BOOLEAN, boolean, "boolean", error, [&]() -> Result<void> {
    *boolean = value->boolean;
    return {};
  });
}

pf_status_t pf_value_int32(const pf_value_t* value, int32_t* int32, pf_error_t* error) noexcept {
  return capi::look(value, PF_VALUE_INT32, int32, "int32", error, [&]() -> Result<void> {
    *int32 = value->int32;
    return {};
  });
}

pf_status_t pf_value_int64(const pf_value_t* value, int64_t* int64, pf_error_t* error) noexcept {
  return capi::look(value, PF_VALUE_INT64, int64, "int64", error, [&]() -> Result<void> {
    *int64 = value->int64;
    return {};
  });
}

pf_status_t pf_value_float(const pf_value_t* value, float* float32, pf_error_t* error) noexcept {
  return capi::look(value, PF_VALUE_FLOAT, float32, "float32", error, [&]() -> Result<void> {
    *float32 = value->float32;
    return {};
  });
}

pf_status_t pf_value_double(const pf_value_t* value, double* float64, pf_error_t* error) noexcept {
  return capi::look(value, PF_VALUE_DOUBLE, float64, "float64", error, [&]() -> Result<void> {
    *float64 = value->float64;
    return {};
  });
}

pf_status_t pf_value_bytes(const pf_value_t* value, const void** data, size_t* bytes,
                           pf_error_t* error) noexcept {
  if (bytes != nullptr) *bytes = 0;
  return capi::look(value, PF_VALUE_BYTES, data, "data", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(bytes, "bytes"));
    *data = value->data;
    *bytes = value->count;
    return {};
  });
}

pf_status_t pf_value_element(const pf_value_t* list, size_t index, const pf_value_t** element,
                             pf_error_t* error) noexcept {
  return capi::look(list, PF_VALUE_LIST, element, "element", error, [&]() -> Result<void> {
    PF_TRY(capi::requireIndex(*list, index));
    *element = &list->values[index];
    return {};
  });
}

pf_status_t pf_value_entry(const pf_value_t* map, size_t index, const pf_value_t** key,
                           const pf_value_t** value, pf_error_t* error) noexcept {
  if (value != nullptr) *value = nullptr;
  return capi::look(map, PF_VALUE_MAP, key, "key", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(value, "value"));
    PF_TRY(capi::requireIndex(*map, index));
    *key = &map->values[2 * index];
    *value = &map->values[2 * index + 1];
    return {};
  });
}

pf_status_t pf_value_field(const pf_value_t* group, size_t index, const pf_value_t** field,
                           pf_error_t* error) noexcept {
  return capi::look(group, PF_VALUE_GROUP, field, "field", error, [&]() -> Result<void> {
    PF_TRY(capi::requireIndex(*group, index));
    *field = &group->values[index];
    return {};
  });
}

pf_status_t pf_value_find(const pf_value_t* group, const char* name, const pf_value_t** field,
                          pf_error_t* error) noexcept {
  return capi::look(group, PF_VALUE_GROUP, field, "field", error, [&]() -> Result<void> {
    PF_TRY(capi::requirePointer(name, "name"));
    const pf_value_t* found = nullptr;
    for (uint32_t i = 0; i < group->count; ++i) {
      const pf_value_t& each = group->values[i];
      if (std::strcmp(each.field->name, name) != 0) continue;
      if (found != nullptr) {
        return capi::invalid(capi::quoted(*group), " has more than one '", name, "'");
      }
      found = &each;
    }
    if (found == nullptr) {
      return capi::invalid(capi::quoted(*group), " has no '", name, "'");
    }
    *field = found;
    return {};
  });
}

}  // extern "C"
