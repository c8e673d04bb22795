// The loops of block.hpp, once, in plain C++ that compilers turn into vector instructions. They are
// inlined into functions of each instruction set, so that all of them do the same by construction;
// block_avx512.cpp has most of them by hand.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "contact/block.hpp"
#include "contact/draws.hpp"
#include "contact/numbers.hpp"
#include "contact/random.hpp"

namespace parquet_flow::contact::kernels {

#define PF_CONTACT_INLINE [[gnu::always_inline]] inline

PF_CONTACT_INLINE void drawRows(std::uint64_t key, Block& block) noexcept {
  const std::size_t rows = block.rows;
  const std::uint64_t firstRow = block.firstRow;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::uint64_t rowKey = drawAt(key, firstRow + i);
    const std::uint64_t shape = drawAt(rowKey, kDrawShape);
    block.key[i] = rowKey;
    block.hasName[i] = static_cast<std::uint8_t>(hasNameOf(shape));
    block.phoneCount[i] = static_cast<std::uint8_t>(phoneCountOf(shape));
  }
  std::size_t names = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    block.nameKey[names] = block.key[i];
    names += block.hasName[i];
  }
  block.names = names;
}

PF_CONTACT_INLINE void drawNames(Block& block) noexcept {
  const std::size_t names = block.names;
  for (std::size_t i = 0; i < names; ++i) {
    const std::uint64_t key = block.nameKey[i];
    const NameParts parts = namePartsOf(drawAt(key, kDrawName), drawAt(key, kDrawNameExtras));
    block.namePart[0][i] = static_cast<std::uint16_t>(parts.first);
    block.namePart[1][i] = static_cast<std::uint16_t>(parts.middle);
    block.namePart[2][i] = static_cast<std::uint16_t>(parts.last);
    block.namePart[3][i] = static_cast<std::uint16_t>(parts.tail);
  }
}

// Four entries a row, whatever it has, and the fifth where there is one; the next row begins where
// this one's end. Small numbers go eight or four to a word, the first one in its lowest bits, which
// compilers do not make of loops over them.
PF_CONTACT_INLINE void spreadRows(Block& block, std::uint8_t* repetitionLevels) noexcept {
  constexpr std::uint64_t kOneInBytes = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kRepetition = kOneInBytes - 1;
  constexpr std::uint64_t kOneInFours = 0x0001'0001'0001'0001;
  constexpr std::uint64_t kFirstFour = 0x0003'0002'0001'0000;
  constexpr std::size_t kAtOnce = 4;
  static_assert(kPhonesMax == kAtOnce + 1 && kEntrySlack == 8);
  std::size_t entry = 0;
  for (std::size_t i = 0; i < block.rows; ++i) {
    const std::uint64_t state = block.key[i] + (kDrawFirstPhone + 1) * kStreamStep;
    for (std::size_t nth = 0; nth < kAtOnce; ++nth) {
      block.phoneState[entry + nth] = state + nth * kStreamStep;
    }
    const std::uint64_t places = i * kPhonesMax * kOneInFours + kFirstFour;
    std::memcpy(&block.place[entry], &places, sizeof places);
    const std::uint64_t phones = block.phoneCount[i];
    const std::uint64_t isPhone = (phones + 7) >> 3;  // 0 or 1
    const std::uint64_t arePhones = isPhone * kOneInBytes;
    std::memcpy(&block.isPhone[entry], &arePhones, sizeof arePhones);
    std::memcpy(repetitionLevels + entry, &kRepetition, sizeof kRepetition);
    if (phones == kPhonesMax) [[unlikely]] {  // 1.7 %
      block.phoneState[entry + kAtOnce] = state + kAtOnce * kStreamStep;
      block.place[entry + kAtOnce] = static_cast<std::uint16_t>(i * kPhonesMax + kAtOnce);
    }
    entry += phones + 1 - isPhone;
  }
  block.entries = entry;
}

PF_CONTACT_INLINE std::size_t drawEntries(std::uint8_t levelWithoutPhones, Block& block,
                                          const BlockEntries& out) noexcept {
  spreadRows(block, out.repetitionLevels);
  const std::size_t entries = block.entries;
  std::uint8_t* const __restrict numberLevels = out.numberLevels;
  std::uint8_t* const __restrict typeLevels = out.typeLevels;
  for (std::size_t i = 0; i < entries; ++i) {
    const std::uint64_t draw = mix64(block.phoneState[i]);
    const auto number = static_cast<std::uint8_t>(kLevelNullField + hasNumberOf(draw));
    const auto type = static_cast<std::uint8_t>(kLevelNullField + hasTypeOf(draw));
    numberLevels[i] = block.isPhone[i] != 0 ? number : levelWithoutPhones;
    typeLevels[i] = block.isPhone[i] != 0 ? type : levelWithoutPhones;
    block.type[i] = static_cast<std::uint8_t>(phoneTypeOf(draw));
  }
  const std::uint64_t firstSlot = block.firstRow * kPhonesMax;
  std::size_t numbers = 0;
  std::size_t types = 0;
  for (std::size_t i = 0; i < entries; ++i) {
    block.slot[numbers] = firstSlot + block.place[i];
    numbers += numberLevels[i] == kLevelPresent ? 1 : 0;
    out.types[types] = block.type[i];
    types += typeLevels[i] == kLevelPresent ? 1 : 0;
  }
  block.numbers = numbers;
  return types;
}

// x / kDivisor for x below 2^kBits, in multiplications and shifts of 64 bits, which vectors have.
// With d the odd part of the divisor, n bits left of x, and k = n + bits of d: 2^k / d, rounded up,
// is off by at most 1, so x times that over 2^k is off by less than x / 2^k < 1 / d.
template <std::uint64_t kDivisor, unsigned kBits>
PF_CONTACT_INLINE std::uint64_t divide(std::uint64_t x) noexcept {
  constexpr unsigned kZeros = std::countr_zero(kDivisor);
  constexpr std::uint64_t kOdd = kDivisor >> kZeros;
  constexpr unsigned kBitsLeft = kBits - kZeros;
  constexpr unsigned kShift = kBitsLeft + std::bit_width(kOdd);
  static_assert(2 * kBitsLeft + 1 <= 64, "the product has to fit");
  constexpr std::uint64_t kFactor = (std::uint64_t{1} << kShift) / kOdd + 1;
  return ((x >> kZeros) * kFactor) >> kShift;
}

// The upper 64 bits of the product of x and a bound below 2^32.
PF_CONTACT_INLINE std::uint64_t scaleTo(std::uint64_t x, std::uint64_t bound) noexcept {
  return ((x >> 32) * bound + (((x & 0xFFFFFFFF) * bound) >> 32)) >> 32;
}

PF_CONTACT_INLINE std::uint64_t addRound(std::uint64_t to, std::uint64_t half, std::uint64_t key,
                                         std::uint64_t bound) noexcept {
  const std::uint64_t sum = to + scaleTo(numberRound(half, key), bound);
  return sum >= bound ? sum - bound : sum;
}

// Two numbers below 10^4 as eight digits, the first one in the lowest byte: by halves, each step on
// all of them at once. 10486 / 2^20 is 1 / 100, and 103 / 2^10 is 1 / 10, for what they divide.
PF_CONTACT_INLINE std::uint64_t eightDigits(std::uint64_t high, std::uint64_t low) noexcept {
  const std::uint64_t fours = high | (low << 32);
  const std::uint64_t hundreds = ((fours * 10486) >> 20) & 0x0000'007F'0000'007F;
  const std::uint64_t twos = hundreds | ((fours - 100 * hundreds) << 16);
  const std::uint64_t tens = ((twos * 103) >> 10) & 0x000F'000F'000F'000F;
  return (tens | ((twos - 10 * tens) << 8)) + 0x3030'3030'3030'3030;
}

// As NumberSpace::permute, of which numbers.cpp says how it works.
template <unsigned kDigits>
PF_CONTACT_INLINE void permute(const NumberKeys& keys, Block& block) noexcept {
  constexpr NumberGrid kGrid = numberGridOf(kDigits);
  constexpr unsigned kSlotBits = std::bit_width(kGrid.rows * kGrid.columns);
  const std::size_t numbers = block.numbers;
  for (std::size_t i = 0; i < numbers; ++i) {
    const std::uint64_t x = block.slot[i] - kGrid.begin;
    std::uint64_t row = divide<kGrid.columns, kSlotBits>(x);
    std::uint64_t column = x - row * kGrid.columns;
    row = addRound(row, column, keys[0], kGrid.rows);
    column = addRound(column, row, keys[1], kGrid.columns);
    row = addRound(row, column, keys[2], kGrid.rows);
    column = addRound(column, row, keys[3], kGrid.columns);
    if constexpr (kDigits == 8) {
      block.digits[i] = eightDigits(row, column);
    } else {
      const std::uint64_t value = kGrid.begin + row * kGrid.columns + column;
      const std::uint64_t lead = divide<kEightDigits, std::bit_width(kGrid.begin * 10)>(value);
      const std::uint64_t eight = value - lead * kEightDigits;
      const std::uint64_t high = divide<kFourDigits, std::bit_width(kEightDigits)>(eight);
      const std::uint64_t tens = (lead * 103) >> 10;
      const std::uint64_t text = kDigits == 9 ? lead : tens | ((lead - 10 * tens) << 8);
      block.lead[i] = static_cast<std::uint16_t>(text + 0x3030);
      block.digits[i] = eightDigits(high, eight - high * kFourDigits);
    }
  }
}

}  // namespace parquet_flow::contact::kernels
