// The record batches of the pipeline's cells, in Arrow memory. Every call with the same arguments
// makes the same.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <vector>

namespace parquet_flow::peers {

enum class CellShape : std::uint8_t {
  kSimple,  // int64 of 100 distinct, string of 5 distinct, in turn
  kComplex  // int64, string?, list<int32>?, list<string>?, struct<int64, string, double>, boolean
            // in turn; lists of 1 to 10; 10 % null
};

// `batchRows` divides `rows`.
std::vector<std::shared_ptr<arrow::RecordBatch>> makeBatches(CellShape shape, unsigned columns,
                                                             std::uint64_t rows,
                                                             std::uint64_t batchRows);

// Values, offsets and bitmaps.
std::uint64_t arrowBytes(const std::vector<std::shared_ptr<arrow::RecordBatch>>& batches);

}  // namespace parquet_flow::peers
