// An ArrowArray of rows, seen as LeafViews: the values where they are, levels made from offsets and
// bitmaps.
//
// The C data interface gives no lengths of buffers. Checked is what can be: pointers, counts,
// offsets, sizes and indices against the lengths that the arrays say, views against the lengths of
// their buffers. That the buffers are as long as the arrays say is the producer's word.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "arrow_source.hpp"
#include "arrow_type.hpp"
#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "column/nested_levels.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::capi {

// For arrays of one type into one schema. One thread at a time; the memory is reused.
class ArrowColumns {
 public:
  // `type` is a struct of columns for which requireSameSchema holds. All must live as long.
  ArrowColumns(const ArrowField& type, const schema::Schema& schema);

  // Rows `first` .. `first` + `rows` - 1 of an array that has passed checkArrowArray: one view a
  // leaf. They borrow from the array and from here, until the next call.
  // kInvalidArgument, naming column and row of the array; kLimit; kOutOfMemory.
  [[nodiscard]] Result<std::span<const column::LeafView>> views(const ArrowArray& array,
                                                                std::uint64_t first,
                                                                std::uint64_t rows);

  // Whether views of the last call borrow more from here than the span that they are in.
  [[nodiscard]] bool areBorrowed() const noexcept;

  // About how many bytes values and levels of those rows take, and no fewer: see guessArrowBytes.
  [[nodiscard]] std::uint64_t guessBytes(const ArrowArray& array, std::uint64_t first,
                                         std::uint64_t rows) const noexcept;

 private:
  // What stands over a leaf: a struct, a list (of the field), runs of them, or the leaf itself.
  struct Step {
    const ArrowField* field = nullptr;
    const ArrowArray* array = nullptr;
    bool isOptional = false;
  };
  // What the views borrow beside the arrays.
  struct LeafMemory {
    column::NestedLevels levels;
    ArrowExtra extra;
  };

  [[nodiscard]] Result<void> visit(const ArrowField& field, const ArrowArray& array,
                                   std::uint32_t node);
  [[nodiscard]] Result<void> addLeaf(std::uint32_t leafIndex);
  [[nodiscard]] Result<void> addLevels(column::NestedLevels& levels);
  [[nodiscard]] Result<column::LeafView> viewOfLeaf(const schema::Leaf& leaf, LeafMemory& memory);

  const ArrowField* type_;
  const schema::Schema* schema_;
  std::uint64_t first_ = 0;       // slot of the array
  std::uint64_t rowsBefore_ = 0;  // rows of the array, in front of those that are seen
  std::uint64_t rows_ = 0;
  std::vector<Step> steps_;         // to where visit is
  std::vector<LeafMemory> memory_;  // a leaf each, whose addresses stay
  std::vector<column::LeafView> views_;
};

}  // namespace parquet_flow::capi
