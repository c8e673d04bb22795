// From records to rows: the three ways a payload becomes values of columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/status.hpp"
#include "column/row_builder.hpp"
#include "schema/schema.hpp"
#include "sink/options.hpp"

namespace parquet_flow::sink {

class RingReader;

// A record on its way from a ring to the columns. Payloads stay in the ring until their bytes are
// released.
struct DrainedRecord {
  const std::byte* payload;
  std::uint32_t bytes;  // 0: the record was aborted; shapes never see it
  std::uint32_t producer;
  std::int64_t timeNs;
  std::uint64_t attempt;
  std::uint64_t end;  // position behind it in its ring
  RingReader* reader;
};

struct Appended {
  std::size_t taken = 0;     // from the front; the rest did not fit
  std::size_t accepted = 0;  // of those taken
  bool outOfMemory = false;  // the record behind those taken had no room in memory
};

// The offsets of a column that has none yet begin with a 0; without memory it may have been left
// out. False: there still is none for it.
[[nodiscard]] inline bool beginOffsets(column::LeafBuffer& leaf) noexcept {
  return !leaf.offsets().empty() || leaf.offsets().appendLe(std::uint32_t{0}).has_value();
}

class RowShape {
 public:
  virtual ~RowShape() = default;

  // Appends rows to `rows`, as many as fit into `room` bytes of values; `atLeastOne`: one even
  // where it does not. The records it took are put in order: the accepted ones first, as they came,
  // the rejected ones behind them. Allocates only while the columns grow.
  //
  //   room   what may be added, capture columns included.
  [[nodiscard]] virtual Appended append(std::span<DrainedRecord> records, std::uint64_t room,
                                        bool atLeastOne, column::Batch& rows) noexcept = 0;
};

// `options` must have passed normalizeOptions, `row` is FileSchema::row, `captureBytes` what the
// capture columns add to each row.
[[nodiscard]] Result<std::unique_ptr<RowShape>> makeRowShape(
    const SinkOptions& options, const std::shared_ptr<const schema::Schema>& row,
    std::uint64_t captureBytes);

// The three, each in its file.
[[nodiscard]] std::unique_ptr<RowShape> makeOpaqueShape(std::uint64_t captureBytes);
[[nodiscard]] std::unique_ptr<RowShape> makeStructShape(std::span<const StructColumn> columns,
                                                        std::uint64_t captureBytes);
[[nodiscard]] Result<std::unique_ptr<RowShape>> makeCallbackShape(
    const SinkOptions& options, const std::shared_ptr<const schema::Schema>& row,
    std::uint64_t captureBytes);

}  // namespace parquet_flow::sink
