// Where a literal lies among the values that a column can have.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.hpp"
#include "scan/predicate.hpp"
#include "schema/schema.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {

enum class Position : std::uint8_t {
  kValue,    // it is one: `floor`, and `ceiling`, are it
  kBetween,  // no value is equal to it: `floor` is the greatest below, `ceiling` the least above
  kBelow,    // all are above it
  kAbove,    // all are below it, NaN aside
  kNan,
};

// Values in PLAIN encoding, of a BYTE_ARRAY without its length.
struct Point {
  Position position = Position::kValue;
  std::string floor;
  std::string ceiling;
};

// What values are compared in: orderOf the leaf by value, also where the file has them in total
// order; INT96 as moments; INTERVAL as its bytes, which are equal or not. kNone where only nulls
// are told from what is not null.
[[nodiscard]] stats::Order valueOrder(const schema::Leaf& leaf) noexcept;

// Where `literal`, which is not kNull, lies. kInvalidArgument naming column, type and literal where
// they are not compared.
[[nodiscard]] Result<Point> pointOf(const schema::Leaf& leaf, const Literal& literal);

// "INT32", "STRING", "DECIMAL(9, 2)": what the column is, in an error's sentence.
[[nodiscard]] std::string typeText(const schema::Leaf& leaf);

}  // namespace parquet_flow::scan
