// The rows of batches, value by value: what each printer of rows is made of.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "read/batch_reader.hpp"
#include "read/column_vector.hpp"
#include "read/shape.hpp"
#include "rows/leaf_text.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::rows {

//   RowCells cells(schema, shape, leaves);
//   cells.begin(batch);
//   for each row: for each column: cells.append(column, form, text)
//
// A leaf stands there as LeafText has it, a null as `null` in JSON and as nothing else. Nested
// values are JSON in either form: structs objects with each key, lists arrays, maps arrays of
// {"key":...,"value":...}, since keys are of any type and may be there twice. One thread at a time.
class RowCells {
 public:
  // `shape`: a struct of the columns, in any order, of `leaves` alone (read::pruned), which are in
  // schema order. The schema must live as long.
  RowCells(const schema::Schema& schema, const read::Shape& shape,
           std::span<const std::uint32_t> leaves);

  // Goes to the first row of the batch, which has a column for each of the leaves and lives until
  // the last of its rows is taken. kCorrupt: columns with fewer entries than the batch has rows.
  [[nodiscard]] Result<void> begin(const read::ColumnBatch& batch);

  // The next value of `column`; those of a row may be taken in any order. False: it is null, and
  // nothing is appended. kCorrupt: columns of one list or struct contradict each other.
  [[nodiscard]] Result<bool> append(std::size_t column, TextForm form, std::string& out);

  [[nodiscard]] std::size_t columns() const noexcept { return fields_.size(); }
  [[nodiscard]] const std::string& name(std::size_t column) const noexcept {
    return fields_[column].name;
  }
  [[nodiscard]] bool isNumber(std::size_t column) const noexcept;
  // Lists, maps and structs.
  [[nodiscard]] bool isNested(std::size_t column) const noexcept {
    return fields_[column].kind != read::ShapeKind::kLeaf;
  }

 private:
  // A Shape with what is needed of it value after value. Its leaves are cursors_[firstLeaf] up to
  // cursors_[leafEnd].
  struct Field {
    read::ShapeKind kind = read::ShapeKind::kLeaf;
    bool isNullable = false;
    std::uint8_t definitionLevel = 0;
    std::uint8_t elementDefinitionLevel = 0;
    std::uint8_t elementRepetitionLevel = 0;
    std::size_t firstLeaf = 0;
    std::size_t leafEnd = 0;
    std::string name;
    std::string key;  // "name": with its quotes and the colon
    std::vector<Field> children;
  };
  struct Cursor {
    const schema::Leaf* leaf;
    LeafText text;
    bool keepsLevels;
    std::uint8_t slotDefinitionLevel;
    std::uint32_t width;
    const read::ColumnVector* column = nullptr;
    std::uint64_t entry = 0;
    std::uint64_t slot = 0;
  };

  [[nodiscard]] Field fieldOf(const read::Shape& shape) const;
  [[nodiscard]] bool hasEntry(std::size_t leaf) const noexcept;
  [[nodiscard]] std::uint8_t definitionLevel(std::size_t leaf) const noexcept;
  [[nodiscard]] std::uint8_t repetitionLevel(std::size_t leaf) const noexcept;
  [[nodiscard]] tl::unexpected<Error> failLeaf(std::size_t leaf, const char* sentence) const;

  [[nodiscard]] Result<bool> appendField(const Field& field, std::uint8_t repetition, TextForm form,
                                         std::string& out);
  [[nodiscard]] Result<void> appendJson(const Field& field, std::uint8_t repetition,
                                        std::string& out);
  [[nodiscard]] Result<void> appendStruct(const Field& field, std::uint8_t repetition,
                                          std::string& out);
  [[nodiscard]] Result<void> appendElements(const Field& field, std::uint8_t repetition,
                                            std::string& out);
  [[nodiscard]] Result<void> takeEntry(std::size_t leaf, std::uint8_t definition,
                                       std::uint8_t repetition);
  // All leaves of the field, which is not there.
  [[nodiscard]] Result<void> takeAbsent(const Field& field, std::uint8_t definition,
                                        std::uint8_t repetition);
  static void appendValue(const Cursor& cursor, std::uint64_t slot, TextForm form,
                          std::string& out);

  std::vector<Cursor> cursors_;
  std::vector<Field> fields_;
};

}  // namespace parquet_flow::rows
