// A view cut into views of fewer rows, without a look at its values; and how large one is.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// From the front:
//
//   RowCutter cutter(leaf, view);
//   cutter.next(100)  ->  a view of rows 0 .. 99, of the same memory
//
// Cost: one pass over the levels of what is cut off; of the whole view in one piece, none.
class RowCutter {
 public:
  // `leaf` must live as long.
  RowCutter(const schema::Leaf& leaf, const LeafView& view) noexcept : leaf_(&leaf), left_(view) {}

  [[nodiscard]] std::uint64_t rowsLeft() const noexcept { return left_.rows; }
  // The next `rows` rows, 1 .. rowsLeft(). kInvalidArgument: the levels make fewer rows, or need
  // more values than there are. What else may be wrong with the view is in the pieces as it was.
  [[nodiscard]] Result<LeafView> next(std::uint64_t rows);

 private:
  [[nodiscard]] std::uint64_t slotsOf(std::uint64_t entries) const noexcept;
  void skipEntries(std::uint64_t entries) noexcept;
  void skipSlots(std::uint64_t slots) noexcept;

  const schema::Leaf* leaf_;
  LeafView left_;
};

// About how many bytes the values and levels of a view take, where values out of a dictionary count
// as the mean of its. Cost: a look at the length of each value of SourceForm::kViews, else none.
[[nodiscard]] std::uint64_t viewBytes(const schema::Leaf& leaf, const LeafView& view) noexcept;

}  // namespace parquet_flow::column
