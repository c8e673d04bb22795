#include "column/nested_levels.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "column/level_scan.hpp"

namespace parquet_flow::column {
namespace {

// Levels of one list are written so many at a time, without a look at how many they are; most lists
// need no more. What comes next writes over the rest.
using Lanes = std::uint8_t __attribute__((vector_size(16)));
constexpr std::uint64_t kLanes = sizeof(Lanes);
constexpr std::size_t kSlackBytes = kLanes;
// Likewise the slots of its elements.
constexpr std::uint64_t kSlotLanes = 8;

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

// The parts of a list array, by slot. `check` says what is wrong with a slot, nullptr if nothing
// is.
template <class Offset>
struct OffsetLists {
  static constexpr bool kInOrder = true;
  const Offset* offsets;
  std::uint64_t childCount;

  [[nodiscard]] std::uint64_t begin(std::uint64_t slot) const noexcept {
    return static_cast<std::uint64_t>(offsets[slot]);
  }
  [[nodiscard]] std::uint64_t length(std::uint64_t slot) const noexcept {
    return static_cast<std::uint64_t>(offsets[slot + 1] - offsets[slot]);
  }
  [[nodiscard]] const char* check(std::uint64_t slot) const noexcept {
    if (offsets[slot] < 0) {
      return "an offset of the list is negative";
    }
    if (offsets[slot + 1] < offsets[slot]) {
      return "the offsets of the list go backwards";
    }
    return static_cast<std::uint64_t>(offsets[slot + 1]) > childCount
               ? "the list ends past its elements"
               : nullptr;
  }
  [[nodiscard]] bool areRight(std::uint64_t first, std::uint64_t slots) const noexcept {
    return slots == 0 || (offsets[first] >= 0 && neverDecreases(offsets + first, slots) &&
                          static_cast<std::uint64_t>(offsets[first + slots]) <= childCount);
  }
};

template <class Offset>
struct ViewLists {
  static constexpr bool kInOrder = false;
  const Offset* offsets;
  const Offset* sizes;
  std::uint64_t childCount;

  [[nodiscard]] std::uint64_t begin(std::uint64_t slot) const noexcept {
    return static_cast<std::uint64_t>(offsets[slot]);
  }
  [[nodiscard]] std::uint64_t length(std::uint64_t slot) const noexcept {
    return static_cast<std::uint64_t>(sizes[slot]);
  }
  [[nodiscard]] const char* check(std::uint64_t slot) const noexcept {
    if (offsets[slot] < 0 || sizes[slot] < 0) {
      return "an offset or a size of the list view is negative";
    }
    return begin(slot) > childCount || length(slot) > childCount - begin(slot)
               ? "the list view ends past its elements"
               : nullptr;
  }
};

struct FixedLists {
  static constexpr bool kInOrder = true;
  std::uint64_t skipped;
  std::uint64_t size;
  std::uint64_t childCount;

  [[nodiscard]] std::uint64_t begin(std::uint64_t slot) const noexcept {
    return (skipped + slot) * size;
  }
  [[nodiscard]] std::uint64_t length(std::uint64_t) const noexcept { return size; }
  [[nodiscard]] const char* check(std::uint64_t slot) const noexcept {
    return size != 0 && skipped + slot >= childCount / size ? "the list ends past its elements"
                                                            : nullptr;
  }
  [[nodiscard]] bool areRight(std::uint64_t first, std::uint64_t slots) const noexcept {
    return slots == 0 || check(first + slots - 1) == nullptr;
  }
};

bool isValid(const Validity& validity, std::uint64_t slot) noexcept {
  return validity.bits == nullptr || bitAt(validity.bits, validity.offset + slot);
}

// Which of the two it is comes by chance, and as a branch would be guessed wrong.
template <class Value>
Value select(bool isFirst, Value first, Value second) noexcept {
  const auto mask = static_cast<Value>(-static_cast<std::int64_t>(isFirst));
  return static_cast<Value>((first & mask) | (second & static_cast<Value>(~mask)));
}

// `count` slots from `first` on. Where they are fewer than kSlotLanes, what comes next writes over
// the rest.
void putSlots(std::uint64_t first, std::uint64_t count, std::uint64_t* to) noexcept {
  for (std::uint64_t lane = 0; lane < kSlotLanes; ++lane) {
    to[lane] = first + lane;
  }
  for (std::uint64_t i = kSlotLanes; i < count; ++i) {
    to[i] = first + i;
  }
}

// Bits to bytes that are `set` or `clear`, eight at a time: `clear` + (`set` - `clear`) * bit.
void expandBits(const Validity& validity, std::uint64_t first, std::uint64_t count,
                std::uint8_t clear, std::uint8_t set, std::uint8_t* to) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kSpread = 0x8040201008040201;
  constexpr std::uint64_t kLow7 = 0x7F7F7F7F7F7F7F7F;
  const auto step = static_cast<std::uint8_t>(set - clear);
  for (std::uint64_t i = 0; i < count; i += 64) {
    const std::uint64_t some = std::min<std::uint64_t>(count - i, 64);
    std::uint64_t bits = loadBits(validity.bits, validity.offset + first + i, some);
    for (std::uint64_t byte = 0; byte < some; byte += 8, bits >>= 8) {
      // Byte k has bit k alone; adding 0x7F to it carries into its top bit, and no further.
      const std::uint64_t spread = (bits & 0xFF) * kOnes & kSpread;
      const std::uint64_t ones = ((spread + kLow7) | spread) >> 7 & kOnes;
      storeLe(to + i + byte, kOnes * clear + ones * step);
    }
  }
}

}  // namespace

void NestedLevels::begin(std::uint64_t first, std::uint64_t rows, std::uint8_t leafDefinitionLevel,
                         std::uint64_t rowsBefore) noexcept {
  rowsBefore_ = rowsBefore;
  entries_ = rows;
  leafLevel_ = leafDefinitionLevel;
  definitionLevel_ = 0;
  repetitionLevel_ = 0;
  slotLevel_ = 0;
  hasDefinition_ = false;
  slotCount_ = rows;
  isContiguous_ = true;
  firstSlot_ = first;
}

template <class Visit>
void NestedLevels::forEachSlot(Visit&& visit) const {
  if (!hasDefinition_) {
    for (std::uint64_t entry = 0; entry < entries_; ++entry) {
      visit(entry, entry);
    }
    return;
  }
  const std::uint8_t* const levels = levelsOf(definition_);
  for (std::uint64_t entry = 0, index = 0; entry < entries_; ++entry) {
    if (levels[entry] >= slotLevel_) {
      visit(entry, index++);
    }
  }
}

// --- structs and leaves ------------------------------------------------------------------------

Result<void> NestedLevels::addStruct(bool isOptional, const Validity& validity) {
  if (!isOptional) {
    return validity.bits == nullptr ? Result<void>{} : requireValid(validity);
  }
  const std::uint8_t nullLevel = definitionLevel_++;
  if (validity.bits == nullptr) {
    return {};
  }
  if (!hasDefinition_) {
    return makeDefinition(validity, nullLevel);
  }
  return applyValidity(validity, nullLevel);
}

// One a slot; what is behind the last may be written over, for kSlackBytes.
void NestedLevels::putLevelsOfSlots(const Validity& validity, std::uint8_t nullLevel,
                                    std::uint8_t* to) const noexcept {
  if (isContiguous_) {
    expandBits(validity, firstSlot_, slotCount_, nullLevel, leafLevel_, to);
    return;
  }
  const auto step = static_cast<std::uint8_t>(leafLevel_ - nullLevel);
  const std::uint64_t* const slots = slotsOf(slots_);
  const std::uint64_t count = slotCount_;
  const Validity bits = validity;
  for (std::uint64_t index = 0; index < count; ++index) {
    const auto bit = static_cast<std::uint8_t>(isValid(bits, slots[index]));
    to[index] = static_cast<std::uint8_t>(nullLevel + step * bit);
  }
}

Result<void> NestedLevels::makeDefinition(const Validity& validity, std::uint8_t nullLevel) {
  definition_.clear();
  PF_TRY_ASSIGN(std::byte * to, definition_.reserveExtra(entries_ + kSlackBytes));
  // There has been no list, so that each entry has a slot.
  putLevelsOfSlots(validity, nullLevel, reinterpret_cast<std::uint8_t*>(to));
  hasDefinition_ = true;
  return {};
}

Result<void> NestedLevels::applyValidity(const Validity& validity, std::uint8_t nullLevel) {
  // By slot first, then to the entries that have one, without a branch for each.
  slotLevels_.clear();
  PF_TRY_ASSIGN(std::byte * to, slotLevels_.reserveExtra(slotCount_ + kSlackBytes));
  auto* const ofSlots = reinterpret_cast<std::uint8_t*>(to);
  putLevelsOfSlots(validity, nullLevel, ofSlots);
  auto* const levels = reinterpret_cast<std::uint8_t*>(definition_.data());
  ofSlots[slotCount_] = nullLevel;  // looked at, not used, behind the last slot
  const std::uint64_t entries = entries_;
  const std::uint8_t leafLevel = leafLevel_;
  const std::uint8_t slotLevel = slotLevel_;
  std::uint64_t index = 0;
  for (std::uint64_t entry = 0; entry < entries; ++entry) {
    const std::uint8_t level = levels[entry];
    levels[entry] = select(level == leafLevel, ofSlots[index], level);
    index += level >= slotLevel ? 1 : 0;
  }
  return {};
}

Result<void> NestedLevels::requireValid(const Validity& validity) const {
  if (!hasDefinition_ && isContiguous_ &&
      countBits(validity.bits, validity.offset + firstSlot_, slotCount_) == slotCount_) {
    return {};
  }
  std::uint64_t bad = entries_;
  forEachSlot([&](std::uint64_t entry, std::uint64_t index) {
    if (bad == entries_ && isLive(entry) && !isValid(validity, slotAt(index))) {
      bad = entry;
    }
  });
  return bad == entries_ ? Result<void>{} : refuseEntry(bad, "a null where none is allowed");
}

void NestedLevels::shiftSlots(std::uint64_t offset) noexcept {
  firstSlot_ += offset;
  if (!isContiguous_) {
    auto* const slots = reinterpret_cast<std::uint64_t*>(slots_.data());
    for (std::uint64_t index = 0; index < slotCount_; ++index) {
      slots[index] += offset;
    }
  }
}

Result<void> NestedLevels::mapSlots(std::uint64_t first, std::span<const std::uint64_t> to) {
  nextSlots_.clear();
  PF_TRY(nextSlots_.reserve(slotCount_ * sizeof(std::uint64_t)));
  auto* const slots = reinterpret_cast<std::uint64_t*>(nextSlots_.data());
  for (std::uint64_t index = 0; index < slotCount_; ++index) {
    slots[index] = to[slotAt(index) - first];
  }
  std::swap(slots_, nextSlots_);
  isContiguous_ = false;
  return {};
}

// --- lists -------------------------------------------------------------------------------------

Result<void> NestedLevels::addList(bool isOptional, const Validity& validity,
                                   const ListShape& shape) {
  return addListAs(isOptional, validity, shape, false);
}

Result<void> NestedLevels::addListOneByOne(bool isOptional, const Validity& validity,
                                           const ListShape& shape) {
  return addListAs(isOptional, validity, shape, true);
}

Result<void> NestedLevels::addListAs(bool isOptional, const Validity& validity,
                                     const ListShape& shape, bool oneByOne) {
  const auto add = [&](const auto& lists) {
    return addLists(isOptional, validity, lists, oneByOne);
  };
  const auto* const offsets32 = static_cast<const std::int32_t*>(shape.offsets);
  const auto* const offsets64 = static_cast<const std::int64_t*>(shape.offsets);
  switch (shape.kind) {
    case ListShape::Kind::kOffsets32:
      return add(OffsetLists<std::int32_t>{offsets32, shape.childCount});
    case ListShape::Kind::kOffsets64:
      return add(OffsetLists<std::int64_t>{offsets64, shape.childCount});
    case ListShape::Kind::kViews32:
      return add(ViewLists<std::int32_t>{offsets32, static_cast<const std::int32_t*>(shape.sizes),
                                         shape.childCount});
    case ListShape::Kind::kViews64:
      return add(ViewLists<std::int64_t>{offsets64, static_cast<const std::int64_t*>(shape.sizes),
                                         shape.childCount});
    case ListShape::Kind::kFixedSize:
      break;
  }
  return add(FixedLists{shape.first, shape.size, shape.childCount});
}

template <class Lists>
Result<void> NestedLevels::addLists(bool isOptional, const Validity& validity, const Lists& lists,
                                    bool oneByOne) {
  if (!isOptional && validity.bits != nullptr) {
    PF_TRY(requireValid(validity));
  }
  PF_TRY_ASSIGN(const std::uint64_t elements, countElements(validity, lists));
  PF_TRY(makeRoom(entries_ + elements));
  const std::uint8_t nullLevel = definitionLevel_;
  const auto emptyLevel = static_cast<std::uint8_t>(nullLevel + (isOptional ? 1 : 0));
  const bool isInOrder = !oneByOne && isContiguous_ &&
                         expand<Elements::kInOrder>(validity, lists, nullLevel, emptyLevel);
  if (!isInOrder) {
    nextSlots_.clear();
    PF_TRY(nextSlots_.reserve((elements + kSlotLanes) * sizeof(std::uint64_t)));
    if (oneByOne) {
      expandOneByOne(validity, lists, nullLevel, emptyLevel);
    } else {
      static_cast<void>(expand<Elements::kAnywhere>(validity, lists, nullLevel, emptyLevel));
    }
  }
  std::swap(definition_, nextDefinition_);
  std::swap(repetition_, nextRepetition_);
  std::swap(slots_, nextSlots_);
  hasDefinition_ = true;
  definitionLevel_ = static_cast<std::uint8_t>(emptyLevel + 1);
  slotLevel_ = definitionLevel_;
  ++repetitionLevel_;
  return {};
}

// As many as there can be entries beside those there are. Of lists that are null those alone count
// that stand in order, which the child has once each: null views may say that they have as many as
// they like, and a null list of a run comes as often as the run is long.
template <class Lists>
Result<std::uint64_t> NestedLevels::countElements(const Validity& validity,
                                                  const Lists& lists) const {
  std::uint64_t elements = 0;
  bool isCounted = false;
  if constexpr (Lists::kInOrder) {
    isCounted = isContiguous_ && slotCount_ != 0 && lists.areRight(firstSlot_, slotCount_);
    if (isCounted) {
      const std::uint64_t last = firstSlot_ + slotCount_ - 1;
      elements = lists.begin(last) + lists.length(last) - lists.begin(firstSlot_);
    }
  }
  if (!isCounted) {
    for (std::uint64_t index = 0; index < slotCount_ && elements <= kEntriesMax; ++index) {
      const std::uint64_t slot = slotAt(index);
      const char* const wrong = lists.check(slot);
      if (wrong != nullptr) {
        return refuseSlot(index, wrong);
      }
      elements += isValid(validity, slot) ? lists.length(slot) : 0;
    }
  }
  if (entries_ + elements > kEntriesMax) {
    return fail(ErrorCode::kLimit,
                "more than " + std::to_string(kEntriesMax) + " values and nulls in a row group");
  }
  return elements;
}

Result<void> NestedLevels::makeRoom(std::uint64_t entries) {
  nextDefinition_.clear();
  nextRepetition_.clear();
  PF_TRY(nextDefinition_.reserve(entries + kSlackBytes));
  return nextRepetition_.reserve(entries + kSlackBytes);
}

// Where elements follow each other as the slots do, their slots need not be written down; false
// where they do not: what has been written is of no use then.
template <NestedLevels::Elements kElements, class Lists>
bool NestedLevels::expand(const Validity& validity, const Lists& lists, std::uint8_t nullLevel,
                          std::uint8_t emptyLevel) noexcept {
  constexpr bool kIsInOrder = kElements == Elements::kInOrder;
  const std::uint8_t* const fromDefinition = definition();
  const std::uint8_t* const fromRepetition = repetition();
  auto* const toDefinition = reinterpret_cast<std::uint8_t*>(nextDefinition_.data());
  auto* const toRepetition = reinterpret_cast<std::uint8_t*>(nextRepetition_.data());
  auto* const toSlots = reinterpret_cast<std::uint64_t*>(nextSlots_.data());
  const auto level = static_cast<std::uint8_t>(repetitionLevel_ + 1);
  const Lanes repeats = Lanes{} + level;
  // Bytes that are written might be members, for all that the compiler knows.
  const std::uint64_t entries = entries_;
  const std::uint64_t firstSlot = firstSlot_;
  const std::uint8_t leafLevel = leafLevel_;
  const std::uint8_t slotLevel = slotLevel_;
  const Validity bits = validity;
  const Lists its = lists;
  std::uint64_t to = 0;
  std::uint64_t index = 0;
  std::uint64_t firstElement = 0;
  std::uint64_t elements = 0;
  for (std::uint64_t entry = 0; entry < entries; ++entry) {
    std::uint8_t defined = leafLevel;
    if (fromDefinition != nullptr) {
      defined = fromDefinition[entry];
      if (defined < slotLevel) {
        toDefinition[to] = defined;
        toRepetition[to++] = fromRepetition[entry];
        continue;
      }
    }
    const std::uint64_t slot = kIsInOrder ? firstSlot + index : slotAt(index);
    ++index;
    const std::uint64_t length = its.length(slot);
    const bool valid = isValid(bits, slot);
    const bool live = defined == leafLevel;
    const std::uint64_t taken = select<std::uint64_t>(valid && live, length, 0);
    if constexpr (!kIsInOrder) {
      putSlots(its.begin(slot), taken, toSlots + elements);
    } else if constexpr (Lists::kInOrder) {
      if (taken != length) [[unlikely]]
        return false;
    } else if (taken != 0) {
      firstElement = elements == 0 ? its.begin(slot) : firstElement;
      if (its.begin(slot) != firstElement + elements) [[unlikely]]
        return false;
    }
    const std::uint8_t absent = select(valid, emptyLevel, nullLevel);
    const std::uint8_t terminal = select(live, absent, defined);
    const std::uint8_t definition = select(taken != 0, leafLevel, terminal);
    storeLe(toDefinition + to, Lanes{} + definition);
    storeLe(toRepetition + to, repeats);
    if (taken > kLanes) [[unlikely]] {
      std::memset(toDefinition + to, definition, taken);
      std::memset(toRepetition + to, level, taken);
    }
    toRepetition[to] = fromRepetition == nullptr ? std::uint8_t{0} : fromRepetition[entry];
    to += std::max<std::uint64_t>(taken, 1);
    elements += taken;
  }
  if constexpr (kIsInOrder && Lists::kInOrder) {
    firstElement = slotCount_ == 0 ? 0 : its.begin(firstSlot);
  }
  entries_ = to;
  slotCount_ = elements;
  firstSlot_ = firstElement;
  isContiguous_ = kIsInOrder;
  return true;
}

template <class Lists>
void NestedLevels::expandOneByOne(const Validity& validity, const Lists& lists,
                                  std::uint8_t nullLevel, std::uint8_t emptyLevel) {
  auto* const toDefinition = reinterpret_cast<std::uint8_t*>(nextDefinition_.data());
  auto* const toRepetition = reinterpret_cast<std::uint8_t*>(nextRepetition_.data());
  const auto level = static_cast<std::uint8_t>(repetitionLevel_ + 1);
  auto* const toSlots = reinterpret_cast<std::uint64_t*>(nextSlots_.data());
  std::uint64_t to = 0;
  std::uint64_t elements = 0;
  const auto emit = [&](std::uint8_t definition, std::uint8_t repetition) {
    toDefinition[to] = definition;
    toRepetition[to++] = repetition;
  };
  for (std::uint64_t entry = 0, index = 0; entry < entries_; ++entry) {
    const std::uint8_t defined = hasDefinition_ ? levelsOf(definition_)[entry] : leafLevel_;
    const std::uint8_t repeated = repetition() == nullptr ? std::uint8_t{0} : repetition()[entry];
    if (hasDefinition_ && defined < slotLevel_) {
      emit(defined, repeated);
      continue;
    }
    const std::uint64_t slot = slotAt(index++);
    if (defined != leafLevel_) {
      emit(defined, repeated);
    } else if (!isValid(validity, slot)) {
      emit(nullLevel, repeated);
    } else if (lists.length(slot) == 0) {
      emit(emptyLevel, repeated);
    } else {
      for (std::uint64_t i = 0; i < lists.length(slot); ++i) {
        emit(leafLevel_, i == 0 ? repeated : level);
        toSlots[elements++] = lists.begin(slot) + i;
      }
    }
  }
  entries_ = to;
  slotCount_ = elements;
  isContiguous_ = false;
}

// --- refusals ----------------------------------------------------------------------------------

std::uint64_t NestedLevels::rowOfEntry(std::uint64_t entry) const noexcept {
  if (repetition() == nullptr) {
    return entry;
  }
  const std::uint64_t begun = scanLevels(repetition(), entry + 1, 0).matches;
  return begun == 0 ? 0 : begun - 1;
}

tl::unexpected<Error> NestedLevels::refuseEntry(std::uint64_t entry, std::string message) const {
  return refuse("row " + std::to_string(rowsBefore_ + rowOfEntry(entry)) + ": " +
                std::move(message));
}

tl::unexpected<Error> NestedLevels::refuseSlot(std::uint64_t index, std::string message) const {
  std::uint64_t found = 0;
  forEachSlot([&](std::uint64_t entry, std::uint64_t itsIndex) {
    found = itsIndex == index ? entry : found;
  });
  return refuseEntry(found, std::move(message));
}

}  // namespace parquet_flow::column
