// Rows out of the columns of a batch: their values in the order of the schema, depth first.
//
// Source: Melnik et al., "Dremel" (2010), section 4.3; parquet-format README.md, "Nested Encoding".
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bits.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "read/batch_reader.hpp"
#include "read/shape.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::read {

// A Shape with what is needed of it value after value. Fields are numbered from the root, 0, on, so
// that the children of each stand one behind the other.
struct RowField {
  ShapeKind kind = ShapeKind::kStruct;
  bool isNullable = false;
  bool isKey = false;                       // of a map: never null, whatever the schema says
  std::uint8_t slotDefinitionLevel = 0;     // from which on what it is in is there
  std::uint8_t definitionLevel = 0;         // from which on it is not null
  std::uint8_t elementDefinitionLevel = 0;  // lists and maps: from which on there is an element
  std::uint8_t elementRepetitionLevel = 0;  // of all of them but the first
  std::uint32_t node = 0;                   // of the schema
  std::uint32_t firstColumn = 0;            // of the batch: those of the leaves under it
  std::uint32_t columnEnd = 0;
  std::uint32_t firstChild = 0;  // a list has its element, a map the key and the value
  std::uint32_t childCount = 0;
  std::string name;
};

// What is told of a row's values. Of a struct, list or map that is there onBegin, each child behind
// an onChild, onEnd with their count; of a map those are keys and values by turns.
template <class T>
concept RowVisitor =
    requires(T visitor, std::uint32_t field, std::uint64_t number, ConstBytes value) {
      visitor.onNull(field);
      // In PLAIN encoding, a BYTE_ARRAY without its length, a BOOLEAN as a byte of 0 or 1. Lent
      // until the batch changes.
      visitor.onLeaf(field, value);
      visitor.onBegin(field);
      { visitor.onChild(field, number) } -> std::same_as<Result<void>>;  // an error ends the walk
      visitor.onEnd(field, number);
    };

//   RowWalker walker(schema, shape, leaves);
//   walker.begin(batch);
//   for each row: for each child of the root: walker.walk(child, visitor)
//   walker.end();
//
// What the levels of columns in one list, map or struct say is held against each other. kCorrupt,
// naming the column: they contradict each other, or a key is null. One thread at a time.
class RowWalker {
 public:
  // `shape`: a struct of columns, in any order, of `leaves` alone (pruned), which are in schema
  // order. The schema must live as long.
  RowWalker(const schema::Schema& schema, const Shape& shape,
            std::span<const std::uint32_t> leaves);

  // [0] is the root. For as long as the walker.
  [[nodiscard]] std::span<const RowField> fields() const noexcept { return fields_; }
  // The leaf of a field that is one.
  [[nodiscard]] const schema::Leaf& leaf(const RowField& field) const noexcept {
    return *cursors_[field.firstColumn].leaf;
  }

  // Goes to the first row of the batch, which has a column for each of the leaves and stays
  // unchanged until its last row is walked.
  [[nodiscard]] Result<void> begin(const ColumnBatch& batch);
  // The next value of a column, a child of the root; those of a row in any order.
  template <RowVisitor Visitor>
  [[nodiscard]] Result<void> walk(std::uint32_t field, Visitor& visitor) {
    return walkField(field, 0, visitor);
  }
  // Behind the last row: that nothing is left.
  [[nodiscard]] Result<void> end() const;

 private:
  // A column of the batch, and where its next entry is.
  struct Cursor {
    const schema::Leaf* leaf = nullptr;
    std::uint32_t width = 0;  // of values; 0: bits or BYTE_ARRAY
    std::uint8_t slotDefinitionLevel = 0;
    const std::byte* data = nullptr;
    const std::uint32_t* offsets = nullptr;  // BYTE_ARRAY
    std::uint64_t bitOffset = 0;
    const std::byte* validity = nullptr;  // without levels; nullptr: no nulls
    const std::byte* definitionLevels = nullptr;
    const std::byte* repetitionLevels = nullptr;
    std::uint64_t entries = 0;
    std::uint64_t entry = 0;
    std::uint64_t slot = 0;
  };

  void addFields(const Shape& root);
  [[nodiscard]] tl::unexpected<Error> refuse(std::uint32_t column, const char* sentence) const;

  [[nodiscard]] bool hasEntry(std::uint32_t column) const noexcept {
    return cursors_[column].entry < cursors_[column].entries;
  }
  [[nodiscard]] std::uint8_t repetitionLevel(std::uint32_t column) const noexcept {
    const Cursor& cursor = cursors_[column];
    return cursor.repetitionLevels == nullptr
               ? std::uint8_t{0}
               : std::to_integer<std::uint8_t>(cursor.repetitionLevels[cursor.entry]);
  }
  [[nodiscard]] std::uint8_t definitionLevel(std::uint32_t column) const noexcept {
    const Cursor& cursor = cursors_[column];
    if (cursor.definitionLevels != nullptr) {
      return std::to_integer<std::uint8_t>(cursor.definitionLevels[cursor.entry]);
    }
    const std::uint8_t defined = cursor.leaf->maxDefinitionLevel;
    return cursor.validity == nullptr || bitmapGet(cursor.validity, cursor.entry)
               ? defined
               : static_cast<std::uint8_t>(defined - 1);
  }
  [[nodiscard]] static ConstBytes valueAt(const Cursor& cursor, std::uint64_t slot) noexcept;
  [[nodiscard]] Result<void> takeEntry(std::uint32_t column, std::uint8_t definition,
                                       std::uint8_t repetition);
  // All leaves of the field, which is not there.
  [[nodiscard]] Result<void> takeAbsent(const RowField& field, std::uint8_t definition,
                                        std::uint8_t repetition);

  template <class Visitor>
  [[nodiscard]] Result<void> walkField(std::uint32_t number, std::uint8_t repetition,
                                       Visitor& visitor);
  template <class Visitor>
  [[nodiscard]] Result<std::uint64_t> walkElements(std::uint32_t number, std::uint8_t repetition,
                                                   Visitor& visitor);

  std::vector<Cursor> cursors_;
  std::vector<RowField> fields_;
};

// `repetition`: of the entries that begin the field. Recursion ends at the schema's depth, which
// schemaOf bounds.
template <class Visitor>
Result<void> RowWalker::walkField(std::uint32_t number, std::uint8_t repetition, Visitor& visitor) {
  const RowField& field = fields_[number];
  const std::uint32_t first = field.firstColumn;
  if (!hasEntry(first)) {
    return refuse(first, "ends within a row");
  }
  const std::uint8_t level = definitionLevel(first);
  if (level < field.slotDefinitionLevel) {
    return refuse(first, "is null where it cannot be");
  }
  if (level < field.definitionLevel) {
    if (field.isKey) {
      return refuse(first, "is null, and the key of a map");
    }
    PF_TRY(takeAbsent(field, level, repetition));
    visitor.onNull(number);
    return {};
  }
  if (field.kind == ShapeKind::kLeaf) {
    const ConstBytes value = valueAt(cursors_[first], cursors_[first].slot);
    PF_TRY(takeEntry(first, field.definitionLevel, repetition));
    visitor.onLeaf(number, value);
    return {};
  }
  visitor.onBegin(number);
  std::uint64_t count = 0;
  if (field.kind == ShapeKind::kStruct) {
    for (; count < field.childCount; ++count) {
      PF_TRY(visitor.onChild(number, count));
      PF_TRY(walkField(field.firstChild + static_cast<std::uint32_t>(count), repetition, visitor));
    }
  } else if (level < field.elementDefinitionLevel) {
    PF_TRY(takeAbsent(field, level, repetition));
  } else {
    PF_TRY_ASSIGN(count, walkElements(number, repetition, visitor));
  }
  visitor.onEnd(number, count);
  return {};
}

// Of a list or map that has any.
template <class Visitor>
Result<std::uint64_t> RowWalker::walkElements(std::uint32_t number, std::uint8_t repetition,
                                              Visitor& visitor) {
  const RowField& field = fields_[number];
  std::uint64_t count = 0;
  do {
    for (std::uint32_t child = 0; child < field.childCount; ++child) {
      PF_TRY(visitor.onChild(number, count++));
      PF_TRY(walkField(field.firstChild + child, repetition, visitor));
    }
    repetition = field.elementRepetitionLevel;
  } while (hasEntry(field.firstColumn) && repetitionLevel(field.firstColumn) == repetition);
  return count;
}

}  // namespace parquet_flow::read
