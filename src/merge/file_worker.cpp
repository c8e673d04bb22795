#include "merge/file_worker.hpp"

#include <algorithm>
#include <utility>

#include "merge/created_by.hpp"

namespace parquet_flow::merge {

std::unique_ptr<column::RowCopies> RowCopiesPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      auto rows = std::move(free_.back());
      free_.pop_back();
      return rows;
    }
  }
  return std::make_unique<column::RowCopies>(*schema_);
}

void RowCopiesPool::give(std::unique_ptr<column::RowCopies> rows) noexcept {
  rows->clear();
  const std::lock_guard lock(mutex_);
  if (free_.size() < kKept) free_.push_back(std::move(rows));
}

// A row group of a sixteenth of what is asked for is not worth being decoded: what it costs readers
// is its share of the footer.
CopyBounds copyBounds(const MergeOptions& options) noexcept {
  constexpr std::uint64_t kShare = 16;
  if (!options.copies || !options.sortBy.empty()) return {};
  return {.rows = options.rowGroupRows / kShare + 1,
          .bytes = rowGroupBytesOf(options) / kShare + 1,
          .bytesMax = rowGroupBytesMax(options)};
}

std::int64_t copiesMax(const MergeOptions& options) noexcept {
  return options.fileBytes == 0 ? kCopiesMax : INT64_MAX;
}

void FileWorker::run() {
  Unit unit;
  while (!isUnwanted_ && shared_.paths.take(unit)) {
    sequence_ = unit.sequence;
    for (std::size_t i = 0; i < unit.paths.size() && !isUnwanted_; ++i) {
      if (shared_.events.isStopped()) {
        flush();
        ResultItem last;
        last.stoppedBefore = unit.paths[i];
        put(std::move(last));
        break;
      }
      takeFile(unit.paths[i], unit.firstFile + i);
    }
    flush();
    shared_.results.end(sequence_);
    if (shared_.events.isStopped()) static_cast<void>(shared_.paths.stop());
  }
}

void FileWorker::takeFile(const std::string& path, std::uint64_t number) {
  FileDone done;
  done.path = path;
  done.number = number;
  done.worker = number_;
  Result<void> read = readFile(path, done);
  if (!read) {
    for (ResultItem& item : held_) {
      if (item.rows != nullptr) shared_.pool.give(std::move(item.rows));
    }
    held_.clear();
    heldBytes_ = 0;
    heldRows_ = 0;
    done.error = std::move(read).error();
    if (done.error->message().find(path) == std::string::npos) {
      done.error = std::move(*done.error).withContext(path);
    }
  }
  source_.close();
  item_.files.push_back(std::move(done));
  if (item_.rows != nullptr &&
      (item_.rows->rows() >= std::min(shared_.options.batchRows, shared_.options.rowGroupRows) ||
       item_.rows->bytes() >= kItemBytes)) {
    flush();
  }
}

Result<void> FileWorker::readFile(const std::string& path, FileDone& done) {
  PF_TRY(source_.open(path));
  PF_TRY_ASSIGN(const auto sessions, sessionsOf(shared_.target, source_, done.number));
  PF_TRY(rows_.beginFile(source_, sessions ? &*sessions : nullptr));
  const auto& groups = source_.metaData().row_groups;
  const CopyBounds bounds = copyBounds(shared_.options);
  if (groups.size() > 1 || source_.info().rows > shared_.options.batchRows ||
      (groups.size() == 1 && isLargeEnough(groups[0], bounds))) {
    PF_TRY(readLarge(done));
  } else {
    PF_TRY(readSmall(done));
  }
  done.keyValues = keyValuesOf(source_, rows_.columns().isIdentity);
  return {};
}

// One batch, with those of other files: all of it is decoded before any of it is taken.
Result<void> FileWorker::readSmall(FileDone& done) {
  if (source_.info().rows == 0) return {};
  PF_TRY(rows_.beginRowGroup(0));
  PF_TRY_ASSIGN(const std::uint64_t rows, rows_.next(shared_.options.batchRows));
  if (rows_.rowsLeft() != 0) return readLarge(done);
  if (item_.rows == nullptr) item_.rows = shared_.pool.take();
  Result<void> appended = item_.rows->append(rows, rows_.views());
  if (!appended) {
    // Rows of other files are lost with it.
    item_ = {};
    item_.fatal = std::move(appended).error();
    flush();
    isUnwanted_ = true;
    return {};
  }
  done.rows = rows;
  return {};
}

Result<void> FileWorker::readLarge(FileDone& done) {
  const auto& groups = source_.metaData().row_groups;
  const CopyBounds bounds = copyBounds(shared_.options);
  const bool isIdentity = rows_.columns().isIdentity;
  const bool canCopy = isIdentity && canCopyFrom(source_);
  const auto writers =
      writersOf(source_.metaData().created_by, source_.keyValue(write::kCopiedFromKey));
  const auto keyValues = std::make_shared<const KeyValues>(keyValuesOf(source_, isIdentity));
  for (std::size_t group = 0; group < groups.size(); ++group) {
    if (isUnwanted_) return {};
    // A count alone: nothing is published by it.
    if (canCopy && isLargeEnough(groups[group], bounds) &&
        shared_.copiesLeft.fetch_sub(1, std::memory_order_relaxed) > 0) {
      PF_TRY_ASSIGN(auto copied, describeRowGroup(source_, *shared_.target.schema, group));
      heldRows_ += static_cast<std::uint64_t>(groups[group].num_rows);
      ResultItem item;
      item.copyBytes = memoryOf(copied);
      item.copies.push_back(std::move(copied));
      item.writers = writers;
      item.keyValues = keyValues;
      heldBytes_ += item.copyBytes;
      hold(std::move(item));
      if (heldBytes_ >= kHeldBytesMax) releaseHeld(done);
      continue;
    }
    PF_TRY(rows_.beginRowGroup(group));
    PF_TRY(readRowGroup(done, keyValues));
  }
  releaseHeld(done);
  return {};
}

Result<void> FileWorker::readRowGroup(FileDone& done,
                                      const std::shared_ptr<const KeyValues>& keyValues) {
  while (rows_.rowsLeft() != 0 && !isUnwanted_) {
    PF_TRY_ASSIGN(const std::uint64_t rows, rows_.next(shared_.options.batchRows));
    // Small row groups of one file share a batch.
    if (held_.empty() || held_.back().rows == nullptr ||
        held_.back().rows->rows() + rows > shared_.options.batchRows) {
      ResultItem item;
      item.rows = shared_.pool.take();
      item.keyValues = keyValues;
      hold(std::move(item));
    }
    column::RowCopies& copies = *held_.back().rows;
    const std::uint64_t before = copies.bytes();
    PF_TRY(copies.append(rows, rows_.views()));
    heldBytes_ += copies.bytes() - before;
    heldRows_ += rows;
    if (heldBytes_ >= kHeldBytesMax) releaseHeld(done);
  }
  return {};
}

void FileWorker::hold(ResultItem item) { held_.push_back(std::move(item)); }

void FileWorker::releaseHeld(FileDone& done) {
  flush();
  for (ResultItem& item : held_) put(std::move(item));
  held_.clear();
  done.rows += std::exchange(heldRows_, 0);
  heldBytes_ = 0;
}

void FileWorker::flush() {
  if (item_.isEmpty()) return;
  put(std::exchange(item_, {}));
}

void FileWorker::put(ResultItem item) {
  isUnwanted_ = isUnwanted_ || !shared_.results.put(sequence_, std::move(item));
}

}  // namespace parquet_flow::merge
