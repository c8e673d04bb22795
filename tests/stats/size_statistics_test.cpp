// Goal: histograms that say how much memory a reader needs, and cost nothing where they say nothing
// new. Method: levels by hand with their counts; then every kernel of this machine against counting
// one by one.
#include "stats/size_statistics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "support/seeded_random.hpp"

namespace parquet_flow::stats {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

schema::Leaf leafOf(schema::PhysicalType type, std::uint8_t maxDefinition,
                    std::uint8_t maxRepetition) {
  schema::Leaf leaf;
  leaf.type = type;
  leaf.maxDefinitionLevel = maxDefinition;
  leaf.maxRepetitionLevel = maxRepetition;
  return leaf;
}

TEST(SizeStatistics, countsLevelsAndRuns) {
  SizeStatistics page(leafOf(schema::PhysicalType::kInt32, 3, 1));
  const std::uint8_t definition[] = {3, 3, 0, 1, 2, 3};
  const std::uint8_t repetition[] = {0, 1, 0, 0, 0, 1};
  page.addDefinitionLevels(definition, 6);
  page.addRepetitionLevels(repetition, 6);
  page.addDefinitionRun(3, 10);
  page.addRepetitionRun(1, 5);
  EXPECT_THAT(page.definitionLevels(), ElementsAre(1, 1, 1, 13));
  EXPECT_THAT(page.repetitionLevels(), ElementsAre(4, 7));
  EXPECT_FALSE(page.hasByteArrayBytes());
  EXPECT_TRUE(page.any());
}

// 0xB4 = 0b10110100: from bit 2 on, five bits: 1 0 1 1 0.
TEST(SizeStatistics, aBitmapHasTheTwoUpperLevels) {
  SizeStatistics page(leafOf(schema::PhysicalType::kInt32, 2, 0));
  const std::byte bitmap{0xB4};
  page.addValidity(&bitmap, 2, 5);
  EXPECT_THAT(page.definitionLevels(), ElementsAre(0, 2, 3));
}

TEST(SizeStatistics, whatNullCountSaysIsLeftOut) {
  SizeStatistics flat(leafOf(schema::PhysicalType::kInt32, 1, 0));
  const std::uint8_t levels[] = {1, 0};
  const std::byte bitmap{1};
  flat.addDefinitionLevels(levels, 2);
  flat.addRepetitionLevels(levels, 2);
  flat.addDefinitionRun(1, 7);
  flat.addRepetitionRun(0, 7);
  flat.addValidity(&bitmap, 0, 2);
  EXPECT_THAT(flat.definitionLevels(), IsEmpty());
  EXPECT_THAT(flat.repetitionLevels(), IsEmpty());
  EXPECT_FALSE(flat.any());
}

TEST(SizeStatistics, pagesMergeIntoTheirChunk) {
  const schema::Leaf leaf = leafOf(schema::PhysicalType::kByteArray, 2, 1);
  SizeStatistics chunk(leaf);
  SizeStatistics page(leaf);
  page.addDefinitionRun(2, 3);
  page.addRepetitionRun(0, 3);
  page.addByteArrayBytes(100);
  chunk.merge(page);
  page.clear();
  EXPECT_THAT(page.definitionLevels(), ElementsAre(0, 0, 0));
  page.addDefinitionRun(0, 1);
  page.addRepetitionRun(1, 1);
  page.addByteArrayBytes(11);
  chunk.merge(page);
  EXPECT_THAT(chunk.definitionLevels(), ElementsAre(1, 0, 3));
  EXPECT_THAT(chunk.repetitionLevels(), ElementsAre(3, 1));
  EXPECT_TRUE(chunk.hasByteArrayBytes());
  EXPECT_EQ(chunk.byteArrayBytes(), 111U);
}

// Around the widths of a vector, of the sum in bytes (255 vectors) and of a table's block.
TEST(CountLevels, allKernelsCountTheSame) {
  test::SeededRandom random;
  for (const SimdLevel level : {SimdLevel::kScalar, simdLevel()}) {
    for (const unsigned maximum : {1U, 2U, 3U, 7U, 15U, 16U, 100U}) {
      const auto maxLevel = static_cast<std::uint8_t>(maximum);
      for (const std::size_t count : {0U, 1U, 31U, 32U, 33U, 8159U, 8160U, 8192U, 70000U}) {
        std::vector<std::uint8_t> levels(count);
        std::vector<std::uint64_t> expected(maxLevel + 1U, 5);
        std::vector<std::uint64_t> counts = expected;
        for (std::uint8_t& one : levels) {
          one = static_cast<std::uint8_t>(random.below(maxLevel + 1U));
          ++expected[one];
        }
        countLevels(level)(levels.data(), count, maxLevel, counts.data());
        EXPECT_EQ(counts, expected) << int{maxLevel} << " " << count;
      }
    }
  }
}

TEST(CountLevels, onlyOneLevelInLongRuns) {
  const std::vector<std::uint8_t> levels(100'000, 2);
  std::vector<std::uint64_t> counts(4);
  countLevels()(levels.data(), levels.size(), 3, counts.data());
  EXPECT_THAT(counts, ElementsAre(0, 0, 100'000, 0));
}

}  // namespace
}  // namespace parquet_flow::stats
