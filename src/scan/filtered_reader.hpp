// The rows of a file that a predicate takes, as batches of columns.
//
// For each row group, in this order: statistics; bloom filters; dictionaries; the page index; then
// the values of the predicate's columns, and of the output's columns those near rows that are
// taken. What one step rules out the next does not look at; ScanStats counts it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/status.hpp"
#include "read/batch_reader.hpp"
#include "read/column_vector.hpp"
#include "read/file_reader.hpp"
#include "scan/predicate.hpp"
#include "scan/scan_stats.hpp"

namespace parquet_flow::scan {

struct FilterOptions {
  std::vector<std::uint32_t> leaves = {};   // of the output, in schema order; may be none
  std::optional<Predicate> predicate = {};  // none: every row
  std::uint64_t firstRow = 0;               // of the file
  std::uint64_t rows = UINT64_MAX;          // to be looked at, as many as there are from there on
  std::uint64_t skip = 0;                   // of the rows that the predicate takes
  std::uint64_t limit = UINT64_MAX;         // then so many, and no more is read
  std::uint64_t batchRows = read::kBatchRowsDefault;  // at least 1
  std::size_t lendAlignment = 1;  // values may be lent out of the file; see read::ColumnCursor
  // Whether columns have the rows that are taken alone, one behind the other.
  bool isCompact = false;
  // Whether batchRows counts without columns too, where a batch is all rows of a row group else.
  bool keepsBatchRows = false;
};

struct SelectedBatch {
  std::uint64_t rowGroup = 0;
  std::uint64_t firstRow = 0;  // of the file, also where the batch is compact
  std::uint64_t rows = 0;      // of `columns`; without columns as many as the batch looks at
  std::uint64_t selected = 0;  // of these, at least 1
  // Whether all rows are selected; else `selection` has a bit for each, bit i % 64 of word i / 64,
  // and zeros behind the last. Compact: always all.
  bool isAll = false;
  std::vector<std::uint64_t> selection;
  std::vector<read::ColumnVector> columns;  // of the leaves asked for
};

// Memory: of each column of output and predicate what read::ColumnCursor holds, and a batch; where
// that is compact, rows before they are. A batch is put together up to half of pageBytesMax a
// column; more it has where rows that were read at once do: 64, or those that the footer says take
// no more. Of a column that both have, up to read::PageCache::kBytesMax of pages that are opened
// once for both. One thread at a time.
class FilteredReader {
 public:
  // The reader must live as long. kInvalidArgument: as read::BatchReader, and a column that the
  // schema does not have, or that repeats, a comparison that its type does not have, a literal that
  // is no value of it, naming them; kLimit: a predicate nested too deep.
  [[nodiscard]] static Result<std::unique_ptr<FilteredReader>> create(const read::FileReader& file,
                                                                      FilterOptions options);
  FilteredReader(const FilteredReader&) = delete;
  FilteredReader& operator=(const FilteredReader&) = delete;
  ~FilteredReader();

  // The next rows, all of one row group; false: there are none left. Batches without a selected row
  // are not given. Errors as read::BatchReader::next, and of bloom filters and page indexes that
  // cannot be read; after one the reader gives the same again.
  [[nodiscard]] Result<bool> next(SelectedBatch& out);

  [[nodiscard]] const std::vector<std::uint32_t>& leaves() const noexcept;
  // Up to now; final once next has given false.
  [[nodiscard]] const ScanStats& stats() const noexcept;

 private:
  FilteredReader();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parquet_flow::scan
