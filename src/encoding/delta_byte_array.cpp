#include "encoding/delta_byte_array.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>

namespace parquet_flow::encoding {
namespace {

// Copies of up to here are two moves of 32 bytes, past their end: a call to memcpy, or a branch
// that depends on the length, costs more than the copy.
constexpr std::size_t kMoveBytes = 32;
constexpr std::size_t kWideCopyMax = 2 * kMoveBytes;

// Also where the two overlap: what is moved too much is overwritten after. In two registers: an
// array of 32 bytes goes through memory, where there is no register of that size.
void move32(std::byte* to, const std::byte* from) noexcept {
  using Register = std::uint8_t __attribute__((vector_size(kMoveBytes / 2)));
  const auto first = loadLe<Register>(from);
  const auto second = loadLe<Register>(from + sizeof(Register));
  std::memcpy(to, &first, sizeof first);
  std::memcpy(to + sizeof first, &second, sizeof second);
}

// `isRoomy`: kWideCopyMax bytes can be read and written.
void copyBytes(std::byte* to, const std::byte* from, std::size_t bytes, bool isRoomy) noexcept {
  if (isRoomy && bytes <= kWideCopyMax) [[likely]] {
    move32(to, from);
    move32(to + kMoveBytes, from + kMoveBytes);
  } else if (bytes != 0) {
    std::memcpy(to, from, bytes);
  }
}

// Equal bytes at the beginning of two values, of which the shorter has `bytesMax` bytes and both
// have `readable` >= bytesMax.
[[gnu::always_inline]] inline std::uint32_t commonPrefix(const std::byte* a, const std::byte* b,
                                                         std::uint32_t bytesMax,
                                                         std::uint64_t readable) noexcept {
  std::uint32_t i = 0;
  for (; i < bytesMax && readable - i >= 8; i += 8) {
    const std::uint64_t unequal = loadLe<std::uint64_t>(a + i) ^ loadLe<std::uint64_t>(b + i);
    if (unequal != 0) {
      return std::min(bytesMax, i + static_cast<std::uint32_t>(std::countr_zero(unequal)) / 8);
    }
  }
  while (i < bytesMax && a[i] == b[i]) {
    ++i;
  }
  return std::min(bytesMax, i);
}

struct FixedOffsets {
  std::size_t width;
  std::size_t operator[](std::size_t index) const noexcept { return index * width; }
};

}  // namespace

void DeltaByteArrayEncoder::begin(ByteBuffer& body) noexcept {
  body_ = &body;
  prefixes_.begin();
  suffixes_.begin();
  previous_.clear();
  head_.clear();
}

template <class Offsets>
Result<void> DeltaByteArrayEncoder::appendValues(const std::byte* data, Offsets offsets,
                                                 std::size_t count) {
  if (count == 0) {
    return {};
  }
  const std::size_t end = offsets[count];
  PF_TRY_ASSIGN(std::byte* const reserved, body_->reserveExtra(end - offsets[0] + kWideCopyMax));
  std::byte* to = reserved;
  const std::byte* previous = previous_.data();
  std::size_t previousLength = previous_.size();
  std::array<std::uint32_t, 1024> prefixes;
  std::array<std::uint32_t, 1024> suffixes;
  for (std::size_t i = 0; i < count;) {
    const std::size_t chunk = std::min(count - i, prefixes.size());
    for (std::size_t k = 0; k < chunk; ++k, ++i) {
      const std::size_t begin = offsets[i];
      const std::size_t length = offsets[i + 1] - begin;
      const auto common = static_cast<std::uint32_t>(std::min(length, previousLength));
      // The value before lies before this one in `data`, except for that of the piece before.
      const std::uint32_t prefix =
          commonPrefix(previous, data + begin, common, i == 0 ? common : end - begin);
      const std::size_t suffix = length - prefix;
      copyBytes(to, data + begin + prefix, suffix, end - begin - prefix >= kWideCopyMax);
      to += suffix;
      prefixes[k] = prefix;
      suffixes[k] = static_cast<std::uint32_t>(suffix);
      previous = data + begin;
      previousLength = length;
    }
    PF_TRY(prefixes_.append(prefixes.data(), chunk));
    PF_TRY(suffixes_.append(suffixes.data(), chunk));
  }
  body_->commit(static_cast<std::size_t>(to - reserved));
  previous_.clear();
  return previous_.append(previous, previousLength);
}

Result<void> DeltaByteArrayEncoder::append(const std::byte* values, std::size_t count) {
  return appendValues(values, FixedOffsets{width_}, count);
}

Result<void> DeltaByteArrayEncoder::append(const std::byte* data, const std::uint32_t* offsets,
                                           std::size_t count) {
  return appendValues(data, offsets, count);
}

Result<void> DeltaByteArrayEncoder::finish() {
  PF_TRY(prefixes_.finish());
  PF_TRY(suffixes_.finish());
  PF_TRY(head_.append(prefixes_.encoded()));
  return head_.append(suffixes_.encoded());
}

namespace {

// The lengths of a page, in memory of the caller's.
struct Lengths {
  const std::byte* prefixes;  // as std::uint32_t at any alignment
  const std::byte* suffixes;
  std::size_t bytes;  // of the page, up to the suffixes' bytes
  std::uint64_t suffixBytes;
  std::uint64_t valueBytes;
};

std::uint32_t lengthAt(const std::byte* lengths, std::size_t index) noexcept {
  return loadLe<std::uint32_t>(lengths + index * sizeof(std::uint32_t));
}

// To the room behind what is in `buffer`.
Result<Lengths> decodeLengths(ConstBytes in, std::size_t count, ByteBuffer& buffer) {
  PF_TRY(checkDeltaBinaryPacked(in, count, sizeof(std::uint32_t)));
  const std::size_t bytes = count * sizeof(std::uint32_t);
  PF_TRY_ASSIGN(std::byte* const suffixes, buffer.reserveExtra(2 * bytes));
  std::byte* const prefixes = suffixes + bytes;
  PF_TRY_ASSIGN(const DeltaLengths prefix, decodeDeltaLengths(in, count, prefixes));
  PF_TRY_ASSIGN(const DeltaLengths suffix,
                decodeDeltaLengths(in.subspan(prefix.bytes), count, suffixes));
  const Lengths lengths{prefixes, suffixes, prefix.bytes + suffix.bytes, suffix.sum,
                        prefix.sum + suffix.sum};
  const std::size_t left = in.size() - lengths.bytes;
  if (suffix.sum > left) {
    return fail(ErrorCode::kCorrupt, "suffixes of " + std::to_string(suffix.sum) +
                                         " bytes in all, where " + std::to_string(left) +
                                         " bytes of their page are left");
  }
  return lengths;
}

// Writes the values to `to`, and nothing from `toEnd` on.
Result<void> rebuild(const Lengths& lengths, std::size_t count, ConstBytes in, std::byte* to,
                     const std::byte* toEnd) {
  const std::byte* from = in.data() + lengths.bytes;
  const std::byte* const fromEnd = in.data() + in.size();
  const std::byte* previous = to;
  std::size_t previousLength = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t prefix = lengthAt(lengths.prefixes, i);
    const std::size_t suffix = lengthAt(lengths.suffixes, i);
    if (prefix > previousLength) {
      return fail(ErrorCode::kCorrupt,
                  "value " + std::to_string(i) + " has a prefix of " + std::to_string(prefix) +
                      " bytes, and the value before it " + std::to_string(previousLength));
    }
    const auto room = static_cast<std::size_t>(toEnd - to);
    // No byte of the value before is loaded without need: it has just been stored, in moves of
    // other bounds, and a load across them waits until they are in the cache.
    if (prefix != 0) {
      if (room >= kMoveBytes && prefix <= kMoveBytes) {
        move32(to, previous);
      } else {
        std::memcpy(to, previous, prefix);
      }
    }
    copyBytes(
        to + prefix, from, suffix,
        room >= kWideCopyMax + prefix && static_cast<std::size_t>(fromEnd - from) >= kWideCopyMax);
    previous = to;
    previousLength = prefix + suffix;
    to += previousLength;
    from += suffix;
  }
  return {};
}

}  // namespace

Result<std::size_t> decodeDeltaByteArray(ConstBytes in, std::size_t count, std::uint64_t bytesMax,
                                         ByteBuffer& data, ByteBuffer& offsets) {
  PF_TRY_ASSIGN(const Lengths lengths, decodeLengths(in, count, offsets));
  if (lengths.valueBytes > bytesMax) {
    return fail(ErrorCode::kLimit, "BYTE_ARRAY values of " + std::to_string(lengths.valueBytes) +
                                       " bytes in all, where at most " + std::to_string(bytesMax) +
                                       " are taken");
  }
  PF_TRY(checkByteArrayBytes(data.size(), lengths.valueBytes));
  PF_TRY_ASSIGN(std::byte* const to, data.reserveExtra(lengths.valueBytes + kWideCopyMax));
  PF_TRY(rebuild(lengths, count, in, to, to + lengths.valueBytes + kWideCopyMax));
  std::uint64_t end = data.size();
  std::byte* const ends = offsets.data() + offsets.size();  // where the suffixes' lengths lie
  for (std::size_t i = 0; i < count; ++i) {
    end += lengthAt(lengths.prefixes, i) + lengthAt(lengths.suffixes, i);
    storeLe(ends + i * sizeof(std::uint32_t), static_cast<std::uint32_t>(end));
  }
  data.commit(lengths.valueBytes);
  offsets.commit(count * sizeof(std::uint32_t));
  return lengths.bytes + lengths.suffixBytes;
}

Result<std::size_t> decodeDeltaByteArrayFixed(ConstBytes in, std::size_t count, std::size_t width,
                                              ByteBuffer& scratch, std::byte* out) {
  scratch.clear();
  PF_TRY_ASSIGN(const Lengths lengths, decodeLengths(in, count, scratch));
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t length =
        std::uint64_t{lengthAt(lengths.prefixes, i)} + lengthAt(lengths.suffixes, i);
    if (length != width) {
      return fail(ErrorCode::kCorrupt, "FIXED_LEN_BYTE_ARRAY value " + std::to_string(i) + " has " +
                                           std::to_string(length) + " bytes, not " +
                                           std::to_string(width));
    }
  }
  PF_TRY(rebuild(lengths, count, in, out, out + count * width));
  return lengths.bytes + lengths.suffixBytes;
}

}  // namespace parquet_flow::encoding
