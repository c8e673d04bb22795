// A leaf's cursor that goes to any later row of its row group, over pages that it need not open.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/status.hpp"
#include "read/column_cursor.hpp"
#include "read/file_reader.hpp"
#include "scan/page_index.hpp"
#include "scan/scan_stats.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

// A chunk is begun when it is first needed. Errors name file, row group and column.
class LeafScan {
 public:
  // All but the limits must live as long. `usesPageIndex`: goes by it, instead of by the headers of
  // all pages that are passed by; what it says of rows is then believed.
  LeafScan(const read::FileReader& file, const schema::Leaf& leaf, const read::PageLimits& limits,
           std::size_t lendAlignment, bool usesPageIndex, ScanStats& stats)
      : file_(file),
        leaf_(leaf),
        usesPageIndex_(usesPageIndex),
        stats_(stats),
        cursor_(leaf, limits, lendAlignment) {}

  // See read::PageStream.
  void givePagesTo(read::PageCache& cache) noexcept { cursor_.givePagesTo(cache); }
  void takePagesFrom(read::PageCache& cache) noexcept { cursor_.takePagesFrom(cache); }

  void beginRowGroup(std::size_t rowGroup) noexcept;
  // Counts what was left of the chunk; before the next row group, and at the end.
  void endRowGroup();

  [[nodiscard]] const schema::Leaf& leaf() const noexcept { return leaf_; }
  // Rows [row, row + rows) of the row group, of which none is before the last ones asked for.
  [[nodiscard]] Result<void> read(std::uint64_t row, std::uint64_t rows, read::ColumnVector& out);
  [[nodiscard]] Result<void> test(std::uint64_t row, std::uint64_t rows,
                                  std::span<read::RowTest> tests);
  // Before any of these; see ColumnCursor::testDictionary.
  [[nodiscard]] Result<std::optional<read::Share>> testDictionary(read::RowTest& test);
  // nullptr: the chunk has no page index.
  [[nodiscard]] Result<const PageLocations*> locations();

 private:
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> seek(std::uint64_t to);
  [[nodiscard]] std::uint64_t row() const noexcept;
  void countPages();
  [[nodiscard]] tl::unexpected<Error> inColumn(Error error) const;

  const read::FileReader& file_;
  const schema::Leaf& leaf_;
  const bool usesPageIndex_;
  ScanStats& stats_;
  read::ColumnCursor cursor_;
  read::PageCounts counted_;  // of the cursor's, what stats_ has
  std::size_t rowGroup_ = 0;
  bool isBegun_ = false;
  bool isLocated_ = false;  // whether the page index was looked for
  std::optional<PageLocations> locations_;
};

}  // namespace parquet_flow::scan
