// Definition and repetition levels of a leaf from offsets, sizes and validity bitmaps, level by
// level from the root down: what a columnar source with nesting (Arrow) has instead of levels.
//
// Spec: parquet-format README.md, "Nested Encoding"; the layouts are those of Arrow's columnar
// format, "Variable-size List", "ListView", "Fixed-Size List" and "Struct".
//
//   NestedLevels levels;
//   levels.begin(first row, rows, maximum)
//   levels.addStruct(...) or addList(...), from the root's child on, and for the leaf addStruct too
//   -> definition(), repetition(), and which of the leaf's slots they are about
//
// "Slot" is a position in the child of the level that was added last. Each entry whose definition
// level is at least slotDefinitionLevel() has one, in order: slots firstSlot() and following where
// isContiguous(), else those in slots(). An entry with a lower level is a null or empty list, or
// something above one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/byte_buffer.hpp"
#include "base/status.hpp"

namespace parquet_flow::column {

// A bitmap of which slots of an array are there: nullptr, all. Bit `offset` is of slot 0.
struct Validity {
  const std::uint8_t* bits = nullptr;
  std::uint64_t offset = 0;
};

// Where each slot of a list array has its elements, as slots of its child.
struct ListShape {
  enum class Kind : std::uint8_t {
    kOffsets32,  // offsets[slot] .. offsets[slot + 1]
    kOffsets64,
    kViews32,  // sizes[slot] from offsets[slot] on
    kViews64,
    kFixedSize,  // (first + slot) * size .. (first + slot + 1) * size
  };
  Kind kind = Kind::kOffsets32;
  const void* offsets = nullptr;
  const void* sizes = nullptr;
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  std::uint64_t childCount = 0;  // slots that the child has
};

// One leaf after the other; the memory is reused. One thread at a time.
class NestedLevels {
 public:
  // More entries than this of one leaf are refused.
  static constexpr std::uint64_t kEntriesMax = std::uint64_t{1} << 32;

  // The rows are the slots `first` .. `first` + `rows` - 1 of the root; `leafDefinitionLevel` is
  // the maximum of the leaf that all this ends in. `rowsBefore` is the number of the first row in
  // error messages.
  void begin(std::uint64_t first, std::uint64_t rows, std::uint8_t leafDefinitionLevel,
             std::uint64_t rowsBefore = 0) noexcept;

  // A struct or a leaf; `isOptional`: as the schema has it. kInvalidArgument: something is null
  // that is not optional; kOutOfMemory.
  [[nodiscard]] Result<void> addStruct(bool isOptional, const Validity& validity);
  // A list, and the repeated group in it. Elements of a null list are passed over.
  // kInvalidArgument: as above, and what is wrong with the offsets; kLimit; kOutOfMemory.
  [[nodiscard]] Result<void> addList(bool isOptional, const Validity& validity,
                                     const ListShape& shape);
  // From here on slots are positions in a child that has `offset` in front of them.
  void shiftSlots(std::uint64_t offset) noexcept;
  // From here on slots are positions in a child of which slot `s` has number `to[s - first]`: that
  // of its run. All slots that there are must be in `to`. kOutOfMemory.
  [[nodiscard]] Result<void> mapSlots(std::uint64_t first, std::span<const std::uint64_t> to);
  // As addList, by the plain loop that defines it.
  [[nodiscard]] Result<void> addListOneByOne(bool isOptional, const Validity& validity,
                                             const ListShape& shape);

  [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }
  [[nodiscard]] std::uint8_t maxDefinitionLevel() const noexcept { return definitionLevel_; }
  [[nodiscard]] std::uint8_t maxRepetitionLevel() const noexcept { return repetitionLevel_; }
  // One a byte; nullptr where all are the maximum.
  [[nodiscard]] const std::uint8_t* definition() const noexcept {
    return hasDefinition_ ? levelsOf(definition_) : nullptr;
  }
  // One a byte; nullptr where the maximum is 0.
  [[nodiscard]] const std::uint8_t* repetition() const noexcept {
    return repetitionLevel_ > 0 ? levelsOf(repetition_) : nullptr;
  }

  [[nodiscard]] std::uint8_t slotDefinitionLevel() const noexcept { return slotLevel_; }
  [[nodiscard]] std::uint64_t slotCount() const noexcept { return slotCount_; }
  [[nodiscard]] bool isContiguous() const noexcept { return isContiguous_; }
  [[nodiscard]] std::uint64_t firstSlot() const noexcept { return firstSlot_; }
  [[nodiscard]] std::span<const std::uint64_t> slots() const noexcept {
    return {slotsOf(slots_), isContiguous_ ? 0 : slotCount_};
  }

 private:
  // Where the elements of lists are: one behind the other, or as nextSlots_ says.
  enum class Elements : std::uint8_t { kInOrder, kAnywhere };

  static const std::uint8_t* levelsOf(const ByteBuffer& buffer) noexcept {
    return reinterpret_cast<const std::uint8_t*>(buffer.data());
  }
  static const std::uint64_t* slotsOf(const ByteBuffer& buffer) noexcept {
    return reinterpret_cast<const std::uint64_t*>(buffer.data());
  }
  [[nodiscard]] std::uint64_t slotAt(std::uint64_t index) const noexcept {
    return isContiguous_ ? firstSlot_ + index : slotsOf(slots_)[index];
  }

  // Calls visit(entry, index of its slot) for each entry that has one.
  template <class Visit>
  void forEachSlot(Visit&& visit) const;
  [[nodiscard]] bool isLive(std::uint64_t entry) const noexcept {
    return !hasDefinition_ || levelsOf(definition_)[entry] == leafLevel_;
  }

  void putLevelsOfSlots(const Validity& validity, std::uint8_t nullLevel,
                        std::uint8_t* to) const noexcept;
  [[nodiscard]] Result<void> makeDefinition(const Validity& validity, std::uint8_t nullLevel);
  [[nodiscard]] Result<void> applyValidity(const Validity& validity, std::uint8_t nullLevel);
  [[nodiscard]] Result<void> requireValid(const Validity& validity) const;
  [[nodiscard]] Result<void> addListAs(bool isOptional, const Validity& validity,
                                       const ListShape& shape, bool oneByOne);
  template <class Lists>
  [[nodiscard]] Result<void> addLists(bool isOptional, const Validity& validity, const Lists& lists,
                                      bool oneByOne);
  template <class Lists>
  [[nodiscard]] Result<std::uint64_t> countElements(const Validity& validity,
                                                    const Lists& lists) const;
  [[nodiscard]] Result<void> makeRoom(std::uint64_t entries);
  template <Elements kElements, class Lists>
  [[nodiscard]] bool expand(const Validity& validity, const Lists& lists, std::uint8_t nullLevel,
                            std::uint8_t emptyLevel) noexcept;
  template <class Lists>
  void expandOneByOne(const Validity& validity, const Lists& lists, std::uint8_t nullLevel,
                      std::uint8_t emptyLevel);
  [[nodiscard]] std::uint64_t rowOfEntry(std::uint64_t entry) const noexcept;
  [[nodiscard]] tl::unexpected<Error> refuseEntry(std::uint64_t entry, std::string message) const;
  [[nodiscard]] tl::unexpected<Error> refuseSlot(std::uint64_t index, std::string message) const;

  std::uint64_t rowsBefore_ = 0;
  std::uint64_t entries_ = 0;
  std::uint8_t leafLevel_ = 0;        // what live entries have from the beginning
  std::uint8_t definitionLevel_ = 0;  // of what has been added so far
  std::uint8_t repetitionLevel_ = 0;
  std::uint8_t slotLevel_ = 0;
  bool hasDefinition_ = false;
  ByteBuffer definition_;
  ByteBuffer repetition_;
  ByteBuffer nextDefinition_;
  ByteBuffer nextRepetition_;
  ByteBuffer slotLevels_;

  std::uint64_t slotCount_ = 0;
  bool isContiguous_ = true;
  std::uint64_t firstSlot_ = 0;
  ByteBuffer slots_;  // std::uint64_t
  ByteBuffer nextSlots_;
};

}  // namespace parquet_flow::column
