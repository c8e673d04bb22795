// Which group each row is of: numbers for the values of its columns, taken together.
//
// A single column of whole numbers that lie close to each other is its own number, less the least
// there was. Other numbers are looked up by hashing, and several columns, and strings, by hashing
// their keys (row_key.hpp). Nulls are equal to each other, and so a group.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "read/column_vector.hpp"
#include "scan/key_table.hpp"
#include "scan/rows.hpp"
#include "schema/schema.hpp"
#include "stats/order.hpp"

namespace parquet_flow::scan {

// One thread at a time.
class GroupTable {
 public:
  // `leaves`, which must live as long: at least one, comparable (requireComparable).
  explicit GroupTable(std::vector<const schema::Leaf*> leaves);

  // The groups of a batch's rows: `columns` are those of the leaves.
  struct Assigned {
    std::span<const std::uint32_t> groups;  // one for each row that counts
    // Where groups have other numbers than before the call: the new one of each.
    std::span<const std::uint32_t> renumbered;
  };
  // `list`: the numbers of the rows that count, where not all do.
  [[nodiscard]] Result<Assigned> assign(std::span<const read::ColumnVector* const> columns,
                                        const Rows& rows, std::span<const std::uint32_t> list);

  // Numbers are below this. Some may be of no row.
  [[nodiscard]] std::size_t size() const noexcept { return rowCounts_.size(); }
  // Rows of each group.
  [[nodiscard]] std::span<const std::uint64_t> rowCounts() const noexcept { return rowCounts_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept;

  // The values of the groups that have rows, in the order of their numbers, as columns of `leaves`:
  // flat, optional, else as those that rows were grouped by. Once, and no rows come behind it: what
  // groups are found by is freed first, so that values are not held twice.
  [[nodiscard]] Result<void> takeKeys(std::span<const schema::Leaf> leaves,
                                      std::span<read::ColumnVector> out);

 private:
  enum class Way : std::uint8_t { kDirect, kNumbers, kBytes };
  struct Range {
    std::int64_t least = INT64_MAX;
    std::int64_t most = INT64_MIN;
  };

  template <class T>
  [[nodiscard]] Range rangeOf(const read::ColumnVector& column, const Rows& rows,
                              std::span<const std::uint32_t> list) const noexcept;
  template <class T>
  void assignDirect(const read::ColumnVector& column, const Rows& rows,
                    std::span<const std::uint32_t> list) noexcept;
  [[nodiscard]] Result<bool> tryDirect(const read::ColumnVector& column, const Rows& rows,
                                       std::span<const std::uint32_t> list);
  [[nodiscard]] bool cover(Range range);
  [[nodiscard]] Result<void> leaveDirect();
  void addNumbers(const read::ColumnVector& column, const Rows& rows,
                  std::span<const std::uint32_t> list);
  void addBytes(std::span<const read::ColumnVector* const> columns, const Rows& rows,
                std::span<const std::uint32_t> list);
  [[nodiscard]] std::size_t valueBytes() const noexcept;
  void directValue(std::size_t slot, std::byte* to) const noexcept;

  std::vector<const schema::Leaf*> leaves_;
  std::vector<stats::Order> orders_;
  Way way_;
  std::vector<std::uint64_t> rowCounts_;
  std::vector<std::uint32_t> groups_;
  std::vector<std::uint32_t> renumbered_;

  std::int64_t base_ = 0;  // kDirect: group i is that of the value base_ + i - 1; 0 is null's
  NumberTable numbers_;    // kNumbers: group i is that of key i - 1; 0 is null's
  BytesTable bytes_;
  std::string key_;
  // kNumbers, kBytes: the values of each group, and the rows of a batch that bring new ones.
  std::vector<read::ColumnVector> values_;
  std::vector<std::uint32_t> newRows_;
};

}  // namespace parquet_flow::scan
