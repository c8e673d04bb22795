#include "read/value_decoder.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "encoding/byte_stream_split.hpp"
#include "encoding/delta_binary_packed.hpp"
#include "encoding/delta_byte_array.hpp"
#include "encoding/delta_length_byte_array.hpp"
#include "encoding/dictionary_gather.hpp"
#include "encoding/plain.hpp"
#include "encoding/rle_boolean.hpp"

namespace parquet_flow::read {
namespace {

using encoding::Encoding;
using schema::PhysicalType;

constexpr std::size_t kOffsetBytes = sizeof(std::uint32_t);

// As many ids as stay in the nearest cache until their values are gathered; so many equal ones from
// which on they are not written out.
constexpr std::size_t kIdsAtOnce = 4096;
constexpr std::size_t kArraysAtOnce = 65536;  // as many as a batch has: gathering begins slowly
constexpr std::uint64_t kLongRun = 256;

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

// 0: BYTE_ARRAY; BOOLEAN is decoded to a byte each.
std::size_t widthOf(const schema::Leaf& leaf) noexcept {
  return leaf.type == PhysicalType::kBoolean ? 1 : schema::fixedWidth(leaf.type, leaf.typeLength);
}

bool isInteger(PhysicalType type) noexcept {
  return type == PhysicalType::kInt32 || type == PhysicalType::kInt64;
}

// Encodings.md, the headings' lists of types.
bool hasType(Encoding encoding, PhysicalType type) noexcept {
  switch (encoding) {
    case Encoding::kRle:
      return type == PhysicalType::kBoolean;
    case Encoding::kDeltaBinaryPacked:
      return isInteger(type);
    case Encoding::kDeltaLengthByteArray:
      return type == PhysicalType::kByteArray;
    case Encoding::kDeltaByteArray:
      return type == PhysicalType::kByteArray || type == PhysicalType::kFixedLenByteArray;
    case Encoding::kByteStreamSplit:
      return isInteger(type) || type == PhysicalType::kFloat || type == PhysicalType::kDouble ||
             type == PhysicalType::kFixedLenByteArray;
    default:
      return true;
  }
}

bool isKnown(std::int32_t encoding) noexcept {
  constexpr Encoding kKnown[] = {Encoding::kPlain,
                                 Encoding::kPlainDictionary,
                                 Encoding::kRle,
                                 Encoding::kDeltaBinaryPacked,
                                 Encoding::kDeltaLengthByteArray,
                                 Encoding::kDeltaByteArray,
                                 Encoding::kRleDictionary,
                                 Encoding::kByteStreamSplit};
  return std::any_of(std::begin(kKnown), std::end(kKnown), [encoding](Encoding known) {
    return encoding == static_cast<std::int32_t>(known);
  });
}

// `count` times the same value, of `width` bytes.
void fillFixed(const std::byte* value, std::size_t width, std::size_t count, std::byte* to) {
  const std::size_t bytes = count * width;
  std::size_t filled = std::min(width, bytes);
  std::memcpy(to, value, filled);
  for (; filled < bytes; filled += std::min(filled, bytes - filled)) {
    std::memcpy(to + filled, to, std::min(filled, bytes - filled));
  }
}

}  // namespace

Result<void> checkBehind(ConstBytes rest) {
  const auto isZero = [](std::byte byte) { return byte == std::byte{0}; };
  return std::all_of(rest.begin(), rest.end(), isZero)
             ? Result<void>{}
             : corrupt(std::to_string(rest.size()) + " bytes behind its last value");
}

Result<void> ValueDecoder::setDictionary(ConstBytes bytes, std::uint32_t count) {
  ByteBuffer& offsets = scratch_.dictionaryOffsets;
  scratch_.dictionary.clear();
  offsets.clear();
  PF_TRY(offsets.appendLe(std::uint32_t{0}));
  // Arrow C++ counts a dictionary that it was given with equal values without those that come
  // again, and writes them all: bytes behind the last value are nobody's.
  PF_TRY(decodePlain(bytes, count, scratch_.dictionary, offsets));
  longestEntry_ = 0;
  if (leaf_.type == PhysicalType::kByteArray) {
    const auto* const ends = reinterpret_cast<const std::uint32_t*>(offsets.data());
    for (std::uint32_t i = 0; i < count; ++i) {
      longestEntry_ = std::max(longestEntry_, ends[i + 1] - ends[i]);
    }
  }
  dictionaryCount_ = count;
  hasDictionary_ = true;
  return {};
}

Result<void> ValueDecoder::decode(std::int32_t encoding, ConstBytes bytes, std::uint64_t count,
                                  ValueBuffers out) {
  if (!isKnown(encoding)) {
    return fail(ErrorCode::kUnsupported,
                "values in encoding " + std::to_string(encoding) + " are not read by this version");
  }
  const auto known = static_cast<Encoding>(encoding);
  if (!hasType(known, leaf_.type)) {
    return corrupt(std::string(physicalTypeName(leaf_.type)) + " values in encoding " +
                   std::string(encoding::encodingName(known)));
  }
  bytesLeft_ = bytes.size();
  // As some writers leave a page of nulls, whatever the encoding; and there are no streams.
  if (count == 0 && (bytes.empty() || known == Encoding::kByteStreamSplit)) {
    return checkBehind(bytes);
  }
  PF_TRY_ASSIGN(const std::size_t taken,
                decodeAs(known, bytes, static_cast<std::size_t>(count), out));
  bytesLeft_ -= taken;
  return checkBehind(bytes.subspan(taken));
}

Result<std::size_t> ValueDecoder::decodeAs(Encoding encoding, ConstBytes bytes, std::size_t count,
                                           ValueBuffers out) {
  switch (encoding) {
    case Encoding::kPlainDictionary:
    case Encoding::kRleDictionary:
      return decodeIndices(bytes, count, out);
    case Encoding::kRle: {
      PF_TRY_ASSIGN(std::byte* const to, makeRoom(bytes, count, out));
      return encoding::decodeRleBooleans(bytes, count, reinterpret_cast<std::uint8_t*>(to));
    }
    case Encoding::kDeltaBinaryPacked: {
      PF_TRY(encoding::checkDeltaBinaryPacked(bytes, count, widthOf(leaf_)));
      PF_TRY_ASSIGN(std::byte* const to, makeRoom(bytes, count, out));
      return encoding::decodeDeltaBinaryPacked(bytes, count, widthOf(leaf_), to);
    }
    case Encoding::kDeltaLengthByteArray:
      PF_TRY(checkExpansion(bytes, std::uint64_t{count} * kOffsetBytes));
      return encoding::decodeDeltaLengthByteArray(bytes, count, out.values, out.offsets);
    case Encoding::kDeltaByteArray:
      return decodeDeltaByteArray(bytes, count, out);
    case Encoding::kByteStreamSplit: {
      if (bytes.size() / widthOf(leaf_) < count) {  // before room is made for them
        return corrupt(std::to_string(bytes.size()) + " bytes do not hold " +
                       std::to_string(count) + " values");
      }
      // Streams are as long as there are values, or as the bytes make them: readers differ.
      if (const std::size_t rest = bytes.size() - count * widthOf(leaf_); rest != 0) {
        return corrupt(std::to_string(rest) + " bytes behind its last value");
      }
      PF_TRY_ASSIGN(std::byte* const to, makeRoom(bytes, count, out));
      return encoding::decodeByteStreamSplit(bytes, count, widthOf(leaf_), to);
    }
    default:
      return decodePlain(bytes, count, out.values, out.offsets);
  }
}

Result<std::size_t> ValueDecoder::decodePlain(ConstBytes bytes, std::size_t count,
                                              ByteBuffer& values, ByteBuffer& offsets) {
  if (leaf_.type == PhysicalType::kByteArray) {
    return encoding::decodePlainByteArrays(bytes, count, values, offsets);
  }
  const std::size_t width = widthOf(leaf_);
  const bool isBoolean = leaf_.type == PhysicalType::kBoolean;
  if ((isBoolean ? bytes.size() * 8 : bytes.size() / width) < count) {  // before room is made
    return corrupt(std::to_string(bytes.size()) + " bytes do not hold " + std::to_string(count) +
                   " values");
  }
  PF_TRY_ASSIGN(std::byte* const to, values.appendUninitialized(count * width));
  return isBoolean
             ? encoding::decodePlainBooleans(bytes, count, reinterpret_cast<std::uint8_t*>(to))
             : encoding::decodePlainFixed(bytes, count, width, to);
}

DenseValues ValueDecoder::dictionary() const noexcept {
  return {scratch_.dictionary.data(), dictionaryEnds(), 0, dictionaryCount_};
}

Result<void> ValueDecoder::beginIds(ConstBytes bytes, std::uint64_t count) {
  ids_ = {};
  if (count == 0 && bytes.empty()) {
    return {};  // as some writers leave a page of nulls
  }
  if (!hasDictionary_ && count != 0) {
    return corrupt("its values are in a dictionary, and its chunk has none");
  }
  idBytes_ = bytes;
  PF_TRY(ids_.begin(bytes, count, dictionaryCount_));
  return checkIdsEnd();
}

Result<void> ValueDecoder::checkIdsEnd() const {
  return ids_.left() != 0 ? Result<void>{} : checkBehind(idBytes_.last(ids_.remainingBytes()));
}

Result<const std::uint32_t*> ValueDecoder::takeIds(std::size_t count) {
  scratch_.ids.clear();
  PF_TRY_ASSIGN(std::byte* const room, scratch_.ids.appendUninitialized(count * kOffsetBytes));
  auto* const ids = reinterpret_cast<std::uint32_t*>(room);
  PF_TRY(ids_.decode(count, ids));
  PF_TRY(checkIdsEnd());
  return ids;
}

Result<void> ValueDecoder::takeFixed(std::size_t count, std::byte* to) {
  const std::size_t width = widthOf(leaf_);
  while (count != 0) {
    std::uint32_t entry = 0;
    PF_TRY_ASSIGN(const std::uint64_t equal, ids_.peekEqual(entry));
    std::size_t taken = 0;
    if (equal >= kLongRun) {
      taken = static_cast<std::size_t>(std::min<std::uint64_t>(equal, count));
      PF_TRY(ids_.skip(taken));
      fillFixed(scratch_.dictionary.data() + entry * width, width, taken, to);
    } else {
      taken = std::min(count, kIdsAtOnce);
      PF_TRY_ASSIGN(const std::uint32_t* const ids, takeIds(taken));
      encoding::gatherFixed(scratch_.dictionary.data(), width, ids, taken, to);
    }
    to += taken * width;
    count -= taken;
  }
  return checkIdsEnd();
}

// What the next `count` BYTE_ARRAYs come to, before any of them is taken.
Result<std::uint64_t> ValueDecoder::arrayBytes(std::size_t count) {
  const encoding::DictionaryIndexDecoder before = ids_;
  const std::uint32_t* const ends = dictionaryEnds();
  std::uint64_t bytes = 0;
  while (count != 0) {
    const std::size_t taken = std::min(count, kIdsAtOnce);
    PF_TRY_ASSIGN(const std::uint32_t* const ids, takeIds(taken));
    for (std::size_t i = 0; i < taken; ++i) {
      bytes += ends[ids[i] + 1] - ends[ids[i]];
    }
    count -= taken;
  }
  ids_ = before;
  return bytes;
}

Result<void> ValueDecoder::takeArrays(std::size_t count, std::uint64_t bytesMax, ValueBuffers out) {
  if (out.values.size() + longestEntry_ * std::uint64_t{count} > bytesMax) {
    PF_TRY_ASSIGN(const std::uint64_t bytes, arrayBytes(count));
    if (out.values.size() + bytes > bytesMax) {
      return fail(ErrorCode::kLimit, "values of " + std::to_string(out.values.size() + bytes) +
                                         " bytes out of a dictionary, where the limit is " +
                                         std::to_string(bytesMax) +
                                         ": fewer rows at a time take less");
    }
  }
  while (count != 0) {
    const std::size_t taken = std::min(count, kArraysAtOnce);
    PF_TRY_ASSIGN(const std::uint32_t* const ids, takeIds(taken));
    PF_TRY(encoding::gatherByteArrays(scratch_.dictionary.data(), dictionaryEnds(),
                                      dictionaryCount_, ids, taken, out.values, out.offsets));
    count -= taken;
  }
  return {};
}

Result<std::size_t> ValueDecoder::decodeIndices(ConstBytes bytes, std::size_t count,
                                                ValueBuffers out) {
  PF_TRY(beginIds(bytes, count));
  if (leaf_.type == PhysicalType::kByteArray) {
    PF_TRY(checkExpansion(bytes, std::uint64_t{count} * kOffsetBytes));
    PF_TRY(takeArrays(count, out.values.size() + expansionBytesMax_ + bytes.size(), out));
  } else {
    PF_TRY_ASSIGN(std::byte* const to, makeRoom(bytes, count, out));
    PF_TRY(takeFixed(count, to));
  }
  return bytes.size() - ids_.remainingBytes();
}

Result<std::size_t> ValueDecoder::decodeDeltaByteArray(ConstBytes bytes, std::size_t count,
                                                       ValueBuffers out) {
  // Two lengths for each value, which equal ones take no bits of.
  PF_TRY(checkExpansion(bytes, std::uint64_t{count} * 2 * kOffsetBytes));
  if (leaf_.type == PhysicalType::kByteArray) {
    return encoding::decodeDeltaByteArray(bytes, count, expansionBytesMax_ + bytes.size(),
                                          out.values, out.offsets);
  }
  PF_TRY(encoding::checkDeltaBinaryPacked(bytes, count, sizeof(std::uint32_t)));
  PF_TRY_ASSIGN(std::byte* const to, makeRoom(bytes, count, out));
  return encoding::decodeDeltaByteArrayFixed(bytes, count, widthOf(leaf_), scratch_.lengths, to);
}

Result<std::byte*> ValueDecoder::makeRoom(ConstBytes bytes, std::size_t count,
                                          ValueBuffers out) const {
  const std::uint64_t valueBytes = std::uint64_t{count} * widthOf(leaf_);
  PF_TRY(checkExpansion(bytes, valueBytes));
  return out.values.appendUninitialized(valueBytes);
}

Result<void> ValueDecoder::checkExpansion(ConstBytes bytes, std::uint64_t valueBytes) const {
  if (valueBytes > expansionBytesMax_ + bytes.size()) {
    return fail(ErrorCode::kLimit, std::to_string(bytes.size()) + " bytes stand for values of " +
                                       std::to_string(valueBytes) + ", where the limit is " +
                                       std::to_string(expansionBytesMax_) + " more");
  }
  return {};
}

}  // namespace parquet_flow::read
