// Which rows of a batch count: those that a predicate has left.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "read/column_vector.hpp"

namespace parquet_flow::scan {

struct Rows {
  std::uint64_t rows = 0;                   // of the batch
  std::uint64_t count = 0;                  // of those, the ones that count
  const std::uint64_t* selected = nullptr;  // a bit for each row, 0 behind the last; nullptr: all

  [[nodiscard]] static Rows all(std::uint64_t rows) noexcept { return {rows, rows, nullptr}; }
};

// Calls with the numbers of the rows that count, in order, for as long as `function` says true.
template <class Function>
void forEachRow(const Rows& rows, Function&& function) {
  if (rows.selected == nullptr) {
    for (std::uint64_t row = 0; row < rows.rows; ++row) {
      if (!function(static_cast<std::uint32_t>(row))) {
        return;
      }
    }
    return;
  }
  for (std::uint64_t first = 0; first < rows.rows; first += 64) {
    for (std::uint64_t word = rows.selected[first / 64]; word != 0; word &= word - 1) {
      const auto row = first + static_cast<unsigned>(std::countr_zero(word));
      if (!function(static_cast<std::uint32_t>(row))) {
        return;
      }
    }
  }
}

// The numbers of the rows that count, in order, in place of what is in `list`.
void listRows(const Rows& rows, std::vector<std::uint32_t>& list);

// Of the rows that count, those where a flat column has a value: as Rows::selected, in `words`
// where neither all of the one nor all of the other are. `count` of what is returned is right.
[[nodiscard]] Rows withValue(const Rows& rows, const read::ColumnVector& column,
                             std::vector<std::uint64_t>& words);

// Whether slot `slot` has a value.
[[nodiscard]] inline bool hasValue(const read::ColumnVector& column, std::uint64_t slot) noexcept {
  return column.nulls == 0 ||
         (std::to_integer<unsigned>(column.validity.data()[slot / 8]) >> (slot % 8) & 1U) != 0;
}

}  // namespace parquet_flow::scan
