#include "column/cut_rows.hpp"

#include <algorithm>
#include <string>

#include "column/convert.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

constexpr std::uint64_t kViewBytes = 16;  // of a value's place in SourceForm::kViews
constexpr std::uint64_t kInViewMax = 12;  // longer values are in a buffer
constexpr std::uint64_t kValueBytesMax = INT32_MAX;

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

// Which bytes of one value are in a buffer. Nobody has looked at the views yet.
class BufferedBytes {
 public:
  explicit BufferedBytes(const ValuesView& values) noexcept : views_(values.data) {
    for (const ConstBytes buffer : values.viewBuffers) {
      longest_ = std::max<std::uint64_t>(longest_, buffer.size());
    }
  }
  [[nodiscard]] std::uint64_t of(std::uint64_t slot) const noexcept {
    const auto length = loadLe<std::uint32_t>(views_ + slot * kViewBytes);
    return length > kInViewMax && length <= longest_ ? length : 0;
  }

 private:
  const std::byte* views_;
  std::uint64_t longest_ = 0;
};

// Of all that are not null: the slots of nulls may hold anything.
std::uint64_t bufferedBytes(const schema::Leaf& leaf, const LeafView& view) noexcept {
  const BufferedBytes buffered(view.values);
  const std::uint64_t slots = view.values.count;
  std::uint64_t bytes = 0;
  if (!view.spaced || (view.validity == nullptr && view.definitionLevels == nullptr)) {
    for (std::uint64_t slot = 0; slot < slots; ++slot) bytes += buffered.of(slot);
  } else if (view.validity != nullptr) {
    for (std::uint64_t slot = 0; slot < std::min(slots, view.entries); ++slot) {
      const std::uint64_t bit = view.validityBitOffset + slot;
      if ((view.validity[bit / 8] >> (bit % 8) & 1) != 0) bytes += buffered.of(slot);
    }
  } else {
    for (std::uint64_t entry = 0, slot = 0; entry < view.entries && slot < slots; ++entry) {
      const std::uint8_t level = view.definitionLevels[entry];
      if (level < view.slotDefinitionLevel) continue;
      if (level >= leaf.maxDefinitionLevel) bytes += buffered.of(slot);
      ++slot;
    }
  }
  return bytes;
}

std::uint64_t valuesBytes(const schema::Leaf& leaf, const ValuesView& values) noexcept;

// Of one of a dictionary's values, about, by a look at no more than so many of them.
std::uint64_t meanBytes(const schema::Leaf& leaf, const ValuesView& dictionary,
                        std::uint64_t looksMax) noexcept {
  if (dictionary.count == 0 || looksMax == 0) return 0;
  std::uint64_t mean = (valuesBytes(leaf, dictionary) - 1) / dictionary.count + 1;
  if (dictionary.form == SourceForm::kViews) {
    const BufferedBytes buffered(dictionary);
    const std::uint64_t step = (dictionary.count - 1) / looksMax + 1;
    std::uint64_t bytes = 0;
    std::uint64_t looks = 0;
    for (std::uint64_t slot = 0; slot < dictionary.count; slot += step, ++looks) {
      bytes += buffered.of(slot);
    }
    mean += bytes / looks;
  }
  return std::min(mean, kValueBytesMax);
}

// What they borrow, but for the buffers of views. A value that an index stands for counts like one
// that is there itself: it is, where it is encoded without a dictionary.
std::uint64_t valuesBytes(const schema::Leaf& leaf, const ValuesView& values) noexcept {
  std::uint64_t each = 0;
  if (values.form == SourceForm::kAsLayout) {
    switch (values.layout) {
      case ValuesLayout::kOffsets32:
        return offsetBytes(values.offsets, values);
      case ValuesLayout::kBits:
        return (values.count + 7) / 8;
      case ValuesLayout::kIndices:
        each = sizeof(std::uint32_t);
        break;
      case ValuesLayout::kFixed:
      case ValuesLayout::kByteBooleans:
        each = strideOf(leaf, values);
        break;
    }
  } else if (values.form == SourceForm::kOffsets64) {
    return offsetBytes(values.offsets64, values);
  } else {
    each = strideOf(leaf, values);
  }
  if (values.dictionary != nullptr) each += meanBytes(leaf, *values.dictionary, values.count);
  return values.count * each;
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
  std::uint64_t bytes = valuesBytes(leaf, view.values);
  if (view.values.form == SourceForm::kViews) bytes += bufferedBytes(leaf, view);
  if (view.validity != nullptr) bytes += (view.entries + 7) / 8;
  if (view.definitionLevels != nullptr) bytes += view.entries;
  if (view.repetitionLevels != nullptr) bytes += view.entries;
  return bytes;
}

}  // namespace parquet_flow::column
