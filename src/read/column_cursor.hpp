// One leaf of a file, read chunk after chunk and any number of rows at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "io/file.hpp"
#include "read/chunk.hpp"
#include "read/column_vector.hpp"
#include "read/page_levels.hpp"
#include "read/page_stream.hpp"
#include "read/value_decoder.hpp"
#include "read/value_test.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::format {
class ColumnMetaData;
}

namespace parquet_flow::read {

// Holds one page of the chunk at a time, as it was before compression, and of it the levels and,
// where it is not used up at once, its values: at most 7 L, with L for the limit on pages, and a
// dictionary of L. Of values that lie in a dictionary it holds those of a batch alone. One thread
// at a time.
class ColumnCursor {
 public:
  // The leaf must live as long. `lendAlignment`: see read.
  ColumnCursor(const schema::Leaf& leaf, const PageLimits& limits,
               std::size_t lendAlignment) noexcept
      : leaf_(leaf),
        limits_(limits),
        lendAlignment_(lendAlignment),
        pages_(leaf, limits, scratch_.page),
        decoder_(leaf, limits.pageBytesMax, scratch_) {}
  ColumnCursor(const ColumnCursor&) = delete;
  ColumnCursor& operator=(const ColumnCursor&) = delete;

  // See PageStream.
  void givePagesTo(PageCache& cache) noexcept { pages_.giveTo(cache); }
  void takePagesFrom(PageCache& cache) noexcept { pages_.takeFrom(cache); }

  // Before a chunk of another file: what is held is counted anew, by its budget.
  void setBudget(std::shared_ptr<DecodeBudget> budget) noexcept {
    limits_.budget = std::move(budget);
    heldDictionary_ = heldPage_ = heldBatch_ = 0;
  }

  // The first row of a chunk, of a row group of `rows`. `meta` has passed readFooter: it lies
  // inside of `file`, which must live until the next chunk.
  [[nodiscard]] Result<void> beginChunk(const io::InputFile& file,
                                        const format::ColumnMetaData& meta, std::uint64_t rows);

  // Goes on by `rows` <= rowsLeft() rows. Pages that no row is wanted of are not opened.
  [[nodiscard]] Result<void> skip(std::uint64_t rows);

  // The next `rows` <= rowsLeft() rows; `out` is cleared first. Null-free values that lie PLAIN and
  // uncompressed in one page of a file in memory are lent, where their address is a multiple of
  // `lendAlignment`, which is at least 1. With the last row of the chunk it is made sure that
  // nothing is behind it.
  //
  // Returns what PageStream, readLevels and ValueDecoder::decode do; kCorrupt where the chunk has
  // other rows than its row group, or its levels contradict each other; kLimit where the rows stand
  // for more than L bytes above those of their pages, or for 4 GiB of BYTE_ARRAYs, or pages of
  // these. Then `out` is unspecified, and the chunk cannot be gone on with.
  [[nodiscard]] Result<void> read(std::uint64_t rows, ColumnVector& out);
  // Whether the last read failed for that kLimit: fewer rows of the chunk, begun anew, may be read.
  [[nodiscard]] bool hadTooManyRows() const noexcept { return hadTooManyRows_; }
  [[nodiscard]] std::uint64_t rowsLeft() const noexcept { return rowsLeft_; }

  // The next `rows` <= rowsLeft() rows, of a leaf that does not repeat, held against tests instead
  // of read: of each page of values that lie in a dictionary its entries are tested, once a chunk.
  // Errors as read.
  [[nodiscard]] Result<void> test(std::uint64_t rows, std::span<RowTest> tests);
  // At the first row of a chunk: what a test makes of its dictionary; nullopt: there is none, or
  // its entries are bits.
  [[nodiscard]] Result<std::optional<Share>> testDictionary(RowTest& test);
  // Goes on at `row`, of a leaf that does not repeat, that is not before the next one and the first
  // of the page at `offset` of the file, passing by `pages` pages unseen. What is behind is trusted
  // to be so: the rows of a page index that lies are not the file's. kCorrupt: the chunk has no
  // such row or page.
  [[nodiscard]] Result<void> jump(std::uint64_t row, std::uint64_t offset, std::uint64_t pages);
  // Of the chunks so far.
  [[nodiscard]] const PageCounts& counts() const noexcept { return pages_.counts(); }

 private:
  // What the values of the open page are taken from.
  enum class Source : std::uint8_t { kNone, kFixed, kBits, kArrays, kIds };
  // A part of the open page.
  struct Part {
    std::uint64_t entries = 0;
    std::uint64_t slots = 0;
    std::uint64_t values = 0;
    const std::byte* validity = nullptr;  // of the slots, where values are fewer
    std::size_t validityOffset = 0;
    bool isWholePage = false;
  };

  [[nodiscard]] std::uint64_t entriesLeft() const noexcept { return page_.entries - entryAt_; }
  [[nodiscard]] Result<void> loadPage();
  [[nodiscard]] std::uint64_t levelBytes(std::uint64_t entries) const noexcept;
  [[nodiscard]] Result<void> hold(std::uint64_t bytes, std::uint64_t& most);
  [[nodiscard]] Result<void> countPage(const Page& page);
  [[nodiscard]] Result<void> countValues(std::uint64_t valueBytes);
  [[nodiscard]] Result<void> countBatch(const ColumnVector& out);
  [[nodiscard]] Result<void> loadLevels();
  [[nodiscard]] Result<std::uint64_t> skipPages(std::uint64_t rows);
  [[nodiscard]] Result<void> readFlat(std::uint64_t rows, ColumnVector* out);
  [[nodiscard]] Result<void> readRepeated(std::uint64_t rows, ColumnVector* out);
  [[nodiscard]] Result<void> checkEnd();
  [[nodiscard]] tl::unexpected<Error> failRows(std::uint64_t rowsShort) const;

  // The next `entries` of the open page; nullptr: to be passed by.
  [[nodiscard]] Result<void> take(std::uint64_t entries, ColumnVector* out);
  [[nodiscard]] Result<Part> partOf(std::uint64_t entries);
  [[nodiscard]] Result<void> appendLevels(const Part& part, ColumnVector& out);
  [[nodiscard]] Result<void> appendValidity(const Part& part, ColumnVector& out);
  [[nodiscard]] Result<void> appendValues(const Part& part, ColumnVector& out);
  [[nodiscard]] Result<void> appendFixed(const Part& part, ColumnVector& out);
  [[nodiscard]] Result<void> appendBits(const Part& part, ColumnVector& out);
  [[nodiscard]] Result<void> appendArrays(const Part& part, ColumnVector& out);
  [[nodiscard]] Result<void> appendNewArrays(const Part& part, ColumnVector& out);
  [[nodiscard]] bool tryLend(std::uint64_t rows, ColumnVector& out);

  [[nodiscard]] Result<void> setDictionary(const Page& page);
  [[nodiscard]] Result<void> takeDictionary();
  [[nodiscard]] Result<void> testPart(const Part& part, std::uint64_t row, RowTest& test);
  [[nodiscard]] Result<void> testValues(const Part& part, RowTest& test, std::uint64_t* bits);
  [[nodiscard]] Result<void> testIds(const Part& part, RowTest& test, std::uint64_t* bits);
  [[nodiscard]] Result<void> testEntries(RowTest& test) const;

  [[nodiscard]] Result<void> openValues();
  [[nodiscard]] Result<void> openBooleans();
  [[nodiscard]] Result<void> openIds();
  [[nodiscard]] Result<void> decodeDense();
  [[nodiscard]] Result<void> checkBytes(std::uint64_t valueBytes);
  [[nodiscard]] Result<void> checkArrays(std::uint64_t valueBytes);
  [[nodiscard]] std::size_t width() const noexcept;
  // Whether the open page's values are taken as ids, a part at a time.
  [[nodiscard]] bool isOfIds() const noexcept;
  [[nodiscard]] const std::uint8_t* definitions() const noexcept {
    return reinterpret_cast<const std::uint8_t*>(definition_.data()) + entryAt_;
  }
  [[nodiscard]] const std::uint8_t* repetitions() const noexcept {
    return reinterpret_cast<const std::uint8_t*>(repetition_.data()) + entryAt_;
  }

  const schema::Leaf& leaf_;
  PageLimits limits_;
  const std::size_t lendAlignment_;
  DecodeScratch scratch_;
  PageStream pages_;
  ValueDecoder decoder_;
  ChunkDecompressor decompressor_;
  std::uint64_t rowsLeft_ = 0;  // of the chunk
  std::uint64_t chunkRows_ = 0;
  bool isFirstEntry_ = true;  // of the chunk

  // The open page. Its levels are a byte each, or a bitmap for those of a flat optional leaf.
  Page page_;
  PageLevels levels_;
  std::uint64_t entryAt_ = 0;
  std::uint64_t valueAt_ = 0;
  ByteBuffer definition_;
  ByteBuffer repetition_;
  ByteBuffer validity_;
  ByteBuffer slotValidity_;  // of a part, in a list or group

  Source source_ = Source::kNone;
  const std::byte* from_ = nullptr;  // kFixed, kBits, kArrays
  // Values where they are decoded before they are spread: of the page; of kIds, of a part.
  ByteBuffer dense_;
  ByteBuffer denseOffsets_;             // kArrays
  const std::uint32_t* ids_ = nullptr;  // of the part under test, where they are taken
  std::uint64_t dictionary_ = 0;        // how many there have been
  ByteBuffer tested_;
  std::uint64_t bytesBehind_ = 0;  // what the pages of the batch have of values, as stored
  bool hadTooManyRows_ = false;
  // The most so far of each that the budget was told of.
  std::uint64_t heldDictionary_ = 0;
  std::uint64_t heldPage_ = 0;
  std::uint64_t heldBatch_ = 0;
};

}  // namespace parquet_flow::read
