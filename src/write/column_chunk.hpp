// A column chunk: pages of one leaf in one row group, with what the footer says of them.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"
#include "column/leaf_view.hpp"
#include "encoding/encoding.hpp"
#include "schema/schema.hpp"
#include "stats/bounds.hpp"
#include "stats/column_index.hpp"
#include "stats/size_statistics.hpp"
#include "write/encoding_choice.hpp"
#include "write/options.hpp"

namespace parquet_flow::write {

// Where FileWriter lets row groups of kAlignedRowGroupBytes and more begin: a multiple of this many
// bytes, so that the encoder can lay out its buffers like the file (page.cpp says why).
inline constexpr std::uint64_t kRowGroupAlignment = ByteBuffer::kAlignment;
inline constexpr std::uint64_t kAlignedRowGroupBytes = 64 << 10;

// Bytes of the file in order: a range of the chunk's own buffer, or borrowed from the source's
// values or from the buffer of a part of the chunk.
struct Segment {
  const std::byte* borrowed = nullptr;  // nullptr: `offset` into EncodedColumnChunk::buffer
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

// Takes pages out of chunks that are not finished.
class PageDrain {
 public:
  PageDrain() = default;
  PageDrain(const PageDrain&) = delete;
  PageDrain& operator=(const PageDrain&) = delete;

  // Takes all pages that the chunks of the row group have: EncodedColumnChunk::takePages. Errors
  // are those of whom it gives them to.
  [[nodiscard]] virtual Result<void> drain() = 0;

 protected:
  ~PageDrain() = default;
};

// A data page, as the page index lists it.
struct EncodedPage {
  encoding::Encoding encoding = encoding::Encoding::kPlain;
  std::uint64_t bytes = 0;  // as stored, its header included
  std::uint64_t rows = 0;
  std::uint64_t unencodedBytes = 0;  // BYTE_ARRAY: of the values, without lengths
};

// What ColumnMetaData says, but for the offsets, which are known once the chunk is written.
struct EncodedColumnChunk {
  ByteBuffer buffer;
  std::vector<Segment> segments;
  std::uint64_t takenBytes = 0;         // of those that came before the segments, by takePages
  std::uint64_t entries = 0;            // ColumnMetaData.num_values: nulls counted
  std::uint64_t plainBytes = 0;         // of the values before they were encoded
  std::uint64_t uncompressedBytes = 0;  // page headers included
  std::uint64_t compressedBytes = 0;    // page headers included
  std::uint64_t dictionaryBytes = 0;    // of that: the dictionary page; 0: there is none
  std::uint64_t dictionaryEntries = 0;  // of the dictionary page
  std::vector<EncodedPage> pages;       // data pages, in order
  std::array<std::uint32_t, encoding::kEncodings> pagesByEncoding{};
  // Of pages that do not refer to the dictionary page; nulls not counted.
  std::uint64_t valuesBesideDictionary = 0;
  codec::Compression compression = codec::Compression::kUncompressed;
  bool hasStatistics = false;
  stats::ColumnStatistics statistics;
  bool hasSizeStatistics = false;
  std::optional<stats::SizeStatistics> sizes;
  // Of the pages; nullopt or not valid(): there is none.
  std::optional<stats::ColumnIndex> columnIndex;
  ByteBuffer bloomFilter;  // its header included; empty: there is none

  // For a chunk of `leaf`. Keeps the memory, where the last one was of such a leaf too.
  void begin(const schema::Leaf& leaf, const WriterOptions& options, const ColumnOptions& column);
  // The pages of `part` behind those there are, where it is; but for statistics and filter. Both
  // are chunks of the same leaf.
  void append(const EncodedColumnChunk& part);
  // The pages so far are somewhere else: their bytes are forgotten, not what is known of them.
  void takePages() noexcept;

 private:
  // What the collectors depend on.
  struct Kind {
    stats::Order order;
    schema::PhysicalType type;
    std::uint8_t maxDefinitionLevel;
    std::uint8_t maxRepetitionLevel;
    bool operator==(const Kind&) const = default;
  };
  std::optional<Kind> kind_;
};

// Memory that a chunk's buffer is given at once for so many bytes before they are encoded.
[[nodiscard]] std::size_t chunkBytesReserved(double sourceBytes) noexcept;

class ColumnParts;
class EncodeScratch;

// Gathers views into pages, encodes, compresses. One per leaf and thread; reused for chunk after
// chunk.
//
//   begin  ->  [choose -> reserve]  ->  append (many times)  ->  finish  ->  begin ...
//   begin  ->   choose -> cut       ->  encodePart, of any writers, all parts  ->  join
class ColumnChunkWriter {
 public:
  // `leaf` must live as long; `options` must have passed validateOptions. Writers of one thread
  // share their scratch space: between begin and finish it is this one's.
  [[nodiscard]] static Result<std::unique_ptr<ColumnChunkWriter>> create(
      const schema::Leaf& leaf, const WriterOptions& options,
      std::shared_ptr<EncodeScratch> scratch);
  ColumnChunkWriter(const ColumnChunkWriter&) = delete;
  ColumnChunkWriter& operator=(const ColumnChunkWriter&) = delete;
  ~ColumnChunkWriter();

  // Starts a chunk in `out`, whose buffers are reused. `out` must live until finish. `offset`:
  // where in its row group the chunk will begin; a wrong one, or 0 where that is not known, costs
  // some speed when it is written, nothing else.
  void begin(EncodedColumnChunk& out, std::uint64_t offset);
  // Chooses the encoding for a chunk of which all views are known, not only the first. `history` is
  // of the chunks before it, and is then that of this one too. kOutOfMemory.
  [[nodiscard]] Result<void> choose(std::span<const column::LeafView> views,
                                    ChoiceHistory& history);
  // Memory for all that `views` will come to. kOutOfMemory.
  [[nodiscard]] Result<void> reserve(std::span<const column::LeafView> views);
  // Whether the options leave the encoding open.
  [[nodiscard]] bool hasChoice() const noexcept;
  // A view starts at a row's first entry. `share`, above 0: which part of the chunk's rows it has;
  // with the first one of a chunk, of which the encoding is chosen unless it was before.
  // kInvalidArgument, where the view contradicts the leaf or itself, and kLimit, where a row is too
  // large for a page, name batch, column and row; kOutOfMemory; those of `drain`. After an error
  // the chunk is to be begun anew. `drain`: nullptr, or for pages once there is a good piece of
  // them.
  [[nodiscard]] Result<void> append(const column::LeafView& view, double share = 1,
                                    PageDrain* drain = nullptr);
  // The last page, and the chunk's totals.
  [[nodiscard]] Result<void> finish();

  // --- a chunk in parts, see column_parts.hpp ---------------------------------------------------

  // After choose: whether the chunk is to be encoded in parts, which are then in `parts`. The views
  // must live until it is written.
  [[nodiscard]] bool cut(std::span<const column::LeafView> views, ColumnParts& parts);
  // Part number `index` of a chunk of the leaf that a writer with the same options has cut; several
  // threads at a time, another part each. Errors as those of append.
  [[nodiscard]] Result<void> encodePart(ColumnParts& parts, std::uint32_t index);
  // When all parts are there: the chunk, whose segments borrow from `parts`.
  [[nodiscard]] Result<void> join(ColumnParts& parts, EncodedColumnChunk& out);

 private:
  ColumnChunkWriter() = default;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parquet_flow::write
