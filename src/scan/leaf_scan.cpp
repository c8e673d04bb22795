#include "scan/leaf_scan.hpp"

#include <utility>

#include "format/parquet_types.h"

namespace parquet_flow::scan {
namespace {

// Rows to go past from which on the page index is worth its reading.
constexpr std::uint64_t kRowsFar = 128;

}  // namespace

void LeafScan::beginRowGroup(std::size_t rowGroup) noexcept {
  rowGroup_ = rowGroup;
  isBegun_ = false;
  isLocated_ = false;
  locations_.reset();
}

void LeafScan::endRowGroup() {
  countPages();
  if (isBegun_ && locations_) {
    for (const std::uint64_t first : locations_->firstRows) {
      stats_.pagesSkipped += first >= row() ? 1 : 0;
    }
  }
}

tl::unexpected<Error> LeafScan::inColumn(Error error) const {
  return fail(std::move(error).withContext(std::string(file_.file()->name()) + ": row group " +
                                           std::to_string(rowGroup_) + ", column '" +
                                           leaf_.dottedPath + "'"));
}

std::uint64_t LeafScan::row() const noexcept {
  return file_.rowGroupRows(rowGroup_) - cursor_.rowsLeft();
}

void LeafScan::countPages() {
  const read::PageCounts& now = cursor_.counts();
  stats_.pagesRead += now.opened - counted_.opened;
  stats_.pagesSkipped += now.skipped - counted_.skipped;
  stats_.bytesRead += now.openedBytes - counted_.openedBytes;
  counted_ = now;
}

Result<void> LeafScan::begin() {
  if (isBegun_) {
    return {};
  }
  const format::ColumnChunk& chunk = file_.metaData().row_groups[rowGroup_].columns[leaf_.index];
  PF_TRY(cursor_.beginChunk(*file_.file(), chunk.meta_data, file_.rowGroupRows(rowGroup_)));
  isBegun_ = true;
  return {};
}

Result<const PageLocations*> LeafScan::locations() {
  if (!isLocated_) {
    Result<std::optional<PageLocations>> read =
        readPageLocations(file_, rowGroup_, leaf_, stats_.bytesRead);
    if (!read) {
      return inColumn(std::move(read).error());
    }
    locations_ = std::move(*read);
    isLocated_ = true;
  }
  return locations_ ? &*locations_ : nullptr;
}

Result<void> LeafScan::seek(std::uint64_t to) {
  const std::uint64_t from = row();
  if (usesPageIndex_ && to - from >= kRowsFar && leaf_.maxRepetitionLevel == 0) {
    PF_TRY_ASSIGN(const PageLocations* const pages, locations());
    const std::size_t page = pages == nullptr ? 0 : pages->pageOf(to);
    if (pages != nullptr && pages->firstRows[page] > from) {
      const std::size_t next = from == 0 ? 0 : pages->pageOf(from - 1) + 1;
      PF_TRY(cursor_.jump(pages->firstRows[page], pages->offsets[page], page - next));
    }
  }
  return cursor_.skip(to - row());
}

Result<void> LeafScan::read(std::uint64_t row, std::uint64_t rows, read::ColumnVector& out) {
  const auto readIt = [&]() -> Result<void> {
    PF_TRY(begin());
    PF_TRY(seek(row));
    return cursor_.read(rows, out);
  };
  Result<void> done = readIt();
  countPages();
  return done ? std::move(done) : inColumn(std::move(done).error());
}

Result<void> LeafScan::test(std::uint64_t row, std::uint64_t rows, std::span<read::RowTest> tests) {
  const auto testIt = [&]() -> Result<void> {
    PF_TRY(begin());
    PF_TRY(seek(row));
    return cursor_.test(rows, tests);
  };
  Result<void> done = testIt();
  countPages();
  return done ? std::move(done) : inColumn(std::move(done).error());
}

Result<std::optional<read::Share>> LeafScan::testDictionary(read::RowTest& test) {
  const auto testIt = [&]() -> Result<std::optional<read::Share>> {
    PF_TRY(begin());
    return cursor_.testDictionary(test);
  };
  Result<std::optional<read::Share>> done = testIt();
  countPages();
  return done ? std::move(done) : inColumn(std::move(done).error());
}

}  // namespace parquet_flow::scan
