// Rows picked out of several batches, in any order, as columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/leaf_buffer.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::merge {

struct RowPick {
  std::uint32_t source = 0;
  std::uint32_t row = 0;
};

// One thread at a time; the memory is reused.
class RowGather {
 public:
  // `schema` must live as long.
  explicit RowGather(const schema::Schema& schema);
  RowGather(const RowGather&) = delete;
  RowGather& operator=(const RowGather&) = delete;
  ~RowGather();

  // What batch number `source` is from here on: one view a leaf, of the same rows, below 2^32, that
  // live until the next call for it. The views are as they lie (SourceForm::kAsLayout).
  [[nodiscard]] Result<void> setSource(std::size_t source, std::span<const column::LeafView> views);
  // Appends the rows. kLimit: the values of a column come to 4 GiB; kOutOfMemory.
  [[nodiscard]] Result<void> append(std::span<const RowPick> picks);

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  // What was appended, one view a leaf; until the next append or clear.
  [[nodiscard]] std::span<const column::LeafView> views();
  void clear() noexcept;  // keeps the memory

 private:
  struct Access;  // to the rows of one leaf of one source
  [[nodiscard]] Result<void> open(const schema::Leaf& leaf, const column::LeafView& view,
                                  Access& out) const;
  [[nodiscard]] Result<void> appendFlat(const schema::Leaf& leaf, std::span<const RowPick> picks);
  [[nodiscard]] Result<void> appendNested(const schema::Leaf& leaf, std::span<const RowPick> picks);
  [[nodiscard]] bool appendValue(const schema::Leaf& leaf, const Access& from, std::size_t slot);

  const schema::Schema* schema_;
  std::vector<std::vector<Access>> sources_;  // by source, then by leaf
  std::vector<column::LeafBuffer> leaves_;
  std::vector<column::LeafView> views_;
  std::uint64_t rows_ = 0;
};

}  // namespace parquet_flow::merge
