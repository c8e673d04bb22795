// The values of a slice: of any layout and form, spaced or dense, to dense ones as an encoder takes
// them. What is that already is passed through; the rest is made in scratch space, which stays in
// the cache.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/compact.hpp"
#include "column/leaf_view.hpp"
#include "column/take.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// Whether an encoder takes kIndices; else they become the values that they stand for.
enum class IndicesTaken : bool { kNo, kYes };

// Which slots of a source a slice is of.
struct SlotRange {
  std::uint64_t first = 0;
  std::size_t slots = 0;
  std::size_t values = 0;  // of them present
  // Where values < slots.
  Presence presence;
};

class SliceValues {
 public:
  // `leaf` must live as long.
  SliceValues(const schema::Leaf& leaf, IndicesTaken indicesTaken) noexcept;

  // `source` must live until the last take. kInvalidArgument when it contradicts the leaf or itself
  // in what can be seen at once, or the offsets of its dictionary are broken; kOutOfMemory.
  [[nodiscard]] Result<void> begin(const ValuesView& source);

  // Bytes of a value: exact of fixed widths, else a guess.
  [[nodiscard]] std::uint64_t bytesEach() const noexcept { return bytesEach_; }
  [[nodiscard]] bool isFixedWidth() const noexcept { return width_ != 0; }

  // The values of `range`, whose offsets have been checked; those of 32 bits are checked here where
  // there are nulls among them, as far as they are of values. BYTE_ARRAYs in a form that has to be
  // copied: as many as it takes to come to `bytesMax` bytes, at least one; those with offsets of 64
  // bits: all, or as many as are below 4 GiB where `bytesMax` is too. Valid until the next call.
  // kInvalidArgument, kLimit: see refusedValue; kOutOfMemory.
  [[nodiscard]] Result<ValuesView> take(const SlotRange& range, std::uint64_t bytesMax);
  // Whether what was taken last is the source's own memory.
  [[nodiscard]] bool isBorrowed() const noexcept { return isBorrowed_; }
  // Which present value of the range the last refusal was about; kNoValue: none in particular.
  [[nodiscard]] std::size_t refusedValue() const noexcept { return refused_; }

 private:
  // Present values of a fixed width, one after the other.
  struct Units {
    const std::byte* data = nullptr;
    bool isBorrowed = false;
  };

  [[nodiscard]] Result<void> checkSource(const ValuesView& source) const;
  [[nodiscard]] Result<void> beginDictionary();

  [[nodiscard]] Result<const std::uint64_t*> makeMask(const SlotRange& range);
  [[nodiscard]] Result<Units> takeUnits(const SlotRange& range, std::size_t width);
  [[nodiscard]] Result<ValuesView> takeFixed(const SlotRange& range);
  [[nodiscard]] Result<ValuesView> takeBits(const SlotRange& range);
  [[nodiscard]] Result<ValuesView> takeOffsets(const SlotRange& range);
  [[nodiscard]] Result<void> cutToOffsets32(SlotRange& range, std::uint64_t bytesMax);
  [[nodiscard]] Result<ValuesView> takeOffsets64(SlotRange range, std::uint64_t bytesMax);
  [[nodiscard]] Result<ValuesView> takePresent(const SlotRange& range, const std::byte* data,
                                               const std::uint32_t* offsets,
                                               std::uint64_t bytesMax);
  [[nodiscard]] Result<ValuesView> takeConverted(const SlotRange& range);
  [[nodiscard]] Result<ValuesView> takeIndexed(const SlotRange& range, std::uint64_t bytesMax);

  const schema::Leaf* leaf_;
  std::uint64_t width_;  // of a kFixed value, else 0
  bool keepsIndices_;    // for the encoder
  ValuesView source_;
  ValuesView dictionary_;  // as slices refer to it
  bool isKept_ = false;    // indices are left as such in this view
  std::uint64_t bytesEach_ = 0;

  bool isBorrowed_ = false;
  std::size_t refused_ = kNoValue;

  ByteBuffer mask_;
  ByteBuffer units_;
  ByteBuffer indices_;
  ByteBuffer offsets_;
  ByteBuffer ends_;
  TakeScratch taken_;
  TakeScratch dictionaryScratch_;
};

}  // namespace parquet_flow::column
