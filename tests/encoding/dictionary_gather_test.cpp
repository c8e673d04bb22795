// Goal: ids become the values of the dictionary, for every width and length, without reading past
// the dictionary's end.
//
// Method: random ids and dictionaries in buffers of exactly their size, against a loop of this
// file.
#include "encoding/dictionary_gather.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

#include "encoding/support.hpp"

namespace parquet_flow::encoding {
namespace {

TEST(GatherFixed, everyWidthInBuffersOfExactlyTheirSize) {
  std::mt19937_64 random(1);
  for (std::size_t width = 1; width <= 33; ++width) {
    const std::size_t entries = 1 + random() % 40;
    const std::size_t count = random() % 100;
    const auto dictionary = std::make_unique<std::uint8_t[]>(entries * width);
    for (std::size_t i = 0; i < entries * width; ++i) {
      dictionary[i] = static_cast<std::uint8_t>(random());
    }
    std::vector<std::uint32_t> ids(count);
    Bytes expected;
    for (std::uint32_t& id : ids) {
      id = static_cast<std::uint32_t>(random() % entries);
      expected.insert(expected.end(), dictionary.get() + id * width,
                      dictionary.get() + (id + 1) * width);
    }
    const auto out = std::make_unique<std::byte[]>(count * width);
    gatherFixed(dataOf(dictionary.get()), width, ids.data(), count, out.get());
    ASSERT_EQ(toVector({out.get(), count * width}), expected) << width;
  }
}

TEST(GatherByteArrays, valuesAndEndsByHand) {
  const std::string data = "hellohi";
  const std::uint32_t offsets[] = {0, 5, 5, 7};
  const std::uint32_t ids[] = {2, 0, 1, 2};
  ByteBuffer out;
  ByteBuffer ends;
  ASSERT_TRUE(out.append("xyz", 3));
  ASSERT_TRUE(gatherByteArrays(dataOf(data.data()), offsets, 3, ids, 4, out, ends));
  EXPECT_EQ(asText(out.span()), "xyzhihellohi");
  EXPECT_EQ(toVector(ends), (Bytes{5, 0, 0, 0, 10, 0, 0, 0, 10, 0, 0, 0, 12, 0, 0, 0}));
}

TEST(GatherByteArrays, nothingFromAnEmptyDictionary) {
  const std::uint32_t offsets[] = {0};
  ByteBuffer out;
  ByteBuffer ends;
  ASSERT_TRUE(gatherByteArrays(nullptr, offsets, 0, nullptr, 0, out, ends));
  EXPECT_EQ(out.size() + ends.size(), 0U);
}

TEST(GatherByteArrays, lengthsAroundTheWideCopyInBuffersOfExactlyTheirSize) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 400; ++round) {
    const std::size_t longest = std::size_t{1} << (random() % 7);
    std::vector<std::uint32_t> offsets = {static_cast<std::uint32_t>(random() % 20)};
    const std::size_t entries = 1 + random() % 20;
    for (std::size_t i = 0; i < entries; ++i) {
      offsets.push_back(offsets.back() + static_cast<std::uint32_t>(random() % (longest + 1)));
    }
    const auto data = std::make_unique<std::uint8_t[]>(offsets.back());
    for (std::uint32_t i = 0; i < offsets.back(); ++i) {
      data[i] = static_cast<std::uint8_t>(random());
    }
    std::vector<std::uint32_t> ids(random() % 100);
    Bytes expected;
    std::vector<std::uint32_t> expectedEnds;
    for (std::uint32_t& id : ids) {
      id = static_cast<std::uint32_t>(random() % entries);
      expected.insert(expected.end(), data.get() + offsets[id], data.get() + offsets[id + 1]);
      expectedEnds.push_back(static_cast<std::uint32_t>(expected.size()));
    }
    ByteBuffer out;
    ByteBuffer ends;
    ASSERT_TRUE(gatherByteArrays(dataOf(data.get()), offsets.data(), entries, ids.data(),
                                 ids.size(), out, ends));
    ASSERT_EQ(toVector(out), expected);
    ASSERT_EQ(toVector(ends), toVector(constBytes(expectedEnds.data(), expectedEnds.size() * 4)));
  }
}

TEST(GatherByteArrays, moreThan4GiBAreRefusedBeforeAnythingIsReserved) {
  const std::string data(1 << 20, 'x');
  const std::uint32_t offsets[] = {0, 1 << 20};
  const std::vector<std::uint32_t> ids(4096);  // 4096 * 2^20 = 2^32
  ByteBuffer out;
  ByteBuffer ends;
  const auto gathered =
      gatherByteArrays(dataOf(data.data()), offsets, 1, ids.data(), ids.size(), out, ends);
  ASSERT_FALSE(gathered);
  EXPECT_EQ(gathered.error().code(), ErrorCode::kLimit);
  EXPECT_EQ(out.capacity() + ends.size(), 0U);
}

}  // namespace
}  // namespace parquet_flow::encoding
