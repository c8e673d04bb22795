// What statistics say of a column's values, as far as it can be relied on.
//
// Source: parquet-format parquet.thrift, Statistics and ColumnOrder. Relied on are
//   - min_value and max_value of leaves that ColumnOrder gives an order, each on its own: a bound
//   is
//     one also where it is not exact
//   - the deprecated pair of leaves whose order is the signed one that it was written in
//   - of floats by value: no bound that is NaN; where NaNs are not counted there may be some, above
//     the greatest. In total order a NaN among the bounds leaves that end open
// No bound counts that has not its type's width, and none of two that contradict each other.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "read/file_reader.hpp"
#include "scan/verdict.hpp"
#include "schema/schema.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {

// Of the column chunk.
[[nodiscard]] ValueBounds chunkBounds(const read::FileReader& file, std::size_t rowGroup,
                                      const schema::Leaf& leaf);

// Which order the file says that the leaf's bounds are in; kNone: none, or not one that is known.
[[nodiscard]] stats::Order storedOrder(const read::FileReader& file, const schema::Leaf& leaf);

// Bounds in `stored`, which is not kNone, to what they say of values, beside a count of NaNs where
// there is one, of `values` values where that is known.
void setBounds(const schema::Leaf& leaf, stats::Order stored, const std::string* least,
               const std::string* most, std::optional<std::int64_t> nans,
               std::optional<std::uint64_t> values, ValueBounds& out);

}  // namespace parquet_flow::scan
