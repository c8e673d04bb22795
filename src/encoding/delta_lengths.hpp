// Lengths as DELTA_BINARY_PACKED INT32, as they stand before the bytes of values in
// DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "encoding/delta_binary_packed.hpp"

namespace parquet_flow::encoding {

// Encodes to a buffer of its own: begin -> append... -> finish.
class DeltaLengthsEncoder {
 public:
  void begin() noexcept;
  [[nodiscard]] Result<void> append(const std::uint32_t* lengths, std::size_t count);
  // Of `count` values: lengths offsets[i + 1] - offsets[i].
  [[nodiscard]] Result<void> appendOffsets(const std::uint32_t* offsets, std::size_t count);
  [[nodiscard]] Result<void> finish();
  // The whole of it; valid from finish to begin.
  [[nodiscard]] ConstBytes encoded() const noexcept { return encoded_; }

 private:
  [[nodiscard]] Result<void> makeRoomForHead();

  DeltaBinaryPackedEncoder<std::uint32_t> encoder_;
  ByteBuffer blocks_;  // behind room for the header
  ConstBytes encoded_;
};

struct DeltaLengths {
  std::size_t bytes;  // that they took of the input
  std::uint64_t sum;
};
// Decodes `count` lengths to `to`, as std::uint32_t at any alignment. kCorrupt: as for
// DELTA_BINARY_PACKED, and a negative length.
[[nodiscard]] Result<DeltaLengths> decodeDeltaLengths(ConstBytes in, std::size_t count,
                                                      std::byte* to);

// kLimit where `bytes` more bytes behind `dataBytes` have ends that do not fit 32 bits.
[[nodiscard]] Result<void> checkByteArrayBytes(std::uint64_t dataBytes, std::uint64_t bytes);

}  // namespace parquet_flow::encoding
