#include "encoding/plain.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "base/assert.hpp"
#include "base/bits.hpp"

namespace parquet_flow::encoding {
namespace {

constexpr std::size_t kLengthBytes = 4;

// So many bytes of a value are copied at once, past its end where it is shorter: a call to memcpy,
// or a branch that depends on a length that varies, costs more than the copy. The output has slack
// for that; the input is guarded.
constexpr std::size_t kWideCopyMax = 64;

tl::unexpected<Error> failShortPage(std::size_t bytes, std::size_t count) {
  return fail(ErrorCode::kCorrupt, std::to_string(bytes) + " bytes of PLAIN values do not hold " +
                                       std::to_string(count) + " values");
}

// Values, each behind its length, the first `kWide` bytes at once.
template <std::size_t kWide>
void putByteArrays(const std::byte* data, const std::uint32_t* offsets, std::size_t count,
                   std::byte* to) noexcept {
  // From the others' begins there are no kWide bytes left.
  std::size_t wide = count;
  while (wide != 0 && offsets[wide - 1] + std::uint64_t{kWide} > offsets[count]) {
    --wide;
  }
  std::uint32_t begin = offsets[0];
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t length = offsets[i + 1] - begin;
    storeLe(to, length);
    to += kLengthBytes;
    if (i < wide) [[likely]] {
      std::memcpy(to, data + begin, kWide);
      if (length > kWide) [[unlikely]] {
        std::memcpy(to + kWide, data + begin + kWide, length - kWide);
      }
    } else if (length != 0) {
      std::memcpy(to, data + begin, length);
    }
    to += length;
    begin += length;
  }
}

}  // namespace

Result<void> encodePlainFixed(const std::byte* values, std::size_t count, std::size_t width,
                              ByteBuffer& out) {
  return out.append(values, count * width);
}

Result<void> encodePlainByteArrays(const std::byte* data, const std::uint32_t* offsets,
                                   std::size_t count, ByteBuffer& out) {
  if (count == 0) {
    return {};
  }
  const std::size_t bytes = offsets[count] - offsets[0] + count * kLengthBytes;
  PF_TRY_ASSIGN(std::byte * to, out.reserveExtra(bytes + kWideCopyMax));
  // As wide as takes nearly all of them.
  const std::size_t mean = (offsets[count] - offsets[0]) / count;
  if (mean <= 10) {
    putByteArrays<16>(data, offsets, count, to);
  } else if (mean <= 20) {
    putByteArrays<32>(data, offsets, count, to);
  } else {
    putByteArrays<kWideCopyMax>(data, offsets, count, to);
  }
  out.commit(bytes);
  return {};
}

Result<void> PlainBooleanEncoder::appendBytes(const std::uint8_t* values, std::size_t count,
                                              ByteBuffer& out) {
  PF_TRY_ASSIGN(std::byte* const reserved, out.reserveExtra(count / 8 + 1));
  std::byte* to = reserved;
  std::size_t i = 0;
  for (; usedBits_ != 0 && i < count; ++i) {
    to[-1] |= static_cast<std::byte>((values[i] != 0 ? 1U : 0U) << usedBits_);
    usedBits_ = (usedBits_ + 1) % 8;
  }
  for (; count - i >= 8; i += 8) {
    // Nonzero bytes to 0x80: the sum carries out of the low seven bits, and the top bit is its own.
    const auto eight = loadLe<std::uint64_t>(values + i);
    const std::uint64_t nonzero =
        (((eight & 0x7F7F7F7F7F7F7F7FU) + 0x7F7F7F7F7F7F7F7FU) | eight) & 0x8080808080808080U;
    *to++ = static_cast<std::byte>(((nonzero >> 7) * 0x0102040810204080U) >> 56);
  }
  if (i < count) {
    unsigned last = 0;
    for (; i < count; ++i) {
      last |= (values[i] != 0 ? 1U : 0U) << usedBits_++;
    }
    *to++ = static_cast<std::byte>(last);
  }
  out.commit(static_cast<std::size_t>(to - reserved));
  return {};
}

Result<void> PlainBooleanEncoder::appendBits(const std::uint8_t* bits, std::uint64_t bitOffset,
                                             std::size_t count, ByteBuffer& out) {
  PF_TRY_ASSIGN(std::byte* const reserved, out.reserveExtra(count / 8 + 1));
  std::byte* to = reserved;
  if (usedBits_ == 0) {
    const std::size_t whole = count - count % 8;
    copyBits(reinterpret_cast<const std::byte*>(bits), bitOffset, whole, to, 0);
    to += whole / 8;
    bitOffset += whole;
    count -= whole;
  }
  // A byte at a time, from two of the source where they lie across; no byte is read that has none
  // of the bits.
  while (count != 0) {
    const std::uint8_t* const from = bits + bitOffset / 8;
    const auto shift = static_cast<unsigned>(bitOffset % 8);
    const auto taken = static_cast<unsigned>(std::min<std::size_t>(count, 8 - usedBits_));
    unsigned value = from[0] >> shift;
    if (shift + taken > 8) {
      value |= static_cast<unsigned>(from[1]) << (8 - shift);
    }
    value &= (1U << taken) - 1;
    if (usedBits_ == 0) {
      *to++ = static_cast<std::byte>(value);
    } else {
      to[-1] |= static_cast<std::byte>(value << usedBits_);
    }
    usedBits_ = (usedBits_ + taken) % 8;
    bitOffset += taken;
    count -= taken;
  }
  out.commit(static_cast<std::size_t>(to - reserved));
  return {};
}

Result<std::size_t> decodePlainFixed(ConstBytes in, std::size_t count, std::size_t width,
                                     std::byte* out) {
  if (in.size() / width < count) {
    return failShortPage(in.size(), count);
  }
  if (count != 0) {
    std::memcpy(out, in.data(), count * width);
  }
  return count * width;
}

Result<std::size_t> decodePlainBooleans(ConstBytes in, std::size_t count, std::uint8_t* out) {
  const std::size_t bytes = count / 8 + (count % 8 != 0 ? 1 : 0);
  if (in.size() < bytes) {
    return failShortPage(in.size(), count);
  }
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = std::to_integer<std::uint8_t>((in[i / 8] >> (i % 8)) & std::byte{1});
  }
  return bytes;
}

Result<std::size_t> decodePlainByteArrays(ConstBytes in, std::size_t count, ByteBuffer& data,
                                          ByteBuffer& offsets) {
  if (in.size() / kLengthBytes < count) {
    return failShortPage(in.size(), count);
  }
  const std::size_t dataBefore = data.size();
  PF_TRY_ASSIGN(std::byte * dataTo, data.reserveExtra(in.size() - count * kLengthBytes));
  PF_TRY_ASSIGN(std::byte* const offsetsTo, offsets.reserveExtra(count * sizeof(std::uint32_t)));
  std::size_t position = 0;
  std::uint64_t end = dataBefore;
  for (std::size_t i = 0; i < count; ++i) {
    const auto length = loadLe<std::uint32_t>(in.data() + position);
    position += kLengthBytes;
    // The lengths that are still to come keep their place, so the next one can always be read, and
    // the values fit what was reserved.
    const std::size_t left = in.size() - position - (count - 1 - i) * kLengthBytes;
    if (left < length) {
      return fail(ErrorCode::kCorrupt, "BYTE_ARRAY value " + std::to_string(i) + " has length " +
                                           std::to_string(length) + ", where at most " +
                                           std::to_string(left) + " bytes of its page are left");
    }
    end += length;
    if (end > UINT32_MAX) {
      return fail(ErrorCode::kLimit, "more than 4 GiB of BYTE_ARRAY values at once");
    }
    if (length != 0) {
      std::memcpy(dataTo, in.data() + position, length);
    }
    dataTo += length;
    position += length;
    storeLe(offsetsTo + i * sizeof(std::uint32_t), static_cast<std::uint32_t>(end));
  }
  data.commit(static_cast<std::size_t>(end - dataBefore));
  offsets.commit(count * sizeof(std::uint32_t));
  return position;
}

}  // namespace parquet_flow::encoding
