// How the columns of one of many files are those of the first, whose schema is that of all.
#pragma once

#include <cstdint>
#include <vector>

#include "base/status.hpp"
#include "read/file_reader.hpp"

namespace parquet_flow::scan {

// For each leaf of `first` that of `file`. Columns are found by their names, in any order; they are
// of the same types as schema::isSameColumn has it, and one that is in no group may be required
// where it is optional in `first`. kInvalidArgument, naming file and column: one is missing, is
// another, or is there beside those of `first`.
[[nodiscard]] Result<std::vector<std::uint32_t>> leavesIn(const read::FileReader& first,
                                                          const read::FileReader& file);

}  // namespace parquet_flow::scan
