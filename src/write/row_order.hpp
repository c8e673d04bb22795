// Whether the rows of a row group are sorted as WriterOptions::sortingColumns expects.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/gather.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"
#include "stats/sort_order.hpp"
#include "write/options.hpp"

namespace parquet_flow::write {

// Looks through the sorting columns of each piece of a row group:
//
//   clear -> add ... -> isSorted
//
// One thread at a time. Cost: a second walk over the sorting columns, about a nanosecond a row.
class RowOrder {
 public:
  // `schema` must live as long; `options` must have passed validateOptions.
  RowOrder(const schema::Schema& schema, const WriterOptions& options);

  // Whether the options name sorting columns.
  [[nodiscard]] bool isWanted() const noexcept { return !columns_.empty(); }
  void clear() noexcept;
  // The views of all leaves, of the same rows, which the encoder has taken. kOutOfMemory.
  [[nodiscard]] Result<void> add(std::span<const column::LeafView> leaves);
  // False where the options name no sorting columns.
  [[nodiscard]] bool isSorted() const;

 private:
  struct Column {
    Column(const schema::Leaf& itsLeaf, const SortingColumn& sorting, stats::FloatOrder floats)
        : leaf(&itsLeaf),
          cursor(itsLeaf),
          sorted(itsLeaf, sorting.descending, sorting.nullsFirst, floats) {}
    const schema::Leaf* leaf;
    column::SliceCursor cursor;
    stats::SortedColumn sorted;
  };
  [[nodiscard]] Result<void> addSlices(Column& column, const column::LeafView& view);
  [[nodiscard]] Result<void> addSlice(Column& column, const column::LeafSlice& slice);

  std::vector<std::unique_ptr<Column>> columns_;  // the most significant first
  ByteBuffer mask_;
};

}  // namespace parquet_flow::write
