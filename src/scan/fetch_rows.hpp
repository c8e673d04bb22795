// Single rows of a file, by their numbers: what a query's other columns have where few rows are
// left of many.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "read/column_vector.hpp"
#include "read/file_reader.hpp"

namespace parquet_flow::scan {

// Appends the rows, given in ascending order, to columns of the leaves. Pages without any of them
// are not opened. kInvalidArgument: the file has fewer rows; kLimit: `out` comes to more than
// bytesMax; and what read::BatchReader::next returns, naming file, row group and column.
[[nodiscard]] Result<void> fetchRows(const read::FileReader& file,
                                     std::span<const std::uint32_t> leaves,
                                     std::span<const std::uint64_t> rows, std::uint64_t bytesMax,
                                     std::span<read::ColumnVector> out);

}  // namespace parquet_flow::scan
