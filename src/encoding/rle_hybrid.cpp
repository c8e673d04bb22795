#include "encoding/rle_hybrid.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

#include "base/assert.hpp"
#include "encoding/level_unpack.hpp"

namespace parquet_flow::encoding {
namespace {

constexpr std::uint64_t kOneEach = 0x0101010101010101U;  // times a level: eight of it

// The longest bit-packed run whose header takes two bytes: (2^14 - 1) >> 1 groups. The header is
// written as one byte until the run is known to be longer than 63 groups.
constexpr std::size_t kPackedGroupsMax = 8191;
constexpr std::size_t kPackedGroupsOfShortHeader = 63;

// What an append may write beyond the packed size of its own levels: a pending run and a header
// before and after it, and one more unit.
constexpr std::size_t kReserveSlack = 64;

// Eight levels of one byte each to eight of `bitWidth` bits, in the low bytes: neighbours are moved
// together in three steps, 2, 4 and 8 of them.
std::uint64_t packEight(std::uint64_t levels, unsigned bitWidth) noexcept {
  const unsigned gap = 8 - bitWidth;
  levels = (levels & 0x00FF00FF00FF00FFU) | ((levels & 0xFF00FF00FF00FF00U) >> gap);
  levels = (levels & 0x0000FFFF0000FFFFU) | ((levels & 0xFFFF0000FFFF0000U) >> (2 * gap));
  return (levels & 0x00000000FFFFFFFFU) | ((levels & 0xFFFFFFFF00000000U) >> (4 * gap));
}

// Eight bytes of 0 or 1 to eight bits: the product moves byte i's bit, at 8 i, to 56 + i.
std::uint64_t packEightBits(const std::uint8_t* levels) noexcept {
  return (loadLe<std::uint64_t>(levels) * 0x0102040810204080U) >> 56;
}

std::uint64_t packSixtyFourBits(const std::uint8_t* levels) noexcept {
  std::uint64_t unit = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    unit |= packEightBits(levels + 8 * i) << (8 * i);
  }
  return unit;
}

// `count` (1 .. 64) bits from `bitOffset` on; reads no byte without one of them.
std::uint64_t loadBits(const std::uint8_t* bits, std::uint64_t bitOffset, unsigned count) noexcept {
  const std::uint8_t* from = bits + bitOffset / 8;
  const auto shift = static_cast<unsigned>(bitOffset % 8);
  const unsigned bytes = (shift + count + 7) / 8;
  std::uint64_t low = 0;
  if (bytes >= 8) {
    low = loadLe<std::uint64_t>(from) >> shift;
    if (bytes == 9) {
      low |= static_cast<std::uint64_t>(from[8]) << (64 - shift);
    }
  } else {
    std::memcpy(&low, from, bytes);
    low >>= shift;
  }
  return count == 64 ? low : low & ((std::uint64_t{1} << count) - 1);
}

}  // namespace

unsigned levelBitWidth(std::uint8_t maxLevel) noexcept {
  return static_cast<unsigned>(std::bit_width(maxLevel));
}

void RleHybridEncoder::begin(unsigned bitWidth, ByteBuffer& out) noexcept {
  PF_ASSERT(bitWidth >= 1 && bitWidth <= 8);
  out_ = &out;
  bitWidth_ = bitWidth;
  unitLevelBits_ = bitWidth == 1 ? 1 : 8;
  unitLevels_ = 64 / unitLevelBits_;
  runUnits_ = 0;
  packedGroups_ = 0;
  partial_ = 0;
  partialLevels_ = 0;
}

Result<void> RleHybridEncoder::reserveFor(std::uint64_t levels) {
  const std::uint64_t groups = levels / kGroupValues + 1;
  PF_TRY(out_->reserveExtra(groups * bitWidth_ + groups / 1024 + kReserveSlack));
  return {};
}

std::uint64_t RleHybridEncoder::splat(std::uint64_t level) const noexcept {
  return unitLevelBits_ == 1 ? 0 - level : level * kOneEach;
}

Result<void> RleHybridEncoder::appendRun(std::uint8_t level, std::uint64_t count) {
  PF_TRY(reserveFor(0));
  // The lowest levels of a unit, at least one.
  const auto unitOf = [&](unsigned levels) {
    return splat(level) >> (64 - levels * unitLevelBits_);
  };
  if (partialLevels_ != 0 && count != 0) {
    const auto taken =
        static_cast<unsigned>(std::min<std::uint64_t>(count, unitLevels_ - partialLevels_));
    partial_ |= unitOf(taken) << (partialLevels_ * unitLevelBits_);
    partialLevels_ += taken;
    count -= taken;
    if (partialLevels_ != unitLevels_) {
      return {};
    }
    appendUnit(partial_);
    partial_ = 0;
    partialLevels_ = 0;
  }
  const unsigned unitShift = unitLevelBits_ == 1 ? 6 : 3;  // log2 of unitLevels_
  if (count >> unitShift != 0) {
    extendRun(level, count >> unitShift);
  }
  const auto left = static_cast<unsigned>(count & (unitLevels_ - 1));
  if (left != 0) {
    partial_ = unitOf(left);
    partialLevels_ = left;
  }
  return {};
}

Result<void> RleHybridEncoder::appendLevels(const std::uint8_t* levels, std::size_t count) {
  PF_TRY(reserveFor(count));
  const std::uint8_t* const end = levels + count;
  const auto appendOne = [&] {
    partial_ |= std::uint64_t{*levels++} << (partialLevels_++ * unitLevelBits_);
    if (partialLevels_ == unitLevels_) {
      appendUnit(partial_);
      partial_ = 0;
      partialLevels_ = 0;
    }
  };
  while (partialLevels_ != 0 && levels != end) {
    appendOne();
  }
  if (unitLevelBits_ == 1) {
    for (; end - levels >= 64; levels += 64) {
      appendUnit(packSixtyFourBits(levels));
    }
  } else {
    while (end - levels >= 8) {
      appendUnit(loadLe<std::uint64_t>(levels));
      levels += 8;
      levels += 8 * appendUnequalUnits(levels, static_cast<std::size_t>(end - levels) / 8);
    }
  }
  while (levels != end) {
    appendOne();
  }
  return {};
}

Result<void> RleHybridEncoder::appendBitmap(const std::uint8_t* bits, std::uint64_t bitOffset,
                                            std::size_t count) {
  PF_ASSERT(bitWidth_ == 1);
  PF_TRY(reserveFor(count));
  while (count != 0) {
    const auto taken = static_cast<unsigned>(std::min<std::size_t>(count, 64 - partialLevels_));
    partial_ |= loadBits(bits, bitOffset, taken) << partialLevels_;
    partialLevels_ += taken;
    bitOffset += taken;
    count -= taken;
    if (partialLevels_ == 64) {
      appendUnit(partial_);
      partial_ = 0;
      partialLevels_ = 0;
    }
  }
  return {};
}

void RleHybridEncoder::appendUnit(std::uint64_t unit) noexcept {
  const std::uint64_t first = unit & (unitLevelBits_ == 1 ? 1 : 0xFF);
  if (unit == splat(first)) {
    extendRun(first, 1);
    return;
  }
  flushRun();
  writePacked(unit, unitLevels_ / kGroupValues);
}

// Extends an open bit-packed run by units until one is of equal levels; returns how many. The loop
// of appendUnit with everything in registers.
std::size_t RleHybridEncoder::appendUnequalUnits(const std::uint8_t* levels,
                                                 std::size_t units) noexcept {
  if (packedGroups_ == 0 || runUnits_ != 0) {
    return 0;
  }
  const unsigned bitWidth = bitWidth_;
  units = std::min(units, kPackedGroupsMax - packedGroups_);
  std::byte* to = out_->data() + out_->size();
  std::size_t done = 0;
  for (; done < units; ++done, to += bitWidth) {
    const auto unit = loadLe<std::uint64_t>(levels + 8 * done);
    if (unit == (unit & 0xFF) * kOneEach) {
      break;
    }
    storeLe(to, packEight(unit, bitWidth));
  }
  out_->commit(done * bitWidth);
  packedGroups_ += done;
  return done;
}

void RleHybridEncoder::extendRun(std::uint64_t level, std::uint64_t units) noexcept {
  if (runUnits_ != 0 && runLevel_ != level) {
    flushRun();
  }
  runLevel_ = level;
  runUnits_ += units;
}

void RleHybridEncoder::flushRun() noexcept {
  if (runUnits_ * unitLevels_ >= std::uint64_t{rleGroupsMin(bitWidth_)} * kGroupValues) {
    writeRun(runLevel_, runUnits_ * unitLevels_);
  } else {
    for (; runUnits_ != 0; --runUnits_) {
      writePacked(splat(runLevel_), unitLevels_ / kGroupValues);
    }
  }
  runUnits_ = 0;
}

void RleHybridEncoder::writeRun(std::uint64_t level, std::uint64_t count) noexcept {
  closePacked();
  std::byte* const at = out_->data() + out_->size();
  std::byte* const end = putRleRun(at, static_cast<std::uint32_t>(level), count, bitWidth_);
  out_->commit(static_cast<std::size_t>(end - at));
}

void RleHybridEncoder::writePacked(std::uint64_t unit, std::size_t groups) noexcept {
  if (packedGroups_ + groups > kPackedGroupsMax) {
    closePacked();
  }
  if (packedGroups_ == 0) {
    packedHeader_ = out_->size();
    out_->commit(1);
  }
  const std::uint64_t packed = unitLevelBits_ == 1 ? unit : packEight(unit, bitWidth_);
  storeLe(out_->data() + out_->size(), packed);
  out_->commit(groups * bitWidth_);
  packedGroups_ += groups;
}

void RleHybridEncoder::closePacked() noexcept {
  if (packedGroups_ == 0) {
    return;
  }
  std::byte* const header = out_->data() + packedHeader_;
  if (packedGroups_ > kPackedGroupsOfShortHeader) {
    std::memmove(header + 2, header + 1, out_->size() - packedHeader_ - 1);
    out_->commit(1);
  }
  putPackedHeader(header, packedGroups_);
  packedGroups_ = 0;
}

Result<void> RleHybridEncoder::finish() {
  PF_TRY(reserveFor(unitLevels_));
  // The pending levels are one run if the partial unit goes on with the run before it.
  const std::uint64_t level =
      runUnits_ != 0 ? runLevel_ : partial_ & (unitLevelBits_ == 1 ? 1 : 0xFF);
  const std::uint64_t unused = 64 - partialLevels_ * unitLevelBits_;
  const bool isOneRun = partialLevels_ == 0 || partial_ == splat(level) >> unused;
  const std::uint64_t count = runUnits_ * unitLevels_ + partialLevels_;
  const std::uint64_t groups = (count + kGroupValues - 1) / kGroupValues;
  if (count != 0 && isOneRun &&
      varintBytes(count << 1) + 1 <= groups * bitWidth_ + (packedGroups_ == 0 ? 1 : 0)) {
    writeRun(level, count);
  } else {
    flushRun();
    if (partialLevels_ != 0) {
      writePacked(partial_, (partialLevels_ + kGroupValues - 1) / kGroupValues);
    }
  }
  closePacked();
  runUnits_ = 0;
  partial_ = 0;
  partialLevels_ = 0;
  return {};
}

RleHybridDecoder::RleHybridDecoder(ConstBytes in, std::uint8_t maxLevel,
                                   std::uint64_t count) noexcept
    : runs_(in, levelBitWidth(maxLevel), count),
      bitWidth_(levelBitWidth(maxLevel)),
      maxLevel_(maxLevel) {}

namespace {

// `count` equal levels.
void fillLevels(std::uint8_t* levels, std::size_t count, std::uint32_t level) noexcept {
  if (count > 64 || count < 8) {
    std::memset(levels, static_cast<int>(level), count);
    return;
  }
  const std::uint64_t eight = level * kOneEach;
  for (std::size_t i = 0; i + 8 < count; i += 8) {
    storeLe(levels + i, eight);
  }
  storeLe(levels + count - 8, eight);
}

}  // namespace

void RleHybridDecoder::unpack(std::uint8_t* levels, std::size_t count) noexcept {
  const std::byte* const packed = run_.packed.data();
  const std::uint64_t mask = (1U << bitWidth_) - 1;
  std::size_t done = 0;
  // Whole groups: a group starts at a byte. Elsewhere a value touches at most two bytes.
  while (done < count) {
    const std::uint64_t index = packedIndex_ + done;
    const std::uint64_t bit = index * bitWidth_;
    if (index % kGroupValues == 0 && count - done >= kGroupValues) {
      const auto groups = static_cast<std::size_t>((count - done) / kGroupValues);
      unpackLevels(packed + bit / 8, groups, bitWidth_, levels + done);
      done += groups * kGroupValues;
      continue;
    }
    std::uint64_t value = std::to_integer<std::uint64_t>(packed[bit / 8]) >> (bit % 8);
    if (bit % 8 + bitWidth_ > 8) {
      value |= std::to_integer<std::uint64_t>(packed[bit / 8 + 1]) << (8 - bit % 8);
    }
    levels[done++] = static_cast<std::uint8_t>(value & mask);
  }
  packedIndex_ += count;
}

Result<void> RleHybridDecoder::decode(std::uint8_t* levels, std::size_t count) {
  PF_ASSERT(count <= runs_.left() + run_.count);
  const std::uint8_t* const begin = levels;
  const std::uint8_t* const end = levels + count;
  while (levels != end) {
    if (run_.count == 0) {
      if (!runs_.takeShort(run_)) {
        PF_TRY_ASSIGN(run_, runs_.next());
      }
      packedIndex_ = 0;
    }
    const auto taken = static_cast<std::size_t>(
        std::min<std::uint64_t>(run_.count, static_cast<std::uint64_t>(end - levels)));
    if (run_.isPacked) {
      unpack(levels, taken);
    } else {
      fillLevels(levels, taken, run_.value);
    }
    levels += taken;
    run_.count -= taken;
  }
  std::uint8_t highest = 0;
  for (std::size_t i = 0; i < count; ++i) {
    highest = std::max(highest, begin[i]);
  }
  if (highest > maxLevel_) {
    return runs_.failCorrupt("level " + std::to_string(highest) +
                             " is above the column's maximum " + std::to_string(maxLevel_));
  }
  return {};
}

}  // namespace parquet_flow::encoding
