// The columns of the C API: checked whole, then seen as LeafViews.
//
// What passes here can be written and read back: lengths agree, offsets stay inside the values and
// never go backwards, levels are within their maxima and nest, and columns that share a list or a
// group say the same of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "parquet_flow.h"
#include "schema/schema.hpp"

namespace parquet_flow::capi {

// The columns of one writer. One thread at a time.
class ColumnInputs {
 public:
  explicit ColumnInputs(std::shared_ptr<const schema::Schema> schema);

  // `rows` is above 0. The views borrow from `columns` and stand until the next call.
  // Cost: one pass over levels and offsets, none over values; no allocation.
  // Returns kInvalidArgument naming column and row.
  [[nodiscard]] Result<std::span<const column::LeafView>> check(
      std::uint64_t rows, std::span<const pf_column_input_t> columns);
  [[nodiscard]] Result<std::span<const column::LeafView>> check(
      std::uint64_t rows, std::span<const pf_column_input_with_levels_t> columns);

 private:
  // The deepest node over both a leaf and the one before it.
  struct Shared {
    std::uint8_t definitionLevel = 0;
    std::uint8_t repetitionLevel = 0;
  };

  [[nodiscard]] Result<void> checkCount(std::size_t columns) const;

  std::shared_ptr<const schema::Schema> schema_;
  bool flat_ = true;
  // Of each leaf: [r - 1] is the definition level that an entry with repetition level r has at
  // least.
  std::vector<std::vector<std::uint8_t>> repeatedDefinition_;
  std::vector<Shared> sharedWithPrevious_;
  std::vector<pf_column_input_with_levels_t> withoutLevels_;
  std::vector<column::LeafView> views_;
};

}  // namespace parquet_flow::capi
