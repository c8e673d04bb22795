// A batch of columns as an Arrow array: the inverse of arrow_columns.hpp.
#pragma once

#include <memory>
#include <vector>

#include "arrow_type.hpp"
#include "base/status.hpp"
#include "io/file.hpp"
#include "parquet_flow.h"
#include "read/batch_reader.hpp"
#include "read/buffer_pool.hpp"
#include "read/shape.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::capi {

// Hands over batch after batch. What a consumer releases goes back to the pool, from any thread.
// One thread at a time otherwise.
class ArrowBatches {
 public:
  // `shape` is of `leaves` alone, and `type` of it. The schema must live as long.
  ArrowBatches(const schema::Schema& schema, read::Shape shape, ArrowField type,
               const std::vector<std::uint32_t>& leaves);

  // Before a batch is read: gives its columns buffers that were used before.
  void supply(read::ColumnBatch& batch);
  // The whole of `batch`, a struct array; its buffers are gone from it. `file`: values may have
  // been lent out of its contents(), so the array keeps one that has any; nullptr: none were.
  // kCorrupt where columns that are in one list, group or map contradict each other, or a decimal
  // does not fit; kLimit: more than 2 GiB of strings or list elements where offsets have 32 bits.
  [[nodiscard]] Result<void> hand(read::ColumnBatch& batch,
                                  std::shared_ptr<const io::InputFile> file, ArrowArray* out);

  [[nodiscard]] const ArrowField& type() const noexcept { return type_; }
  [[nodiscard]] const read::Shape& shape() const noexcept { return shape_; }

 private:
  const schema::Schema& schema_;
  read::Shape shape_;
  ArrowField type_;
  std::vector<std::uint32_t> columnOf_;  // of each leaf of the schema, in a batch
  std::shared_ptr<read::BufferPool> pool_;
};

}  // namespace parquet_flow::capi
