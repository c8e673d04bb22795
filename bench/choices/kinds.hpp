// Kinds of column, as captures have them.
#pragma once

#include <cstdint>
#include <span>

#include "column.hpp"

namespace parquet_flow::choices {

struct Kind {
  const char* name;
  ColumnType type;
  // Appends value i; called for 0, 1, 2, ...
  void (*append)(ColumnData& column, std::uint64_t i);
};

[[nodiscard]] std::span<const Kind> kinds() noexcept;

// `rows` rows, the same ones each time; with nulls, one in ten of them at random.
[[nodiscard]] ColumnData makeColumn(const Kind& kind, std::uint64_t rows, bool withNulls);

}  // namespace parquet_flow::choices
