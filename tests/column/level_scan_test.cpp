// Goal: the scans count what a plain loop counts, and read nothing beyond their input.
//
// Method: random levels, bits and offsets of every length around the vector width, in buffers of
// exactly their size (a byte too far is seen by ASan).
#include "column/level_scan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace parquet_flow::column {
namespace {

using Levels = std::vector<std::uint8_t>;

Levels randomLevels(std::mt19937_64& random, std::size_t count, unsigned bound) {
  Levels levels(count);
  for (std::uint8_t& level : levels) {
    level = static_cast<std::uint8_t>(random() % bound);
  }
  return levels;
}

TEST(LevelScan, countsAndFindsAsAPlainLoop) {
  std::mt19937_64 random(1);
  for (std::size_t round = 0; round < 400; ++round) {
    const std::size_t count = round < 100 ? round : random() % 9000;
    const Levels levels = randomLevels(random, count, round % 3 == 0 ? 256 : 4);
    const auto match = static_cast<std::uint8_t>(random() % 4);
    const LevelScan scan = scanLevels(levels.data(), count, match);
    ASSERT_EQ(scan.matches,
              static_cast<std::size_t>(std::count(levels.begin(), levels.end(), match)));
    ASSERT_EQ(scan.highest, count == 0 ? 0 : *std::max_element(levels.begin(), levels.end()));

    const std::size_t nth = random() % (scan.matches + 2);
    std::size_t expected = 0;
    for (std::size_t left = nth; expected < count; ++expected) {
      if (levels[expected] == match && left-- == 0) {
        break;
      }
    }
    ASSERT_EQ(findLevel(levels.data(), count, match, nth), expected);
  }
}

TEST(LevelScan, allEqualLevelsDoNotOverflowTheLanes) {
  for (const std::size_t count : {255U * 16U, 256U * 16U, 100000U}) {
    const Levels levels(count, 255);
    EXPECT_EQ(scanLevels(levels.data(), count, 255).matches, count);
    EXPECT_EQ(scanLevels(levels.data(), count, 255).highest, 255);
    EXPECT_EQ(scanLevels(levels.data(), count, 0).matches, 0U);
  }
}

TEST(LevelScan, repeatedEntriesAreDefinedOnBothSides) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t count = random() % 70;
    // Mostly defined, so that both answers come up.
    Levels definition(count, 3);
    Levels repetition(count, 0);
    for (std::size_t i = 0; i < count; ++i) {
      repetition[i] = static_cast<std::uint8_t>(random() % 8 == 0 ? random() % 3 : 0);
      definition[i] = static_cast<std::uint8_t>(random() % 12 == 0 ? random() % 4 : 3);
    }
    const auto level = static_cast<std::uint8_t>(1 + random() % 2);
    const auto defined = static_cast<std::uint8_t>(1 + random() % 3);
    bool expected = true;
    for (std::size_t i = 0; i < count; ++i) {
      if (repetition[i] >= level &&
          (definition[i] < defined || (i != 0 && definition[i - 1] < defined))) {
        expected = false;
      }
    }
    ASSERT_EQ(repeatedAreDefined(definition.data(), repetition.data(), count, level, defined),
              expected);
  }
}

TEST(LevelScan, bitsFromAnyOffset) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 2000; ++round) {
    const std::size_t count = random() % 300;
    const std::uint64_t offset = random() % 40;
    const Levels bits = randomLevels(random, (offset + count + 7) / 8, 256);
    std::vector<std::size_t> set;
    for (std::size_t i = 0; i < count; ++i) {
      if ((bits[(offset + i) / 8] >> ((offset + i) % 8) & 1) != 0) {
        set.push_back(i);
      }
    }
    ASSERT_EQ(countBits(bits.data(), offset, count), set.size());
    const std::size_t nth = random() % (set.size() + 2);
    ASSERT_EQ(findBit(bits.data(), offset, count, nth), nth < set.size() ? set[nth] : count);
  }
}

TEST(LevelScan, wordsAreCountedAlikeByAllKernels) {
  std::mt19937_64 random(4);
  EXPECT_EQ(countWords(SimdLevel::kScalar)(nullptr, 0), 0U);
  for (std::size_t words = 1; words < 40; ++words) {
    const Levels bits = randomLevels(random, words * 8, 256);
    std::size_t set = 0;
    for (const std::uint8_t byte : bits) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        set += byte >> bit & 1;
      }
    }
    EXPECT_EQ(countWords(SimdLevel::kScalar)(bits.data(), words), set);
    EXPECT_EQ(countWords(simdLevel())(bits.data(), words), set);
  }
}

TEST(LevelScan, oneOffsetThatDecreasesIsSeenWhereverItIs) {
  for (std::size_t count = 0; count < 70; ++count) {
    std::vector<std::uint32_t> offsets(count + 1);
    for (std::size_t i = 0; i <= count; ++i) {
      offsets[i] = static_cast<std::uint32_t>(0xFFFFFF00U + i / 2);
    }
    EXPECT_TRUE(neverDecreases(offsets.data(), count));
    for (std::size_t i = 1; i <= count; ++i) {
      const std::uint32_t good = offsets[i];
      offsets[i] = offsets[i - 1] - 1;
      EXPECT_FALSE(neverDecreases(offsets.data(), count)) << count << " " << i;
      offsets[i] = good;
    }
  }
}

}  // namespace
}  // namespace parquet_flow::column
