// Batches of an Arrow stream into row groups.
#pragma once

#include <cstdint>

#include "arrow_columns.hpp"
#include "arrow_type.hpp"
#include "base/status.hpp"
#include "column/copy_rows.hpp"
#include "writer.hpp"

namespace parquet_flow::capi {

// Rows are gathered, dense, so that no batch is held, and a row group is written with the row that
// brings it to the writer's bounds. Where none are gathered and a batch has as many rows as a row
// group takes, all of them are written from where they are, in row groups of about the same size.
class ArrowRowGroups {
 public:
  // `type` goes with the writer's schema. Both must live as long.
  ArrowRowGroups(const ArrowField& type, Writer& writer);

  // The array has passed checkArrowArray; it is not used after the return.
  [[nodiscard]] Result<void> append(const ArrowArray& batch);
  // What is left.
  [[nodiscard]] Result<void> finish();

 private:
  [[nodiscard]] Result<void> writeInPlace(const ArrowArray& batch, std::uint64_t first,
                                          std::uint64_t rowsMax);
  [[nodiscard]] Result<void> gather(const ArrowArray& batch, std::uint64_t first,
                                    std::uint64_t rows);

  Writer& writer_;
  ArrowColumns columns_;
  column::RowCopies rows_;
};

}  // namespace parquet_flow::capi
