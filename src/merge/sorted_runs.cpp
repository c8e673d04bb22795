#include "merge/sorted_runs.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/uuid.hpp"
#include "io/pending_file.hpp"

namespace parquet_flow::merge {
namespace {

// Row groups of runs: what is read of one at a time is a page of each column.
constexpr std::uint64_t kRunRowGroupRows = 256 << 10;
constexpr std::uint64_t kRunPageRows = 16 << 10;

// Written once and read once: nothing that costs time, and nothing for readers that skip.
write::WriterOptions runOptions(const Target& target) {
  write::WriterOptions options;
  options.column.encoding = encoding::Encoding::kPlain;
  options.column.statistics = false;
  options.crc = false;
  options.pageIndex = false;
  options.sizeStatistics = false;
  options.pageRows = kRunPageRows;
  options.floatOrder = target.writer.floatOrder;
  return options;
}

bool isInOrder(const SortKeys& keys, std::size_t from) noexcept {
  for (std::size_t row = std::max<std::size_t>(from, 1); row < keys.prefixes.size(); ++row) {
    if (compareKeys(keys, row - 1, keys, row) > 0) return false;
  }
  return true;
}

// The last row of `keys`, alone.
void keepLast(const SortKeys& keys, SortKeys& out) {
  out.clear();
  if (keys.prefixes.empty()) return;
  out.prefixes.push_back(keys.prefixes.back());
  if (keys.offsets.empty()) return;
  const std::string_view key = keys.key(keys.prefixes.size() - 1);
  out.offsets = {0, key.size()};
  static_cast<void>(out.bytes.append(key.data(), key.size()));
}

bool followsOn(const SortKeys& last, const SortKeys& keys) noexcept {
  return last.prefixes.empty() || keys.prefixes.empty() || compareKeys(last, 0, keys, 0) <= 0;
}

}  // namespace

// --- a sorted file -------------------------------------------------------------------------------

SortedRun::SortedRun(const Target& target, const MergeOptions& options)
    : target_(target),
      maker_(*target.schema, options.sortBy),
      rows_(*target.schema),
      copies_(*target.schema) {}

Result<void> SortedRun::open(const SortedFile& file, std::uint64_t batchRows) {
  batchRows_ = batchRows;
  session_ = file.session;
  nextRowGroup_ = 0;
  PF_TRY(file_.open(file.path));
  PF_TRY(rows_.beginFile(file_, session_ ? &*session_ : nullptr));
  for (const MappedLeaf& leaf : rows_.columns().leaves) {
    needsCopies_ = needsCopies_ || leaf.source == LeafSource::kDecimal;
  }
  return {};
}

Result<bool> SortedRun::next() {
  keepLast(keys_, last_);
  keys_.clear();
  while (rows_.rowsLeft() == 0) {
    if (nextRowGroup_ == file_.metaData().row_groups.size()) return false;
    PF_TRY(rows_.beginRowGroup(nextRowGroup_++));
  }
  PF_TRY_ASSIGN(const std::uint64_t rows, rows_.next(batchRows_));
  views_ = rows_.views();
  if (needsCopies_) {
    copies_.clear();
    PF_TRY(copies_.append(rows, views_));
    views_ = copies_.views();
  }
  PF_TRY(maker_.append(views_, keys_));
  if (!isInOrder(keys_, 1) || !followsOn(last_, keys_)) {
    return fail(ErrorCode::kCorrupt,
                std::string(file_.bytes().name()) + ": its rows are no longer in order");
  }
  return true;
}

SortedCheck::SortedCheck(const Target& target, const MergeOptions& options)
    : maker_(*target.schema, options.sortBy), rows_(*target.schema, maker_.leaves()) {}

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
      if (!isInOrder(keys, 1) || !followsOn(last, keys)) return false;
      keepLast(keys, last);
    }
  }
  return true;
}

// --- sorting in memory ---------------------------------------------------------------------------

SortBuffer::SortBuffer(const Target& target, const MergeOptions& options)
    : maker_(*target.schema, options.sortBy), copies_(*target.schema), gather_(*target.schema) {}

Result<void> SortBuffer::append(std::uint64_t rows, std::span<const column::LeafView> views) {
  PF_TRY(copies_.append(rows, views));
  return maker_.append(views, keys_);
}

void SortBuffer::rollBack(const Mark& mark) noexcept {
  copies_.rollBack(mark.rows, mark.marks);
  keys_.truncate(static_cast<std::size_t>(mark.rows));
}

std::vector<std::uint32_t> SortBuffer::order() const {
  std::vector<std::uint32_t> rows(keys_.prefixes.size());
  std::iota(rows.begin(), rows.end(), 0U);
  std::sort(rows.begin(), rows.end(), [this](std::uint32_t a, std::uint32_t b) {
    const int order = compareKeys(keys_, a, keys_, b);
    return order != 0 ? order < 0 : a < b;
  });
  return rows;
}

// --- runs on the disk ----------------------------------------------------------------------------

RunFiles::~RunFiles() {
  open_.reset();
  // Of what is left hidden nobody would know more by a message here.
  for (const std::string& name : names_) static_cast<void>(directory_.remove(name));
}

Result<void> RunFiles::begin() {
  PF_TRY_ASSIGN(const Uuid random, randomUuid());
  const std::string name = ".run-" + uuidText(random) + std::string(io::kPendingSuffix);
  PF_TRY_ASSIGN(auto file, directory_.createExclusive(name));
  names_.push_back(name);
  ++count_;
  pipeline::PipelineOptions options;
  options.rowGroupRows = kRunRowGroupRows;
  options.threads = threads_;
  PF_TRY_ASSIGN(open_, pipeline::Pipeline::open(std::move(file), target_.schema,
                                                runOptions(target_), options));
  return {};
}

Result<SortedFile> RunFiles::finish() {
  PF_TRY(open_->finish());
  PF_TRY(open_->file().close());
  open_.reset();
  return SortedFile{.path = prefix_ + names_.back()};
}

Result<void> RunFiles::remove(const SortedFile& file) {
  const auto found = std::find_if(names_.begin(), names_.end(), [&](const std::string& name) {
    return file.path == prefix_ + name;
  });
  if (found == names_.end()) return {};
  PF_TRY(directory_.remove(*found));
  names_.erase(found);
  return {};
}

}  // namespace parquet_flow::merge
