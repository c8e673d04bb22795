// Values and rows appended to column vectors: what queries make of what they have read.
#pragma once

#include <cstdint>
#include <span>

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

// The value in a slot of a flat leaf, as appendValue takes it; `boolean` is where one of BOOLEAN
// goes.
[[nodiscard]] ConstBytes valueAt(const schema::Leaf& leaf, const read::ColumnVector& column,
                                 std::uint64_t slot, std::byte& boolean) noexcept;

// Bytes that a vector's rows take.
[[nodiscard]] std::uint64_t bytesOf(const read::ColumnVector& column) noexcept;

// How many rows of these columns are a batch, at most `rowsMax`: some 32 MiB of the widest, as its
// rows are on the average.
[[nodiscard]] std::uint64_t rowsOfBatch(std::span<const read::ColumnVector> columns,
                                        std::uint64_t rowsMax) noexcept;

}  // namespace parquet_flow::scan
