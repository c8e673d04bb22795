// A column chunk of a row group, whole.
#pragma once

#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/leaf_buffer.hpp"
#include "io/file.hpp"
#include "read/chunk.hpp"
#include "read/page_stream.hpp"
#include "read/value_decoder.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::format {
class ColumnMetaData;
}

namespace parquet_flow::read {

// Keeps its scratch space and codec context. One thread at a time.
class ColumnReader {
 public:
  // `out` is the leaf's; it is cleared, then filled. `meta` has passed readFooter: it lies inside
  // of the file. `rows`: those of the row group. Errors as PageReader::next, and kCorrupt where the
  // chunk is not of the leaf, or has other rows.
  [[nodiscard]] Result<void> read(const io::InputFile& file, const schema::Leaf& leaf,
                                  const format::ColumnMetaData& meta, std::uint64_t rows,
                                  const PageLimits& limits, column::LeafBuffer& out);

 private:
  ByteBuffer chunk_;
  DecodeScratch scratch_;
  ChunkDecompressor decompressor_;
};

}  // namespace parquet_flow::read
