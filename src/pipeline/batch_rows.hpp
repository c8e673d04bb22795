// The rows of one submitted batch, and where row groups end in them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "column/cut_rows.hpp"
#include "column/leaf_view.hpp"
#include "column/row_bytes.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::pipeline {

// In pieces that end where row groups do.
class BatchRows {
 public:
  struct Piece {
    column::RowExtent extent;  // no rows: not one more goes into the open row group
    bool endsRowGroup = false;
  };

  // All must live as long. Cost: column::RowMeasure's.
  BatchRows(const schema::Schema& schema, std::uint64_t rows,
            std::span<const column::LeafView> views)
      : schema_(schema), views_(views), measure_(schema, rows, views) {}

  // As column::RowMeasure counts them; before cut.
  [[nodiscard]] std::uint64_t bytes() const noexcept { return measure_.bytesLeft(); }
  // Once, before the next ones. `open`: what the open row group has, below `most`. A row group is
  // within `most`, unless it is one row; cost: RowMeasure::take's.
  void cut(column::RowExtent open, const column::RowExtent& most);
  [[nodiscard]] std::span<const Piece> pieces() const noexcept { return pieces_; }
  [[nodiscard]] std::uint64_t rowGroupsEnded() const noexcept { return rowGroupsEnded_; }
  // Of the pieces that have rows, in their order; LeafView::rowsBefore counts the rows in front of
  // the piece. kInvalidArgument: as RowCutter::next, naming the column. Valid until the next call.
  [[nodiscard]] Result<std::span<const column::LeafView>> next(const Piece& piece);

 private:
  const schema::Schema& schema_;
  std::span<const column::LeafView> views_;
  column::RowMeasure measure_;
  std::vector<Piece> pieces_;
  std::uint64_t rowGroupsEnded_ = 0;
  // None: all rows are one piece.
  std::vector<column::RowCutter> cutters_;
  std::vector<column::LeafView> cutOff_;
  std::uint64_t rowsCutOff_ = 0;
};

}  // namespace parquet_flow::pipeline
