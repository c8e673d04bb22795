// A row group of another file that goes into this one without being decoded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/byte_buffer.hpp"
#include "io/file.hpp"

namespace parquet_flow::format {
class OffsetIndex;
class RowGroup;
}  // namespace parquet_flow::format

namespace parquet_flow::write {

// The key-value that lists as a JSON array who wrote the row groups that were copied, where others
// did: what is said of a file's writer does not hold for those.
inline constexpr std::string_view kCopiedFromKey = "parquet_flow.copied_from";

struct CopiedChunk {
  CopiedChunk();
  CopiedChunk(CopiedChunk&&) noexcept;
  CopiedChunk& operator=(CopiedChunk&&) noexcept;
  ~CopiedChunk();

  std::uint64_t offset = 0;  // of its first page
  std::uint64_t bytes = 0;   // of all its pages
  ByteBuffer bloomFilter;    // as it lies in the file, header included; empty: there is none
  ByteBuffer columnIndex;    // likewise
  std::unique_ptr<format::OffsetIndex> offsetIndex;  // nullptr: there is none
};

// Everything as it is in the file that it comes from, offsets too, which are within that file.
struct CopiedRowGroup {
  CopiedRowGroup();
  CopiedRowGroup(CopiedRowGroup&&) noexcept;
  CopiedRowGroup& operator=(CopiedRowGroup&&) noexcept;
  ~CopiedRowGroup();

  std::shared_ptr<const io::InputFile> file;
  // With what is to be kept of statistics and sorting columns, and nothing of where the page index
  // and bloom filters lie.
  std::unique_ptr<format::RowGroup> meta;
  std::vector<CopiedChunk> chunks;  // one a leaf, in schema order
};

[[nodiscard]] std::uint64_t rowsOf(const CopiedRowGroup& rowGroup) noexcept;

// The same where it is going to be: its chunks one behind the other from `offset` on, then its
// bloom filters.
class MovedRowGroup {
 public:
  // `from` must live as long.
  MovedRowGroup(const CopiedRowGroup& from, std::uint64_t offset, std::uint32_t ordinal);
  MovedRowGroup(const MovedRowGroup&) = delete;
  MovedRowGroup& operator=(const MovedRowGroup&) = delete;
  ~MovedRowGroup();

  [[nodiscard]] const format::RowGroup& meta() const noexcept { return *meta_; }
  // nullptr: there is none.
  [[nodiscard]] const format::OffsetIndex* offsetIndex(std::size_t chunk) const noexcept {
    return offsetIndexes_[chunk].get();
  }

 private:
  std::unique_ptr<format::RowGroup> meta_;
  std::vector<std::unique_ptr<format::OffsetIndex>> offsetIndexes_;
};

}  // namespace parquet_flow::write
