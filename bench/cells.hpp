// The cells of the pipeline's benchmarks: how many rows in what pieces, and the codecs.
#pragma once

#include <cstdint>

#include "parquet_flow.h"

namespace parquet_flow::bench {

struct CellSize {
  std::uint64_t rows;
  std::uint64_t batchRows;
  std::uint64_t rowGroupRows;
};
inline constexpr CellSize kCellSizes[] = {
    {1000, 100, 1000}, {100'000, 1000, 64'000}, {1'000'000, 10'000, 100'000}};
// Of just one column: one row group, of which no other is the second thread's.
inline constexpr CellSize kOneColumnSize = {1'000'000, 10'000, 1'000'000};
// Rows that are made; later ones are these again.
inline constexpr std::uint64_t kCellRowsMade = 100'000;

struct CellCodec {
  const char* name;
  pf_compression_t compression;
  std::int32_t level;
};
inline constexpr CellCodec kCellCodecs[] = {
    {"uncompressed", PF_COMPRESSION_UNCOMPRESSED, PF_LEVEL_DEFAULT},
    {"zstd-1", PF_COMPRESSION_ZSTD, 1},
    {"zstd-3", PF_COMPRESSION_ZSTD, 3}};

}  // namespace parquet_flow::bench
