// A file's rows, one at a time, of some of its leaves: for whoever wants values and not columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/kept_error.hpp"
#include "base/status.hpp"
#include "column/assemble.hpp"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::read {

// Puts batch after batch together. Memory: of BatchReader, and the rows of a batch, which as values
// take some hundred bytes an entry: batchRows is kRowsAtOnce at most. One thread at a time.
class RowReader {
 public:
  static constexpr std::uint64_t kRowsAtOnce = 1024;

  // The reader must live as long. As BatchReader::create.
  [[nodiscard]] static Result<std::unique_ptr<RowReader>> create(const FileReader& file,
                                                                 BatchOptions options);

  // That of the rows: the file's, less the leaves that were not asked for and groups without any; a
  // map without its keys or values is the plain groups that it is made of.
  [[nodiscard]] const schema::Schema& schema() const noexcept { return schema_; }

  // The next row, a group of schema()'s columns, until the next call; nullptr: there are none left.
  // Errors as BatchReader::next and column::assemble, which come again.
  [[nodiscard]] Result<const column::Value*> next();

 private:
  RowReader(const FileReader& file, schema::Schema schema) noexcept
      : file_(file), schema_(std::move(schema)) {}
  [[nodiscard]] Result<bool> nextRows();

  const FileReader& file_;
  const schema::Schema schema_;
  std::unique_ptr<BatchReader> batches_;
  ColumnBatch batch_;
  std::vector<column::Value> rows_;
  std::size_t at_ = 0;
  KeptError error_;
};

}  // namespace parquet_flow::read
