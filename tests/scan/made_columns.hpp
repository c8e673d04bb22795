// Leaves and columns with values written down.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "read/column_vector.hpp"
#include "scan/append_values.hpp"
#include "scan/rows.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan::test {

// A schema of one optional leaf, "c".
inline schema::Schema schemaOf(schema::PhysicalType type, schema::LogicalType logical = {},
                               std::uint32_t length = 0) {
  schema::Schema schema;
  const auto added =
      schema.addLeaf(schema::kRoot, "c", type, schema::Repetition::kOptional, length, logical);
  EXPECT_TRUE(added) << added.error().message();
  return schema;
}

// std::nullopt: null.
template <class T>
read::ColumnVector columnOf(const schema::Leaf& leaf, const std::vector<std::optional<T>>& values) {
  read::ColumnVector column;
  for (const std::optional<T>& value : values) {
    if (!value) {
      EXPECT_TRUE(appendNull(leaf, column));
    } else if constexpr (std::is_same_v<T, std::string>) {
      EXPECT_TRUE(appendValue(leaf, constBytes(*value), column));
    } else {
      EXPECT_TRUE(appendValue(leaf, constBytes(&*value, sizeof *value), column));
    }
  }
  return column;
}

// The bytes of each row, std::nullopt where it is null.
inline std::vector<std::optional<std::string>> bytesOfRows(const schema::Leaf& leaf,
                                                           const read::ColumnVector& column) {
  std::vector<std::optional<std::string>> rows;
  for (std::uint64_t row = 0; row < column.rows; ++row) {
    std::byte boolean{};
    rows.push_back(hasValue(column, row)
                       ? std::optional(std::string(asText(valueAt(leaf, column, row, boolean))))
                       : std::nullopt);
  }
  return rows;
}

template <class T>
std::vector<std::optional<T>> valuesOf(const schema::Leaf& leaf, const read::ColumnVector& column) {
  std::vector<std::optional<T>> rows;
  for (const auto& bytes : bytesOfRows(leaf, column)) {
    rows.push_back(bytes ? std::optional(loadLe<T>(bytes->data())) : std::nullopt);
  }
  return rows;
}

// The rows whose bits are set, of one word.
struct Selected {
  std::uint64_t word;
  [[nodiscard]] Rows of(std::uint64_t rows) const {
    return {rows, static_cast<std::uint64_t>(std::popcount(word)), &word};
  }
};

}  // namespace parquet_flow::scan::test
