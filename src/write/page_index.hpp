// The page index of a file: where each page of each chunk lies, and its bounds.
//
// Spec: parquet-format PageIndex.md. It lies between the last row group and the footer, all column
// indexes before all offset indexes, and ColumnChunk says where. It is encoded chunk by chunk as
// row groups are written, and kept as bytes until the file is closed.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "format/compact.hpp"
#include "write/column_chunk.hpp"

namespace parquet_flow::format {
class OffsetIndex;
}

namespace parquet_flow::write {

// As ColumnChunk has it. 0 bytes: there is none.
struct IndexLocation {
  std::uint64_t offsetIndexOffset = 0;
  std::uint32_t offsetIndexBytes = 0;
  std::uint64_t columnIndexOffset = 0;
  std::uint32_t columnIndexBytes = 0;
};

// The most bytes that an IndexLocation takes in the footer.
inline constexpr std::uint64_t kIndexLocationBytesMax = 34;

// One thread at a time.
class PageIndexBuilder {
 public:
  struct Sizes {  // of one chunk's indexes
    std::uint32_t columnIndexBytes = 0;
    std::uint32_t offsetIndexBytes = 0;
  };

  // What ColumnChunk has for the length of one index.
  static constexpr std::uint64_t kIndexBytesMax = INT32_MAX;

  // `thrift` must live as long. A chunk's index of more than `indexBytesMax` bytes is left out, and
  // without the offset index the column index too.
  PageIndexBuilder(std::size_t leafCount, format::CompactWriter& thrift,
                   std::uint64_t indexBytesMax = kIndexBytesMax);
  PageIndexBuilder(const PageIndexBuilder&) = delete;
  PageIndexBuilder& operator=(const PageIndexBuilder&) = delete;
  ~PageIndexBuilder();

  // The next chunk of the leaves in turn, whose first page (of the dictionary, where there is one)
  // lies at `offset`.
  [[nodiscard]] Result<void> append(const EncodedColumnChunk& chunk, std::uint64_t offset);
  // The same of a chunk that comes from another file: its column index as it was there (empty:
  // none), and where its pages lie now; nullptr: that is not known, and neither index is kept.
  [[nodiscard]] Result<void> appendCopied(ConstBytes columnIndex,
                                          const format::OffsetIndex* offsetIndex);
  [[nodiscard]] std::size_t chunks() const noexcept { return sizes_.size(); }
  // Forgets all chunks behind the first `chunks`.
  void truncate(std::size_t chunks) noexcept;

  // All of it as it lies in the file: column indexes, then offset indexes.
  [[nodiscard]] ConstBytes columnIndexes() const noexcept { return columnIndexes_.span(); }
  [[nodiscard]] ConstBytes offsetIndexes() const noexcept { return offsetIndexes_.span(); }
  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return columnIndexes_.size() + offsetIndexes_.size();
  }
  // Memory held.
  [[nodiscard]] std::uint64_t retainedBytes() const noexcept {
    return bytes() + sizes_.size() * sizeof(Sizes);
  }

  // Where the chunks' indexes lie, one after the other, when the page index begins at `offset`.
  class Cursor {
   public:
    Cursor(const PageIndexBuilder& index, std::uint64_t offset) noexcept
        : next_(index.sizes_.data()),
          columnIndexOffset_(offset),
          offsetIndexOffset_(offset + index.columnIndexes_.size()) {}
    // As often as there are chunks.
    [[nodiscard]] IndexLocation next() noexcept;

   private:
    const Sizes* next_;
    std::uint64_t columnIndexOffset_;
    std::uint64_t offsetIndexOffset_;
  };

 private:
  struct Scratch;

  ByteBuffer columnIndexes_;
  ByteBuffer offsetIndexes_;
  std::vector<Sizes> sizes_;
  format::CompactWriter& thrift_;
  const std::uint64_t indexBytesMax_;
  std::unique_ptr<Scratch> scratch_;
};

}  // namespace parquet_flow::write
