// Batches of an Arrow stream into row groups.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "arrow_columns.hpp"
#include "arrow_type.hpp"
#include "base/status.hpp"
#include "column/copy_rows.hpp"
#include "writer.hpp"

namespace parquet_flow::capi {

// Rows are gathered, dense, so that no batch is held, until a row group is full. Where none are
// gathered and a batch has as many rows as a row group takes, all of them are written from where
// they are, in row groups of about the same size. Each is within the writer's bounds, whatever the
// sizes of the rows, but for a row that is larger than that by itself.
class ArrowRowGroups {
 public:
  // `type` goes with the writer's schema. Both must live as long.
  ArrowRowGroups(const ArrowField& type, Writer& writer);

  // The array has passed checkArrowArray; it is not used after the return.
  [[nodiscard]] Result<void> append(const ArrowArray& batch);
  // What is left.
  [[nodiscard]] Result<void> finish();

 private:
  struct Extent {
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;

    Extent& operator+=(const Extent& more) noexcept {
      rows += more.rows;
      bytes += more.bytes;
      return *this;
    }
  };

  void measure(std::uint64_t first, const Extent& extent);
  [[nodiscard]] bool fillsRowGroup() const noexcept;
  [[nodiscard]] double shareOf(const Extent& extent) const noexcept;
  [[nodiscard]] Extent nextRows(std::uint64_t rowsMost) const noexcept;
  [[nodiscard]] Extent nextInto(const Extent& rowGroup, double room) const noexcept;
  void take(const Extent& extent) noexcept;
  [[nodiscard]] Result<void> writeInPlace();
  [[nodiscard]] Result<void> gather();

  Writer& writer_;
  ArrowColumns columns_;
  column::RowCopies rows_;
  const std::uint64_t rowsMax_;
  const std::uint64_t bytesMax_;

  // What is left of the batch that is being taken: from row first_ on, in stretches, none of which
  // is a large part of a row group unless it is one row.
  const ArrowArray* batch_ = nullptr;
  std::uint64_t first_ = 0;
  std::vector<Extent> stretches_;
  std::size_t next_ = 0;
};

}  // namespace parquet_flow::capi
