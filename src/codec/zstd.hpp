// ZSTD: one frame a page, with its content size and without a checksum (the page has its own).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/status.hpp"
#include "codec/codec.hpp"

namespace parquet_flow::codec {

// Levels below 1 are left out: on order messages -1 compresses a tenth faster than 1 to 8 % more
// bytes, and those below it give less than LZ4_RAW at lower speed.
inline constexpr std::int32_t kZstdLevelMin = 1;
inline constexpr std::int32_t kZstdLevelMax = 22;
inline constexpr std::int32_t kZstdLevelDefault = 1;

// `level` within the range above. The context is kept from page to page; when 128 pages in a row
// have needed less than a third of its memory, the library makes it smaller.
[[nodiscard]] Result<std::unique_ptr<Compressor>> makeZstdCompressor(std::int32_t level);
// Of contexts of compressors that are gone the process keeps so many of up to so many bytes, which
// is what level 3 takes, for the next ones.
inline constexpr std::size_t kZstdSpareContexts = 4;
inline constexpr std::size_t kZstdSpareBytesMax = std::size_t{3} << 19;
// Frees these, and returns how many there were: none while another thread takes or gives one.
std::size_t dropSpareZstdContexts() noexcept;
// Takes frames one after another, skippable ones among them; not those from before version 0.8.
[[nodiscard]] Result<std::unique_ptr<Decompressor>> makeZstdDecompressor();

}  // namespace parquet_flow::codec
