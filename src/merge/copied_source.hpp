// Row groups of a file as what can be copied.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.hpp"
#include "merge/created_by.hpp"
#include "merge/source_file.hpp"
#include "schema/schema.hpp"
#include "write/copied_row_group.hpp"

namespace parquet_flow::merge {

// Which row groups are large enough to be copied: of so many rows, or bytes as stored; and no
// larger than a file is to be.
struct CopyBounds {
  std::uint64_t rows = UINT64_MAX;
  std::uint64_t bytes = UINT64_MAX;
  std::uint64_t bytesMax = UINT64_MAX;
};

// Whether chunks of the file may be copied at all: it has a writer that is known, and its chunks do
// not come to more bytes than it has.
[[nodiscard]] bool canCopyFrom(const SourceFile& file) noexcept;
[[nodiscard]] bool isLargeEnough(const format::RowGroup& rowGroup,
                                 const CopyBounds& bounds) noexcept;

// A row group with what is to be kept of its metadata: statistics and column index where the writer
// is known to be right and the footer says that they are in the type's own order, else nothing of
// them, and of a column index that contradicts itself or them neither; offset index and bloom
// filters where they are what they are said to be. `schema` is the output's, which the file's is
// but for the names inside of lists and maps. Its pages are checked as they are read, see
// checked_pages.hpp. kIo; kOutOfMemory.
[[nodiscard]] Result<write::CopiedRowGroup> describeRowGroup(const SourceFile& file,
                                                             const schema::Schema& schema,
                                                             std::size_t rowGroup);

// What it takes of memory until it is copied, about.
[[nodiscard]] std::uint64_t memoryOf(const write::CopiedRowGroup& rowGroup) noexcept;

// After a copy that failed: whether its bytes can be read, so that it was the writing that failed.
[[nodiscard]] bool canRead(const write::CopiedRowGroup& rowGroup);

}  // namespace parquet_flow::merge
