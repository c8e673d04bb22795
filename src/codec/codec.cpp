#include "codec/codec.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "codec/brotli.hpp"
#include "codec/gzip.hpp"
#include "codec/lz4.hpp"
#include "codec/snappy.hpp"
#include "codec/zstd.hpp"

namespace parquet_flow::codec {
namespace {

using CompressorResult = Result<std::unique_ptr<Compressor>>;
using DecompressorResult = Result<std::unique_ptr<Decompressor>>;

// What this build has of a codec: nullptr for what it has not.
struct Makers {
  CompressorResult (*compressor)(std::int32_t level) = nullptr;
  DecompressorResult (*decompressor)() = nullptr;
};

constexpr Makers kUncompressed = {[](std::int32_t) -> CompressorResult { return nullptr; },
                                  []() -> DecompressorResult { return nullptr; }};
constexpr Makers kGzip = {makeGzipCompressor, makeGzipDecompressor};
#if defined(PF_HAVE_SNAPPY)
constexpr Makers kSnappy = {[](std::int32_t) { return makeSnappyCompressor(); },
                            makeSnappyDecompressor};
#else
constexpr Makers kSnappy = {};
#endif
#if defined(PF_HAVE_BROTLI)
constexpr Makers kBrotli = {makeBrotliCompressor, makeBrotliDecompressor};
#else
constexpr Makers kBrotli = {};
#endif
#if defined(PF_HAVE_ZSTD)
constexpr Makers kZstd = {makeZstdCompressor, makeZstdDecompressor};
#else
constexpr Makers kZstd = {};
#endif
#if defined(PF_HAVE_LZ4)
constexpr Makers kLz4 = {nullptr, makeLz4Decompressor};
constexpr Makers kLz4Raw = {makeLz4RawCompressor, makeLz4RawDecompressor};
#else
constexpr Makers kLz4 = {};
constexpr Makers kLz4Raw = {};
#endif

struct Levels {
  std::int32_t min = kLevelDefault;
  std::int32_t max = kLevelDefault;
  std::int32_t byDefault = kLevelDefault;
};

struct Codec {
  Compression compression;
  std::string_view name;
  Makers makers;
  Levels levels;  // none of its own where min is kLevelDefault
};

constexpr Codec kCodecs[] = {
    {Compression::kUncompressed, "UNCOMPRESSED", kUncompressed, {}},
    {Compression::kSnappy, "SNAPPY", kSnappy, {}},
    {Compression::kGzip, "GZIP", kGzip, {kGzipLevelMin, kGzipLevelMax, kGzipLevelDefault}},
    {Compression::kBrotli,
     "BROTLI",
     kBrotli,
     {kBrotliLevelMin, kBrotliLevelMax, kBrotliLevelDefault}},
    {Compression::kLz4, "LZ4", kLz4, {}},
    {Compression::kZstd, "ZSTD", kZstd, {kZstdLevelMin, kZstdLevelMax, kZstdLevelDefault}},
    {Compression::kLz4Raw, "LZ4_RAW", kLz4Raw, {kLz4LevelMin, kLz4LevelMax, kLz4LevelDefault}},
};

const Codec& codecOf(Compression compression) noexcept {
  const auto* const found =
      std::find_if(std::begin(kCodecs), std::end(kCodecs),
                   [compression](const Codec& codec) { return codec.compression == compression; });
  return found == std::end(kCodecs) ? kCodecs[0] : *found;
}

tl::unexpected<Error> failNotBuilt(const Codec& codec) {
  return fail(ErrorCode::kUnsupported,
              "the codec " + std::string(codec.name) + " is not part of this build");
}

}  // namespace

std::string_view compressionName(Compression compression) noexcept {
  return codecOf(compression).name;
}

Result<void> Compressor::compressPart(ConstBytes part, std::uint64_t /*pageBytes*/,
                                      ByteBuffer& out) {
  return compress(part, out);
}

Result<void> checkCodec(Compression compression, std::int32_t level) {
  const Codec& codec = codecOf(compression);
  if (compression == Compression::kLz4) {
    return fail(ErrorCode::kUnsupported, "the codec LZ4 is deprecated and not written: LZ4_RAW is");
  }
  if (codec.makers.compressor == nullptr) {
    return failNotBuilt(codec);
  }
  const auto& [min, max, byDefault] = codec.levels;
  if (level == kLevelDefault || (level >= min && level <= max)) {
    return {};
  }
  const std::string name(codec.name);
  return fail(ErrorCode::kInvalidArgument,
              min == kLevelDefault
                  ? name + " has no compression level"
                  : name + " compression level " + std::to_string(level) + " is not in " +
                        std::to_string(min) + " .. " + std::to_string(max));
}

std::uint64_t compressedBytesMax(std::uint64_t bytes) noexcept {
  return bytes + bytes / 6 + 1024;  // SNAPPY's, whose bound is the widest
}

std::uint64_t compressorBytesMax(Compression compression, std::int32_t level,
                                 std::uint64_t pageBytes) noexcept {
  constexpr std::uint64_t kMiB = 1 << 20;
  const std::int32_t its = level == kLevelDefault ? codecOf(compression).levels.byDefault : level;
  switch (compression) {
    case Compression::kUncompressed:
      return 0;
    case Compression::kSnappy:
    case Compression::kGzip:
    case Compression::kLz4:
    case Compression::kLz4Raw:
      return kMiB;  // at most 0.9, ISA-L's
    case Compression::kZstd:
      // 1.25 MiB up to level 3; above, 17 times a page of 1 MiB and 16 times one of 8 MiB.
      return 2 * kMiB + (its <= 3 ? 0 : 24 * pageBytes);
    case Compression::kBrotli:
      // 1.1 MiB up to level 1, 8.5 at 2, 53 at 9, 65 at 10 with pages of 4 MiB.
      return its <= 1 ? 2 * kMiB : its <= 4 ? 16 * kMiB : 80 * kMiB + 2 * pageBytes;
  }
  return 0;
}

Result<std::unique_ptr<Compressor>> makeCompressor(Compression compression, std::int32_t level) {
  PF_TRY(checkCodec(compression, level));
  const Codec& codec = codecOf(compression);
  return codec.makers.compressor(level == kLevelDefault ? codec.levels.byDefault : level);
}

Result<std::unique_ptr<Decompressor>> makeDecompressor(Compression compression) {
  const Codec& codec = codecOf(compression);
  return codec.makers.decompressor == nullptr ? failNotBuilt(codec) : codec.makers.decompressor();
}

}  // namespace parquet_flow::codec
