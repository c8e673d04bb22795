// The pages of a chunk, header by header, and each of them decoded by itself: so that a page that
// is wrong does not hide those behind it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "io/file.hpp"
#include "read/chunk.hpp"
#include "read/page_levels.hpp"
#include "read/page_stream.hpp"
#include "read/value_decoder.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::verify {

struct PageRecord {
  std::uint64_t offset = 0;
  std::uint64_t headerBytes = 0;
  format::PageHeader header;

  [[nodiscard]] std::uint64_t bytes() const noexcept {
    return headerBytes + static_cast<std::uint64_t>(header.compressed_page_size);
  }
  [[nodiscard]] bool isDictionary() const noexcept {
    return header.type == format::PageType::DICTIONARY_PAGE;
  }
  // Of a data page; nullopt where the header of its kind is missing, or counts below 0.
  [[nodiscard]] std::optional<std::uint64_t> entries() const noexcept;
  [[nodiscard]] std::int32_t encoding() const noexcept;
  // nullptr: the header has none.
  [[nodiscard]] const format::Statistics* statistics() const noexcept;
};

class PageWalk {
 public:
  // `bytes` from `offset` on are inside of the file.
  PageWalk(const io::InputFile& file, std::uint64_t offset, std::uint64_t bytes)
      : file_(file), offset_(offset), end_(offset + bytes) {}

  // nullopt: the chunk is at its end. kCorrupt: what is at offset() is no header, or one of a page
  // that passes the chunk's end; there is no way on.
  [[nodiscard]] Result<std::optional<PageRecord>> next();
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

 private:
  const io::InputFile& file_;
  std::uint64_t offset_;
  const std::uint64_t end_;
  ByteBuffer window_;
  format::CompactReader thrift_;
};

// Levels and values of one data page, or the dictionary of those behind it.
class PageDecoder {
 public:
  // The leaf must live as long. `limits` has a budget.
  PageDecoder(const schema::Leaf& leaf, const read::PageLimits& limits)
      : leaf_(leaf),
        limits_(limits),
        stream_(leaf, limits, scratch_.page),
        decoder_(leaf, limits.pageBytesMax, scratch_) {}

  void beginChunk() noexcept { decoder_.forgetDictionary(); }
  // As PageStream, readLevels and ValueDecoder::decode; kLimit of the budget.
  [[nodiscard]] Result<void> decode(const io::InputFile& file, const PageRecord& page,
                                    codec::Decompressor* decompressor);

  [[nodiscard]] const read::PageLevels& levels() const noexcept { return levels_; }
  // Behind the last value.
  [[nodiscard]] std::uint64_t bytesLeft() const noexcept { return decoder_.bytesLeft(); }
  // One a byte; empty where the leaf's maximum is 0.
  [[nodiscard]] ConstBytes definitionLevels() const noexcept { return definition_.span(); }
  [[nodiscard]] ConstBytes repetitionLevels() const noexcept { return repetition_.span(); }
  // Value i, in PLAIN encoding, a BYTE_ARRAY without its length and a BOOLEAN as a byte.
  [[nodiscard]] std::string_view value(std::uint64_t i) const noexcept;
  [[nodiscard]] const ByteBuffer& values() const noexcept { return values_; }
  [[nodiscard]] const std::uint32_t* offsets() const noexcept {
    return reinterpret_cast<const std::uint32_t*>(offsets_.data());
  }

 private:
  const schema::Leaf& leaf_;
  const read::PageLimits limits_;
  read::DecodeScratch scratch_;
  read::PageStream stream_;
  read::ValueDecoder decoder_;
  read::PageLevels levels_;
  ByteBuffer definition_;
  ByteBuffer repetition_;
  ByteBuffer values_;
  ByteBuffer offsets_;
};

}  // namespace parquet_flow::verify
