// A column in memory, as the C API takes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "parquet_flow.h"

namespace parquet_flow::choices {

struct ColumnType {
  pf_physical_type_t physical = PF_PHYSICAL_INT64;
  pf_logical_type_t logical = PF_LOGICAL_NONE;
  std::uint32_t length = 0;  // FIXED_LEN_BYTE_ARRAY
};

struct ColumnData {
  std::uint64_t rows = 0;
  std::uint64_t values = 0;  // of rows, those that are not null
  std::vector<std::byte> bytes;
  std::vector<std::uint32_t> offsets;          // BYTE_ARRAY
  std::vector<std::uint8_t> definitionLevels;  // empty: REQUIRED

  [[nodiscard]] bool isOptional() const noexcept { return !definitionLevels.empty(); }
};

}  // namespace parquet_flow::choices
