// Limits, and where they come from.
#pragma once

#include <cstdint>

namespace parquet_flow {

// PageHeader.compressed_page_size and uncompressed_page_size are i32 (parquet.thrift).
inline constexpr std::uint64_t kPageBytesMax = 0x7FFF'FFFF;

// Of a column chunk as it is stored: ColumnMetaData counts in i64, but there are readers that take
// a chunk into one array (parquet-java's ParquetFileReader).
inline constexpr std::uint64_t kChunkBytesMax = 0x7FFF'FFFF;

// The footer's length is four bytes, and readers take them for an i32 (parquet-format README.md,
// "File format").
inline constexpr std::uint64_t kFooterBytesMax = 0x7FFF'FFFF;

// RowGroup.ordinal is i16 (parquet.thrift). Ordinals 0 .. 32 767 would make one more;
// implementations disagree on whether it counts, so a file stays below 32 768.
inline constexpr std::uint64_t kRowGroupsMax = 32'767;

// Nodes on the way from a schema's root, which is not counted, to a leaf. Ours (parquet_flow.h), as
// the format sets none: recursion over a schema must not overrun the stack, and each adds at most
// one to a level, which must fit a byte.
inline constexpr std::uint32_t kNestingDepthMax = 100;

// Bytes of a FIXED_LEN_BYTE_ARRAY value. Ours (parquet_flow.h).
inline constexpr std::uint32_t kFixedLenBytesMax = 1U << 20;

}  // namespace parquet_flow
