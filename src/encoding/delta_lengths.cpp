#include "encoding/delta_lengths.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace parquet_flow::encoding {

void DeltaLengthsEncoder::begin() noexcept {
  blocks_.clear();
  encoder_.begin(blocks_);
}

// The head is known last, and is to stand right before the blocks.
Result<void> DeltaLengthsEncoder::makeRoomForHead() {
  return blocks_.empty() ? blocks_.appendUninitialized(kDeltaHeaderBytesMax).map([](std::byte*) {})
                         : Result<void>{};
}

Result<void> DeltaLengthsEncoder::append(const std::uint32_t* lengths, std::size_t count) {
  PF_TRY(makeRoomForHead());
  return encoder_.append(reinterpret_cast<const std::byte*>(lengths), count);
}

Result<void> DeltaLengthsEncoder::appendOffsets(const std::uint32_t* offsets, std::size_t count) {
  std::array<std::uint32_t, 1024> lengths;
  while (count != 0) {
    const std::size_t taken = std::min(count, lengths.size());
    for (std::size_t i = 0; i < taken; ++i) {
      lengths[i] = offsets[i + 1] - offsets[i];
    }
    PF_TRY(append(lengths.data(), taken));
    offsets += taken;
    count -= taken;
  }
  return {};
}

Result<void> DeltaLengthsEncoder::finish() {
  PF_TRY(makeRoomForHead());
  PF_TRY(encoder_.finish());
  const ConstBytes head = encoder_.head();
  const std::size_t at = kDeltaHeaderBytesMax - head.size();
  std::copy(head.begin(), head.end(), blocks_.data() + at);
  encoded_ = blocks_.span().subspan(at);
  return {};
}

Result<DeltaLengths> decodeDeltaLengths(ConstBytes in, std::size_t count, std::byte* to) {
  PF_TRY_ASSIGN(const std::size_t bytes,
                decodeDeltaBinaryPacked(in, count, sizeof(std::uint32_t), to));
  std::uint64_t sum = 0;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto length = loadLe<std::uint32_t>(to + i * sizeof(std::uint32_t));
    sum += length;
    bits |= length;
  }
  if ((bits >> 31) != 0) {
    std::size_t i = 0;
    while (loadLe<std::int32_t>(to + i * sizeof(std::int32_t)) >= 0) {
      ++i;
    }
    return fail(ErrorCode::kCorrupt,
                "the length of BYTE_ARRAY value " + std::to_string(i) + " is " +
                    std::to_string(loadLe<std::int32_t>(to + i * sizeof(std::int32_t))));
  }
  return DeltaLengths{bytes, sum};
}

Result<void> checkByteArrayBytes(std::uint64_t dataBytes, std::uint64_t bytes) {
  if (bytes > UINT32_MAX || dataBytes > UINT32_MAX - bytes) {
    return fail(ErrorCode::kLimit, "more than 4 GiB of BYTE_ARRAY values at once");
  }
  return {};
}

}  // namespace parquet_flow::encoding
