// The pages of a column chunk, one after the other, back to values and levels.
//
// Spec: parquet-format README.md, "Data Pages", "Column chunks"; parquet.thrift, PageHeader. See
// write/page.hpp for how a page lies in the file. Read are data pages of both versions and the
// dictionary page in front of them, and the BIT_PACKED levels that version 1 once had.
#pragma once

#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"
#include "column/leaf_buffer.hpp"
#include "format/compact.hpp"
#include "read/value_decoder.hpp"
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

// Memory, with L for the limit on pages: of `scratch` at most L for the page, L for a dictionary
// and 2 L for ids or lengths; of `out`, for each page, its own bytes, L for its values and L for
// each kind of levels.
class PageReader {
 public:
  // Both must live as long. `pageBytesMax`: at most base/limits.hpp's kPageBytesMax.
  PageReader(const schema::Leaf& leaf, std::uint64_t pageBytesMax, DecodeScratch& scratch) noexcept
      : leaf_(leaf),
        pageBytesMax_(pageBytesMax),
        scratch_(scratch),
        values_(leaf, pageBytesMax, scratch) {}

  // `chunk`: its pages, which lie at `offset` of the file and must live until atEnd.
  // `decompressor`: nullptr for UNCOMPRESSED. `entries`: ColumnMetaData.num_values. To be called
  // once.
  void begin(ConstBytes chunk, std::uint64_t offset, codec::Decompressor* decompressor,
             std::uint64_t entries) noexcept;
  [[nodiscard]] bool atEnd() const noexcept { return entriesLeft_ == 0; }

  // Takes in the dictionary page, or appends the next data page to `out`, which is the leaf's.
  // Returns kCorrupt "page at offset 123: ..." where bytes end too early or are too many, a
  // checksum differs, a level, a count or a length cannot be, a dictionary page is not the first;
  // kUnsupported for other pages and encodings; kLimit for what is above pageBytesMax, or above
  // 4 GiB of values; kOutOfMemory. `out` is unspecified then.
  [[nodiscard]] Result<void> next(column::LeafBuffer& out);

 private:
  [[nodiscard]] Result<void> readPage(column::LeafBuffer& out);
  [[nodiscard]] Result<void> readBody(const format::PageHeader& header, ConstBytes stored,
                                      column::LeafBuffer& out);
  [[nodiscard]] Result<void> readDictionary(const format::PageHeader& header, ConstBytes stored);
  [[nodiscard]] Result<void> readVersion1(const format::DataPageHeader& header, ConstBytes stored,
                                          std::uint64_t bytes, column::LeafBuffer& out);
  [[nodiscard]] Result<void> readVersion2(const format::DataPageHeaderV2& header, ConstBytes stored,
                                          std::uint64_t bytes, column::LeafBuffer& out);
  [[nodiscard]] Result<std::uint64_t> checkEntries(std::int32_t entries,
                                                   std::uint64_t bodyBytes) const;
  [[nodiscard]] Result<ConstBytes> inflated(ConstBytes stored, std::uint64_t bytes,
                                            codec::Decompressor* decompressor);

  const schema::Leaf& leaf_;
  const std::uint64_t pageBytesMax_;
  DecodeScratch& scratch_;
  ValueDecoder values_;
  format::CompactReader thrift_;
  codec::Decompressor* decompressor_ = nullptr;
  ConstBytes rest_;  // of the chunk
  std::uint64_t offset_ = 0;
  std::uint64_t entriesLeft_ = 0;
  bool hasDataPage_ = false;
};

}  // namespace parquet_flow::read
