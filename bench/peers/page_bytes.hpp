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

// Compresses each with the ZSTD of the Arrow wheel, as Arrow does, and forgets it.
void compressWithArrow(const Pages& pages, std::int32_t level);

}  // namespace parquet_flow::peers
