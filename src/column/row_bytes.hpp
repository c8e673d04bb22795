// How many bytes rows of views take, without a look at their values.
//
// Values and levels as they are borrowed count, and besides, of what is not null, bytes that are
// somewhere else: of a value of SourceForm::kViews those in a buffer, of one out of a dictionary
// the entry, because it is there itself where it is encoded without a dictionary.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "column/leaf_view.hpp"
#include "column/value_bytes.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// Of one leaf.
class LeafBytes {
 public:
  // Where a row begins, in what the view has.
  struct Place {
    std::uint64_t entry = 0;
    std::uint64_t slot = 0;  // of its values
  };

  // Both must live as long. `ofEntries`: of the view, or none, to count of values out of a
  // dictionary their indices alone.
  LeafBytes(const schema::Leaf& leaf, const LeafView& view, EntryBytes ofEntries) noexcept
      : leaf_(&leaf), view_(&view), values_(leaf, view.values), ofEntries_(std::move(ofEntries)) {}

  [[nodiscard]] Place end() const noexcept { return {view_->entries, view_->values.count}; }
  // So many rows further, no further than the view goes. Cost: one pass over their levels, if any.
  [[nodiscard]] Place after(const Place& place, std::uint64_t rows) const noexcept;
  // Sums of stretches are that of the whole, unless the view is corrupt. Cost: a look at the length
  // of each value of SourceForm::kViews, and that of EntryBytes.
  [[nodiscard]] std::uint64_t between(const Place& from, const Place& to) const noexcept;

 private:
  [[nodiscard]] std::uint64_t inBuffers(const Place& from, const Place& to) const noexcept;

  const schema::Leaf* leaf_;
  const LeafView* view_;
  ValueBytes values_;
  EntryBytes ofEntries_;
};

// Of the whole view; about, of one with a dictionary: its values count as the mean of the entries.
// Cost: LeafBytes::between's without these and, where they are views, a look at no more of them
// than there are values.
[[nodiscard]] std::uint64_t viewBytes(const schema::Leaf& leaf, const LeafView& view) noexcept;

struct RowExtent {
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
};

// Rows of all leaves, from the front on:
//
//   RowMeasure measure(schema, rows, views);
//   measure.take({1000, 1 << 20})  ->  of the next rows as many as are within both
//
// Nobody needs to have checked the views. What levels lack is taken for rows of no bytes.
class RowMeasure {
 public:
  // `views`: one a leaf, of `rows` rows each. All must live as long. Cost: EntryBytes's, and
  // LeafBytes::between's of all rows.
  RowMeasure(const schema::Schema& schema, std::uint64_t rows, std::span<const LeafView> views);

  [[nodiscard]] std::uint64_t rowsLeft() const noexcept { return rowsLeft_; }
  [[nodiscard]] std::uint64_t bytesLeft() const noexcept { return bytesLeft_; }

  // Cost: where all that are left are within it, none. Else a pass or two over levels and views, of
  // the rows that are taken or, where they are larger than the mean, of as many as that would take:
  // of all calls for the same bytes together, a few over the whole.
  [[nodiscard]] RowExtent take(const RowExtent& most);
  // The next one, whatever its size; there must be one.
  [[nodiscard]] RowExtent takeRow();

 private:
  void lookCloser();
  [[nodiscard]] std::uint64_t rowsOf(std::uint64_t bytes) const noexcept;
  [[nodiscard]] bool tryTake(std::uint64_t rows, std::uint64_t bytesMax, RowExtent& taken) noexcept;

  std::vector<LeafBytes> leaves_;
  std::uint64_t rowsLeft_;
  std::uint64_t bytesLeft_ = 0;
  // By leaf, where the rows that are left begin; none while nobody has asked for a part of them.
  std::vector<LeafBytes::Place> places_;
  std::vector<LeafBytes::Place> ahead_;  // scratch of tryTake
};

}  // namespace parquet_flow::column
