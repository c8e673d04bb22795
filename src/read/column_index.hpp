// The part of the page index that says what the pages of a column chunk hold, held against itself
// and the chunk: what can be told without a page.
//
// Source: parquet-format PageIndex.md; parquet.thrift, ColumnIndex. Readers skip pages by it, so
// that one which is wrong loses rows. parquet-mr 1.13.0-SNAPSHOT left null_pages that are true and
// null_counts of -1 for REQUIRED columns, which have values alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "schema/schema.hpp"
#include "stats/order.hpp"

namespace parquet_flow::format {
class ColumnIndex;
class ColumnMetaData;
class OffsetIndex;
}  // namespace parquet_flow::format

namespace parquet_flow::read {

// Whether all that it says once a page it says of so many.
[[nodiscard]] bool hasPages(const format::ColumnIndex& index, std::size_t pages) noexcept;

// Whether what is said of the nulls of a page, which has so many rows, cannot be. hasPages has to
// hold, and the leaf to be in no list, where a page of nulls has as many as rows.
[[nodiscard]] bool contradictsItself(const schema::Leaf& leaf, const format::ColumnIndex& index,
                                     std::size_t page, std::uint64_t rows) noexcept;

// Two pages of which `bounds` are not in boundary_order.
struct BoundsOutOfOrder {
  std::size_t before;
  std::size_t page;
  const std::string* bounds[2];  // of the index: both min or both max
};

// The first of them; nullopt: there are none up to the first bound that cannot be compared, or
// boundary_order is neither ASCENDING nor DESCENDING. Pages of nulls are left out; hasPages has to
// hold; `order` is not kNone.
[[nodiscard]] std::optional<BoundsOutOfOrder> boundsOutOfOrder(const schema::Leaf& leaf,
                                                               stats::Order order,
                                                               const format::ColumnIndex& index);

// Whether all that it says can be, of a chunk of so many rows whose pages begin where `offsets`,
// which is sound, says. `order`: that of its bounds and of the chunk's, not kNone.
[[nodiscard]] bool isConsistent(const schema::Leaf& leaf, stats::Order order,
                                const format::ColumnIndex& index,
                                const format::OffsetIndex& offsets,
                                const format::ColumnMetaData& chunk, std::uint64_t rows);

}  // namespace parquet_flow::read
