#include "encoding/byte_stream_split.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/assert.hpp"

namespace parquet_flow::encoding {
namespace {

// Values that are gone through once for each of their bytes while they are in the nearest cache.
constexpr std::size_t kTileBytes = std::size_t{16} << 10;

std::size_t tileValues(std::size_t width) noexcept {
  return std::max<std::size_t>(kTileBytes / width, 1);
}

void split(const std::byte* values, std::size_t count, std::size_t width, std::byte* streams,
           std::size_t stride) {
  const std::size_t tile = tileValues(width);
  for (std::size_t begin = 0; begin < count; begin += tile) {
    const std::size_t end = std::min(begin + tile, count);
    for (std::size_t byte = 0; byte < width; ++byte) {
      for (std::size_t i = begin; i < end; ++i) {
        streams[byte * stride + i] = values[i * width + byte];
      }
    }
  }
}

void merge(const std::byte* streams, std::size_t stride, std::size_t count, std::size_t width,
           std::byte* values) {
  const std::size_t tile = tileValues(width);
  for (std::size_t begin = 0; begin < count; begin += tile) {
    const std::size_t end = std::min(begin + tile, count);
    for (std::size_t byte = 0; byte < width; ++byte) {
      for (std::size_t i = begin; i < end; ++i) {
        values[i * width + byte] = streams[byte * stride + i];
      }
    }
  }
}

constexpr ByteStreamSplitKernels kScalar = {split, merge};

const ByteStreamSplitKernels& kernels() noexcept {
  static const ByteStreamSplitKernels& chosen = byteStreamSplitKernels(simdLevel());
  return chosen;
}

}  // namespace

const ByteStreamSplitKernels& byteStreamSplitKernels(SimdLevel level) noexcept {
#if defined(__x86_64__)
  if (level >= SimdLevel::kAvx2) {
    return kByteStreamSplitKernelsAvx2;
  }
#endif
  static_cast<void>(level);
  return kScalar;
}

void ByteStreamSplitEncoder::begin(ByteBuffer& body) noexcept {
  body_ = &body;
  begin_ = body.size();
  count_ = 0;
  stride_ = 0;
}

Result<void> ByteStreamSplitEncoder::append(const std::byte* values, std::size_t count) {
  const std::size_t needed = count_ + count;
  if (needed > stride_) {
    PF_TRY(widen(std::max(needed, stride_ == 0 ? countBefore_ : 2 * stride_)));
  }
  kernels().split(values, count, width_, body_->data() + begin_ + count_, stride_);
  count_ = needed;
  return {};
}

Result<void> ByteStreamSplitEncoder::widen(std::size_t stride) {
  PF_TRY(body_->appendUninitialized((stride - stride_) * width_));
  std::byte* const streams = body_->data() + begin_;
  for (std::size_t byte = width_; count_ != 0 && byte-- > 1;) {
    std::memmove(streams + byte * stride, streams + byte * stride_, count_);
  }
  stride_ = stride;
  return {};
}

Result<void> ByteStreamSplitEncoder::finish() {
  std::byte* const streams = body_->data() + begin_;
  for (std::size_t byte = 1; count_ != stride_ && byte < width_; ++byte) {
    std::memmove(streams + byte * count_, streams + byte * stride_, count_);
  }
  body_->truncate(begin_ + count_ * width_);
  countBefore_ = count_;
  return {};
}

Result<std::size_t> decodeByteStreamSplit(ConstBytes in, std::size_t count, std::size_t width,
                                          std::byte* out) {
  PF_ASSERT(width != 0);
  if (in.size() / width < count) {
    return fail(ErrorCode::kCorrupt,
                std::to_string(in.size()) + " bytes of BYTE_STREAM_SPLIT values do not hold " +
                    std::to_string(count) + " of " + std::to_string(width) + " bytes");
  }
  kernels().merge(in.data(), count, count, width, out);
  return count * width;
}

}  // namespace parquet_flow::encoding
