// A leaf's values as text, by its physical and its logical type.
#pragma once

#include <cstdint>
#include <string>

#include "base/bytes.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::rows {

// How a value stands there:
//
//   BOOLEAN                 true, false
//   INT32, INT64            digits, by the sign that INTEGER says
//   FLOAT, DOUBLE, FLOAT16  the shortest digits that read back as the same number, "1.0" for 1;
//                           NaN, Infinity, -Infinity
//   DECIMAL                 all digits of its scale
//   DATE                    2026-11-25
//   TIME                    23:59:59.000001, all digits of the unit; Z behind it where it is of
//   UTC;
//                           the number itself where it is not within a day
//   TIMESTAMP               2026-11-25T23:59:59.000001, Z as TIME
//   INT96                   as a TIMESTAMP in nanoseconds, without Z
//   INTERVAL                P14M3DT1.500S
//   UUID                    f81d4fae-7dec-41d0-a765-00a0c91e6bf6
//   STRING, ENUM, JSON      as it is; bytes that are no UTF-8 are replaced by U+FFFD
//   other bytes             two hexadecimal digits each
//
// In JSON, booleans, integers and finite numbers stand bare, all else in quotes: also decimals of a
// precision above 15, because many readers take a number with a point for a double.
enum class TextForm : std::uint8_t { kPlain, kJson };

class LeafText {
 public:
  explicit LeafText(const schema::Leaf& leaf) noexcept;

  // `value`: in PLAIN encoding, a BYTE_ARRAY without its length, a BOOLEAN as a byte. One that is
  // not of the leaf's width, as bounds in a footer may be, stands there as bytes.
  void append(ConstBytes value, TextForm form, std::string& out) const;
  // Of numbers, which stand to the right in a table.
  [[nodiscard]] bool isNumber() const noexcept { return kind_ <= Kind::kDecimalBytes; }

 private:
  enum class Kind : std::uint8_t {
    kInt32,
    kInt64,
    kUint32,
    kUint64,
    kFloat,
    kDouble,
    kFloat16,
    kDecimal32,
    kDecimal64,
    kDecimalBytes,
    kBoolean,
    kDate,
    kTime32,
    kTime64,
    kTimestamp,
    kInt96,
    kInterval,
    kUuid,
    kText,
    kBytes,
  };

  [[nodiscard]] static Kind kindOf(const schema::Leaf& leaf) noexcept;
  void appendBare(ConstBytes value, std::string& out) const;
  void appendTemporal(ConstBytes value, std::string& out) const;
  // False: appended nothing.
  [[nodiscard]] bool tryAppendReal(ConstBytes value, TextForm form, std::string& out) const;
  [[nodiscard]] bool isBareInJson(ConstBytes value) const noexcept;

  Kind kind_;
  std::uint32_t width_;  // of each value; 0: any
  schema::LogicalType logical_;
};

}  // namespace parquet_flow::rows
