// Contacts through a sink of the `callback` shape: the schema, and the callback that makes a row of
// a payload (contact/payload.hpp).
#pragma once

#include "load/c_api.hpp"

namespace parquet_flow::load {

// name: string?, phones: list<struct<number: string?, phone_type: string?>>?
[[nodiscard]] Result<SchemaHandle> makeContactSchema();

// A pf_row_fn; `user` is not used. Rejects a payload that is not a Contact's.
int appendContactRow(void* user, const pf_record_t* record, pf_row_t* row) noexcept;

}  // namespace parquet_flow::load
