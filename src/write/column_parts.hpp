// A column chunk in parts: ranges of its rows, encoded apart by whichever threads have time, and
// joined to what one thread would have made of it.
//
//   ColumnChunkWriter::choose, by all of the chunk
//        │ cut                                   a chunk of a dictionary, and a small one, is not
//        ▼
//   rows 0 .. n - 1 │ rows n .. 2n - 1 │ ...     encodePart, each by any writer of the leaf
//        ▼
//   join: segments into the parts' buffers, sums, bounds, index and filter of the whole
//
// Where a part begins is said by the chunk and the options alone, and there a page begins whoever
// encodes the chunk: a file does not depend on whether it was cut.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "column/leaf_view.hpp"
#include "encoding/encoding.hpp"
#include "schema/schema.hpp"
#include "stats/bloom_filter.hpp"
#include "stats/bounds.hpp"
#include "write/column_chunk.hpp"
#include "write/options.hpp"

namespace parquet_flow::write {

// What the parts of a chunk are cut by.
struct ChunkSize {
  std::uint64_t rows = 0;
  std::uint64_t entries = 0;
  std::uint64_t valueBytes = 0;  // about
};

// Rows of each part but the last, which may have fewer; 0: the chunk stays whole. Of leaves whose
// pages all have the same number of rows it is a multiple of that, so that no page is shorter for
// it.
[[nodiscard]] std::uint64_t partRowsOf(const schema::Leaf& leaf, const WriterOptions& options,
                                       const ColumnOptions& column, const ChunkSize& size) noexcept;

// The parts of one chunk. Reused for the next chunk of the same leaf, with their memory.
class ColumnParts {
 public:
  ColumnParts() = default;
  ColumnParts(const ColumnParts&) = delete;
  ColumnParts& operator=(const ColumnParts&) = delete;

  // Views of `partRows` rows each, of the memory of `views`. False: their levels do not make the
  // rows that they should; whoever encodes the views as they are says which.
  [[nodiscard]] bool cut(const schema::Leaf& leaf, std::span<const column::LeafView> views,
                         std::uint64_t partRows);
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

 private:
  friend class ColumnChunkWriter;

  struct Part {
    std::uint64_t firstRow = 0;
    std::size_t firstView = 0;
    std::size_t views = 0;
    EncodedColumnChunk encoded;
    std::optional<stats::BoundsCollector> bounds;
  };
  void begin(std::uint64_t firstRow);
  // One that a part's values are in, instead of which the caller gets another.
  void addFilter(stats::BloomFilterBuilder& filter);
  [[nodiscard]] std::span<const column::LeafView> viewsOf(const Part& part) const noexcept {
    return std::span(views_).subspan(part.firstView, part.views);
  }

  std::vector<column::LeafView> views_;
  std::vector<Part> parts_;
  std::uint32_t count_ = 0;
  encoding::Encoding encoding_ = encoding::Encoding::kPlain;
  std::uint64_t entries_ = 0;  // of the chunk

  std::mutex filterMutex_;
  bool hasFilter_ = false;
  stats::BloomFilterBuilder filter_;  // of the parts that are encoded
};

}  // namespace parquet_flow::write
