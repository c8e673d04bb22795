// The works of the table, read: each file beside Arrow C++'s reader.
#pragma once

#include "table.hpp"

namespace parquet_flow::peers {

// A line a work, with and without nulls, as runTable's. Both read the same bytes in memory, written
// by Arrow C++, from the footer to the last batch, on one thread, into Arrow memory, checksums held
// against pages that have one; what they give has been compared before.
void runReadTable(const TableOptions& options);

}  // namespace parquet_flow::peers
