// What the ColumnIndex of a chunk says of each of its pages, collected page by page.
//
// Source: parquet-format PageIndex.md; parquet.thrift, ColumnIndex and ColumnOrder. Readers skip
// pages by it, therefore a chunk has none (valid() is false) when
//   - its leaf has no order: INT96, INTERVAL
//   - a page has values but no bounds: all of them NaN by value, or too long to be written whole
// and a page without values has empty bounds and is a null page.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stats/bounds.hpp"
#include "stats/order.hpp"
#include "stats/size_statistics.hpp"

namespace parquet_flow::stats {

// Of the pages that have values: both bounds of each are not below those of the page before
// (ascending), or not above. Pages that are all alike, one page, and none are ascending.
enum class BoundaryOrder : std::uint8_t { kUnordered = 0, kAscending = 1, kDescending = 2 };

// One thread at a time. Memory: bytes(); 32 bytes a page, its bounds twice over at most, and eight
// bytes for each level of which there is a histogram.
class ColumnIndex {
 public:
  explicit ColumnIndex(const schema::Leaf& leaf,
                       FloatOrder floats = FloatOrder::kTypeDefined) noexcept
      : order_(orderOf(leaf, floats)) {
    clear();
  }

  void clear() noexcept;

  // The next page: `page` as BoundsCollector::finish() gave it, `valueCount` values that are not
  // null, `sizes` of the page. Costs next to nothing once valid() is false.
  void addPage(const ColumnStatistics& page, std::uint64_t valueCount, const SizeStatistics& sizes);
  // The pages of `other`, of the same leaf, behind those there are: as if they had been added here.
  void append(const ColumnIndex& other);

  [[nodiscard]] bool valid() const noexcept { return valid_; }

  // While valid():
  [[nodiscard]] std::size_t pages() const noexcept { return pages_.size(); }
  [[nodiscard]] bool isNullPage(std::size_t page) const noexcept { return pages_[page].isNull; }
  [[nodiscard]] std::string_view min(std::size_t page) const noexcept {
    return minOf(pages_[page]);
  }
  [[nodiscard]] std::string_view max(std::size_t page) const noexcept {
    return maxOf(pages_[page]);
  }
  [[nodiscard]] std::uint64_t nullCount(std::size_t page) const noexcept {
    return pages_[page].nulls;
  }
  // FLOAT, DOUBLE, FLOAT16: nan_counts is to be written.
  [[nodiscard]] bool hasNanCounts() const noexcept { return isFloatOrder(order_); }
  [[nodiscard]] std::uint64_t nanCount(std::size_t page) const noexcept {
    return pages_[page].nans;
  }
  [[nodiscard]] BoundaryOrder boundaryOrder() const noexcept {
    return ascending_    ? BoundaryOrder::kAscending
           : descending_ ? BoundaryOrder::kDescending
                         : BoundaryOrder::kUnordered;
  }
  // Page after page; empty where the histogram is left out.
  [[nodiscard]] std::span<const std::uint64_t> definitionLevels() const noexcept {
    return definition_;
  }
  [[nodiscard]] std::span<const std::uint64_t> repetitionLevels() const noexcept {
    return repetition_;
  }

  // What is held now.
  [[nodiscard]] std::size_t bytes() const noexcept;

 private:
  struct Page {
    std::uint64_t nulls;
    std::uint64_t nans;
    std::uint64_t boundsAt;  // in bounds_: the least, then the greatest
    std::uint16_t minBytes;
    std::uint16_t maxBytes;
    bool isNull;
  };
  static_assert(std::max<std::size_t>(kWholeBoundBytesMax, kTruncateBytesMax) <= UINT16_MAX,
                "longer bounds are not given");
  [[nodiscard]] std::string_view minOf(const Page& page) const noexcept {
    return std::string_view(bounds_).substr(page.boundsAt, page.minBytes);
  }
  [[nodiscard]] std::string_view maxOf(const Page& page) const noexcept {
    return std::string_view(bounds_).substr(page.boundsAt + page.minBytes, page.maxBytes);
  }
  void follow(const Page& page) noexcept;

  Order order_;
  bool valid_ = true;
  bool ascending_ = true;
  bool descending_ = true;
  std::size_t lastWithValues_ = SIZE_MAX;
  std::vector<Page> pages_;
  std::string bounds_;
  std::vector<std::uint64_t> definition_;
  std::vector<std::uint64_t> repetition_;
};

}  // namespace parquet_flow::stats
