// How much memory encoding row groups may come to, whatever the values: what EncodeScratch holds
// for each leaf and thread, and what an EncodedRowGroup does.
//
// Each bound is a sum over the buffers that encode_scratch.hpp, encoding_choice.hpp,
// value_sample.hpp and column_chunk.hpp name, of the most that each is asked for. It holds for
// leaves whose views are as LeafBuffer gives them: dense, without a dictionary of their own.
#pragma once

#include <cstdint>

#include "schema/schema.hpp"
#include "write/options.hpp"

namespace parquet_flow::write {

// What row groups are like.
struct RowGroupLimits {
  std::uint64_t rows = 0;        // of one
  std::uint64_t bytes = 0;       // of one, as columns: values, offsets and levels
  std::uint64_t rowBytes = 0;    // of a row, likewise
  std::uint64_t pieceBytes = 0;  // of what one call of append brings, likewise
};

// Of one RowGroupEncoder made for Feeding::kPieces. `options` must have passed validateOptions.
[[nodiscard]] std::uint64_t encoderBytesMax(const schema::Schema& schema,
                                            const WriterOptions& options,
                                            const RowGroupLimits& stated) noexcept;

// What is in an EncodedRowGroup, without what its buffers have spare.
[[nodiscard]] std::uint64_t encodedBytesMax(const schema::Schema& schema,
                                            const WriterOptions& options,
                                            const RowGroupLimits& stated) noexcept;

// Of a writer on one thread that is given whole row groups, and of its FileWriter: the encoder's
// scratch, the row group that it encodes, and the columns that a row writer or a stream gathers its
// rows in. Not what the footer retains, nor an output in memory.
[[nodiscard]] std::uint64_t writerBytesMax(const schema::Schema& schema,
                                           const WriterOptions& options,
                                           const RowGroupLimits& stated);

}  // namespace parquet_flow::write
