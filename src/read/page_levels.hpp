// The levels of a data page, from where they lie in it to a byte each.
//
// Spec: parquet-format README.md, "Data Pages", "Nested Encoding"; Encodings.md, RLE and
// BIT_PACKED.
#pragma once

#include <cstdint>

#include "base/byte_reader.hpp"
#include "base/bytes.hpp"
#include "base/status.hpp"
#include "column/leaf_buffer.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::read {

// What the levels of a page say.
struct PageLevels {
  std::uint64_t values = 0;  // entries that have one
  std::uint64_t rows = 0;    // entries that begin one
};

// Encodings by their numbers in the page's header.
struct LevelEncodings {
  std::int32_t repetition;
  std::int32_t definition;
};

// Each appends the levels of `entries` entries to `out`, which is the leaf's; of a level whose
// maximum is 0 there is nothing in the page. kCorrupt: a level above its maximum, bytes that are
// too few or too many, an encoding that levels do not have; kOutOfMemory. `out` is unspecified
// then.
//
// Version 1: from the front of `page`, which is then at the values.
[[nodiscard]] Result<PageLevels> readLevels(ByteReader& page, LevelEncodings encodings,
                                            const schema::Leaf& leaf, std::uint64_t entries,
                                            column::LeafBuffer& out);
// Version 2, where they have their places. kCorrupt also where the first entry does not begin a
// row.
[[nodiscard]] Result<PageLevels> readLevels(ConstBytes repetition, ConstBytes definition,
                                            const schema::Leaf& leaf, std::uint64_t entries,
                                            column::LeafBuffer& out);

}  // namespace parquet_flow::read
