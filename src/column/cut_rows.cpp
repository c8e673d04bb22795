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
  if (piece.entries >= left_.entries) {
    return fail(ErrorCode::kInvalidArgument, std::to_string(left_.entries) +
                                                 " entries do not make " +
                                                 std::to_string(left_.rows) + " rows");
  }
  piece.values.count = slotsOf(*leaf_, left_, 0, piece.entries);
  if (piece.values.count > left_.values.count) {
    return fail(ErrorCode::kInvalidArgument, std::to_string(left_.values.count) +
                                                 " values, and the levels need " +
                                                 std::to_string(piece.values.count));
  }
  left_.rows -= rows;
  skipEntries(piece.entries);
  skipSlots(piece.values.count);
  return piece;
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
