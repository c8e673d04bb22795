// Row groups that are as unlike each other as can be, of columns that have different values: what
// buffers are left by one is not what the next one needs.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "capi_fixture.hpp"

namespace parquet_flow::test {

inline constexpr std::uint64_t kRowGroupBytes = 4 << 20;
inline constexpr std::uint64_t kRowBytesMax = 128 << 10;
inline constexpr std::size_t kLongBytes = 100 << 10;
inline constexpr std::uint32_t kFixedBytes = 12;
inline constexpr std::size_t kListLength = 500;

struct LeafKind {
  pf_physical_type_t type;
  pf_repetition_t repetition;

  [[nodiscard]] std::size_t valueBytes() const {
    switch (type) {
      case PF_PHYSICAL_BOOLEAN:
        return 1;
      case PF_PHYSICAL_INT32:
      case PF_PHYSICAL_FLOAT:
        return 4;
      case PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY:
        return kFixedBytes;
      case PF_PHYSICAL_BYTE_ARRAY:
        return 0;
      default:
        return 8;
    }
  }
};

struct Shape {
  const char* name;
  std::vector<LeafKind> leaves;
};

inline const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kAll = [] {
    const auto all = [](pf_repetition_t repetition) {
      std::vector<LeafKind> leaves;
      for (const pf_physical_type_t type :
           {PF_PHYSICAL_INT64, PF_PHYSICAL_INT32, PF_PHYSICAL_DOUBLE, PF_PHYSICAL_BOOLEAN,
            PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY}) {
        leaves.push_back({type, repetition});
      }
      return leaves;
    };
    constexpr auto kText = PF_PHYSICAL_BYTE_ARRAY;
    return std::vector<Shape>{
        {"flat", all(PF_REPETITION_REQUIRED)},
        {"optional", all(PF_REPETITION_OPTIONAL)},
        {"repeated",
         {{PF_PHYSICAL_INT32, PF_REPETITION_REPEATED}, {kText, PF_REPETITION_REPEATED}}},
        {"texts",
         {{kText, PF_REPETITION_REQUIRED},
          {kText, PF_REPETITION_OPTIONAL},
          {PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED}}},
    };
  }();
  return kAll;
}

struct Column {
  std::string values;
  std::size_t count = 0;
  std::vector<std::uint32_t> offsets = {0};
  std::vector<std::uint8_t> definition;
  std::vector<std::uint8_t> repetition;
  std::vector<std::uint8_t> isPresent;  // by row, where the leaf does not repeat

  void add(const LeafKind& leaf, std::uint64_t bits, std::size_t textBytes) {
    std::size_t bytes = leaf.type == PF_PHYSICAL_BYTE_ARRAY ? textBytes : leaf.valueBytes();
    for (std::size_t at = 0; at < bytes; at += sizeof bits) {
      values.append(reinterpret_cast<const char*>(&bits), std::min(bytes - at, sizeof bits));
    }
    if (leaf.type == PF_PHYSICAL_BOOLEAN) values.back() = static_cast<char>(bits & 1);
    offsets.push_back(static_cast<std::uint32_t>(values.size()));
    ++count;
  }
  [[nodiscard]] pf_column_input_with_levels_t input(const LeafKind& leaf) const {
    const bool isCounted =
        leaf.type != PF_PHYSICAL_BYTE_ARRAY && leaf.type != PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY;
    pf_column_input_with_levels_t input{};
    input.values = values.data();
    input.values_len = isCounted ? count : values.size();
    if (leaf.type == PF_PHYSICAL_BYTE_ARRAY) {
      input.offsets = offsets.data();
      input.offsets_len = offsets.size();
    }
    input.definition_levels = definition.data();
    input.definition_levels_len = definition.size();
    input.repetition_levels = repetition.data();
    input.repetition_levels_len = repetition.size();
    return input;
  }
};

struct RowGroup {
  std::uint64_t rows = 0;
  std::vector<Column> columns;
};

// What the rows of a row group are like.
struct Rows {
  std::uint64_t fewRows;  // from here on all values differ
  bool areNull = false;
  std::size_t textBytes = 8;
  std::size_t longColumn = SIZE_MAX;  // whose texts are long
  std::size_t listLength = 3;
};

inline const std::vector<Rows>& rowKinds() {
  static const std::vector<Rows> kAll = {
      {UINT64_MAX},
      {1000},
      {UINT64_MAX, true},
      {.fewRows = 0, .longColumn = 0},
      {.fewRows = 0, .longColumn = 1},
      {.fewRows = 0, .textBytes = 0, .listLength = kListLength},
      {1000},
  };
  return kAll;
}

// Adds a row to a column and returns what it takes there.
inline std::size_t addRow(const LeafKind& leaf, const Rows& rows, std::size_t index,
                          std::uint64_t row, std::mt19937_64& random, Column& column) {
  const bool isText = leaf.type == PF_PHYSICAL_BYTE_ARRAY;
  const bool isLong = isText && index == rows.longColumn;
  const std::size_t textBytes = isLong ? kLongBytes : rows.textBytes;
  const auto addValue = [&] {
    const std::uint64_t bits = random();
    column.add(leaf, row < rows.fewRows ? bits % 50 : bits, textBytes);
    return isText ? textBytes + sizeof(std::uint32_t) : leaf.valueBytes();
  };
  switch (leaf.repetition) {
    case PF_REPETITION_REQUIRED:
      column.isPresent.push_back(1);
      return addValue();
    case PF_REPETITION_OPTIONAL:
      column.definition.push_back(rows.areNull ? 0 : 1);
      column.isPresent.push_back(rows.areNull ? 0 : 1);
      return 1 + (rows.areNull ? 0 : addValue());
    case PF_REPETITION_REPEATED:
      break;
  }
  const std::size_t length = rows.areNull ? 0 : isLong ? 1 : rows.listLength;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < std::max<std::size_t>(length, 1); ++i) {
    column.definition.push_back(length == 0 ? 0 : 1);
    column.repetition.push_back(i == 0 ? 0 : 1);
    bytes += 2 + (length == 0 ? 0 : addValue());
  }
  return bytes;
}

// As many rows as have room in kRowGroupBytes.
inline RowGroup makeRowGroup(const Shape& shape, const Rows& rows, std::mt19937_64& random) {
  RowGroup made;
  made.columns.resize(shape.leaves.size());
  std::size_t rowBytes = 0;
  for (std::size_t bytes = 0; bytes + rowBytes <= kRowGroupBytes; ++made.rows) {
    std::size_t these = 0;
    for (std::size_t i = 0; i < shape.leaves.size(); ++i) {
      these += addRow(shape.leaves[i], rows, i, made.rows, random, made.columns[i]);
    }
    rowBytes = std::max(rowBytes, these);  // they are about alike
    bytes += these;
  }
  return made;
}

}  // namespace parquet_flow::test
