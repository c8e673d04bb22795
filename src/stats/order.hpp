// How the values of a leaf compare: what bounds, page index and sorting columns are in.
//
// Source: parquet-format parquet.thrift, ColumnOrder; LogicalTypes.md for each logical type.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "schema/schema.hpp"

namespace parquet_flow::stats {

enum class Order : std::uint8_t {
  kNone,  // INT96, INTERVAL: no order of the format, so no bounds
  kBoolean,
  kInt32,
  kInt64,
  kUint32,
  kUint64,
  kFloat,  // by value: zeros are equal, NaN has no place
  kDouble,
  kFloat16,
  kFloatTotal,  // IEEE 754-2008, 5.10: -NaN < -inf < ... < -0 < +0 < ... < +inf < +NaN
  kDoubleTotal,
  kFloat16Total,
  kBytes,         // unsigned, byte by byte; a prefix is less
  kDecimalBytes,  // two's complement, big-endian, of any length
  kInt96,         // a moment, as scans compare INT96; orderOf never gives it
};

// INT96 as what all writers mean by it, in one form: nanoseconds of the day, less than a day's,
// where the file may have others, and the Julian day.
struct Moment {
  std::int64_t day = 0;
  std::int64_t nanos = 0;
  auto operator<=>(const Moment&) const = default;
};
inline constexpr std::int64_t kNanosOfDay = 86'400'000'000'000;
// `value`: 12 bytes.
[[nodiscard]] Moment momentOf(const char* value) noexcept;

// ColumnOrder of FLOAT, DOUBLE and FLOAT16 leaves; the others have TYPE_ORDER always.
enum class FloatOrder : std::uint8_t { kTypeDefined, kIeee754Total };

[[nodiscard]] Order orderOf(const schema::Leaf& leaf,
                            FloatOrder floats = FloatOrder::kTypeDefined) noexcept;

// FLOAT, DOUBLE and FLOAT16, in either order: what NaNs are counted of.
[[nodiscard]] constexpr bool isFloatOrder(Order order) noexcept {
  return order >= Order::kFloat && order <= Order::kFloat16Total;
}

// The bits of an IEEE 754 number as a signed integer that compares in total order. Its own inverse.
template <class Int>
[[nodiscard]] constexpr Int totalOrderKey(Int bits) noexcept {
  static_assert(std::is_signed_v<Int>);
  constexpr Int kMagnitude =
      static_cast<Int>(~(std::make_unsigned_t<Int>{1} << (sizeof(Int) * 8 - 1)));
  return static_cast<Int>(bits < 0 ? bits ^ kMagnitude : bits);
}

// Below 0, 0, above 0, as `a` is less than, equal to, greater than `b`: values in PLAIN encoding,
// those of a BYTE_ARRAY without its length. Of the width that the order has, and by value no NaN.
// `order` is not kNone.
[[nodiscard]] int compareValues(Order order, std::string_view a, std::string_view b) noexcept;

// Whether a FLOAT, DOUBLE or FLOAT16 of its width is a NaN, in either order; of others false.
[[nodiscard]] bool isNan(Order order, std::string_view value) noexcept;

// Whether a bound of the leaf can be compared: it has the width of its values, if it is not of
// bytes, which may be cut, and is no NaN.
[[nodiscard]] bool isComparable(const schema::Leaf& leaf, Order order,
                                std::string_view bound) noexcept;

// The same of two numbers of kDecimalBytes; an empty one is 0.
[[nodiscard]] int compareDecimals(std::string_view a, std::string_view b) noexcept;

}  // namespace parquet_flow::stats
