// How many bytes values of a view take, and those that they are of a dictionary.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "column/leaf_view.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// Of bits, by the bytes that they are the first ones in: those of stretches sum up to the whole's.
[[nodiscard]] constexpr std::uint64_t bitBytes(std::uint64_t first, std::uint64_t end) noexcept {
  return (end + 7) / 8 - (first + 7) / 8;
}

// Of the values as they are borrowed; of one out of a dictionary, its index.
class ValueBytes {
 public:
  // Both must live as long.
  ValueBytes(const schema::Leaf& leaf, const ValuesView& values) noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept { return values_->count; }
  // Of values `first` .. `end` - 1, without what views have in buffers.
  [[nodiscard]] std::uint64_t between(std::uint64_t first, std::uint64_t end) const noexcept;
  // Of a view in a buffer; 0 where it is short.
  [[nodiscard]] std::uint64_t inBuffer(std::uint64_t slot) const noexcept;
  // Of one value, with what it has in a buffer; no more than a value may have.
  [[nodiscard]] std::uint32_t of(std::uint64_t slot) const noexcept;
  // Whether some may have more than others.
  [[nodiscard]] bool mayDiffer() const noexcept;
  // Of one, about. Cost: of views, a look at no more than `looksMax`.
  [[nodiscard]] std::uint64_t mean(std::uint64_t looksMax) const noexcept;

 private:
  const ValuesView* values_;
  std::uint64_t each_ = 0;
  std::uint64_t longestBuffer_ = 0;
};

// Of the entries of a dictionary, for the values that they are. A null has none, whatever its index
// says, nor has an index past the dictionary, which is refused when it is read.
//
// Where the largest entry has no more than a quarter above the smallest, and there are no more of
// them than values, all count as the largest, which saves the look at the indices.
class EntryBytes {
 public:
  // For values that are no entries: none.
  EntryBytes() noexcept = default;
  // Both must live as long. Cost: a look at each index, and at the length of each entry, unless
  // there are more of these than values. Where values are spaced by levels, a pass over the levels.
  EntryBytes(const schema::Leaf& leaf, const LeafView& view);
  EntryBytes(EntryBytes&&) noexcept = default;
  EntryBytes& operator=(EntryBytes&&) noexcept = default;

  // Of values `first` .. `end` - 1. Sums of stretches are that of the whole. Cost: a look at fewer
  // than 2 * kBlockSlots indices or, where all count the same, at the bitmap of the nulls.
  [[nodiscard]] std::uint64_t between(std::uint64_t first, std::uint64_t end) const noexcept;

  static constexpr std::uint64_t kBlockSlots = 1024;

 private:
  [[nodiscard]] bool takeIndices(const ValuesView& values) noexcept;
  void takeNulls(const schema::Leaf& leaf, const LeafView& view);
  [[nodiscard]] bool takeSizes();
  void addUpBlocks();
  [[nodiscard]] std::uint64_t upTo(std::uint64_t slot) const noexcept;
  [[nodiscard]] std::uint64_t sum(std::uint64_t first, std::uint64_t end) const noexcept;
  template <class BytesOf>
  [[nodiscard]] std::uint64_t sumOf(std::uint64_t first, std::uint64_t end,
                                    const BytesOf& bytesOf) const noexcept;
  template <class Index, class BytesOf>
  [[nodiscard]] std::uint64_t sumOfIndices(std::uint64_t first, std::uint64_t end,
                                           const BytesOf& bytesOf) const noexcept;

  std::optional<ValueBytes> entries_;
  const std::byte* indices_ = nullptr;
  std::uint32_t indexWidth_ = 0;
  std::uint64_t slots_ = 0;
  std::uint32_t each_ = 0;  // of all; 0: they differ
  // By entry, and a 0 for what is past them; empty: there are more entries than values.
  std::vector<std::uint32_t> sizes_;
  std::vector<std::uint64_t> blocks_;  // where they differ, of the slots in front of each block
  // By slot, 1 = not null; nullptr: none is.
  const std::uint8_t* presence_ = nullptr;
  std::uint64_t presenceBitOffset_ = 0;
  std::vector<std::uint8_t> madePresence_;
};

}  // namespace parquet_flow::column
