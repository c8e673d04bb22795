// Encoding a row group: leaves in, encoded column chunks out. Knows nothing of files and positions,
// so that row groups can be encoded on any thread and written in order by another.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"
#include "write/column_chunk.hpp"
#include "write/options.hpp"

namespace parquet_flow::write {

// One encoded row group. The chunks' segments may borrow from the views that were appended: those
// must live, unchanged, until FileWriter::writeRowGroup has returned. Reused by encoding into it
// again: no allocation in the steady state.
struct EncodedRowGroup {
  std::uint64_t rows = 0;
  std::vector<EncodedColumnChunk> chunks;  // one a leaf, in schema order
  bool isSorted = false;                   // by WriterOptions::sortingColumns

  // Of the chunks: all pages with their headers.
  [[nodiscard]] std::uint64_t compressedBytes() const noexcept;
  [[nodiscard]] std::uint64_t bloomFilterBytes() const noexcept;
  // Memory held by the buffers.
  [[nodiscard]] std::uint64_t capacityBytes() const noexcept;
};

// One per thread that encodes. Keeps scratch space and codec contexts.
class RowGroupEncoder {
 public:
  // `options` must have passed validateOptions.
  [[nodiscard]] static Result<std::unique_ptr<RowGroupEncoder>> create(
      std::shared_ptr<const schema::Schema> schema, const WriterOptions& options);
  RowGroupEncoder(const RowGroupEncoder&) = delete;
  RowGroupEncoder& operator=(const RowGroupEncoder&) = delete;
  ~RowGroupEncoder();

  // The whole row group in one call: one view a leaf, in schema order, all of `rows` rows. Checks
  // what the encoder itself relies on (entries, row counts, levels within their maximum, values
  // enough, offsets not going backwards, pages below 2 GiB) and names the column and row; `out` is
  // then unspecified, and may be encoded into again.
  [[nodiscard]] Result<void> encode(std::uint64_t rows, std::span<const column::LeafView> leaves,
                                    EncodedRowGroup& out);

  // One column of it, for columns encoded by several threads: out.chunks[leafIndex] only. `offset`
  // as in ColumnChunkWriter::begin.
  [[nodiscard]] Result<void> encodeColumn(std::uint32_t leafIndex, const column::LeafView& leaf,
                                          EncodedColumnChunk& out, std::uint64_t offset = 0);

 private:
  RowGroupEncoder() = default;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parquet_flow::write
