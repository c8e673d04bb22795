// Goal: dictionary indices are the bytes that Encodings.md describes, short where ids repeat, and
// malformed ones are refused.
//
// Method: bytes written by hand, an independent decoder of one bit at a time, random pages, every
// truncation of them, a table of lies.
#include "encoding/dictionary_indices.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "encoding/support.hpp"

namespace parquet_flow::encoding {
namespace {

using Ids = std::vector<std::uint32_t>;

Ids repeated(std::size_t count, std::uint32_t id, Ids behind = {}) {
  Ids ids(count, id);
  ids.insert(ids.end(), behind.begin(), behind.end());
  return ids;
}

Bytes encode(const Ids& ids, unsigned bitWidth) {
  ByteBuffer body;
  EXPECT_TRUE(encodeDictionaryIndices(ids.data(), ids.size(), bitWidth, body));
  return toVector(body);
}

// The grammar, one bit at a time; ids beyond `count` are padding. Empty where it does not hold.
Ids decodeBitByBit(const Bytes& bytes, unsigned bitWidth, std::size_t count) {
  Ids ids;
  std::size_t at = 0;
  while (at < bytes.size()) {
    std::uint64_t header = 0;
    for (unsigned shift = 0;; shift += 7) {
      header |= std::uint64_t{bytes.at(at) & 0x7FU} << shift;
      if (bytes.at(at++) < 0x80) break;
    }
    if (header % 2 == 0) {
      std::uint32_t id = 0;
      for (unsigned byte = 0; byte < (bitWidth + 7) / 8; ++byte) {
        id |= std::uint32_t{bytes.at(at++)} << (8 * byte);
      }
      ids.insert(ids.end(), header / 2, id);
      continue;
    }
    for (std::size_t i = 0; i < header / 2 * 8; ++i) {
      std::uint32_t id = 0;
      for (unsigned bit = 0; bit < bitWidth; ++bit) {
        const std::size_t position = i * bitWidth + bit;
        id |= (bytes.at(at + position / 8) >> (position % 8) & 1U) << bit;
      }
      ids.push_back(id);
    }
    at += header / 2 * bitWidth;
  }
  EXPECT_GE(ids.size(), count);
  EXPECT_LT(ids.size(), count + 8);
  ids.resize(count);
  return ids;
}

struct EncodeCase {
  const char* name;
  unsigned bitWidth;
  Ids ids;
  Bytes expected;
};

TEST(EncodeDictionaryIndices, bytesByHand) {
  const EncodeCase cases[] = {
      {"no_ids", 3, {}, {}},
      {"example_of_the_specification", 3, {0, 1, 2, 3, 4, 5, 6, 7}, {0x03, 0x88, 0xC6, 0xFA}},
      // 1 + (2 << 3) = 0x11
      {"last_group_is_padded_with_zeros", 3, {1, 2}, {0x03, 0x11, 0, 0}},
      {"one_id_is_a_run", 3, {7}, {0x02, 0x07}},
      {"page_of_one_value_is_a_run", 3, repeated(8, 5), {0x10, 0x05}},
      // 1023 is bits 0 .. 9; 0x201 << 70 is 0x40 in byte 8 and 0x80 in byte 9.
      {"ten_bits",
       10,
       {0x3FF, 0, 0, 0, 0, 0, 0, 0x201},
       {0x03, 0xFF, 0x03, 0, 0, 0, 0, 0, 0, 0x40, 0x80}},
      {"thirty_two_bits", 32, {0x01020304, 0xFFFFFFFF}, {0x03, 4, 3, 2, 1, 0xFF, 0xFF, 0xFF, 0xFF,
                                                         0,    0, 0, 0, 0, 0,    0,    0,    0,
                                                         0,    0, 0, 0, 0, 0,    0,    0,    0,
                                                         0,    0, 0, 0, 0, 0}},
      {"run_of_nine_ends_where_it_ends",
       12,
       repeated(9, 0xABC, {1}),
       {0x12, 0xBC, 0x0A, 0x02, 0x01, 0x00}},
      // The run begins within the first group; from the next on it is one of its own.
      {"run_behind_a_packed_group",
       4,
       repeated(1, 1, repeated(1, 2, repeated(1, 3, repeated(13, 7)))),
       {0x03, 0x21, 0x73, 0x77, 0x77, 0x10, 0x07}},
      // At three bits 8 of 24 bits are as long as a run and the next header; 16 are not.
      {"eight_of_three_bits_stay_packed",
       3,
       repeated(8, 0, {1, 2, 3}),
       {0x05, 0, 0, 0, 0xD1, 0, 0}},  // 1 | 2 << 3 | 3 << 6 = 0xD1
      {"sixteen_of_three_bits_are_a_run",
       3,
       repeated(16, 0, {1, 2, 3}),
       {0x20, 0x00, 0x03, 0xD1, 0, 0}},
      {"sixty_four_of_one_bit_are_a_run", 1, repeated(64, 0, {1, 0}), {0x80, 0x01, 0, 0x03, 0x01}},
      {"width_zero_is_one_run_without_a_value", 0, repeated(5, 0), {0x0A}},
      {"width_zero_without_ids", 0, {}, {}},
  };
  for (const EncodeCase& c : cases) {
    EXPECT_EQ(encode(c.ids, c.bitWidth), c.expected) << c.name;
    EXPECT_EQ(decodeBitByBit(c.expected, c.bitWidth, c.ids.size()), c.ids) << c.name;
  }
}

TEST(EncodeDictionaryIndices, whatIsInTheBodyBeforeStays) {
  ByteBuffer body;
  ASSERT_TRUE(body.append("abc", 3));
  const Ids ids = {1, 0};
  ASSERT_TRUE(encodeDictionaryIndices(ids.data(), 2, 1, body));
  EXPECT_EQ(toVector(body), (Bytes{'a', 'b', 'c', 0x03, 0x01}));
}

TEST(EncodeDictionaryIndices, aPackedRunIsAsLongAsThePage) {
  Ids ids(1000000);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    ids[i] = static_cast<std::uint32_t>(i % 1000);
  }
  const Bytes bytes = encode(ids, 10);
  // 125 000 groups: 250 001 = 17 + 128 * (33 + 128 * 15), three bytes of header.
  EXPECT_EQ(Bytes(bytes.begin(), bytes.begin() + 3), (Bytes{0x91, 0xA1, 0x0F}));
  EXPECT_EQ(bytes.size(), 3U + 125000 * 10);
}

TEST(DictionaryIndexBitWidth, isTheBitsOfTheLastIdAndOneAtLeast) {
  const std::pair<std::size_t, unsigned> cases[] = {{0, 1},
                                                    {1, 1},
                                                    {2, 1},
                                                    {3, 2},
                                                    {4, 2},
                                                    {5, 3},
                                                    {8, 3},
                                                    {9, 4},
                                                    {256, 8},
                                                    {257, 9},
                                                    {std::size_t{1} << 31, 31}};
  for (const auto& [count, expected] : cases) {
    EXPECT_EQ(dictionaryIndexBitWidth(count), expected) << count;
  }
}

// Ids in runs of random lengths, so that every mixture of runs and packed groups comes up.
Ids randomIds(std::mt19937_64& random, unsigned bitWidth, std::size_t count) {
  Ids ids;
  const auto mask = static_cast<std::uint32_t>((std::uint64_t{1} << bitWidth) - 1);
  while (ids.size() < count) {
    const std::size_t run = random() % 4 == 0 ? 1 + random() % 100 : 1 + random() % 3;
    ids.insert(ids.end(), std::min(run, count - ids.size()),
               static_cast<std::uint32_t>(random() >> 32) & mask);
  }
  return ids;
}

Bytes pageOf(const Ids& ids, unsigned bitWidth) {
  Bytes page = encode(ids, bitWidth);
  page.insert(page.begin(), static_cast<std::uint8_t>(bitWidth));
  return page;
}

TEST(DictionaryIndices, randomPagesComeBack) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 1500; ++round) {
    const auto bitWidth = static_cast<unsigned>(round % 33);
    const std::size_t count = random() % (round % 2 == 0 ? 40 : 2000);
    const Ids ids = randomIds(random, bitWidth, count);
    const Bytes page = pageOf(ids, bitWidth);
    ASSERT_EQ(decodeBitByBit({page.begin() + 1, page.end()}, bitWidth, count), ids);
    // Never longer than one bit-packed run.
    ASSERT_LE(page.size(), 1 + 2 + (count + 7) / 8 * bitWidth + (bitWidth == 0 ? 1 : 0));

    const std::uint32_t highest = ids.empty() ? 0 : *std::max_element(ids.begin(), ids.end());
    const std::uint32_t dictionaryCount = std::max(highest, highest + 1);
    const auto decoded = std::make_unique<std::uint32_t[]>(count);
    const auto taken =
        decodeDictionaryIndices(asBytes(page), count, dictionaryCount, decoded.get());
    if (highest == UINT32_MAX) {
      continue;  // no dictionary has that many entries
    }
    ASSERT_TRUE(taken) << taken.error().message();
    ASSERT_EQ(*taken, page.size());
    ASSERT_TRUE(std::equal(ids.begin(), ids.end(), decoded.get()));
    // A dictionary one entry smaller does not do.
    if (count != 0) {
      const auto refused = decodeDictionaryIndices(asBytes(page), count, highest, decoded.get());
      ASSERT_FALSE(refused);
      ASSERT_EQ(refused.error().code(), ErrorCode::kCorrupt);
    }
  }
}

// Parts of any size, some of them passed by: the same ids.
TEST(DictionaryIndices, pagesComeInParts) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 1000; ++round) {
    const auto bitWidth = static_cast<unsigned>(round % 33);
    const std::size_t count = 1 + random() % 2000;
    const Ids ids = randomIds(random, bitWidth, count);
    const Bytes page = pageOf(ids, bitWidth);
    DictionaryIndexDecoder decoder;
    ASSERT_TRUE(decoder.begin(asBytes(page), count, UINT32_MAX));
    for (std::size_t at = 0; at != count;) {
      ASSERT_EQ(decoder.left(), count - at);
      std::uint32_t next = 0;
      const auto equal = decoder.peekEqual(next);
      ASSERT_TRUE(equal) << equal.error().message();
      ASSERT_LE(*equal, count - at);
      ASSERT_EQ(std::count(ids.begin() + static_cast<std::ptrdiff_t>(at),
                           ids.begin() + static_cast<std::ptrdiff_t>(at + *equal), next),
                static_cast<std::ptrdiff_t>(*equal));
      const std::size_t part = std::min(count - at, 1 + random() % (round % 2 == 0 ? 20 : 500));
      if (random() % 3 == 0) {
        ASSERT_TRUE(decoder.skip(part));
      } else {
        const auto decoded = std::make_unique<std::uint32_t[]>(part);
        ASSERT_TRUE(decoder.decode(part, decoded.get()));
        ASSERT_TRUE(std::equal(decoded.get(), decoded.get() + part,
                               ids.begin() + static_cast<std::ptrdiff_t>(at)));
      }
      at += part;
    }
    EXPECT_EQ(decoder.left(), 0U);
    EXPECT_EQ(decoder.remainingBytes(), 0U);
  }
}

TEST(DictionaryIndices, everyTruncationIsRefused) {
  std::mt19937_64 random(3);
  for (const unsigned bitWidth : {1U, 3U, 8U, 10U, 17U, 32U}) {
    const Ids ids = randomIds(random, bitWidth, 150);
    const Bytes page = pageOf(ids, bitWidth);
    Ids decoded(ids.size());
    for (std::size_t bytes = 0; bytes < page.size(); ++bytes) {
      const Bytes exact(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(bytes));
      const auto taken =
          decodeDictionaryIndices(asBytes(exact), ids.size(), UINT32_MAX, decoded.data());
      ASSERT_FALSE(taken) << bitWidth << " bits, " << bytes << " bytes";
      ASSERT_EQ(taken.error().code(), ErrorCode::kCorrupt);
    }
  }
}

struct DecodeCase {
  const char* name;
  std::size_t count;
  std::uint32_t dictionaryCount;
  Bytes page;
  bool valid;
  Ids expected;
};

TEST(DecodeDictionaryIndices, takesWhatTheGrammarAllowsAndNothingElse) {
  const DecodeCase cases[] = {
      {"example_of_the_specification",
       8,
       8,
       {3, 0x03, 0x88, 0xC6, 0xFA},
       true,
       {0, 1, 2, 3, 4, 5, 6, 7}},
      {"page_without_values", 0, 0, {3}, true, {}},
      {"page_without_values_in_no_groups", 0, 2, {8, 0x01}, true, {}},
      {"padding_may_be_anything", 2, 3, {3, 0x03, 0xD1, 0xFF, 0xFF}, true, {1, 2}},
      {"width_zero", 3, 1, {0, 0x06}, true, {0, 0, 0}},
      {"width_zero_without_its_run", 3, 1, {0}, true, {0, 0, 0}},
      {"width_zero_packed", 3, 1, {0, 0x03}, true, {0, 0, 0}},
      {"header_longer_than_needed", 2, 2, {1, 0x84, 0x00, 0x01}, true, {1, 1}},
      {"no_bytes", 0, 1, {}, false, {}},
      {"no_runs", 1, 1, {1}, false, {}},
      {"width_33", 1, 1, {33, 0x02, 0, 0, 0, 0, 0}, false, {}},
      {"width_255", 1, 1, {255, 0x02, 0}, false, {}},
      {"values_without_a_dictionary", 1, 0, {1, 0x02, 0x00}, false, {}},
      {"values_without_a_dictionary_at_width_zero", 1, 0, {0}, false, {}},
      {"run_of_an_index_too_high", 2, 5, {3, 0x04, 0x05}, false, {}},
      {"packed_index_too_high", 8, 7, {3, 0x03, 0x88, 0xC6, 0xFA}, false, {}},
      {"index_too_high_in_the_last_group", 2, 2, {3, 0x03, 0x11, 0, 0}, false, {}},
      {"run_value_wider_than_the_width", 1, 255, {3, 0x02, 0x08}, false, {}},
      {"run_without_values", 1, 1, {1, 0x00, 0x00}, false, {}},  // else: endless loop
      {"no_groups", 1, 1, {1, 0x01}, false, {}},
      {"width_zero_run_without_values", 1, 1, {0, 0x00}, false, {}},
      {"run_beyond_the_page", 3, 2, {1, 0x08, 0x01}, false, {}},
      {"width_zero_run_beyond_the_page", 3, 1, {0, 0x08}, false, {}},
      {"group_of_padding", 8, 2, {1, 0x05, 0x55, 0x55}, true, {1, 0, 1, 0, 1, 0, 1, 0}},
      {"too_few_values", 4, 2, {1, 0x06, 0x01}, false, {}},
      {"run_of_2_to_the_63",
       1,
       2,
       {1, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x01},
       false,
       {}},
      {"most_groups",
       1,
       2,
       {32, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x01},
       false,
       {}},
      {"endless_header", 1, 2, Bytes(20, 0x80), false, {}},
  };
  for (const DecodeCase& c : cases) {
    Ids ids(c.count);
    const auto taken =
        decodeDictionaryIndices(asBytes(c.page), c.count, c.dictionaryCount, ids.data());
    ASSERT_EQ(taken.has_value(), c.valid) << c.name;
    if (c.valid) {
      EXPECT_EQ(ids, c.expected) << c.name;
      EXPECT_EQ(*taken, c.page.size()) << c.name;
    } else {
      EXPECT_EQ(taken.error().code(), ErrorCode::kCorrupt) << c.name;
    }
  }
}

TEST(DecodeDictionaryIndices, bytesBehindTheLastRunAreNotTaken) {
  const Bytes page = {1, 0x04, 0x01, 0x55, 0x55};
  Ids ids(2);
  const auto taken = decodeDictionaryIndices(asBytes(page), 2, 2, ids.data());
  ASSERT_TRUE(taken);
  EXPECT_EQ(*taken, 3U);
}

}  // namespace
}  // namespace parquet_flow::encoding
