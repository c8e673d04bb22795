// Goal: PLAIN values are exactly the bytes that Encodings.md describes, for any mixture of lengths,
// and the kernels read and write nothing beyond them.
//
// Method: bytes written by hand; values of random lengths against a loop of this file, out of
// buffers of exactly their size (a byte too far is seen by ASan); malformed pages.
#include "encoding/plain.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace parquet_flow::encoding {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes toVector(const ByteBuffer& buffer) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(buffer.data());
  return {data, data + buffer.size()};
}

ConstBytes asBytes(const Bytes& bytes) { return constBytes(bytes.data(), bytes.size()); }

const std::byte* dataOf(const void* data) { return static_cast<const std::byte*>(data); }

TEST(PlainFixed, valuesAreLittleEndianOneAfterTheOther) {
  const std::int32_t values[] = {1, -2, 0x01020304};
  ByteBuffer out;
  ASSERT_TRUE(encodePlainFixed(dataOf(values), 3, 4, out));
  const Bytes expected = {1, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 4, 3, 2, 1};
  EXPECT_EQ(toVector(out), expected);

  std::int32_t decoded[3] = {};
  const auto taken = decodePlainFixed(out.span(), 3, 4, reinterpret_cast<std::byte*>(decoded));
  ASSERT_TRUE(taken);
  EXPECT_EQ(*taken, 12U);
  EXPECT_EQ(std::memcmp(decoded, values, sizeof values), 0);
}

TEST(PlainFixed, int96IsTwelveBytesAndADoubleEight) {
  const Bytes int96 = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  ByteBuffer out;
  ASSERT_TRUE(encodePlainFixed(dataOf(int96.data()), 1, 12, out));
  EXPECT_EQ(toVector(out), int96);
  out.clear();
  const double one = 1.0;  // sign 0, exponent 0x3FF, mantissa 0
  ASSERT_TRUE(encodePlainFixed(dataOf(&one), 1, 8, out));
  EXPECT_EQ(toVector(out), (Bytes{0, 0, 0, 0, 0, 0, 0xF0, 0x3F}));
}

TEST(PlainFixed, tooFewBytesAreRefusedWithoutOverflow) {
  const Bytes seven(7);
  std::byte out[8];
  EXPECT_EQ(decodePlainFixed(asBytes(seven), 2, 4, out).error().code(), ErrorCode::kCorrupt);
  EXPECT_EQ(decodePlainFixed(asBytes(seven), SIZE_MAX / 2, 4, out).error().code(),
            ErrorCode::kCorrupt);
  EXPECT_EQ(*decodePlainFixed(asBytes(seven), 0, 4, nullptr), 0U);
}

TEST(PlainByteArrays, eachValueIsItsLengthAndItsBytes) {
  const std::string data = "hellohi";
  const std::uint32_t offsets[] = {0, 5, 5, 7};
  ByteBuffer out;
  ASSERT_TRUE(encodePlainByteArrays(dataOf(data.data()), offsets, 3, out));
  const Bytes expected = {5, 0, 0, 0, 'h', 'e', 'l', 'l', 'o', 0, 0, 0, 0, 2, 0, 0, 0, 'h', 'i'};
  EXPECT_EQ(toVector(out), expected);

  ByteBuffer decoded;
  ByteBuffer ends;
  const auto taken = decodePlainByteArrays(out.span(), 3, decoded, ends);
  ASSERT_TRUE(taken);
  EXPECT_EQ(*taken, expected.size());
  EXPECT_EQ(asText(decoded.span()), data);
  ASSERT_EQ(ends.size(), 12U);
  EXPECT_EQ(std::memcmp(ends.data(), offsets + 1, 12), 0);
}

TEST(PlainByteArrays, aLengthAbove255UsesAllFourBytes) {
  const std::string data(0x012345, 'x');
  const std::uint32_t offsets[] = {0, 0x012345};
  ByteBuffer out;
  ASSERT_TRUE(encodePlainByteArrays(dataOf(data.data()), offsets, 1, out));
  const Bytes bytes = toVector(out);
  ASSERT_EQ(bytes.size(), 0x012345U + 4);
  EXPECT_EQ(Bytes(bytes.begin(), bytes.begin() + 4), (Bytes{0x45, 0x23, 0x01, 0x00}));
}

TEST(PlainByteArrays, sliceThatDoesNotStartAtOffset0) {
  const std::string data = "aabbbcccc";
  const std::uint32_t offsets[] = {0, 2, 5, 9};
  ByteBuffer out;
  ASSERT_TRUE(encodePlainByteArrays(dataOf(data.data()), offsets + 1, 1, out));
  EXPECT_EQ(toVector(out), (Bytes{3, 0, 0, 0, 'b', 'b', 'b'}));
}

TEST(PlainByteArrays, noValuesAreNoBytes) {
  ByteBuffer out;
  ASSERT_TRUE(encodePlainByteArrays(nullptr, nullptr, 0, out));
  EXPECT_EQ(out.size(), 0U);
}

TEST(PlainByteArrays, lengthsAroundTheWideCopiesInBuffersOfExactlyTheirSize) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 500; ++round) {
    const std::size_t longest = std::size_t{1} << (random() % 10);
    const std::size_t count = random() % 60;
    std::vector<std::uint32_t> offsets = {0};
    for (std::size_t i = 0; i < count; ++i) {
      offsets.push_back(offsets.back() + static_cast<std::uint32_t>(random() % (longest + 1)));
    }
    const auto data = std::make_unique<std::uint8_t[]>(offsets.back());
    for (std::uint32_t i = 0; i < offsets.back(); ++i) {
      data[i] = static_cast<std::uint8_t>(random());
    }
    Bytes expected;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint32_t length = offsets[i + 1] - offsets[i];
      for (unsigned byte = 0; byte < 4; ++byte) {
        expected.push_back(static_cast<std::uint8_t>(length >> (8 * byte)));
      }
      expected.insert(expected.end(), data.get() + offsets[i], data.get() + offsets[i + 1]);
    }
    ByteBuffer out;
    // In two calls, so that the second appends.
    const std::size_t first = count / 3;
    ASSERT_TRUE(encodePlainByteArrays(dataOf(data.get()), offsets.data(), first, out));
    ASSERT_TRUE(
        encodePlainByteArrays(dataOf(data.get()), offsets.data() + first, count - first, out));
    ASSERT_EQ(toVector(out), expected);

    ByteBuffer decoded;
    ByteBuffer ends;
    ASSERT_TRUE(decodePlainByteArrays(asBytes(expected), count, decoded, ends));
    ASSERT_EQ(decoded.size(), offsets.back());
    EXPECT_TRUE(count == 0 || std::memcmp(ends.data(), offsets.data() + 1, 4 * count) == 0);
  }
}

TEST(PlainByteArrays, malformedPagesAreRefused) {
  struct Case {
    const char* name;
    Bytes bytes;
    std::size_t count;
  };
  const Case cases[] = {
      {"no_bytes", {}, 1},
      {"length_cut_short", {1, 0, 0}, 1},
      {"value_cut_short", {3, 0, 0, 0, 'a', 'b'}, 1},
      {"length_of_4_gib", {0xFF, 0xFF, 0xFF, 0xFF, 'a'}, 1},
      {"second_value_missing", {4, 0, 0, 0, 'a', 'b', 'c', 'd'}, 2},
      {"count_that_cannot_fit", {0, 0, 0, 0}, SIZE_MAX / 2},
  };
  for (const Case& c : cases) {
    ByteBuffer data;
    ByteBuffer offsets;
    const auto taken = decodePlainByteArrays(asBytes(c.bytes), c.count, data, offsets);
    ASSERT_FALSE(taken) << c.name;
    EXPECT_EQ(taken.error().code(), ErrorCode::kCorrupt) << c.name;
    EXPECT_EQ(data.size(), 0U) << c.name;
    EXPECT_EQ(offsets.size(), 0U) << c.name;
  }
}

TEST(PlainByteArrays, endsCountFromTheStartOfTheData) {
  ByteBuffer data;
  ByteBuffer offsets;
  ASSERT_TRUE(data.append("xyz", 3));
  const Bytes page = {2, 0, 0, 0, 'a', 'b', 9, 9};
  EXPECT_EQ(*decodePlainByteArrays(asBytes(page), 1, data, offsets), 6U);
  EXPECT_EQ(asText(data.span()), "xyzab");
  EXPECT_EQ(loadLe<std::uint32_t>(offsets.data()), 5U);
}

TEST(PlainBooleans, firstValueIsTheLeastSignificantBit) {
  // 1 0 0 0 0 0 1 1 = 0xC1, then 0 1 = 0x02
  const Bytes values = {1, 0, 0, 0, 0, 0, 0x80, 2, 0, 255};
  ByteBuffer out;
  PlainBooleanEncoder encoder;
  encoder.reset();
  ASSERT_TRUE(encoder.appendBytes(values.data(), values.size(), out));
  EXPECT_EQ(toVector(out), (Bytes{0xC1, 0x02}));

  Bytes decoded(10);
  EXPECT_EQ(*decodePlainBooleans(out.span(), 10, decoded.data()), 2U);
  EXPECT_EQ(decoded, (Bytes{1, 0, 0, 0, 0, 0, 1, 1, 0, 1}));
  EXPECT_EQ(decodePlainBooleans(out.span(), 17, decoded.data()).error().code(),
            ErrorCode::kCorrupt);
}

TEST(PlainBooleans, everyByteThatIsNotZeroIsTrue) {
  Bytes values(256 * 8);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<std::uint8_t>(i / 8 * (i % 8 == 3 ? 1 : 0));
  }
  ByteBuffer out;
  PlainBooleanEncoder encoder;
  ASSERT_TRUE(encoder.appendBytes(values.data(), values.size(), out));
  Bytes expected(256, 0x08);
  expected[0] = 0;
  EXPECT_EQ(toVector(out), expected);
}

TEST(PlainBooleans, piecesOfBytesAndBitsAreContiguous) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 500; ++round) {
    const std::size_t count = 1 + random() % 500;
    Bytes values(count);
    Bytes expected((count + 7) / 8);
    for (std::size_t i = 0; i < count; ++i) {
      values[i] = static_cast<std::uint8_t>(random() % 2 * (1 + random() % 255));
      expected[i / 8] |= static_cast<std::uint8_t>((values[i] != 0 ? 1U : 0U) << (i % 8));
    }
    ByteBuffer out;
    PlainBooleanEncoder encoder;
    for (std::size_t at = 0; at < count;) {
      const std::size_t piece = std::min<std::size_t>(1 + random() % 40, count - at);
      if (random() % 2 == 0) {
        const Bytes exact(values.begin() + static_cast<std::ptrdiff_t>(at),
                          values.begin() + static_cast<std::ptrdiff_t>(at + piece));
        ASSERT_TRUE(encoder.appendBytes(exact.data(), piece, out));
      } else {
        const std::uint64_t offset = random() % 20;
        Bytes bits((offset + piece + 7) / 8, 0xFF);
        for (std::size_t i = 0; i < piece; ++i) {
          if (values[at + i] == 0) {
            bits[(offset + i) / 8] &= static_cast<std::uint8_t>(~(1U << ((offset + i) % 8)));
          }
        }
        ASSERT_TRUE(encoder.appendBits(bits.data(), offset, piece, out));
      }
      at += piece;
    }
    ASSERT_EQ(toVector(out), expected) << "round " << round;
  }
}

TEST(PlainBooleans, aNewPageBeginsANewByte) {
  const Bytes one = {1};
  ByteBuffer out;
  PlainBooleanEncoder encoder;
  ASSERT_TRUE(encoder.appendBytes(one.data(), 1, out));
  encoder.reset();
  ASSERT_TRUE(encoder.appendBytes(one.data(), 1, out));
  EXPECT_EQ(toVector(out), (Bytes{0x01, 0x01}));
}

}  // namespace
}  // namespace parquet_flow::encoding
