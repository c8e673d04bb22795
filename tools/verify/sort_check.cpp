#include "verify/sort_check.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace parquet_flow::verify {
namespace {

struct FloatSorting {
  stats::FloatOrder floats;
  stats::NanPlace nans;
};
constexpr std::array kFloatSortings = {
    FloatSorting{stats::FloatOrder::kTypeDefined, stats::NanPlace::kAbove},
    FloatSorting{stats::FloatOrder::kTypeDefined, stats::NanPlace::kBelow},
    FloatSorting{stats::FloatOrder::kIeee754Total, stats::NanPlace::kNone},
};

}  // namespace

SortCheck::SortCheck(const schema::Schema& schema, const format::RowGroup& group,
                     std::size_t rowGroup, Findings& findings) {
  const auto& leaves = schema.leaves();
  std::vector<format::SortingColumn> sorting;
  for (const format::SortingColumn& each : group.sorting_columns) {
    if (each.column_idx < 0 || static_cast<std::size_t>(each.column_idx) >= leaves.size()) {
      findings.error("sorting", {.rowGroup = rowGroup},
                     "sorting_columns has leaf " + std::to_string(each.column_idx) + " of " +
                         std::to_string(leaves.size()));
      return;
    }
    const schema::Leaf& leaf = leaves[static_cast<std::size_t>(each.column_idx)];
    // Rows that such a column has not told apart cannot be held against the next.
    if (leaf.maxRepetitionLevel != 0 || stats::orderOf(leaf) == stats::Order::kNone) {
      return;
    }
    // A second time it tells no rows apart that the first did not.
    if (std::ranges::find(sorting, each.column_idx, &format::SortingColumn::column_idx) ==
        sorting.end()) {
      sorting.push_back(each);
      orders_ = stats::isFloatOrder(stats::orderOf(leaf)) ? kFloatSortings.size() : orders_;
    }
  }
  for (const format::SortingColumn& each : sorting) {
    const auto leaf = static_cast<std::uint32_t>(each.column_idx);
    leaves_.push_back(leaf);
    for (std::size_t i = 0; i < orders_; ++i) {
      columns_.emplace_back(leaves[leaf], each.descending, each.nulls_first,
                            kFloatSortings[i].floats, kFloatSortings[i].nans);
    }
  }
}

std::span<stats::SortedColumn> SortCheck::columnsOf(const schema::Leaf& leaf) noexcept {
  const auto found = std::ranges::find(leaves_, leaf.index);
  if (found == leaves_.end()) {
    return {};
  }
  return std::span(columns_).subspan(static_cast<std::size_t>(found - leaves_.begin()) * orders_,
                                     orders_);
}

bool SortCheck::isSorted(std::size_t order) const {
  std::vector<const stats::SortedColumn*> columns;
  for (std::size_t i = order; i < columns_.size(); i += orders_) {
    columns.push_back(&columns_[i]);
  }
  return stats::areSorted(columns);
}

void SortCheck::compare(std::size_t rowGroup, Findings& findings) const {
  for (std::size_t order = 0; order < orders_; ++order) {
    if (columns_.empty() || isSorted(order)) {
      return;
    }
  }
  findings.error("sorting", {.rowGroup = rowGroup},
                 "its rows are not sorted as sorting_columns says");
}

}  // namespace parquet_flow::verify
