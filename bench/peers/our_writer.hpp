// This library's writer, given the same Arrow data.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>

#include "options.hpp"

namespace parquet_flow::peers {

// Writes one file of `batch`, from the creation of a writer to its close. Returns its bytes.
std::uint64_t writeWithOurs(const std::shared_ptr<arrow::RecordBatch>& batch,
                            const WriteOptions& options, const Output& output);

}  // namespace parquet_flow::peers
