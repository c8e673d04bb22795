// The data of the works that go to files, as one batch in Arrow memory.
#pragma once

#include <arrow/type_fwd.h>

#include <cstdint>
#include <memory>
#include <string>

namespace parquet_flow::peers {

// The messages of the ITCH file at `path`, over and over until there are `rows`, in the wide schema
// of itch_spec.hpp: integers of their widths, prices as int64 in their unit, times as
// timestamp[ns]. Each repetition is a day later, and its order references and match numbers are
// beyond those before it.
std::shared_ptr<arrow::RecordBatch> itchBatch(const std::string& path, std::uint64_t rows);

// Three int32 columns: 0 .. 999 at random, 5 % of them null; 0 .. 999 999 at random; a sequence.
std::shared_ptr<arrow::RecordBatch> intsBatch(std::uint64_t rows);

}  // namespace parquet_flow::peers
