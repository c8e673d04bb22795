// Pages of one leaf: the gather stage's slices as they lie in the file.
//
// Spec: parquet-format README.md, "Data Pages"; parquet.thrift, PageHeader. In the file:
//
//   PageHeader                           Thrift compact protocol
//   [4 bytes length, repetition levels]  where the leaf's maximum is above 0; RLE hybrid
//   [4 bytes length, definition levels]  likewise; version 2 has no lengths here
//   values                               those that are present
//
// In version 1 all that follows the header is compressed as one piece, in version 2 the values
// alone, where that makes them smaller. What is stored is what the CRC-32 is over.
//
// Values are encoded, summed and looked through for bounds slice by slice, while they are in the
// cache. A header says how long its page is, so it is made last; segments put it first again, and
// with it what an encoding has in front of the values (its head):
//
//   buffer of the chunk:   values ... | header levels head |  values ... | header levels head |
//   segments:              #2 ........  #1 ...............    #4 ........  #3 ...............
//
// and so values that are in the source as they are to be in the file need not be copied at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/status.hpp"
#include "column/gather.hpp"
#include "schema/schema.hpp"
#include "stats/bounds.hpp"
#include "write/chunk_bloom_filter.hpp"
#include "write/column_chunk.hpp"
#include "write/encode_scratch.hpp"
#include "write/level_encoder.hpp"
#include "write/options.hpp"
#include "write/value_encoder.hpp"

namespace parquet_flow::write {

// Sizes of pages are i32.
inline constexpr std::uint64_t kPageBytesMax = INT32_MAX;

// Writes the pages of one leaf:
//
//   beginChunk -> (add ... -> finishPage) ... -> finishChunk
class PageWriter {
 public:
  // All must live as long. `compressor`: nullptr, or that of `column`.
  PageWriter(const schema::Leaf& leaf, const WriterOptions& options, const ColumnOptions& column,
             codec::Compressor* compressor, EncodeScratch& scratch);

  // `offset`: of the chunk in its row group, as far as it is known, else 0. See alignPage. After it
  // and before the first page comes beginBloomFilter.
  void beginChunk(EncodedColumnChunk& out, std::uint64_t offset);
  // `values`: how many the chunk is expected to have.
  [[nodiscard]] Result<void> beginBloomFilter(std::uint64_t values) {
    return bloomFilter_.begin(values);
  }
  // Before the first slice of each view.
  void beginView() noexcept { valueEncoder_.forgetSource(); }
  // Of the pages from here on; no page is open.
  void setEncoding(encoding::Encoding encoding) noexcept { encoding_ = encoding; }
  [[nodiscard]] encoding::Encoding encoding() const noexcept { return encoding_; }
  // Before the first page: whether the chunk is known to have a value.
  void expectValues(bool areExpected) noexcept { valueEncoder_.expectValues(areExpected); }
  // Where the encoding is RLE_DICTIONARY: room for a page of about so many values.
  [[nodiscard]] Result<void> reserveIds(std::size_t values) {
    return valueEncoder_.reserveIds(values);
  }
  // Whether the page with this slice stays within kPageBytesMax, whatever its levels and bytes.
  [[nodiscard]] bool fits(const column::LeafSlice& slice) const noexcept;
  // Adds to the open page, or opens one. False: the dictionary has no room for the slice's values;
  // the page is as it was.
  [[nodiscard]] Result<bool> add(const column::LeafSlice& slice);
  [[nodiscard]] bool pageIsOpen() const noexcept { return entries_ != 0; }
  // Ends the open page.
  [[nodiscard]] Result<void> finishPage();
  // Whether the pages so far stay at the chunk's beginning: no dictionary will come before them.
  [[nodiscard]] bool mayBeTaken() const noexcept;
  // Puts the dictionary page in front, where there is one.
  [[nodiscard]] Result<void> finishChunk();
  // Instead, where what was begun is a part of a chunk, without a dictionary: what the chunk's
  // bounds are made of. The part's filter is in the scratch.
  void finishPart(std::optional<stats::BoundsCollector>& bounds);
  // Into an empty buffer, from what the scratch's builder has.
  [[nodiscard]] Result<void> finishBloomFilter(ByteBuffer& out) { return bloomFilter_.finish(out); }

 private:
  // Any page of the chunk that is finished.
  [[nodiscard]] bool refersToDictionary() const noexcept;
  // Of a page, as it is stored.
  struct Body {
    std::uint64_t uncompressedBytes = 0;
    std::uint64_t compressedBytes = 0;
    std::uint32_t crc = 0;
    bool isCompressed = false;
  };

  void clearCounts() noexcept;
  [[nodiscard]] Result<void> beginPage();
  [[nodiscard]] Result<void> alignPage();
  [[nodiscard]] Result<bool> addAsItIs(const column::LeafSlice& slice);
  [[nodiscard]] Result<void> addValues(const column::LeafSlice& slice);
  [[nodiscard]] Result<void> collectBounds(const column::LeafSlice& slice);
  void addRuns(const std::byte* values);
  [[nodiscard]] Result<void> finishUncompressed(const LevelEncoder::Levels& levels);
  [[nodiscard]] Result<void> finishCompressed(const LevelEncoder::Levels& levels);
  [[nodiscard]] Result<void> finishCompressedValues(const LevelEncoder::Levels& levels);
  [[nodiscard]] Result<ConstBytes> wholeBody(const LevelEncoder::Levels& levels);
  [[nodiscard]] Result<void> appendDictionaryPage();
  [[nodiscard]] Result<void> appendDataHeader(const Body& body, const LevelEncoder::Levels& levels);
  [[nodiscard]] Result<void> appendHeader(const Body& body);
  // The page's header, levels and head are what the buffer has from `begin` on.
  void placeFront(std::size_t begin) noexcept;
  // Puts bytes behind what the page has in the segments.
  void appendSegment(const Segment& segment);
  void addSizes(const column::LeafSlice& slice) noexcept;
  void countPage();

  [[nodiscard]] bool isVersion2() const noexcept { return version_ == 2; }
  [[nodiscard]] encoding::Encoding named(encoding::Encoding encoding) const noexcept;

  const schema::Leaf& leaf_;
  EncodeScratch& scratch_;
  codec::Compressor* compressor_;
  const WriterOptions& options_;
  const ColumnOptions& column_;
  std::uint32_t version_;
  Profile profile_;
  bool crcs_;
  bool statistics_;
  bool pageIndex_;
  bool sizeStatistics_;
  LevelEncoder levels_;
  ValueEncoder valueEncoder_;
  ChunkBloomFilter bloomFilter_;

  EncodedColumnChunk* out_ = nullptr;
  std::uint64_t chunkOffset_ = 0;
  std::uint64_t frontBytesGuess_ = 0;
  encoding::Encoding encoding_ = encoding::Encoding::kPlain;
  stats::BoundsCollector chunkBounds_;

  // The open page.
  encoding::Encoding pageEncoding_ = encoding::Encoding::kPlain;
  bool boundsFromDictionary_ = false;
  stats::BoundsCollector pageBounds_;
  stats::ColumnStatistics pageStatistics_;
  stats::SizeStatistics pageSizes_;
  std::uint64_t rows_ = 0;
  std::uint64_t entries_ = 0;
  std::uint64_t values_ = 0;       // entries that are present
  std::uint64_t sourceBytes_ = 0;  // LeafSlice::valueBytes
  std::size_t valuesBegin_ = 0;    // in the buffer that they are encoded to
  std::uint32_t valuesCrc_ = 0;    // of PLAIN values that are not compressed
  std::size_t frontSegment_ = 0;   // where header, levels and head go
  std::uint64_t chunkBytesBefore_ = 0;
};

}  // namespace parquet_flow::write
