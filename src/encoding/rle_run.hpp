// The runs of the run-length / bit-packing hybrid: what levels, booleans and dictionary indices
// have in common.
//
// Source: parquet-format Encodings.md, "Run Length Encoding / Bit-Packing Hybrid (RLE = 3)":
//
//   run             := <bit-packed-run> | <rle-run>
//   bit-packed-run  := varint(groups of 8 << 1 | 1) <bit-packed-values: groups * width bytes>
//   rle-run         := varint(count << 1) <value: ceil(width / 8) bytes>
//
// Bit-packed values lie from the least significant bit of each byte to the most significant. The
// last group is padded with zeros.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_reader.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "base/varint.hpp"

namespace parquet_flow::encoding {

inline constexpr unsigned kGroupValues = 8;

// A header and a value of 32 bits.
inline constexpr std::size_t kRleRunBytesMax = kVarint64BytesMax + sizeof(std::uint32_t);

// Groups of one value from which an RLE run (two or three bytes, and one for the header of the
// bit-packed run that follows) is shorter than bit-packing.
[[nodiscard]] constexpr unsigned rleGroupsMin(unsigned bitWidth) noexcept {
  return bitWidth == 1 ? 8 : bitWidth == 2 || bitWidth == 3 ? 2 : 1;
}

// Writes an RLE run at `to`, which has room for kRleRunBytesMax + 4 bytes; returns its end.
inline std::byte* putRleRun(std::byte* to, std::uint32_t value, std::uint64_t count,
                            unsigned bitWidth) noexcept {
  to = putVarint(to, count << 1);
  storeLe(to, value);
  return to + (bitWidth + 7) / 8;
}

// Writes the header of a bit-packed run at `to`; returns its end.
inline std::byte* putPackedHeader(std::byte* to, std::uint64_t groups) noexcept {
  return putVarint(to, groups << 1 | 1);
}

struct RleRun {
  bool isPacked = false;
  std::uint32_t value = 0;  // of an RLE run, below 2^width
  std::uint64_t count = 0;  // values, those that pad a last group left out
  ConstBytes packed = {};   // whole groups, of a bit-packed run
};

// Takes the runs of one page apart. What is not exactly as the grammar says is kCorrupt: a run of
// no values, an RLE run of more values or a bit-packed run of more groups than are left of the
// page, a value wider than the bit width, input that ends too early.
class RleRunReader {
 public:
  // `in` must live as long. `bitWidth` 0 .. 32. `count`: values of the page.
  RleRunReader(ConstBytes in, unsigned bitWidth, std::uint64_t count) noexcept
      : in_(in), bitWidth_(bitWidth), left_(count) {}

  // Values that no run returned so far has.
  [[nodiscard]] std::uint64_t left() const noexcept { return left_; }
  // Bytes of the input that no run has taken.
  [[nodiscard]] std::size_t remainingBytes() const noexcept { return in_.remaining(); }
  // The next run, of at least one value; to be called while values are left.
  [[nodiscard]] Result<RleRun> next();
  // kCorrupt, with the offset behind the last run.
  [[nodiscard]] tl::unexpected<Error> failCorrupt(std::string_view message) const {
    return in_.failCorrupt(message);
  }

 private:
  ByteReader in_;
  unsigned bitWidth_;
  std::uint64_t left_;
};

}  // namespace parquet_flow::encoding
