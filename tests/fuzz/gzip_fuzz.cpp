// Goal: the inflater refuses any bytes that are not one GZIP member of the length asked for; what
// the compressor makes of any page is such a member and gives the page back.
//
// Input: byte 0 is the level; the rest is first a compressed page, then a page to compress.
#include <vector>

#include "base/byte_buffer.hpp"
#include "codec/gzip.hpp"
#include "fuzz.hpp"

using namespace parquet_flow;

// A stored member of "abc"; two members in one page, of which the first is empty.
std::vector<FuzzInput> fuzzSeeds() {
  const FuzzInput head = {0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255};
  // CRC-32 0x352441C2, 3 bytes.
  const FuzzInput stored = {1, 3, 0, 0xFC, 0xFF, 'a', 'b', 'c', 0xC2, 0x41, 0x24, 0x35, 3, 0, 0, 0};
  const FuzzInput empty = {3, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  FuzzInput one = {6};
  for (const FuzzInput& part : {head, stored}) one.insert(one.end(), part.begin(), part.end());
  FuzzInput two = {1};
  for (const FuzzInput& part : {head, empty, head, stored}) {
    two.insert(two.end(), part.begin(), part.end());
  }
  return {one, two};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes == 0) return 0;
  const ConstBytes page = constBytes(data + 1, bytes - 1);
  auto decompressor = codec::makeGzipDecompressor();
  auto compressor = codec::makeGzipCompressor(data[0] % (codec::kGzipLevelMax + 1));
  PF_FUZZ_CHECK(decompressor.has_value() && compressor.has_value());

  for (const std::size_t asked : {std::size_t{3}, std::size_t{1000}}) {
    std::vector<std::byte> out(asked);
    const Result<void> read = (*decompressor)->decompress(page, out);
    PF_FUZZ_CHECK(read || read.error().code() == ErrorCode::kCorrupt);
    PF_FUZZ_CHECK(!read || asked <= (*decompressor)->bytesMax(page.size()));
  }

  ByteBuffer compressed;
  PF_FUZZ_CHECK((*compressor)->compress(page, compressed).has_value());
  PF_FUZZ_CHECK(compressed.size() <= (*compressor)->bound(page.size()));
  std::vector<std::byte> back(page.size());
  PF_FUZZ_CHECK((*decompressor)->decompress(compressed.span(), back).has_value());
  PF_FUZZ_CHECK(std::equal(back.begin(), back.end(), page.begin(), page.end()));
  return 0;
}
