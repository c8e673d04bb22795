// BROTLI: one stream a page. Pages that do not shrink become uncompressed meta-blocks.
#pragma once

#include <cstdint>
#include <memory>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"

namespace parquet_flow::codec {

// The default is the lowest level that is not behind a level of ZSTD in both speed and bytes on
// order messages.
inline constexpr std::int32_t kBrotliLevelMin = 0;
inline constexpr std::int32_t kBrotliLevelMax = 11;
inline constexpr std::int32_t kBrotliLevelDefault = 2;

// `level` within the range above.
[[nodiscard]] Result<std::unique_ptr<Compressor>> makeBrotliCompressor(std::int32_t level);
[[nodiscard]] Result<std::unique_ptr<Decompressor>> makeBrotliDecompressor();

// Bytes of the stream of uncompressed meta-blocks for a page of `bytes`.
[[nodiscard]] std::uint64_t storedBrotliBytes(std::uint64_t bytes) noexcept;
// Appends it: a copy. kOutOfMemory.
[[nodiscard]] Result<void> appendStoredBrotli(ConstBytes page, ByteBuffer& out);

}  // namespace parquet_flow::codec
