#include "column/copy_rows.hpp"

#include <cstring>
#include <string>

#include "base/bytes.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

constexpr PageRoom kWide{UINT64_MAX, UINT64_MAX, UINT64_MAX};

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
    next[i] = static_cast<std::byte>(bitAt(bits, values.bitOffset + i) ? 1 : 0);
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
    next[i] = static_cast<std::byte>(bitAt(slice.validity, slice.validityBitOffset + i) ? 1 : 0);
  }
  return {};
}

}  // namespace

RowCopies::RowCopies(const schema::Schema& schema) : schema_(&schema) {
  for (const schema::Leaf& leaf : schema.leaves()) {
    cursors_.emplace_back(leaf);
    leaves_.emplace_back(leaf);
  }
  views_.resize(leaves_.size());
}

Result<void> RowCopies::append(std::uint64_t rows, std::span<const LeafView> views) {
  for (std::size_t i = 0; i < views.size(); ++i) {
    auto copied = appendLeaf(i, views[i]);
    if (!copied) {
      const std::string& name = schema_->leaves()[i].dottedPath;
      return fail(std::move(copied).error().withContext("column '" + name + "'"));
    }
  }
  rows_ += rows;
  return {};
}

Result<void> RowCopies::appendLeaf(std::size_t leafIndex, const LeafView& view) {
  SliceCursor& cursor = cursors_[leafIndex];
  PF_TRY(cursor.begin(view, 0));
  while (!cursor.atEnd()) {
    PF_TRY_ASSIGN(const LeafSlice slice, cursor.next(kWide));
    PF_TRY(appendLevels(slice, schema_->leaves()[leafIndex], leaves_[leafIndex]));
    PF_TRY(appendValues(slice.values, leaves_[leafIndex]));
  }
  return {};
}

std::uint64_t RowCopies::bytes() const noexcept {
  std::uint64_t bytes = 0;
  for (const LeafBuffer& leaf : leaves_) bytes += leaf.bytes();
  return bytes;
}

std::span<const LeafView> RowCopies::views() {
  for (std::size_t i = 0; i < leaves_.size(); ++i) views_[i] = leaves_[i].view(rows_);
  return views_;
}

RowCopies::Marks RowCopies::marks() const {
  Marks marks;
  for (const LeafBuffer& leaf : leaves_) marks.push_back(leaf.mark());
  return marks;
}

void RowCopies::rollBack(std::uint64_t rows, const Marks& marks) noexcept {
  for (std::size_t i = 0; i < leaves_.size(); ++i) leaves_[i].rollBack(marks[i]);
  rows_ = rows;
}

void RowCopies::clear() noexcept {
  for (LeafBuffer& leaf : leaves_) leaf.clear();
  rows_ = 0;
}

}  // namespace parquet_flow::column
