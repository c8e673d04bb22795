// Least and greatest values of groups.
#pragma once

#include <memory>

#include "scan/aggregate.hpp"

namespace parquet_flow::scan {

[[nodiscard]] std::unique_ptr<Accumulator> makeBound(const schema::Leaf& leaf, bool isMax);

}  // namespace parquet_flow::scan
