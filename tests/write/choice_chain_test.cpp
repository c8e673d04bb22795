// Goal: chunks get the history of those in front of them, whichever comes first; nobody waits for
// what will not come.
#include "write/choice_chain.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace parquet_flow::write {
namespace {

using encoding::Encoding;

ChoiceHistory historyOf(Encoding encoding) {
  ChoiceHistory history;
  history.choice.encoding = encoding;
  return history;
}

TEST(ChoiceChain, chunkWaitsForTheOneInFront) {
  ChoiceChain chain;
  ASSERT_TRUE(chain.take(0));
  std::optional<ChoiceHistory> second;
  std::thread other([&] { second = chain.take(1); });
  chain.give(0, historyOf(Encoding::kRleDictionary));
  other.join();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->choice.encoding, Encoding::kRleDictionary);
}

TEST(ChoiceChain, thoseThatWereGivenAheadAreTakenInWhenTheirTurnComes) {
  ChoiceChain chain;
  chain.give(2, historyOf(Encoding::kDeltaByteArray));
  chain.give(1, historyOf(Encoding::kPlain));
  chain.give(4, historyOf(Encoding::kRle));
  chain.give(0, historyOf(Encoding::kRleDictionary));
  const auto third = chain.take(3);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->choice.encoding, Encoding::kDeltaByteArray);
  chain.give(3, historyOf(Encoding::kPlain));
  EXPECT_EQ(chain.take(5)->choice.encoding, Encoding::kRle);
}

TEST(ChoiceChain, brokenOneLetsGoOfThoseThatWait) {
  ChoiceChain chain;
  std::thread other([&] { EXPECT_FALSE(chain.take(7)); });
  chain.breakOff();
  other.join();
  EXPECT_FALSE(chain.take(0));
}

TEST(ChoiceHistory, sameChoiceHoldsForTwiceAsManySmallChunks) {
  ChoiceHistory history;
  const EncodingChoice choice = {Encoding::kRleDictionary, Encoding::kPlain};
  std::vector<int> choices;
  for (int chunk = 0; chunk < 64; ++chunk) {
    if (history.isDue(1000)) {
      history.add(choice, 1000);
      choices.push_back(chunk);
    }
    --history.chunksLeft;
  }
  // For 1, 2, 4, 8 and 16 chunks, and no more than that at once.
  EXPECT_EQ(choices, (std::vector<int>{0, 1, 3, 7, 15, 31, 47, 63}));
  EXPECT_TRUE(history.isDue(ChoiceHistory::kLargeChunkEntries));
}

TEST(ChoiceHistory, onlyTheFirstSmallChunkIsChosenForWithoutTheCodec) {
  ChoiceHistory history;
  EXPECT_TRUE(history.isBrief(ChoiceHistory::kBriefChunkEntries));
  EXPECT_FALSE(history.isBrief(ChoiceHistory::kBriefChunkEntries + 1));
  history.add({Encoding::kDeltaBinaryPacked, Encoding::kPlain}, 1000);
  EXPECT_FALSE(history.isBrief(1000));
}

}  // namespace
}  // namespace parquet_flow::write
