// Goal: dictionary indices, RLE booleans and BIT_PACKED levels of any bytes are refused or decoded
// without touching what is not theirs, and what the builder and the encoder write is read back.
//
// Input: byte 0 is a number of values, byte 1 the size of a dictionary or a maximum level; the rest
// is first an encoded page, then the values of a column whose width byte 1 gives.
#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "base/byte_buffer.hpp"
#include "encoding/bit_packed.hpp"
#include "encoding/dictionary_builder.hpp"
#include "encoding/dictionary_gather.hpp"
#include "encoding/dictionary_indices.hpp"
#include "encoding/rle_boolean.hpp"
#include "fuzz.hpp"

using namespace parquet_flow;

namespace {

void decodeAnything(ConstBytes in, std::size_t count, unsigned bound) {
  const auto ids = std::make_unique<std::uint32_t[]>(count);
  if (const auto taken = encoding::decodeDictionaryIndices(in, count, bound, ids.get())) {
    PF_FUZZ_CHECK(*taken <= in.size());
    PF_FUZZ_CHECK(std::all_of(ids.get(), ids.get() + count, [&](auto id) { return id < bound; }));
  }
  const auto bytes = std::make_unique<std::uint8_t[]>(count);
  if (const auto taken = encoding::decodeRleBooleans(in, count, bytes.get())) {
    PF_FUZZ_CHECK(*taken <= in.size());
    PF_FUZZ_CHECK(std::all_of(bytes.get(), bytes.get() + count, [](auto b) { return b <= 1; }));
  }
  const auto maxLevel = static_cast<std::uint8_t>(std::max(bound, 1U));
  if (const auto taken = encoding::decodeBitPackedLevels(in, maxLevel, count, bytes.get())) {
    PF_FUZZ_CHECK(*taken <= in.size());
    PF_FUZZ_CHECK(std::all_of(bytes.get(), bytes.get() + count,
                              [&](auto level) { return level <= maxLevel; }));
  }
}

// Builds a dictionary of fixed values, codes the ids and gathers the values again.
void roundTrip(ConstBytes values, std::size_t width) {
  const std::size_t count = values.size() / width;
  encoding::DictionaryBuilder builder(width, 1 << 20);
  std::vector<std::uint32_t> ids(count);
  const std::size_t half = count / 2;
  PF_FUZZ_CHECK(*builder.append(values.data(), half, ids.data()) == half);
  PF_FUZZ_CHECK(*builder.append(values.data() + half * width, count - half, ids.data() + half) ==
                count - half);
  const unsigned bitWidth = encoding::dictionaryIndexBitWidth(builder.count());
  ByteBuffer page;
  PF_FUZZ_CHECK(page.appendLe(static_cast<std::uint8_t>(bitWidth)).has_value());
  PF_FUZZ_CHECK(encoding::encodeDictionaryIndices(ids.data(), count, bitWidth, page).has_value());
  std::vector<std::uint32_t> decoded(count);
  const auto taken = encoding::decodeDictionaryIndices(
      page.span(), count, static_cast<std::uint32_t>(builder.count()), decoded.data());
  PF_FUZZ_CHECK(taken.has_value() && *taken == page.size());
  std::vector<std::byte> back(count * width);
  encoding::gatherFixed(builder.plainPage().data(), width, decoded.data(), count, back.data());
  PF_FUZZ_CHECK(std::equal(back.begin(), back.end(), values.begin()));
}

}  // namespace

// The spec's example of bit-packing, behind its width and as levels.
std::vector<FuzzInput> fuzzSeeds() {
  return {{8, 8, 3, 0x03, 0x88, 0xC6, 0xFA}, {8, 7, 0x88, 0xC6, 0xFA}};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes < 2) return 0;
  const ConstBytes rest = std::as_bytes(std::span(data + 2, bytes - 2));
  decodeAnything(rest, data[0], data[1]);
  roundTrip(rest, 1 + data[1] % 20);
  return 0;
}
