#include "read/column_index.hpp"

#include <string_view>
#include <vector>

#include "format/parquet_types.h"

namespace parquet_flow::read {
namespace {

using stats::Order;

// The index of a chunk, and what it is held against.
struct Held {
  const schema::Leaf& leaf;
  Order order;
  const format::ColumnIndex& index;
  const format::Statistics* statistics;  // the chunk's; nullptr: there are none
};

bool isOrderKnown(const format::ColumnIndex& index) noexcept {
  return index.boundary_order == format::BoundaryOrder::UNORDERED ||
         index.boundary_order == format::BoundaryOrder::ASCENDING ||
         index.boundary_order == format::BoundaryOrder::DESCENDING;
}

// Bounds of values of which there is one at least: those of a page of nulls are empty. A page that
// has not one value between the chunk's bounds cannot be; one that goes beyond them can, as bounds
// are cut.
bool areBoundsPossible(const Held& held, std::size_t page) {
  const std::string& min = held.index.min_values[page];
  const std::string& max = held.index.max_values[page];
  if (held.index.null_pages[page]) return min.empty() && max.empty();
  const auto isComparable = [&](const std::string& bound) {
    return stats::isComparable(held.leaf, held.order, bound);
  };
  const auto isAbove = [&](const std::string& a, const std::string& b) {
    return stats::compareValues(held.order, a, b) > 0;
  };
  if (!isComparable(min) || !isComparable(max) || isAbove(min, max)) return false;
  if (held.statistics == nullptr) return true;
  const format::Statistics& chunk = *held.statistics;
  const bool isAboveAll =
      chunk.__isset.max_value && isComparable(chunk.max_value) && isAbove(min, chunk.max_value);
  const bool isBelowAll =
      chunk.__isset.min_value && isComparable(chunk.min_value) && isAbove(chunk.min_value, max);
  return !isAboveAll && !isBelowAll;
}

// `pages` times one count for each level, none of them negative.
bool areCounts(const std::vector<std::int64_t>& histograms, std::uint8_t maxLevel,
               std::size_t pages) {
  if (histograms.size() != pages * (std::size_t{maxLevel} + 1)) return false;
  for (const std::int64_t count : histograms) {
    if (count < 0) return false;
  }
  return true;
}

// Of the definition levels of a page: what is defined to the last are values.
bool areLevelsPossible(const format::ColumnIndex& index, std::uint8_t maxLevel, std::size_t page) {
  const std::size_t levels = std::size_t{maxLevel} + 1;
  std::uint64_t nulls = 0;
  for (std::size_t level = 0; level < maxLevel; ++level) {
    nulls += static_cast<std::uint64_t>(index.definition_level_histograms[page * levels + level]);
  }
  const std::int64_t values = index.definition_level_histograms[page * levels + maxLevel];
  return (values == 0) == index.null_pages[page] &&
         (!index.__isset.null_counts ||
          nulls == static_cast<std::uint64_t>(index.null_counts[page]));
}

bool areHistogramsPossible(const schema::Leaf& leaf, const format::ColumnIndex& index) {
  const std::size_t pages = index.null_pages.size();
  const auto& definition = index.definition_level_histograms;
  const auto& repetition = index.repetition_level_histograms;
  if (index.__isset.repetition_level_histograms && !repetition.empty() &&
      !areCounts(repetition, leaf.maxRepetitionLevel, pages)) {
    return false;
  }
  if (!index.__isset.definition_level_histograms || definition.empty()) return true;
  if (!areCounts(definition, leaf.maxDefinitionLevel, pages)) return false;
  for (std::size_t page = 0; page < pages; ++page) {
    if (!areLevelsPossible(index, leaf.maxDefinitionLevel, page)) return false;
  }
  return true;
}

// In lists a page has more entries than rows, and some writers leave out of the chunk's null_count
// those whose list is null or empty.
bool areNullsPossible(const Held& held, const format::OffsetIndex& offsets, std::uint64_t rows) {
  const format::ColumnIndex& index = held.index;
  const std::size_t pages = index.null_pages.size();
  const bool isInList = held.leaf.maxRepetitionLevel != 0;
  std::uint64_t sum = 0;
  for (std::size_t page = 0; page < pages; ++page) {
    const auto first = static_cast<std::uint64_t>(offsets.page_locations[page].first_row_index);
    const std::uint64_t end =
        page + 1 < pages
            ? static_cast<std::uint64_t>(offsets.page_locations[page + 1].first_row_index)
            : rows;
    const bool hasCounts = index.__isset.null_counts;
    if (hasCounts && index.null_counts[page] < 0) return false;
    const std::uint64_t nulls = hasCounts ? static_cast<std::uint64_t>(index.null_counts[page]) : 0;
    sum += nulls;
    if (isInList) continue;
    const bool isFull = hasCounts && nulls == end - first;
    if (contradictsItself(held.leaf, index, page, end - first) ||
        (isFull && !index.null_pages[page])) {
      return false;
    }
  }
  return isInList || !index.__isset.null_counts || held.statistics == nullptr ||
         !held.statistics->__isset.null_count ||
         held.statistics->null_count == static_cast<std::int64_t>(sum);
}

}  // namespace

bool hasPages(const format::ColumnIndex& index, std::size_t pages) noexcept {
  return index.null_pages.size() == pages && index.min_values.size() == pages &&
         index.max_values.size() == pages &&
         (!index.__isset.null_counts || index.null_counts.size() == pages) &&
         (!index.__isset.nan_counts || index.nan_counts.size() == pages);
}

bool contradictsItself(const schema::Leaf& leaf, const format::ColumnIndex& index, std::size_t page,
                       std::uint64_t rows) noexcept {
  const bool isNull = index.null_pages[page];
  if (!index.__isset.null_counts) {
    return isNull && leaf.maxDefinitionLevel == 0;
  }
  const std::int64_t nulls = index.null_counts[page];
  return nulls < 0 || static_cast<std::uint64_t>(nulls) > rows ||
         (nulls != 0 && leaf.maxDefinitionLevel == 0) ||
         (isNull && static_cast<std::uint64_t>(nulls) != rows);
}

std::optional<BoundsOutOfOrder> boundsOutOfOrder(const schema::Leaf& leaf, Order order,
                                                 const format::ColumnIndex& index) {
  const bool isAscending = index.boundary_order == format::BoundaryOrder::ASCENDING;
  if (!isAscending && index.boundary_order != format::BoundaryOrder::DESCENDING) {
    return std::nullopt;
  }
  std::optional<std::size_t> before;
  for (std::size_t page = 0; page < index.null_pages.size(); ++page) {
    if (index.null_pages[page]) continue;
    for (const auto* const list : {&index.min_values, &index.max_values}) {
      const std::string& bound = (*list)[page];
      if (!stats::isComparable(leaf, order, bound)) return std::nullopt;
      if (!before) continue;
      const int difference = stats::compareValues(order, (*list)[*before], bound);
      if (isAscending ? difference > 0 : difference < 0) {
        return BoundsOutOfOrder{*before, page, {&(*list)[*before], &bound}};
      }
    }
    before = page;
  }
  return std::nullopt;
}

bool isConsistent(const schema::Leaf& leaf, Order order, const format::ColumnIndex& index,
                  const format::OffsetIndex& offsets, const format::ColumnMetaData& chunk,
                  std::uint64_t rows) {
  const std::size_t pages = offsets.page_locations.size();
  if (!hasPages(index, pages) || !isOrderKnown(index)) return false;
  const Held held = {leaf, order, index, chunk.__isset.statistics ? &chunk.statistics : nullptr};
  if (!areNullsPossible(held, offsets, rows) || !areHistogramsPossible(leaf, index)) return false;
  for (std::size_t page = 0; page < pages; ++page) {
    if (!areBoundsPossible(held, page)) return false;
    if (index.__isset.nan_counts && index.nan_counts[page] < 0) return false;
  }
  return !boundsOutOfOrder(leaf, order, index);
}

}  // namespace parquet_flow::read
