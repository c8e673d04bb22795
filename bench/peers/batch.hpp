// One record batch, as each writer takes it.
#pragma once

#include <arrow/c/abi.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

#include "options.hpp"

namespace parquet_flow::peers {

class Batch {
 public:
  explicit Batch(const std::shared_ptr<arrow::RecordBatch>& batch);
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;
  ~Batch();

  // Whole files, to the writer's close; their bytes. writeOurs makes one row group, writeOurStream
  // as many as the options say.
  [[nodiscard]] std::uint64_t writeOurs(const WriteOptions& options, const Output& output) const;
  [[nodiscard]] std::uint64_t writeOurStream(const WriteOptions& options,
                                             const Output& output) const;
  [[nodiscard]] std::uint64_t writeArrows(const WriteOptions& options, const Output& output) const;

  [[nodiscard]] std::uint64_t leafValues() const;

 private:
  std::shared_ptr<arrow::Table> table_;
  // The same buffers, lent.
  ArrowSchema schema_{};
  ArrowArray array_{};
};

}  // namespace parquet_flow::peers
