// Whole numbers of 128 bits: what sums of whole numbers and decimals have room in.
#pragma once

namespace parquet_flow::scan {

__extension__ using Int128 = __int128;
__extension__ using Uint128 = unsigned __int128;

}  // namespace parquet_flow::scan
