#include "arrow_source.hpp"

#include <algorithm>
#include <string>

#include "arrow_check.hpp"
#include "boundary.hpp"
#include "column/convert.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::capi {
namespace {

using column::IndexType;
using column::SourceForm;
using column::Validity;
using column::ValuesLayout;
using column::ValuesView;

constexpr std::uint64_t kViewBytes = 16;

// Bytes of a slot in the buffer of values; 0 where that has none.
std::uint32_t slotBytes(const ArrowField& field) noexcept {
  switch (field.kind) {
    case ArrowKind::kInt8:
    case ArrowKind::kUint8:
      return 1;
    case ArrowKind::kInt16:
    case ArrowKind::kUint16:
    case ArrowKind::kHalf:
      return 2;
    case ArrowKind::kInt32:
    case ArrowKind::kUint32:
    case ArrowKind::kFloat:
    case ArrowKind::kDate32:
    case ArrowKind::kTime32:
    case ArrowKind::kMonths:
      return 4;
    case ArrowKind::kInt64:
    case ArrowKind::kUint64:
    case ArrowKind::kDouble:
    case ArrowKind::kDate64:
    case ArrowKind::kTime64:
    case ArrowKind::kTimestamp:
    case ArrowKind::kDuration:
    case ArrowKind::kDayTime:
      return 8;
    case ArrowKind::kMonthDayNano:
    case ArrowKind::kUtf8View:
    case ArrowKind::kBinaryView:
      return kViewBytes;
    case ArrowKind::kFixedBinary:
      return static_cast<std::uint32_t>(field.size);
    case ArrowKind::kDecimal:
      return static_cast<std::uint32_t>(field.bits / 8);
    default:
      return 0;
  }
}

// How fixed-width values are turned into the leaf's.
SourceForm formOf(const ArrowField& field, const schema::Leaf& leaf) noexcept {
  switch (field.kind) {
    case ArrowKind::kInt8:
      return SourceForm::kInt8;
    case ArrowKind::kUint8:
      return SourceForm::kUint8;
    case ArrowKind::kInt16:
      return SourceForm::kInt16;
    case ArrowKind::kUint16:
      return SourceForm::kUint16;
    case ArrowKind::kDate64:
      return SourceForm::kMillisToDays;
    case ArrowKind::kTime32:
    case ArrowKind::kTimestamp:
      return field.unit == ArrowUnit::kSecond ? SourceForm::kSecondsToMillis
                                              : SourceForm::kAsLayout;
    case ArrowKind::kMonths:
      return SourceForm::kMonths;
    case ArrowKind::kDayTime:
      return SourceForm::kDayMillis;
    case ArrowKind::kMonthDayNano:
      return SourceForm::kMonthDayNanos;
    case ArrowKind::kDecimal: {
      const bool isAsLeaf = (field.bits == 32 && leaf.type == schema::PhysicalType::kInt32) ||
                            (field.bits == 64 && leaf.type == schema::PhysicalType::kInt64);
      return isAsLeaf ? SourceForm::kAsLayout : SourceForm::kDecimal;
    }
    default:
      return SourceForm::kAsLayout;
  }
}

IndexType indexTypeOf(ArrowKind kind) noexcept {
  switch (kind) {
    case ArrowKind::kInt8:
      return IndexType::kInt8;
    case ArrowKind::kUint8:
      return IndexType::kUint8;
    case ArrowKind::kInt16:
      return IndexType::kInt16;
    case ArrowKind::kUint16:
      return IndexType::kUint16;
    case ArrowKind::kInt32:
      return IndexType::kInt32;
    case ArrowKind::kUint32:
      return IndexType::kUint32;
    case ArrowKind::kInt64:
      return IndexType::kInt64;
    default:
      return IndexType::kUint64;
  }
}

template <class Number>
std::uint64_t numberAt(const std::byte* numbers, std::uint64_t slot) noexcept {
  return static_cast<std::uint64_t>(loadLe<Number>(numbers + slot * sizeof(Number)));
}

// A negative one becomes a large one, which is refused where it is used.
std::uint64_t indexAt(const ValuesView& values, std::uint64_t slot) noexcept {
  switch (values.indexType) {
    case IndexType::kInt8:
      return numberAt<std::int8_t>(values.data, slot);
    case IndexType::kUint8:
      return numberAt<std::uint8_t>(values.data, slot);
    case IndexType::kInt16:
      return numberAt<std::int16_t>(values.data, slot);
    case IndexType::kUint16:
      return numberAt<std::uint16_t>(values.data, slot);
    case IndexType::kInt32:
      return numberAt<std::int32_t>(values.data, slot);
    case IndexType::kUint32:
      return numberAt<std::uint32_t>(values.data, slot);
    case IndexType::kInt64:
      return numberAt<std::int64_t>(values.data, slot);
    case IndexType::kUint64:
      break;
  }
  return numberAt<std::uint64_t>(values.data, slot);
}

bool isIndexed(const ValuesView& values) noexcept {
  return values.form == SourceForm::kIndices || values.form == SourceForm::kTake;
}

const std::byte* advance(const std::byte* data, std::uint64_t bytes) noexcept {
  return data == nullptr ? nullptr : data + bytes;
}

// A bitmap of `count` bits by `isValid(i)`, whose bit 0 is of slot `first`.
template <class IsValid>
Validity makeBitmap(std::uint64_t first, std::uint64_t count, ArrowExtra& extra,
                    IsValid&& isValid) {
  // So that loads of whole words need not look where it ends.
  auto& bits = extra.bitmaps.emplace_back(count / 8 + 16);
  for (std::uint64_t i = 0; i < count; ++i) {
    bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | (isValid(i) ? 1U << (i % 8) : 0U));
  }
  return {bits.data(), 0 - first};
}

ArrowSource allNull(std::uint64_t first, std::uint64_t count, ArrowExtra& extra) {
  ArrowSource source;
  source.isAllNull = true;
  source.validity = makeBitmap(first, count, extra, [](std::uint64_t) { return false; });
  return source;
}

// --- without indices ---------------------------------------------------------------------------

ValuesView viewValues(const ArrowArray& array, std::uint64_t slot, ArrowExtra& extra) {
  ValuesView values;
  values.layout = ValuesLayout::kOffsets32;
  values.form = SourceForm::kViews;
  values.data = advance(bufferOf(array, 1), slot * kViewBytes);
  auto& buffers = extra.viewBuffers.emplace_back();
  const auto last = static_cast<std::size_t>(array.n_buffers - 1);
  const auto* const sizes = static_cast<const std::int64_t*>(array.buffers[last]);
  for (std::size_t i = 2; i < last; ++i) {
    buffers.emplace_back(bufferOf(array, i), static_cast<std::size_t>(sizes[i - 2]));
  }
  values.viewBuffers = buffers;
  return values;
}

ValuesView plainValues(const ArrowField& field, const ArrowArray& array, std::uint64_t slot,
                       const schema::Leaf& leaf, ArrowExtra& extra) {
  ValuesView values;
  switch (field.kind) {
    case ArrowKind::kBool:
      values.layout = ValuesLayout::kBits;
      values.data = bufferOf(array, 1);
      values.bitOffset = slot;
      return values;
    case ArrowKind::kUtf8:
    case ArrowKind::kBinary:
      values.layout = ValuesLayout::kOffsets32;
      values.data = bufferOf(array, 2);
      values.offsets =
          reinterpret_cast<const std::uint32_t*>(advance(bufferOf(array, 1), slot * 4));
      values.dataBytes = values.data == nullptr ? 0 : INT32_MAX;  // they are signed
      return values;
    case ArrowKind::kLargeUtf8:
    case ArrowKind::kLargeBinary:
      values.layout = ValuesLayout::kOffsets32;
      values.form = SourceForm::kOffsets64;
      values.data = bufferOf(array, 2);
      values.offsets64 =
          reinterpret_cast<const std::int64_t*>(advance(bufferOf(array, 1), slot * 8));
      values.dataBytes = values.data == nullptr ? 0 : INT64_MAX;
      return values;
    case ArrowKind::kUtf8View:
    case ArrowKind::kBinaryView:
      return viewValues(array, slot, extra);
    default:
      break;
  }
  values.form = formOf(field, leaf);
  values.sourceWidth = slotBytes(field);
  values.data = advance(bufferOf(array, 1), slot * values.sourceWidth);
  return values;
}

// --- about how many bytes ----------------------------------------------------------------------

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
    bytes += loadLe<std::uint32_t>(views + i * kViewBytes) & INT32_MAX;
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

// Nobody has looked yet whether the ends grow.
std::uint64_t guessRuns(const ArrowField& field, const ArrowArray& array, std::uint64_t slot,
                        std::uint64_t count) noexcept {
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
    const std::uint64_t each = guessValues(field.children[1], values, run, 1);
    bytes = std::min(bytes + times(end - at, each), kGuessMost);
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
  if (field.kind == ArrowKind::kRunEnd) return guessRuns(field, array, slot, count);
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

// --- with indices ------------------------------------------------------------------------------

Result<ArrowSource> dictionarySource(const ArrowField& field, const ArrowArray& array,
                                     std::uint64_t first, std::uint64_t count,
                                     const schema::Leaf& leaf, ArrowExtra& extra) {
  const ArrowArray& dictionary = *array.dictionary;
  const std::uint64_t distinct = lengthOf(dictionary);
  PF_TRY_ASSIGN(const ArrowSource values,
                arrowSource(*field.dictionary, dictionary, 0, distinct, leaf, extra));
  if (values.isAllNull) return allNull(first, count, extra);
  ArrowSource source;
  source.values.layout = ValuesLayout::kIndices;
  source.values.form = SourceForm::kIndices;
  source.values.indexType = indexTypeOf(field.kind);
  source.values.data = advance(bufferOf(array, 1), (offsetOf(array) + first) * slotBytes(field));
  source.values.count = count;
  source.values.dictionary = &extra.dictionaries.emplace_back(values.values);
  source.validity = validityOf(array);
  if (values.validity.bits != nullptr) {
    const Validity own = source.validity;
    source.validity = makeBitmap(first, count, extra, [&](std::uint64_t i) {
      if (own.bits != nullptr && !column::bitAt(own.bits, own.offset + first + i)) return false;
      const std::uint64_t index = indexAt(source.values, i);
      return index >= distinct ||
             column::bitAt(values.validity.bits, values.validity.offset + index);
    });
  }
  return source;
}

template <class End>
Result<void> expandRuns(const ArrowArray& ends, std::uint64_t first, std::uint64_t count,
                        std::vector<std::uint64_t>& runs) {
  const std::byte* const numbers = bufferOf(ends, 1);
  const std::uint64_t runCount = lengthOf(ends);
  const auto endOf = [&](std::uint64_t run) {
    return static_cast<std::int64_t>(loadLe<End>(numbers + (offsetOf(ends) + run) * sizeof(End)));
  };
  const auto last = static_cast<std::int64_t>(first + count);
  std::int64_t at = 0;
  runs.reserve(count);
  for (std::uint64_t run = 0; run < runCount && at < last; ++run) {
    const std::int64_t end = endOf(run);
    if (end <= at) return invalid("run ends do not grow: ", end, " comes behind ", at);
    const std::int64_t begin = std::max(at, static_cast<std::int64_t>(first));
    if (end > begin) {
      runs.insert(runs.end(), static_cast<std::size_t>(std::min(end, last) - begin), run);
    }
    at = end;
  }
  return at >= last ? Result<void>{}
                    : Result<void>(invalid("the runs end at ", at, ", before slot ", last));
}

Result<ArrowSource> runEndSource(const ArrowField& field, const ArrowArray& array,
                                 std::uint64_t first, std::uint64_t count, const schema::Leaf& leaf,
                                 ArrowExtra& extra) {
  const ArrowArray& ends = *array.children[0];
  const ArrowArray& values = *array.children[1];
  PF_TRY_ASSIGN(const ArrowSource all,
                arrowSource(field.children[1], values, 0, lengthOf(values), leaf, extra));
  if (all.isAllNull) return allNull(first, count, extra);
  auto& runs = extra.indices.emplace_back();
  const std::uint64_t begin = offsetOf(array) + first;
  switch (field.children[0].kind) {
    case ArrowKind::kInt16:
      PF_TRY(expandRuns<std::int16_t>(ends, begin, count, runs));
      break;
    case ArrowKind::kInt32:
      PF_TRY(expandRuns<std::int32_t>(ends, begin, count, runs));
      break;
    default:
      PF_TRY(expandRuns<std::int64_t>(ends, begin, count, runs));
  }
  ArrowSource source;
  if (all.validity.bits != nullptr) {
    source.validity = makeBitmap(first, count, extra, [&](std::uint64_t i) {
      return column::bitAt(all.validity.bits, all.validity.offset + runs[i]);
    });
  }
  source.values = takeSlots(all.values, runs, extra);
  return source;
}

}  // namespace

void ArrowExtra::clear() noexcept {
  dictionaries.clear();
  viewBuffers.clear();
  indices.clear();
  bitmaps.clear();
}

ValuesView takeSlots(const ValuesView& values, const std::vector<std::uint64_t>& slots,
                     ArrowExtra& extra) {
  ValuesView taken;
  taken.indexType = IndexType::kUint64;
  taken.count = slots.size();
  if (isIndexed(values)) {
    auto& indices = extra.indices.emplace_back();
    indices.reserve(slots.size());
    for (const std::uint64_t slot : slots) indices.push_back(indexAt(values, slot));
    taken.layout = values.layout;
    taken.form = values.form;
    taken.dictionary = values.dictionary;
    taken.data = reinterpret_cast<const std::byte*>(indices.data());
    return taken;
  }
  taken.layout = values.layout;
  taken.form = SourceForm::kTake;
  taken.dictionary = &extra.dictionaries.emplace_back(values);
  taken.data = reinterpret_cast<const std::byte*>(slots.data());
  return taken;
}

Result<ArrowSource> arrowSource(const ArrowField& field, const ArrowArray& array,
                                std::uint64_t first, std::uint64_t count, const schema::Leaf& leaf,
                                ArrowExtra& extra) {
  if (count > lengthOf(array) || first > lengthOf(array) - count) {
    return invalid("slots ", first, " .. ", first + count, " are wanted, and there are ",
                   array.length);
  }
  if (field.kind == ArrowKind::kNull) return allNull(first, count, extra);
  if (field.kind == ArrowKind::kRunEnd) {
    return runEndSource(field, array, first, count, leaf, extra);
  }
  if (field.dictionary != nullptr) {
    return dictionarySource(field, array, first, count, leaf, extra);
  }
  ArrowSource source;
  source.validity = validityOf(array);
  source.values = plainValues(field, array, offsetOf(array) + first, leaf, extra);
  source.values.count = count;
  return source;
}

std::uint64_t guessArrowBytes(const ArrowField& field, const ArrowArray& array, std::uint64_t first,
                              std::uint64_t count, std::uint32_t levels) noexcept {
  if (count == 0) return 0;
  const bool areViews =
      field.kind == ArrowKind::kListView || field.kind == ArrowKind::kLargeListView;
  const bool isRepeated = isListKind(field.kind) || field.kind == ArrowKind::kMap;
  if (field.isNullable) levels = std::max(levels, 1U);
  if (isRepeated) levels = 2;
  if (field.children.empty() || field.kind == ArrowKind::kRunEnd) {
    return guessValues(field, array, first, count) + times(count, levels);
  }
  const std::uint64_t slot = offsetOf(array) + first;
  std::uint64_t bytes = isRepeated ? times(count, levels) : 0;  // of those without elements
  if (areViews) return std::min(bytes + guessListViews(field, array, slot, count), kGuessMost);
  for (std::size_t i = 0; i < field.children.size(); ++i) {
    const ArrowArray& child = *array.children[i];
    const Slots under = slotsUnder(field, array, slot, count, lengthOf(child));
    bytes += guessArrowBytes(field.children[i], child, under.first, under.count, levels);
    bytes = std::min(bytes, kGuessMost);
  }
  return bytes;
}

}  // namespace parquet_flow::capi
