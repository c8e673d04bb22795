// What the metadata of a column chunk says before any page is read.
#pragma once

#include <memory>

#include "base/status.hpp"
#include "codec/codec.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::format {
class ColumnMetaData;
}

namespace parquet_flow::read {

// kCorrupt where the chunk is not of the leaf, or counts what cannot be counted.
[[nodiscard]] Result<void> checkChunk(const schema::Leaf& leaf, const format::ColumnMetaData& meta);

// The decompressor of chunk after chunk: kept as long as the codec stays.
class ChunkDecompressor {
 public:
  // nullptr inside the Result for UNCOMPRESSED. kUnsupported, naming the codec.
  [[nodiscard]] Result<codec::Decompressor*> of(const format::ColumnMetaData& meta);

 private:
  codec::Compression compression_ = codec::Compression::kUncompressed;
  std::unique_ptr<codec::Decompressor> decompressor_;  // of compression_
};

}  // namespace parquet_flow::read
