// RLE as an encoding of BOOLEAN values: the hybrid's runs at one bit a value, behind their length
// in four bytes, in data pages v1 and v2 alike.
//
// Source: parquet-format Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)", the
// table of where the length is prepended.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "encoding/rle_hybrid.hpp"

namespace parquet_flow::encoding {

// Encodes page after page:
//
//   begin -> append... -> finish, head
//
// Between begin and finish `body` takes no other bytes. kOutOfMemory: the page is to be begun anew.
class RleBooleanEncoder {
 public:
  // A page whose runs go behind what is in `body`, which must live until finish.
  void begin(ByteBuffer& body) noexcept;
  // One byte each, nonzero is true.
  [[nodiscard]] Result<void> appendBytes(const std::uint8_t* values, std::size_t count);
  // Bits from `bitOffset` on.
  [[nodiscard]] Result<void> appendBits(const std::uint8_t* bits, std::uint64_t bitOffset,
                                        std::size_t count);
  // kLimit where the runs are too long for their length.
  [[nodiscard]] Result<void> finish();
  // What goes in front of the page's runs: their length. Holds until the next finish.
  [[nodiscard]] ConstBytes head() const noexcept { return constBytes(&length_, sizeof length_); }

 private:
  RleHybridEncoder runs_;
  ByteBuffer* body_ = nullptr;
  std::size_t begin_ = 0;  // of the page in `body`
  std::uint32_t length_ = 0;
};

// Decodes the `count` values of a page to one byte each, 0 or 1, and returns how many bytes of `in`
// that was. kCorrupt: a length beyond `in`, bytes behind the last run, and what RleRunReader
// refuses.
[[nodiscard]] Result<std::size_t> decodeRleBooleans(ConstBytes in, std::size_t count,
                                                    std::uint8_t* out);

}  // namespace parquet_flow::encoding
