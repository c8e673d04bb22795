#include "write/column_parts.hpp"

#include <algorithm>
#include <utility>

#include "column/cut_rows.hpp"

namespace parquet_flow::write {
namespace {

// A part takes some 50 to 500 us, and to hand it over and join it about 2.
constexpr std::uint64_t kPartEntries = 128 << 10;
constexpr std::uint64_t kPartBytes = 2 << 20;
constexpr std::uint64_t kPartsMax = 64;
// Each part clears a filter of the chunk's size and takes it into the others'.
constexpr std::uint64_t kPartsWithFilterMax = 8;

std::uint64_t ceilDivide(std::uint64_t number, std::uint64_t by) noexcept {
  return number / by + (number % by != 0 ? 1 : 0);
}

// What the first rows of pages are multiples of, as far as that is known without a look at the
// values; else 1.
std::uint64_t rowsOfPages(const schema::Leaf& leaf, const WriterOptions& options,
                          const ChunkSize& size) noexcept {
  const std::uint32_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
  if (width != 0 && leaf.maxDefinitionLevel == 0) {
    return std::min(options.pageRows, ceilDivide(options.pageBytes, width));
  }
  const bool endsByRows =
      static_cast<double>(size.valueBytes) * static_cast<double>(options.pageRows) <=
      static_cast<double>(options.pageBytes) * static_cast<double>(size.rows);
  return endsByRows ? options.pageRows : 1;
}

}  // namespace

std::uint64_t partRowsOf(const schema::Leaf& leaf, const WriterOptions& options,
                         const ColumnOptions& column, const ChunkSize& size) noexcept {
  const std::uint64_t most = column.bloomFilter ? kPartsWithFilterMax : kPartsMax;
  const std::uint64_t parts =
      std::min(std::max(size.entries / kPartEntries, size.valueBytes / kPartBytes), most);
  if (parts < 2) {
    return 0;
  }
  const std::uint64_t unit = rowsOfPages(leaf, options, size);
  const std::uint64_t rows = ceilDivide(ceilDivide(size.rows, parts), unit) * unit;
  return rows < size.rows ? rows : 0;
}

void ColumnParts::begin(std::uint64_t firstRow) {
  if (count_ == parts_.size()) {
    parts_.emplace_back();
  }
  Part& part = parts_[count_++];
  part.firstRow = firstRow;
  part.firstView = views_.size();
  part.views = 0;
}

void ColumnParts::addFilter(stats::BloomFilterBuilder& filter) {
  const std::lock_guard lock(filterMutex_);
  if (hasFilter_) {
    filter_.merge(filter);
    return;
  }
  std::swap(filter_, filter);
  hasFilter_ = true;
}

bool ColumnParts::cut(const schema::Leaf& leaf, std::span<const column::LeafView> views,
                      std::uint64_t partRows) {
  views_.clear();
  count_ = 0;
  hasFilter_ = false;
  std::uint64_t row = 0;
  for (const column::LeafView& view : views) {
    column::RowCutter cutter(leaf, view);
    while (cutter.rowsLeft() != 0) {
      const std::uint64_t inPart = row % partRows;
      if (inPart == 0) {
        begin(row);
      }
      const std::uint64_t rows = std::min(cutter.rowsLeft(), partRows - inPart);
      const auto piece = cutter.next(rows);
      if (!piece) {
        return false;
      }
      views_.push_back(*piece);
      ++parts_[count_ - 1].views;
      row += rows;
    }
  }
  return true;
}

}  // namespace parquet_flow::write
