// What is written in each row of the table.
#pragma once

#include <arrow/type_fwd.h>

#include <memory>
#include <span>
#include <string>

#include "columns.hpp"
#include "options.hpp"

namespace parquet_flow::peers {

struct Work {
  const char* name;
  Encoding encoding;
  std::shared_ptr<arrow::Array> (*make)(Shape shape);
  bool withNulls;  // measured with 10 % nulls too
};

// In the order they are printed.
std::span<const Work> works() noexcept;

// One column. Without nulls it is declared so: REQUIRED for every writer.
std::shared_ptr<arrow::RecordBatch> makeBatch(const Work& work, Shape shape);

}  // namespace parquet_flow::peers
