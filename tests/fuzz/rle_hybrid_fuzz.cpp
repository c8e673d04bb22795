// Goal: the level decoder refuses or decodes any bytes without touching what is not its own, and
// what the encoder writes is read back.
//
// Input: byte 0 is the maximum level, byte 1 a number of levels; the rest is first the encoded form
// of so many levels, then what an encoder is given.
#include <algorithm>
#include <span>
#include <vector>

#include "base/byte_buffer.hpp"
#include "encoding/rle_hybrid.hpp"
#include "fuzz.hpp"

using namespace parquet_flow;
using encoding::RleHybridDecoder;
using encoding::RleHybridEncoder;

namespace {

// Decodes in pieces of different sizes; true when all levels came.
bool decodeAll(ConstBytes in, std::uint8_t maxLevel, std::vector<std::uint8_t>& levels) {
  RleHybridDecoder decoder(in, maxLevel, levels.size());
  std::size_t piece = 1;
  for (std::size_t done = 0; done < levels.size(); done += piece, piece = piece * 3 % 97 + 1) {
    piece = std::min(piece, levels.size() - done);
    if (!decoder.decode(levels.data() + done, piece)) return false;
    PF_FUZZ_CHECK(*std::max_element(levels.data() + done, levels.data() + done + piece) <=
                  maxLevel);
    PF_FUZZ_CHECK(decoder.remainingBytes() <= in.size());
  }
  return true;
}

// Each byte gives a level and how often it stands, so that runs come about.
std::vector<std::uint8_t> levelsFrom(ConstBytes bytes, std::uint8_t maxLevel) {
  std::vector<std::uint8_t> levels;
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    const std::size_t times = 1 + value % 5 * (value % 7);
    levels.insert(levels.end(), times, static_cast<std::uint8_t>(value % (maxLevel + 1U)));
  }
  return levels;
}

}  // namespace

// The spec's example of bit-packing, and a run of 200 threes.
std::vector<FuzzInput> fuzzSeeds() {
  return {{7, 8, 0x03, 0x88, 0xC6, 0xFA}, {3, 200, 0x90, 0x03, 0x03}};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes < 2) return 0;
  const auto maxLevel = static_cast<std::uint8_t>(std::max<int>(data[0], 1));
  const ConstBytes rest = std::as_bytes(std::span(data + 2, bytes - 2));

  std::vector<std::uint8_t> decoded(data[1]);
  (void)decodeAll(rest, maxLevel, decoded);

  const std::vector<std::uint8_t> levels = levelsFrom(rest, maxLevel);
  ByteBuffer out;
  RleHybridEncoder encoder;
  encoder.begin(encoding::levelBitWidth(maxLevel), out);
  PF_FUZZ_CHECK(encoder.appendLevels(levels.data(), levels.size()).has_value());
  PF_FUZZ_CHECK(encoder.finish().has_value());
  std::vector<std::uint8_t> back(levels.size());
  PF_FUZZ_CHECK(decodeAll(out.span(), maxLevel, back));
  PF_FUZZ_CHECK(back == levels);
  return 0;
}
