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
// no values, an RLE run of more values than are left of the page, a value wider than the bit width,
// input that ends too early. DuckDB pads the last bit-packed run by whole groups, which are taken
// with it.
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
  // The same of a run whose header is one byte, none near the input's or the page's end: most runs
  // of values that change often. False: nothing was taken, next() has to say what comes.
  [[nodiscard]] bool takeShort(RleRun& run) noexcept {
    const ConstBytes rest = in_.rest();
    if (rest.size() < kShortRunBytesMin) {
      return false;
    }
    const auto header = std::to_integer<unsigned>(rest[0]);
    const std::size_t count = header >> 1;
    std::size_t bytes = 0;
    if (header >= 0x80 || count == 0) {
      return false;
    }
    if ((header & 1) != 0) {
      bytes = count * bitWidth_;
      if (bytes >= rest.size() || count * kGroupValues > left_) {
        return false;
      }
      run = {true, 0, count * kGroupValues, rest.subspan(1, bytes)};
    } else {
      bytes = (bitWidth_ + 7) / 8;
      const std::uint64_t value =
          loadLe<std::uint64_t>(rest.data() + 1) & ((std::uint64_t{1} << (8 * bytes)) - 1);
      if (count > left_ || value >> bitWidth_ != 0) {
        return false;
      }
      run = {false, static_cast<std::uint32_t>(value), count, {}};
    }
    left_ -= run.count;
    return in_.skip(1 + bytes).has_value();
  }
  // kCorrupt, with the offset behind the last run.
  [[nodiscard]] tl::unexpected<Error> failCorrupt(std::string_view message) const {
    return in_.failCorrupt(message);
  }

 private:
  static constexpr std::size_t kShortRunBytesMin = 9;  // a header, and what a load takes

  ByteReader in_;
  unsigned bitWidth_;
  std::uint64_t left_;
};

}  // namespace parquet_flow::encoding
