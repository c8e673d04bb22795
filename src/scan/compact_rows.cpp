#include "scan/compact_rows.hpp"

#include <bit>
#include <vector>

#include "base/bits.hpp"
#include "column/compact.hpp"

namespace parquet_flow::scan {
namespace {

using read::ColumnVector;
using schema::Leaf;
using schema::PhysicalType;

bool bitOf(const std::uint64_t* words, std::uint64_t i) noexcept {
  return (words[i / 64] >> (i % 64) & 1U) != 0;
}

std::uint64_t countBits(const std::uint64_t* words, std::uint64_t bits) noexcept {
  std::uint64_t count = 0;
  for (std::uint64_t i = 0; i < bits; i += 64) {
    count += static_cast<std::uint64_t>(std::popcount(words[i / 64]));
  }
  return count;
}

// Appends those of `from`'s bits whose bit is set to the `before` bits of `to`.
Result<void> appendBits(const std::byte* from, std::uint64_t fromOffset,
                        const std::uint64_t* selection, std::uint64_t slots, std::uint64_t before,
                        ByteBuffer& to) {
  ByteBuffer compact;
  PF_TRY_ASSIGN(std::byte* const bits,
                compact.appendUninitialized(bitmapBytes(slots) + column::kCompactSlackBytes));
  const std::size_t taken =
      column::compactBits(reinterpret_cast<const std::uint8_t*>(from), fromOffset, selection,
                          static_cast<std::size_t>(slots), reinterpret_cast<std::uint8_t*>(bits));
  PF_TRY(to.appendUninitialized(bitmapBytes(before + taken) - to.size()));
  copyBits(bits, 0, taken, to.data(), before);
  return {};
}

Result<void> appendFixed(const ColumnVector& from, std::size_t width,
                         const std::uint64_t* selection, std::uint64_t taken, ByteBuffer& to) {
  const std::size_t bytes = static_cast<std::size_t>(taken) * width;
  PF_TRY_ASSIGN(std::byte* const at, to.reserveExtra(bytes + column::kCompactSlackBytes));
  column::compactFixed(from.data(), width, selection, static_cast<std::size_t>(from.slots), at);
  to.commit(bytes);
  return {};
}

Result<void> appendArrays(const ColumnVector& from, const std::uint64_t* selection,
                          ColumnVector& out) {
  const auto* const offsets = reinterpret_cast<const std::uint32_t*>(from.offsets.data());
  for (std::uint64_t word = 0; word * 64 < from.slots; ++word) {
    for (std::uint64_t bits = selection[word]; bits != 0; bits &= bits - 1) {
      const std::uint64_t i = word * 64 + static_cast<unsigned>(std::countr_zero(bits));
      const std::uint32_t bytes = offsets[i + 1] - offsets[i];
      if (bytes > UINT32_MAX - out.values.size()) {
        return fail(ErrorCode::kLimit, "more than 4 GiB of BYTE_ARRAY values at once");
      }
      PF_TRY(out.values.append(from.data() + offsets[i], bytes));
      PF_TRY(out.offsets.appendLe(static_cast<std::uint32_t>(out.values.size())));
    }
  }
  return {};
}

// Slots with their values and nulls.
Result<void> appendSlots(const Leaf& leaf, const ColumnVector& from, const std::uint64_t* selection,
                         ColumnVector& out) {
  const std::uint64_t taken = countBits(selection, from.slots);
  if (leaf.type == PhysicalType::kBoolean) {
    PF_TRY(
        appendBits(from.data(), from.lentBitOffset, selection, from.slots, out.slots, out.values));
  } else if (leaf.type == PhysicalType::kByteArray) {
    PF_TRY(appendArrays(from, selection, out));
  } else {
    PF_TRY(appendFixed(from, schema::fixedWidth(leaf.type, leaf.typeLength), selection, taken,
                       out.values));
  }
  if (from.nulls != 0 || !out.validity.empty()) {
    if (out.validity.empty()) {
      PF_TRY(out.validity.appendUninitialized(bitmapBytes(out.slots)));
      fillBits(true, out.slots, out.validity.data(), 0);
    }
    if (from.nulls != 0) {
      PF_TRY(appendBits(from.validity.data(), 0, selection, from.slots, out.slots, out.validity));
    } else {
      PF_TRY(
          out.validity.appendUninitialized(bitmapBytes(out.slots + taken) - out.validity.size()));
      fillBits(true, taken, out.validity.data(), out.slots);
    }
    out.nulls += taken - bitmapCount(out.validity.data(), out.slots, taken);
  }
  out.slots += taken;
  return {};
}

// Which slots are in rows that are wanted, and the levels of these.
Result<void> appendLevels(const Leaf& leaf, const ColumnVector& from,
                          const std::uint64_t* selection, std::vector<std::uint64_t>& slots,
                          ColumnVector& out) {
  const auto* const definitions =
      reinterpret_cast<const std::uint8_t*>(from.definitionLevels.data());
  const auto* const repetitions =
      reinterpret_cast<const std::uint8_t*>(from.repetitionLevels.data());
  const std::uint8_t slotLevel = read::slotDefinitionLevel(leaf);
  slots.assign(static_cast<std::size_t>((from.slots + 63) / 64), 0);
  std::uint64_t row = 0;
  std::uint64_t slot = 0;
  bool isWanted = false;
  for (std::uint64_t i = 0; i < from.entries; ++i) {
    if (leaf.maxRepetitionLevel == 0 || repetitions[i] == 0) {
      isWanted = bitOf(selection, row++);
    }
    const bool hasSlot = definitions[i] >= slotLevel;
    if (isWanted) {
      PF_TRY(out.definitionLevels.appendLe(definitions[i]));
      if (leaf.maxRepetitionLevel != 0) {
        PF_TRY(out.repetitionLevels.appendLe(repetitions[i]));
      }
      ++out.entries;
    }
    if (hasSlot) {
      slots[slot / 64] |= std::uint64_t{isWanted} << (slot % 64);
      ++slot;
    }
  }
  return {};
}

}  // namespace

Result<void> clearForRows(const Leaf& leaf, ColumnVector& out) {
  out.clear();
  return leaf.type == PhysicalType::kByteArray ? out.offsets.appendLe(std::uint32_t{0})
                                               : Result<void>{};
}

Result<void> appendRows(const Leaf& leaf, const ColumnVector& from, const std::uint64_t* selection,
                        ColumnVector& out) {
  const std::uint64_t rows = countBits(selection, from.rows);
  if (read::keepsLevels(leaf)) {
    std::vector<std::uint64_t> slots;
    PF_TRY(appendLevels(leaf, from, selection, slots, out));
    PF_TRY(appendSlots(leaf, from, slots.data(), out));
  } else {
    PF_TRY(appendSlots(leaf, from, selection, out));
    out.entries += rows;
  }
  out.rows += rows;
  return {};
}

}  // namespace parquet_flow::scan
