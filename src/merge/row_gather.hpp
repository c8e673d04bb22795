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

// Consecutive rows of one batch.
struct RowRange {
  std::uint32_t source = 0;
  std::uint32_t row = 0;
  std::uint32_t rows = 0;
};

// A batch as rows are picked from it. One thread at a time sets it, then any number may pick.
class RowSource {
 public:
  RowSource();
  RowSource(RowSource&&) noexcept;
  RowSource& operator=(RowSource&&) noexcept;
  ~RowSource();

  // One view a leaf of `schema`, of the same rows, below 2^32; what they are of must live as long.
  // The views are as they lie (SourceForm::kAsLayout).
  void set(const schema::Schema& schema, std::span<const column::LeafView> views);
  // On average, rounded up.
  [[nodiscard]] std::uint64_t rowBytes() const noexcept { return rowBytes_; }

 private:
  friend class RowGather;
  struct Access;  // to the rows of one leaf
  std::vector<Access> leaves_;
  std::uint64_t rowBytes_ = 0;
};

// One thread at a time; the memory is reused.
class RowGather {
 public:
  // `schema` must live as long.
  explicit RowGather(const schema::Schema& schema);

  // Appends the rows. kLimit: the values of a column come to 4 GiB; kOutOfMemory.
  [[nodiscard]] Result<void> append(std::span<const RowSource* const> sources,
                                    std::span<const RowRange> ranges);

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  // What was appended, one view a leaf; until the next append or clear.
  [[nodiscard]] std::span<const column::LeafView> views();
  void clear() noexcept;  // keeps the memory

 private:
  using Access = RowSource::Access;
  struct Picks;
  [[nodiscard]] Result<void> appendFixed(const Picks& picks, column::LeafBuffer& to) const;
  [[nodiscard]] Result<void> appendTexts(const Picks& picks, column::LeafBuffer& to) const;
  [[nodiscard]] Result<void> appendEntries(const Picks& picks, column::LeafBuffer& to) const;

  const schema::Schema* schema_;
  std::vector<column::LeafBuffer> leaves_;
  std::vector<column::LeafView> views_;
  std::uint64_t rows_ = 0;
};

}  // namespace parquet_flow::merge
