// The gather stage: any LeafView becomes slices that look alike, of whole rows, small enough that
// what works on them (encoder, statistics, CRC) finds them in the cache.
//
// The view is checked on the way: a level above its maximum, offsets that go backwards, values or
// rows that do not match the levels end in kInvalidArgument naming the row, before an encoder sees
// the slice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"
#include "column/leaf_view.hpp"
#include "column/slice_values.hpp"
#include "schema/schema.hpp"

namespace parquet_flow::column {

// How much the open page still takes. A page ends with the row that uses one of them up.
struct PageRoom {
  std::uint64_t rows = 0;
  std::uint64_t entries = 0;
  std::uint64_t valueBytes = 0;  // as LeafSlice::valueBytes

  // A row may be larger than the room that was left.
  void take(std::uint64_t takenRows, std::uint64_t takenEntries,
            std::uint64_t takenBytes) noexcept {
    rows -= takenRows < rows ? takenRows : rows;
    entries -= takenEntries < entries ? takenEntries : entries;
    valueBytes -= takenBytes < valueBytes ? takenBytes : valueBytes;
  }
  [[nodiscard]] bool usedUp() const noexcept {
    return rows == 0 || entries == 0 || valueBytes == 0;
  }
};

// Whole rows of one leaf. Pointers into the view, or into the cursor's scratch space (valid until
// its next call).
struct LeafSlice {
  std::uint64_t rows = 0;
  std::uint64_t entries = 0;
  std::uint64_t nulls = 0;  // entries without a value; values.count = entries - nulls
  // kFixed: width each. Booleans: a byte for eight, rounded up. kOffsets32: the bytes of the values
  // alone. kIndices: those of what they stand for.
  std::uint64_t valueBytes = 0;

  // Dense, and as their layout says. kOffsets32: offsets[0] .. offsets[count], not starting at 0.
  // kIndices: the dictionary is the same one in all slices of a view.
  ValuesView values;
  // Whether values.data is the view's own memory, and outlives the encoding. Not of kIndices.
  bool valuesBorrowed = false;

  // Which entries are present: neither (all; always so when nulls is 0), a bitmap, or one
  // definition level a byte.
  const std::uint8_t* validity = nullptr;
  std::uint64_t validityBitOffset = 0;
  const std::uint8_t* definitionLevels = nullptr;
  // One a byte where the leaf's maximum is above 0, else nullptr.
  const std::uint8_t* repetitionLevels = nullptr;
};

// Which entry, of `entries` from `first` on, has the present value number `nth` (from 0); `entries`
// where there are fewer.
[[nodiscard]] std::size_t entryOfValue(const schema::Leaf& leaf, const LeafView& view,
                                       std::uint64_t first, std::size_t entries,
                                       std::size_t nth) noexcept;

// Walks one view after another of one leaf:
//
//   cursor.begin(view, firstRow)
//   while (!cursor.atEnd()) { cursor.next(room) -> slice; room.take(...) }
//
// One thread at a time; its scratch space is reused, and used only for spaced values with nulls
// among them and for what a source has in another form.
class SliceCursor {
 public:
  // A slice ends at the row that brings it to one of these, or sooner where the page's room ends.
  // Together with its encoded form it stays inside a 512 KiB L2.
  static constexpr std::uint64_t kSliceValueBytes = 64 << 10;
  static constexpr std::uint64_t kSliceEntries = 16 << 10;

  // `leaf` must live as long. Slices have kIndices only where they are taken.
  explicit SliceCursor(const schema::Leaf& leaf,
                       IndicesTaken indicesTaken = IndicesTaken::kNo) noexcept;

  // `view` must live until atEnd. `firstRow` and its rowsBefore are the number of its first row in
  // error messages.
  // kInvalidArgument when the view contradicts the leaf or itself in what can be seen at once.
  [[nodiscard]] Result<void> begin(const LeafView& view, std::uint64_t firstRow);
  [[nodiscard]] bool atEnd() const noexcept { return entry_ == view_.entries; }

  // The next whole rows, at least one. `room` must not be used up. kInvalidArgument as above;
  // kOutOfMemory.
  [[nodiscard]] Result<LeafSlice> next(const PageRoom& room);

 private:
  // Where a slice ends, counted from its beginning.
  struct Extent {
    std::size_t entries = 0;
    std::size_t rows = 0;
    std::size_t values = 0;
    std::size_t slots = 0;  // of values
  };
  [[nodiscard]] Result<void> checkShape() const;
  [[nodiscard]] Result<void> checkNesting() const;
  [[nodiscard]] Result<Extent> cutByEntries(const PageRoom& room) const;
  [[nodiscard]] Result<void> checkLevels(std::size_t entries) const;
  [[nodiscard]] Result<void> countValues(Extent& extent) const;
  [[nodiscard]] Result<void> cutFixed(std::uint64_t bytes, Extent& extent) const;
  [[nodiscard]] Result<std::uint64_t> cutByteArrays(std::uint64_t bytes, Extent& extent,
                                                    ValuesView& values);
  [[nodiscard]] static std::size_t valuesPast(const ValuesView& values, std::uint64_t bytes);
  [[nodiscard]] Result<void> cutBehindValue(std::size_t nth, Extent& extent) const;
  template <class Offset>
  [[nodiscard]] Result<void> checkOffsets(const Offset* all, std::uint64_t slots);
  [[nodiscard]] Result<void> checkEnd(const Extent& extent) const;
  [[nodiscard]] Result<ValuesView> takeValues(const Extent& extent, std::uint64_t bytesMax);
  [[nodiscard]] Result<Presence> presenceOfSlots(const Extent& extent);
  [[nodiscard]] std::uint64_t bytesOf(const ValuesView& values) const noexcept;
  void adjustSlices(std::uint64_t bytes, std::size_t entries, bool isCut) noexcept;

  // kInvalidArgument, "row 17: <message>"; both count from the view's beginning.
  [[nodiscard]] tl::unexpected<Error> refuseEntry(std::uint64_t entry, std::string message) const;
  [[nodiscard]] tl::unexpected<Error> refuseSlot(std::uint64_t slot, std::string message) const;

  [[nodiscard]] const std::uint8_t* definitionLevels() const noexcept {
    return view_.definitionLevels == nullptr ? nullptr : view_.definitionLevels + entry_;
  }
  [[nodiscard]] const std::uint8_t* repetitionLevels() const noexcept {
    return view_.repetitionLevels == nullptr ? nullptr : view_.repetitionLevels + entry_;
  }
  [[nodiscard]] bool mayHaveNulls() const noexcept {
    return view_.validity != nullptr || view_.definitionLevels != nullptr;
  }

  const schema::Leaf* leaf_;
  SliceValues values_;
  LeafView view_;
  std::uint64_t firstRow_ = 0;
  std::uint64_t row_ = 0;             // of the next slice, within the view
  std::uint64_t entry_ = 0;           // likewise
  std::uint64_t slot_ = 0;            // its first one in view_.values
  std::uint64_t offsetsChecked_ = 0;  // slots whose offsets are known to be right, but for nulls'
  std::uint64_t entriesPerSlice_ = 0;
  ByteBuffer slotLevels_;
};

}  // namespace parquet_flow::column
