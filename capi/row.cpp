// pf_row_t is the row builder itself: one call here is one call there.
#include "row.hpp"
#include "column/row_builder.hpp"
#include "parquet_flow.h"

namespace {

using parquet_flow::capi::builderOf;

// 0, or nonzero once the row has broken its schema.
int result(bool goesOn) noexcept { return goesOn ? 0 : 1; }

}  // namespace

extern "C" {

int pf_row_null(pf_row_t* row) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).appendNull());
}

int pf_row_boolean(pf_row_t* row, int value) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).appendBoolean(value != 0));
}

int pf_row_int32(pf_row_t* row, int32_t value) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).appendInt32(value));
}

int pf_row_int64(pf_row_t* row, int64_t value) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).appendInt64(value));
}

int pf_row_float(pf_row_t* row, float value) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).appendFloat(value));
}

int pf_row_double(pf_row_t* row, double value) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).appendDouble(value));
}

int pf_row_bytes(pf_row_t* row, const void* data, size_t bytes) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).appendBytes(data, bytes));
}

int pf_row_begin_group(pf_row_t* row) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).beginGroup());
}

int pf_row_end_group(pf_row_t* row) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).endGroup());
}

int pf_row_begin_list(pf_row_t* row) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).beginList());
}

int pf_row_end_list(pf_row_t* row) noexcept {
  return row == nullptr ? 1 : result(builderOf(row).endList());
}

}  // extern "C"
