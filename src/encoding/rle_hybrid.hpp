// The run-length / bit-packing hybrid, as repetition and definition levels use it: values of 1 .. 8
// bits.
//
// Source: parquet-format Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)"; its
// grammar is in rle_run.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "encoding/rle_run.hpp"

namespace parquet_flow::encoding {

// Bits of a level of 0 .. maxLevel.
[[nodiscard]] unsigned levelBitWidth(std::uint8_t maxLevel) noexcept;

// Encodes the levels of one page, given in pieces of any size and kind:
//
//   begin -> append... -> finish
//
// Works in units of 64 bits: 64 levels at width 1, else eight. Equal units become an RLE run where
// that is shorter than bit-packing them: at 64 levels or more at width 1, 16 at 2 and 3, 8 above.
// Between begin and finish `out` takes no other bytes. kOutOfMemory: `out` is to be cut back and
// begun anew.
class RleHybridEncoder {
 public:
  // `bitWidth` 1 .. 8; the encoded levels are appended to `out`, which must live until finish.
  void begin(unsigned bitWidth, ByteBuffer& out) noexcept;

  // `count` times the same level. Cost: independent of `count`.
  [[nodiscard]] Result<void> appendRun(std::uint8_t level, std::uint64_t count);
  // One level a byte; none has bits above the width.
  [[nodiscard]] Result<void> appendLevels(const std::uint8_t* levels, std::size_t count);
  // Width 1 only: `count` bits from `bitOffset` on, which are the levels. Cost: some cycles for 64.
  [[nodiscard]] Result<void> appendBitmap(const std::uint8_t* bits, std::uint64_t bitOffset,
                                          std::size_t count);

  // Writes what is pending; `out` then holds all levels since begin, and nothing more.
  [[nodiscard]] Result<void> finish();

 private:
  [[nodiscard]] Result<void> reserveFor(std::uint64_t levels);
  [[nodiscard]] std::uint64_t splat(std::uint64_t level) const noexcept;
  // The methods below write into what reserveFor has made room for.
  void appendUnit(std::uint64_t unit) noexcept;
  [[nodiscard]] std::size_t appendUnequalUnits(const std::uint8_t* levels,
                                               std::size_t units) noexcept;
  void extendRun(std::uint64_t level, std::uint64_t units) noexcept;
  void flushRun() noexcept;
  void writeRun(std::uint64_t level, std::uint64_t count) noexcept;
  void writePacked(std::uint64_t unit, std::size_t groups) noexcept;
  void closePacked() noexcept;

  ByteBuffer* out_ = nullptr;
  unsigned bitWidth_ = 0;
  unsigned unitLevelBits_ = 0;  // bits that a level has in a unit: 1 or 8
  unsigned unitLevels_ = 0;

  // Units of one level that are not written yet.
  std::uint64_t runUnits_ = 0;
  std::uint64_t runLevel_ = 0;

  // The bit-packed run at the end of `out`, where packedGroups_ is above 0.
  std::size_t packedHeader_ = 0;
  std::size_t packedGroups_ = 0;

  // Levels that are not a whole unit yet.
  std::uint64_t partial_ = 0;
  unsigned partialLevels_ = 0;
};

// Decodes the levels of one page; a level above the maximum is kCorrupt, and so is whatever
// RleRunReader refuses.
class RleHybridDecoder {
 public:
  // `in` must live as long. `maxLevel` >= 1. `count`: levels of the page.
  RleHybridDecoder(ConstBytes in, std::uint8_t maxLevel, std::uint64_t count) noexcept;

  // The next `count` levels, of those that are left.
  [[nodiscard]] Result<void> decode(std::uint8_t* levels, std::size_t count);

  // Bytes of the input that no run has taken; the last run was whole if this is called at the end.
  [[nodiscard]] std::size_t remainingBytes() const noexcept { return runs_.remainingBytes(); }

 private:
  void unpack(std::uint8_t* levels, std::size_t count) noexcept;

  RleRunReader runs_;
  unsigned bitWidth_;
  std::uint8_t maxLevel_;

  RleRun run_;                     // the open one; its count: levels that are not decoded yet
  std::uint64_t packedIndex_ = 0;  // the next of them in a bit-packed run
};

}  // namespace parquet_flow::encoding
