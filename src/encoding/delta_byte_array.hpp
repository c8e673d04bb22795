// DELTA_BYTE_ARRAY: of each value, how many bytes at its beginning it has in common with the one
// before it, and the rest.
//
// Source: parquet-format Encodings.md, "Delta Strings (DELTA_BYTE_ARRAY = 7)":
//
//   page := <prefix lengths: DELTA_BINARY_PACKED> <suffixes: DELTA_LENGTH_BYTE_ARRAY>
//
// The value before the first one of a page is empty. FIXED_LEN_BYTE_ARRAY values are encoded alike,
// with all their lengths.
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
[[nodiscard]] constexpr std::uint64_t deltaByteArrayBytesMax(std::uint64_t count,
                                                             std::uint64_t sourceBytes) noexcept {
  return 2 * deltaBinaryPackedBytesMax<std::uint32_t>(count) + sourceBytes;
}

// Encodes the values of one page, given in pieces of any size:
//
//   begin -> append... -> finish
//
// The page's values are then head(), which has the lengths in it, and behind it what was appended
// to `body` since begin. A length is below 2 GiB, as that of a page is. kOutOfMemory: `body` is to
// be cut back and begun anew.
//
// Cost: of each value the bytes that are equal, eight at a time, and a copy of the others; a copy
// of the last value of each piece.
class DeltaByteArrayEncoder {
 public:
  // `width`: of the values of a FIXED_LEN_BYTE_ARRAY; of no meaning for BYTE_ARRAY.
  explicit DeltaByteArrayEncoder(std::uint32_t width = 0) noexcept : width_(width) {}

  // `body` must live until finish, and takes no other bytes until then.
  void begin(ByteBuffer& body) noexcept;
  // FIXED_LEN_BYTE_ARRAY: `count` values of `width` bytes.
  [[nodiscard]] Result<void> append(const std::byte* values, std::size_t count);
  // BYTE_ARRAY: value i is data[offsets[i]] .. data[offsets[i + 1]]; offsets never go backwards.
  [[nodiscard]] Result<void> append(const std::byte* data, const std::uint32_t* offsets,
                                    std::size_t count);
  [[nodiscard]] Result<void> finish();
  // Valid from finish to begin.
  [[nodiscard]] ConstBytes head() const noexcept { return head_.span(); }

 private:
  template <class Offsets>
  [[nodiscard]] Result<void> appendValues(const std::byte* data, Offsets offsets,
                                          std::size_t count);

  std::uint32_t width_;
  DeltaLengthsEncoder prefixes_;
  DeltaLengthsEncoder suffixes_;
  ByteBuffer* body_ = nullptr;
  ByteBuffer previous_;  // the last value of the piece before
  ByteBuffer head_;
};

// Decodes a page of `count` values: appends their bytes to `data` and the end of each in it to
// `offsets`, as std::uint32_t. Returns how many bytes of `in` they took. kCorrupt: as for
// DELTA_LENGTH_BYTE_ARRAY, and a prefix that is longer than the value before; kLimit: more than
// `bytesMax` bytes, of which the page can stand for far more than it has, or above 4 GiB in `data`.
// Both are unchanged then.
[[nodiscard]] Result<std::size_t> decodeDeltaByteArray(ConstBytes in, std::size_t count,
                                                       std::uint64_t bytesMax, ByteBuffer& data,
                                                       ByteBuffer& offsets);

// The same for FIXED_LEN_BYTE_ARRAY: `count` values of `width` bytes to `out`, which has room for
// them. kCorrupt: a value of another length too; `out` is unspecified then. `scratch` is used for
// the lengths.
[[nodiscard]] Result<std::size_t> decodeDeltaByteArrayFixed(ConstBytes in, std::size_t count,
                                                            std::size_t width, ByteBuffer& scratch,
                                                            std::byte* out);

}  // namespace parquet_flow::encoding
