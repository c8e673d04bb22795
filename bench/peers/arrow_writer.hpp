// Arrow C++'s Parquet writer: libparquet of the pyarrow wheel.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "options.hpp"

namespace parquet_flow::peers {

// Writes one file of `table`, from the opening to the close. Returns its bytes.
std::uint64_t writeWithArrow(const std::shared_ptr<arrow::Table>& table,
                             const WriteOptions& options, const Output& output);

// The same of batches one by one, all of them `times` times over.
std::uint64_t writeBatchesWithArrow(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches,
                                    std::uint64_t times, const WriteOptions& options,
                                    const Output& output);

// "26.0.1".
std::string arrowVersion();

}  // namespace parquet_flow::peers
