// What a footer alone says of all of a column's values, where that is exact.
#pragma once

#include <cstdint>
#include <optional>

#include "base/status.hpp"
#include "read/column_vector.hpp"
#include "read/file_reader.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

// Nulls among the rows of a leaf that does not repeat; nullopt: not said of each row group.
[[nodiscard]] std::optional<std::uint64_t> nullsOf(const read::FileReader& file,
                                                   const schema::Leaf& leaf);

// The least or the greatest value of each row group that has one, appended to `out`; false: of some
// row group the footer has none that is exact, and of floating point never, where NaNs count.
[[nodiscard]] Result<bool> boundsOf(const read::FileReader& file, const schema::Leaf& leaf,
                                    bool isMax, read::ColumnVector& out);

}  // namespace parquet_flow::scan
