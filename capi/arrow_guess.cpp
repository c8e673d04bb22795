#include "arrow_guess.hpp"

#include <algorithm>

#include "arrow_check.hpp"
#include "arrow_slots.hpp"
#include "base/bytes.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::capi {
namespace {

using column::Validity;
using column::ValuesView;

// Far above what memory holds, and sums of some do not wrap.
constexpr std::uint64_t kGuessMost = std::uint64_t{1} << 50;

// Bytes of a value where it is copied into the Parquet type; of a byte array those of its offset.
std::uint32_t copiedBytes(const ArrowField& field) noexcept {
  switch (field.kind) {
    case ArrowKind::kBool:
      return 1;
    case ArrowKind::kInt8:
    case ArrowKind::kUint8:
    case ArrowKind::kInt16:
    case ArrowKind::kUint16:
    case ArrowKind::kUtf8:
    case ArrowKind::kLargeUtf8:
    case ArrowKind::kUtf8View:
    case ArrowKind::kBinary:
    case ArrowKind::kLargeBinary:
    case ArrowKind::kBinaryView:
      return 4;
    case ArrowKind::kMonths:
    case ArrowKind::kDayTime:
    case ArrowKind::kMonthDayNano:
      return 12;
    default:
      return slotBytes(field);
  }
}

// Nobody has looked at the offsets yet.
std::uint64_t guessBetween(const std::byte* offsets, bool areWide, std::uint64_t slot,
                           std::uint64_t count) noexcept {
  const auto at = [&](std::uint64_t i) {
    return areWide ? loadLe<std::int64_t>(offsets + i * 8) : loadLe<std::int32_t>(offsets + i * 4);
  };
  const std::int64_t begin = at(slot);
  const std::int64_t end = at(slot + count);
  if (begin < 0 || end <= begin) return 0;
  return std::min(static_cast<std::uint64_t>(end) - static_cast<std::uint64_t>(begin), kGuessMost);
}

// What the slots of a byte array have beside them; 0 of other kinds.
std::uint64_t guessByteArrays(const ArrowField& field, const ArrowArray& array, std::uint64_t slot,
                              std::uint64_t count) noexcept {
  switch (field.kind) {
    case ArrowKind::kUtf8:
    case ArrowKind::kBinary:
      return guessBetween(bufferOf(array, 1), false, slot, count);
    case ArrowKind::kLargeUtf8:
    case ArrowKind::kLargeBinary:
      return guessBetween(bufferOf(array, 1), true, slot, count);
    case ArrowKind::kUtf8View:
    case ArrowKind::kBinaryView:
      break;
    default:
      return 0;
  }
  const Validity validity = validityOf(array);
  const std::byte* const views = bufferOf(array, 1);
  std::uint64_t bytes = 0;
  for (std::uint64_t i = slot; i < slot + count; ++i) {
    if (validity.bits != nullptr && !column::bitAt(validity.bits, i)) continue;
    bytes += loadLe<std::uint32_t>(views + i * column::kViewBytes) & INT32_MAX;
  }
  return bytes;
}

std::uint64_t presentOf(const ArrowArray& array, std::uint64_t slot, std::uint64_t count) noexcept {
  const Validity validity = validityOf(array);
  return validity.bits == nullptr ? count : column::countBits(validity.bits, slot, count);
}

std::uint64_t times(std::uint64_t count, std::uint64_t bytes) noexcept {
  return count == 0 || bytes < kGuessMost / count ? count * bytes : kGuessMost;
}

std::uint64_t guessValues(const ArrowField& field, const ArrowArray& array, std::uint64_t first,
                          std::uint64_t count) noexcept;

// Where all entries are about as large as the largest, and not many, all count as that; else each
// slot as its own.
std::uint64_t guessIndexed(const ArrowField& field, const ArrowArray& array, std::uint64_t slot,
                           std::uint64_t count) noexcept {
  constexpr std::uint64_t kEvenBytes = 16;
  constexpr std::uint64_t kSlotsAnEntry = 8;
  const ArrowField& entry = *field.dictionary;
  const ArrowArray& entries = *array.dictionary;
  const std::uint64_t distinct = lengthOf(entries);
  if (distinct == 0) return 0;
  const std::uint64_t present = presentOf(array, slot, count);
  if (distinct <= present / kSlotsAnEntry) {
    std::uint64_t largest = 0;
    for (std::uint64_t i = 0; i < distinct; ++i) {
      largest = std::max(largest, guessValues(entry, entries, i, 1));
    }
    const std::uint64_t mean = guessValues(entry, entries, 0, distinct) / distinct;
    if (largest <= mean + kEvenBytes) return times(present, largest);
  }
  const Validity validity = validityOf(array);
  ValuesView indices;
  indices.indexType = indexTypeOf(field.kind);
  indices.data = bufferOf(array, 1);
  std::uint64_t bytes = 0;
  for (std::uint64_t i = slot; i < slot + count; ++i) {
    if (validity.bits != nullptr && !column::bitAt(validity.bits, i)) continue;
    const std::uint64_t index = indexAt(indices, i);
    if (index >= distinct) continue;  // refused when it is written
    bytes = std::min(bytes + guessValues(entry, entries, index, 1), kGuessMost);
  }
  return bytes;
}

// Nobody has looked yet whether the ends grow. guess(run): of one slot in it.
template <class Guess>
std::uint64_t guessRuns(const ArrowField& field, const ArrowArray& array, std::uint64_t slot,
                        std::uint64_t count, Guess&& guess) noexcept {
  const ArrowArray& ends = *array.children[0];
  const ArrowArray& values = *array.children[1];
  ValuesView numbers;
  numbers.indexType = indexTypeOf(field.children[0].kind);
  numbers.data = bufferOf(ends, 1);
  const auto endOf = [&](std::uint64_t run) { return indexAt(numbers, offsetOf(ends) + run); };
  const std::uint64_t runs = std::min(lengthOf(ends), lengthOf(values));
  std::uint64_t run = 0;
  for (std::uint64_t last = runs; run < last;) {  // the first that ends behind `slot`
    const std::uint64_t middle = run + (last - run) / 2;
    if (endOf(middle) <= slot) {
      run = middle + 1;
    } else {
      last = middle;
    }
  }
  std::uint64_t bytes = 0;
  for (std::uint64_t at = slot; run < runs && at < slot + count; ++run) {
    const std::uint64_t end = std::min(endOf(run), slot + count);
    if (end <= at) break;
    bytes = std::min(bytes + times(end - at, guess(run)), kGuessMost);
    at = end;
  }
  return bytes;
}

// Of a field without children but runs, and without the levels.
std::uint64_t guessValues(const ArrowField& field, const ArrowArray& array, std::uint64_t first,
                          std::uint64_t count) noexcept {
  const std::uint64_t slot = offsetOf(array) + first;
  if (count == 0) return 0;
  if (field.dictionary != nullptr) return guessIndexed(field, array, slot, count);
  if (field.kind == ArrowKind::kRunEnd) {
    return guessRuns(field, array, slot, count, [&](std::uint64_t run) {
      return guessValues(field.children[1], *array.children[1], run, 1);
    });
  }
  return guessByteArrays(field, array, slot, count) + times(count, copiedBytes(field));
}

struct Slots {
  std::uint64_t first;
  std::uint64_t count;
};

// Which slots of a child, of `length`, those of its parent have.
Slots slotsUnder(const ArrowField& field, const ArrowArray& array, std::uint64_t slot,
                 std::uint64_t count, std::uint64_t length) noexcept {
  Slots under = {0, 0};
  switch (field.kind) {
    case ArrowKind::kStruct:
      under = {slot, count};
      break;
    case ArrowKind::kFixedList:
      under = {slot * static_cast<std::uint64_t>(field.size),
               count * static_cast<std::uint64_t>(field.size)};
      break;
    case ArrowKind::kList:
    case ArrowKind::kMap:
    case ArrowKind::kLargeList: {
      const bool areWide = field.kind == ArrowKind::kLargeList;
      const std::byte* const offsets = bufferOf(array, 1);
      const std::int64_t first = areWide ? loadLe<std::int64_t>(offsets + slot * 8)
                                         : loadLe<std::int32_t>(offsets + slot * 4);
      under = {first < 0 ? 0 : static_cast<std::uint64_t>(first),
               guessBetween(offsets, areWide, slot, count)};
      break;
    }
    default:
      break;
  }
  under.first = std::min(under.first, length);
  under.count = std::min(under.count, length - under.first);
  return under;
}

// Columns that Parquet has of the field.
std::uint64_t leavesOf(const ArrowField& field) noexcept {
  const ArrowField& values = field.valueField();
  if (values.children.empty()) return 1;
  std::uint64_t leaves = 0;
  for (const ArrowField& child : values.children) leaves += leavesOf(child);
  return leaves;
}

// They may have any elements, in any order; those that follow on each other are looked at at once.
std::uint64_t guessListViews(const ArrowField& field, const ArrowArray& array, std::uint64_t slot,
                             std::uint64_t count) noexcept {
  const bool areWide = field.kind == ArrowKind::kLargeListView;
  const ArrowArray& child = *array.children[0];
  const auto at = [&](std::size_t buffer, std::uint64_t i) {
    const std::byte* const numbers = bufferOf(array, buffer);
    return areWide ? loadLe<std::int64_t>(numbers + i * 8) : loadLe<std::int32_t>(numbers + i * 4);
  };
  std::uint64_t bytes = 0;
  Slots open = {0, 0};
  const auto closeOpen = [&] {
    bytes += guessArrowBytes(field.children[0], child, open.first, open.count, 2);
    bytes = std::min(bytes, kGuessMost);
  };
  for (std::uint64_t i = slot; i < slot + count; ++i) {
    const std::int64_t first = at(1, i);
    const std::int64_t size = at(2, i);
    const std::uint64_t length = lengthOf(child);
    if (first < 0 || size <= 0 || static_cast<std::uint64_t>(first) >= length) continue;
    const std::uint64_t some =
        std::min(static_cast<std::uint64_t>(size), length - static_cast<std::uint64_t>(first));
    if (static_cast<std::uint64_t>(first) != open.first + open.count) {
      closeOpen();
      open = {static_cast<std::uint64_t>(first), 0};
    }
    open.count += some;
  }
  closeOpen();
  return bytes;
}

}  // namespace

std::uint64_t guessArrowBytes(const ArrowField& field, const ArrowArray& array, std::uint64_t first,
                              std::uint64_t count, std::uint32_t levels) noexcept {
  if (count == 0) return 0;
  const bool areViews =
      field.kind == ArrowKind::kListView || field.kind == ArrowKind::kLargeListView;
  const bool isRepeated = isListKind(field.kind) || field.kind == ArrowKind::kMap;
  if (field.isNullable) levels = std::max(levels, 1U);
  if (isRepeated) levels = 2;
  const std::uint64_t slot = offsetOf(array) + first;
  if (hasNestedRuns(field)) {
    return guessRuns(field, array, slot, count, [&](std::uint64_t run) {
      return guessArrowBytes(field.children[1], *array.children[1], run, 1, levels);
    });
  }
  if (field.children.empty() || field.kind == ArrowKind::kRunEnd) {
    return guessValues(field, array, first, count) + times(count, levels);
  }
  // Those without elements have an entry in every leaf.
  std::uint64_t bytes = isRepeated ? times(count, levels * leavesOf(field)) : 0;
  if (areViews) return std::min(bytes + guessListViews(field, array, slot, count), kGuessMost);
  for (std::size_t i = 0; i < field.children.size(); ++i) {
    const ArrowArray& child = *array.children[i];
    const Slots under = slotsUnder(field, array, slot, count, lengthOf(child));
    bytes += guessArrowBytes(field.children[i], child, under.first, under.count, levels);
    bytes = std::min(bytes, kGuessMost);
  }
  return bytes;
}

namespace {

using pipeline::BatchOwner;

bool areViews(ArrowKind kind) noexcept {
  return kind == ArrowKind::kUtf8View || kind == ArrowKind::kBinaryView;
}

void addViewBuffers(const ArrowArray& array, std::vector<BatchOwner::Held>& held) {
  const auto buffers = static_cast<std::size_t>(array.n_buffers);
  for (std::size_t i = 2; i + 1 < buffers; ++i) {
    const auto size = numberAt<std::int64_t>(bufferOf(array, buffers - 1), i - 2);
    held.push_back({bufferOf(array, i), std::min(size, kGuessMost)});
  }
}

// All entries, which are neither nested nor indices themselves.
void addDictionary(const ArrowField& field, const ArrowArray& array,
                   std::vector<BatchOwner::Held>& held) {
  if (lengthOf(array) == 0 || field.kind == ArrowKind::kNull) return;
  if (areViews(field.kind)) addViewBuffers(array, held);
  const std::uint64_t slots = offsetOf(array) + lengthOf(array);
  const std::uint64_t texts = areViews(field.kind) ? 0 : guessByteArrays(field, array, 0, slots);
  held.push_back(
      {bufferOf(array, 1), std::min(texts + times(slots, slotBytes(field)), kGuessMost)});
}

}  // namespace

void addHeld(const ArrowField& field, const ArrowArray& array,
             std::vector<BatchOwner::Held>& held) {
  if (lengthOf(array) == 0) return;
  if (field.dictionary != nullptr) addDictionary(*field.dictionary, *array.dictionary, held);
  if (areViews(field.kind)) addViewBuffers(array, held);
  for (std::size_t i = 0; i < field.children.size(); ++i) {
    addHeld(field.children[i], *array.children[i], held);
  }
}

}  // namespace parquet_flow::capi
