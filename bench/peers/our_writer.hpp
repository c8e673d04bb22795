// This library's writer, through its C interface and Arrow's.
#pragma once

#include <cstdint>
#include <span>

#include "options.hpp"

namespace parquet_flow::peers {

// Writes one file of one row group, from the creation of a writer to its destruction. Returns its
// bytes. Borrows; throws what the writer said.
std::uint64_t writeWithOurs(const ArrowSchema& schema, const ArrowArray& batch,
                            const WriteOptions& options, const Output& output);

// The same of a stream, in row groups that end where the options say.
std::uint64_t writeStreamWithOurs(const ArrowSchema& schema, ArrowArrayStream& stream,
                                  const WriteOptions& options, const Output& output);

// The same of a pipeline of one thread, into which all batches go `times` times over.
std::uint64_t writeBatchesWithOurs(const ArrowSchema& schema, std::span<const ArrowArray> batches,
                                   std::uint64_t times, const WriteOptions& options,
                                   const Output& output);

}  // namespace parquet_flow::peers
