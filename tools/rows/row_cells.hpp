// The rows of batches, value by value: what each printer of rows is made of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "read/batch_reader.hpp"
#include "read/row_walker.hpp"
#include "read/shape.hpp"
#include "rows/leaf_text.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::rows {

//   RowCells cells(schema, shape, leaves);
//   cells.begin(batch);
//   for each row: for each column: cells.append(column, form, text)
//   cells.end()
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
  [[nodiscard]] Result<void> begin(const read::ColumnBatch& batch) { return walker_.begin(batch); }
  // Behind the last row: kCorrupt where a column has more.
  [[nodiscard]] Result<void> end() const { return walker_.end(); }

  // The next value of `column`; those of a row may be taken in any order. False: it is null, and
  // nothing is appended. kCorrupt: columns of one list or struct contradict each other.
  [[nodiscard]] Result<bool> append(std::size_t column, TextForm form, std::string& out);

  [[nodiscard]] std::size_t columns() const noexcept { return walker_.fields()[0].childCount; }
  [[nodiscard]] const std::string& name(std::size_t column) const noexcept {
    return walker_.fields()[fieldOf(column)].name;
  }
  // Not of lists, maps and structs.
  [[nodiscard]] bool isNumber(std::size_t column) const noexcept {
    const std::optional<LeafText>& text = forms_[fieldOf(column)].text;
    return text && text->isNumber();
  }

 private:
  // What a walk tells of a value, as text. Reached at a struct's or a list's child, JSON.
  struct Printer;
  // Of a field: "name": with its quotes and the colon, of its column's leaf the text.
  struct Form {
    std::string key;
    std::optional<LeafText> text;
  };

  [[nodiscard]] std::uint32_t fieldOf(std::size_t column) const noexcept {
    return walker_.fields()[0].firstChild + static_cast<std::uint32_t>(column);
  }

  read::RowWalker walker_;
  std::vector<Form> forms_;  // of walker_.fields()
};

}  // namespace parquet_flow::rows
