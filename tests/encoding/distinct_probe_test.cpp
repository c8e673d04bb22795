// Goal: values that all differ are told from those of which two are equal, wherever these stand,
// and by their bytes alone.
//
// Method: hand-made columns of every shape; columns of some thousand random values that all differ,
// with and without one of them a second time.
#include "encoding/distinct_probe.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "encoding/support.hpp"

namespace parquet_flow::encoding {
namespace {

template <class Value>
bool allDiffer(const std::vector<Value>& values) {
  DistinctProbe probe;
  const auto differ = probe.allDiffer(dataOf(values.data()), sizeof(Value), values.size());
  EXPECT_TRUE(differ);
  return differ && *differ;
}

bool allDiffer(const std::vector<std::string>& values) {
  std::string data = "abc";  // what lies before the first value is not the probe's
  std::vector<std::uint32_t> offsets = {3};
  for (const std::string& value : values) {
    data += value;
    offsets.push_back(static_cast<std::uint32_t>(data.size()));
  }
  DistinctProbe probe;
  const auto differ = probe.allDiffer(dataOf(data.data()), offsets.data(), values.size());
  EXPECT_TRUE(differ);
  return differ && *differ;
}

TEST(DistinctProbe, noValuesAndOneDiffer) {
  EXPECT_TRUE(allDiffer(std::vector<std::int32_t>{}));
  EXPECT_TRUE(allDiffer(std::vector<std::string>{}));
  EXPECT_TRUE(allDiffer(std::vector<std::int64_t>{0}));
}

TEST(DistinctProbe, zeroIsAValueLikeOthers) {
  EXPECT_TRUE(allDiffer(std::vector<std::int32_t>{0, 1, -1}));
  EXPECT_FALSE(allDiffer(std::vector<std::int32_t>{0, 1, 0}));
  EXPECT_FALSE(allDiffer(std::vector<std::string>{"", "a", ""}));
}

TEST(DistinctProbe, valuesAreTheirBytes) {
  const float quiet = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(allDiffer(std::vector<float>{0.0F, -0.0F, quiet}));
  EXPECT_FALSE(allDiffer(std::vector<float>{1.0F, quiet, quiet}));
}

TEST(DistinctProbe, textsDifferByLengthAndByAnyByte) {
  EXPECT_TRUE(allDiffer({"a", "aa", std::string("a\0", 2), "", "0123456789", "0123456788",
                         std::string(300, 'x'), std::string(299, 'x') + "y"}));
  EXPECT_FALSE(allDiffer({std::string(300, 'x'), "0123456789", std::string(300, 'x')}));
}

// Long ones are hashed in pieces of 16 and 64 bytes, which overlap at the end.
TEST(DistinctProbe, textsOfEveryLengthDifferByTheirLengthAndByAnyByte) {
  std::vector<std::string> values;
  for (std::size_t length = 0; length <= 200; ++length) {
    const std::string same(length, 'x');
    values.push_back(same);
    for (std::size_t place = 0; place < length; place += length < 80 ? 1 : 7) {
      values.push_back(same);
      values.back()[place] = 'y';
    }
  }
  EXPECT_TRUE(allDiffer(values));
}

TEST(DistinctProbe, fixedValuesOfAnyWidth) {
  const std::string values = "abcdefghijklabcdefghijkmabcdefghijkl";  // three of 12 bytes
  DistinctProbe probe;
  EXPECT_TRUE(probe.allDiffer(dataOf(values.data()), 12, 2).value());
  EXPECT_FALSE(probe.allDiffer(dataOf(values.data()), 12, 3).value());
}

// 4 112 is the most that a sample has.
TEST(DistinctProbe, oneValueTwiceAmongManyIsFound) {
  std::mt19937_64 random(7);
  std::set<std::int64_t> distinct;
  while (distinct.size() < 4112) {
    distinct.insert(static_cast<std::int64_t>(random()));
  }
  const std::vector<std::int64_t> values(distinct.begin(), distinct.end());
  EXPECT_TRUE(allDiffer(values));
  for (const std::size_t place : {std::size_t{1}, values.size() / 2, values.size() - 1}) {
    auto twice = values;
    twice[place] = twice[0];
    EXPECT_FALSE(allDiffer(twice)) << place;
  }
}

TEST(DistinctProbe, aSequenceDiffers) {
  std::vector<std::int32_t> values(4112);
  std::iota(values.begin(), values.end(), -2000);
  EXPECT_TRUE(allDiffer(values));
}

}  // namespace
}  // namespace parquet_flow::encoding
