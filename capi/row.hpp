// A pf_row_t is a column::RowBuilder between beginRow and endRow.
#pragma once

#include "column/row_builder.hpp"
#include "parquet_flow.h"

namespace parquet_flow::capi {

[[nodiscard]] inline column::RowBuilder& builderOf(pf_row_t* row) noexcept {
  return *reinterpret_cast<column::RowBuilder*>(row);
}
[[nodiscard]] inline pf_row_t* rowOf(column::RowBuilder& builder) noexcept {
  return reinterpret_cast<pf_row_t*>(&builder);
}

}  // namespace parquet_flow::capi
