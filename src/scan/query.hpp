// A question to some files: which rows, what of them, grouped, in which order, how many.
//
// It is a scan, not a database: there are no joins, no expressions and no SQL. Files are read one
// behind the other on the calling thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/kept_error.hpp"
#include "base/status.hpp"
#include "read/batch_reader.hpp"
#include "read/shape.hpp"
#include "scan/aggregate.hpp"
#include "scan/append_values.hpp"
#include "scan/fetch_rows.hpp"
#include "scan/grouping.hpp"
#include "scan/predicate.hpp"
#include "scan/query_text.hpp"
#include "scan/sorted_rows.hpp"
#include "scan/table.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

inline constexpr std::uint64_t kQueryBytesMaxDefault = 1U << 30;

struct QueryOptions {
  std::optional<Predicate> where = {};
  // Dotted paths of leaves, or of groups with all under them; none: all columns. Not together with
  // the next two, which say what columns there are.
  std::vector<std::string> select = {};
  std::vector<std::string> groupBy = {};
  std::vector<Aggregate> aggregates = {};
  std::vector<OrderBy> orderBy = {};  // columns of the rows, or of the groups
  std::uint64_t skip = 0;             // of the rows or groups, in that order
  std::uint64_t limit = UINT64_MAX;
  // What groups may take, and rows that are sorted, of memory.
  std::uint64_t bytesMax = kQueryBytesMaxDefault;
};

struct QueryStats {
  TableStats table;
  std::uint64_t rowsGiven = 0;
};

// One thread at a time. Memory: what FilteredReader has, and of groups and sorted rows up to
// bytesMax. A limit with an order keeps that many rows alone, and of columns that are neither
// sorted by nor in the predicate only the pages with these rows are read, of the files as they were
// opened at first: of those with a row among the first so many, at most 1000, some stay open till
// then, and their footers in memory; the others are opened again.
class Query {
 public:
  // Opens the first file. kInvalidArgument, naming it: a column that is not there or cannot be used
  // so; and as Table::create and FilteredReader::create.
  [[nodiscard]] static Result<std::unique_ptr<Query>> create(std::vector<TableFile> files,
                                                             QueryOptions options);

  // What comes out: batches of `leaves` of the schema, in its order, of which `shape` has the order
  // that was asked for.
  [[nodiscard]] const schema::Schema& schema() const noexcept {
    return grouping_ != nullptr ? grouping_->result() : table_->schema();
  }
  [[nodiscard]] const read::Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] const std::vector<std::uint32_t>& leaves() const noexcept { return leaves_; }

  // The next rows, of wide ones fewer at a time; false: there are none left. Values may be lent out
  // of the file they are of, which lasts until the next call, at addresses that are multiples of 8.
  // kLimit: groups or sorted rows take more than bytesMax, a sum has no room; kIo: a file that was
  // opened again had been replaced or written to; and as Table::next.
  // After an error, or without memory, later calls give the same error again.
  [[nodiscard]] Result<bool> next(read::ColumnBatch& out);

  // That values of the last batch may be lent out of; nullptr: none are.
  [[nodiscard]] std::shared_ptr<const io::InputFile> lentOutOf() const noexcept {
    return grouping_ == nullptr && !sorted_ ? table_->openInput() : nullptr;
  }
  // The file whose schema is that of all.
  [[nodiscard]] const read::FileReader& firstFile() const noexcept { return table_->first(); }

  // Up to now.
  [[nodiscard]] QueryStats stats() const noexcept;

 private:
  struct KeptFile {
    io::FileIdentity identity;
    std::shared_ptr<const read::FileReader> reader;  // nullptr: to be opened again
  };

  Query() = default;
  [[nodiscard]] Result<void> planRows();
  [[nodiscard]] Result<void> planGroups();
  [[nodiscard]] Result<void> planSort();
  [[nodiscard]] Result<void> beginTable();
  [[nodiscard]] Result<bool> nextBatch(read::ColumnBatch& out);
  [[nodiscard]] Result<void> group();
  [[nodiscard]] Result<void> sortGroups();
  [[nodiscard]] Result<void> sortRows();
  void keepFile(std::uint32_t number);
  [[nodiscard]] Result<std::shared_ptr<const read::FileReader>> takeFile(std::uint32_t number);
  [[nodiscard]] Result<void> fetchSorted();
  [[nodiscard]] Result<bool> nextOfTable(read::ColumnBatch& out);
  [[nodiscard]] Result<bool> nextGroups(read::ColumnBatch& out);
  [[nodiscard]] Result<bool> nextSorted(read::ColumnBatch& out);

  QueryOptions options_;
  std::unique_ptr<Table> table_;
  std::unique_ptr<Grouping> grouping_;
  std::optional<SortedRows> sorted_;  // of the files' rows
  std::vector<SortColumn> sortBy_;
  std::vector<std::uint32_t> sortLeaves_;  // what is read of rows that are sorted
  read::Shape shape_;
  std::vector<std::uint32_t> leaves_;
  // Whether sorted rows are kept by where they are, and their columns fetched in the end.
  bool isFetched_ = false;
  std::map<std::uint32_t, KeptFile> kept_;  // they are in these
  bool isRun_ = false;

  std::vector<read::ColumnVector> columns_;  // of groups, or fetched; once run
  std::vector<RowPicker> pickers_;           // of these
  std::vector<std::uint32_t> order_;         // which of their rows come out; empty: as they are
  std::uint64_t rows_ = 0;                   // so many come out
  std::uint64_t given_ = 0;                  // of these
  std::uint64_t rowsGiven_ = 0;
  KeptError error_;
};

}  // namespace parquet_flow::scan
