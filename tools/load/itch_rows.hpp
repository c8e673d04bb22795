// ITCH messages through a sink of the `callback` shape: the wide schema of itch_spec.hpp, and the
// callback that makes a row of a raw message.
#pragma once

#include "load/c_api.hpp"

namespace parquet_flow::load {

[[nodiscard]] Result<SchemaHandle> makeItchSchema();

// A pf_row_fn; `user` is not used. Rejects what is not one whole valid message (see
// itch_decode.hpp).
int appendItchRow(void* user, const pf_record_t* record, pf_row_t* row) noexcept;

}  // namespace parquet_flow::load
