// Runs of one bit a value, straight to a bitmap: the definition levels of a flat optional column,
// which are its validity, and BOOLEAN values in RLE.
//
// Source: parquet-format Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)"; its
// grammar is in rle_run.hpp. A bit-packed run of width 1 is a bitmap as it lies.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow::encoding {

// Decodes the `count` values of `in`, which is all runs, to the bits of `bitmap` from its first on.
// kCorrupt: what RleRunReader refuses, bytes behind the last run. Returns how many bits are set.
[[nodiscard]] Result<std::size_t> decodeRleBitmap(ConstBytes in, std::size_t count,
                                                  std::byte* bitmap);

}  // namespace parquet_flow::encoding
