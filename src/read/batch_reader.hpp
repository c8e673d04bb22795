// A file's rows as batches of columns: some of its leaves, a range of its rows, so many at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/kept_error.hpp"
#include "base/status.hpp"
#include "read/column_cursor.hpp"
#include "read/column_threads.hpp"
#include "read/column_vector.hpp"
#include "read/file_reader.hpp"

namespace parquet_flow::read {

inline constexpr std::uint64_t kBatchRowsDefault = 64ULL * 1024;

struct BatchOptions {
  std::vector<std::uint32_t> leaves = {};  // in schema order; none: all
  // Of the file. Pages before it are passed by: in a file that is not in memory as its page index
  // says, whose rows are taken to be the file's.
  std::uint64_t firstRow = 0;
  std::uint64_t rows = UINT64_MAX;              // as many as there are from there on
  std::uint64_t batchRows = kBatchRowsDefault;  // at least 1
  // That columns are decoded on, the one that calls next among them: 1 .. kReadThreadsMax. More
  // than there are columns are not started. The rows, and what is wrong with them, are the same;
  // but which column is named where all together are above a limit may differ.
  std::uint32_t threads = 1;
  // Values may be lent out of the file's memory where their address is a multiple of it.
  std::size_t lendAlignment = 1;
};

struct ColumnBatch {
  std::uint64_t firstRow = 0;  // of the file
  std::uint64_t rows = 0;
  std::vector<ColumnVector> columns;  // of the leaves asked for; grows by itself
};

// Memory: of each column a page and a batch; see ColumnCursor. One thread at a time. With more than
// one of its own the file is read on all of them at once.
class BatchReader {
 public:
  // The reader must live as long. kInvalidArgument: a leaf that is not there, leaves out of order,
  // a first row behind the file's rows, batches of no rows, a number of threads that cannot be; kIo
  // and kOutOfMemory where threads cannot be started.
  [[nodiscard]] static Result<std::unique_ptr<BatchReader>> create(const FileReader& file,
                                                                   BatchOptions options);

  // The next rows; false: there are none left. A batch ends with its row group, so it may have
  // fewer rows than asked for, and where rows are wide, so that all of its columns together are not
  // above the limit on pages by nulls alone. Errors as ColumnCursor::read, naming file, row group
  // and column; after one the reader gives the same error again.
  [[nodiscard]] Result<bool> next(ColumnBatch& out);

  // Of the leaves asked for, in schema order.
  [[nodiscard]] const std::vector<std::uint32_t>& leaves() const noexcept {
    return options_.leaves;
  }

 private:
  BatchReader(const FileReader& file, BatchOptions options);
  [[nodiscard]] Result<bool> nextBatch(ColumnBatch& out);
  [[nodiscard]] Result<bool> findRowGroup();
  [[nodiscard]] Result<void> beginRowGroup();
  [[nodiscard]] Result<void> readColumns(ColumnBatch& out, std::uint64_t& rows);
  [[nodiscard]] Result<void> skipRows(std::size_t column, std::uint64_t rows);
  // step(column), a Result<void>, for each; the error is that of the first column that has one.
  template <class Step>
  [[nodiscard]] Result<void> forEachColumn(Step&& step);
  [[nodiscard]] tl::unexpected<Error> inColumn(Error error, std::size_t column) const;

  const FileReader& file_;
  BatchOptions options_;
  std::vector<std::unique_ptr<ColumnCursor>> cursors_;
  std::unique_ptr<ColumnThreads> threads_;  // nullptr: the caller's alone
  std::vector<Result<void>> done_;          // of columns, where there are threads
  std::uint64_t batchRows_ = 0;
  std::size_t nextRowGroup_ = 0;
  std::uint64_t nextRowGroupRow_ = 0;  // the first of it
  std::uint64_t row_ = 0;
  std::uint64_t rowsLeft_ = 0;
  std::uint64_t rowGroupRowsLeft_ = 0;  // of the open one that are asked for
  KeptError error_;
};

}  // namespace parquet_flow::read
