// BYTE_STREAM_SPLIT: a page of values of K bytes as K streams, one after the other: first the first
// byte of every value, then the second of every value, ... No padding, no header.
//
// Source: parquet-format Encodings.md, "Byte Stream Split (BYTE_STREAM_SPLIT = 9)": FLOAT, DOUBLE,
// INT32, INT64 and FIXED_LEN_BYTE_ARRAY.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/cpu.hpp"
#include "base/status.hpp"

namespace parquet_flow::encoding {

// Encodes page after page of values of `width` bytes:
//
//   begin -> append... -> finish
//
// Where a stream begins depends on how many values the page has. Values are split into `body` at
// once, as if the page had as many as the one before; if it has more, or fewer, the streams are
// moved. Between begin and finish `body` takes no other bytes. kOutOfMemory: `body` is to be cut
// back and the page to be begun anew.
class ByteStreamSplitEncoder {
 public:
  explicit ByteStreamSplitEncoder(std::size_t width) noexcept : width_(width) {}

  // A page whose bytes go behind what is in `body`, which must live until finish.
  void begin(ByteBuffer& body) noexcept;
  [[nodiscard]] Result<void> append(const std::byte* values, std::size_t count);
  [[nodiscard]] Result<void> finish();
  // What goes in front of the page's values: nothing.
  [[nodiscard]] ConstBytes head() const noexcept { return {}; }

 private:
  // Moves the streams apart, to room for `stride` values each.
  [[nodiscard]] Result<void> widen(std::size_t stride);

  std::size_t width_;
  ByteBuffer* body_ = nullptr;
  std::size_t begin_ = 0;        // of the page in `body`
  std::size_t count_ = 0;        // values of the page so far
  std::size_t stride_ = 0;       // values for which the streams have room
  std::size_t countBefore_ = 0;  // values of the page before
};

// Decodes `count` values, which are the first count * width bytes of `in`; returns that number.
// `out` has room for as many. kCorrupt where `in` has fewer.
[[nodiscard]] Result<std::size_t> decodeByteStreamSplit(ConstBytes in, std::size_t count,
                                                        std::size_t width, std::byte* out);

// `count` values of `width` bytes, and streams that begin `stride` bytes apart. Nothing beyond
// these is read or written.
struct ByteStreamSplitKernels {
  void (*split)(const std::byte* values, std::size_t count, std::size_t width, std::byte* streams,
                std::size_t stride);
  void (*merge)(const std::byte* streams, std::size_t stride, std::size_t count, std::size_t width,
                std::byte* values);
};

// The kernels for a level that this machine has; the scalar ones are the definition.
[[nodiscard]] const ByteStreamSplitKernels& byteStreamSplitKernels(SimdLevel level) noexcept;

#if defined(__x86_64__)
extern const ByteStreamSplitKernels kByteStreamSplitKernelsAvx2;
#endif

}  // namespace parquet_flow::encoding
