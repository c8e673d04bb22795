#include "scan/filtered_reader.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "base/kept_error.hpp"
#include "format/parquet_types.h"
#include "scan/append_values.hpp"
#include "scan/bound_predicate.hpp"
#include "scan/compact_rows.hpp"
#include "scan/leaf_scan.hpp"
#include "scan/predicate_scan.hpp"
#include "scan/row_ranges.hpp"

namespace parquet_flow::scan {
namespace {

constexpr std::uint64_t kWordBits = 64;
// Rows that are tested at once, whatever the batches: their bits are made room for before a page is
// looked at.
constexpr std::uint64_t kRowsTested = std::uint64_t{1} << 20U;
// Words without a selected row that rows are not read over, but a batch ends before.
constexpr std::size_t kGapWords = 64;
// Compact: so many rows that are all selected are a batch of their own, lent where they can be.
constexpr std::uint64_t kRowsLent = 4096;

std::size_t wordsFor(std::uint64_t bits) noexcept {
  return static_cast<std::size_t>((bits + kWordBits - 1) / kWordBits);
}

std::uint64_t countBits(const std::uint64_t* words, std::size_t count) noexcept {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    bits += static_cast<std::uint64_t>(std::popcount(words[i]));
  }
  return bits;
}

// Keeps of the bits that are set those from number `first` on, below number `end`.
void keepBits(Words& words, std::uint64_t first, std::uint64_t end) noexcept {
  std::uint64_t number = 0;
  for (std::uint64_t& word : words) {
    const auto count = static_cast<std::uint64_t>(std::popcount(word));
    if (number < first || number + count > end) {
      std::uint64_t kept = 0;
      for (std::uint64_t left = word; left != 0; left &= left - 1, ++number) {
        kept |= number >= first && number < end ? left & (0 - left) : 0;
      }
      word = kept;
    } else {
      number += count;
    }
  }
}

void fillOnes(std::uint64_t rows, Words& words) {
  words.assign(wordsFor(rows), ~std::uint64_t{0});
  words.back() >>= words.size() * kWordBits - rows;
}

Result<void> check(const read::FileReader& file, const FilterOptions& options) {
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
  return options.batchRows != 0 ? Result<void>{}
                                : fail(ErrorCode::kInvalidArgument, "batches of 0 rows");
}

}  // namespace

struct FilteredReader::Impl {
  Impl(const read::FileReader& fileToRead, FilterOptions&& itsOptions);

  void sharePages();
  Result<bool> next(SelectedBatch& out);
  Result<bool> nextWindow(bool isOfGroup);
  Result<bool> nextRowGroup();
  void countRowGroup(RowRange wanted);
  void endRowGroup();
  void applyLimits();
  Result<bool> nextSegment(SelectedBatch& out);
  Result<bool> nextCompact(SelectedBatch& out);
  [[nodiscard]] bool hasRoom(const SelectedBatch& out) const noexcept;
  Result<void> takeSparse(bool isFirst, SelectedBatch& out);
  Result<void> readColumns(std::size_t word, std::uint64_t rows,
                           std::vector<read::ColumnVector>& columns);

  const read::FileReader& file;
  FilterOptions options;
  const read::PageLimits limits;
  ScanStats stats;
  std::unique_ptr<PredicateScan> predicate;  // nullptr: every row
  std::vector<std::unique_ptr<LeafScan>> output;
  std::vector<std::unique_ptr<read::PageCache>> shared;  // of leaves that both have
  std::vector<std::uint32_t> scanned;                    // leaves of predicate and output
  std::uint64_t batchRows;
  std::uint64_t skipLeft;
  std::uint64_t limitLeft;
  KeptError error;

  // The open row group, and what is left to be tested of it.
  std::size_t nextGroup = 0;
  std::uint64_t nextGroupRow = 0;  // the first of it, in the file
  std::size_t group = 0;           // the open one
  std::uint64_t groupRow = 0;      // the first of it
  bool isGroupOpen = false;
  RowRanges ranges;
  std::size_t range = 0;

  [[nodiscard]] std::uint64_t rowsOfWindow() const noexcept;
  std::uint64_t windowRowsMax = 0;  // of the open row group

  // Rows that are tested: from `windowRow` of the row group on. Of the words those before
  // `wordsDone` are given.
  std::uint64_t windowRow = 0;
  std::uint64_t windowRows = 0;
  std::uint64_t windowSelected = 0;
  Words words;
  std::size_t wordsDone = 0;

  SelectedBatch sparse;  // a segment before it is compact
  bool hasSparse = false;
};

FilteredReader::Impl::Impl(const read::FileReader& fileToRead, FilterOptions&& itsOptions)
    : file(fileToRead),
      options(std::move(itsOptions)),
      limits(file.limitsOfScan()),
      batchRows(options.batchRows),
      skipLeft(options.skip),
      limitLeft(options.limit) {
  if (options.predicate) {
    batchRows = std::min(batchRows, kRowsTested);
  }
  std::uint64_t rowBytes = 0;
  for (const std::uint32_t index : options.leaves) {
    const schema::Leaf& leaf = file.schema().leaves()[index];
    output.push_back(std::make_unique<LeafScan>(file, leaf, limits, options.lendAlignment,
                                                options.predicate.has_value(), stats));
    rowBytes += std::max<std::uint64_t>(schema::fixedWidth(leaf.type, leaf.typeLength), 1);
  }
  // As read::BatchReader: so that columns are not above the limit on pages by nulls alone.
  if (rowBytes != 0) {
    batchRows = std::min(batchRows, std::max<std::uint64_t>(limits.pageBytesMax / rowBytes, 1));
  }
  scanned = options.leaves;
}

// What the predicate opens of a leaf, the output takes.
void FilteredReader::Impl::sharePages() {
  const std::vector<std::uint32_t> tested = predicate->leaves();
  for (const auto& leaf : output) {
    const std::uint32_t index = leaf->leaf().index;
    if (std::binary_search(tested.begin(), tested.end(), index)) {
      shared.push_back(std::make_unique<read::PageCache>());
      predicate->givePagesTo(index, *shared.back());
      leaf->takePagesFrom(*shared.back());
    }
  }
}

void FilteredReader::Impl::countRowGroup(RowRange wanted) {
  ++stats.rowGroups;
  stats.rows += wanted.end - wanted.begin;
  for (const std::uint32_t leaf : scanned) {
    stats.chunkBytes += static_cast<std::uint64_t>(
        file.metaData().row_groups[group].columns[leaf].meta_data.total_compressed_size);
  }
}

void FilteredReader::Impl::endRowGroup() {
  if (!isGroupOpen) {
    return;
  }
  isGroupOpen = false;
  if (predicate) {
    predicate->endRowGroup();
  }
  for (const auto& leaf : output) {
    leaf->endRowGroup();
  }
  for (const auto& pages : shared) {
    pages->forgetAll();
  }
}

// Opens the next that has rows to be tested; false: there is none.
Result<bool> FilteredReader::Impl::nextRowGroup() {
  endRowGroup();
  const std::uint64_t end =
      options.firstRow + std::min(options.rows, file.rows() - options.firstRow);
  while (nextGroup < file.rowGroupCount()) {
    group = nextGroup++;
    groupRow = nextGroupRow;
    nextGroupRow += file.rowGroupRows(group);
    const RowRange wanted{std::max(groupRow, options.firstRow) - groupRow,
                          std::max(std::min(nextGroupRow, end), groupRow) - groupRow};
    if (wanted.begin >= wanted.end) {
      continue;
    }
    countRowGroup(wanted);
    windowRowsMax = rowsOfWindow();
    ranges = {wanted};
    if (predicate) {
      PF_TRY_ASSIGN(ranges, predicate->beginRowGroup(group, wanted));
    } else {
      ++stats.rowGroupsRead;
    }
    for (const auto& leaf : output) {
      leaf->beginRowGroup(group);
    }
    isGroupOpen = true;
    range = 0;
    if (!ranges.empty()) {
      return true;
    }
    endRowGroup();
  }
  return false;
}

// As many rows as a column has room for by what the footer says: its bytes, and where it says that
// too those of its texts, which of a dictionary can be far longer than what stands for them in
// their pages.
std::uint64_t FilteredReader::Impl::rowsOfWindow() const noexcept {
  constexpr std::uint64_t kRowsLeast = 64;
  std::uint64_t bytes = 1;
  for (const std::uint32_t leaf : options.leaves) {
    const auto& meta = file.metaData().row_groups[group].columns[leaf].meta_data;
    const auto& sizes = meta.size_statistics;
    bytes = std::max(
        bytes, static_cast<std::uint64_t>(std::max<std::int64_t>(meta.total_uncompressed_size, 0)));
    if (meta.__isset.size_statistics && sizes.__isset.unencoded_byte_array_data_bytes &&
        sizes.unencoded_byte_array_data_bytes > 0) {
      bytes = std::max(bytes, static_cast<std::uint64_t>(sizes.unencoded_byte_array_data_bytes));
    }
  }
  const std::uint64_t each = bytes / std::max<std::uint64_t>(file.rowGroupRows(group), 1) + 1;
  return std::min(batchRows, std::max(limits.pageBytesMax / 2 / each, kRowsLeast));
}

// Tests the next rows of the row group, or unless `isOfGroup` of the next one; false: there are
// none.
Result<bool> FilteredReader::Impl::nextWindow(bool isOfGroup) {
  for (;;) {
    if (limitLeft == 0) {
      return false;
    }
    if (!isGroupOpen || range == ranges.size()) {
      if (isOfGroup) {
        return false;
      }
      PF_TRY_ASSIGN(const bool isThere, nextRowGroup());
      if (!isThere) {
        return false;
      }
    }
    RowRange& left = ranges[range];
    const bool isAll = !predicate || predicate->isAlwaysTrue();
    const bool isCount = isAll && output.empty() && !options.keepsBatchRows;
    const std::uint64_t most = isCount ? UINT64_MAX : windowRowsMax;
    windowRow = left.begin;
    windowRows = std::min(left.end - left.begin, most);
    left.begin += windowRows;
    range += left.begin == left.end ? 1 : 0;
    words.clear();
    windowSelected = windowRows;
    if (!isAll) {
      for (const auto& pages : shared) {
        pages->forgetPassed();
      }
      PF_TRY(predicate->test(windowRow, windowRows, words));
      windowSelected = countBits(words.data(), words.size());
    }
    stats.rowsSelected += windowSelected;
    applyLimits();
    wordsDone = 0;
    if (windowSelected != 0) {
      return true;
    }
  }
}

// Empty words stand for all rows: those are cut off at the ends.
void FilteredReader::Impl::applyLimits() {
  const std::uint64_t first = std::min(skipLeft, windowSelected);
  const std::uint64_t taken = std::min(windowSelected - first, limitLeft);
  skipLeft -= first;
  limitLeft -= taken;
  if (words.empty()) {
    windowRow += first;
    windowRows = taken;
  } else if (taken != windowSelected) {
    keepBits(words, first, first + taken);
  }
  if (words.empty() || taken == windowRows) {
    words.clear();
  }
  windowSelected = taken;
}

// Rows [word * 64, word * 64 + rows) of the window.
Result<void> FilteredReader::Impl::readColumns(std::size_t word, std::uint64_t rows,
                                               std::vector<read::ColumnVector>& columns) {
  columns.resize(output.size());
  for (std::size_t i = 0; i < output.size(); ++i) {
    PF_TRY(output[i]->read(windowRow + word * kWordBits, rows, columns[i]));
  }
  return {};
}

// The next rows of the window up to a gap in the selection; false: there are none selected.
Result<bool> FilteredReader::Impl::nextSegment(SelectedBatch& out) {
  std::size_t first = wordsDone;
  std::size_t end = wordsFor(windowRows);
  if (!words.empty() && !output.empty()) {
    while (first < end && words[first] == 0) {
      ++first;
    }
    std::size_t last = first;  // with a selected row
    for (std::size_t i = first; i < end && i - last <= kGapWords; ++i) {
      last = words[i] != 0 ? i : last;
    }
    end = std::min(end, last + 1);
  }
  if (windowSelected == 0 || first >= end) {
    windowSelected = 0;
    return false;
  }
  out.rowGroup = group;
  out.firstRow = groupRow + windowRow + first * kWordBits;
  out.rows = std::min(windowRows, end * kWordBits) - first * kWordBits;
  out.selected = words.empty() ? out.rows : countBits(words.data() + first, end - first);
  out.isAll = out.selected == out.rows;
  out.selection.clear();
  if (!out.isAll) {
    out.selection.assign(words.begin() + static_cast<std::ptrdiff_t>(first),
                         words.begin() + static_cast<std::ptrdiff_t>(end));
  }
  windowSelected -= out.selected;
  wordsDone = end;
  PF_TRY(readColumns(first, out.rows, out.columns));
  return true;
}

// Segments of one row group, as long as they fit a batch together.
Result<bool> FilteredReader::Impl::nextCompact(SelectedBatch& out) {
  std::uint64_t taken = 0;
  for (;;) {
    if (!hasSparse) {
      PF_TRY_ASSIGN(hasSparse, nextSegment(sparse));
    }
    if (hasSparse) {
      const bool isFirst = taken == 0;
      if (!isFirst && (taken + sparse.selected > batchRows || !hasRoom(out))) {
        break;
      }
      hasSparse = false;
      if (isFirst && sparse.isAll && sparse.rows >= kRowsLent) {
        std::swap(out, sparse);
        return true;
      }
      PF_TRY(takeSparse(isFirst, out));
      taken += sparse.selected;
    } else {
      PF_TRY_ASSIGN(const bool isMore, nextWindow(taken != 0));
      if (!isMore) {
        break;
      }
    }
  }
  out.rows = taken;
  out.selected = taken;
  out.isAll = true;
  out.selection.clear();
  return taken != 0;
}

// Whether `sparse` can be put behind what a batch has, by the bytes of each column.
bool FilteredReader::Impl::hasRoom(const SelectedBatch& out) const noexcept {
  for (std::size_t i = 0; i < output.size(); ++i) {
    if (bytesOf(out.columns[i]) + bytesOf(sparse.columns[i]) > limits.pageBytesMax / 2) {
      return false;
    }
  }
  return true;
}

Result<void> FilteredReader::Impl::takeSparse(bool isFirst, SelectedBatch& out) {
  if (isFirst) {
    out.rowGroup = sparse.rowGroup;
    out.firstRow = sparse.firstRow;
    out.columns.resize(output.size());
  }
  if (sparse.isAll) {
    fillOnes(sparse.rows, sparse.selection);
  }
  for (std::size_t i = 0; i < output.size(); ++i) {
    const schema::Leaf& leaf = output[i]->leaf();
    if (isFirst) {
      PF_TRY(clearForRows(leaf, out.columns[i]));
    }
    PF_TRY(appendRows(leaf, sparse.columns[i], sparse.selection.data(), out.columns[i]));
  }
  return {};
}

Result<bool> FilteredReader::Impl::next(SelectedBatch& out) {
  for (;;) {
    PF_TRY_ASSIGN(const bool isThere, options.isCompact ? nextCompact(out) : nextSegment(out));
    if (isThere) {
      return true;
    }
    PF_TRY_ASSIGN(const bool isMore, nextWindow(false));
    if (!isMore) {
      endRowGroup();
      return false;
    }
  }
}

FilteredReader::FilteredReader() = default;
FilteredReader::~FilteredReader() = default;

Result<std::unique_ptr<FilteredReader>> FilteredReader::create(const read::FileReader& file,
                                                               FilterOptions options) {
  PF_TRY(check(file, options));
  std::unique_ptr<FilteredReader> reader(new FilteredReader());
  reader->impl_ = std::make_unique<Impl>(file, std::move(options));
  Impl& impl = *reader->impl_;
  if (impl.options.predicate) {
    PF_TRY_ASSIGN(BoundPredicate bound, bind(file.schema(), *impl.options.predicate));
    impl.predicate =
        std::make_unique<PredicateScan>(file, std::move(bound), impl.limits, impl.stats);
    impl.sharePages();
    for (const std::uint32_t leaf : impl.predicate->leaves()) {
      impl.scanned.push_back(leaf);
    }
    std::sort(impl.scanned.begin(), impl.scanned.end());
    impl.scanned.erase(std::unique(impl.scanned.begin(), impl.scanned.end()), impl.scanned.end());
  }
  return reader;
}

Result<bool> FilteredReader::next(SelectedBatch& out) {
  return impl_->error.run([&] { return impl_->next(out); });
}

const std::vector<std::uint32_t>& FilteredReader::leaves() const noexcept {
  return impl_->options.leaves;
}

const ScanStats& FilteredReader::stats() const noexcept { return impl_->stats; }

}  // namespace parquet_flow::scan
