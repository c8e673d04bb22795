#include "write/value_sample.hpp"

#include <algorithm>
#include <bit>

#include "base/bits.hpp"
#include "column/gather.hpp"
#include "column/level_scan.hpp"
#include "column/slice_values.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using column::SourceForm;
using column::ValuesLayout;
using column::ValuesView;

// Whether the values of a range of slots can be found without a look at what is before them.
bool hasSlots(const LeafView& view) noexcept {
  const bool noNulls = view.validity == nullptr && view.definitionLevels == nullptr;
  return !view.spaced || noNulls || view.slotDefinitionLevel == 0;
}

// Which of some slots have a value; only where the view is spaced and may have nulls.
column::Presence presenceAt(const schema::Leaf& leaf, const LeafView& view,
                            std::uint64_t first) noexcept {
  column::Presence presence;
  presence.validity = view.validity;
  presence.validityBitOffset = view.validityBitOffset + first;
  if (view.validity == nullptr) {
    presence.definitionLevels = view.definitionLevels + first;
    presence.maxDefinitionLevel = leaf.maxDefinitionLevel;
  }
  return presence;
}

std::size_t countPresent(const column::Presence& presence, std::size_t slots) {
  if (presence.validity != nullptr) {
    return column::countBits(presence.validity, presence.validityBitOffset, slots);
  }
  return column::scanLevels(presence.definitionLevels, slots, presence.maxDefinitionLevel).matches;
}

template <class Offset>
bool offsetsRise(const Offset* offsets, std::size_t count, std::uint64_t bytes) noexcept {
  bool rises = static_cast<std::int64_t>(offsets[0]) >= 0 &&
               static_cast<std::uint64_t>(offsets[count]) <= bytes;
  for (std::size_t i = 0; i < count; ++i) {
    rises = rises && offsets[i] <= offsets[i + 1];
  }
  return rises;
}

// Nobody has looked at these offsets yet.
bool offsetsAreRight(const ValuesView& values, std::uint64_t first, std::size_t count) noexcept {
  if (values.layout != ValuesLayout::kOffsets32) {
    return true;
  }
  if (values.form == SourceForm::kAsLayout) {
    return offsetsRise(values.offsets + first, count, values.dataBytes);
  }
  if (values.form == SourceForm::kOffsets64) {
    const auto most = std::min<std::uint64_t>(values.dataBytes, INT64_MAX);
    return offsetsRise(values.offsets64 + first, count, most);
  }
  return true;
}

std::uint64_t runsOf(std::uint64_t values) noexcept {
  return std::clamp<std::uint64_t>(values / (4 * ValueSample::kRunValues), 1,
                                   ValueSample::kRunsMax);
}

// Of all BYTE_ARRAYs of the view; UINT64_MAX where nothing says.
std::uint64_t byteArrayBytes(const ValuesView& values) noexcept {
  if (values.layout != ValuesLayout::kOffsets32 || values.count == 0) {
    return UINT64_MAX;
  }
  if (values.form == SourceForm::kAsLayout) {
    return std::uint64_t{values.offsets[values.count]} - values.offsets[0];
  }
  if (values.form == SourceForm::kOffsets64) {
    return static_cast<std::uint64_t>(values.offsets64[values.count]) -
           static_cast<std::uint64_t>(values.offsets64[0]);
  }
  return UINT64_MAX;
}

}  // namespace

Result<void> ValueSample::take(const schema::Leaf& leaf, const LeafView& view, bool toCompress) {
  width_ = schema::fixedWidth(leaf.type, leaf.typeLength);
  isBoolean_ = leaf.type == schema::PhysicalType::kBoolean;
  if (isBoolean_) {
    width_ = 1;
  }
  data_.clear();
  offsets_.clear();
  count_ = 0;
  runs_ = 0;
  begins_[0] = 0;
  viewValues_ = 0;
  runBytesMax_ = kRunBytesMax;
  if (width_ == 0) {
    PF_TRY(offsets_.appendLe(std::uint32_t{0}));
    if (toCompress) {
      runBytesMax_ = static_cast<std::size_t>(
          std::clamp<std::uint64_t>(byteArrayBytes(view.values) / 16 / runsOf(view.entries),
                                    kRunBytesToCompressMin, kRunBytesMax));
    }
  }
  Result<void> taken = hasSlots(view) ? takeRuns(leaf, view) : takeFront(leaf, view);
  if (!taken && taken.error().code() == ErrorCode::kOutOfMemory) {
    return taken;
  }
  return {};
}

Result<void> ValueSample::takeRuns(const schema::Leaf& leaf, const LeafView& view) {
  const std::uint64_t slots = view.values.count;
  if (slots == 0) {
    return {};
  }
  column::SliceValues source(leaf, column::IndicesTaken::kNo);
  PF_TRY(source.begin(view.values));
  const bool mayHaveNulls =
      view.spaced && (view.validity != nullptr || view.definitionLevels != nullptr);
  const std::uint64_t runs = runsOf(slots);
  std::uint64_t slotsSeen = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    column::SlotRange range;
    range.slots = std::min<std::uint64_t>(slots, kRunValues);
    range.first = runs == 1 ? 0 : (slots - range.slots) * i / (runs - 1);
    range.values = range.slots;
    if (mayHaveNulls) {
      range.presence = presenceAt(leaf, view, range.first);
      range.values = countPresent(range.presence, range.slots);
    }
    if (!offsetsAreRight(view.values, range.first, range.slots)) {
      break;
    }
    slotsSeen += range.slots;
    if (range.values == 0) {
      continue;
    }
    PF_TRY_ASSIGN(const ValuesView dense, source.take(range, runBytesMax_));
    PF_TRY(append(dense));
  }
  if (slotsSeen != 0) {
    viewValues_ = mayHaveNulls ? slots * count_ / slotsSeen : slots;
  }
  return {};
}

// The values of the first rows, of a view whose slots go by the levels.
Result<void> ValueSample::takeFront(const schema::Leaf& leaf, const LeafView& view) {
  column::SliceCursor cursor(leaf);
  PF_TRY(cursor.begin(view, 0));
  std::uint64_t entries = 0;
  std::uint64_t values = 0;
  while (!cursor.atEnd() && runs_ < kRunsMax && entries * 4 <= view.entries) {
    const column::PageRoom room = {
        .rows = kRunValues, .entries = kRunValues, .valueBytes = runBytesMax_};
    PF_TRY_ASSIGN(const column::LeafSlice slice, cursor.next(room));
    entries += slice.entries;
    values += slice.values.count;
    if (slice.values.count != 0) {
      PF_TRY(append(slice.values));
    }
  }
  viewValues_ = entries == 0 ? 0 : view.entries * values / entries;
  return {};
}

Result<void> ValueSample::append(const ValuesView& dense) {
  // A row may be far longer than a run.
  std::size_t count = std::min<std::size_t>(dense.count, kRunValues);
  switch (dense.layout) {
    case ValuesLayout::kFixed:
    case ValuesLayout::kByteBooleans:
      PF_TRY(data_.append(dense.data, count * width_));
      break;
    case ValuesLayout::kBits: {
      PF_TRY_ASSIGN(std::byte* const to, data_.appendUninitialized(count));
      unpackBooleans(dense.data, dense.bitOffset, count, to);
      break;
    }
    case ValuesLayout::kOffsets32: {
      const std::uint32_t first = dense.offsets[0];
      const auto base = static_cast<std::uint32_t>(data_.size()) - first;
      while (count > 1 && dense.offsets[count] - first > runBytesMax_) {
        count /= 2;
      }
      if (dense.offsets[count] - first > runBytesMax_) {
        return {};  // the one value is larger than what a sample is to be
      }
      PF_TRY(data_.append(dense.data + first, dense.offsets[count] - first));
      for (std::size_t i = 1; i <= count; ++i) {
        PF_TRY(offsets_.appendLe(static_cast<std::uint32_t>(dense.offsets[i] + base)));
      }
      break;
    }
    case ValuesLayout::kIndices:
      return {};
  }
  count_ += count;
  begins_[++runs_] = count_;
  return {};
}

ValuesView ValueSample::values(std::size_t begin, std::size_t count) const noexcept {
  ValuesView view;
  view.count = count;
  view.data = data_.data();
  if (width_ == 0) {
    view.layout = ValuesLayout::kOffsets32;
    view.offsets = reinterpret_cast<const std::uint32_t*>(offsets_.data()) + begin;
  } else {
    view.layout = isBoolean_ ? ValuesLayout::kByteBooleans : ValuesLayout::kFixed;
    view.data += begin * width_;
  }
  return view;
}

}  // namespace parquet_flow::write
