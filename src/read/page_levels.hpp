// The levels of a data page, from where they lie in it to a byte each, or to a bitmap.
//
// Spec: parquet-format README.md, "Data Pages", "Nested Encoding"; Encodings.md, RLE and
// BIT_PACKED.
#pragma once

#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "read/page_stream.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::read {

// What the levels of a page say.
struct PageLevels {
  std::uint64_t values = 0;  // entries that have one
  std::uint64_t rows = 0;    // entries that begin one
};

// Appends the levels of a data page, a byte each; of a level whose maximum is 0 nothing. kCorrupt:
// a level above its maximum, bytes that are too few or too many, an encoding that levels do not
// have; of version 2 also a first entry that does not begin a row, and other counts than the header
// says; kOutOfMemory. The buffers are unspecified then.
[[nodiscard]] Result<PageLevels> readLevels(const Page& page, const schema::Leaf& leaf,
                                            ByteBuffer& definition, ByteBuffer& repetition);

// The same of a leaf whose maximum definition level is 1, and which does not repeat, to bits:
// whether there is a value. `validity` is cleared first.
[[nodiscard]] Result<PageLevels> readValidity(const Page& page, ByteBuffer& validity);

// Of a page without levels.
[[nodiscard]] Result<PageLevels> countEntries(const Page& page);

}  // namespace parquet_flow::read
