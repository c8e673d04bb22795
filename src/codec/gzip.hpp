// GZIP: one member a page. Pages that do not shrink become stored blocks, each by its own bytes.
#pragma once

#include <cstdint>
#include <memory>

#include "base/status.hpp"
#include "codec/codec.hpp"

namespace parquet_flow::codec {

inline constexpr std::int32_t kGzipLevelMin = 0;  // stored blocks alone
inline constexpr std::int32_t kGzipLevelMax = 9;
inline constexpr std::int32_t kGzipLevelDefault = 1;

// `level` within the range above.
[[nodiscard]] Result<std::unique_ptr<Compressor>> makeGzipCompressor(std::int32_t level);
[[nodiscard]] Result<std::unique_ptr<Decompressor>> makeGzipDecompressor();

}  // namespace parquet_flow::codec
