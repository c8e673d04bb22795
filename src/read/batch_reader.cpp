#include "read/batch_reader.hpp"

#include <algorithm>
#include <new>
#include <numeric>
#include <string>
#include <utility>

#include "format/parquet_types.h"
#include "read/page_locations.hpp"

namespace parquet_flow::read {
namespace {

Result<void> check(const FileReader& file, const BatchOptions& options) {
  const std::size_t count = file.schema().leaves().size();
  for (std::size_t i = 0; i < options.leaves.size(); ++i) {
    if (options.leaves[i] >= count || (i != 0 && options.leaves[i] <= options.leaves[i - 1])) {
      return fail(ErrorCode::kInvalidArgument, "leaf " + std::to_string(options.leaves[i]) +
                                                   " of " + std::to_string(count) +
                                                   " is not there, or not in schema order");
    }
  }
  if (options.firstRow > file.rows()) {
    return fail(ErrorCode::kInvalidArgument, "the first row is " +
                                                 std::to_string(options.firstRow) +
                                                 ", the file has " + std::to_string(file.rows()));
  }
  if (options.batchRows == 0) {
    return fail(ErrorCode::kInvalidArgument, "batches of 0 rows");
  }
  if (options.threads == 0 || options.threads > kReadThreadsMax) {
    return fail(ErrorCode::kInvalidArgument, std::to_string(options.threads) +
                                                 " threads; it may be 1 .. " +
                                                 std::to_string(kReadThreadsMax));
  }
  return {};
}

}  // namespace

BatchReader::BatchReader(const FileReader& file, BatchOptions options)
    : file_(file), options_(std::move(options)), batchRows_(options_.batchRows) {
  if (options_.leaves.empty()) {
    options_.leaves.resize(file.schema().leaves().size());
    std::iota(options_.leaves.begin(), options_.leaves.end(), 0U);
  }
  const PageLimits limits = file.limitsOfScan();
  std::uint64_t rowBytes = 0;
  for (const std::uint32_t index : options_.leaves) {
    const schema::Leaf& leaf = file.schema().leaves()[index];
    cursors_.push_back(std::make_unique<ColumnCursor>(leaf, limits, options_.lendAlignment));
    rowBytes += std::max<std::uint64_t>(schema::fixedWidth(leaf.type, leaf.typeLength), 1);
  }
  if (rowBytes != 0) {
    batchRows_ =
        std::min(batchRows_, std::max<std::uint64_t>(file.limits().pageBytesMax / rowBytes, 1));
  }
  row_ = options_.firstRow;
  rowsLeft_ = std::min(options_.rows, file.rows() - options_.firstRow);
}

Result<std::unique_ptr<BatchReader>> BatchReader::create(const FileReader& file,
                                                         BatchOptions options) {
  PF_TRY(check(file, options));
  std::unique_ptr<BatchReader> reader(new BatchReader(file, std::move(options)));
  const auto columns = static_cast<std::uint32_t>(reader->cursors_.size());
  const std::uint32_t threads = std::min(reader->options_.threads, columns);
  if (threads > 1) {
    PF_TRY_ASSIGN(reader->threads_, ColumnThreads::start(threads));
    reader->done_.resize(columns);
  }
  return reader;
}

tl::unexpected<Error> BatchReader::inColumn(Error error, std::size_t column) const {
  const schema::Leaf& leaf = file_.schema().leaves()[options_.leaves[column]];
  return fail(std::move(error).withContext(std::string(file_.file()->name()) + ": row group " +
                                           std::to_string(nextRowGroup_ - 1) + ", column '" +
                                           leaf.dottedPath + "'"));
}

template <class Step>
Result<void> BatchReader::forEachColumn(Step&& step) {
  if (threads_ == nullptr) {
    for (std::size_t column = 0; column < cursors_.size(); ++column) {
      Result<void> done = step(column);
      if (!done) {
        return inColumn(std::move(done).error(), column);
      }
    }
    return {};
  }
  // What an error is said with needs memory too: without any, nothing leaves the thread.
  const auto guarded = [&](std::size_t column) noexcept {
    try {
      done_[column] = step(column);
    } catch (const std::bad_alloc&) {
      done_[column] = fail(ErrorCode::kOutOfMemory, "out of memory");  // needs none itself
    }
  };
  threads_->forEach(cursors_.size(), guarded);
  for (std::size_t column = 0; column < cursors_.size(); ++column) {
    if (!done_[column]) {
      return inColumn(std::move(done_[column]).error(), column);
    }
  }
  return {};
}

// The one that has row_; false: none has rows any more.
Result<bool> BatchReader::findRowGroup() {
  for (; nextRowGroup_ < file_.rowGroupCount(); ++nextRowGroup_) {
    const std::uint64_t rows = file_.rowGroupRows(nextRowGroup_);
    if (row_ - nextRowGroupRow_ < rows) {
      PF_TRY(beginRowGroup());
      return true;
    }
    nextRowGroupRow_ += rows;
  }
  return false;
}

Result<void> BatchReader::beginRowGroup() {
  const std::uint64_t rows = file_.rowGroupRows(nextRowGroup_);
  const auto& chunks = file_.metaData().row_groups[nextRowGroup_].columns;
  const std::uint64_t skipped = row_ - nextRowGroupRow_;
  nextRowGroupRow_ += rows;
  ++nextRowGroup_;
  rowGroupRowsLeft_ = std::min(rows - skipped, rowsLeft_);
  return forEachColumn([&](std::size_t column) -> Result<void> {
    PF_TRY(cursors_[column]->beginChunk(*file_.file(), chunks[options_.leaves[column]].meta_data,
                                        rows));
    return skipRows(column, skipped);
  });
}

// Of the row group that was begun. Where its headers would have to be read of the file for it, a
// page index says where the page is, if there is one and the rows are its entries.
Result<void> BatchReader::skipRows(std::size_t column, std::uint64_t rows) {
  ColumnCursor& cursor = *cursors_[column];
  const schema::Leaf& leaf = file_.schema().leaves()[options_.leaves[column]];
  if (rows != 0 && leaf.maxRepetitionLevel == 0 && file_.file()->contents().empty()) {
    std::uint64_t bytesRead = 0;
    PF_TRY_ASSIGN(const auto pages, readPageLocations(file_, nextRowGroup_ - 1, leaf, bytesRead));
    const std::size_t page = pages ? pages->pageOf(rows) : 0;
    if (page != 0) {
      PF_TRY(cursor.jump(pages->firstRows[page], pages->offsets[page], page));
      rows -= pages->firstRows[page];
    }
  }
  return cursor.skip(rows);
}

Result<bool> BatchReader::next(ColumnBatch& out) {
  return error_.run([&] { return nextBatch(out); });
}

// Texts of a dictionary can be far longer than what stands for them in their pages, which is known
// when they are too many: then the row group is begun anew, and read in smaller batches from there.
Result<void> BatchReader::readColumns(ColumnBatch& out, std::uint64_t& rows) {
  out.columns.resize(cursors_.size());
  for (;;) {
    Result<void> read = forEachColumn(
        [&](std::size_t column) { return cursors_[column]->read(rows, out.columns[column]); });
    if (read || rows == 1 || std::none_of(cursors_.begin(), cursors_.end(), [](const auto& cursor) {
          return cursor->hadTooManyRows();
        })) {
      return read;
    }
    rows /= 2;
    batchRows_ = rows;
    --nextRowGroup_;
    nextRowGroupRow_ -= file_.rowGroupRows(nextRowGroup_);
    PF_TRY(beginRowGroup());
  }
}

Result<bool> BatchReader::nextBatch(ColumnBatch& out) {
  out.rows = 0;
  if (rowsLeft_ == 0) {
    return false;
  }
  if (rowGroupRowsLeft_ == 0) {
    PF_TRY_ASSIGN(const bool isFound, findRowGroup());
    if (!isFound) {
      return false;
    }
  }
  std::uint64_t rows = std::min(batchRows_, rowGroupRowsLeft_);
  PF_TRY(readColumns(out, rows));
  out.firstRow = row_;
  out.rows = rows;
  row_ += rows;
  rowsLeft_ -= rows;
  rowGroupRowsLeft_ -= rows;
  return true;
}

}  // namespace parquet_flow::read
