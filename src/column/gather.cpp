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

bool layoutFits(ValuesLayout layout, schema::PhysicalType type) noexcept {
  switch (layout) {
    case ValuesLayout::kByteBooleans:
    case ValuesLayout::kBits:
      return type == schema::PhysicalType::kBoolean;
    case ValuesLayout::kOffsets32:
      return type == schema::PhysicalType::kByteArray;
    case ValuesLayout::kFixed:
      return type != schema::PhysicalType::kBoolean && type != schema::PhysicalType::kByteArray;
  }
  return false;
}

}  // namespace

SliceCursor::SliceCursor(const schema::Leaf& leaf) noexcept
    : leaf_(&leaf), width_(schema::fixedWidth(leaf.type, leaf.typeLength)) {}

Result<void> SliceCursor::begin(const LeafView& view, std::uint64_t firstRow) {
  view_ = view;
  firstRow_ = firstRow;
  row_ = 0;
  entry_ = 0;
  value_ = 0;
  offsetsChecked_ = 0;
  entriesPerSlice_ = kSliceEntries;
  auto shape = checkShape();
  if (!shape) {
    view_ = LeafView{};
    return shape;
  }
  if (view.values.layout == ValuesLayout::kOffsets32 && view.values.count != 0) {
    // What the offsets say is not checked yet, but it is only an estimate.
    const std::uint64_t bytes = view.values.offsets[view.values.count] - view.values.offsets[0];
    entriesPerSlice_ = kSliceValueBytes / (bytes / view.entries + 1) + 1;
  } else if (view.values.layout == ValuesLayout::kFixed) {
    entriesPerSlice_ = kSliceValueBytes / width_ + 1;
  }
  entriesPerSlice_ = std::min(entriesPerSlice_, kSliceEntries);
  return {};
}

Result<void> SliceCursor::checkShape() const {
  const LeafView& view = view_;
  const bool isRepeated = leaf_->maxRepetitionLevel != 0;
  if (!layoutFits(view.values.layout, leaf_->type)) {
    return refuse("the layout of the values is not one of " +
                  std::string(schema::physicalTypeName(leaf_->type)));
  }
  if (isRepeated ? view.entries < view.rows || (view.rows == 0 && view.entries != 0)
                 : view.entries != view.rows) {
    return refuse(std::to_string(view.entries) + " entries cannot make " +
                  std::to_string(view.rows) + " rows");
  }
  if (isRepeated ? view.repetitionLevels == nullptr && view.entries != 0
                 : view.repetitionLevels != nullptr) {
    return refuse(isRepeated ? "repetition levels are missing"
                             : "there are repetition levels, and the column does not repeat");
  }
  if (leaf_->maxDefinitionLevel == 0 && mayHaveNulls()) {
    return refuse("there are definition levels, and the column is always defined");
  }
  if (view.validity != nullptr &&
      (view.definitionLevels != nullptr || leaf_->maxDefinitionLevel != 1 || isRepeated)) {
    return refuse("a validity bitmap goes with flat OPTIONAL columns, and not with levels");
  }
  if (view.spaced || !mayHaveNulls() ? view.values.count != view.entries
                                     : view.values.count > view.entries) {
    return refuse(std::to_string(view.values.count) + " values do not go with " +
                  std::to_string(view.entries) + " entries");
  }
  if (view.values.count != 0) {
    const bool isByteArray = view.values.layout == ValuesLayout::kOffsets32;
    if (isByteArray ? view.values.offsets == nullptr : view.values.data == nullptr) {
      return refuse(isByteArray ? "offsets are missing" : "values are missing");
    }
    if (isByteArray && view.values.data == nullptr && view.values.offsets[view.values.count] != 0) {
      return refuse("the bytes of the values are missing");
    }
  }
  if (view.entries != 0 && isRepeated && view.repetitionLevels[0] != 0) {
    return refuseEntry(
        0, "the first repetition level is " + std::to_string(view.repetitionLevels[0]) + ", not 0");
  }
  return {};
}

Result<LeafSlice> SliceCursor::next(const PageRoom& room) {
  PF_ASSERT(!atEnd() && !room.usedUp());
  PF_TRY_ASSIGN(Extent extent, cutByEntries(room));
  PF_TRY(checkLevels(extent.entries));
  PF_TRY(countValues(extent));
  PF_TRY(cutByBytes(std::min(room.valueBytes, kSliceValueBytes), extent));
  if (entry_ + extent.entries == view_.entries) {
    PF_TRY(checkEnd(extent));
  }

  LeafSlice slice;
  slice.rows = extent.rows;
  slice.entries = extent.entries;
  slice.nulls = extent.entries - extent.values;
  slice.repetitionLevels = repetitionLevels();
  if (slice.nulls != 0) {
    slice.definitionLevels = definitionLevels();
    slice.validity = view_.validity;
    slice.validityBitOffset = view_.validityBitOffset + entry_;
  }
  PF_TRY(takeValues(extent, slice));
  row_ += extent.rows;
  entry_ += extent.entries;
  value_ += view_.spaced ? extent.entries : extent.values;
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
  }
  if (!view_.spaced && extent.values > view_.values.count - value_) {
    return refuseValue(view_.values.count, "the levels ask for a value, and there are only " +
                                               std::to_string(view_.values.count));
  }
  return {};
}

// Cuts behind the row that brings the values to `bytes`.
Result<void> SliceCursor::cutByBytes(std::uint64_t bytes, Extent& extent) {
  std::size_t entries = extent.entries;
  if (view_.values.layout == ValuesLayout::kOffsets32) {
    const std::size_t slots = view_.spaced ? extent.entries : extent.values;
    PF_TRY(checkOffsets(value_ + slots));
    const std::uint32_t* const offsets = view_.values.offsets + value_;
    if (extent.values == 0 || offsets[slots] - offsets[0] <= bytes) {
      return {};
    }
    if (view_.spaced && extent.values != slots) {
      entries = cutSpacedByBytes(bytes, slots);
    } else {
      const std::uint64_t end = offsets[0] + bytes;
      const auto* const reached = std::lower_bound(offsets + 1, offsets + slots, end);
      entries = entryOfNth(static_cast<std::size_t>(reached - offsets) - 1, entries) + 1;
    }
  } else {
    const bool isFixed = view_.values.layout == ValuesLayout::kFixed;
    const std::uint64_t valuesMax = isFixed ? (bytes + width_ - 1) / width_ : bytes * 8;
    if (extent.values <= valuesMax) {
      return {};
    }
    entries = entryOfNth(valuesMax - 1, entries) + 1;
  }
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

// How many entries bring the present ones to `bytes`; what a slot without a value says is not
// counted.
std::size_t SliceCursor::cutSpacedByBytes(std::uint64_t bytes, std::size_t entries) const {
  const std::uint32_t* const offsets = view_.values.offsets + value_;
  std::uint64_t taken = 0;
  std::size_t entry = 0;
  while (entry < entries && taken < bytes) {
    const bool present = view_.validity != nullptr
                             ? bitAt(view_.validity, view_.validityBitOffset + entry_ + entry)
                             : definitionLevels()[entry] == leaf_->maxDefinitionLevel;
    taken += present ? offsets[entry + 1] - offsets[entry] : 0;
    ++entry;
  }
  return entry;
}

// The slice's entry with the value number `nth`; `entries` where there are fewer.
std::size_t SliceCursor::entryOfNth(std::size_t nth, std::size_t entries) const noexcept {
  if (view_.validity != nullptr) {
    return findBit(view_.validity, view_.validityBitOffset + entry_, entries, nth);
  }
  if (const std::uint8_t* const levels = definitionLevels()) {
    return findLevel(levels, entries, leaf_->maxDefinitionLevel, nth);
  }
  return std::min(nth, entries);
}

Result<void> SliceCursor::checkOffsets(std::uint64_t slots) {
  const ValuesView& values = view_.values;
  while (offsetsChecked_ < slots) {
    const std::uint64_t end =
        std::min(values.count, std::max(slots, offsetsChecked_ + kOffsetsPerCheck));
    const std::uint32_t* const offsets = values.offsets + offsetsChecked_;
    const std::size_t count = end - offsetsChecked_;
    if (!neverDecreases(offsets, count) || offsets[count] > values.dataBytes) {
      std::size_t bad = 0;
      while (offsets[bad + 1] >= offsets[bad] && offsets[bad + 1] <= values.dataBytes) {
        ++bad;
      }
      const bool isPast = offsets[bad + 1] >= offsets[bad];
      return refuseValue(offsetsChecked_ + bad,
                         isPast ? "the value ends at offset " + std::to_string(offsets[bad + 1]) +
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
  if (!view_.spaced && value_ + extent.values != view_.values.count) {
    return refuse("the definition levels have " + std::to_string(value_ + extent.values) +
                  " values, and there are " + std::to_string(view_.values.count));
  }
  return {};
}

Result<void> SliceCursor::takeValues(const Extent& extent, LeafSlice& slice) {
  const ValuesView& from = view_.values;
  ValuesView& values = slice.values;
  values = from;
  values.count = extent.values;
  slice.valuesBorrowed = true;
  switch (from.layout) {
    case ValuesLayout::kFixed:
      values.data += value_ * width_;
      break;
    case ValuesLayout::kByteBooleans:
      values.data += value_;
      break;
    case ValuesLayout::kBits:
      values.bitOffset += value_;
      break;
    case ValuesLayout::kOffsets32:
      values.offsets += value_;
      break;
  }
  if (view_.spaced && slice.nulls != 0) {
    const Presence presence{slice.validity, slice.validityBitOffset, slice.definitionLevels,
                            leaf_->maxDefinitionLevel};
    PF_TRY_ASSIGN(values, compact_.compact(values, extent.entries, width_, presence));
    slice.valuesBorrowed = false;
  }
  switch (from.layout) {
    case ValuesLayout::kFixed:
      slice.valueBytes = values.count * width_;
      break;
    case ValuesLayout::kByteBooleans:
    case ValuesLayout::kBits:
      slice.valueBytes = (values.count + 7) / 8;
      break;
    case ValuesLayout::kOffsets32:
      slice.valueBytes = values.count == 0 ? 0 : values.offsets[values.count] - values.offsets[0];
      break;
  }
  return {};
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
tl::unexpected<Error> SliceCursor::refuseValue(std::uint64_t slot, std::string message) const {
  std::uint64_t entry = slot;
  if (!view_.spaced && view_.validity != nullptr) {
    entry = findBit(view_.validity, view_.validityBitOffset, view_.entries, slot);
  } else if (!view_.spaced && view_.definitionLevels != nullptr) {
    entry = findLevel(view_.definitionLevels, view_.entries, leaf_->maxDefinitionLevel, slot);
  }
  return refuseEntry(std::min(entry, view_.entries - 1), std::move(message));
}

}  // namespace parquet_flow::column
