// Goal: the loops over blocks do the same for every instruction set, and what numbers.hpp and
// draws.hpp say. Method: every level that this machine has, over full and short blocks in each
// bracket of numbers; digits against NumberSpace, quotients against the language's.
#include "contact/block.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "contact/block_kernels.hpp"
#include "contact/draws.hpp"
#include "contact/random.hpp"

namespace parquet_flow::contact {
namespace {

constexpr std::uint64_t kKey = 0x1234'5678'9ABC'DEF0;

std::vector<SimdLevel> levelsHere() {
  std::vector<SimdLevel> levels;
  for (const SimdLevel level : {SimdLevel::kScalar, SimdLevel::kAvx2, SimdLevel::kAvx512}) {
    if (level <= simdLevel()) {
      levels.push_back(level);
    }
  }
  return levels;
}

struct Drawn {
  std::unique_ptr<Block> block = std::make_unique<Block>();
  std::vector<std::uint8_t> repetitionLevels;
  std::vector<std::uint8_t> numberLevels;
  std::vector<std::uint8_t> typeLevels;
  std::vector<std::uint32_t> types;
};

Drawn draw(SimdLevel level, std::uint64_t firstRow, std::size_t rows) {
  const BlockKernels& kernels = blockKernels(level);
  Drawn drawn;
  constexpr std::size_t kRoom = kBlockEntriesMax + kEntrySlack;
  drawn.repetitionLevels.resize(kRoom);
  drawn.numberLevels.resize(kRoom);
  drawn.typeLevels.resize(kRoom);
  drawn.types.resize(kRoom);
  drawn.block->firstRow = firstRow;
  drawn.block->rows = rows;
  kernels.drawRows(kKey, *drawn.block);
  kernels.drawNames(*drawn.block);
  const std::size_t types =
      kernels.drawEntries(kLevelNoList, *drawn.block,
                          {drawn.repetitionLevels.data(), drawn.numberLevels.data(),
                           drawn.typeLevels.data(), drawn.types.data()});
  for (auto* const levels : {&drawn.repetitionLevels, &drawn.numberLevels, &drawn.typeLevels}) {
    levels->resize(drawn.block->entries);
  }
  drawn.types.resize(types);
  return drawn;
}

TEST(Block, rowsDrawWhatOneRowDrawsAtEveryLevel) {
  for (const SimdLevel level : levelsHere()) {
    for (const std::size_t rows : {std::size_t{1}, std::size_t{7}, std::size_t{64}, kBlockRows}) {
      const Drawn drawn = draw(level, 999, rows);
      const Block& block = *drawn.block;
      std::size_t name = 0;
      std::size_t entry = 0;
      std::size_t number = 0;
      std::size_t type = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        const std::uint64_t key = drawAt(kKey, 999 + i);
        const std::uint64_t shape = drawAt(key, kDrawShape);
        ASSERT_EQ(block.hasName[i], hasNameOf(shape)) << i;
        ASSERT_EQ(block.phoneCount[i], phoneCountOf(shape)) << i;
        if (block.hasName[i] != 0) {
          const NameParts parts = namePartsOf(drawAt(key, kDrawName), drawAt(key, kDrawNameExtras));
          EXPECT_EQ(block.namePart[0][name], parts.first);
          EXPECT_EQ(block.namePart[1][name], parts.middle);
          EXPECT_EQ(block.namePart[2][name], parts.last);
          EXPECT_EQ(block.namePart[3][name], parts.tail);
          ++name;
        }
        if (block.phoneCount[i] == 0) {
          EXPECT_EQ(drawn.repetitionLevels[entry], 0);
          EXPECT_EQ(drawn.numberLevels[entry], kLevelNoList);
          EXPECT_EQ(drawn.typeLevels[entry], kLevelNoList);
          ++entry;
        }
        for (unsigned phone = 0; phone < block.phoneCount[i]; ++phone, ++entry) {
          const std::uint64_t bits = drawAt(key, kDrawFirstPhone + phone);
          EXPECT_EQ(drawn.repetitionLevels[entry], phone == 0 ? 0 : 1);
          ASSERT_EQ(drawn.numberLevels[entry], kLevelNullField + hasNumberOf(bits));
          ASSERT_EQ(drawn.typeLevels[entry], kLevelNullField + hasTypeOf(bits));
          if (hasNumberOf(bits) != 0) {
            EXPECT_EQ(block.slot[number++], (999 + i) * kPhonesMax + phone);
          }
          if (hasTypeOf(bits) != 0) {
            EXPECT_EQ(drawn.types[type++], phoneTypeOf(bits));
          }
        }
      }
      EXPECT_EQ(block.names, name);
      EXPECT_EQ(block.entries, entry);
      EXPECT_EQ(block.numbers, number);
      EXPECT_EQ(drawn.types.size(), type);
    }
  }
}

TEST(Block, nothingIsWrittenBehindTheRoomAtEveryLevel) {
  constexpr std::uint8_t kUntouched = 0xEE;
  for (const SimdLevel level : levelsHere()) {
    for (std::size_t rows = 1; rows <= 64; ++rows) {
      const Drawn drawn = draw(level, 999, rows);
      Block block = *drawn.block;
      std::vector<std::uint8_t> levels[3];
      for (auto& each : levels) each.resize(kBlockEntriesMax + kEntrySlack, kUntouched);
      std::vector<std::uint32_t> types(kBlockEntriesMax + kEntrySlack, kUntouched);
      const std::size_t count = blockKernels(level).drawEntries(
          kLevelNoList, block,
          {levels[0].data(), levels[1].data(), levels[2].data(), types.data()});
      EXPECT_EQ(count, drawn.types.size());
      const auto room = static_cast<std::ptrdiff_t>(block.entries + kEntrySlack);
      const auto isUntouched = [](auto element) { return element == kUntouched; };
      for (const auto& each : levels) {
        EXPECT_TRUE(std::all_of(each.begin() + room, each.end(), isUntouched)) << rows;
      }
      EXPECT_TRUE(std::all_of(types.begin() + room, types.end(), isUntouched)) << rows;
    }
  }
}

TEST(Block, digitsAreThoseOfNumberSpaceInEachBracketAtEveryLevel) {
  const NumberSpace space(42);
  const struct {
    unsigned digits;
    std::uint64_t begin;
    std::uint64_t end;
  } kBrackets[] = {
      {8, 0, 100'000'000},
      {9, 100'000'000, 1'000'000'000},
      {10, 1'000'000'000, 10'000'000'000},
  };
  const auto block = std::make_unique<Block>();
  for (const SimdLevel level : levelsHere()) {
    const BlockKernels& kernels = blockKernels(level);
    for (const auto& bracket : kBrackets) {
      block->numbers = 0;
      const std::uint64_t step = (bracket.end - bracket.begin) / 1000 + 1;
      for (std::uint64_t slot = bracket.begin; slot < bracket.end; slot += step) {
        block->slot[block->numbers++] = slot;
      }
      block->slot[block->numbers++] = bracket.begin + 1;
      block->slot[block->numbers++] = bracket.end - 1;
      (bracket.digits == 8   ? kernels.permute8
       : bracket.digits == 9 ? kernels.permute9
                             : kernels.permute10)(space.keys(), *block);
      for (std::size_t i = 0; i < block->numbers; ++i) {
        char text[kNumberBytesMax];
        const std::string expected(text, space.write(block->slot[i], text));
        std::string digits(reinterpret_cast<const char*>(&block->lead[i]), bracket.digits - 8);
        digits.append(reinterpret_cast<const char*>(&block->digits[i]), 8);
        ASSERT_EQ("+91-99-" + digits, expected) << block->slot[i];
      }
    }
  }
}

template <std::uint64_t kDivisor, unsigned kBits>
void expectQuotients() {
  constexpr std::uint64_t kEnd = std::uint64_t{1} << kBits;
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    const std::uint64_t any = mix64(i) % kEnd;
    const std::uint64_t edge = any - any % kDivisor;  // where a quotient begins
    for (const std::uint64_t x : {any, edge, edge == 0 ? 0 : edge - 1, kEnd - 1 - i % kDivisor}) {
      ASSERT_EQ((kernels::divide<kDivisor, kBits>(x)), x / kDivisor) << x;
    }
  }
}

TEST(Block, quotientsByMultiplicationAreExact) {
  expectQuotients<10'000, 27>();
  expectQuotients<10'000, 30>();
  expectQuotients<100'000, 34>();
  expectQuotients<100'000'000, 34>();
}

TEST(Block, scalingTakesTheUpperHalfOfTheProduct) {
  __extension__ using Uint128 = unsigned __int128;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const std::uint64_t x = i < 100 ? ~i : mix64(i);
    for (const std::uint64_t bound : {std::uint64_t{10'000}, std::uint64_t{100'000}}) {
      ASSERT_EQ(kernels::scaleTo(x, bound),
                static_cast<std::uint64_t>((static_cast<Uint128>(x) * bound) >> 64));
    }
  }
}

}  // namespace
}  // namespace parquet_flow::contact
