// Goal: the decoders of the DELTA encodings refuse or decode any bytes without touching what is not
// their own, a block is encoded as the scalar kernel encodes it, and what the encoders
// write is read back.
//
// Input: byte 0 picks the decoder, byte 1 a number of values; the rest is first a page of so many
// values, then what an encoder is given.
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/byte_buffer.hpp"
#include "encoding/delta_binary_packed.hpp"
#include "encoding/delta_byte_array.hpp"
#include "encoding/delta_length_byte_array.hpp"
#include "fuzz.hpp"

using namespace parquet_flow;
using namespace parquet_flow::encoding;

namespace {

constexpr std::uint64_t kBytesMax = 1 << 20;
constexpr std::size_t kFixedWidth = 3;

std::vector<std::byte> pageOf(ConstBytes head, ConstBytes body) {
  std::vector<std::byte> page(head.begin(), head.end());
  page.insert(page.end(), body.begin(), body.end());
  return page;
}

template <class U>
void integers(ConstBytes in, std::size_t count) {
  std::vector<U> out(count);
  const auto taken =
      decodeDeltaBinaryPacked(in, count, sizeof(U), reinterpret_cast<std::byte*>(out.data()));
  PF_FUZZ_CHECK(!taken || *taken <= in.size());

  std::vector<U> values(in.size() / sizeof(U));
  if (!values.empty()) std::memcpy(values.data(), in.data(), values.size() * sizeof(U));
  ByteBuffer body;
  DeltaBinaryPackedEncoder<U> encoder;
  encoder.begin(body);
  const std::size_t first = std::min(count, values.size());
  const auto* const data = reinterpret_cast<const std::byte*>(values.data());
  PF_FUZZ_CHECK(encoder.append(data, first).has_value());
  PF_FUZZ_CHECK(encoder.append(data + first * sizeof(U), values.size() - first).has_value());
  PF_FUZZ_CHECK(encoder.finish().has_value());
  const std::vector<std::byte> page = pageOf(encoder.head(), body.span());
  PF_FUZZ_CHECK(page.size() <= deltaBinaryPackedBytesMax<U>(values.size()));
  std::vector<U> back(values.size());
  const auto whole = decodeDeltaBinaryPacked(page, values.size(), sizeof(U),
                                             reinterpret_cast<std::byte*>(back.data()));
  PF_FUZZ_CHECK(whole && *whole == page.size() && back == values);

  if (values.size() > kDeltaBlockValues) {
    std::vector<std::byte> blocks[2];
    for (const SimdLevel level : {SimdLevel::kScalar, simdLevel()}) {
      std::vector<std::byte>& block = blocks[level == SimdLevel::kScalar ? 0 : 1];
      block.resize(kDeltaBlockBytesMax<U> + kBitPackSlack);
      block.resize(static_cast<std::size_t>(deltaKernels<U>(level).encodeBlock(data, block.data()) -
                                            block.data()));
    }
    PF_FUZZ_CHECK(simdLevel() == SimdLevel::kScalar || blocks[0] == blocks[1]);
  }
}

// What was decoded lies within what was stated.
void checkArrays(const Result<std::size_t>& taken, ConstBytes in, std::size_t count,
                 const ByteBuffer& data, const ByteBuffer& offsets) {
  if (!taken) {
    PF_FUZZ_CHECK(data.empty() && offsets.empty());
    return;
  }
  PF_FUZZ_CHECK(*taken <= in.size() && offsets.size() == count * sizeof(std::uint32_t));
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto end = loadLe<std::uint32_t>(offsets.data() + i * sizeof(std::uint32_t));
    PF_FUZZ_CHECK(before <= end);
    before = end;
  }
  PF_FUZZ_CHECK(before == data.size());
}

Result<std::size_t> decode(const DeltaLengthByteArrayEncoder&, ConstBytes in, std::size_t count,
                           ByteBuffer& data, ByteBuffer& offsets) {
  return decodeDeltaLengthByteArray(in, count, data, offsets);
}
Result<std::size_t> decode(const DeltaByteArrayEncoder&, ConstBytes in, std::size_t count,
                           ByteBuffer& data, ByteBuffer& offsets) {
  return decodeDeltaByteArray(in, count, kBytesMax, data, offsets);
}

template <class Encoder>
void byteArrays(ConstBytes in, std::size_t count) {
  Encoder encoder;
  ByteBuffer data;
  ByteBuffer offsets;
  checkArrays(decode(encoder, in, count, data, offsets), in, count, data, offsets);
  PF_FUZZ_CHECK(data.size() <= kBytesMax);

  // Each byte says how far it is to the next value's end.
  std::vector<std::uint32_t> ends = {0};
  for (const std::byte byte : in) {
    const std::uint32_t end = ends.back() + std::to_integer<std::uint32_t>(byte) % 8;
    if (end > in.size()) break;
    ends.push_back(end);
  }
  ByteBuffer body;
  encoder.begin(body);
  const std::size_t first = std::min(count, ends.size() - 1);
  PF_FUZZ_CHECK(encoder.append(in.data(), ends.data(), first).has_value());
  PF_FUZZ_CHECK(
      encoder.append(in.data(), ends.data() + first, ends.size() - 1 - first).has_value());
  PF_FUZZ_CHECK(encoder.finish().has_value());
  const std::vector<std::byte> page = pageOf(encoder.head(), body.span());
  data.clear();
  offsets.clear();
  const auto whole = decode(encoder, page, ends.size() - 1, data, offsets);
  PF_FUZZ_CHECK(whole && *whole == page.size());
  PF_FUZZ_CHECK(asText(data.span()) == asText(in.first(ends.back())));
  PF_FUZZ_CHECK(ends.size() == 1 ||
                std::memcmp(offsets.data(), ends.data() + 1, offsets.size()) == 0);
}

void fixedLength(ConstBytes in, std::size_t count) {
  const auto out = std::make_unique<std::byte[]>(count * kFixedWidth);
  ByteBuffer scratch;
  const auto taken = decodeDeltaByteArrayFixed(in, count, kFixedWidth, scratch, out.get());
  PF_FUZZ_CHECK(!taken || *taken <= in.size());
}

}  // namespace

std::vector<FuzzInput> fuzzSeeds() {
  return {
      // INT32 7 5 3 1 2 3 4 5 of Encodings.md: a minimum of -2, one miniblock of two bits a value.
      {0, 8, 0x80, 0x01, 4, 8, 14, 3, 2, 0, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0, 0, 0},
      // INT64 1 .. 5.
      {1, 5, 0x80, 0x01, 4, 5, 2, 2, 0, 0, 0, 0},
      // DELTA_LENGTH_BYTE_ARRAY "Hello" "World" "Foobar" "ABCDEF" of Encodings.md: lengths 5 5 6 6.
      {2,   4,   0x80, 0x01, 4,   4,   10,  0,   1,   0,   0,   0,   0x02,
       0,   0,   0,    'H',  'e', 'l', 'l', 'o', 'W', 'o', 'r', 'l', 'd',
       'F', 'o', 'o',  'b',  'a', 'r', 'A', 'B', 'C', 'D', 'E', 'F'},
      // DELTA_BYTE_ARRAY: three values of a prefix each; prefixes 0 1 3, suffixes 3 2 1.
      {3, 3, 0x80, 0x01, 4, 3, 0, 2, 1,    0, 0, 0, 0x02, 0,   0,   0,   0x80, 0x01,
       4, 3, 6,    1,    1, 0, 0, 0, 0x00, 0, 0, 0, 'a',  'b', 'c', 'd', 'e',  'f'},
  };
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes < 2) return 0;
  const std::size_t count = data[1];
  const ConstBytes in = std::as_bytes(std::span(data + 2, bytes - 2));
  switch (data[0] % 5) {
    case 0:
      integers<std::uint32_t>(in, count);
      break;
    case 1:
      integers<std::uint64_t>(in, count);
      break;
    case 2:
      byteArrays<DeltaLengthByteArrayEncoder>(in, count);
      break;
    case 3:
      byteArrays<DeltaByteArrayEncoder>(in, count);
      break;
    default:
      fixedLength(in, count);
  }
  return 0;
}
