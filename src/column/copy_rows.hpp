// Views of any kind copied into buffers of ours.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "column/gather.hpp"
#include "column/leaf_buffer.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// Rows of all leaves, dense. One thread at a time; the memory is reused.
class RowCopies {
 public:
  // `schema` must live as long.
  explicit RowCopies(const schema::Schema& schema);

  // One view a leaf, of the same `rows` rows, which are not used after the return.
  // kInvalidArgument, naming column and row of the views; kLimit: the values of a column come to 4
  // GiB; kOutOfMemory. After an error only clear or rollBack is to be called.
  [[nodiscard]] Result<void> append(std::uint64_t rows, std::span<const LeafView> views);

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  // What is there, one view a leaf; until the next append or clear.
  [[nodiscard]] std::span<const LeafView> views();
  void clear() noexcept;  // keeps the memory
  // Lets go of all rows behind the first `rows`, of which `marks` was taken.
  using Marks = std::vector<LeafBuffer::Mark>;
  [[nodiscard]] Marks marks() const;
  void rollBack(std::uint64_t rows, const Marks& marks) noexcept;

 private:
  [[nodiscard]] Result<void> appendLeaf(std::size_t leafIndex, const LeafView& view);

  const schema::Schema* schema_;
  std::vector<SliceCursor> cursors_;
  std::vector<LeafBuffer> leaves_;
  std::vector<LeafView> views_;
  std::uint64_t rows_ = 0;
};

}  // namespace parquet_flow::column
