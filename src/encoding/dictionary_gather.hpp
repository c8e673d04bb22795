// From dictionary indices to values.
//
// Ids must be below the number of entries, as decodeDictionaryIndices makes sure of.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"

namespace parquet_flow::encoding {

// `dictionary`: values of `width` bytes one behind the other. `out` has room for count * width
// bytes.
void gatherFixed(const std::byte* dictionary, std::size_t width, const std::uint32_t* ids,
                 std::size_t count, std::byte* out) noexcept;

// BYTE_ARRAY: entry i is data[offsets[i]] .. data[offsets[i + 1]]; no byte behind the last of the
// `dictionaryCount` entries is read. Appends the values' bytes to `out`, and to `ends` (uint32_t
// each) one end per value, counted from the start of `out`, as decodePlainByteArrays does. kLimit
// when `out` would pass 2^32 - 1 bytes; then, and at kOutOfMemory, both are as they were.
[[nodiscard]] Result<void> gatherByteArrays(const std::byte* data, const std::uint32_t* offsets,
                                            std::size_t dictionaryCount, const std::uint32_t* ids,
                                            std::size_t count, ByteBuffer& out, ByteBuffer& ends);

}  // namespace parquet_flow::encoding
