// The bloom filter of a column chunk, asked for the values that a test wants.
//
// Source: parquet-format BloomFilter.md. Of the filter no more is read than its header and a block
// for each value.
#pragma once

#include <cstdint>

#include "base/status.hpp"
#include "read/file_reader.hpp"
#include "scan/bound_predicate.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::scan {

// Whether a filter rules out that the test is true of a row: one of `=` or `in`. False also where
// there is no filter, none that can be read, or none that answers for the test. kIo, kOutOfMemory.
[[nodiscard]] Result<bool> isRuledOutByBloomFilter(const read::FileReader& file,
                                                   std::size_t rowGroup, const schema::Leaf& leaf,
                                                   const Test& test, std::uint64_t& bytesRead);

}  // namespace parquet_flow::scan
