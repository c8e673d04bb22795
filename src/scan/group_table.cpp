#include "scan/group_table.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

#include "scan/append_values.hpp"
#include "scan/group_states.hpp"
#include "scan/row_key.hpp"
#include "stats/range.hpp"

namespace parquet_flow::scan {
namespace {

using read::ColumnVector;
using stats::Order;

// Up to this many slots a group is found by its value: 2 MiB for each counter of a group.
constexpr std::uint64_t kDirectSlotsMax = 1U << 18;

bool isWholeOrder(Order order) noexcept {
  return order == Order::kInt32 || order == Order::kInt64 || order == Order::kUint32;
}

// Calls with the numbers of the rows that count, `list` where not all do.
template <class Function>
void eachOf(const Rows& rows, std::span<const std::uint32_t> list, Function&& function) {
  if (rows.selected == nullptr) {
    for (std::uint32_t row = 0; row < rows.rows; ++row) {
      function(std::size_t{row}, row);
    }
    return;
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    function(i, list[i]);
  }
}

}  // namespace

GroupTable::GroupTable(std::vector<const schema::Leaf*> leaves)
    : leaves_(std::move(leaves)), values_(leaves_.size()) {
  for (const schema::Leaf* const leaf : leaves_) {
    orders_.push_back(keyOrder(*leaf));
  }
  way_ = leaves_.size() != 1 || !isNumberOrder(orders_[0]) ? Way::kBytes
         : isWholeOrder(orders_[0])                        ? Way::kDirect
                                                           : Way::kNumbers;
  if (way_ != Way::kBytes) {
    rowCounts_.resize(1);  // null's
  }
}

Result<GroupTable::Assigned> GroupTable::assign(std::span<const ColumnVector* const> columns,
                                                const Rows& rows,
                                                std::span<const std::uint32_t> list) {
  renumbered_.clear();
  groups_.resize(rows.count);
  if (way_ == Way::kDirect) {
    PF_TRY_ASSIGN(const bool isDone, tryDirect(*columns[0], rows, list));
    if (isDone) {
      return Assigned{groups_, renumbered_};
    }
    PF_TRY(leaveDirect());
  }
  newRows_.clear();
  if (way_ == Way::kNumbers) {
    if (values_[0].rows == 0) {
      PF_TRY(appendNull(*leaves_[0], values_[0]));
    }
    addNumbers(*columns[0], rows, list);
  } else {
    addBytes(columns, rows, list);
  }
  for (std::size_t i = 0; i < leaves_.size() && !newRows_.empty(); ++i) {
    PF_TRY(appendRows(*leaves_[i], *columns[i], newRows_, values_[i]));
  }
  return Assigned{groups_, renumbered_};
}

template <class T>
GroupTable::Range GroupTable::rangeOf(const ColumnVector& column, const Rows& rows,
                                      std::span<const std::uint32_t> list) const noexcept {
  Range range;
  const std::byte* const values = column.data();
  if (rows.selected == nullptr && column.nulls == 0) {
    const stats::RangeKernels& kernels = stats::rangeKernels();
    const auto found = [&] {
      if constexpr (std::is_same_v<T, std::int32_t>) {
        return kernels.int32(values, rows.rows);
      } else if constexpr (std::is_same_v<T, std::uint32_t>) {
        return kernels.uint32(values, rows.rows);
      } else {
        return kernels.int64(values, rows.rows);
      }
    }();
    return {std::int64_t{found.min}, std::int64_t{found.max}};
  }
  eachOf(rows, list, [&](std::size_t, std::uint32_t row) {
    const auto value = std::int64_t{loadLe<T>(values + row * sizeof(T))};
    const bool isThere = hasValue(column, row);
    range.least = std::min(range.least, isThere ? value : INT64_MAX);
    range.most = std::max(range.most, isThere ? value : INT64_MIN);
  });
  return range;
}

template <class T>
void GroupTable::assignDirect(const ColumnVector& column, const Rows& rows,
                              std::span<const std::uint32_t> list) noexcept {
  const std::byte* const values = column.data();
  std::uint32_t* const groups = groups_.data();
  std::uint64_t* const counts = rowCounts_.data();
  const auto base = static_cast<std::uint64_t>(base_) - 1;
  const auto slotOf = [values, base](std::uint32_t row) {
    const auto value = std::int64_t{loadLe<T>(values + row * sizeof(T))};
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(value) - base);
  };
  if (column.nulls == 0) {
    eachOf(rows, list, [&](std::size_t i, std::uint32_t row) {
      const std::uint32_t slot = slotOf(row);
      groups[i] = slot;
      ++counts[slot];
    });
    return;
  }
  eachOf(rows, list, [&](std::size_t i, std::uint32_t row) {
    const std::uint32_t slot = hasValue(column, row) ? slotOf(row) : 0;
    groups[i] = slot;
    ++counts[slot];
  });
}

// False: the values are too far from each other.
Result<bool> GroupTable::tryDirect(const ColumnVector& column, const Rows& rows,
                                   std::span<const std::uint32_t> list) {
  if (rows.count == 0) {
    return true;
  }
  const Order order = orders_[0];
  const Range range = order == Order::kInt32    ? rangeOf<std::int32_t>(column, rows, list)
                      : order == Order::kUint32 ? rangeOf<std::uint32_t>(column, rows, list)
                                                : rangeOf<std::int64_t>(column, rows, list);
  if (range.least <= range.most && !cover(range)) {
    return false;
  }
  if (order == Order::kInt32) {
    assignDirect<std::int32_t>(column, rows, list);
  } else if (order == Order::kUint32) {
    assignDirect<std::uint32_t>(column, rows, list);
  } else {
    assignDirect<std::int64_t>(column, rows, list);
  }
  return true;
}

// Makes slots for the range, moving those there are.
bool GroupTable::cover(Range range) {
  const std::uint64_t slotsBefore = rowCounts_.size() - 1;
  if (slotsBefore == 0) {
    base_ = range.least;
  } else {
    range.least = std::min(range.least, base_);
    range.most = std::max(range.most, base_ + static_cast<std::int64_t>(slotsBefore - 1));
  }
  const std::uint64_t span =
      static_cast<std::uint64_t>(range.most) - static_cast<std::uint64_t>(range.least);
  if (span >= kDirectSlotsMax) {
    return false;
  }
  const std::uint64_t slots = span + 1;
  const bool movesDown = range.least < base_;
  if (!movesDown && slots <= slotsBefore) {
    return true;
  }
  if (movesDown) {
    const auto by = static_cast<std::uint32_t>(static_cast<std::uint64_t>(base_) -
                                               static_cast<std::uint64_t>(range.least));
    renumbered_.resize(rowCounts_.size());
    std::iota(renumbered_.begin(), renumbered_.end(), by);
    renumbered_[0] = 0;
    rowCounts_.insert(rowCounts_.begin() + 1, by, 0);
    base_ = range.least;
  }
  rowCounts_.resize(std::max<std::size_t>(rowCounts_.size(), slots + 1));
  return true;
}

// The groups there are, by hashing from now on.
Result<void> GroupTable::leaveDirect() {
  way_ = Way::kNumbers;
  const std::vector<std::uint64_t> before = std::move(rowCounts_);
  rowCounts_.assign(1, before[0]);
  PF_TRY(appendNull(*leaves_[0], values_[0]));
  renumbered_.assign(before.size(), kNoGroup);
  renumbered_[0] = 0;
  for (std::size_t slot = 1; slot < before.size(); ++slot) {
    if (before[slot] == 0) {
      continue;
    }
    renumbered_[slot] = static_cast<std::uint32_t>(rowCounts_.size());
    rowCounts_.push_back(before[slot]);
    std::byte value[8];
    directValue(slot, value);
    (void)numbers_.findOrAdd(numberKey(orders_[0], value));
    PF_TRY(appendValue(*leaves_[0], {value, valueBytes()}, values_[0]));
  }
  return {};
}

void GroupTable::addNumbers(const ColumnVector& column, const Rows& rows,
                            std::span<const std::uint32_t> list) {
  const Order order = orders_[0];
  const schema::Leaf& leaf = *leaves_[0];
  eachOf(rows, list, [&](std::size_t i, std::uint32_t row) {
    std::uint32_t group = 0;
    if (hasValue(column, row)) {
      std::byte boolean{};
      const auto key = numberKey(order, valueAt(leaf, column, row, boolean).data());
      const Numbered found = numbers_.findOrAdd(key);
      group = found.number + 1;
      if (found.isNew) {
        newRows_.push_back(row);
        rowCounts_.push_back(0);
      }
    }
    groups_[i] = group;
    ++rowCounts_[group];
  });
}

void GroupTable::addBytes(std::span<const ColumnVector* const> columns, const Rows& rows,
                          std::span<const std::uint32_t> list) {
  eachOf(rows, list, [&](std::size_t i, std::uint32_t row) {
    key_.clear();
    for (std::size_t k = 0; k < columns.size(); ++k) {
      appendRowKey(*leaves_[k], orders_[k], *columns[k], row, false, key_);
    }
    const Numbered found = bytes_.findOrAdd(key_);
    if (found.isNew) {
      newRows_.push_back(row);
      rowCounts_.push_back(0);
    }
    groups_[i] = found.number;
    ++rowCounts_[found.number];
  });
}

std::uint64_t GroupTable::bytes() const noexcept {
  std::uint64_t total = rowCounts_.size() * sizeof(std::uint64_t);
  total += way_ == Way::kNumbers ? numbers_.bytes() : way_ == Way::kBytes ? bytes_.bytes() : 0;
  for (const ColumnVector& column : values_) {
    total += bytesOf(column);
  }
  return total;
}

std::size_t GroupTable::valueBytes() const noexcept {
  return schema::fixedWidth(leaves_[0]->type, leaves_[0]->typeLength);
}

void GroupTable::directValue(std::size_t slot, std::byte* to) const noexcept {
  storeLe(to, static_cast<std::uint64_t>(base_) + slot - 1);
}

Result<void> GroupTable::takeKeys(std::span<const schema::Leaf> leaves,
                                  std::span<ColumnVector> out) {
  (void)std::exchange(numbers_, NumberTable());
  (void)std::exchange(bytes_, BytesTable());
  if (way_ == Way::kBytes && !rowCounts_.empty()) {  // each has rows
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      values_[i].definitionLevels.release();
      out[i] = std::exchange(values_[i], ColumnVector());
    }
    return {};
  }
  std::vector<std::uint32_t> groups;
  for (std::size_t group = 0; group < rowCounts_.size(); ++group) {
    if (rowCounts_[group] != 0) {
      groups.push_back(static_cast<std::uint32_t>(group));
    }
  }
  if (way_ != Way::kDirect) {
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      PF_TRY(appendRows(leaves[i], values_[i], groups, out[i]));
    }
    values_.clear();
    return {};
  }
  for (const std::uint32_t group : groups) {
    std::byte value[8];
    directValue(group, value);
    PF_TRY(group == 0 ? appendNull(leaves[0], out[0])
                      : appendValue(leaves[0], {value, valueBytes()}, out[0]));
  }
  return {};
}

}  // namespace parquet_flow::scan
