#include "column/cut_rows.hpp"

#include <algorithm>
#include <string>

#include "column/convert.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

constexpr std::uint64_t kViewBytes = 16;  // of a value's place in SourceForm::kViews

// Bytes from one value's place in `data` to the next.
std::uint64_t strideOf(const schema::Leaf& leaf, const ValuesView& values) noexcept {
  switch (values.form) {
    case SourceForm::kIndices:
    case SourceForm::kTake:
      return indexWidth(values.indexType);
    case SourceForm::kViews:
      return kViewBytes;
    case SourceForm::kAsLayout:
      return values.layout == ValuesLayout::kByteBooleans
                 ? 1
                 : schema::fixedWidth(leaf.type, leaf.typeLength);
    default:
      return values.sourceWidth;
  }
}

template <class Offset>
std::uint64_t offsetBytes(const Offset* offsets, const ValuesView& values) noexcept {
  if (values.count == 0 || offsets == nullptr) return 0;
  const auto first = static_cast<std::uint64_t>(offsets[0]);
  const auto last = static_cast<std::uint64_t>(offsets[values.count]);
  // Nobody has looked at the offsets yet.
  const std::uint64_t bytes = last > first ? std::min(last - first, values.dataBytes) : 0;
  return bytes + values.count * sizeof(Offset);
}

}  // namespace

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
  piece.values.count = slotsOf(piece.entries);
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

// Of the first entries.
std::uint64_t RowCutter::slotsOf(std::uint64_t entries) const noexcept {
  if (left_.validity != nullptr) {
    return left_.spaced ? entries : countBits(left_.validity, left_.validityBitOffset, entries);
  }
  if (left_.definitionLevels == nullptr) return entries;
  return countAtLeast(left_.definitionLevels, entries,
                      left_.spaced ? left_.slotDefinitionLevel : leaf_->maxDefinitionLevel);
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
  if (values.data != nullptr) values.data += slots * strideOf(*leaf_, values);
}

std::uint64_t viewBytes(const schema::Leaf& leaf, const LeafView& view) noexcept {
  const ValuesView& values = view.values;
  const bool isAsLayout = values.form == SourceForm::kAsLayout;
  std::uint64_t bytes = 0;
  if (values.form == SourceForm::kOffsets64) {
    bytes = offsetBytes(values.offsets64, values);
  } else if (isAsLayout && values.layout == ValuesLayout::kOffsets32) {
    bytes = offsetBytes(values.offsets, values);
  } else if (isAsLayout && values.layout == ValuesLayout::kBits) {
    bytes = (values.count + 7) / 8;
  } else if (isAsLayout && values.layout == ValuesLayout::kIndices) {
    bytes = values.count * sizeof(std::uint32_t);
  } else {
    bytes = values.count * strideOf(leaf, values);
  }
  if (view.validity != nullptr) bytes += (view.entries + 7) / 8;
  if (view.definitionLevels != nullptr) bytes += view.entries;
  if (view.repetitionLevels != nullptr) bytes += view.entries;
  return bytes;
}

}  // namespace parquet_flow::column
