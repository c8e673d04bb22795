// How many bytes rows of views take, without a look at their values.
//
// Values and levels as they are borrowed count, but for two forms: a value of SourceForm::kViews
// counts with its bytes in a buffer, unless it is null, and one out of a dictionary as the mean of
// its, because it is there itself where it is encoded without a dictionary.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// Of the values of a view, or of a dictionary.
class ValueBytes {
 public:
  // Both must live as long. Cost: with a dictionary of views, a look at no more of them than there
  // are values.
  ValueBytes(const schema::Leaf& leaf, const ValuesView& values) noexcept;
  // Of values `first` .. `end` - 1, without what views have in buffers.
  [[nodiscard]] std::uint64_t between(std::uint64_t first, std::uint64_t end) const noexcept;
  // Of a view in a buffer; 0 where it is short.
  [[nodiscard]] std::uint64_t inBuffer(std::uint64_t slot) const noexcept;

 private:
  [[nodiscard]] std::uint64_t meanBytes(std::uint64_t looksMax) const noexcept;

  const ValuesView* values_;
  std::uint64_t each_ = 0;
  std::uint64_t longestBuffer_ = 0;
};

// Of one leaf.
class LeafBytes {
 public:
  // Where a row begins, in what the view has.
  struct Place {
    std::uint64_t entry = 0;
    std::uint64_t slot = 0;  // of its values
  };

  // Both must live as long. Cost: ValueBytes's.
  LeafBytes(const schema::Leaf& leaf, const LeafView& view) noexcept
      : leaf_(&leaf), view_(&view), values_(leaf, view.values) {}

  [[nodiscard]] Place end() const noexcept { return {view_->entries, view_->values.count}; }
  // So many rows further, no further than the view goes. Cost: one pass over their levels, if any.
  [[nodiscard]] Place after(const Place& place, std::uint64_t rows) const noexcept;
  // Sums of stretches are that of the whole, unless the view is corrupt. Cost: a look at the length
  // of each value of SourceForm::kViews, else none.
  [[nodiscard]] std::uint64_t between(const Place& from, const Place& to) const noexcept;

 private:
  [[nodiscard]] std::uint64_t inBuffers(const Place& from, const Place& to) const noexcept;

  const schema::Leaf* leaf_;
  const LeafView* view_;
  ValueBytes values_;
};

// Of the whole view.
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
  // `views`: one a leaf, of `rows` rows each. All must live as long. Cost: viewBytes's.
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
