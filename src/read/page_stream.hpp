// The pages of a column chunk, one after the other, out of memory or out of the file piece by
// piece: headers, checksums, decompression, and where in a body its parts are.
//
// Spec: parquet-format README.md, "Data Pages", "Column chunks"; parquet.thrift, PageHeader. See
// write/page.hpp for how a page lies in the file. Read are data pages of both versions and the
// dictionary page in front of them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"
#include "encoding/encoding.hpp"
#include "format/compact.hpp"
#include "io/file.hpp"
#include "read/decode_budget.hpp"
#include "read/page_cache.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::format {
class DataPageHeader;
class DataPageHeaderV2;
class PageHeader;
}  // namespace parquet_flow::format

namespace parquet_flow::read {

// Bytes of a page before compression, and what its values may take above them where a few bytes
// stand for many.
inline constexpr std::uint64_t kPageBytesMaxDefault = 64U << 20;

struct PageLimits {
  std::uint64_t pageBytesMax = kPageBytesMaxDefault;  // at most base/limits.hpp's kPageBytesMax
  bool checkCrc = true;                               // where a page has one
  std::shared_ptr<DecodeBudget> budget = {};          // of the scan; nullptr: none
  // What BYTE_ARRAY values that are read at once may come to: their offsets count no further.
  std::uint64_t arrayBytesMax = UINT32_MAX;
};

// Levels as they lie in a page: runs without their length, or bits.
struct EncodedLevels {
  ConstBytes bytes = {};
  std::int32_t encoding = static_cast<std::int32_t>(encoding::Encoding::kRle);
};

// A page's bytes last until the next is asked for.
struct Page {
  bool isDictionary = false;
  std::uint64_t entries = 0;  // of a dictionary: values
  EncodedLevels repetition;   // of a level whose maximum is 0 there is nothing
  EncodedLevels definition;
  std::int32_t encoding = 0;  // of the values, by its number in the header
  ConstBytes values = {};
  bool isVersion2 = false;
  std::int64_t rows = 0;  // version 2: as its header says, as the next
  std::int64_t nulls = 0;
  // Whether the values lie in the file's contents(), and so last as long as the file.
  bool isLasting = false;
};

// What is known of a page from its header alone.
struct PageGlance {
  bool isDictionary = false;
  std::uint64_t entries = 0;
  std::optional<std::uint64_t> rows;  // version 2, and columns that do not repeat
};

struct PageCounts {
  std::uint64_t opened = 0;
  std::uint64_t openedBytes = 0;  // with their headers, as stored
  std::uint64_t skipped = 0;
};

// Errors are kCorrupt "page at offset 123: ..." where bytes end too early or are too many, a
// checksum differs, a count or a length cannot be, a dictionary page is not the first; kUnsupported
// for other pages; kLimit for what is above pageBytesMax; kIo; kOutOfMemory.
class PageStream {
 public:
  // All must live as long. `inflated` is for pages as they were before compression.
  PageStream(const schema::Leaf& leaf, const PageLimits& limits, ByteBuffer& inflated) noexcept
      : leaf_(leaf), limits_(limits), inflated_(inflated) {}

  // Of two streams over the same chunks the one in front gives pages, and the one behind takes
  // those that are there. Before the first chunk; the cache must live as long.
  void giveTo(PageCache& cache) noexcept { gives_ = &cache; }
  void takeFrom(PageCache& cache) noexcept { takes_ = &cache; }

  // `chunk`: its pages, which lie at `offset` of the file and must live until atEnd.
  // `decompressor`: nullptr for UNCOMPRESSED. `entries`: ColumnMetaData.num_values.
  void begin(ConstBytes chunk, std::uint64_t offset, codec::Decompressor* decompressor,
             std::uint64_t entries) noexcept;
  // The same of a chunk that is inside of `file`, which must live until atEnd.
  [[nodiscard]] Result<void> begin(const io::InputFile& file, std::uint64_t offset,
                                   std::uint64_t bytes, codec::Decompressor* decompressor,
                                   std::uint64_t entries);

  [[nodiscard]] bool atEnd() const noexcept { return entriesLeft_ == 0; }
  // To be called while there are entries left, as the next two. peek may be left out.
  [[nodiscard]] Result<PageGlance> peek();
  [[nodiscard]] Result<Page> next();
  // Goes on behind a data page without looking into it.
  [[nodiscard]] Result<void> skip();
  // Goes on with the page at `offset` of the file, which is not before the next one, passing by
  // `pages`: `entriesLeft` of the chunk are not before it. kCorrupt: it is outside of the chunk.
  [[nodiscard]] Result<void> jump(std::uint64_t offset, std::uint64_t entriesLeft,
                                  std::uint64_t pages);
  // Whether no page of the chunk is behind.
  [[nodiscard]] bool isAtFirstPage() const noexcept { return !hasDictionary_ && !hasDataPage_; }
  // Since the stream was made; pages that were taken are not opened.
  [[nodiscard]] const PageCounts& counts() const noexcept { return counts_; }

  // Of the page that came last, what it was decompressed to; 0: it was not, or before it was taken.
  [[nodiscard]] std::uint64_t inflatedBytes() const noexcept {
    return isInflated_ ? pageBytes_ : 0;
  }

  // Names the page that came last.
  [[nodiscard]] Error inPage(Error error) const;

 private:
  [[nodiscard]] Result<void> readHeader();
  [[nodiscard]] PageGlance glance() const noexcept;
  [[nodiscard]] Result<ConstBytes> available(std::uint64_t bytes);
  [[nodiscard]] Result<Page> take();
  [[nodiscard]] Result<Page> readPage();
  [[nodiscard]] Result<void> check(ConstBytes stored) const;
  [[nodiscard]] Result<Page> open(ConstBytes stored);
  [[nodiscard]] Result<Page> openDictionary(ConstBytes stored, std::uint64_t bytes);
  [[nodiscard]] Result<Page> openVersion1(ConstBytes stored, std::uint64_t bytes);
  [[nodiscard]] Result<Page> openVersion2(ConstBytes stored, std::uint64_t bytes);
  [[nodiscard]] codec::Decompressor* decompressor() const noexcept {
    return takes_ != nullptr && shared_ ? nullptr : decompressor_;
  }
  [[nodiscard]] bool isLasting() const noexcept {
    return takes_ != nullptr && shared_ ? shared_->isLasting : isLasting_;
  }
  [[nodiscard]] bool isGiven() const noexcept { return gives_ != nullptr && shared_; }
  [[nodiscard]] Result<std::uint64_t> checkEntries(std::int32_t entries,
                                                   std::uint64_t bodyBytes) const;
  [[nodiscard]] Result<ConstBytes> inflate(ConstBytes stored, std::uint64_t bytes,
                                           codec::Decompressor* decompressor);
  [[nodiscard]] Result<void> pass(std::uint64_t entries);
  void passBytes(std::uint64_t bytes) noexcept;

  const schema::Leaf& leaf_;
  const PageLimits limits_;
  ByteBuffer& inflated_;
  format::CompactReader thrift_;
  codec::Decompressor* decompressor_ = nullptr;

  // Where the next page lies: in memory, or in the file, of which `window_` has the first bytes.
  const io::InputFile* file_ = nullptr;  // nullptr: in memory
  ConstBytes memory_;
  bool isLasting_ = false;
  ByteBuffer window_;
  std::size_t windowTaken_ = 0;
  std::uint64_t windowBytes_ = 0;  // that the next read takes at least
  std::uint64_t offset_ = 0;
  std::uint64_t bytesLeft_ = 0;  // of the chunk

  std::uint64_t pageOffset_ = 0;  // of the page that was read last
  std::uint64_t pageBytes_ = 0;
  std::uint64_t entriesLeft_ = 0;
  bool hasDictionary_ = false;
  bool hasDataPage_ = false;
  PageCounts counts_;

  std::shared_ptr<format::PageHeader> header_;  // of the next page, once it is read
  std::size_t headerBytes_ = 0;
  bool isInflated_ = false;  // the page that was opened last

  PageCache* gives_ = nullptr;
  PageCache* takes_ = nullptr;
  std::shared_ptr<PageCache::Entry> found_;   // of the next page, where it is taken
  std::shared_ptr<PageCache::Entry> shared_;  // of the open page, where it is given or taken
};

}  // namespace parquet_flow::read
