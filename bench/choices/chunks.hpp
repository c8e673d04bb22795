// One column, written by the C API chunk after chunk to an output that forgets it.
#pragma once

#include <cstdint>
#include <memory>

#include "column.hpp"

namespace parquet_flow::choices {

// Whether this build has the codec.
[[nodiscard]] bool isBuilt(pf_compression_t compression);

class ChunkWriter {
 public:
  // Stops the program where the writer refuses.
  ChunkWriter(const ColumnType& type, const ColumnData& data, pf_encoding_t encoding,
              pf_compression_t compression);
  ChunkWriter(const ChunkWriter&) = delete;
  ChunkWriter& operator=(const ChunkWriter&) = delete;
  ~ChunkWriter();

  // Writes the column as one chunk, into memory that earlier ones have left. In seconds.
  double write();
  // Of a chunk, as stored.
  [[nodiscard]] std::uint64_t bytes() const;
  // Of the last chunk's first page.
  [[nodiscard]] pf_encoding_t encoding() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parquet_flow::choices
