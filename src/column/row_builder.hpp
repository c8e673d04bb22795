// Rows, one value at a time, shredded into the levels and values of their leaves.
//
// Source: the record shredding of Melnik et al., "Dremel: Interactive Analysis of Web-Scale
// Datasets" (2010), section 4; parquet-format README.md, "Nested Encoding".
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/status.hpp"
#include "column/leaf_buffer.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// The columns of an open batch: one LeafBuffer a leaf, cleared and filled again.
struct Batch {
  std::vector<LeafBuffer> leaves;
  std::uint64_t rows = 0;

  // Bytes of values, offsets and levels in use: what row_group_bytes bounds.
  [[nodiscard]] std::uint64_t bytes() const noexcept;
  [[nodiscard]] std::uint64_t capacityBytes() const noexcept;
  void clear() noexcept;  // keeps the memory
};

// An empty batch of `schema`'s leaves.
[[nodiscard]] Batch makeBatch(const schema::Schema& schema);

// Fills a Batch by the grammar of pf_row_* in parquet_flow.h. Calls return false once the row has
// broken its schema, or memory ran out; the row is then rolled back by endRow. One thread at a
// time; no allocation once the batch has grown.
class RowBuilder {
 public:
  [[nodiscard]] static Result<std::unique_ptr<RowBuilder>> create(
      const std::shared_ptr<const schema::Schema>& schema);
  RowBuilder(const RowBuilder&) = delete;
  RowBuilder& operator=(const RowBuilder&) = delete;
  ~RowBuilder();

  // The batch to fill; nullptr between batches. Only between rows.
  void attach(Batch* batch) noexcept;

  void beginRow() noexcept;
  bool appendNull() noexcept;
  bool appendBoolean(bool value) noexcept;
  bool appendInt32(std::int32_t value) noexcept;
  bool appendInt64(std::int64_t value) noexcept;
  bool appendFloat(float value) noexcept;
  bool appendDouble(double value) noexcept;
  bool appendBytes(const void* data, std::size_t bytes) noexcept;
  bool beginGroup() noexcept;
  bool endGroup() noexcept;
  bool beginList() noexcept;
  bool endList() noexcept;
  // Ends the row. False: it broke the schema, or `keep` is false; all its leaves are as before it.
  bool endRow(bool keep) noexcept;
  // Why the last row was refused: names the column and what was expected. Valid after endRow
  // returned false, until the next beginRow.
  [[nodiscard]] const char* rejection() const noexcept;
  // Likewise: kInvalidArgument; kOutOfMemory; kLimit, the column's batch would pass 4 GiB, and the
  // row may fit the next one.
  [[nodiscard]] ErrorCode rejectionCode() const noexcept;

 private:
  RowBuilder() = default;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parquet_flow::column
