#include "pipeline/batch_rows.hpp"

#include <utility>

namespace parquet_flow::pipeline {
namespace {

// Or above it, of one row.
bool isAtBound(const column::RowExtent& rowGroup, const column::RowExtent& most) noexcept {
  return rowGroup.rows >= most.rows || rowGroup.bytes >= most.bytes;
}

}  // namespace

void BatchRows::cut(column::RowExtent open, const column::RowExtent& most) {
  while (measure_.rowsLeft() != 0) {
    column::RowExtent some =
        measure_.take({.rows = most.rows - open.rows, .bytes = most.bytes - open.bytes});
    if (some.rows == 0 && open.rows == 0) some = measure_.takeRow();
    open.rows += some.rows;
    open.bytes += some.bytes;
    const bool isFull = measure_.rowsLeft() != 0 || isAtBound(open, most);
    pieces_.push_back({.extent = some, .endsRowGroup = isFull});
    if (!isFull) continue;
    open = {};
    ++rowGroupsEnded_;
    if (some.rows == 0 || measure_.rowsLeft() == 0 || !cutters_.empty()) continue;
    for (const schema::Leaf& leaf : schema_.leaves()) {
      cutters_.emplace_back(leaf, views_[leaf.index]);
    }
    cutOff_.reserve(cutters_.size());
  }
}

Result<std::span<const column::LeafView>> BatchRows::next(const Piece& piece) {
  if (cutters_.empty()) return views_;
  cutOff_.clear();
  for (const schema::Leaf& leaf : schema_.leaves()) {
    auto view = cutters_[leaf.index].next(piece.extent.rows);
    if (!view) {
      return fail(std::move(view).error().withContext("column '" + leaf.dottedPath + "'"));
    }
    view->rowsBefore += rowsCutOff_;
    cutOff_.push_back(*view);
  }
  rowsCutOff_ += piece.extent.rows;
  return std::span<const column::LeafView>(cutOff_);
}

}  // namespace parquet_flow::pipeline
