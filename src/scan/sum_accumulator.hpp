// Sums and averages of groups.
#pragma once

#include <memory>

#include "scan/aggregate.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

// Whether addResult takes a sum of the leaf: whole numbers, DECIMAL and floating point, one a row.
[[nodiscard]] bool isSummable(const schema::Leaf& leaf) noexcept;

[[nodiscard]] std::unique_ptr<Accumulator> makeSum(const schema::Leaf& leaf, bool isAverage);

}  // namespace parquet_flow::scan
