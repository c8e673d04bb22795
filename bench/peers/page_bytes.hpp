// What a writer gave its codec: the pages of a file before they were compressed.
#pragma once

#include <arrow/type_fwd.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace parquet_flow::peers {

using Pages = std::vector<std::shared_ptr<arrow::Buffer>>;

// Of the chunks that are compressed, data pages of version 1 and dictionary pages, as Arrow reads
// them.
Pages pagesOf(const std::vector<std::byte>& file);

// Compress each with ZSTD and forget it: with the library that is in the Arrow wheel, as Arrow
// calls it; with the one that this library is built with, as this library calls it.
void compressWithArrow(const Pages& pages, std::int32_t level);
void compressWithOurs(const Pages& pages, std::int32_t level);

}  // namespace parquet_flow::peers
