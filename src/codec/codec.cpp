#include "codec/codec.hpp"

#include <string>

#include "codec/gzip.hpp"

namespace parquet_flow::codec {
namespace {

std::int32_t gzipLevel(std::int32_t level) noexcept {
  return level == kLevelDefault ? kGzipLevelDefault : level;
}

}  // namespace

std::string_view compressionName(Compression compression) noexcept {
  switch (compression) {
    case Compression::kUncompressed:
      return "UNCOMPRESSED";
    case Compression::kSnappy:
      return "SNAPPY";
    case Compression::kGzip:
      return "GZIP";
    case Compression::kBrotli:
      return "BROTLI";
    case Compression::kZstd:
      return "ZSTD";
    case Compression::kLz4Raw:
      return "LZ4_RAW";
  }
  return "unknown codec";
}

Result<void> checkCodec(Compression compression, std::int32_t level) {
  const std::string name(compressionName(compression));
  if (compression == Compression::kUncompressed) {
    return level == kLevelDefault
               ? Result<void>{}
               : fail(ErrorCode::kInvalidArgument, name + " has no compression level");
  }
  if (compression != Compression::kGzip) {
    return fail(ErrorCode::kUnsupported, "the codec " + name + " is not part of this build");
  }
  if (gzipLevel(level) < kGzipLevelMin || gzipLevel(level) > kGzipLevelMax) {
    return fail(ErrorCode::kInvalidArgument,
                "GZIP compression level " + std::to_string(level) + " is not in 0 .. 9");
  }
  return {};
}

Result<std::unique_ptr<Compressor>> makeCompressor(Compression compression, std::int32_t level) {
  PF_TRY(checkCodec(compression, level));
  if (compression == Compression::kUncompressed) {
    return std::unique_ptr<Compressor>();
  }
  return makeGzipCompressor(gzipLevel(level));
}

Result<std::unique_ptr<Decompressor>> makeDecompressor(Compression compression) {
  PF_TRY(checkCodec(compression, kLevelDefault));
  if (compression == Compression::kUncompressed) {
    return std::unique_ptr<Decompressor>();
  }
  return makeGzipDecompressor();
}

}  // namespace parquet_flow::codec
