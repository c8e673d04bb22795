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
struct RowGather::Access {
  LeafView view;
  std::size_t width = 0;
  bool hasNulls = false;
  // Where values are dense and some are missing: the slot of each entry.
  std::vector<std::uint32_t> slots;
  // Of a leaf that repeats: the first entry of each row, and one behind the last.
  std::vector<std::uint32_t> rowEntries;

  [[nodiscard]] bool isThere(const schema::Leaf& leaf, std::size_t entry) const noexcept {
    if (view.validity != nullptr) return bitAt(view.validity, view.validityBitOffset + entry);
    return view.definitionLevels == nullptr ||
           view.definitionLevels[entry] == leaf.maxDefinitionLevel;
  }
  [[nodiscard]] std::size_t slot(std::size_t entry) const noexcept {
    return slots.empty() ? entry : slots[entry];
  }
};

namespace {

tl::unexpected<Error> failLimit(const schema::Leaf& leaf) {
  return fail(ErrorCode::kLimit,
              "column '" + leaf.dottedPath + "': the values of a batch come to 4 GiB");
}

// The loops of columns that are nothing but numbers.
template <std::size_t kWidth>
void copyFixed(const std::vector<const std::byte*>& bases, std::span<const RowPick> picks,
               std::byte* to) noexcept {
  for (std::size_t i = 0; i < picks.size(); ++i) {
    std::memcpy(to + i * kWidth, bases[picks[i].source] + std::size_t{picks[i].row} * kWidth,
                kWidth);
  }
}

}  // namespace

RowGather::RowGather(const schema::Schema& schema) : schema_(&schema) {
  for (const schema::Leaf& leaf : schema.leaves()) leaves_.emplace_back(leaf);
  views_.resize(leaves_.size());
}

RowGather::~RowGather() = default;

Result<void> RowGather::setSource(std::size_t source, std::span<const LeafView> views) {
  if (sources_.size() <= source) sources_.resize(source + 1);
  std::vector<Access>& all = sources_[source];
  all.resize(views.size());
  for (const schema::Leaf& leaf : schema_->leaves()) {
    PF_TRY(open(leaf, views[leaf.index], all[leaf.index]));
  }
  return {};
}

Result<void> RowGather::open(const schema::Leaf& leaf, const LeafView& view, Access& out) const {
  out.view = view;
  out.width = schema::fixedWidth(leaf.type, leaf.typeLength);
  out.slots.clear();
  out.rowEntries.clear();
  out.hasNulls = view.validity != nullptr || view.definitionLevels != nullptr;
  const std::uint8_t* const levels = view.definitionLevels;
  if (view.repetitionLevels != nullptr) {
    for (std::size_t entry = 0; entry < view.entries; ++entry) {
      if (view.repetitionLevels[entry] == 0) {
        out.rowEntries.push_back(static_cast<std::uint32_t>(entry));
      }
    }
    out.rowEntries.push_back(static_cast<std::uint32_t>(view.entries));
  }
  const bool hasAllSlots = view.spaced ? view.slotDefinitionLevel == 0 : !out.hasNulls;
  if (hasAllSlots) return {};
  std::uint32_t slot = 0;
  for (std::size_t entry = 0; entry < view.entries; ++entry) {
    out.slots.push_back(slot);
    const bool hasSlot = view.spaced
                             ? levels == nullptr || levels[entry] >= view.slotDefinitionLevel
                             : out.isThere(leaf, entry);
    slot += hasSlot ? 1 : 0;
  }
  return {};
}

Result<void> RowGather::append(std::span<const RowPick> picks) {
  for (const schema::Leaf& leaf : schema_->leaves()) {
    PF_TRY(leaf.maxRepetitionLevel == 0 ? appendFlat(leaf, picks) : appendNested(leaf, picks));
  }
  rows_ += picks.size();
  return {};
}

Result<void> RowGather::appendFlat(const schema::Leaf& leaf, std::span<const RowPick> picks) {
  LeafBuffer& to = leaves_[leaf.index];
  const std::size_t width = to.width();
  bool isPlain = width != 0 && leaf.type != schema::PhysicalType::kBoolean;
  std::vector<const std::byte*> bases;
  for (const std::vector<Access>& source : sources_) {
    if (source.empty()) {  // one that has had no rows
      bases.push_back(nullptr);
      continue;
    }
    const Access& from = source[leaf.index];
    isPlain = isPlain && !from.hasNulls && from.view.values.layout == ValuesLayout::kFixed;
    bases.push_back(from.view.values.data);
  }
  if (isPlain) {
    PF_TRY_ASSIGN(std::byte* const at, to.values().appendUninitialized(picks.size() * width));
    if (width == 8) {
      copyFixed<8>(bases, picks, at);
    } else if (width == 4) {
      copyFixed<4>(bases, picks, at);
    } else {
      for (std::size_t i = 0; i < picks.size(); ++i) {
        std::memcpy(at + i * width, bases[picks[i].source] + picks[i].row * width, width);
      }
    }
    if (leaf.maxDefinitionLevel == 0) return {};
    PF_TRY_ASSIGN(std::byte* const levels, to.definitionLevels().appendUninitialized(picks.size()));
    std::memset(levels, leaf.maxDefinitionLevel, picks.size());
    return {};
  }
  for (const RowPick& pick : picks) {
    const Access& from = sources_[pick.source][leaf.index];
    const bool isThere = !from.hasNulls || from.isThere(leaf, pick.row);
    std::uint8_t level = leaf.maxDefinitionLevel;
    if (!isThere) {
      level = from.view.definitionLevels == nullptr
                  ? static_cast<std::uint8_t>(leaf.maxDefinitionLevel - 1)
                  : from.view.definitionLevels[pick.row];
    }
    if ((isThere && !appendValue(leaf, from, from.slot(pick.row))) || !to.appendLevels(level, 0)) {
      return failLimit(leaf);
    }
  }
  return {};
}

Result<void> RowGather::appendNested(const schema::Leaf& leaf, std::span<const RowPick> picks) {
  LeafBuffer& to = leaves_[leaf.index];
  for (const RowPick& pick : picks) {
    const Access& from = sources_[pick.source][leaf.index];
    const std::uint32_t end = from.rowEntries[pick.row + 1];
    for (std::uint32_t entry = from.rowEntries[pick.row]; entry < end; ++entry) {
      const bool isThere = from.isThere(leaf, entry);
      const std::uint8_t level = from.view.definitionLevels == nullptr
                                     ? leaf.maxDefinitionLevel
                                     : from.view.definitionLevels[entry];
      if ((isThere && !appendValue(leaf, from, from.slot(entry))) ||
          !to.appendLevels(level, from.view.repetitionLevels[entry])) {
        return failLimit(leaf);
      }
    }
  }
  return {};
}

bool RowGather::appendValue(const schema::Leaf& leaf, const Access& from, std::size_t slot) {
  LeafBuffer& to = leaves_[leaf.index];
  const column::ValuesView& values = from.view.values;
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
      return to.appendFixed(values.data + slot * from.width);
  }
}

std::uint64_t RowGather::bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const LeafBuffer& leaf : leaves_) bytes += leaf.bytes();
  return bytes;
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
