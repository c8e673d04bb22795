// Goal: the decompressors of the optional codecs refuse any bytes that are not one page of the
// length asked for, within the memory of that page; what their compressors make of any page is such
// a page and gives it back.
//
// Input: byte 0 chooses the codec, byte 1 the level, byte 2 the length asked for in steps of 16;
// the rest is first a compressed page, then a page to compress.
#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "base/byte_buffer.hpp"
#include "codec/codec.hpp"
#include "fuzz.hpp"

using namespace parquet_flow;
using codec::Compression;

namespace {

struct Contexts {
  std::unique_ptr<codec::Decompressor> decompressor;
  std::vector<std::unique_ptr<codec::Compressor>> compressors;  // none of LZ4, which is only read
};

// Kept from input to input, as a reader keeps them from page to page.
std::vector<Contexts>& contexts() {
  static std::vector<Contexts> all = [] {
    std::vector<Contexts> made;
    for (const Compression compression :
         {Compression::kSnappy, Compression::kBrotli, Compression::kLz4, Compression::kZstd,
          Compression::kLz4Raw}) {
      auto decompressor = codec::makeDecompressor(compression);
      if (!decompressor) {
        PF_FUZZ_CHECK(decompressor.error().code() == ErrorCode::kUnsupported);
        continue;
      }
      Contexts& its = made.emplace_back();
      its.decompressor = std::move(*decompressor);
      for (const std::int32_t level : {codec::kLevelDefault, 1, 3, 5}) {
        auto compressor = codec::makeCompressor(compression, level);
        if (compressor) its.compressors.push_back(std::move(*compressor));
      }
    }
    return made;
  }();
  return all;
}

}  // namespace

// A page of each codec: 48 bytes with something in them to find again.
std::vector<FuzzInput> fuzzSeeds() {
  std::vector<FuzzInput> seeds;
  const std::string page = "abcabcabcabcabcabcabcabc0123456789ABCDEFxyzxyzxy";
  for (std::size_t i = 0; i < contexts().size(); ++i) {
    if (contexts()[i].compressors.empty()) continue;
    ByteBuffer compressed;
    PF_FUZZ_CHECK(contexts()[i].compressors[0]->compress(constBytes(page), compressed).has_value());
    FuzzInput seed = {static_cast<std::uint8_t>(i), 0, 3};
    const auto* const data = reinterpret_cast<const std::uint8_t*>(compressed.data());
    seed.insert(seed.end(), data, data + compressed.size());
    seeds.push_back(std::move(seed));
  }
  return seeds;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes < 3 || contexts().empty()) return 0;
  const Contexts& its = contexts()[data[0] % contexts().size()];
  const ConstBytes page = constBytes(data + 3, bytes - 3);

  std::vector<std::byte> out(data[2] * std::size_t{16});
  const Result<void> read = its.decompressor->decompress(page, out);
  PF_FUZZ_CHECK(read || read.error().code() == ErrorCode::kCorrupt);
  PF_FUZZ_CHECK(!read || out.size() <= its.decompressor->bytesMax(page.size()));

  if (its.compressors.empty()) return 0;
  codec::Compressor& compressor = *its.compressors[data[1] % its.compressors.size()];
  ByteBuffer compressed;
  PF_FUZZ_CHECK(compressor.compress(page, compressed).has_value());
  PF_FUZZ_CHECK(compressed.size() <= compressor.bound(page.size()));
  PF_FUZZ_CHECK(page.size() <= its.decompressor->bytesMax(compressed.size()));
  std::vector<std::byte> back(page.size());
  PF_FUZZ_CHECK(its.decompressor->decompress(compressed.span(), back).has_value());
  PF_FUZZ_CHECK(std::equal(back.begin(), back.end(), page.begin(), page.end()));
  return 0;
}
