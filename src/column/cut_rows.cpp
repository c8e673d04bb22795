#include "column/cut_rows.hpp"

#include <string>

#include "column/convert.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {

std::uint64_t slotsOf(const schema::Leaf& leaf, const LeafView& view, std::uint64_t entry,
                      std::uint64_t entries) noexcept {
  if (view.validity != nullptr) {
    return view.spaced ? entries
                       : countBits(view.validity, view.validityBitOffset + entry, entries);
  }
  if (view.definitionLevels == nullptr) return entries;
  return countAtLeast(view.definitionLevels + entry, entries,
                      view.spaced ? view.slotDefinitionLevel : leaf.maxDefinitionLevel);
}

Result<LeafView> RowCutter::next(std::uint64_t rows) {
  LeafView piece = left_;
  if (rows == left_.rows) {
    if (!endMakesItsRows()) return refuseRows();
    left_.rows = 0;
    left_.entries = 0;
    return piece;
  }
  piece.rows = rows;
  piece.entries = rows;
  if (left_.repetitionLevels != nullptr) {
    // The row ends where the next one begins.
    piece.entries = findLevel(left_.repetitionLevels, left_.entries, 0, rows);
  }
  if (piece.entries >= left_.entries) return refuseRows();
  piece.values.count = slotsOf(*leaf_, left_, 0, piece.entries);
  if (piece.values.count > left_.values.count) {
    return fail(ErrorCode::kInvalidArgument,
                std::to_string(values_) + " values, and the levels need " +
                    std::to_string(values_ - left_.values.count + piece.values.count) +
                    " for the first " + std::to_string(rows_ - left_.rows + rows) + " rows");
  }
  left_.rows -= rows;
  skipEntries(piece.entries);
  skipSlots(piece.values.count);
  return piece;
}

// Whoever reads the end of a view that was cut would count in that alone; what is whole is left to
// them.
bool RowCutter::endMakesItsRows() const noexcept {
  if (left_.rows == rows_) return true;
  if (left_.repetitionLevels == nullptr) return left_.entries == left_.rows;
  return scanLevels(left_.repetitionLevels, left_.entries, 0).matches == left_.rows;
}

tl::unexpected<Error> RowCutter::refuseRows() const {
  return fail(ErrorCode::kInvalidArgument,
              std::to_string(entries_) + " entries do not make " + std::to_string(rows_) + " rows");
}

void RowCutter::skipEntries(std::uint64_t entries) noexcept {
  left_.entries -= entries;
  if (left_.validity != nullptr) left_.validityBitOffset += entries;
  if (left_.definitionLevels != nullptr) left_.definitionLevels += entries;
  if (left_.repetitionLevels != nullptr) left_.repetitionLevels += entries;
}

void RowCutter::skipSlots(std::uint64_t slots) noexcept {
  ValuesView& values = left_.values;
  values.count -= slots;
  if (values.form == SourceForm::kAsLayout) {
    switch (values.layout) {
      case ValuesLayout::kBits:
        values.bitOffset += slots;
        return;
      case ValuesLayout::kOffsets32:
        if (values.offsets != nullptr) values.offsets += slots;
        return;
      case ValuesLayout::kIndices:
        values.indices += slots;
        return;
      case ValuesLayout::kFixed:
      case ValuesLayout::kByteBooleans:
        break;
    }
  }
  if (values.form == SourceForm::kOffsets64) {
    if (values.offsets64 != nullptr) values.offsets64 += slots;
    return;
  }
  if (values.data != nullptr) values.data += slots * valueStride(*leaf_, values);
}

}  // namespace parquet_flow::column
