// The cells of `pf_bench --mode pipeline`, with one thread, beside Arrow C++.
#pragma once

#include "table.hpp"

namespace parquet_flow::peers {

// A line a cell:
//   work=simple-10-100000-zstd-1 ours_mib_per_sec=... arrow_mib_per_sec=... ratio=...
//   outside_zstd_ratio=... ...
// MiB of Arrow memory. `isTiny`: the cells of 1 000 rows alone.
void runPipelineCells(const TableOptions& options, bool isTiny);

}  // namespace parquet_flow::peers
