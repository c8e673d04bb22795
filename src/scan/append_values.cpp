#include "scan/append_values.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/bits.hpp"
#include "scan/rows.hpp"

namespace parquet_flow::scan {
namespace {

using read::ColumnVector;
using schema::PhysicalType;

// Makes room for `count` more bits behind the `before` that `bitmap` has; they are 0.
Result<void> extendBits(ByteBuffer& bitmap, std::uint64_t before, std::uint64_t count) {
  const std::size_t bytes = bitmapBytes(before + count);
  if (bytes > bitmap.size()) {
    const std::size_t added = bytes - bitmap.size();
    PF_TRY_ASSIGN(std::byte* const to, bitmap.appendUninitialized(added));
    std::memset(to, 0, added);
  }
  return {};
}

// The same of validity, which a vector without nulls has none of.
Result<void> extendValidity(ColumnVector& out, std::uint64_t count) {
  const bool isNew = out.validity.empty();
  PF_TRY(extendBits(out.validity, out.slots, count));
  if (isNew && out.slots != 0) {
    fillBits(true, out.slots, out.validity.data(), 0);
  }
  return {};
}

Result<void> beginOffsets(const schema::Leaf& leaf, ColumnVector& out) {
  return leaf.type == PhysicalType::kByteArray && out.offsets.empty()
             ? out.offsets.appendLe(std::uint32_t{0})
             : Result<void>{};
}

Result<void> appendBytes(ConstBytes value, ColumnVector& out) {
  if (value.size() > UINT32_MAX - out.values.size()) {
    return fail(ErrorCode::kLimit, "the strings of a column come to 4 GiB");
  }
  PF_TRY(out.values.append(value));
  return out.offsets.appendLe(static_cast<std::uint32_t>(out.values.size()));
}

// A slot's place, filled or not.
Result<void> appendSlot(const schema::Leaf& leaf, ConstBytes value, ColumnVector& out) {
  PF_TRY(beginOffsets(leaf, out));
  if (leaf.type == PhysicalType::kByteArray) {
    return appendBytes(value, out);
  }
  if (leaf.type == PhysicalType::kBoolean) {
    PF_TRY(extendBits(out.values, out.slots, 1));
    bitmapSet(out.values.data(), out.slots, !value.empty() && value[0] != std::byte{0});
    return {};
  }
  const std::size_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
  PF_TRY_ASSIGN(std::byte* const to, out.values.appendUninitialized(width));
  if (value.empty()) {
    std::memset(to, 0, width);
  } else {
    std::memcpy(to, value.data(), width);
  }
  return {};
}

template <class T>
void pick(const std::byte* from, std::span<const std::uint32_t> slots, std::byte* to) noexcept {
  for (const std::uint32_t slot : slots) {
    storeLe(to, loadLe<T>(from + slot * sizeof(T)));
    to += sizeof(T);
  }
}

Result<void> appendFixed(std::size_t width, const ColumnVector& from,
                         std::span<const std::uint32_t> slots, ColumnVector& out) {
  PF_TRY_ASSIGN(std::byte * to, out.values.appendUninitialized(slots.size() * width));
  if (width == 4) {
    pick<std::uint32_t>(from.data(), slots, to);
  } else if (width == 8) {
    pick<std::uint64_t>(from.data(), slots, to);
  } else {
    for (const std::uint32_t slot : slots) {
      std::memcpy(to, from.data() + slot * width, width);
      to += width;
    }
  }
  return {};
}

Result<void> appendSlots(const schema::Leaf& leaf, const ColumnVector& from,
                         std::span<const std::uint32_t> slots, ColumnVector& out) {
  PF_TRY(beginOffsets(leaf, out));
  if (leaf.type == PhysicalType::kByteArray) {
    const auto* const offsets = reinterpret_cast<const std::uint32_t*>(from.offsets.data());
    for (const std::uint32_t slot : slots) {
      PF_TRY(appendBytes({from.data() + offsets[slot], offsets[slot + 1] - offsets[slot]}, out));
    }
  } else if (leaf.type == PhysicalType::kBoolean) {
    PF_TRY(extendBits(out.values, out.slots, slots.size()));
    for (std::size_t i = 0; i < slots.size(); ++i) {
      bitmapSet(out.values.data(), out.slots + i,
                bitmapGet(from.data(), from.lentBitOffset + slots[i]));
    }
  } else {
    PF_TRY(appendFixed(schema::fixedWidth(leaf.type, leaf.typeLength), from, slots, out));
  }
  if (from.nulls != 0 || !out.validity.empty()) {
    PF_TRY(extendValidity(out, slots.size()));
    for (std::size_t i = 0; i < slots.size(); ++i) {
      const bool isThere = hasValue(from, slots[i]);
      bitmapSet(out.validity.data(), out.slots + i, isThere);
      out.nulls += isThere ? 0 : 1;
    }
  }
  out.slots += slots.size();
  return {};
}

}  // namespace

RowPicker::RowPicker(const schema::Leaf& leaf, const ColumnVector& from)
    : leaf_(&leaf), from_(&from) {
  if (leaf.maxRepetitionLevel == 0) {
    return;
  }
  const auto* const repetitions =
      reinterpret_cast<const std::uint8_t*>(from.repetitionLevels.data());
  const auto* const definitions =
      reinterpret_cast<const std::uint8_t*>(from.definitionLevels.data());
  const std::uint8_t slotLevel = read::slotDefinitionLevel(leaf);
  entryStarts_.reserve(from.rows + 1);
  slotStarts_.reserve(from.rows + 1);
  std::uint32_t slot = 0;
  for (std::uint64_t entry = 0; entry < from.entries; ++entry) {
    if (repetitions[entry] == 0) {
      entryStarts_.push_back(entry);
      slotStarts_.push_back(slot);
    }
    slot += definitions[entry] >= slotLevel ? 1 : 0;
  }
  entryStarts_.push_back(from.entries);
  slotStarts_.push_back(slot);
}

// As the other bytesOf counts them, but for validity.
std::uint64_t RowPicker::bytesOf(std::uint32_t row) const noexcept {
  std::uint32_t first = row;
  std::uint32_t last = row + 1;
  std::uint64_t bytes = read::keepsLevels(*leaf_) ? 1 : 0;
  if (leaf_->maxRepetitionLevel != 0) {
    first = slotStarts_[row];
    last = slotStarts_[row + 1];
    bytes = 2 * (entryStarts_[row + 1] - entryStarts_[row]);
  }
  if (leaf_->type == PhysicalType::kByteArray) {
    const auto* const offsets = reinterpret_cast<const std::uint32_t*>(from_->offsets.data());
    return bytes + (last - first) * sizeof(std::uint32_t) + offsets[last] - offsets[first];
  }
  return bytes + std::uint64_t{last - first} * schema::fixedWidth(leaf_->type, leaf_->typeLength);
}

std::size_t RowPicker::countWithin(std::span<const std::uint32_t> rows,
                                   std::uint64_t bytesMax) const noexcept {
  if (scan::bytesOf(*from_) <= bytesMax) {
    return rows.size();
  }
  std::size_t count = 0;
  for (std::uint64_t bytes = 0; count < rows.size(); ++count) {
    bytes += bytesOf(rows[count]);
    if (bytes > bytesMax && count != 0) {
      break;
    }
  }
  return count;
}

Result<void> RowPicker::append(std::span<const std::uint32_t> rows, ColumnVector& out) const {
  if (leaf_->maxRepetitionLevel != 0) {
    PF_TRY(appendRepeated(rows, out));
  } else {
    if (read::keepsLevels(*leaf_)) {
      PF_TRY_ASSIGN(std::byte * to, out.definitionLevels.appendUninitialized(rows.size()));
      for (const std::uint32_t row : rows) {
        *to++ = from_->definitionLevels.data()[row];
      }
    }
    PF_TRY(appendSlots(*leaf_, *from_, rows, out));
    out.entries += rows.size();
  }
  PF_TRY(beginOffsets(*leaf_, out));
  out.rows += rows.size();
  return {};
}

Result<void> RowPicker::appendRepeated(std::span<const std::uint32_t> rows,
                                       ColumnVector& out) const {
  std::vector<std::uint32_t> slots;
  for (const std::uint32_t row : rows) {
    const std::uint64_t first = entryStarts_[row];
    const std::uint64_t entries = entryStarts_[row + 1] - first;
    PF_TRY(out.repetitionLevels.append(from_->repetitionLevels.data() + first, entries));
    PF_TRY(out.definitionLevels.append(from_->definitionLevels.data() + first, entries));
    out.entries += entries;
    for (std::uint32_t slot = slotStarts_[row]; slot < slotStarts_[row + 1]; ++slot) {
      slots.push_back(slot);
    }
  }
  return appendSlots(*leaf_, *from_, slots, out);
}

Result<void> appendValue(const schema::Leaf& leaf, ConstBytes value, ColumnVector& out) {
  PF_TRY(appendSlot(leaf, value, out));
  if (!out.validity.empty()) {
    PF_TRY(extendValidity(out, 1));
    bitmapSet(out.validity.data(), out.slots, true);
  }
  ++out.slots;
  ++out.entries;
  ++out.rows;
  return {};
}

Result<void> appendNull(const schema::Leaf& leaf, ColumnVector& out) {
  PF_TRY(appendSlot(leaf, {}, out));
  PF_TRY(extendValidity(out, 1));
  bitmapSet(out.validity.data(), out.slots, false);
  ++out.nulls;
  ++out.slots;
  ++out.entries;
  ++out.rows;
  return {};
}

Result<void> appendRows(const schema::Leaf& leaf, const ColumnVector& from,
                        std::span<const std::uint32_t> rows, ColumnVector& out) {
  return RowPicker(leaf, from).append(rows, out);
}

ConstBytes valueAt(const schema::Leaf& leaf, const ColumnVector& column, std::uint64_t slot,
                   std::byte& boolean) noexcept {
  if (leaf.type == PhysicalType::kByteArray) {
    const auto* const offsets = reinterpret_cast<const std::uint32_t*>(column.offsets.data());
    return {column.data() + offsets[slot], offsets[slot + 1] - offsets[slot]};
  }
  if (leaf.type == PhysicalType::kBoolean) {
    boolean = bitmapGet(column.data(), column.lentBitOffset + slot) ? std::byte{1} : std::byte{0};
    return {&boolean, 1};
  }
  const std::size_t width = schema::fixedWidth(leaf.type, leaf.typeLength);
  return {column.data() + slot * width, width};
}

std::uint64_t bytesOf(const ColumnVector& column) noexcept {
  return column.values.size() + column.offsets.size() + column.validity.size() +
         column.definitionLevels.size() + column.repetitionLevels.size();
}

std::size_t rowsOfBatch(std::span<const RowPicker> columns,
                        std::span<const std::uint32_t> rows) noexcept {
  constexpr std::uint64_t kBatchBytes = 32ULL << 20;
  for (const RowPicker& column : columns) {
    rows = rows.first(column.countWithin(rows, kBatchBytes));
  }
  return rows.size();
}

}  // namespace parquet_flow::scan
