// PLAIN: values one after the other, little-endian; BOOLEAN as bits, the least significant first;
// BYTE_ARRAY as a 4-byte length and the bytes.
//
// Source: parquet-format Encodings.md, "Plain (PLAIN = 0)".
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"

namespace parquet_flow::encoding {

// Each encoder appends to `out`, any number of times a page; kOutOfMemory leaves `out` as it was.

// INT32, INT64, INT96, FLOAT, DOUBLE, FIXED_LEN_BYTE_ARRAY: `count` values of `width` bytes.
[[nodiscard]] Result<void> encodePlainFixed(const std::byte* values, std::size_t count,
                                            std::size_t width, ByteBuffer& out);

// BYTE_ARRAY: value i is data[offsets[i]] .. data[offsets[i + 1]]; offsets never go backwards.
// Bytes behind data[offsets[count]] are not read. Cost: a copy; for short values a 32-byte move and
// the length.
[[nodiscard]] Result<void> encodePlainByteArrays(const std::byte* data,
                                                 const std::uint32_t* offsets, std::size_t count,
                                                 ByteBuffer& out);

// BOOLEAN: packs across calls, so that the values of a page are contiguous bits. The last byte is
// padded with zeros, and is in the buffer at any time.
class PlainBooleanEncoder {
 public:
  // A new page: the next value begins a byte at the end of what is then in `out`.
  void reset() noexcept { usedBits_ = 0; }

  // One byte each, nonzero is true.
  [[nodiscard]] Result<void> appendBytes(const std::uint8_t* values, std::size_t count,
                                         ByteBuffer& out);
  // Bits from `bitOffset` on.
  [[nodiscard]] Result<void> appendBits(const std::uint8_t* bits, std::uint64_t bitOffset,
                                        std::size_t count, ByteBuffer& out);

 private:
  unsigned usedBits_ = 0;  // of the last byte of `out`; 0: it is full
};

// The decoders take exactly `count` values from the front of `in` and return how many bytes that
// was; kCorrupt when it has fewer.

// `out` has room for count * width bytes.
[[nodiscard]] Result<std::size_t> decodePlainFixed(ConstBytes in, std::size_t count,
                                                   std::size_t width, std::byte* out);
// `out`: one byte each, 0 or 1.
[[nodiscard]] Result<std::size_t> decodePlainBooleans(ConstBytes in, std::size_t count,
                                                      std::uint8_t* out);
// Appends the values' bytes to `data`, and to `offsets` (uint32_t each) one end per value, counted
// from the start of `data`; kLimit when `data` would pass 2^32 - 1 bytes.
[[nodiscard]] Result<std::size_t> decodePlainByteArrays(ConstBytes in, std::size_t count,
                                                        ByteBuffer& data, ByteBuffer& offsets);

}  // namespace parquet_flow::encoding
