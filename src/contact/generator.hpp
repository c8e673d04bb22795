// Contact i as a pure function of (options, i): the same one row at a time, a column at a time, in
// any order and on any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/status.hpp"
#include "contact/block.hpp"
#include "contact/contact.hpp"
#include "contact/grow_buffer.hpp"
#include "contact/numbers.hpp"

namespace parquet_flow::contact {

// Rows are numbered below this: five slots a row stay below the 10^19 numbers there are.
inline constexpr std::uint64_t kRowsMax = 2'000'000'000'000'000'000;
// Rows of one fill, so that offsets of 32 bits reach over its bytes whatever the draw.
inline constexpr std::uint64_t kFillRowsMax = 1U << 24;

// The leaves of a row range: name, phones.list.element.number, phones.list.element.phone_type.
// Owned by the caller and used again: buffers grow to the largest fill seen and then allocate no
// more.
class ContactColumns {
 public:
  // What a leaf's view borrows; valid until the next fill.
  struct Leaf {
    std::span<const std::uint8_t> definitionLevels;
    std::span<const std::uint8_t> repetitionLevels;  // empty for name, which does not repeat
    std::span<const std::uint32_t> offsets;          // present values + 1, from 0
    std::span<const char> bytes;                     // the present values, end to end
  };
  struct TypeLeaf {
    std::span<const std::uint8_t> definitionLevels;
    std::span<const std::uint8_t> repetitionLevels;
    std::span<const std::uint32_t> types;  // of the present ones, a PhoneType each
  };

  [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
  [[nodiscard]] Leaf name() const noexcept;
  [[nodiscard]] Leaf number() const noexcept;
  [[nodiscard]] TypeLeaf phoneType() const noexcept;

 private:
  friend class ContactGenerator;

  struct TextBuffers {
    GrowBuffer<std::uint8_t> definitionLevels;
    GrowBuffer<std::uint32_t> offsets;
    GrowBuffer<char> bytes;
  };

  void clear();
  void reserveBlock();

  TextBuffers name_;
  TextBuffers number_;
  GrowBuffer<std::uint8_t> typeLevels_;
  GrowBuffer<std::uint32_t> types_;
  GrowBuffer<std::uint8_t> phoneRepetitionLevels_;  // the same for number and phone_type
  std::unique_ptr<Block> block_;
  std::uint64_t rows_ = 0;
};

class ContactGenerator {
 public:
  explicit ContactGenerator(const ContactOptions& options) noexcept;

  // Contact `row`, its views in `text` and in static storage.
  //   row  below kRowsMax.
  // Threads: any, together. Cost: allocates nothing; below 100 ns.
  [[nodiscard]] Contact contactAt(std::uint64_t row, ContactText& text) const noexcept;

  // Fills the columns with rows [begin, end), replacing what they held.
  // Threads: any, each with its own columns. Cost: allocates only where the columns have to grow.
  // Returns kInvalidArgument when end < begin or end > kRowsMax, kLimit for more than kFillRowsMax
  // rows, kOutOfMemory; the columns then hold no rows.
  [[nodiscard]] Result<> fill(std::uint64_t begin, std::uint64_t end,
                              ContactColumns& columns) const;

 private:
  // Returns the end of the name; up to 16 bytes behind it are overwritten.
  char* writeDistinctName(std::uint64_t row, char* out) const noexcept;

  void fillNames(const Block& block, ContactColumns& columns) const noexcept;
  void fillPhones(Block& block, ContactColumns& columns) const noexcept;
  void fillNumbers(Block& block, ContactColumns& columns) const noexcept;

  ContactOptions options_;
  std::uint64_t key_;
  std::uint64_t nameKey_;
  NumberSpace numbers_;
  const BlockKernels* kernels_;
};

}  // namespace parquet_flow::contact
