// Goal: runs of one bit become the bitmap that they stand for; what is no page of runs is refused.
//
// Method: runs written by hand from Encodings.md. A header is the count << 1 of equal values, or
// the groups of eight << 1 | 1.
#include "encoding/rle_bitmap.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace parquet_flow::encoding {
namespace {

using Bytes = std::vector<std::uint8_t>;

struct Case {
  const char* name;
  std::size_t count;
  Bytes runs;
  bool isValid;
  Bytes bitmap;
  std::size_t set;
};

TEST(DecodeRleBitmap, runsAreTheBitsThatTheyStandFor) {
  const Case cases[] = {
      {"packed", 8, {0x03, 0x5A}, true, {0x5A}, 4},
      {"three ones, then packed 1 0 1 0 0", 8, {0x06, 1, 0x03, 0x05}, true, {0x2F}, 5},
      {"a hundred ones: 200 = 0x48 + 128",
       100,
       {0xC8, 0x01, 1},
       true,
       {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F},
       100},
      {"padding does not count", 3, {0x03, 0xFF}, true, {0x07}, 3},
      {"a value of two", 3, {0x06, 2}, false, {}, 0},
      {"too few", 9, {0x03, 0xFF}, false, {}, 0},
      {"bytes behind", 8, {0x03, 0xFF, 0x00}, false, {}, 0},
      {"a run beyond the page", 2, {0x06, 1}, false, {}, 0},
  };
  for (const Case& c : cases) {
    std::vector<std::byte> bitmap((c.count + 7) / 8);
    const auto set =
        decodeRleBitmap(constBytes(c.runs.data(), c.runs.size()), c.count, bitmap.data());
    ASSERT_EQ(set.has_value(), c.isValid) << c.name;
    if (c.isValid) {
      EXPECT_EQ(*set, c.set) << c.name;
      for (std::size_t i = 0; i < bitmap.size(); ++i) {
        EXPECT_EQ(std::to_integer<unsigned>(bitmap[i]), c.bitmap[i]) << c.name << " " << i;
      }
    }
  }
}

// Writers end chunks with such pages; a buffer that has held nothing has no memory.
TEST(DecodeRleBitmap, aPageOfNoValuesNeedsNoMemory) {
  const auto set = decodeRleBitmap({}, 0, nullptr);
  ASSERT_TRUE(set);
  EXPECT_EQ(*set, 0U);
}

}  // namespace
}  // namespace parquet_flow::encoding
