// Levels and values of leaves back to nested rows: the inverse of RowBuilder.
//
// Source: Melnik et al., "Dremel" (2010), section 4.3; parquet-format README.md, "Nested Encoding".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// One value of a row: null, a leaf's value (INT96, BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY as bytes), a
// group with its children in schema order, or a list with its elements. The entries of a MAP are
// groups of key and value.
class Value {
 public:
  struct Group {
    std::vector<Value> children;
    friend bool operator==(const Group&, const Group&) = default;
  };
  struct List {
    std::vector<Value> elements;
    friend bool operator==(const List&, const List&) = default;
  };
  // Floating-point values are compared by their bits: a NaN is equal to itself, zeros differ.
  struct Float {
    std::uint32_t bits = 0;
    friend bool operator==(const Float&, const Float&) = default;
  };
  struct Double {
    std::uint64_t bits = 0;
    friend bool operator==(const Double&, const Double&) = default;
  };
  using Any = std::variant<std::monostate, bool, std::int32_t, std::int64_t, Float, Double,
                           std::string, Group, List>;

  Value() = default;  // null
  explicit Value(Any any) : any_(std::move(any)) {}
  [[nodiscard]] static Value ofFloat(float value);
  [[nodiscard]] static Value ofDouble(double value);

  [[nodiscard]] bool isNull() const noexcept {
    return std::holds_alternative<std::monostate>(any_);
  }
  [[nodiscard]] const Any& any() const noexcept { return any_; }
  template <class T>
  [[nodiscard]] const T* as() const noexcept {
    return std::get_if<T>(&any_);
  }
  friend bool operator==(const Value&, const Value&) = default;

  // {1, null, ["a", "b"]}: for messages and tools. Bytes that are not printable ASCII as \xNN.
  [[nodiscard]] std::string toString() const;

 private:
  Any any_;
};

// `rows` rows, each a group of the schema's columns, from one view a leaf in schema order. Dense or
// spaced. kCorrupt, naming column and row: levels that contradict each other or the leaves beside
// them, too few or too many of them or of values. kInvalidArgument: views that are not of the
// schema. Memory is in proportion to the entries.
[[nodiscard]] Result<std::vector<Value>> assemble(const schema::Schema& schema,
                                                  std::span<const LeafView> leaves,
                                                  std::uint64_t rows);

}  // namespace parquet_flow::column
