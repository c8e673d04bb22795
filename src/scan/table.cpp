#include "scan/table.hpp"

#include <algorithm>
#include <utility>

#include "io/posix_file.hpp"
#include "scan/bound_predicate.hpp"
#include "scan/table_schema.hpp"

namespace parquet_flow::scan {
namespace {

using schema::Leaf;

void add(ScanStats& to, const ScanStats& from) noexcept {
  to.rowGroups += from.rowGroups;
  to.rowGroupsByStatistics += from.rowGroupsByStatistics;
  to.rowGroupsByBloomFilter += from.rowGroupsByBloomFilter;
  to.rowGroupsByDictionary += from.rowGroupsByDictionary;
  to.rowGroupsByPageIndex += from.rowGroupsByPageIndex;
  to.rowGroupsRead += from.rowGroupsRead;
  to.rows += from.rows;
  to.rowsByPageIndex += from.rowsByPageIndex;
  to.rowsTested += from.rowsTested;
  to.rowsSelected += from.rowsSelected;
  to.chunkBytes += from.chunkBytes;
  to.pagesRead += from.pagesRead;
  to.pagesSkipped += from.pagesSkipped;
  to.bytesRead += from.bytesRead;
}

}  // namespace

TableFile tableFileAt(const std::string& path, const read::ReadOptions& options,
                      io::InputAccess access) {
  const auto open = [path, options, access]() -> Result<std::shared_ptr<const read::FileReader>> {
    PF_TRY_ASSIGN(auto input, io::openInputFile(path, access));
    PF_TRY_ASSIGN(auto file, read::FileReader::open(std::move(input), options));
    return std::shared_ptr<const read::FileReader>(std::move(file));
  };
  return {path, open, partitionsOf(path)};
}

Result<std::unique_ptr<Table>> Table::create(std::vector<TableFile> files) {
  if (files.empty()) {
    return fail(ErrorCode::kInvalidArgument, "there are no files");
  }
  std::unique_ptr<Table> made(new Table());
  made->files_ = std::move(files);
  PF_TRY_ASSIGN(made->first_, made->files_[0].open());
  made->schema_ = made->first_->schema();
  made->shape_ = made->first_->shape();
  made->fileLeaves_ = made->schema_.leaves().size();
  made->stats_.files = made->files_.size();
  PF_TRY(made->addPartitions());
  return made;
}

// A column that the files have themselves is theirs.
Result<void> Table::addPartitions() {
  const auto nodes = schema_.nodes();
  const auto isOfFiles = [nodes](const PartitionValue& value) {
    return std::any_of(nodes[schema::kRoot].children.begin(), nodes[schema::kRoot].children.end(),
                       [&](std::uint32_t child) { return nodes[child].name == value.column; });
  };
  std::vector<std::vector<PartitionValue>> values;
  std::vector<std::string> names;
  for (TableFile& file : files_) {
    std::erase_if(file.partitions, isOfFiles);
    values.push_back(file.partitions);
    names.push_back(file.name);
  }
  PF_TRY_ASSIGN(partitions_, Partitions::create(values, names));
  for (const Leaf& leaf : partitions_.schema().leaves()) {
    PF_TRY_ASSIGN(const std::uint32_t index,
                  schema_.addLeaf(schema::kRoot, leaf.dottedPath, leaf.type, leaf.repetition,
                                  leaf.typeLength, leaf.logical));
    read::Shape shape;
    shape.kind = read::ShapeKind::kLeaf;
    shape.name = leaf.dottedPath;
    shape.node = schema_.leaves()[index].node;
    shape.isNullable = true;
    shape.definitionLevel = 1;
    shape.leaf = index;
    shape_.children.push_back(std::move(shape));
  }
  return {};
}

Result<void> Table::begin(Request request) {
  request_ = std::move(request);
  skipLeft_ = request_.skip;
  limitLeft_ = request_.limit;
  for (const std::uint32_t leaf : request_.leaves) {
    if (!isPartition(leaf)) {
      leavesOfFile_.push_back(leaf);
    }
  }
  partitionColumns_.resize(request_.leaves.size() - leavesOfFile_.size());
  // What is wrong with the predicate is said whichever files there are.
  return request_.where ? Result<void>(bind(schema_, *request_.where).map([](const auto&) {}))
                        : Result<void>{};
}

// Sets file_, and where it has the table's columns.
Result<void> Table::openFile(std::size_t file) {
  if (file == 0) {
    file_ = first_;
  } else {
    PF_TRY_ASSIGN(file_, files_[file].open());
  }
  PF_TRY_ASSIGN(leavesInFile_, leavesIn(*first_, *file_));
  readLeaves_.clear();
  for (const std::uint32_t leaf : leavesOfFile_) {
    readLeaves_.push_back(leavesInFile_[leaf]);
  }
  std::sort(readLeaves_.begin(), readLeaves_.end());
  columnOf_.clear();
  for (const std::uint32_t leaf : leavesOfFile_) {
    const auto at = std::ranges::lower_bound(readLeaves_, leavesInFile_[leaf]);
    columnOf_.push_back(static_cast<std::size_t>(at - readLeaves_.begin()));
  }
  batch_.columns.clear();  // they have the form of another leaf, perhaps
  return {};
}

Result<std::vector<std::uint32_t>> Table::leavesOf(const read::FileReader& file,
                                                   std::span<const std::uint32_t> leaves) const {
  PF_TRY_ASSIGN(const std::vector<std::uint32_t> all, leavesIn(*first_, file));
  std::vector<std::uint32_t> out;
  for (const std::uint32_t leaf : leaves) {
    out.push_back(all[leaf]);
  }
  return out;
}

Result<std::shared_ptr<const read::FileReader>> Table::reopen(
    std::size_t file, const io::FileIdentity& identity) const {
  auto opened = files_[file].open();
  // It could be opened before: what is no Parquet file now is another one, or was cut short.
  const bool isOther = opened ? (*opened)->file()->identity() != identity
                              : opened.error().code() != ErrorCode::kIo &&
                                    opened.error().code() != ErrorCode::kOutOfMemory;
  if (isOther) {
    return fail(ErrorCode::kIo,
                files_[file].name + ": the file was replaced or written to while it was queried");
  }
  return opened;
}

Result<Table::FilePredicate> Table::predicateOf(std::size_t file) const {
  FilePredicate out;
  if (!request_.where) {
    out.isAlways = true;
    return out;
  }
  PF_TRY_ASSIGN(out.where, partitions_.answered(*request_.where, file));
  PF_TRY_ASSIGN(const BoundPredicate bound, bind(schema_, *out.where));
  out.isNever = bound.root.kind == NodeKind::kFalse;
  out.isAlways = bound.root.kind == NodeKind::kTrue;
  return out;
}

Result<void> Table::fillPartition(std::size_t file, std::uint32_t leaf, std::uint64_t rows,
                                  read::ColumnVector& out) const {
  return partitions_.fill(file, leaf - fileLeaves_, rows, out);
}

// The next file that may have rows; false: there is none.
Result<bool> Table::openNext() {
  for (; nextFile_ < files_.size() && limitLeft_ != 0; ++nextFile_) {
    PF_TRY_ASSIGN(FilePredicate predicate, predicateOf(nextFile_));
    if (predicate.isNever) {
      ++stats_.filesByPartition;
      continue;
    }
    PF_TRY(openFile(nextFile_));
    ++stats_.filesOpened;
    if (predicate.isAlways && request_.takesWhole) {
      PF_TRY_ASSIGN(const bool isTaken, request_.takesWhole(*file_, leavesInFile_));
      if (isTaken) {
        ++stats_.filesByFooter;
        continue;
      }
    }
    FilterOptions options;
    options.leaves = readLeaves_;
    options.predicate = std::move(predicate.where);
    options.skip = skipLeft_;
    options.limit = limitLeft_;
    options.isCompact = request_.isCompact;
    options.lendAlignment = request_.lendAlignment;
    options.keepsBatchRows = !partitionColumns_.empty();  // which are filled
    PF_TRY_ASSIGN(reader_, FilteredReader::create(*file_, std::move(options)));
    ++nextFile_;
    return true;
  }
  return false;
}

void Table::closeFile() {
  const ScanStats& scan = reader_->stats();
  skipLeft_ -= std::min(skipLeft_, scan.rowsSelected);
  add(stats_.scan, scan);
  reader_.reset();
  file_.reset();
}

Result<bool> Table::next(Batch& out) {
  for (;;) {
    if (reader_ == nullptr) {
      PF_TRY_ASSIGN(const bool isOpen, openNext());
      if (!isOpen) {
        return false;
      }
    }
    PF_TRY_ASSIGN(const bool isThere, reader_->next(batch_));
    if (isThere) {
      break;
    }
    closeFile();
  }
  limitLeft_ -= std::min(limitLeft_, batch_.selected);
  out.file = static_cast<std::uint32_t>(nextFile_ - 1);
  out.firstRow = batch_.firstRow;
  out.rows = {batch_.rows, batch_.selected, batch_.isAll ? nullptr : batch_.selection.data()};
  out.columns.clear();
  for (std::size_t i = 0; i < request_.leaves.size(); ++i) {
    if (!isPartition(request_.leaves[i])) {
      out.columns.push_back(&batch_.columns[columnOf_[i]]);
      continue;
    }
    read::ColumnVector& column = partitionColumns_[i - leavesOfFile_.size()];
    PF_TRY(fillPartition(out.file, request_.leaves[i], batch_.rows, column));
    out.columns.push_back(&column);
  }
  return true;
}

void Table::moveColumns(std::vector<read::ColumnVector>& columns) {
  columns.resize(request_.leaves.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    std::swap(columns[i], i < leavesOfFile_.size() ? batch_.columns[columnOf_[i]]
                                                   : partitionColumns_[i - leavesOfFile_.size()]);
  }
}

TableStats Table::stats() const noexcept {
  TableStats now = stats_;
  if (reader_ != nullptr) {
    add(now.scan, reader_->stats());
  }
  return now;
}

}  // namespace parquet_flow::scan
