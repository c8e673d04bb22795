// One buffer of the pool: columns being filled, and what goes along with them to the output.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "column/row_builder.hpp"
#include "pipeline/row_group_stage.hpp"
#include "sink/account.hpp"
#include "sink/file_schema.hpp"

namespace parquet_flow::sink {

// What the output is to do once the row group is written.
struct Order {
  std::uint64_t ticket = 0;  // of the last request that this answers; 0: none
  bool sync = false;         // everything so far must be durable
  bool publish = false;      // end the file
  bool rotateIfDue = false;  // end the file if it is old enough
  bool last = false;         // nothing comes behind it
};

struct RowGroupBuffer final : pipeline::RowGroupJob {
  // `schema` must outlive it.
  explicit RowGroupBuffer(const FileSchema& schema);

  // Points `views` and `rows` at what was filled.
  void seal();
  // Empty, and no larger than `bytesMax` of memory. The output calls it when it is done.
  void reset(std::uint64_t bytesMax);
  [[nodiscard]] std::uint64_t filledBytes() const noexcept;

  column::Batch capture;  // the leaves that come first
  column::Batch body;     // those of the shape
  std::vector<LedgerDelta> deltas;
  Order order;
  // Memory of columns and encoded form when it was last reset; any thread may read it.
  std::atomic<std::uint64_t> heldBytes{0};

  // --- the output's own, while the buffer is with it ---
  bool rowsSettled = false;    // written, or given up
  bool deltasSettled = false;  // taken into the accounts

 private:
  void makeLeaves();

  const FileSchema& schema_;
};

}  // namespace parquet_flow::sink
