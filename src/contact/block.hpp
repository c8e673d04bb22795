// A block of rows on its way to columns: what each of them draws, in arrays that stay in the first
// level of cache, and the loops over those.
//
//   rows ─▶ key, is there a name, how many phones
//     ├─▶ rows with a name, packed ─▶ which parts the name has ─▶ (generator.cpp) bytes
//     └─▶ entries, one a phone and one for a row without ─▶ levels, type
//           └─▶ slots of those with a number, packed ─▶ digits ─▶ (generator.cpp) bytes
//
// Nothing here branches on what was drawn: which way it goes cannot be predicted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/cpu.hpp"
#include "contact/contact.hpp"
#include "contact/numbers.hpp"

namespace parquet_flow::contact {

inline constexpr std::size_t kBlockRows = 256;
inline constexpr std::size_t kBlockEntriesMax = kBlockRows * kPhonesMax;
// Elements that are written behind the last entry, and behind the last compacted element.
inline constexpr std::size_t kEntrySlack = 8;

struct Block {
  std::uint64_t firstRow = 0;
  std::size_t rows = 0;
  std::array<std::uint64_t, kBlockRows> key;
  std::array<std::uint8_t, kBlockRows> hasName;  // 0 or 1
  std::array<std::uint8_t, kBlockRows> phoneCount;

  std::size_t names = 0;
  std::array<std::uint64_t, kBlockRows + kEntrySlack> nameKey;  // the keys of rows with a name
  std::array<std::uint16_t, kBlockRows> namePart[4];            // in the tables of names.hpp

  std::size_t entries = 0;
  std::array<std::uint64_t, kBlockEntriesMax + kEntrySlack> phoneState;  // mix64 of it is the draw
  std::array<std::uint16_t, kBlockEntriesMax + kEntrySlack> place;       // slot less the block's
  std::array<std::uint8_t, kBlockEntriesMax + kEntrySlack> isPhone;      // 0 or 1
  std::array<std::uint8_t, kBlockEntriesMax + kEntrySlack> type;

  std::size_t numbers = 0;
  std::array<std::uint64_t, kBlockEntriesMax + kEntrySlack> slot;
  std::array<std::uint64_t, kBlockEntriesMax + 1> digits;  // the last eight, as text
  std::array<std::uint16_t, kBlockEntriesMax + 1> lead;    // those before, as text
};

// Where a block's levels and types go; room for `entries + kEntrySlack` of each.
struct BlockEntries {
  std::uint8_t* repetitionLevels;
  std::uint8_t* numberLevels;
  std::uint8_t* typeLevels;
  std::uint32_t* types;  // of the entries that have one
};

struct BlockKernels {
  // From firstRow and rows: the row's draws, and the keys of those with a name.
  void (*drawRows)(std::uint64_t key, Block& block) noexcept;
  // The parts of each name.
  void (*drawNames)(Block& block) noexcept;
  // The entries, their levels and types, and the slots of those with a number. Returns how many
  // types were written.
  std::size_t (*drawEntries)(std::uint8_t levelWithoutPhones, Block& block,
                             const BlockEntries& out) noexcept;
  // The digits of the slots, all of which are in the bracket of 8, 9 or 10 digits.
  void (*permute8)(const NumberKeys& keys, Block& block) noexcept;
  void (*permute9)(const NumberKeys& keys, Block& block) noexcept;
  void (*permute10)(const NumberKeys& keys, Block& block) noexcept;
};

// The kernels for a processor that has `level`. Those for SimdLevel::kScalar are the definition.
[[nodiscard]] const BlockKernels& blockKernels(SimdLevel level) noexcept;

#if defined(__x86_64__)
extern const BlockKernels kBlockKernelsAvx2;
extern const BlockKernels kBlockKernelsAvx512;
#endif

}  // namespace parquet_flow::contact
