// A column chunk of a row group, whole.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/byte_buffer.hpp"
#include "base/limits.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"
#include "column/leaf_buffer.hpp"
#include "io/file.hpp"
#include "read/value_decoder.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::format {
class ColumnMetaData;
}

namespace parquet_flow::read {

// Keeps its scratch space and codec context. One thread at a time.
class ColumnReader {
 public:
  // `pageBytesMax` as PageReader's; one above the format's limit is that.
  explicit ColumnReader(std::uint64_t pageBytesMax) noexcept
      : pageBytesMax_(std::min(pageBytesMax, kPageBytesMax)) {}

  // `out` is the leaf's; it is cleared, then filled. `meta` has passed readFooter: it lies inside
  // of the file. `rows`: those of the row group. Errors as PageReader::next, and kCorrupt where the
  // chunk is not of the leaf, or has other rows.
  [[nodiscard]] Result<void> read(const io::InputFile& file, const schema::Leaf& leaf,
                                  const format::ColumnMetaData& meta, std::uint64_t rows,
                                  column::LeafBuffer& out);

 private:
  [[nodiscard]] Result<codec::Decompressor*> decompressor(codec::Compression compression);

  const std::uint64_t pageBytesMax_;
  ByteBuffer chunk_;
  DecodeScratch scratch_;
  codec::Compression compression_ = codec::Compression::kUncompressed;
  std::unique_ptr<codec::Decompressor> decompressor_;  // of compression_
};

}  // namespace parquet_flow::read
