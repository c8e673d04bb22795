// Values as numbers and bytes that compare as they do: what rows are sorted, grouped and told apart
// by.
//
// The order is the leaf's, of the format (stats/order.hpp), of INT96 that of moments. Equal values
// have equal keys: zeros are one value, NaNs are one, above all numbers, and a DECIMAL is its
// number however many bytes it has. Nulls are equal, and behind all values in either direction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "read/column_vector.hpp"
#include "schema/schema.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {

// What keys of the leaf are made in: valueOrder, and of UNKNOWN, which is always null, any.
[[nodiscard]] stats::Order keyOrder(const schema::Leaf& leaf) noexcept;

// kInvalidArgument, naming the column: it is in a list, so that its values are not one a row.
[[nodiscard]] Result<void> requireComparable(const schema::Leaf& leaf);
// The same, or it is an INTERVAL, whose values are equal or not, and in no order.
[[nodiscard]] Result<void> requireOrdered(const schema::Leaf& leaf);

// Whether values of the order are numbers of up to eight bytes, BOOLEAN one of them.
[[nodiscard]] bool isNumberOrder(stats::Order order) noexcept;
// `value`: as stats::compareValues takes it. The order is a number's.
[[nodiscard]] std::uint64_t numberKey(stats::Order order, const std::byte* value) noexcept;
// The value of a key, in `to`, which has eight bytes; those behind its width are not touched.
void numberOfKey(stats::Order order, std::uint64_t key, std::byte* to) noexcept;

// Appends what compares, byte by byte, as the value does, and is no prefix of that of another.
void appendKey(stats::Order order, ConstBytes value, std::string& out);
// The same of a row, in a direction.
void appendRowKey(const schema::Leaf& leaf, stats::Order order, const read::ColumnVector& column,
                  std::uint64_t row, bool descending, std::string& out);

}  // namespace parquet_flow::scan
