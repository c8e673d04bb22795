// DELTA_LENGTH_BYTE_ARRAY: the lengths of all values as DELTA_BINARY_PACKED INT32, and behind them
// the bytes of all values.
//
// Source: parquet-format Encodings.md, "Delta-length byte array (DELTA_LENGTH_BYTE_ARRAY = 6)".
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "encoding/delta_binary_packed.hpp"
#include "encoding/delta_lengths.hpp"

namespace parquet_flow::encoding {

// The most bytes that `count` values of `sourceBytes` bytes in all can take.
[[nodiscard]] constexpr std::uint64_t deltaLengthByteArrayBytesMax(
    std::uint64_t count, std::uint64_t sourceBytes) noexcept {
  return deltaBinaryPackedBytesMax<std::uint32_t>(count) + sourceBytes;
}

// Encodes the values of one page, given in pieces of any size:
//
//   begin -> append... -> finish
//
// The page's values are then head(), which has the lengths in it, and behind it what was appended
// to `body` since begin. A length is below 2 GiB, as that of a page is. kOutOfMemory: `body` is to
// be cut back and begun anew.
class DeltaLengthByteArrayEncoder {
 public:
  // `body` must live until finish, and takes no other bytes until then.
  void begin(ByteBuffer& body) noexcept;
  // Value i is data[offsets[i]] .. data[offsets[i + 1]]; offsets never go backwards. Cost: a copy.
  [[nodiscard]] Result<void> append(const std::byte* data, const std::uint32_t* offsets,
                                    std::size_t count);
  [[nodiscard]] Result<void> finish();
  // Valid from finish to begin.
  [[nodiscard]] ConstBytes head() const noexcept { return lengths_.encoded(); }

 private:
  DeltaLengthsEncoder lengths_;
  ByteBuffer* body_ = nullptr;
};

// Decodes a page of `count` values: appends their bytes to `data` and the end of each in it to
// `offsets`, as std::uint32_t. Returns how many bytes of `in` they took. kCorrupt: as for
// DELTA_BINARY_PACKED, a negative length, more bytes than there are; kLimit: above 4 GiB in `data`.
// Both are unchanged then.
[[nodiscard]] Result<std::size_t> decodeDeltaLengthByteArray(ConstBytes in, std::size_t count,
                                                             ByteBuffer& data, ByteBuffer& offsets);

}  // namespace parquet_flow::encoding
