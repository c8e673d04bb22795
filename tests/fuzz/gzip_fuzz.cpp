// Goal: the inflater refuses any bytes that are not one GZIP member of the length asked for; what
// the compressor makes of any page is such a member and gives the page back.
//
// Input: byte 0 is the level; the rest is first a compressed page, then a page to compress.
#include <vector>

#include "base/byte_buffer.hpp"
#include "codec/gzip.hpp"
#include "fuzz.hpp"

using namespace parquet_flow;

std::vector<std::uint8_t> fuzzSeed() { return {}; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes == 0) return 0;
  const ConstBytes page = constBytes(data + 1, bytes - 1);
  auto decompressor = codec::makeGzipDecompressor();
  auto compressor = codec::makeGzipCompressor(data[0] % (codec::kGzipLevelMax + 1));
  PF_FUZZ_CHECK(decompressor.has_value() && compressor.has_value());

  std::vector<std::byte> out(1000);
  (void)(*decompressor)->decompress(page, out);

  ByteBuffer compressed;
  PF_FUZZ_CHECK((*compressor)->compress(page, compressed).has_value());
  PF_FUZZ_CHECK(compressed.size() <= (*compressor)->bound(page.size()));
  std::vector<std::byte> back(page.size());
  PF_FUZZ_CHECK((*decompressor)->decompress(compressed.span(), back).has_value());
  PF_FUZZ_CHECK(std::equal(back.begin(), back.end(), page.begin(), page.end()));
  return 0;
}
