#include "stats/column_index.hpp"

namespace parquet_flow::stats {

void ColumnIndex::clear() noexcept {
  valid_ = order_ != Order::kNone;
  ascending_ = true;
  descending_ = true;
  lastWithValues_ = SIZE_MAX;
  pages_.clear();
  bounds_.clear();
  definition_.clear();
  repetition_.clear();
}

void ColumnIndex::addPage(const ColumnStatistics& page, std::uint64_t valueCount,
                          const SizeStatistics& sizes) {
  valid_ = valid_ && (page.hasBounds || valueCount == 0);
  if (!valid_) {
    return;
  }
  Page entry = {};
  entry.nulls = page.nullCount;
  entry.nans = page.nanCount.value_or(0);
  entry.boundsAt = bounds_.size();
  entry.isNull = valueCount == 0;
  if (valueCount > 0) {
    entry.minBytes = static_cast<std::uint16_t>(page.min.size());
    entry.maxBytes = static_cast<std::uint16_t>(page.max.size());
    bounds_.append(page.min).append(page.max);
    follow(entry);
  }
  pages_.push_back(entry);
  definition_.insert(definition_.end(), sizes.definitionLevels().begin(),
                     sizes.definitionLevels().end());
  repetition_.insert(repetition_.end(), sizes.repetitionLevels().begin(),
                     sizes.repetitionLevels().end());
}

void ColumnIndex::append(const ColumnIndex& other) {
  valid_ = valid_ && other.valid_;
  if (!valid_) {
    return;
  }
  const std::uint64_t boundsBefore = bounds_.size();
  bounds_.append(other.bounds_);
  for (const Page& page : other.pages_) {
    Page entry = page;
    entry.boundsAt += boundsBefore;
    if (!entry.isNull) {
      follow(entry);
    }
    pages_.push_back(entry);
  }
  definition_.insert(definition_.end(), other.definition_.begin(), other.definition_.end());
  repetition_.insert(repetition_.end(), other.repetition_.begin(), other.repetition_.end());
}

// Compares bounds as they are written, cut short: an order of the whole values need not be one of
// theirs, nor the other way around.
void ColumnIndex::follow(const Page& page) noexcept {
  if (lastWithValues_ != SIZE_MAX && (ascending_ || descending_)) {
    const Page& last = pages_[lastWithValues_];
    const int min = compareValues(order_, minOf(page), minOf(last));
    const int max = compareValues(order_, maxOf(page), maxOf(last));
    ascending_ = ascending_ && min >= 0 && max >= 0;
    descending_ = descending_ && min <= 0 && max <= 0;
  }
  lastWithValues_ = pages_.size();
}

std::size_t ColumnIndex::bytes() const noexcept {
  return pages_.capacity() * sizeof(Page) + bounds_.capacity() +
         (definition_.capacity() + repetition_.capacity()) * sizeof(std::uint64_t);
}

}  // namespace parquet_flow::stats
