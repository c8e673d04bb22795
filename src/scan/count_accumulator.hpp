// Counts of groups' values.
#pragma once

#include <memory>

#include "scan/aggregate.hpp"

namespace parquet_flow::scan {

[[nodiscard]] std::unique_ptr<Accumulator> makeCount();
[[nodiscard]] std::unique_ptr<Accumulator> makeCountDistinct(const schema::Leaf& leaf);

}  // namespace parquet_flow::scan
