// Which columns of a file are printed, and in which order.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "read/file_reader.hpp"
#include "read/shape.hpp"

namespace parquet_flow::rows {

struct ColumnChoice {
  std::vector<std::uint32_t> leaves;  // in schema order
  read::Shape shape;                  // of these alone, in the order that they were asked for
};

// `paths`: dotted, of leaves and groups; none: all columns. A column that several paths are of
// stands where the first of them does. kInvalidArgument, naming a path that is not there.
[[nodiscard]] Result<ColumnChoice> chooseColumns(const read::FileReader& file,
                                                 std::span<const std::string> paths);

}  // namespace parquet_flow::rows
