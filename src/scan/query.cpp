#include "scan/query.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "scan/append_values.hpp"
#include "scan/row_key.hpp"

namespace parquet_flow::scan {
namespace {

using read::ColumnVector;
using schema::Leaf;

// Up to so many rows their columns are fetched once they are known: a row of a column costs about
// as much as the page that it is in.
constexpr std::uint64_t kFetchedRowsMax = 1000;

// Of files with rows that are fetched so many stay open: most of the usual 1024 descriptors are the
// application's, and the footer of each is in memory.
constexpr std::ptrdiff_t kFilesOpenMax = 32;

// Sum without overflow: `limit` may be as large as can be.
std::uint64_t rowsWanted(const QueryOptions& options) noexcept {
  return options.limit > UINT64_MAX - options.skip ? UINT64_MAX : options.limit + options.skip;
}

// A struct of flat leaves, all of the schema.
read::Shape flatShape(const schema::Schema& schema) {
  read::Shape shape;
  for (const Leaf& leaf : schema.leaves()) {
    read::Shape child;
    child.kind = read::ShapeKind::kLeaf;
    child.name = leaf.dottedPath;
    child.node = leaf.node;
    child.isNullable = leaf.repetition == schema::Repetition::kOptional;
    child.definitionLevel = leaf.maxDefinitionLevel;
    child.leaf = leaf.index;
    shape.children.push_back(std::move(child));
  }
  return shape;
}

// Where `leaves`, in order, has `leaf`, which is one of them.
std::size_t positionOf(std::span<const std::uint32_t> leaves, std::uint32_t leaf) noexcept {
  return static_cast<std::size_t>(std::lower_bound(leaves.begin(), leaves.end(), leaf) -
                                  leaves.begin());
}

// Of `bytesMax` without what the columns take.
std::uint64_t bytesLeft(std::uint64_t bytesMax, std::span<const ColumnVector> columns) noexcept {
  for (const ColumnVector& column : columns) {
    bytesMax -= std::min(bytesMax, bytesOf(column));
  }
  return bytesMax;
}

std::vector<const ColumnVector*> pick(std::span<const ColumnVector* const> columns,
                                      std::span<const std::size_t> positions) {
  std::vector<const ColumnVector*> picked;
  for (const std::size_t position : positions) {
    picked.push_back(columns[position]);
  }
  return picked;
}

}  // namespace

Result<std::unique_ptr<Query>> Query::create(std::vector<TableFile> files, QueryOptions options) {
  std::unique_ptr<Query> made(new Query());
  made->options_ = std::move(options);
  PF_TRY_ASSIGN(made->table_, Table::create(std::move(files)));
  const bool isGrouped = !made->options_.groupBy.empty() || !made->options_.aggregates.empty();
  PF_TRY(isGrouped ? made->planGroups() : made->planRows());
  PF_TRY(made->planSort());
  PF_TRY(made->beginTable());
  return made;
}

Result<void> Query::planRows() {
  PF_TRY_ASSIGN(leaves_, read::leavesOf(table_->schema(), options_.select));
  std::vector<bool> isTaken(table_->schema().leaves().size());
  for (const std::uint32_t leaf : leaves_) {
    isTaken[leaf] = true;
  }
  shape_ = read::pruned(table_->shape(), isTaken);
  read::putInOrder(shape_, table_->schema(), options_.select);
  return {};
}

Result<void> Query::planGroups() {
  if (!options_.select.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "groups have the columns that they are grouped by and aggregates, not others that "
                "are selected");
  }
  PF_TRY_ASSIGN(grouping_, Grouping::create(table_->schema(), options_.groupBy,
                                            std::move(options_.aggregates), options_.bytesMax));
  leaves_.resize(schema().leaves().size());
  std::iota(leaves_.begin(), leaves_.end(), 0U);
  shape_ = flatShape(schema());
  return {};
}

Result<void> Query::planSort() {
  for (const OrderBy& by : options_.orderBy) {
    PF_TRY_ASSIGN(const Leaf* const leaf, schema().requireLeaf(by.column));
    PF_TRY(requireOrdered(*leaf));
    sortBy_.push_back({leaf, by.isDescending});
  }
  if (sortBy_.empty() || grouping_ != nullptr) {
    return {};
  }
  // What is sorted by is there anyway; a predicate's columns are not given to us.
  isFetched_ = rowsWanted(options_) <= kFetchedRowsMax &&
               std::any_of(leaves_.begin(), leaves_.end(), [this](std::uint32_t leaf) {
                 return std::none_of(
                     sortBy_.begin(), sortBy_.end(),
                     [leaf](const SortColumn& column) { return column.leaf->index == leaf; });
               });
  std::vector<const Leaf*> kept;
  if (!isFetched_) {
    for (const std::uint32_t leaf : leaves_) {
      kept.push_back(&schema().leaves()[leaf]);
    }
  }
  sorted_.emplace(sortBy_, std::move(kept), rowsWanted(options_), options_.bytesMax);
  return {};
}

Result<void> Query::beginTable() {
  Table::Request request;
  request.where = options_.where;
  if (grouping_ != nullptr) {
    request.leaves = grouping_->leaves();
    request.takesWhole = [this](const read::FileReader& file,
                                std::span<const std::uint32_t> leaves) {
      return grouping_->tryAddFile(file, leaves);
    };
  } else if (sorted_) {
    sortLeaves_ = isFetched_ ? std::vector<std::uint32_t>{} : leaves_;
    for (const SortColumn& column : sortBy_) {
      sortLeaves_.push_back(column.leaf->index);
    }
    std::sort(sortLeaves_.begin(), sortLeaves_.end());
    sortLeaves_.erase(std::unique(sortLeaves_.begin(), sortLeaves_.end()), sortLeaves_.end());
    request.leaves = sortLeaves_;
  } else {
    request.leaves = leaves_;
    request.skip = options_.skip;
    request.limit = options_.limit;
    request.isCompact = true;
    request.lendAlignment = 8;
  }
  return table_->begin(std::move(request));
}

Result<bool> Query::next(read::ColumnBatch& out) {
  return error_.run([&] { return nextBatch(out); });
}

Result<bool> Query::nextBatch(read::ColumnBatch& out) {
  out.rows = 0;
  out.firstRow = rowsGiven_;
  if (!isRun_ && grouping_ != nullptr) {
    PF_TRY(group());
  } else if (!isRun_ && sorted_) {
    PF_TRY(sortRows());
  }
  for (std::size_t i = pickers_.size(); i < columns_.size(); ++i) {
    pickers_.emplace_back(schema().leaves()[leaves_[i]], columns_[i]);
  }
  isRun_ = true;
  PF_TRY_ASSIGN(const bool isThere, grouping_ == nullptr && !sorted_ ? nextOfTable(out)
                                    : sorted_ && !isFetched_         ? nextSorted(out)
                                                                     : nextGroups(out));
  rowsGiven_ += out.rows;
  return isThere;
}

Result<bool> Query::nextOfTable(read::ColumnBatch& out) {
  Table::Batch batch;
  PF_TRY_ASSIGN(const bool isThere, table_->next(batch));
  if (isThere) {
    table_->moveColumns(out.columns);
    out.rows = batch.rows.count;
  }
  return isThere;
}

// All groups at once, or those of the sorted rows that were fetched: they are in memory anyway.
Result<bool> Query::nextGroups(read::ColumnBatch& out) {
  std::vector<std::uint32_t> rows(std::min(rows_ - given_, read::kBatchRowsDefault));
  if (order_.empty()) {
    std::iota(rows.begin(), rows.end(), static_cast<std::uint32_t>(given_));
  } else {
    std::copy_n(order_.begin() + static_cast<std::ptrdiff_t>(given_), rows.size(), rows.begin());
  }
  rows.resize(rowsOfBatch(pickers_, rows));
  out.columns.resize(leaves_.size());
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    out.columns[i].clear();
    PF_TRY(pickers_[i].append(rows, out.columns[i]));
  }
  given_ += rows.size();
  out.rows = rows.size();
  return !rows.empty();
}

Result<bool> Query::nextSorted(read::ColumnBatch& out) {
  out.columns.resize(leaves_.size());
  PF_TRY_ASSIGN(const bool isThere, sorted_->next(read::kBatchRowsDefault, out.columns));
  out.rows = isThere ? out.columns[0].rows : 0;
  return isThere;
}

Result<void> Query::group() {
  Table::Batch batch;
  for (;;) {
    PF_TRY_ASSIGN(const bool isThere, table_->next(batch));
    if (!isThere) {
      break;
    }
    PF_TRY(grouping_->add(batch.columns, batch.rows));
  }
  PF_TRY_ASSIGN(rows_, grouping_->finish(columns_));
  if (!sortBy_.empty()) {
    return sortGroups();
  }
  given_ = std::min(options_.skip, rows_);
  rows_ = given_ + std::min(options_.limit, rows_ - given_);
  return {};
}

// Their order alone: columns are not copied for it.
Result<void> Query::sortGroups() {
  std::vector<const ColumnVector*> by;
  by.reserve(sortBy_.size());
  for (const SortColumn& column : sortBy_) {
    by.push_back(&columns_[column.leaf->index]);
  }
  SortedRows sorted(sortBy_, {}, rowsWanted(options_), bytesLeft(options_.bytesMax, columns_));
  PF_TRY(sorted.add(by, {}, Rows::all(rows_), {}));
  PF_TRY(sorted.finish(options_.skip));
  for (const RowOrigin& origin : sorted.origins()) {
    order_.push_back(static_cast<std::uint32_t>(origin.row));
  }
  rows_ = order_.size();
  return {};
}

Result<void> Query::sortRows() {
  std::vector<std::size_t> by;
  by.reserve(sortBy_.size());
  for (const SortColumn& column : sortBy_) {
    by.push_back(positionOf(sortLeaves_, column.leaf->index));
  }
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < leaves_.size() && !isFetched_; ++i) {
    kept.push_back(positionOf(sortLeaves_, leaves_[i]));
  }
  Table::Batch batch;
  for (;;) {
    PF_TRY_ASSIGN(const bool isThere, table_->next(batch));
    if (!isThere) {
      break;
    }
    if (isFetched_) {
      keepFile(batch.file);
    }
    PF_TRY(sorted_->add(pick(batch.columns, by), pick(batch.columns, kept), batch.rows,
                        {batch.file, batch.firstRow}));
  }
  PF_TRY(sorted_->finish(options_.skip));
  return isFetched_ ? fetchSorted() : Result<void>{};
}

// By the time that the other columns are fetched a path may lead to another file: the first so many
// stay open, and others are known again.
void Query::keepFile(std::uint32_t number) {
  if (kept_.contains(number)) {
    return;
  }
  const std::vector<std::uint32_t> sources = sorted_->sources();
  std::erase_if(kept_,
                [&](const auto& file) { return !std::ranges::binary_search(sources, file.first); });
  const bool staysOpen = std::ranges::count_if(kept_, [](const auto& file) {
                           return file.second.reader != nullptr;
                         }) < kFilesOpenMax;
  kept_.emplace(number,
                KeptFile{table_->file()->file()->identity(), staysOpen ? table_->file() : nullptr});
}

Result<std::shared_ptr<const read::FileReader>> Query::takeFile(std::uint32_t number) {
  const KeptFile kept = std::move(kept_.extract(number).mapped());
  return kept.reader != nullptr ? Result<std::shared_ptr<const read::FileReader>>(kept.reader)
                                : table_->reopen(number, kept.identity);
}

// File by file and row by row as they lie there; they are put in order as they are given.
Result<void> Query::fetchSorted() {
  const std::vector<RowOrigin> origins = sorted_->origins();
  std::vector<std::uint32_t> asTheyLie(origins.size());
  std::iota(asTheyLie.begin(), asTheyLie.end(), 0U);
  std::sort(asTheyLie.begin(), asTheyLie.end(), [&](std::uint32_t a, std::uint32_t b) {
    return std::pair(origins[a].source, origins[a].row) <
           std::pair(origins[b].source, origins[b].row);
  });
  std::vector<std::uint32_t> ofFiles;
  for (const std::uint32_t leaf : leaves_) {
    if (!table_->isPartition(leaf)) {
      ofFiles.push_back(leaf);
    }
  }
  columns_.resize(leaves_.size());
  const std::uint64_t bytesMax = options_.bytesMax - std::min(options_.bytesMax, sorted_->bytes());
  for (std::size_t first = 0; first < asTheyLie.size();) {
    const std::uint32_t source = origins[asTheyLie[first]].source;
    std::vector<std::uint64_t> rows;
    for (; first < asTheyLie.size() && origins[asTheyLie[first]].source == source; ++first) {
      rows.push_back(origins[asTheyLie[first]].row);
    }
    PF_TRY_ASSIGN(const auto file, takeFile(source));
    PF_TRY_ASSIGN(const auto leaves, table_->leavesOf(*file, ofFiles));
    PF_TRY(fetchRows(*file, leaves, rows, bytesMax, std::span(columns_).first(ofFiles.size())));
    for (std::size_t i = ofFiles.size(); i < leaves_.size(); ++i) {
      ColumnVector column;
      PF_TRY(table_->fillPartition(source, leaves_[i], rows.size(), column));
      std::vector<std::uint32_t> all(rows.size());
      std::iota(all.begin(), all.end(), 0U);
      PF_TRY(appendRows(schema().leaves()[leaves_[i]], column, all, columns_[i]));
    }
  }
  kept_.clear();
  order_.resize(origins.size());
  for (std::size_t i = 0; i < asTheyLie.size(); ++i) {
    order_[asTheyLie[i]] = static_cast<std::uint32_t>(i);
  }
  rows_ = origins.size();
  return {};
}

QueryStats Query::stats() const noexcept { return {table_->stats(), rowsGiven_}; }

}  // namespace parquet_flow::scan
