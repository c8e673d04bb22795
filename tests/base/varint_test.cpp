// Goal: ULEB128 and zigzag as the specifications have them. Bytes by hand: groups of seven bits,
// lowest first, the top bit set on all but the last.
#include "base/varint.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <vector>

namespace parquet_flow {
namespace {

std::vector<int> encode(std::uint64_t value) {
  std::array<std::byte, kVarint64BytesMax + 1> buffer;
  buffer.fill(std::byte{0xEE});
  const std::byte* end = putVarint(buffer.data(), value);
  EXPECT_EQ(*end, std::byte{0xEE}) << "wrote behind the end it returned";
  std::vector<int> bytes;
  for (const std::byte* at = buffer.data(); at != end; ++at) {
    bytes.push_back(std::to_integer<int>(*at));
  }
  return bytes;
}

struct VarintCase {
  const char* name;
  std::uint64_t value;
  std::vector<int> bytes;
};

const std::vector<VarintCase> kVarints = {
    {"zero is one byte", 0, {0x00}},
    {"largest of one byte", 127, {0x7F}},
    {"smallest of two bytes", 128, {0x80, 0x01}},
    // 300 = 0b10'0101100
    {"three hundred", 300, {0xAC, 0x02}},
    {"largest of two bytes", 16383, {0xFF, 0x7F}},
    {"smallest of three bytes", 16384, {0x80, 0x80, 0x01}},
    // The example of the DWARF standard: 624485 = 0b0100110'0001110'1100101
    {"example of the DWARF standard", 624485, {0xE5, 0x8E, 0x26}},
    // 32 = 4 * 7 + 4 bits
    {"largest of 32 bits", 0xFFFFFFFF, {0xFF, 0xFF, 0xFF, 0xFF, 0x0F}},
    {"bit 63 alone",
     std::uint64_t{1} << 63,
     {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}},
    // 64 = 9 * 7 + 1 bits
    {"largest of 64 bits",
     ~std::uint64_t{0},
     {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01}},
};

TEST(Varint, bytesAreThoseOfTheSpecification) {
  for (const VarintCase& test : kVarints) {
    EXPECT_EQ(encode(test.value), test.bytes) << test.name;
    EXPECT_EQ(varintBytes(test.value), test.bytes.size()) << test.name;
  }
}

TEST(Varint, sizeIsRightOnBothSidesOfEveryPowerOfTwo) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t value = std::uint64_t{1} << bit;
    EXPECT_EQ(varintBytes(value), encode(value).size()) << bit;
    EXPECT_EQ(varintBytes(value - 1), encode(value - 1).size()) << bit;
  }
}

TEST(Zigzag, alternatesAroundZero) {
  struct {
    std::int64_t value;
    std::uint64_t encoded;
  } const cases[] = {{0, 0}, {-1, 1}, {1, 2}, {-2, 3}, {2, 4}, {-64, 127}, {64, 128}};
  for (const auto& test : cases) {
    EXPECT_EQ(zigzagEncode64(test.value), test.encoded);
    EXPECT_EQ(zigzagDecode64(test.encoded), test.value);
    EXPECT_EQ(zigzagEncode32(static_cast<std::int32_t>(test.value)), test.encoded);
    EXPECT_EQ(zigzagDecode32(static_cast<std::uint32_t>(test.encoded)), test.value);
  }
}

TEST(Zigzag, extremesTakeAllBits) {
  EXPECT_EQ(zigzagEncode32(std::numeric_limits<std::int32_t>::max()), 0xFFFFFFFEU);
  EXPECT_EQ(zigzagEncode32(std::numeric_limits<std::int32_t>::min()), 0xFFFFFFFFU);
  EXPECT_EQ(zigzagDecode32(0xFFFFFFFFU), std::numeric_limits<std::int32_t>::min());
  EXPECT_EQ(zigzagEncode64(std::numeric_limits<std::int64_t>::max()), ~std::uint64_t{1});
  EXPECT_EQ(zigzagEncode64(std::numeric_limits<std::int64_t>::min()), ~std::uint64_t{0});
  EXPECT_EQ(zigzagDecode64(~std::uint64_t{0}), std::numeric_limits<std::int64_t>::min());
}

TEST(Zigzag, negativeNumbersStayShort) {
  std::array<std::byte, kVarint64BytesMax> buffer{};
  EXPECT_EQ(putZigzag(buffer.data(), -1) - buffer.data(), 1);
  EXPECT_EQ(buffer[0], std::byte{0x01});
  EXPECT_EQ(putZigzag(buffer.data(), -65) - buffer.data(), 2);  // 129
  EXPECT_EQ(buffer[0], std::byte{0x81});
  EXPECT_EQ(buffer[1], std::byte{0x01});
}

}  // namespace
}  // namespace parquet_flow
