// The values of one leaf for a range of rows, as the Arrow format has them: a slot for each, also
// for nulls, and a bitmap that says which are there.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/byte_buffer.hpp"
#include "base/bytes.hpp"
#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::read {

// Slots are entries that are in a list, where the leaf is in one: see Shape.
struct ColumnVector {
  std::uint64_t rows = 0;
  std::uint64_t entries = 0;
  std::uint64_t slots = 0;
  std::uint64_t nulls = 0;  // slots without a value

  // BOOLEAN: bits; BYTE_ARRAY: the values end to end; else values of the leaf's width.
  ByteBuffer values;
  ByteBuffer offsets;   // BYTE_ARRAY: slots + 1 of std::uint32_t
  ByteBuffer validity;  // a bit for each slot where there are nulls; else empty
  // One a byte, of leaves that are in a list or group that can be null; else empty.
  ByteBuffer definitionLevels;
  ByteBuffer repetitionLevels;

  // Where the values lie instead, if they were not copied: in the contents() of the file.
  const std::byte* lent = nullptr;
  std::uint64_t lentBitOffset = 0;  // BOOLEAN

  [[nodiscard]] const std::byte* data() const noexcept {
    return lent != nullptr ? lent : values.data();
  }
  // Until the next change.
  [[nodiscard]] column::LeafView view(const schema::Leaf& leaf) const noexcept;
  void clear() noexcept;  // keeps the memory
};

// Whether a leaf's levels say more than where it is null itself.
[[nodiscard]] inline bool keepsLevels(const schema::Leaf& leaf) noexcept {
  return leaf.maxRepetitionLevel != 0 || leaf.maxDefinitionLevel > 1;
}
// The definition level of the innermost list that the leaf is in: from which on it has a slot.
[[nodiscard]] inline std::uint8_t slotDefinitionLevel(const schema::Leaf& leaf) noexcept {
  return leaf.repeatedDefinitionLevels.empty() ? std::uint8_t{0}
                                               : leaf.repeatedDefinitionLevels.back();
}

}  // namespace parquet_flow::read
