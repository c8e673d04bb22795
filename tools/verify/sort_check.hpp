// The sorting columns of a row group held against its rows.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "format/parquet_types.h"
#include "schema/schema.hpp"
#include "stats/sort_order.hpp"
#include "verify/finding.hpp"

namespace parquet_flow::verify {

// All rows of each leaf that columnsOf() has columns for are added to these, then compare() is
// called. One thread at a time.
//
// Writers sort floats by value, with NaNs at either end, or in total order, and the file does not
// say how: rows that are in any one of these orders are sorted.
class SortCheck {
 public:
  // Reports columns that are not there.
  SortCheck(const schema::Schema& schema, const format::RowGroup& group, std::size_t rowGroup,
            Findings& findings);

  // Empty where the rows are not said to be sorted by the leaf, or cannot be held against it.
  [[nodiscard]] std::span<stats::SortedColumn> columnsOf(const schema::Leaf& leaf) noexcept;
  // Reports rows that are not sorted.
  void compare(std::size_t rowGroup, Findings& findings) const;

 private:
  [[nodiscard]] bool isSorted(std::size_t order) const;

  std::vector<std::uint32_t> leaves_;  // the most significant first
  std::size_t orders_ = 1;
  std::vector<stats::SortedColumn> columns_;  // of each leaf one for each order
};

}  // namespace parquet_flow::verify
