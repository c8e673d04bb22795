// Goal: levels are exactly the bytes that Encodings.md describes, and nothing else is taken.
//
// Method: bytes written by hand from the grammar, both ways; the encoder's choices against a
// decoder of this file that reads one bit at a time; every malformed form that the grammar rules
// out.
#include "encoding/rle_hybrid.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace parquet_flow::encoding {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Levels = std::vector<std::uint8_t>;

ConstBytes asBytes(const Bytes& bytes) { return constBytes(bytes.data(), bytes.size()); }

Bytes toVector(const ByteBuffer& buffer, std::size_t from = 0) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(buffer.data());
  return {data + from, data + buffer.size()};
}

Levels repeat(std::size_t count, std::uint8_t level) { return Levels(count, level); }

Levels concat(std::initializer_list<Levels> parts) {
  Levels all;
  for (const Levels& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

Bytes encodeAtOnce(unsigned bitWidth, const Levels& levels) {
  ByteBuffer out;
  RleHybridEncoder encoder;
  encoder.begin(bitWidth, out);
  EXPECT_TRUE(encoder.appendLevels(levels.data(), levels.size()));
  EXPECT_TRUE(encoder.finish());
  return toVector(out);
}

// The grammar, one bit at a time.
Levels decodeBitByBit(unsigned bitWidth, const Bytes& in, std::size_t count) {
  Levels levels;
  std::size_t at = 0;
  while (levels.size() < count) {
    std::uint64_t header = 0;
    for (unsigned shift = 0;; shift += 7) {
      const std::uint64_t byte = in.at(at++);
      header |= (byte & 0x7F) << shift;
      if (byte < 0x80) {
        break;
      }
    }
    EXPECT_NE(header >> 1, 0U) << "a run of nothing";
    if ((header & 1) == 0) {
      levels.insert(levels.end(), header >> 1, in.at(at++));
      continue;
    }
    for (std::uint64_t value = 0; value < (header >> 1) * 8; ++value) {
      unsigned level = 0;
      for (unsigned bit = 0; bit < bitWidth; ++bit) {
        const std::uint64_t position = value * bitWidth + bit;
        level |= ((in.at(at + position / 8) >> (position % 8)) & 1U) << bit;
      }
      if (levels.size() < count) {
        levels.push_back(static_cast<std::uint8_t>(level));
      } else {
        EXPECT_EQ(level, 0U) << "padding";
      }
    }
    at += (header >> 1) * bitWidth;
  }
  EXPECT_EQ(levels.size(), count);
  EXPECT_EQ(at, in.size()) << "bytes behind the last run";
  return levels;
}

struct EncodeCase {
  const char* name;
  unsigned bitWidth;
  Levels levels;
  Bytes expected;
};

TEST(RleHybridEncoder, writesTheBytesOfTheSpecification) {
  const EncodeCase cases[] = {
      {"no_levels", 1, {}, {}},
      // Encodings.md: 0 .. 7 at width 3 are 10001000 11000110 11111010; header 1 << 1 | 1.
      {"bit_packed_example_from_spec", 3, {0, 1, 2, 3, 4, 5, 6, 7}, {0x03, 0x88, 0xC6, 0xFA}},
      // 1000 << 1 = 2000 = 15 * 128 + 80
      {"all_equal_is_one_run", 1, repeat(1000, 1), {0xD0, 0x0F, 0x01}},
      {"all_zero_is_one_run", 2, repeat(1000, 0), {0xD0, 0x0F, 0x00}},
      {"one_level_is_a_run", 1, {1}, {0x02, 0x01}},
      {"seven_equal_levels_are_a_run", 3, repeat(7, 5), {0x0E, 0x05}},
      // 1 0 1 from the least significant bit: 101
      {"short_group_is_padded_with_zeros", 1, {1, 0, 1}, {0x03, 0x05}},
      // 1 2 3 at width 2: 01, 10 << 2, 11 << 4 = 0x39; the group takes two bytes
      {"padding_fills_the_group", 2, {1, 2, 3}, {0x03, 0x39, 0x00}},
      {"width_8_is_bytes", 8, {9, 8, 7, 6, 5, 4, 3, 2}, {0x03, 9, 8, 7, 6, 5, 4, 3, 2}},
      // 64 << 1 = 128; then bits 0 1 0 0 0 0 0 0
      {"run_then_packed",
       1,
       concat({repeat(64, 1), {0, 1, 0, 0, 0, 0, 0, 0}}),
       {0x80, 0x01, 0x01, 0x03, 0x02}},
      // 8 << 1 = 16; the run of 16 equal ones at width 4 ends two packed groups of four bytes
      {"packed_then_run",
       4,
       concat({{1, 2, 3, 4, 5, 6, 7, 8}, repeat(16, 9)}),
       {0x03, 0x21, 0x43, 0x65, 0x87, 0x20, 0x09}},
      // Eight equal levels at width 2 are two bytes packed, and three as a run and a new header.
      {"short_run_at_width_2_stays_packed",
       2,
       concat({{0, 1, 2, 3, 0, 1, 2, 3}, repeat(8, 1), {0, 1, 2, 3, 0, 1, 2, 3}}),
       {0x07, 0xE4, 0xE4, 0x55, 0x55, 0xE4, 0xE4}},
  };
  for (const EncodeCase& c : cases) {
    EXPECT_EQ(encodeAtOnce(c.bitWidth, c.levels), c.expected) << c.name;
    EXPECT_EQ(decodeBitByBit(c.bitWidth, c.expected, c.levels.size()), c.levels) << c.name;
  }
}

TEST(RleHybridEncoder, headerOfManyGroupsTakesTwoBytesAndThenANewRun) {
  for (const std::size_t groups : {63U, 64U, 8191U, 8192U, 20000U}) {
    for (const unsigned bitWidth : {1U, 3U}) {
      Levels levels(groups * 8);
      for (std::size_t i = 0; i < levels.size(); ++i) {
        levels[i] = i % 3 == 0 ? 1 : 0;
      }
      const Bytes bytes = encodeAtOnce(bitWidth, levels);
      EXPECT_EQ(decodeBitByBit(bitWidth, bytes, levels.size()), levels) << groups;
      if (groups == 63) {
        EXPECT_EQ(bytes[0], 0x7F);  // 63 << 1 | 1
      } else if (groups == 64) {
        EXPECT_EQ(bytes[0], 0x81);  // 129 = 1 * 128 + 1
        EXPECT_EQ(bytes[1], 0x01);
      }
      // One header for at most 8191 groups: two bytes each.
      EXPECT_LE(bytes.size(), groups * bitWidth + 2 * (groups / 8184 + 1)) << groups;
    }
  }
}

TEST(RleHybridEncoder, whatIsInTheBufferBeforeStays) {
  ByteBuffer out;
  ASSERT_TRUE(out.append("abc", 3));
  RleHybridEncoder encoder;
  encoder.begin(1, out);
  ASSERT_TRUE(encoder.appendRun(1, 4));
  ASSERT_TRUE(encoder.finish());
  EXPECT_EQ(toVector(out), (Bytes{'a', 'b', 'c', 0x08, 0x01}));
}

TEST(RleHybridEncoder, anEncoderIsReusedForPageAfterPage) {
  RleHybridEncoder encoder;
  ByteBuffer out;
  for (const unsigned bitWidth : {3U, 1U, 3U}) {
    out.clear();
    encoder.begin(bitWidth, out);
    ASSERT_TRUE(encoder.appendRun(1, 3));
    ASSERT_TRUE(encoder.finish());
    EXPECT_EQ(toVector(out), (Bytes{0x06, 0x01}));
  }
}

TEST(RleHybridEncoder, aRunOf2To40LevelsCostsSevenBytes) {
  ByteBuffer out;
  RleHybridEncoder encoder;
  encoder.begin(1, out);
  ASSERT_TRUE(encoder.appendRun(1, std::uint64_t{1} << 40));
  ASSERT_TRUE(encoder.finish());
  // 2^41 is bit 6 of the sixth group of seven bits.
  EXPECT_EQ(toVector(out), (Bytes{0x80, 0x80, 0x80, 0x80, 0x80, 0x40, 0x01}));
}

// Levels in runs of random lengths, so that every mixture of runs, packed groups and partial ones
// comes up.
Levels randomLevels(std::mt19937_64& random, unsigned bitWidth, std::size_t count) {
  Levels levels;
  while (levels.size() < count) {
    const auto level = static_cast<std::uint8_t>(random() % (1U << bitWidth));
    const std::size_t run = random() % 3 == 0 ? 1 + random() % 300 : 1 + random() % 3;
    levels.insert(levels.end(), std::min(run, count - levels.size()), level);
  }
  return levels;
}

TEST(RleHybrid, piecesOfAnyKindGiveTheSameLevels) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 600; ++round) {
    const auto bitWidth = static_cast<unsigned>(1 + round % 8);
    const std::size_t count = 1 + random() % 3000;
    const Levels levels = randomLevels(random, bitWidth, count);
    ByteBuffer out;
    RleHybridEncoder encoder;
    encoder.begin(bitWidth, out);
    for (std::size_t at = 0; at < count;) {
      const std::size_t piece = std::min<std::size_t>(1 + random() % 400, count - at);
      if (random() % 3 == 0) {
        std::size_t run = 1;
        while (at + run < count && levels[at + run] == levels[at]) {
          ++run;
        }
        ASSERT_TRUE(encoder.appendRun(levels[at], run));
        at += run;
      } else if (bitWidth == 1 && random() % 2 == 0) {
        const std::uint64_t offset = random() % 70;
        Bytes bitmap((offset + piece + 7) / 8, 0xA5);  // exact: a byte too far is seen by ASan
        for (std::size_t i = 0; i < piece; ++i) {
          const std::uint64_t bit = offset + i;
          const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
          bitmap[bit / 8] = static_cast<std::uint8_t>(
              levels[at + i] != 0 ? bitmap[bit / 8] | mask : bitmap[bit / 8] & ~mask);
        }
        ASSERT_TRUE(encoder.appendBitmap(bitmap.data(), offset, piece));
        at += piece;
      } else {
        const Levels exact(levels.begin() + static_cast<std::ptrdiff_t>(at),
                           levels.begin() + static_cast<std::ptrdiff_t>(at + piece));
        ASSERT_TRUE(encoder.appendLevels(exact.data(), exact.size()));
        at += piece;
      }
    }
    ASSERT_TRUE(encoder.finish());
    const Bytes bytes = toVector(out);
    ASSERT_EQ(decodeBitByBit(bitWidth, bytes, count), levels) << "round " << round;

    Levels decoded(count);
    RleHybridDecoder decoder(asBytes(bytes), static_cast<std::uint8_t>((1U << bitWidth) - 1),
                             count);
    for (std::size_t at = 0; at < count;) {
      const std::size_t piece = std::min<std::size_t>(1 + random() % 100, count - at);
      ASSERT_TRUE(decoder.decode(decoded.data() + at, piece));
      at += piece;
    }
    ASSERT_EQ(decoded, levels);
    EXPECT_EQ(decoder.remainingBytes(), 0U);
  }
}

TEST(RleHybridEncoder, neverLongerThanPackedWithOneHeaderMore) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 400; ++round) {
    const auto bitWidth = static_cast<unsigned>(1 + round % 8);
    const std::size_t count = 1 + random() % 2000;
    const Levels levels = randomLevels(random, bitWidth, count);
    EXPECT_LE(encodeAtOnce(bitWidth, levels).size(), (count + 7) / 8 * bitWidth + 2 + 2);
  }
}

struct DecodeCase {
  const char* name;
  std::uint8_t maxLevel;
  std::size_t count;
  Bytes bytes;
  bool valid;
  Levels expected;
};

TEST(RleHybridDecoder, takesWhatTheGrammarAllowsAndNothingElse) {
  const DecodeCase cases[] = {
      {"bit_packed_example_from_spec",
       7,
       8,
       {0x03, 0x88, 0xC6, 0xFA},
       true,
       {0, 1, 2, 3, 4, 5, 6, 7}},
      {"no_levels_need_no_bytes", 1, 0, {}, true, {}},
      {"run", 1, 3, {0x06, 0x01}, true, {1, 1, 1}},
      {"two_runs", 2, 4, {0x04, 0x02, 0x04, 0x01}, true, {2, 2, 1, 1}},
      {"padding_of_the_last_group_is_not_read", 1, 3, {0x03, 0xFD}, true, {1, 0, 1}},
      {"header_longer_than_needed", 1, 2, {0x84, 0x00, 0x01}, true, {1, 1}},
      {"zero_length_run_is_refused", 1, 1, {0x00, 0x01}, false, {}},  // else: endless loop
      {"zero_groups_are_refused", 1, 1, {0x01}, false, {}},
      {"run_beyond_the_page_is_refused", 1, 3, {0x08, 0x01}, false, {}},
      {"group_beyond_the_page_is_padding",
       1,
       8,
       {0x05, 0x05, 0x05},
       true,
       {1, 0, 1, 0, 0, 0, 0, 0}},
      {"value_above_the_maximum_is_refused", 2, 1, {0x02, 0x03}, false, {}},
      {"packed_value_above_the_maximum_is_refused", 2, 4, {0x03, 0xE4, 0x00}, false, {}},
      {"run_value_wider_than_the_width_is_refused", 1, 1, {0x02, 0x81}, false, {}},
      {"empty_input_is_refused", 1, 1, {}, false, {}},
      {"run_without_value_is_refused", 1, 1, {0x02}, false, {}},
      {"group_cut_short_is_refused", 7, 8, {0x03, 0x88, 0xC6}, false, {}},
      {"too_few_levels_are_refused", 1, 4, {0x06, 0x01}, false, {}},
      {"endless_header_is_refused", 1, 1, Bytes(20, 0x80), false, {}},
      {"header_above_64_bits_is_refused",
       1,
       1,
       {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x01},
       false,
       {}},
      {"largest_run_is_refused",
       1,
       1,
       {0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x01},
       false,
       {}},
      {"most_groups_are_refused",
       7,
       1,
       {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x01},
       false,
       {}},
  };
  for (const DecodeCase& c : cases) {
    Levels levels(c.count);
    RleHybridDecoder decoder(asBytes(c.bytes), c.maxLevel, c.count);
    const auto result = decoder.decode(levels.data(), c.count);
    ASSERT_EQ(result.has_value(), c.valid) << c.name;
    if (c.valid) {
      EXPECT_EQ(levels, c.expected) << c.name;
    } else {
      EXPECT_EQ(result.error().code(), ErrorCode::kCorrupt) << c.name;
    }
  }
}

TEST(RleHybridDecoder, anyBytesEitherDecodeOrAreRefused) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes(random() % 24);
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(random() >> 13);
    }
    const auto maxLevel = static_cast<std::uint8_t>(1 + random() % 255);
    Levels levels(random() % 100);
    RleHybridDecoder decoder(asBytes(bytes), maxLevel, levels.size());
    if (decoder.decode(levels.data(), levels.size())) {
      for (const std::uint8_t level : levels) {
        ASSERT_LE(level, maxLevel);
      }
    }
  }
}

TEST(LevelBitWidth, isTheBitsOfTheMaximum) {
  EXPECT_EQ(levelBitWidth(1), 1U);
  EXPECT_EQ(levelBitWidth(2), 2U);
  EXPECT_EQ(levelBitWidth(3), 2U);
  EXPECT_EQ(levelBitWidth(4), 3U);
  EXPECT_EQ(levelBitWidth(255), 8U);
}

}  // namespace
}  // namespace parquet_flow::encoding
