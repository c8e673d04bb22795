// Goal: RLE booleans are a length and the hybrid's runs at one bit, in any mixture of bytes and
// bits, and lies are refused.
//
// Method: bytes written by hand; random values in random pieces, decoded again; every truncation; a
// table of lies.
#include "encoding/rle_boolean.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>

#include "encoding/support.hpp"

namespace parquet_flow::encoding {
namespace {

Bytes valuesOf(const RleBooleanEncoder& encoder, const ByteBuffer& body, std::size_t begin) {
  Bytes bytes = toVector(encoder.head());
  const Bytes runs = toVector(body.span().subspan(begin));
  bytes.insert(bytes.end(), runs.begin(), runs.end());
  return bytes;
}

Bytes encode(const Bytes& values) {
  ByteBuffer body;
  RleBooleanEncoder encoder;
  encoder.begin(body);
  EXPECT_TRUE(encoder.appendBytes(values.data(), values.size()));
  EXPECT_TRUE(encoder.finish());
  return valuesOf(encoder, body, 0);
}

TEST(RleBoolean, bytesByHand) {
  EXPECT_EQ(encode({}), (Bytes{0, 0, 0, 0}));
  // A bit-packed group: 1 + 2^2 + 2^3 = 0x0D.
  EXPECT_EQ(encode({1, 0, 2, 255, 0}), (Bytes{2, 0, 0, 0, 0x03, 0x0D}));
  // 100 << 1 = 200 = 0x48 + 128 * 1
  EXPECT_EQ(encode(Bytes(100, 7)), (Bytes{3, 0, 0, 0, 0xC8, 0x01, 0x01}));
}

TEST(RleBoolean, randomPagesInPiecesOfBytesAndBitsComeBack) {
  std::mt19937_64 random(1);
  RleBooleanEncoder encoder;
  ByteBuffer body;
  for (int round = 0; round < 400; ++round) {
    const std::size_t count = random() % 5000;
    Bytes values;
    while (values.size() < count) {
      const std::size_t run = random() % 3 == 0 ? 1 + random() % 500 : 1;
      values.insert(values.end(), std::min(run, count - values.size()),
                    static_cast<std::uint8_t>(random() % 2));
    }
    const std::size_t begin = body.size();
    encoder.begin(body);
    for (std::size_t at = 0; at < count;) {
      const std::size_t piece = std::min<std::size_t>(1 + random() % 3000, count - at);
      const std::uint8_t* const from = values.data() + at;
      if (random() % 2 == 0) {
        Bytes exact(from, from + piece);
        for (std::uint8_t& value : exact) {
          value = static_cast<std::uint8_t>(value * (1 + random() % 255));
        }
        ASSERT_TRUE(encoder.appendBytes(exact.data(), piece));
      } else {
        const std::uint64_t offset = random() % 20;
        Bytes bits((offset + piece + 7) / 8, 0xFF);
        for (std::size_t i = 0; i < piece; ++i) {
          if (from[i] == 0) {
            bits[(offset + i) / 8] &= static_cast<std::uint8_t>(~(1U << ((offset + i) % 8)));
          }
        }
        ASSERT_TRUE(encoder.appendBits(bits.data(), offset, piece));
      }
      at += piece;
    }
    ASSERT_TRUE(encoder.finish());
    const Bytes page = valuesOf(encoder, body, begin);
    const auto decoded = std::make_unique<std::uint8_t[]>(count);
    const auto taken = decodeRleBooleans(asBytes(page), count, decoded.get());
    ASSERT_TRUE(taken) << taken.error().message();
    ASSERT_EQ(*taken, page.size());
    ASSERT_TRUE(std::equal(values.begin(), values.end(), decoded.get()));

    for (std::size_t bytes = 0; bytes < std::min<std::size_t>(page.size(), 64); ++bytes) {
      const Bytes exact(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(bytes));
      ASSERT_FALSE(decodeRleBooleans(asBytes(exact), count, decoded.get()));
    }
  }
}

TEST(RleBoolean, liesAreRefused) {
  struct Case {
    const char* name;
    std::size_t count;
    Bytes page;
  };
  const Case cases[] = {
      {"no_length", 0, {}},
      {"length_cut_short", 1, {2, 0, 0}},
      {"length_beyond_the_page", 1, {3, 0, 0, 0, 0x02, 0x01}},
      {"length_of_4_gib", 1, {0xFF, 0xFF, 0xFF, 0xFF, 0x02, 0x01}},
      {"length_within_the_run", 1, {1, 0, 0, 0, 0x02, 0x01}},
      {"bytes_behind_the_last_run", 1, {3, 0, 0, 0, 0x02, 0x01, 0x00}},
      {"runs_without_values", 0, {2, 0, 0, 0, 0x02, 0x01}},
      {"too_few_values", 2, {2, 0, 0, 0, 0x02, 0x01}},
      {"too_many_values", 1, {2, 0, 0, 0, 0x04, 0x01}},
      {"value_of_two", 1, {2, 0, 0, 0, 0x02, 0x02}},
      {"empty_run", 1, {4, 0, 0, 0, 0x00, 0x01, 0x02, 0x01}},
  };
  for (const Case& c : cases) {
    Bytes out(c.count);
    const auto taken = decodeRleBooleans(asBytes(c.page), c.count, out.data());
    ASSERT_FALSE(taken) << c.name;
    EXPECT_EQ(taken.error().code(), ErrorCode::kCorrupt) << c.name;
  }
}

TEST(RleBoolean, bytesBehindTheLengthAreNotTaken) {
  const Bytes page = {2, 0, 0, 0, 0x04, 0x01, 0x99};
  Bytes out(2);
  EXPECT_EQ(*decodeRleBooleans(asBytes(page), 2, out.data()), 6U);
  EXPECT_EQ(out, (Bytes{1, 1}));
}

}  // namespace
}  // namespace parquet_flow::encoding
