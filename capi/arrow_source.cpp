#include "arrow_source.hpp"

#include <algorithm>
#include <string>

#include "arrow_check.hpp"
#include "arrow_slots.hpp"
#include "boundary.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::capi {
namespace {

using column::IndexType;
using column::SourceForm;
using column::Validity;
using column::ValuesLayout;
using column::ValuesView;

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

Result<void> requireSlots(const ArrowArray& array, std::uint64_t first, std::uint64_t count) {
  if (count <= lengthOf(array) && first <= lengthOf(array) - count) return {};
  return invalid("slots ", first, " .. ", first + count, " are wanted, and there are ",
                 array.length);
}

// --- without indices ---------------------------------------------------------------------------

ValuesView viewValues(const ArrowArray& array, std::uint64_t slot, ArrowExtra& extra) {
  ValuesView values;
  values.layout = ValuesLayout::kOffsets32;
  values.form = SourceForm::kViews;
  values.data = advance(bufferOf(array, 1), slot * column::kViewBytes);
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
  const ArrowArray& values = *array.children[1];
  PF_TRY_ASSIGN(const ArrowSource all,
                arrowSource(field.children[1], values, 0, lengthOf(values), leaf, extra));
  if (all.isAllNull) return allNull(first, count, extra);
  auto& runs = extra.indices.emplace_back();
  PF_TRY(findRuns(field, array, first, count, runs));
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

ValuesView takeSlots(const ValuesView& values, std::span<const std::uint64_t> slots,
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

Result<void> findRuns(const ArrowField& field, const ArrowArray& array, std::uint64_t first,
                      std::uint64_t count, std::vector<std::uint64_t>& runs) {
  PF_TRY(requireSlots(array, first, count));
  const ArrowArray& ends = *array.children[0];
  const std::uint64_t begin = offsetOf(array) + first;
  switch (field.children[0].kind) {
    case ArrowKind::kInt16:
      return expandRuns<std::int16_t>(ends, begin, count, runs);
    case ArrowKind::kInt32:
      return expandRuns<std::int32_t>(ends, begin, count, runs);
    default:
      return expandRuns<std::int64_t>(ends, begin, count, runs);
  }
}

Result<ArrowSource> arrowSource(const ArrowField& field, const ArrowArray& array,
                                std::uint64_t first, std::uint64_t count, const schema::Leaf& leaf,
                                ArrowExtra& extra) {
  PF_TRY(requireSlots(array, first, count));
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

}  // namespace parquet_flow::capi
