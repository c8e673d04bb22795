#include "write/value_sample.hpp"

#include <algorithm>
#include <bit>

#include "base/bits.hpp"
#include "column/gather.hpp"
#include "column/level_scan.hpp"

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

bool slotsMayBeNull(const LeafView& view) noexcept {
  return view.spaced && (view.validity != nullptr || view.definitionLevels != nullptr);
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
  if (values.count == 0) {
    return 0;
  }
  if (values.layout != ValuesLayout::kOffsets32) {
    return UINT64_MAX;
  }
  if (values.form == SourceForm::kAsLayout && values.offsets != nullptr) {
    return std::uint64_t{values.offsets[values.count]} - values.offsets[0];
  }
  if (values.form == SourceForm::kOffsets64 && values.offsets64 != nullptr) {
    return static_cast<std::uint64_t>(values.offsets64[values.count]) -
           static_cast<std::uint64_t>(values.offsets64[0]);
  }
  return UINT64_MAX;
}

// Of a run, where a sixteenth of the bytes of the views is to be in the sample.
std::size_t runBytesToCompress(std::span<const LeafView> views) noexcept {
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
  for (const LeafView& view : views) {
    const std::uint64_t itsBytes = byteArrayBytes(view.values);
    bytes = itsBytes > UINT64_MAX - bytes ? UINT64_MAX : bytes + itsBytes;
    entries += view.entries;
  }
  return static_cast<std::size_t>(std::clamp<std::uint64_t>(bytes / 16 / runsOf(entries),
                                                            ValueSample::kRunBytesToCompressMin,
                                                            ValueSample::kRunBytesMax));
}

bool isIndexed(const ValuesView& values) noexcept {
  return values.form == SourceForm::kIndices || values.form == SourceForm::kTake;
}

// Of views that have one each, which is looked at as a whole.
constexpr unsigned kDictionariesPerRunMax = 16;

}  // namespace

// Forward through the slots of views that follow one another.
struct ValueSample::SlotWalk {
  SlotWalk(const schema::Leaf& leaf, std::span<const LeafView> views) noexcept
      : source(leaf, column::IndicesTaken::kNo), view(views.data()) {}

  // To the view with this slot, which there is; whether it is another than before.
  [[nodiscard]] Result<bool> goTo(std::uint64_t slot) {
    while (slot - before >= view->values.count) {
      before += view->values.count;
      ++view;
    }
    if (view == begun) {
      return false;
    }
    PF_TRY(source.begin(view->values));
    begun = view;
    return true;
  }

  column::SliceValues source;
  const LeafView* view;
  const LeafView* begun = nullptr;  // what `source` is of
  std::uint64_t before = 0;         // slots of the views in front of it
  std::uint64_t slotsSeen = 0;
};

Result<void> ValueSample::take(const schema::Leaf& leaf, std::span<const LeafView> views,
                               bool toCompress) {
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
  runBytesBegin_ = 0;
  runBytesMax_ = kRunBytesMax;
  if (width_ == 0) {
    PF_TRY(offsets_.appendLe(std::uint32_t{0}));
    if (toCompress) {
      runBytesMax_ = runBytesToCompress(views);
    }
  }
  const bool allHaveSlots = std::all_of(views.begin(), views.end(), hasSlots);
  Result<void> taken = allHaveSlots ? takeRuns(leaf, views) : takeFronts(leaf, views);
  if (!taken && taken.error().code() == ErrorCode::kOutOfMemory) {
    return taken;
  }
  return {};
}

// The slots of all views are counted through; a run goes on in the views behind the one that it
// begins in, which may be as small as a row.
Result<void> ValueSample::takeRuns(const schema::Leaf& leaf, std::span<const LeafView> views) {
  std::uint64_t slots = 0;
  bool mayHaveNulls = false;
  for (const LeafView& view : views) {
    slots += view.values.count;
    mayHaveNulls = mayHaveNulls || slotsMayBeNull(view);
  }
  if (slots == 0) {
    return {};
  }
  const std::uint64_t runs = runsOf(slots);
  runsExpected_ = runs;
  const std::uint64_t runSlots = std::min<std::uint64_t>(slots, kRunValues);
  SlotWalk walk(leaf, views);
  for (std::uint64_t i = 0; i < runs; ++i) {
    const std::uint64_t first = runs == 1 ? 0 : (slots - runSlots) * i / (runs - 1);
    PF_TRY_ASSIGN(const bool isRight, takeRun(leaf, walk, first, runSlots));
    endRun();
    if (!isRight) {
      break;
    }
  }
  if (walk.slotsSeen != 0) {
    viewValues_ = mayHaveNulls ? slots * count_ / walk.slotsSeen : slots;
  }
  return {};
}

// False: the offsets are wrong.
Result<bool> ValueSample::takeRun(const schema::Leaf& leaf, SlotWalk& walk, std::uint64_t first,
                                  std::uint64_t slots) {
  unsigned dictionaries = 0;
  while (slots != 0) {
    PF_TRY_ASSIGN(const bool isNew, walk.goTo(first));
    dictionaries += isNew && isIndexed(walk.view->values) ? 1 : 0;
    if (dictionaries > kDictionariesPerRunMax) {
      break;
    }
    column::SlotRange range;
    range.first = first - walk.before;
    range.slots = std::min<std::uint64_t>(walk.view->values.count - range.first, slots);
    if (!offsetsAreRight(walk.view->values, range.first, range.slots)) {
      return false;
    }
    walk.slotsSeen += range.slots;
    first += range.slots;
    slots -= range.slots;
    PF_TRY(takePart(leaf, *walk.view, range, walk.source));
  }
  return true;
}

// Of a run.
Result<void> ValueSample::takePart(const schema::Leaf& leaf, const LeafView& view,
                                   column::SlotRange range, column::SliceValues& source) {
  range.values = range.slots;
  if (slotsMayBeNull(view)) {
    range.presence = presenceAt(leaf, view, range.first);
    range.values = countPresent(range.presence, range.slots);
  }
  if (range.values == 0) {
    return {};
  }
  PF_TRY_ASSIGN(const ValuesView dense, source.take(range, runBytesMax_));
  return append(dense);
}

// The values of the first rows of some views, where slots go by the levels.
Result<void> ValueSample::takeFronts(const schema::Leaf& leaf, std::span<const LeafView> views) {
  const std::size_t fronts = std::min(views.size(), kRunsMax);
  std::uint64_t entries = 0;
  std::uint64_t values = 0;
  for (std::size_t i = 0; i < fronts; ++i) {
    const LeafView& view = views[i * views.size() / fronts];
    const std::size_t runsUpTo = (i + 1) * kRunsMax / fronts;
    column::SliceCursor cursor(leaf);
    PF_TRY(cursor.begin(view, 0));
    std::uint64_t seen = 0;
    while (!cursor.atEnd() && runs_ < runsUpTo && seen * 4 <= view.entries) {
      const column::PageRoom room = {
          .rows = kRunValues, .entries = kRunValues, .valueBytes = runBytesMax_};
      PF_TRY_ASSIGN(const column::LeafSlice slice, cursor.next(room));
      seen += slice.entries;
      values += slice.values.count;
      runsExpected_ = view.entries / (4 * std::max<std::uint64_t>(slice.entries, 1)) + 1;
      if (slice.values.count != 0) {
        PF_TRY(append(slice.values));
        endRun();
      }
    }
    entries += seen;
  }
  std::uint64_t all = 0;
  for (const LeafView& view : views) {
    all += view.entries;
  }
  viewValues_ = entries == 0 ? 0 : all * values / entries;
  return {};
}

// To the run that is open.
Result<void> ValueSample::append(const ValuesView& dense) {
  // A row may be far longer than a run.
  std::size_t count = std::min<std::size_t>(dense.count, kRunValues - (count_ - begins_[runs_]));
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
      const std::size_t room = runBytesMax_ - (data_.size() - runBytesBegin_);
      while (count > 1 && dense.offsets[count] - first > room) {
        count /= 2;
      }
      if (count == 0 || dense.offsets[count] - first > room) {
        return {};  // the one value is larger than what the run is to be
      }
      const std::size_t bytes = dense.offsets[count] - first;
      if (data_.empty()) {  // it would else grow from run to run, and move
        PF_TRY(data_.reserve(bytes * std::min<std::uint64_t>(runsExpected_, kRunsMax)));
      }
      PF_TRY(data_.append(dense.data + first, bytes));
      PF_TRY_ASSIGN(std::byte* const to,
                    offsets_.appendUninitialized(count * sizeof(std::uint32_t)));
      for (std::size_t i = 0; i < count; ++i) {
        storeLe(to + i * sizeof(std::uint32_t), dense.offsets[i + 1] + base);
      }
      break;
    }
    case ValuesLayout::kIndices:
      return {};
  }
  count_ += count;
  return {};
}

// One without values is none.
void ValueSample::endRun() noexcept {
  if (count_ != begins_[runs_]) {
    begins_[++runs_] = count_;
  }
  runBytesBegin_ = data_.size();
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
