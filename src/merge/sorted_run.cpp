#include "merge/sorted_run.hpp"

#include <algorithm>
#include <utility>

#include "write/options.hpp"

namespace parquet_flow::merge {
namespace {

// Of a file, before it is known what they take.
constexpr std::uint64_t kRowsFirst = 1024;

bool isInOrder(const SortKeys& keys) noexcept {
  if (keys.offsets.empty()) return std::is_sorted(keys.prefixes.begin(), keys.prefixes.end());
  for (std::size_t row = 1; row < keys.prefixes.size(); ++row) {
    if (compareKeys(keys, row - 1, keys, row) > 0) return false;
  }
  return true;
}

bool followsOn(const SortKeys& last, const SortKeys& keys) noexcept {
  return last.prefixes.empty() || keys.prefixes.empty() || compareKeys(last, 0, keys, 0) <= 0;
}

// The last row of `keys`, alone.
Result<void> keepLast(const SortKeys& keys, SortKeys& out) {
  if (keys.prefixes.empty()) return {};
  out.clear();
  out.prefixes.push_back(keys.prefixes.back());
  if (keys.offsets.empty()) return {};
  const std::string_view key = keys.key(keys.prefixes.size() - 1);
  out.offsets = {0, key.size()};
  return out.bytes.append(key.data(), key.size());
}

}  // namespace

std::shared_ptr<RowBatch> RowBatches::take() {
  std::unique_ptr<RowBatch> batch;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      batch = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (batch == nullptr) batch = std::make_unique<RowBatch>(*schema_);
  return {batch.release(), [self = shared_from_this()](RowBatch* done) {
            const std::lock_guard lock(self->mutex_);
            self->free_.emplace_back(done);
          }};
}

SortedRun::SortedRun(const Target& target, const MergeOptions& options, SharedWork& work,
                     std::shared_ptr<RowBatches> batches)
    : options_(options),
      work_(work),
      batches_(std::move(batches)),
      maker_(*target.schema, options.sortBy),
      rows_(*target.schema) {}

void SortedRun::open(const SortedFile& file, const BatchSize& batchSize, bool checksOrder) {
  work_.withdraw(*this);
  file_ = file;
  batchSize_ = batchSize;
  checksOrder_ = checksOrder;
  isOpen_ = false;
  needsCopies_ = false;
  nextRowGroup_ = 0;
  last_.clear();
  result_ = {};
  work_.post(*this);
}

Result<std::shared_ptr<const RowBatch>> SortedRun::next() {
  work_.finish(*this);
  if (!result_) return fail(Error(result_.error()));
  std::shared_ptr<const RowBatch> batch = std::move(decoded_);
  if (batch != nullptr) work_.post(*this);
  return batch;
}

// A page of a run of ours ends with the row that brings it to its size, whatever the files' own
// pages may have: what comes before that one, its levels and lengths, is on top of it.
std::uint64_t SortedRun::pageBytesMax() const noexcept {
  if (file_.identity) return options_.pageBytesMax;
  return std::max(options_.pageBytesMax, read::kPageBytesMaxDefault) +
         2 * write::WriterOptions().pageBytes;
}

Result<void> SortedRun::openFile(const SessionColumn* session) {
  PF_TRY(source_.open(file_.path));
  if (file_.identity && source_.file()->identity() != *file_.identity) {
    return fail(ErrorCode::kCorrupt,
                file_.path + " was replaced or written to while it was sorted");
  }
  rows_.setPageBytesMax(pageBytesMax());
  PF_TRY(rows_.beginFile(source_, session));
  isOpen_ = true;
  const auto& leaves = rows_.columns().leaves;
  needsCopies_ = std::any_of(leaves.begin(), leaves.end(), [](const MappedLeaf& leaf) {
    return leaf.source == LeafSource::kDecimal;
  });
  const std::uint64_t rows = std::max<std::uint64_t>(source_.info().rows, 1);
  const std::uint64_t rowBytes = source_.uncompressedBytes() / rows + 1;
  rowsNext_ = std::clamp<std::uint64_t>(batchSize_.bytesMax / rowBytes, 1,
                                        std::min(batchSize_.rowsMax, kRowsFirst));
  return {};
}

// What rows take is seen when they are decoded: of a dictionary's values it is less before.
void SortedRun::sizeNext(const RowBatch& batch, std::uint64_t rows) noexcept {
  std::uint64_t bytes = batch.keys.bytes.size() + batch.copies.bytes();
  for (const read::ColumnVector& vector : batch.decoded.vectors) {
    bytes += vector.values.size() + vector.offsets.size() + vector.validity.size() +
             vector.definitionLevels.size() + vector.repetitionLevels.size();
  }
  for (const ByteBuffer& made : batch.decoded.made) bytes += made.size();
  rowsNext_ =
      std::clamp<std::uint64_t>(batchSize_.bytesMax / (bytes / rows + 1), 1, batchSize_.rowsMax);
}

Result<void> SortedRun::perform() {
  const SessionColumn* const session = file_.session ? &*file_.session : nullptr;
  if (!isOpen_) PF_TRY(openFile(session));
  while (rows_.rowsLeft() == 0) {
    if (nextRowGroup_ == source_.metaData().row_groups.size()) return {};
    PF_TRY(rows_.beginRowGroup(nextRowGroup_++));
  }
  std::shared_ptr<RowBatch> batch = batches_->take();
  rows_.swapBatch(batch->decoded);
  auto rows = rows_.next(rowsNext_);
  rows_.swapBatch(batch->decoded);
  if (!rows) return tl::unexpected<Error>(std::move(rows).error());
  batch->views = batch->decoded.views;
  batch->copies.clear();
  if (needsCopies_) {
    PF_TRY(batch->copies.append(*rows, batch->views));
    batch->views = batch->copies.views();
  }
  batch->keys.clear();
  PF_TRY(maker_.append(batch->views, batch->keys));
  sizeNext(*batch, *rows);
  if (checksOrder_) {
    if (!isInOrder(batch->keys) || !followsOn(last_, batch->keys)) {
      return fail(ErrorCode::kCorrupt,
                  std::string(source_.bytes().name()) + ": its rows are no longer in order");
    }
    PF_TRY(keepLast(batch->keys, last_));
  }
  batch->source.set(rows_.output(), batch->views);
  decoded_ = std::move(batch);
  return {};
}

SortedCheck::SortedCheck(const Target& target, const MergeOptions& options)
    : maker_(*target.schema, options.sortBy), rows_(*target.schema, maker_.leaves()) {
  rows_.setPageBytesMax(options.pageBytesMax);
}

Result<bool> SortedCheck::isSorted(const SourceFile& file, const SessionColumn* session) {
  PF_TRY(rows_.beginFile(file, session));
  SortKeys keys;
  SortKeys last;
  constexpr std::uint64_t kRows = 64 << 10;
  for (std::size_t group = 0; group < file.metaData().row_groups.size(); ++group) {
    PF_TRY(rows_.beginRowGroup(group));
    while (rows_.rowsLeft() != 0) {
      PF_TRY(rows_.next(kRows));
      keys.clear();
      PF_TRY(maker_.append(rows_.views(), keys));
      if (!isInOrder(keys) || !followsOn(last, keys)) return false;
      PF_TRY(keepLast(keys, last));
    }
  }
  return true;
}

}  // namespace parquet_flow::merge
