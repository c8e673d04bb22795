// Schemas as a footer has them, and columns of batches made of levels, as no writer of ours makes
// them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <span>
#include <vector>

#include "base/bits.hpp"
#include "format/parquet_types.h"
#include "read/batch_reader.hpp"
#include "read/column_vector.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::test {

using format::SchemaElement;
using Levels = std::vector<std::uint8_t>;

struct Column {
  Levels definition;
  Levels repetition;  // none: all 0
};

inline SchemaElement element(const char* name, schema::Repetition repetition) {
  SchemaElement made;
  made.name = name;
  made.__set_repetition_type(static_cast<std::int32_t>(repetition));
  return made;
}

inline SchemaElement group(const char* name, schema::Repetition repetition, std::int32_t children) {
  SchemaElement made = element(name, repetition);
  made.__set_num_children(children);
  return made;
}

inline SchemaElement annotated(SchemaElement made, format::ConvertedType::type converted) {
  made.__set_converted_type(converted);
  return made;
}

inline SchemaElement leaf(const char* name, schema::Repetition repetition) {
  SchemaElement made = element(name, repetition);
  made.__set_type(static_cast<std::int32_t>(schema::PhysicalType::kInt32));
  return made;
}

inline SchemaElement root(std::int32_t children) {
  SchemaElement made;
  made.name = "root";
  made.__set_num_children(children);
  return made;
}

inline void append(ByteBuffer& to, const Levels& levels) {
  ASSERT_TRUE(to.append(std::as_bytes(std::span(levels))));
}

// As read::ColumnCursor leaves it: values are the numbers of their slots.
inline void fill(const schema::Leaf& leaf, const Column& column, read::ColumnVector& out) {
  const std::uint8_t slotLevel = read::slotDefinitionLevel(leaf);
  Levels validity(column.definition.size() / 8 + 1);
  out.entries = column.definition.size();
  for (std::size_t i = 0; i < column.definition.size(); ++i) {
    out.rows += column.repetition.empty() || column.repetition[i] == 0 ? 1 : 0;
    if (column.definition[i] < slotLevel) continue;
    const bool isThere = column.definition[i] == leaf.maxDefinitionLevel;
    bitmapSet(reinterpret_cast<std::byte*>(validity.data()), out.slots++, isThere);
    out.nulls += isThere ? 0 : 1;
  }
  for (std::uint32_t slot = 0; slot < out.slots; ++slot) ASSERT_TRUE(out.values.appendLe(slot));
  if (out.nulls != 0) append(out.validity, validity);
  if (read::keepsLevels(leaf)) append(out.definitionLevels, column.definition);
  if (leaf.maxRepetitionLevel != 0) append(out.repetitionLevels, column.repetition);
}

inline constexpr auto kRequired = schema::Repetition::kRequired;
inline constexpr auto kOptional = schema::Repetition::kOptional;
inline constexpr auto kRepeated = schema::Repetition::kRepeated;

}  // namespace parquet_flow::test
