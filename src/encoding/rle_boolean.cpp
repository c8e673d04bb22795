#include "encoding/rle_boolean.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/bits.hpp"
#include "base/byte_reader.hpp"

namespace parquet_flow::encoding {

void RleBooleanEncoder::begin(ByteBuffer& body) noexcept {
  body_ = &body;
  begin_ = body.size();
  runs_.begin(1, body);
}

Result<void> RleBooleanEncoder::appendBytes(const std::uint8_t* values, std::size_t count) {
  std::array<std::byte, 256> bits;
  while (count != 0) {
    const std::size_t piece = std::min(count, bits.size() * 8);
    packBooleans(values, piece, bits.data(), 0);
    PF_TRY(runs_.appendBitmap(reinterpret_cast<const std::uint8_t*>(bits.data()), 0, piece));
    values += piece;
    count -= piece;
  }
  return {};
}

Result<void> RleBooleanEncoder::appendBits(const std::uint8_t* bits, std::uint64_t bitOffset,
                                           std::size_t count) {
  return runs_.appendBitmap(bits, bitOffset, count);
}

Result<void> RleBooleanEncoder::finish() {
  PF_TRY(runs_.finish());
  const std::size_t bytes = body_->size() - begin_;
  if (bytes > UINT32_MAX) {
    return fail(ErrorCode::kLimit, "more than 4 GiB of RLE runs in a page");
  }
  length_ = static_cast<std::uint32_t>(bytes);
  return {};
}

Result<std::size_t> decodeRleBooleans(ConstBytes in, std::size_t count, std::uint8_t* out) {
  ByteReader reader(in);
  PF_TRY_ASSIGN(const auto length, reader.read<std::uint32_t>());
  PF_TRY_ASSIGN(const ConstBytes encoded, reader.readBytes(length));
  RleHybridDecoder runs(encoded, 1, count);
  PF_TRY(runs.decode(out, count));
  if (runs.remainingBytes() != 0) {
    return reader.failCorrupt(std::to_string(runs.remainingBytes()) +
                              " bytes behind the last run of booleans");
  }
  return reader.position();
}

}  // namespace parquet_flow::encoding
