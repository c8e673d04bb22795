#include "read/chunk.hpp"

#include <string>

#include "format/parquet_types.h"

namespace parquet_flow::read {
namespace {

tl::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, std::move(message));
}

Result<codec::Compression> compressionOf(const format::ColumnMetaData& meta) {
  constexpr codec::Compression kKnown[] = {
      codec::Compression::kUncompressed, codec::Compression::kSnappy, codec::Compression::kGzip,
      codec::Compression::kBrotli,       codec::Compression::kLz4,    codec::Compression::kZstd,
      codec::Compression::kLz4Raw};
  for (const codec::Compression compression : kKnown) {
    if (meta.codec == static_cast<std::int32_t>(compression)) {
      return compression;
    }
  }
  return fail(ErrorCode::kUnsupported,
              "codec " + std::to_string(meta.codec) + " is not read by this version");
}

}  // namespace

Result<void> checkChunk(const schema::Leaf& leaf, const format::ColumnMetaData& meta) {
  if (meta.path_in_schema != leaf.path) {
    return corrupt("its chunk is of another column");
  }
  if (meta.type != static_cast<std::int32_t>(leaf.type)) {
    return corrupt("its chunk has type " + std::to_string(meta.type) + ", its schema " +
                   std::string(schema::physicalTypeName(leaf.type)));
  }
  if (meta.num_values < 0) {
    return corrupt("its chunk has " + std::to_string(meta.num_values) + " entries");
  }
  return {};
}

Result<codec::Decompressor*> ChunkDecompressor::of(const format::ColumnMetaData& meta) {
  PF_TRY_ASSIGN(const codec::Compression compression, compressionOf(meta));
  if (compression != compression_) {
    PF_TRY_ASSIGN(decompressor_, codec::makeDecompressor(compression));
    compression_ = compression;
  }
  return decompressor_.get();
}

}  // namespace parquet_flow::read
