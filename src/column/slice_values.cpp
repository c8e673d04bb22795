#include "column/slice_values.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <utility>

#include "base/bytes.hpp"
#include "column/convert.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

// Values that are looked at to guess how long the others are.
constexpr std::uint64_t kGuessValues = 256;

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

bool isIndexed(const ValuesView& values) noexcept {
  return values.form == SourceForm::kIndices || values.form == SourceForm::kTake;
}

bool layoutFits(ValuesLayout layout, schema::PhysicalType type) noexcept {
  switch (layout) {
    case ValuesLayout::kByteBooleans:
    case ValuesLayout::kBits:
      return type == schema::PhysicalType::kBoolean;
    case ValuesLayout::kOffsets32:
      return type == schema::PhysicalType::kByteArray;
    case ValuesLayout::kFixed:
      return type != schema::PhysicalType::kBoolean && type != schema::PhysicalType::kByteArray;
    case ValuesLayout::kIndices:
      break;
  }
  return false;
}

// Whether `values`, which are not indices, can be values of the leaf.
bool formFits(const ValuesView& values, const schema::Leaf& leaf) noexcept {
  switch (values.form) {
    case SourceForm::kAsLayout:
      return layoutFits(values.layout, leaf.type);
    case SourceForm::kOffsets64:
    case SourceForm::kViews:
      return values.layout == ValuesLayout::kOffsets32 &&
             leaf.type == schema::PhysicalType::kByteArray;
    case SourceForm::kIndices:
    case SourceForm::kTake:
      return false;
    default:
      return values.layout == ValuesLayout::kFixed &&
             canConvert(values.form, values.sourceWidth, leaf);
  }
}

Result<void> checkPointers(const ValuesView& values) {
  if (values.count == 0) {
    return {};
  }
  const bool hasOffsets64 = values.form == SourceForm::kOffsets64;
  if (hasOffsets64 ||
      (values.layout == ValuesLayout::kOffsets32 && values.form == SourceForm::kAsLayout)) {
    if (hasOffsets64 ? values.offsets64 == nullptr : values.offsets == nullptr) {
      return refuse("offsets are missing");
    }
    const bool hasBytes =
        hasOffsets64 ? values.offsets64[values.count] != 0 : values.offsets[values.count] != 0;
    return values.data == nullptr && hasBytes ? refuse("the bytes of the values are missing")
                                              : Result<void>{};
  }
  return values.data == nullptr ? refuse("values are missing") : Result<void>{};
}

// Whether the values lie one behind the other, up to `bytesMax`; there is at least one.
bool areInOrder(const std::uint32_t* starts, const std::uint32_t* ends, std::size_t count,
                std::uint64_t bytesMax) noexcept {
  unsigned wrong = ends[count - 1] > bytesMax ? 1 : 0;
  for (std::size_t i = 0; i < count; ++i) {
    wrong |= starts[i] > ends[i] ? 1 : 0;
  }
  for (std::size_t i = 1; i < count; ++i) {
    wrong |= ends[i - 1] > starts[i] ? 1 : 0;
  }
  return wrong == 0;
}

// What lies between two offsets that nobody has looked at: 0 where they go backwards.
template <class Offset>
std::uint64_t guessBetween(Offset first, Offset last) noexcept {
  return first < last ? static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) : 0;
}

// Bytes of `values`, which are not indices, by their first ones.
std::uint64_t guessByteArrays(const ValuesView& values) noexcept {
  if (values.form == SourceForm::kAsLayout) {
    return guessBetween(values.offsets[0], values.offsets[values.count]) / values.count;
  }
  if (values.form == SourceForm::kOffsets64) {
    // Half of what there is room for is far above what there is: sums do not wrap.
    return guessBetween(values.offsets64[0], values.offsets64[values.count]) / 2 / values.count * 2;
  }
  const std::uint64_t looked = std::min(values.count, kGuessValues);
  std::uint64_t bytes = 0;
  for (std::uint64_t i = 0; i < looked; ++i) {
    bytes += loadLe<std::uint32_t>(values.data + i * kViewBytes);
  }
  return bytes / looked;
}

}  // namespace

SliceValues::SliceValues(const schema::Leaf& leaf, IndicesTaken indicesTaken) noexcept
    : leaf_(&leaf),
      width_(schema::fixedWidth(leaf.type, leaf.typeLength)),
      keepsIndices_(indicesTaken == IndicesTaken::kYes) {}

Result<void> SliceValues::begin(const ValuesView& source) {
  PF_TRY(checkSource(source));
  source_ = source;
  isKept_ = false;
  bytesEach_ = width_;
  if (isIndexed(source)) {
    PF_TRY(beginDictionary());
  }
  const ValuesView& values = isIndexed(source) ? *source_.dictionary : source_;
  if (width_ == 0 && leaf_->type != schema::PhysicalType::kBoolean && values.count != 0) {
    // What the offsets say is not checked yet, but it is only a guess.
    bytesEach_ = guessByteArrays(values);
  }
  return {};
}

Result<void> SliceValues::checkSource(const ValuesView& source) const {
  const ValuesView& values =
      isIndexed(source) && source.dictionary != nullptr ? *source.dictionary : source;
  if (!formFits(values, *leaf_)) {
    return refuse("the layout of the values is not one of " +
                  std::string(schema::physicalTypeName(leaf_->type)));
  }
  PF_TRY(checkPointers(values));
  if (isIndexed(source) && source.count != 0 && source.data == nullptr) {
    return refuse("indices are missing");
  }
  return {};
}

// A dictionary that an encoder can take as it is, or can be made such at no more cost than the
// values themselves, is kept; of another the values are taken one by one. So they are where an
// entry cannot be: it may be null, with anything in its slot, or nobody's.
Result<void> SliceValues::beginDictionary() {
  const ValuesView& given = *source_.dictionary;
  if (!keepsIndices_ || source_.form != SourceForm::kIndices ||
      leaf_->type == schema::PhysicalType::kBoolean) {
    return {};
  }
  dictionary_ = given;
  isKept_ = true;
  if (given.form == SourceForm::kAsLayout) {
    if (given.layout == ValuesLayout::kOffsets32 &&
        (!neverDecreases(given.offsets, given.count) ||
         (given.count != 0 && given.offsets[given.count] > given.dataBytes))) {
      return refuse("the offsets of the dictionary go backwards, or past its values");
    }
    return {};
  }
  if (given.count > source_.count || given.count > UINT32_MAX) {
    isKept_ = false;
    return {};
  }
  indices_.clear();
  PF_TRY_ASSIGN(std::byte * all, indices_.appendUninitialized(given.count * sizeof(std::uint32_t)));
  auto* const numbers = reinterpret_cast<std::uint32_t*>(all);
  std::iota(numbers, numbers + given.count, 0U);
  std::size_t refused = kNoValue;
  auto taken =
      takeValues(given, *leaf_, numbers, given.count, UINT64_MAX, dictionaryScratch_, refused);
  if (!taken && taken.error().code() == ErrorCode::kOutOfMemory) {
    return fail(std::move(taken).error().withContext("the dictionary"));
  }
  isKept_ = taken.has_value();
  if (isKept_) dictionary_ = *taken;
  return {};
}

Result<ValuesView> SliceValues::take(const SlotRange& range, std::uint64_t bytesMax) {
  refused_ = kNoValue;
  isBorrowed_ = false;
  switch (source_.form) {
    case SourceForm::kAsLayout:
      break;
    case SourceForm::kOffsets64:
      return takeOffsets64(range, bytesMax);
    case SourceForm::kViews: {
      PF_TRY_ASSIGN(const Units views, takeUnits(range, kViewBytes));
      return takeViews(views.data, range.values, source_.viewBuffers, bytesMax, taken_, refused_);
    }
    case SourceForm::kIndices:
    case SourceForm::kTake:
      return takeIndexed(range, bytesMax);
    default:
      return takeConverted(range);
  }
  switch (source_.layout) {
    case ValuesLayout::kBits:
      return takeBits(range);
    case ValuesLayout::kOffsets32:
      return takeOffsets(range);
    default:
      return takeFixed(range);
  }
}

Result<const std::uint64_t*> SliceValues::makeMask(const SlotRange& range) {
  mask_.clear();
  PF_TRY_ASSIGN(std::byte * to,
                mask_.appendUninitialized(maskWords(range.slots) * sizeof(std::uint64_t)));
  auto* const mask = reinterpret_cast<std::uint64_t*>(to);
  presenceMask(range.presence, range.slots, mask);
  return mask;
}

Result<SliceValues::Units> SliceValues::takeUnits(const SlotRange& range, std::size_t width) {
  if (range.values == 0) {
    return Units{};
  }
  const std::byte* const from = source_.data + range.first * width;
  if (range.values == range.slots) {
    return Units{from, true};
  }
  PF_TRY_ASSIGN(const std::uint64_t* const mask, makeMask(range));
  units_.clear();
  PF_TRY_ASSIGN(std::byte * to, units_.reserveExtra(range.values * width + kCompactSlackBytes));
  compactFixed(from, width, mask, range.slots, to);
  return Units{to, false};
}

Result<ValuesView> SliceValues::takeFixed(const SlotRange& range) {
  PF_TRY_ASSIGN(const Units units,
                takeUnits(range, source_.layout == ValuesLayout::kFixed ? width_ : 1));
  isBorrowed_ = units.isBorrowed;
  ValuesView values;
  values.layout = source_.layout;
  values.data = units.data;
  values.count = range.values;
  return values;
}

Result<ValuesView> SliceValues::takeBits(const SlotRange& range) {
  ValuesView values;
  values.layout = ValuesLayout::kBits;
  values.data = source_.data;
  values.count = range.values;
  values.bitOffset = source_.bitOffset + range.first;
  isBorrowed_ = range.values == range.slots;
  if (isBorrowed_) {
    return values;
  }
  PF_TRY_ASSIGN(const std::uint64_t* const mask, makeMask(range));
  units_.clear();
  PF_TRY_ASSIGN(std::byte * to, units_.reserveExtra(range.values / 8 + kCompactSlackBytes));
  compactBits(reinterpret_cast<const std::uint8_t*>(source_.data), values.bitOffset, mask,
              range.slots, reinterpret_cast<std::uint8_t*>(to));
  values.data = to;
  values.bitOffset = 0;
  return values;
}

Result<ValuesView> SliceValues::takeOffsets(const SlotRange& range) {
  if (range.values == 0) {
    ValuesView none;
    none.layout = ValuesLayout::kOffsets32;
    return none;
  }
  return takePresent(range, source_.data, source_.offsets + range.first, source_.dataBytes);
}

// Leaves the slots that are together below 4 GiB, as offsets of 32 bits have to be.
Result<void> SliceValues::cutToOffsets32(SlotRange& range, std::uint64_t bytesMax) {
  const std::int64_t* const from = source_.offsets64 + range.first;
  const std::int64_t* const past =
      std::upper_bound(from, from + range.slots + 1, from[0] + std::int64_t{UINT32_MAX});
  SlotRange cut = range;
  cut.slots = static_cast<std::size_t>(past - from) - 1;
  cut.values = cut.slots;
  if (range.values != range.slots && cut.slots != 0) {
    PF_TRY_ASSIGN(const std::uint64_t* const mask, makeMask(cut));
    cut.values = 0;
    for (std::size_t i = 0; i < maskWords(cut.slots); ++i) {
      cut.values += static_cast<std::size_t>(std::popcount(mask[i]));
    }
  }
  if (cut.values != range.values && (cut.values == 0 || bytesMax > UINT32_MAX)) {
    refused_ = cut.values;
    return fail(ErrorCode::kLimit, "values of more than 4 GiB in a row");
  }
  range = cut;
  return {};
}

// The offsets of the range from its first one on.
Result<ValuesView> SliceValues::takeOffsets64(SlotRange range, std::uint64_t bytesMax) {
  if (range.values == 0) {
    ValuesView none;
    none.layout = ValuesLayout::kOffsets32;
    return none;
  }
  const std::int64_t* const from = source_.offsets64 + range.first;
  const auto begin = static_cast<std::uint64_t>(from[0]);
  if (static_cast<std::uint64_t>(from[range.slots]) - begin > UINT32_MAX) {
    PF_TRY(cutToOffsets32(range, bytesMax));
  }
  offsets_.clear();
  PF_TRY_ASSIGN(std::byte * to,
                offsets_.appendUninitialized((range.slots + 1) * sizeof(std::uint32_t)));
  auto* const offsets = reinterpret_cast<std::uint32_t*>(to);
  for (std::size_t i = 0; i <= range.slots; ++i) {
    offsets[i] = static_cast<std::uint32_t>(static_cast<std::uint64_t>(from[i]) - begin);
  }
  return takePresent(range, source_.data == nullptr ? nullptr : source_.data + from[0], offsets,
                     source_.dataBytes > begin ? source_.dataBytes - begin : 0);
}

// Mostly nothing stands at a null: then the present values are one after the other as they are, and
// only the offsets have to be compacted.
Result<ValuesView> SliceValues::takePresent(const SlotRange& range, const std::byte* data,
                                            const std::uint32_t* offsets, std::uint64_t bytesMax) {
  ValuesView values;
  values.layout = ValuesLayout::kOffsets32;
  values.data = data;
  values.offsets = offsets;
  values.count = range.values;
  values.dataBytes = source_.dataBytes;
  isBorrowed_ = true;
  if (range.values == range.slots) {
    return values;
  }
  PF_TRY_ASSIGN(const std::uint64_t* const mask, makeMask(range));
  const std::size_t room = (range.values + 1) * sizeof(std::uint32_t) + kCompactSlackBytes;
  units_.clear();
  ends_.clear();
  PF_TRY_ASSIGN(std::byte * startsTo, units_.reserveExtra(room));
  PF_TRY_ASSIGN(std::byte * endsTo, ends_.reserveExtra(room));
  compactFixed(reinterpret_cast<const std::byte*>(offsets), 4, mask, range.slots, startsTo);
  compactFixed(reinterpret_cast<const std::byte*>(offsets + 1), 4, mask, range.slots, endsTo);
  auto* const starts = reinterpret_cast<std::uint32_t*>(startsTo);
  const auto* const ends = reinterpret_cast<const std::uint32_t*>(endsTo);
  values.offsets = starts;
  if (!areInOrder(starts, ends, range.values, bytesMax)) [[unlikely]] {
    return refuse("offsets go backwards, or past the bytes of the values");
  }
  starts[range.values] = ends[range.values - 1];
  if (std::memcmp(starts + 1, ends, range.values * sizeof(std::uint32_t)) == 0) {
    return values;
  }
  isBorrowed_ = false;
  taken_.data.clear();
  std::uint32_t bytes = 0;
  for (std::size_t i = 0; i < range.values; ++i) {
    const std::uint32_t begin = starts[i];
    const std::uint32_t length = ends[i] - begin;
    PF_TRY(taken_.data.append(data + begin, length));
    starts[i] = bytes;
    bytes += length;
  }
  starts[range.values] = bytes;
  values.data = taken_.data.data();
  values.dataBytes = bytes;
  return values;
}

Result<ValuesView> SliceValues::takeConverted(const SlotRange& range) {
  PF_TRY_ASSIGN(const Units units, takeUnits(range, source_.sourceWidth));
  taken_.data.clear();
  PF_TRY_ASSIGN(std::byte * to, taken_.data.appendUninitialized(range.values * width_));
  const std::size_t done =
      convertFixed(source_.form, source_.sourceWidth, *leaf_, units.data, range.values, to);
  if (done < range.values) [[unlikely]] {
    refused_ = done;
    return refuse(std::string(conversionRefusal(source_.form)));
  }
  ValuesView values;
  values.data = to;
  values.count = range.values;
  return values;
}

Result<ValuesView> SliceValues::takeIndexed(const SlotRange& range, std::uint64_t bytesMax) {
  PF_TRY_ASSIGN(const Units units, takeUnits(range, indexWidth(source_.indexType)));
  indices_.clear();
  PF_TRY_ASSIGN(std::byte * to, indices_.appendUninitialized(range.values * sizeof(std::uint32_t)));
  auto* const indices = reinterpret_cast<std::uint32_t*>(to);
  const std::uint64_t limit = source_.dictionary->count;
  const std::size_t done =
      convertIndices(source_.indexType, units.data, range.values, limit, indices);
  if (done < range.values) [[unlikely]] {
    refused_ = done;
    return refuse("the index is negative or not below the dictionary's " + std::to_string(limit) +
                  " values");
  }
  if (!isKept_) {
    return takeValues(*source_.dictionary, *leaf_, indices, range.values, bytesMax, taken_,
                      refused_);
  }
  ValuesView values;
  values.layout = ValuesLayout::kIndices;
  values.indices = indices;
  values.dictionary = &dictionary_;
  values.count = range.values;
  return values;
}

}  // namespace parquet_flow::column
