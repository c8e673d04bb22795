// capture_time, producer, attempt: the columns that let a reader prove what was lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "column/row_builder.hpp"
#include "sink/options.hpp"
#include "sink/row_shape.hpp"

namespace parquet_flow::sink {

class CaptureColumns {
 public:
  explicit CaptureColumns(const SinkOptions& options) noexcept
      : enabled_(options.captureColumns), portable_(options.profile == Profile::kPortable) {}

  // What they add to each row.
  [[nodiscard]] std::uint64_t rowBytes() const noexcept {
    return enabled_ ? (portable_ ? 28 : 20) : 0;
  }
  // Room for so many more rows, so that append cannot fail. False without memory.
  [[nodiscard]] bool reserve(std::size_t rows, column::Batch& capture) const noexcept;
  // The leaves are those of FileSchema::file that come first.
  void append(std::span<const DrainedRecord> records, column::Batch& capture) const noexcept;

 private:
  bool enabled_;
  bool portable_;
};

}  // namespace parquet_flow::sink
