// Values and rows appended to column vectors: what queries make of what they have read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "read/column_vector.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

// Each may be called on a vector that is new or was cleared, and on what the others have appended
// to, not on what was read. kLimit: the strings of a vector come to 4 GiB; kOutOfMemory.

// A row of a flat leaf: the value's bytes as stats::compareValues takes them, of BOOLEAN one.
[[nodiscard]] Result<void> appendValue(const schema::Leaf& leaf, ConstBytes value,
                                       read::ColumnVector& out);
[[nodiscard]] Result<void> appendNull(const schema::Leaf& leaf, read::ColumnVector& out);

// Rows of `from` by their numbers, in any order, with all their entries.
[[nodiscard]] Result<void> appendRows(const schema::Leaf& leaf, const read::ColumnVector& from,
                                      std::span<const std::uint32_t> rows, read::ColumnVector& out);

// The same of one column batch by batch: where its rows begin is found once. Leaf and column must
// live as long, and the column stay as it is.
class RowPicker {
 public:
  RowPicker(const schema::Leaf& leaf, const read::ColumnVector& from);

  // How many of `rows`, no row twice, come to at most `bytesMax`, from the first on; at least one.
  [[nodiscard]] std::size_t countWithin(std::span<const std::uint32_t> rows,
                                        std::uint64_t bytesMax) const noexcept;
  [[nodiscard]] Result<void> append(std::span<const std::uint32_t> rows,
                                    read::ColumnVector& out) const;

 private:
  [[nodiscard]] std::uint64_t bytesOf(std::uint32_t row) const noexcept;
  [[nodiscard]] Result<void> appendRepeated(std::span<const std::uint32_t> rows,
                                            read::ColumnVector& out) const;

  const schema::Leaf* leaf_;
  const read::ColumnVector* from_;
  // Of a leaf in a list: where rows begin, and one more.
  std::vector<std::uint64_t> entryStarts_;
  std::vector<std::uint32_t> slotStarts_;
};

// The value in a slot of a flat leaf, as appendValue takes it; `boolean` is where one of BOOLEAN
// goes.
[[nodiscard]] ConstBytes valueAt(const schema::Leaf& leaf, const read::ColumnVector& column,
                                 std::uint64_t slot, std::byte& boolean) noexcept;

// Bytes that a vector's rows take.
[[nodiscard]] std::uint64_t bytesOf(const read::ColumnVector& column) noexcept;

// How many of `rows`, from the first on, are a batch: 32 MiB of any column at most, or one row.
[[nodiscard]] std::size_t rowsOfBatch(std::span<const RowPicker> columns,
                                      std::span<const std::uint32_t> rows) noexcept;

}  // namespace parquet_flow::scan
