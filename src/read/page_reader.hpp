// The pages of a column chunk, one after the other, back to values and levels.
//
// Spec: parquet-format README.md, "Data Pages"; parquet.thrift, PageHeader. See write/page.hpp for
// how a page lies in the file. Read are data pages of version 1 with PLAIN values and RLE levels.
#pragma once

#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"
#include "column/leaf_buffer.hpp"
#include "format/compact.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::format {
class PageHeader;
}

namespace parquet_flow::read {

// The most entries of a page whose bytes do not account for them, as those of a page of nulls: a
// few bytes can stand for as many as the format can count, and a reader makes room for each.
inline constexpr std::uint64_t kPageEntriesMax = 64U << 20;

// Memory: a page as stored and as it was, which is at most 1032 times that (the limit of deflate).
class PageReader {
 public:
  // Both must live as long. `scratch` is reused for pages that are compressed.
  PageReader(const schema::Leaf& leaf, ByteBuffer& scratch) noexcept
      : leaf_(leaf), scratch_(scratch) {}

  // `chunk`: its pages, which lie at `offset` of the file and must live until atEnd.
  // `decompressor`: nullptr for UNCOMPRESSED. `entries`: ColumnMetaData.num_values.
  void begin(ConstBytes chunk, std::uint64_t offset, codec::Decompressor* decompressor,
             std::uint64_t entries) noexcept;
  [[nodiscard]] bool atEnd() const noexcept { return entriesLeft_ == 0; }

  // Appends the next data page to `out`, which is the leaf's. Returns kCorrupt "page at offset 123:
  // ..." where bytes end too early or are too many, a checksum differs, a level or a length cannot
  // be; kUnsupported for other pages, encodings and kPageEntriesMax; kLimit above 4 GiB of values;
  // kOutOfMemory. `out` is unspecified then.
  [[nodiscard]] Result<void> next(column::LeafBuffer& out);

 private:
  struct Body {
    ConstBytes bytes;  // levels and values, as they were before compression
    std::uint64_t entries = 0;
  };
  [[nodiscard]] Result<void> readPage(column::LeafBuffer& out);
  [[nodiscard]] Result<Body> openBody(const format::PageHeader& header, ConstBytes stored);
  [[nodiscard]] Result<ConstBytes> inflated(ConstBytes stored, std::uint64_t bytes);
  [[nodiscard]] Result<std::uint64_t> readLevels(const Body& body, ConstBytes& rest,
                                                 column::LeafBuffer& out) const;
  [[nodiscard]] Result<void> readValues(ConstBytes bytes, std::uint64_t count,
                                        column::LeafBuffer& out) const;

  const schema::Leaf& leaf_;
  ByteBuffer& scratch_;
  format::CompactReader thrift_;
  codec::Decompressor* decompressor_ = nullptr;
  ConstBytes rest_;  // of the chunk
  std::uint64_t offset_ = 0;
  std::uint64_t entriesLeft_ = 0;
};

}  // namespace parquet_flow::read
