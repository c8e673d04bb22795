// Goal: BIT_PACKED levels are read from the most significant bit on, and too few bytes or levels
// that cannot be are refused.
//
// Method: the example of the specification, random levels packed here bit by bit, a table of lies.
#include "encoding/bit_packed.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>

#include "encoding/support.hpp"

namespace parquet_flow::encoding {
namespace {

TEST(BitPackedLevels, exampleOfTheSpecification) {
  const Bytes bytes = {0b00000101, 0b00111001, 0b01110111};
  Bytes levels(8);
  EXPECT_EQ(*decodeBitPackedLevels(asBytes(bytes), 7, 8, levels.data()), 3U);
  EXPECT_EQ(levels, (Bytes{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST(BitPackedLevels, thirtyLevelsOfTwoBitsTakeEightBytes) {
  const Bytes bytes(9, 0b11100100);
  Bytes levels(30);
  EXPECT_EQ(*decodeBitPackedLevels(asBytes(bytes), 3, 30, levels.data()), 8U);
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_EQ(levels[i], 3 - i % 4);
  }
}

TEST(BitPackedLevels, everyWidthInBuffersOfExactlyTheirSize) {
  std::mt19937_64 random(1);
  for (unsigned bitWidth = 1; bitWidth <= 8; ++bitWidth) {
    for (std::size_t count = 0; count < 40; ++count) {
      Bytes expected(count);
      const std::size_t bytes = (count * bitWidth + 7) / 8;
      const auto packed = std::make_unique<std::uint8_t[]>(bytes);
      for (std::size_t i = 0; i < count; ++i) {
        expected[i] = static_cast<std::uint8_t>(random() % (1U << bitWidth));
        for (unsigned bit = 0; bit < bitWidth; ++bit) {
          const std::size_t at = i * bitWidth + bit;
          packed[at / 8] |=
              static_cast<std::uint8_t>((expected[i] >> (bitWidth - 1 - bit) & 1U) << (7 - at % 8));
        }
      }
      Bytes levels(count);
      const auto taken = decodeBitPackedLevels(constBytes(packed.get(), bytes),
                                               static_cast<std::uint8_t>((1U << bitWidth) - 1),
                                               count, levels.data());
      ASSERT_TRUE(taken);
      ASSERT_EQ(*taken, bytes);
      ASSERT_EQ(levels, expected);
    }
  }
}

TEST(BitPackedLevels, liesAreRefused) {
  struct Case {
    const char* name;
    std::uint8_t maxLevel;
    std::size_t count;
    Bytes bytes;
  };
  const Case cases[] = {
      {"no_bytes", 1, 1, {}},
      {"one_bit_too_few", 1, 9, {0xFF}},
      {"group_cut_short", 7, 8, {0x05, 0x39}},
      {"level_above_the_maximum", 2, 4, {0b00011011}},
      {"count_that_cannot_fit", 255, SIZE_MAX, {1, 2, 3}},
      {"count_whose_bits_overflow", 255, SIZE_MAX / 8 + 2, {1, 2, 3}},
  };
  for (const Case& c : cases) {
    Bytes levels(16);
    const auto taken = decodeBitPackedLevels(asBytes(c.bytes), c.maxLevel, c.count, levels.data());
    ASSERT_FALSE(taken) << c.name;
    EXPECT_EQ(taken.error().code(), ErrorCode::kCorrupt) << c.name;
  }
}

}  // namespace
}  // namespace parquet_flow::encoding
