// Files that are queried as one: their rows, one file behind the other, with the columns of their
// directories beside their own.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "io/file.hpp"
#include "io/posix_file.hpp"
#include "read/file_reader.hpp"
#include "read/shape.hpp"
#include "scan/filtered_reader.hpp"
#include "scan/partition.hpp"
#include "scan/predicate.hpp"
#include "scan/rows.hpp"
#include "scan/scan_stats.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

struct TableFile {
  std::string name;  // for errors
  std::function<Result<std::shared_ptr<const read::FileReader>>()> open;
  std::vector<PartitionValue> partitions = {};
};

// A file that is opened when its rows are wanted, with the columns of its directories.
[[nodiscard]] TableFile tableFileAt(const std::string& path, const read::ReadOptions& options,
                                    io::InputAccess access);

struct TableStats {
  std::uint64_t files = 0;
  std::uint64_t filesByPartition = 0;  // not opened: no row can be asked for
  std::uint64_t filesByFooter = 0;     // opened, and no page of them read
  std::uint64_t filesOpened = 0;
  ScanStats scan;  // of the files opened
};

// One thread at a time.
class Table {
 public:
  // Opens the first file, whose schema is that of all. kInvalidArgument: no file, or directories
  // that name other columns; and what opening returns.
  [[nodiscard]] static Result<std::unique_ptr<Table>> create(std::vector<TableFile> files);

  // The leaves of the files, and behind them those of their directories that the files do not have
  // themselves.
  [[nodiscard]] const schema::Schema& schema() const noexcept { return schema_; }
  [[nodiscard]] const read::Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] std::size_t fileCount() const noexcept { return files_.size(); }

  // What is read, and the rows: `leaves` of schema(), in its order. To be called once, before next.
  // kInvalidArgument as FilteredReader::create.
  struct Request {
    std::vector<std::uint32_t> leaves;
    std::optional<Predicate> where;
    std::uint64_t skip = 0;
    std::uint64_t limit = UINT64_MAX;
    bool isCompact = false;
    std::size_t lendAlignment = 1;
    // Asked of each file all of whose rows are asked for, with its leaf for each of the table's
    // that are of files: true, and they are passed by.
    std::function<Result<bool>(const read::FileReader&, std::span<const std::uint32_t>)>
        takesWhole = {};
  };
  [[nodiscard]] Result<void> begin(Request request);

  struct Batch {
    std::uint32_t file = 0;
    std::uint64_t firstRow = 0;
    Rows rows;
    std::vector<const read::ColumnVector*> columns;  // of the leaves asked for
  };
  // The next rows; false: there are none left. The batch lasts until the next call.
  // kInvalidArgument as leavesIn of table_schema.hpp of a file that does not go with the first; and
  // as FilteredReader::next.
  [[nodiscard]] Result<bool> next(Batch& out);
  // The batch's columns, moved out of it into `columns`.
  void moveColumns(std::vector<read::ColumnVector>& columns);

  // What the last batch may have been lent out of, until the next call; nullptr: no file is open.
  [[nodiscard]] std::shared_ptr<const io::InputFile> openInput() const noexcept {
    return file_ != nullptr ? file_->file() : nullptr;
  }
  [[nodiscard]] const read::FileReader& first() const noexcept { return *first_; }
  // That of the last batch, until the next call.
  [[nodiscard]] const std::shared_ptr<const read::FileReader>& file() const noexcept {
    return file_;
  }
  // One that next() has opened before, anew. kIo: it is not the file any more that it was.
  [[nodiscard]] Result<std::shared_ptr<const read::FileReader>> reopen(
      std::size_t file, const io::FileIdentity& identity) const;
  // The leaves of one of the files that some of the table's are.
  [[nodiscard]] Result<std::vector<std::uint32_t>> leavesOf(
      const read::FileReader& file, std::span<const std::uint32_t> leaves) const;
  // Rows of single columns of a directory; for leaves behind those of the files.
  [[nodiscard]] Result<void> fillPartition(std::size_t file, std::uint32_t leaf, std::uint64_t rows,
                                           read::ColumnVector& out) const;
  [[nodiscard]] bool isPartition(std::uint32_t leaf) const noexcept { return leaf >= fileLeaves_; }

  [[nodiscard]] TableStats stats() const noexcept;

 private:
  // The predicate of a file, once directories have answered their part, and whether that is all
  // there is to know.
  struct FilePredicate {
    std::optional<Predicate> where;
    bool isNever = false;
    bool isAlways = false;
  };

  Table() = default;
  [[nodiscard]] Result<void> addPartitions();
  [[nodiscard]] Result<FilePredicate> predicateOf(std::size_t file) const;
  [[nodiscard]] Result<void> openFile(std::size_t file);
  [[nodiscard]] Result<bool> openNext();
  void closeFile();

  std::vector<TableFile> files_;
  Partitions partitions_;
  schema::Schema schema_;
  read::Shape shape_;
  std::size_t fileLeaves_ = 0;

  Request request_;
  std::vector<std::uint32_t> leavesOfFile_;  // of the request
  // Of the file that is open: its leaves for the table's, those that are read, in its order, and
  // which of their columns has each of leavesOfFile_.
  std::vector<std::uint32_t> leavesInFile_;
  std::vector<std::uint32_t> readLeaves_;
  std::vector<std::size_t> columnOf_;
  std::shared_ptr<const read::FileReader> first_;
  std::shared_ptr<const read::FileReader> file_;
  std::unique_ptr<FilteredReader> reader_;
  std::size_t nextFile_ = 0;
  SelectedBatch batch_;
  std::vector<read::ColumnVector> partitionColumns_;
  std::uint64_t skipLeft_ = 0;
  std::uint64_t limitLeft_ = 0;
  TableStats stats_;
};

}  // namespace parquet_flow::scan
