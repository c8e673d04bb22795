// LZ4_RAW: one LZ4 block a page. And its predecessor LZ4, which is only read.
//
// What files call LZ4 (codec 5) was never said exactly, and three forms of it are found: Hadoop's
// framing (parquet-java, and parquet-cpp since), one LZ4 frame, and the block alone (parquet-cpp
// before). The specification has deprecated it for LZ4_RAW (parquet-format Compression.md).
#pragma once

#include <cstdint>
#include <memory>

#include "base/status.hpp"
#include "codec/codec.hpp"

namespace parquet_flow::codec {

inline constexpr std::int32_t kLz4LevelMin = 1;   // LZ4's fast compressor
inline constexpr std::int32_t kLz4LevelMax = 12;  // 2 and above: the levels of LZ4 HC
inline constexpr std::int32_t kLz4LevelDefault = 1;

// A sequence that takes 3 + n bytes gives at most 19 + 255 n.
inline constexpr std::uint64_t kLz4InflationMax = 255;

// `level` within the range above.
[[nodiscard]] Result<std::unique_ptr<Compressor>> makeLz4RawCompressor(std::int32_t level);
[[nodiscard]] Result<std::unique_ptr<Decompressor>> makeLz4RawDecompressor();

// Any of the three forms.
[[nodiscard]] Result<std::unique_ptr<Decompressor>> makeLz4Decompressor();

}  // namespace parquet_flow::codec
