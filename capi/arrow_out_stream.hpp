// Batches as an Arrow stream.
#pragma once

#include <memory>

#include "arrow_type.hpp"
#include "base/status.hpp"
#include "parquet_flow.h"

namespace parquet_flow::capi {

class ArrowSource {
 public:
  ArrowSource() = default;
  ArrowSource(const ArrowSource&) = delete;
  ArrowSource& operator=(const ArrowSource&) = delete;
  virtual ~ArrowSource() = default;

  [[nodiscard]] virtual const ArrowField& type() const noexcept = 0;
  // At the end `out` is released.
  [[nodiscard]] virtual Result<void> nextArrow(ArrowArray* out) = 0;
};

// Its functions fail with errno's numbers, as pf_reader_export_arrow_stream says.
[[nodiscard]] ArrowArrayStream streamOf(std::unique_ptr<ArrowSource> source);

}  // namespace parquet_flow::capi
