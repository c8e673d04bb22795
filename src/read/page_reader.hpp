// The pages of a column chunk, one after the other, back to values and levels.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/status.hpp"
#include "codec/codec.hpp"
#include "column/leaf_buffer.hpp"
#include "read/page_stream.hpp"
#include "read/value_decoder.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::read {

// Memory, with L for the limit on pages: of `scratch` at most L for the page, L for a dictionary
// and 2 L for ids or lengths; of `out`, for each page, its own bytes, L for its values and L for
// each kind of levels.
class PageReader {
 public:
  // Both must live as long.
  PageReader(const schema::Leaf& leaf, const PageLimits& limits, DecodeScratch& scratch) noexcept
      : leaf_(leaf),
        pages_(leaf, limits, scratch.page),
        values_(leaf, limits.pageBytesMax, scratch),
        budget_(limits.budget) {}

  // As PageStream::begin. To be called once.
  void begin(ConstBytes chunk, std::uint64_t offset, codec::Decompressor* decompressor,
             std::uint64_t entries) noexcept {
    pages_.begin(chunk, offset, decompressor, entries);
  }
  [[nodiscard]] bool atEnd() const noexcept { return pages_.atEnd(); }

  // Takes in the dictionary page, or appends the next data page to `out`, which is the leaf's.
  // Returns what PageStream, readLevels and ValueDecoder::decode do. `out` is unspecified then.
  [[nodiscard]] Result<void> next(column::LeafBuffer& out);

 private:
  [[nodiscard]] Result<void> count(const Page& page);
  [[nodiscard]] Result<void> countArrays(std::uint64_t bytes);

  const schema::Leaf& leaf_;
  PageStream pages_;
  ValueDecoder values_;
  const std::shared_ptr<DecodeBudget> budget_;
};

}  // namespace parquet_flow::read
