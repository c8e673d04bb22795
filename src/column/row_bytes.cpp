#include "column/row_bytes.hpp"

#include <algorithm>
#include <utility>

#include "column/cut_rows.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
// --- a leaf --------------------------------------------------------------------------------------

LeafBytes::Place LeafBytes::after(const Place& place, std::uint64_t rows) const noexcept {
  const std::uint64_t left = view_->entries - place.entry;
  // A row ends where the next one begins.
  const std::uint64_t entries =
      view_->repetitionLevels == nullptr
          ? std::min(rows, left)
          : findLevel(view_->repetitionLevels + place.entry, left, 0, rows);
  const std::uint64_t slots = slotsOf(*leaf_, *view_, place.entry, entries);
  return {place.entry + entries, std::min(place.slot + slots, view_->values.count)};
}

std::uint64_t LeafBytes::between(const Place& from, const Place& to) const noexcept {
  const std::uint64_t entries = to.entry - from.entry;
  std::uint64_t bytes =
      values_.between(from.slot, to.slot) + ofEntries_.between(from.slot, to.slot);
  if (view_->values.form == SourceForm::kViews) bytes += inBuffers(from, to);
  if (view_->validity != nullptr) bytes += bitBytes(from.entry, to.entry);
  if (view_->definitionLevels != nullptr) bytes += entries;
  if (view_->repetitionLevels != nullptr) bytes += entries;
  return bytes;
}

// Of all that are not null: the slots of nulls may hold anything.
std::uint64_t LeafBytes::inBuffers(const Place& from, const Place& to) const noexcept {
  const LeafView& view = *view_;
  std::uint64_t slot = from.slot;
  std::uint64_t bytes = 0;
  if (!view.spaced || (view.validity == nullptr && view.definitionLevels == nullptr)) {
    for (; slot < to.slot; ++slot) bytes += values_.inBuffer(slot);
  } else if (view.validity != nullptr) {
    for (; slot < std::min(to.slot, to.entry); ++slot) {
      if (bitAt(view.validity, view.validityBitOffset + slot)) bytes += values_.inBuffer(slot);
    }
  } else {
    for (std::uint64_t entry = from.entry; entry < to.entry && slot < to.slot; ++entry) {
      const std::uint8_t level = view.definitionLevels[entry];
      if (level < view.slotDefinitionLevel) continue;
      if (level >= leaf_->maxDefinitionLevel) bytes += values_.inBuffer(slot);
      ++slot;
    }
  }
  return bytes;
}

std::uint64_t viewBytes(const schema::Leaf& leaf, const LeafView& view) noexcept {
  const LeafBytes bytes(leaf, view, {});
  std::uint64_t all = bytes.between({}, bytes.end());
  const ValuesView& values = view.values;
  if (values.dictionary != nullptr) {
    all += values.count * ValueBytes(leaf, *values.dictionary).mean(values.count);
  }
  return all;
}

// --- rows ----------------------------------------------------------------------------------------

RowMeasure::RowMeasure(const schema::Schema& schema, std::uint64_t rows,
                       std::span<const LeafView> views)
    : rowsLeft_(rows) {
  leaves_.reserve(views.size());
  for (const schema::Leaf& leaf : schema.leaves()) {
    const LeafView& view = views[leaf.index];
    const LeafBytes& bytes = leaves_.emplace_back(leaf, view, EntryBytes(leaf, view));
    bytesLeft_ += bytes.between({}, bytes.end());
  }
}

RowExtent RowMeasure::take(const RowExtent& most) {
  if (rowsLeft_ <= most.rows && bytesLeft_ <= most.bytes) {
    return {std::exchange(rowsLeft_, 0), std::exchange(bytesLeft_, 0)};
  }
  lookCloser();
  RowExtent taken;
  std::uint64_t window = std::min(rowsLeft_, most.rows);  // no more than these may be within it
  // What the mean says is near where rows are even, and needs ever more help where they are not.
  std::uint64_t added = 0;
  bool isBracketed = false;
  while (window != 0) {
    const std::uint64_t guess = rowsOf(most.bytes - taken.bytes) + added;
    const std::uint64_t step =
        isBracketed ? (window + 1) / 2 : std::clamp<std::uint64_t>(guess, 1, window);
    if (tryTake(step, most.bytes - taken.bytes, taken)) {
      window -= step;
      added = 2 * added + 1;
    } else {
      window = step - 1;
      isBracketed = true;
    }
  }
  return taken;
}

RowExtent RowMeasure::takeRow() {
  lookCloser();
  RowExtent taken;
  static_cast<void>(tryTake(1, UINT64_MAX, taken));
  return taken;
}

void RowMeasure::lookCloser() {
  if (!places_.empty()) return;
  places_.resize(leaves_.size());
  ahead_.resize(leaves_.size());
}

// About.
std::uint64_t RowMeasure::rowsOf(std::uint64_t bytes) const noexcept {
  if (bytesLeft_ <= bytes) return rowsLeft_;
  return bytes / (bytesLeft_ / rowsLeft_ + 1);
}

bool RowMeasure::tryTake(std::uint64_t rows, std::uint64_t bytesMax, RowExtent& taken) noexcept {
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < leaves_.size(); ++i) {
    ahead_[i] = leaves_[i].after(places_[i], rows);
    bytes += leaves_[i].between(places_[i], ahead_[i]);
    if (bytes > bytesMax) return false;
  }
  places_.swap(ahead_);
  rowsLeft_ -= rows;
  bytesLeft_ = rowsLeft_ == 0 ? 0 : bytesLeft_ - std::min(bytesLeft_, bytes);
  taken.rows += rows;
  taken.bytes += bytes;
  return true;
}

}  // namespace parquet_flow::column
