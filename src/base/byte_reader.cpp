#include "base/byte_reader.hpp"

#include <algorithm>
#include <string>

#include "base/assert.hpp"

namespace parquet_flow {

tl::unexpected<Error> ByteReader::failCorrupt(std::string_view message) const {
  std::string text = "offset " + std::to_string(offset()) + ": ";
  text.append(message);
  return fail(ErrorCode::kCorrupt, std::move(text));
}

tl::unexpected<Error> ByteReader::failShort(std::uint64_t bytes) const {
  return failCorrupt(std::to_string(bytes) + " bytes wanted, " + std::to_string(remaining()) +
                     " left");
}

std::size_t ByteReader::peekVarint(unsigned bitsMax, std::uint64_t& value) const noexcept {
  const std::size_t bytesMax = std::min<std::size_t>(remaining(), (bitsMax + 6) / 7);
  value = 0;
  for (std::size_t i = 0; i < bytesMax; ++i) {
    const auto byte = std::to_integer<std::uint64_t>(bytes_[position_ + i]);
    const auto shift = static_cast<unsigned>(7 * i);
    const std::uint64_t bits = byte & 0x7F;
    if (bitsMax - shift < 7 && (bits >> (bitsMax - shift)) != 0) {
      return 0;  // bits that the value has no room for
    }
    value |= bits << shift;
    if ((byte & 0x80) == 0) {
      return i + 1;
    }
  }
  return 0;
}

Result<std::uint32_t> ByteReader::readVarint32() {
  std::uint64_t value = 0;
  const std::size_t bytes = peekVarint(32, value);
  if (bytes == 0) {
    return failCorrupt("not a 32-bit varint");
  }
  position_ += bytes;
  return static_cast<std::uint32_t>(value);
}

Result<std::uint64_t> ByteReader::readVarint64() {
  std::uint64_t value = 0;
  const std::size_t bytes = peekVarint(64, value);
  if (bytes == 0) {
    return failCorrupt("not a 64-bit varint");
  }
  position_ += bytes;
  return value;
}

Result<std::int32_t> ByteReader::readZigzag32() { return readVarint32().map(zigzagDecode32); }

Result<std::int64_t> ByteReader::readZigzag64() { return readVarint64().map(zigzagDecode64); }

Result<std::size_t> ByteReader::checkCount(std::uint64_t count, std::size_t minBytesEach) const {
  PF_ASSERT(minBytesEach > 0);
  if (count > remaining() / minBytesEach) {
    return failCorrupt("a count of " + std::to_string(count) + ", of at least " +
                       std::to_string(minBytesEach) + " bytes each, but " +
                       std::to_string(remaining()) + " bytes left");
  }
  return static_cast<std::size_t>(count);
}

Result<std::size_t> ByteReader::readCount(std::size_t minBytesEach) {
  const std::size_t begin = position_;
  PF_TRY_ASSIGN(const std::uint64_t count, readVarint64());
  auto checked = checkCount(count, minBytesEach);
  if (!checked) {
    position_ = begin;
  }
  return checked;
}

}  // namespace parquet_flow
