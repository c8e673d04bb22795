// SNAPPY: one raw Snappy block a page, without the framing of Snappy streams. It has no levels.
//
// The library takes no working memory from its caller: each page costs it an allocation of 170 KiB
// or less, given back at the end of the page.
#pragma once

#include <memory>

#include "base/status.hpp"
#include "codec/codec.hpp"

namespace parquet_flow::codec {

[[nodiscard]] Result<std::unique_ptr<Compressor>> makeSnappyCompressor();
[[nodiscard]] Result<std::unique_ptr<Decompressor>> makeSnappyDecompressor();

}  // namespace parquet_flow::codec
