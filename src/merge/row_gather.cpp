#include "merge/row_gather.hpp"

#include <algorithm>
#include <cstring>

#include "base/bits.hpp"
#include "base/bytes.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::merge {

using column::bitAt;
using column::LeafBuffer;
using column::LeafView;
using column::ValuesLayout;

// Slots are where values lie: for each row of a leaf that does not repeat, else for each entry.
struct RowSource::Access {
  LeafView view;
  std::size_t width = 0;
  bool hasNulls = false;
  // Where values are dense and some are missing: the slot of each entry.
  std::vector<std::uint32_t> slots;
  // Of a leaf that repeats: the first entry of each row, and one behind the last.
  std::vector<std::uint32_t> rowEntries;

  void open(const schema::Leaf& leaf, const LeafView& itsView);
  [[nodiscard]] bool isThere(const schema::Leaf& leaf, std::size_t entry) const noexcept {
    if (view.validity != nullptr) return bitAt(view.validity, view.validityBitOffset + entry);
    return view.definitionLevels == nullptr ||
           view.definitionLevels[entry] == leaf.maxDefinitionLevel;
  }
  [[nodiscard]] std::uint8_t level(const schema::Leaf& leaf, std::size_t entry) const noexcept {
    if (view.definitionLevels != nullptr) return view.definitionLevels[entry];
    return static_cast<std::uint8_t>(leaf.maxDefinitionLevel - (isThere(leaf, entry) ? 0 : 1));
  }
  [[nodiscard]] std::size_t slot(std::size_t entry) const noexcept {
    return slots.empty() ? entry : slots[entry];
  }
  // Entries of consecutive rows.
  [[nodiscard]] std::size_t begin(std::size_t row) const noexcept {
    return rowEntries.empty() ? row : rowEntries[row];
  }
  [[nodiscard]] bool appendValue(std::size_t slot, LeafBuffer& to) const noexcept;
  [[nodiscard]] std::uint64_t bytes() const noexcept {  // of values and levels
    const column::ValuesView& values = view.values;
    if (values.layout != ValuesLayout::kOffsets32) return values.count * width + view.entries;
    if (values.count == 0) return view.entries;
    const std::uint32_t texts = values.offsets[values.count] - values.offsets[0];
    return texts + values.count * sizeof(std::uint32_t) + view.entries;
  }
};

void RowSource::Access::open(const schema::Leaf& leaf, const LeafView& itsView) {
  view = itsView;
  width = schema::fixedWidth(leaf.type, leaf.typeLength);
  slots.clear();
  rowEntries.clear();
  hasNulls = view.validity != nullptr || view.definitionLevels != nullptr;
  const std::uint8_t* const levels = view.definitionLevels;
  if (view.repetitionLevels != nullptr) {
    for (std::size_t entry = 0; entry < view.entries; ++entry) {
      if (view.repetitionLevels[entry] == 0) {
        rowEntries.push_back(static_cast<std::uint32_t>(entry));
      }
    }
    rowEntries.push_back(static_cast<std::uint32_t>(view.entries));
  }
  const bool hasAllSlots = view.spaced ? view.slotDefinitionLevel == 0 : !hasNulls;
  if (hasAllSlots) return;
  std::uint32_t next = 0;
  for (std::size_t entry = 0; entry < view.entries; ++entry) {
    slots.push_back(next);
    const bool hasSlot = view.spaced
                             ? levels == nullptr || levels[entry] >= view.slotDefinitionLevel
                             : isThere(leaf, entry);
    next += hasSlot ? 1 : 0;
  }
}

bool RowSource::Access::appendValue(std::size_t slot, LeafBuffer& to) const noexcept {
  const column::ValuesView& values = view.values;
  switch (values.layout) {
    case ValuesLayout::kOffsets32:
      return to.appendBytes(values.data + values.offsets[slot],
                            values.offsets[slot + 1] - values.offsets[slot]);
    case ValuesLayout::kBits: {
      const auto* const bits = reinterpret_cast<const std::uint8_t*>(values.data);
      return to.appendBoolean(bitAt(bits, values.bitOffset + slot));
    }
    case ValuesLayout::kByteBooleans:
      return to.appendBoolean(values.data[slot] != std::byte{0});
    default:
      return to.appendFixed(values.data + slot * width);
  }
}

RowSource::RowSource() = default;
RowSource::RowSource(RowSource&&) noexcept = default;
RowSource& RowSource::operator=(RowSource&&) noexcept = default;
RowSource::~RowSource() = default;

void RowSource::set(const schema::Schema& schema, std::span<const LeafView> views) {
  leaves_.resize(views.size());
  std::uint64_t bytes = 0;
  for (const schema::Leaf& leaf : schema.leaves()) {
    leaves_[leaf.index].open(leaf, views[leaf.index]);
    bytes += leaves_[leaf.index].bytes();
  }
  rowBytes_ = bytes / std::max<std::uint64_t>(views.front().rows, 1) + 1;
}

// What is picked of one leaf: ranges, and the leaf of each source.
struct RowGather::Picks {
  const schema::Leaf& leaf;
  std::span<const RowRange> ranges;
  std::size_t rows = 0;
  std::vector<const Access*> from = {};
};

namespace {

tl::unexpected<Error> failLimit(const schema::Leaf& leaf) {
  return fail(ErrorCode::kLimit,
              "column '" + leaf.dottedPath + "': the values of a batch come to 4 GiB");
}

Result<void> appendLevels(const schema::Leaf& leaf, std::size_t rows, LeafBuffer& to) {
  if (leaf.maxDefinitionLevel == 0) return {};
  PF_TRY_ASSIGN(std::byte* const levels, to.definitionLevels().appendUninitialized(rows));
  std::memset(levels, leaf.maxDefinitionLevel, rows);
  return {};
}

// `kWidth`: 0, known when it runs. Of inputs whose rows alternate most ranges are of one row.
template <std::size_t kWidth>
void copyRanges(std::span<const std::byte* const> bases, std::span<const RowRange> ranges,
                std::size_t anyWidth, std::byte* to) noexcept {
  const std::size_t width = kWidth == 0 ? anyWidth : kWidth;
  for (const RowRange& range : ranges) {
    const std::byte* const from = bases[range.source] + std::size_t{range.row} * width;
    if (range.rows == 1) {
      std::memcpy(to, from, width);
    } else {
      std::memcpy(to, from, range.rows * width);
    }
    to += range.rows * width;
  }
}

}  // namespace

RowGather::RowGather(const schema::Schema& schema) : schema_(&schema) {
  for (const schema::Leaf& leaf : schema.leaves()) leaves_.emplace_back(leaf);
  views_.resize(leaves_.size());
}

Result<void> RowGather::append(std::span<const RowSource* const> sources,
                               std::span<const RowRange> ranges) {
  std::size_t rows = 0;
  for (const RowRange& range : ranges) rows += range.rows;
  for (const schema::Leaf& leaf : schema_->leaves()) {
    Picks picks{.leaf = leaf, .ranges = ranges, .rows = rows};
    LeafBuffer& to = leaves_[leaf.index];
    bool isSlots = leaf.type != schema::PhysicalType::kBoolean && leaf.maxRepetitionLevel == 0;
    for (const RowSource* const source : sources) {
      picks.from.push_back(&source->leaves_[leaf.index]);
      isSlots = isSlots && !picks.from.back()->hasNulls;
    }
    if (!isSlots) {
      PF_TRY(appendEntries(picks, to));
    } else {
      PF_TRY(to.width() != 0 ? appendFixed(picks, to) : appendTexts(picks, to));
      PF_TRY(appendLevels(leaf, rows, to));
    }
  }
  rows_ += rows;
  return {};
}

Result<void> RowGather::appendFixed(const Picks& picks, LeafBuffer& to) const {
  const std::size_t width = to.width();
  std::vector<const std::byte*> bases;
  bases.reserve(picks.from.size());
  for (const Access* const from : picks.from) bases.push_back(from->view.values.data);
  PF_TRY_ASSIGN(std::byte* const at, to.values().appendUninitialized(picks.rows * width));
  switch (width) {
    case 4:
      copyRanges<4>(bases, picks.ranges, width, at);
      break;
    case 8:
      copyRanges<8>(bases, picks.ranges, width, at);
      break;
    default:
      copyRanges<0>(bases, picks.ranges, width, at);
  }
  return {};
}

// The offsets first, then the bytes. Most texts are short: so many bytes are copied in any case
// where that many lie there, a call of memcpy for each taking several times as long.
Result<void> RowGather::appendTexts(const Picks& picks, LeafBuffer& to) const {
  constexpr std::size_t kShort = 16;
  struct Texts {
    const std::byte* data;
    const std::uint32_t* offsets;
    std::uint64_t wholeBelow;  // offsets of which kShort bytes lie there
  };
  std::vector<Texts> sources;
  for (const Access* const from : picks.from) {
    const column::ValuesView& values = from->view.values;
    const std::uint64_t bytes = values.count == 0 ? 0 : values.offsets[values.count];
    sources.push_back({values.data, values.offsets, bytes < kShort ? 0 : bytes - kShort + 1});
  }
  std::uint64_t bytes = to.values().size();
  if (to.offsets().empty()) PF_TRY(to.offsets().appendLe<std::uint32_t>(0));
  PF_TRY_ASSIGN(std::byte * next,
                to.offsets().appendUninitialized(picks.rows * sizeof(std::uint32_t)));
  for (const RowRange& range : picks.ranges) {
    const std::uint32_t* const offsets = sources[range.source].offsets + range.row;
    for (std::uint32_t i = 1; i <= range.rows; ++i, next += sizeof(std::uint32_t)) {
      storeLe(next, static_cast<std::uint32_t>(bytes + (offsets[i] - offsets[0])));
    }
    bytes += offsets[range.rows] - offsets[0];
  }
  if (bytes > UINT32_MAX) return failLimit(picks.leaf);
  const std::uint64_t more = bytes - to.values().size();
  PF_TRY_ASSIGN(std::byte * at, to.values().reserveExtra(more + kShort));
  for (const RowRange& range : picks.ranges) {
    const Texts& from = sources[range.source];
    const std::uint32_t begin = from.offsets[range.row];
    const std::uint32_t length = from.offsets[range.row + range.rows] - begin;
    if (length <= kShort && begin < from.wholeBelow) {
      std::memcpy(at, from.data + begin, kShort);
    } else if (length != 0) {
      std::memcpy(at, from.data + begin, length);
    }
    at += length;
  }
  to.values().commit(more);
  return {};
}

Result<void> RowGather::appendEntries(const Picks& picks, LeafBuffer& to) const {
  for (const RowRange& range : picks.ranges) {
    const Access& from = *picks.from[range.source];
    const std::uint8_t* const repetition = from.view.repetitionLevels;
    const std::size_t end = from.begin(range.row + range.rows);
    for (std::size_t entry = from.begin(range.row); entry < end; ++entry) {
      if ((from.isThere(picks.leaf, entry) && !from.appendValue(from.slot(entry), to)) ||
          !to.appendLevels(from.level(picks.leaf, entry),
                           repetition == nullptr ? 0 : repetition[entry])) {
        return failLimit(picks.leaf);
      }
    }
  }
  return {};
}

std::span<const LeafView> RowGather::views() {
  for (std::size_t i = 0; i < leaves_.size(); ++i) views_[i] = leaves_[i].view(rows_);
  return views_;
}

void RowGather::clear() noexcept {
  for (LeafBuffer& leaf : leaves_) leaf.clear();
  rows_ = 0;
}

}  // namespace parquet_flow::merge
