// Data pages, version 1: the gather stage's slices as they lie in the file.
//
// Spec: parquet-format README.md, "Data Pages"; parquet.thrift, PageHeader. In the file:
//
//   PageHeader                           Thrift compact protocol
//   [4 bytes length, repetition levels]  where the leaf's maximum is above 0; RLE hybrid
//   [4 bytes length, definition levels]  likewise
//   values                               PLAIN, those that are present
//
// What follows the header is compressed as one piece, and is what the CRC-32 is over.
//
// Values are encoded, summed and looked through for bounds slice by slice, while they are in the
// cache. A header says how long its page is, so it is made last; segments put it first again:
//
//   buffer of the chunk:   values ... | header levels |  values ... | header levels |
//   segments:              #2 ........  #1 ..........    #4 ........  #3 ..........
//
// and so values that are in the source as they are to be in the file need not be copied at all.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/status.hpp"
#include "column/gather.hpp"
#include "schema/schema.hpp"
#include "stats/bounds.hpp"
#include "write/column_chunk.hpp"
#include "write/encode_scratch.hpp"
#include "write/options.hpp"

namespace parquet_flow::write {

// Sizes of pages are i32.
inline constexpr std::uint64_t kPageBytesMax = INT32_MAX;

// Writes the pages of one leaf:
//
//   beginChunk -> (add ... -> finishPage) ... -> finishChunk
class PageWriter {
 public:
  // `leaf` and `scratch` must live as long. `compressor`: nullptr, or that of `column`.
  PageWriter(const schema::Leaf& leaf, const WriterOptions& options, const ColumnOptions& column,
             codec::Compressor* compressor, EncodeScratch& scratch);

  // `offset`: of the chunk in its row group, as far as it is known, else 0. See alignPage.
  void beginChunk(EncodedColumnChunk& out, std::uint64_t offset) noexcept;
  // Whether the page with this slice stays within kPageBytesMax, whatever its levels and bytes.
  [[nodiscard]] bool fits(const column::LeafSlice& slice) const noexcept;
  // Adds to the open page, or opens one.
  [[nodiscard]] Result<void> add(const column::LeafSlice& slice);
  [[nodiscard]] bool pageIsOpen() const noexcept { return entries_ != 0; }
  // Ends the open page.
  [[nodiscard]] Result<void> finishPage();
  void finishChunk();

 private:
  struct Levels {
    ConstBytes repetition;
    ConstBytes definition;
    [[nodiscard]] std::size_t bytes() const noexcept {
      return repetition.size() + definition.size();
    }
  };

  [[nodiscard]] Result<void> beginPage();
  [[nodiscard]] Result<void> alignPage();
  [[nodiscard]] std::uint64_t plainBytes(std::uint64_t values,
                                         std::uint64_t sourceBytes) const noexcept;
  [[nodiscard]] Result<void> addLevels(const column::LeafSlice& slice);
  [[nodiscard]] Result<void> addValues(const column::LeafSlice& slice);
  [[nodiscard]] Result<void> encodeValues(const column::LeafSlice& slice, ByteBuffer& out);
  void collectBounds(const column::LeafSlice& slice);
  [[nodiscard]] Result<Levels> finishLevels();
  [[nodiscard]] Result<void> finishUncompressed(const Levels& levels);
  [[nodiscard]] Result<void> finishCompressed(const Levels& levels);
  [[nodiscard]] Result<void> appendHeader(std::uint64_t uncompressedBytes,
                                          std::uint64_t compressedBytes, std::uint32_t crc);
  // The page's header and levels are what the buffer has from `begin` on.
  void placeHead(std::size_t begin) noexcept;
  // Puts bytes behind what the page has in the segments.
  void appendSegment(const Segment& segment);

  const schema::Leaf& leaf_;
  EncodeScratch& scratch_;
  codec::Compressor* compressor_;
  codec::Compression compression_;
  std::uint32_t width_;
  bool crcs_;
  bool statistics_;

  EncodedColumnChunk* out_ = nullptr;
  std::uint64_t chunkOffset_ = 0;
  std::uint64_t headBytesGuess_ = 0;
  stats::BoundsCollector chunkBounds_;

  // The open page.
  stats::BoundsCollector pageBounds_;
  stats::ColumnStatistics pageStatistics_;
  std::uint64_t entries_ = 0;
  std::uint64_t values_ = 0;       // entries that are present
  std::uint64_t sourceBytes_ = 0;  // LeafSlice::valueBytes
  std::size_t valuesBegin_ = 0;    // in the buffer that they are encoded to
  std::uint32_t valuesCrc_ = 0;
  std::size_t headerSegment_ = 0;  // where its header and levels go
};

}  // namespace parquet_flow::write
