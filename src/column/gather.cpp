#include "column/gather.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

// Offsets are checked ahead in blocks, so that a slice cut short does not check its rest twice.
constexpr std::uint64_t kOffsetsPerCheck = 4096;

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

}  // namespace

std::size_t entryOfValue(const schema::Leaf& leaf, const LeafView& view, std::uint64_t first,
                         std::size_t entries, std::size_t nth) noexcept {
  if (view.validity != nullptr) {
    return findBit(view.validity, view.validityBitOffset + first, entries, nth);
  }
  if (view.definitionLevels != nullptr) {
    return findLevel(view.definitionLevels + first, entries, leaf.maxDefinitionLevel, nth);
  }
  return std::min(nth, entries);
}

SliceCursor::SliceCursor(const schema::Leaf& leaf, IndicesTaken indicesTaken) noexcept
    : leaf_(&leaf), values_(leaf, indicesTaken) {}

Result<void> SliceCursor::begin(const LeafView& view, std::uint64_t firstRow) {
  view_ = view;
  firstRow_ = firstRow + view.rowsBefore;
  row_ = 0;
  entry_ = 0;
  slot_ = 0;
  offsetsChecked_ = 0;
  auto checked = values_.begin(view.values);
  if (checked) {
    checked = checkShape();
  }
  if (!checked) {
    view_ = LeafView{};
    return checked;
  }
  entriesPerSlice_ = kSliceEntries;
  if (leaf_->type != schema::PhysicalType::kBoolean && view.entries != 0) {
    // A guess of byte arrays' lengths is of the values, and there may be more entries than those.
    const std::uint64_t all = view.values.count * values_.bytesEach();
    const std::uint64_t each =
        values_.isFixedWidth() ? values_.bytesEach() : all / view.entries + 1;
    entriesPerSlice_ = std::min(kSliceEntries, kSliceValueBytes / each + 1);
  }
  return {};
}

Result<void> SliceCursor::checkShape() const {
  const LeafView& view = view_;
  const bool isRepeated = leaf_->maxRepetitionLevel != 0;
  if (isRepeated ? view.entries < view.rows || (view.rows == 0 && view.entries != 0)
                 : view.entries != view.rows) {
    return refuse(std::to_string(view.entries) + " entries cannot make " +
                  std::to_string(view.rows) + " rows");
  }
  PF_TRY(checkNesting());
  const bool hasAllSlots = view.spaced && view.slotDefinitionLevel == 0;
  if (hasAllSlots || !mayHaveNulls() ? view.values.count != view.entries
                                     : view.values.count > view.entries) {
    return refuse(std::to_string(view.values.count) + " values do not go with " +
                  std::to_string(view.entries) + " entries");
  }
  if (view.entries != 0 && isRepeated && view.repetitionLevels[0] != 0) {
    return refuseEntry(
        0, "the first repetition level is " + std::to_string(view.repetitionLevels[0]) + ", not 0");
  }
  return {};
}

Result<void> SliceCursor::checkNesting() const {
  const LeafView& view = view_;
  const bool isRepeated = leaf_->maxRepetitionLevel != 0;
  if (isRepeated ? view.repetitionLevels == nullptr && view.entries != 0
                 : view.repetitionLevels != nullptr) {
    return refuse(isRepeated ? "repetition levels are missing"
                             : "there are repetition levels, and the column does not repeat");
  }
  if (leaf_->maxDefinitionLevel == 0 && mayHaveNulls()) {
    return refuse("there are definition levels, and the column is always defined");
  }
  if (view.validity != nullptr &&
      (view.definitionLevels != nullptr || leaf_->maxDefinitionLevel != 1 || isRepeated ||
       view.slotDefinitionLevel != 0)) {
    return refuse("a validity bitmap goes with flat OPTIONAL columns, and not with levels");
  }
  if (view.slotDefinitionLevel > leaf_->maxDefinitionLevel) {
    return refuse("slots from definition level " + std::to_string(view.slotDefinitionLevel) +
                  " on, above the maximum " + std::to_string(leaf_->maxDefinitionLevel));
  }
  return {};
}

Result<LeafSlice> SliceCursor::next(const PageRoom& room) {
  PF_ASSERT(!atEnd() && !room.usedUp());
  PF_TRY_ASSIGN(Extent extent, cutByEntries(room));
  PF_TRY(checkLevels(extent.entries));
  PF_TRY(countValues(extent));
  const std::uint64_t bytes = std::min(room.valueBytes, kSliceValueBytes);
  const bool isByteArray = leaf_->type == schema::PhysicalType::kByteArray;
  if (!isByteArray) {
    PF_TRY(cutFixed(bytes, extent));
  }
  LeafSlice slice;
  PF_TRY_ASSIGN(slice.values, takeValues(extent, bytes));
  if (isByteArray) {
    PF_TRY_ASSIGN(slice.valueBytes, cutByteArrays(bytes, extent, slice.values));
  } else {
    slice.valueBytes = bytesOf(slice.values);
  }
  if (entry_ + extent.entries == view_.entries) {
    PF_TRY(checkEnd(extent));
  }
  slice.valuesBorrowed = values_.isBorrowed() && !view_.transient;
  slice.rows = extent.rows;
  slice.entries = extent.entries;
  slice.nulls = extent.entries - extent.values;
  slice.repetitionLevels = repetitionLevels();
  if (slice.nulls != 0) {
    slice.definitionLevels = definitionLevels();
    slice.validity = view_.validity;
    slice.validityBitOffset = view_.validityBitOffset + entry_;
  }
  row_ += extent.rows;
  entry_ += extent.entries;
  slot_ += extent.slots;
  return slice;
}

// Whole rows within what the room and the slice take of entries and rows.
Result<SliceCursor::Extent> SliceCursor::cutByEntries(const PageRoom& room) const {
  const std::uint64_t left = view_.entries - entry_;
  Extent extent;
  extent.entries = std::min({left, room.entries, entriesPerSlice_});
  const std::uint8_t* const levels = repetitionLevels();
  if (levels == nullptr) {
    extent.entries = std::min(extent.entries, room.rows);
    extent.rows = extent.entries;
    return extent;
  }
  const auto* rowEnd = static_cast<const std::uint8_t*>(
      extent.entries == left ? nullptr
                             : std::memchr(levels + extent.entries, 0, left - extent.entries));
  extent.entries = rowEnd == nullptr ? left : static_cast<std::size_t>(rowEnd - levels);
  const LevelScan scan = scanLevels(levels, extent.entries, 0);
  if (scan.highest > leaf_->maxRepetitionLevel) {
    const auto* bad = std::find_if(levels, levels + extent.entries, [&](std::uint8_t level) {
      return level > leaf_->maxRepetitionLevel;
    });
    return refuseEntry(entry_ + static_cast<std::uint64_t>(bad - levels),
                       "repetition level " + std::to_string(*bad) + " is above the maximum " +
                           std::to_string(leaf_->maxRepetitionLevel));
  }
  extent.rows = scan.matches;
  if (extent.rows > room.rows) {
    extent.rows = room.rows;
    extent.entries = findLevel(levels, extent.entries, 0, extent.rows);
  }
  return extent;
}

Result<void> SliceCursor::checkLevels(std::size_t entries) const {
  const std::uint8_t* const definition = definitionLevels();
  const std::uint8_t* const repetition = repetitionLevels();
  if (definition == nullptr || repetition == nullptr) {
    return {};
  }
  for (std::size_t i = 0; i < leaf_->repeatedDefinitionLevels.size(); ++i) {
    const auto repetitionLevel = static_cast<std::uint8_t>(i + 1);
    const std::uint8_t defined = leaf_->repeatedDefinitionLevels[i];
    if (repeatedAreDefined(definition, repetition, entries, repetitionLevel, defined)) {
      continue;
    }
    std::size_t bad = 1;
    while (repeatedAreDefined(definition, repetition, bad, repetitionLevel, defined)) {
      ++bad;
    }
    return refuseEntry(entry_ + bad - 1,
                       "repetition level " + std::to_string(repetition[bad - 1]) +
                           " goes on with a list that the definition levels say is not there");
  }
  return {};
}

Result<void> SliceCursor::countValues(Extent& extent) const {
  extent.values = extent.entries;
  extent.slots = extent.entries;
  if (view_.validity != nullptr) {
    extent.values = countBits(view_.validity, view_.validityBitOffset + entry_, extent.entries);
  } else if (const std::uint8_t* const levels = definitionLevels()) {
    const LevelScan scan = scanLevels(levels, extent.entries, leaf_->maxDefinitionLevel);
    if (scan.highest > leaf_->maxDefinitionLevel) {
      const auto* bad = std::find_if(levels, levels + extent.entries, [&](std::uint8_t level) {
        return level > leaf_->maxDefinitionLevel;
      });
      return refuseEntry(entry_ + static_cast<std::uint64_t>(bad - levels),
                         "definition level " + std::to_string(*bad) + " is above the maximum " +
                             std::to_string(leaf_->maxDefinitionLevel));
    }
    extent.values = scan.matches;
    if (view_.spaced) {
      extent.slots = countAtLeast(levels, extent.entries, view_.slotDefinitionLevel);
    }
  }
  if (!view_.spaced) {
    extent.slots = extent.values;
  }
  if (extent.slots > view_.values.count - slot_) {
    return refuseSlot(view_.values.count, "the levels ask for a value, and there are only " +
                                              std::to_string(view_.values.count));
  }
  return {};
}

// Cuts behind the row with the present value number `nth`.
Result<void> SliceCursor::cutBehindValue(std::size_t nth, Extent& extent) const {
  std::size_t entries = entryOfValue(*leaf_, view_, entry_, extent.entries, nth) + 1;
  if (entries >= extent.entries) {
    return {};
  }
  if (const std::uint8_t* const levels = repetitionLevels()) {
    entries += findLevel(levels + entries, extent.entries - entries, 0, 0);
    extent.rows = scanLevels(levels, entries, 0).matches;
  } else {
    extent.rows = entries;
  }
  extent.entries = entries;
  return countValues(extent);
}

// Cuts behind the row that brings the values to `bytes`.
Result<void> SliceCursor::cutFixed(std::uint64_t bytes, Extent& extent) const {
  const std::uint64_t width = values_.bytesEach();
  const std::uint64_t valuesMax = values_.isFixedWidth() ? (bytes + width - 1) / width : bytes * 8;
  if (extent.values > valuesMax) {
    PF_TRY(cutBehindValue(valuesMax - 1, extent));
  }
  return {};
}

// The same when it is known how long the values are. Some may not have been taken for being past
// `bytes`, and are taken after all where the row goes on. The bytes of those that are left.
Result<std::uint64_t> SliceCursor::cutByteArrays(std::uint64_t bytes, Extent& extent,
                                                 ValuesView& values) {
  const std::size_t entriesBefore = extent.entries;
  const std::uint64_t taken = bytesOf(values);
  std::uint64_t left = taken;
  if (values.count != 0 && (taken > bytes || values.count != extent.values)) {
    PF_TRY(cutBehindValue(values.count - 1 - valuesPast(values, bytes), extent));
    if (extent.values > values.count) {
      PF_TRY_ASSIGN(values, takeValues(extent, UINT64_MAX));
    }
    values.count = extent.values;
    left = bytesOf(values);
  }
  if (bytes == kSliceValueBytes) {
    adjustSlices(left, extent.entries, extent.entries != entriesBefore);
  }
  return left;
}

// How many of the values come after the one that brings them to `bytes`.
std::size_t SliceCursor::valuesPast(const ValuesView& values, std::uint64_t bytes) {
  const std::size_t last = values.count - 1;
  if (values.layout == ValuesLayout::kOffsets32) {
    const std::uint64_t end = values.offsets[0] + bytes;
    const auto* const ends = values.offsets + 1;
    return last - static_cast<std::size_t>(std::lower_bound(ends, ends + last, end) - ends);
  }
  std::size_t reaching = 0;
  for (std::uint64_t taken = 0; reaching < last; ++reaching) {
    const std::uint32_t* const offset = values.dictionary->offsets + values.indices[reaching];
    taken += offset[1] - offset[0];
    if (taken >= bytes) {
      break;
    }
  }
  return last - reaching;
}

// The guess of how many entries make a slice goes after what they were, so that little is looked at
// twice.
void SliceCursor::adjustSlices(std::uint64_t bytes, std::size_t entries, bool isCut) noexcept {
  if (isCut) {
    entriesPerSlice_ = entries + entries / 8 + 1;
  } else if (bytes < kSliceValueBytes / 2) {
    entriesPerSlice_ *= 2;
  }
  entriesPerSlice_ = std::min(entriesPerSlice_, kSliceEntries);
}

std::uint64_t SliceCursor::bytesOf(const ValuesView& values) const noexcept {
  if (leaf_->type == schema::PhysicalType::kBoolean) {
    return (values.count + 7) / 8;
  }
  if (values_.isFixedWidth()) {
    return values.count * values_.bytesEach();
  }
  if (values.layout == ValuesLayout::kOffsets32) {
    return values.count == 0 ? 0 : values.offsets[values.count] - values.offsets[0];
  }
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < values.count; ++i) {
    const std::uint32_t* const offset = values.dictionary->offsets + values.indices[i];
    bytes += offset[1] - offset[0];
  }
  return bytes;
}

template <class Offset>
Result<void> SliceCursor::checkOffsets(const Offset* all, std::uint64_t slots) {
  const ValuesView& values = view_.values;
  while (offsetsChecked_ < slots) {
    const std::uint64_t end =
        std::min(values.count, std::max(slots, offsetsChecked_ + kOffsetsPerCheck));
    const Offset* const offsets = all + offsetsChecked_;
    const std::size_t count = end - offsetsChecked_;
    const auto isPast = [&](Offset offset) {
      return static_cast<std::uint64_t>(offset) > values.dataBytes;
    };
    if (static_cast<std::int64_t>(offsets[0]) < 0) {
      return refuseSlot(offsetsChecked_, "the first offset is " + std::to_string(offsets[0]));
    }
    if (!neverDecreases(offsets, count) || isPast(offsets[count])) {
      std::size_t bad = 0;
      while (offsets[bad + 1] >= offsets[bad] && !isPast(offsets[bad + 1])) {
        ++bad;
      }
      return refuseSlot(offsetsChecked_ + bad,
                        offsets[bad + 1] >= offsets[bad]
                            ? "the value ends at offset " + std::to_string(offsets[bad + 1]) +
                                  ", past the " + std::to_string(values.dataBytes) +
                                  " bytes of the values"
                            : "the offsets go backwards, from " + std::to_string(offsets[bad]) +
                                  " to " + std::to_string(offsets[bad + 1]));
    }
    offsetsChecked_ = end;
  }
  return {};
}

// The last slice: the levels have made as many rows and taken as many values as there are.
Result<void> SliceCursor::checkEnd(const Extent& extent) const {
  if (row_ + extent.rows != view_.rows) {
    return refuse("the repetition levels make " + std::to_string(row_ + extent.rows) +
                  " rows, and there are " + std::to_string(view_.rows));
  }
  if (slot_ + extent.slots != view_.values.count) {
    return refuse("the definition levels have " + std::to_string(slot_ + extent.slots) +
                  " values, and there are " + std::to_string(view_.values.count));
  }
  return {};
}

Result<ValuesView> SliceCursor::takeValues(const Extent& extent, std::uint64_t bytesMax) {
  const ValuesView& from = view_.values;
  const std::uint64_t end = slot_ + extent.slots;
  const bool hasOffsets32 =
      from.layout == ValuesLayout::kOffsets32 && from.form == SourceForm::kAsLayout;
  // The offsets of nulls say nothing, and in a sparse column nearly all are.
  const bool isCheckedWhenTaken = hasOffsets32 && extent.values != extent.slots;
  if (from.form == SourceForm::kOffsets64 && extent.values != 0) {
    PF_TRY(checkOffsets(from.offsets64, end));
  } else if (hasOffsets32 && !isCheckedWhenTaken) {
    PF_TRY(checkOffsets(from.offsets, end));
  }
  SlotRange range{.first = slot_, .slots = extent.slots, .values = extent.values, .presence = {}};
  if (extent.values != extent.slots) {
    PF_TRY_ASSIGN(range.presence, presenceOfSlots(extent));
  }
  auto taken = values_.take(range, bytesMax);
  if (taken) [[likely]] {
    offsetsChecked_ = std::max(offsetsChecked_, end);
    return taken;
  }
  if (isCheckedWhenTaken && taken.error().code() == ErrorCode::kInvalidArgument) {
    PF_TRY(checkOffsets(from.offsets, end));  // names the slot
  }
  if (values_.refusedValue() == kNoValue || taken.error().code() == ErrorCode::kOutOfMemory) {
    return taken;
  }
  const std::uint64_t entry =
      entry_ + entryOfValue(*leaf_, view_, entry_, extent.entries, values_.refusedValue());
  Error refusal = refuseEntry(entry, taken.error().message()).value();
  return fail(Error(taken.error().code(), refusal.message()));
}

// Which of the extent's slots have a value.
Result<Presence> SliceCursor::presenceOfSlots(const Extent& extent) {
  Presence presence{.validity = view_.validity,
                    .validityBitOffset = view_.validityBitOffset + entry_,
                    .definitionLevels = definitionLevels(),
                    .maxDefinitionLevel = leaf_->maxDefinitionLevel};
  if (extent.slots == extent.entries) {
    return presence;
  }
  slotLevels_.clear();
  PF_TRY_ASSIGN(std::byte * to, slotLevels_.appendUninitialized(extent.slots + 1));
  auto* const levels = reinterpret_cast<std::uint8_t*>(to);
  std::size_t slots = 0;
  for (std::size_t i = 0; i < extent.entries; ++i) {
    levels[slots] = presence.definitionLevels[i];
    slots += levels[slots] >= view_.slotDefinitionLevel ? 1 : 0;
  }
  presence.definitionLevels = levels;
  return presence;
}

tl::unexpected<Error> SliceCursor::refuseEntry(std::uint64_t entry, std::string message) const {
  std::uint64_t row = entry;
  if (view_.repetitionLevels != nullptr) {
    // The row of an entry began at the last level 0 up to it. There is none before the first.
    const std::uint64_t begun = scanLevels(view_.repetitionLevels, entry + 1, 0).matches;
    row = begun == 0 ? 0 : begun - 1;
  }
  return refuse("row " + std::to_string(firstRow_ + row) + ": " + std::move(message));
}

// The same for a slot of the values; looks from the view's beginning, since offsets are checked
// ahead of the slice.
tl::unexpected<Error> SliceCursor::refuseSlot(std::uint64_t slot, std::string message) const {
  std::uint64_t entry = slot;
  const std::uint8_t least = view_.spaced ? view_.slotDefinitionLevel : leaf_->maxDefinitionLevel;
  if (!view_.spaced && view_.validity != nullptr) {
    entry = findBit(view_.validity, view_.validityBitOffset, view_.entries, slot);
  } else if (view_.definitionLevels != nullptr) {
    entry = 0;
    for (std::uint64_t before = slot + 1; entry < view_.entries; ++entry) {
      before -= view_.definitionLevels[entry] >= least ? 1 : 0;
      if (before == 0) {
        break;
      }
    }
  }
  return refuseEntry(std::min(entry, view_.entries - 1), std::move(message));
}

}  // namespace parquet_flow::column
