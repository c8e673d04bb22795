// Goal: bit i is bit i % 8 of byte i / 8, at every offset and length, and no byte that holds none
// of the bits is touched. Examples by hand, then every small case against a bit-by-bit loop.
#include "base/bits.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

#include "support/seeded_random.hpp"

namespace parquet_flow {
namespace {

TEST(Bits, widthsAreThoseOfTheLargestValue) {
  struct {
    std::uint64_t valueMax;
    unsigned width;
  } const cases[] = {{0, 0}, {1, 1},   {2, 2},   {3, 2},
                     {4, 3}, {255, 8}, {256, 9}, {~std::uint64_t{0}, 64}};
  for (const auto& test : cases) {
    EXPECT_EQ(bitWidth(test.valueMax), test.width) << test.valueMax;
  }
}

TEST(Bits, bitmapBytesRoundUpAndDoNotOverflow) {
  EXPECT_EQ(bitmapBytes(0), 0U);
  EXPECT_EQ(bitmapBytes(1), 1U);
  EXPECT_EQ(bitmapBytes(8), 1U);
  EXPECT_EQ(bitmapBytes(9), 2U);
  EXPECT_EQ(bitmapBytes(~std::size_t{0}), std::size_t{1} << 61);
}

TEST(Bits, theLowestBitOfAByteIsItsFirst) {
  std::array<std::byte, 2> bitmap{std::byte{0b0000'0001}, std::byte{0b1000'0000}};
  for (std::size_t i = 0; i < 16; ++i) {
    EXPECT_EQ(bitmapGet(bitmap.data(), i), i == 0 || i == 15) << i;
  }
  bitmapSet(bitmap.data(), 9, true);
  EXPECT_EQ(bitmap[1], std::byte{0b1000'0010});
  bitmapSet(bitmap.data(), 15, false);
  bitmapSet(bitmap.data(), 0, true);
  EXPECT_EQ(bitmap[0], std::byte{0b0000'0001});
  EXPECT_EQ(bitmap[1], std::byte{0b0000'0010});
}

TEST(Bits, packedBooleansAreTheExampleOfTheSpecification) {
  // PLAIN BOOLEAN, bit-packed, least significant bit first: 1 0 1 1 0 0 0 1 | 0 1.
  const std::array<std::uint8_t, 10> values{1, 0, 1, 1, 0, 0, 0, 1, 0, 1};
  std::array<std::byte, 2> bitmap{std::byte{0xFF}, std::byte{0xFF}};
  packBooleans(values.data(), values.size(), bitmap.data(), 0);
  EXPECT_EQ(bitmap[0], std::byte{0b1000'1101});
  EXPECT_EQ(bitmap[1], std::byte{0b0000'0010});
}

TEST(Bits, everyByteValueButZeroIsTrueInEveryPlace) {
  for (unsigned value = 0; value < 256; ++value) {
    for (std::size_t place = 0; place < 8; ++place) {
      for (const std::uint8_t others : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{0xFF}}) {
        std::array<std::uint8_t, 8> values;
        values.fill(others);
        values[place] = static_cast<std::uint8_t>(value);
        std::byte packed{};
        packBooleans(values.data(), values.size(), &packed, 0);
        const unsigned placeBit = 1U << place;
        const unsigned expected =
            (others != 0 ? 0xFFU & ~placeBit : 0U) | (value != 0 ? placeBit : 0U);
        ASSERT_EQ(std::to_integer<unsigned>(packed), expected) << value << " at " << place;
      }
    }
  }
}

TEST(Bits, packingGoesOnWhereTheLastCallStoppedAndTouchesNothingElse) {
  test::SeededRandom random;
  for (std::size_t offset = 0; offset < 20; ++offset) {
    for (std::size_t count = 0; count < 80; ++count) {
      // Exactly as long as promised, on the heap, for the address sanitizer.
      const auto values = std::make_unique<std::uint8_t[]>(count);
      for (std::size_t i = 0; i < count; ++i) {
        values[i] = static_cast<std::uint8_t>(random.chance(1, 2) ? 0 : random.below(255) + 1);
      }
      const std::size_t bytes = bitmapBytes(offset + count);
      const auto bitmap = std::make_unique<std::byte[]>(bytes);
      for (std::size_t i = 0; i < bytes; ++i) {
        bitmap[i] = static_cast<std::byte>(random.below(256));
      }
      const std::vector<std::byte> before(bitmap.get(), bitmap.get() + bytes);
      packBooleans(values.get(), count, bitmap.get(), offset);
      for (std::size_t bit = 0; bit < bytes * 8; ++bit) {
        const bool expected = bit < offset || count == 0 ? bitmapGet(before.data(), bit)
                              : bit < offset + count     ? values[bit - offset] != 0
                                                         : false;
        ASSERT_EQ(bitmapGet(bitmap.get(), bit), expected) << offset << ' ' << count << ' ' << bit;
      }
    }
  }
}

TEST(Bits, everyByteIsUnpacked) {
  for (unsigned value = 0; value < 256; ++value) {
    const auto bits = static_cast<std::byte>(value);
    std::array<std::byte, 8> unpacked{};
    unpackBooleans(&bits, 0, 8, unpacked.data());
    for (unsigned bit = 0; bit < 8; ++bit) {
      ASSERT_EQ(std::to_integer<unsigned>(unpacked[bit]), value >> bit & 1U) << value << ' ' << bit;
    }
  }
}

TEST(Bits, unpacksAtEveryOffsetAndLength) {
  test::SeededRandom random;
  for (std::size_t offset = 0; offset < 20; ++offset) {
    for (std::size_t count = 0; count < 80; ++count) {
      const std::size_t bytes = bitmapBytes(offset + count);
      const auto bitmap = std::make_unique<std::byte[]>(bytes);
      random.fill({bitmap.get(), bytes});
      const auto out = std::make_unique<std::byte[]>(count);
      unpackBooleans(bitmap.get(), offset, count, out.get());
      for (std::size_t i = 0; i < count; ++i) {
        const auto expected = static_cast<std::byte>(bitmapGet(bitmap.get(), offset + i) ? 1 : 0);
        ASSERT_EQ(out[i], expected) << offset << ' ' << count << ' ' << i;
      }
    }
  }
}

TEST(Bits, countsAtEveryOffsetAndLength) {
  test::SeededRandom random;
  for (std::size_t offset = 0; offset < 70; ++offset) {
    for (std::size_t count = 0; count < 200; count += 1 + random.below(3)) {
      const std::size_t bytes = bitmapBytes(offset + count);
      const auto bitmap = std::make_unique<std::byte[]>(bytes);
      random.fill({bitmap.get(), bytes});
      std::size_t expected = 0;
      for (std::size_t i = 0; i < count; ++i) {
        expected += bitmapGet(bitmap.get(), offset + i) ? 1 : 0;
      }
      ASSERT_EQ(bitmapCount(bitmap.get(), offset, count), expected) << offset << ' ' << count;
    }
  }
}

}  // namespace
}  // namespace parquet_flow
