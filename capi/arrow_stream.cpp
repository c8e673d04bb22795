#include "arrow_stream.hpp"

#include <algorithm>
#include <cstring>

#include "arrow_check.hpp"
#include "base/bytes.hpp"
#include "boundary.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::capi {
namespace {

using column::LeafBuffer;
using column::LeafSlice;
using column::LeafView;
using column::ValuesLayout;
using column::ValuesView;

// Rows that are gathered between two looks at the bounds.
constexpr std::uint64_t kRowsAtOnce = 16 << 10;
// Where a batch is cut, bitmaps go on with a whole word.
constexpr std::uint64_t kCutRows = 64;
constexpr column::PageRoom kWide{UINT64_MAX, UINT64_MAX, UINT64_MAX};

constexpr std::uint64_t divideRoundingUp(std::uint64_t all, std::uint64_t each) noexcept {
  return all / each + (all % each != 0 ? 1 : 0);
}

Result<void> appendByteArrays(const ValuesView& values, LeafBuffer& to) {
  ByteBuffer& offsets = to.offsets();
  if (offsets.empty()) PF_TRY(offsets.appendLe<std::uint32_t>(0));
  if (values.count == 0) return {};
  const std::uint32_t first = values.offsets[0];
  const std::uint32_t bytes = values.offsets[values.count] - first;
  const std::size_t before = to.values().size();
  if (bytes > UINT32_MAX - before) {
    return fail(ErrorCode::kLimit, "the values of a row group come to 4 GiB");
  }
  PF_TRY(to.values().append(values.data + first, bytes));
  PF_TRY_ASSIGN(std::byte * next,
                offsets.appendUninitialized(values.count * sizeof(std::uint32_t)));
  const auto shift = static_cast<std::uint32_t>(before) - first;
  for (std::size_t i = 0; i < values.count; ++i) {
    storeLe(next + i * sizeof(std::uint32_t), values.offsets[i + 1] + shift);
  }
  return {};
}

Result<void> appendValues(const ValuesView& values, LeafBuffer& to) {
  if (values.layout == ValuesLayout::kOffsets32) return appendByteArrays(values, to);
  if (values.layout != ValuesLayout::kBits) {
    return to.values().append(values.data, values.count * to.width());
  }
  PF_TRY_ASSIGN(std::byte * next, to.values().appendUninitialized(values.count));
  const auto* const bits = reinterpret_cast<const std::uint8_t*>(values.data);
  for (std::size_t i = 0; i < values.count; ++i) {
    next[i] = static_cast<std::byte>(column::bitAt(bits, values.bitOffset + i) ? 1 : 0);
  }
  return {};
}

Result<void> appendLevels(const LeafSlice& slice, const schema::Leaf& leaf, LeafBuffer& to) {
  if (leaf.maxRepetitionLevel > 0) {
    PF_TRY(to.repetitionLevels().append(slice.repetitionLevels, slice.entries));
  }
  if (leaf.maxDefinitionLevel == 0) return {};
  if (slice.definitionLevels != nullptr) {
    return to.definitionLevels().append(slice.definitionLevels, slice.entries);
  }
  PF_TRY_ASSIGN(std::byte * next, to.definitionLevels().appendUninitialized(slice.entries));
  std::memset(next, leaf.maxDefinitionLevel, slice.entries);
  if (slice.validity == nullptr) return {};
  for (std::size_t i = 0; i < slice.entries; ++i) {
    next[i] =
        static_cast<std::byte>(column::bitAt(slice.validity, slice.validityBitOffset + i) ? 1 : 0);
  }
  return {};
}

}  // namespace

ArrowRowGroups::ArrowRowGroups(const ArrowField& type, Writer& writer)
    : writer_(writer), columns_(type, *writer.schema()) {
  for (const schema::Leaf& leaf : writer.schema()->leaves()) {
    cursors_.emplace_back(leaf);
    leaves_.emplace_back(leaf);
  }
  views_.resize(leaves_.size());
}

std::uint64_t ArrowRowGroups::bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const LeafBuffer& leaf : leaves_) bytes += leaf.bytes();
  return bytes;
}

Result<void> ArrowRowGroups::append(const ArrowArray& batch) {
  const std::uint64_t rows = lengthOf(batch);
  const WriterSettings& settings = writer_.settings();
  const std::uint64_t rowBytes = rows == 0 ? 1 : columns_.guessBytes(batch) / rows + 1;
  const std::uint64_t whole =
      std::clamp<std::uint64_t>(settings.rowGroupBytes / rowBytes, 1, settings.rowGroupRows);
  for (std::uint64_t first = 0; first < rows;) {
    if (rows_ == 0 && rows - first >= whole) return writeInPlace(batch, first, whole);
    const std::uint64_t room = std::min(settings.rowGroupRows - rows_, kRowsAtOnce);
    const std::uint64_t some = std::min({rows - first, room, whole});
    PF_TRY(gather(batch, first, some));
    first += some;
    if (rows_ >= settings.rowGroupRows || bytes() >= settings.rowGroupBytes) PF_TRY(finish());
  }
  return {};
}

// Into row groups of about the same size: full ones would leave rows to be gathered.
Result<void> ArrowRowGroups::writeInPlace(const ArrowArray& batch, std::uint64_t first,
                                          std::uint64_t rowsMax) {
  const std::uint64_t rows = lengthOf(batch);
  const std::uint64_t rowGroups = divideRoundingUp(rows - first, rowsMax);
  const std::uint64_t even = divideRoundingUp(rows - first, rowGroups);
  const std::uint64_t each = std::min(divideRoundingUp(even, kCutRows) * kCutRows, rowsMax);
  while (first < rows) {
    const std::uint64_t some = std::min(rows - first, each);
    PF_TRY_ASSIGN(const auto views, columns_.views(batch, first, some));
    PF_TRY(writer_.writeViews(some, views));
    first += some;
  }
  return {};
}

Result<void> ArrowRowGroups::gather(const ArrowArray& batch, std::uint64_t first,
                                    std::uint64_t rows) {
  PF_TRY_ASSIGN(const auto views, columns_.views(batch, first, rows));
  for (std::size_t i = 0; i < views.size(); ++i) {
    auto gathered = gatherLeaf(views[i], i);
    if (!gathered) {
      const std::string& name = writer_.schema()->leaves()[i].dottedPath;
      return fail(std::move(gathered).error().withContext("column '" + name + "'"));
    }
  }
  rows_ += rows;
  return {};
}

Result<void> ArrowRowGroups::gatherLeaf(const LeafView& view, std::size_t leafIndex) {
  column::SliceCursor& cursor = cursors_[leafIndex];
  PF_TRY(cursor.begin(view, rows_));
  while (!cursor.atEnd()) {
    PF_TRY_ASSIGN(const LeafSlice slice, cursor.next(kWide));
    PF_TRY(appendLevels(slice, writer_.schema()->leaves()[leafIndex], leaves_[leafIndex]));
    PF_TRY(appendValues(slice.values, leaves_[leafIndex]));
  }
  return {};
}

Result<void> ArrowRowGroups::finish() {
  if (rows_ == 0) return {};
  for (std::size_t i = 0; i < leaves_.size(); ++i) views_[i] = leaves_[i].view(rows_);
  PF_TRY(writer_.writeViews(rows_, views_));
  for (LeafBuffer& leaf : leaves_) leaf.clear();
  rows_ = 0;
  return {};
}

}  // namespace parquet_flow::capi
