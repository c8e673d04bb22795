// Rows as text: a table, CSV, or JSON lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/status.hpp"
#include "io/file.hpp"
#include "read/batch_reader.hpp"
#include "read/shape.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::rows {

//   kTable      a line of names, then a line a row, columns padded to the widest of the first 1 000
//               rows; nulls are `null`. Control characters are escaped as in JSON, so that no value
//               reaches a terminal as a command.
//   kCsv        RFC 4180 with a line of names, and "\n" at the end of lines: fields with a comma, a
//               quote or a line break are quoted, quotes doubled; a null is an empty field, an
//               empty text `""`
//   kJsonLines  an object a row, with each key; nulls are null
//
// How each value stands there is said in leaf_text.hpp and row_cells.hpp.
enum class RowFormat : std::uint8_t { kTable, kCsv, kJsonLines };

// Of kTable alone.
struct TableLook {
  // Longer values are cut, with an ellipsis for the rest; 0: none is. Characters of Unicode, each
  // taken to be one column wide.
  std::size_t cellWidthMax = 0;
  bool hasColour = false;  // names bold, nulls dim
};

//   begin -> print ... -> finish; or for each of several files begin -> print ..., then finish
//
// Writes pieces of at least 64 KiB. Errors are those of `out` (with systemError() EPIPE where
// nobody reads any more), and kCorrupt as RowCells. One thread at a time.
class RowPrinter {
 public:
  // `out` must live as long.
  [[nodiscard]] static std::unique_ptr<RowPrinter> make(RowFormat format, const TableLook& look,
                                                        io::OutputFile& out);
  RowPrinter() = default;
  RowPrinter(const RowPrinter&) = delete;
  RowPrinter& operator=(const RowPrinter&) = delete;
  virtual ~RowPrinter() = default;

  // Rows of `leaves`, which `shape` is of (read::pruned), follow. The schema must live until the
  // next begin, or to the end. kInvalidArgument: a table or CSV goes on with columns of other
  // names.
  [[nodiscard]] virtual Result<void> begin(const schema::Schema& schema, const read::Shape& shape,
                                           std::span<const std::uint32_t> leaves) = 0;
  // All rows of the batch.
  [[nodiscard]] virtual Result<void> print(const read::ColumnBatch& batch) = 0;
  // Writes what is left; also after an error of print, the rows before that.
  [[nodiscard]] virtual Result<void> finish() = 0;
};

}  // namespace parquet_flow::rows
