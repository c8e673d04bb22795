// A view cut into views of fewer rows, without a look at its values.
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
// Cost: one pass over the levels; of the whole view in one piece, none.
class RowCutter {
 public:
  // `leaf` must live as long.
  RowCutter(const schema::Leaf& leaf, const LeafView& view) noexcept
      : leaf_(&leaf),
        left_(view),
        rows_(view.rows),
        entries_(view.entries),
        values_(view.values.count) {}

  [[nodiscard]] std::uint64_t rowsLeft() const noexcept { return left_.rows; }
  // The next `rows` rows, 1 .. rowsLeft(). kInvalidArgument: the levels do not make the rows, or
  // need more values than there are, counted in the whole view; of a view in one piece nobody looks
  // at them. What else may be wrong with the view is in the pieces as it was.
  [[nodiscard]] Result<LeafView> next(std::uint64_t rows);

 private:
  [[nodiscard]] bool endMakesItsRows() const noexcept;
  [[nodiscard]] tl::unexpected<Error> refuseRows() const;
  void skipEntries(std::uint64_t entries) noexcept;
  void skipSlots(std::uint64_t slots) noexcept;

  const schema::Leaf* leaf_;
  LeafView left_;
  // Of the whole view, for messages.
  std::uint64_t rows_;
  std::uint64_t entries_;
  std::uint64_t values_;
};

// How many slots of the view's values are for the `entries` entries from `entry` on, as its levels
// say: there may be fewer. Cost: one pass over the levels or the bitmap of these, unless all
// entries have one.
[[nodiscard]] std::uint64_t slotsOf(const schema::Leaf& leaf, const LeafView& view,
                                    std::uint64_t entry, std::uint64_t entries) noexcept;

}  // namespace parquet_flow::column
