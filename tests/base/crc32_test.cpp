// Goal: the CRC-32 of gzip, the same from every library that is built in. Values by hand are the
// check value of the CRC catalogue (CRC-32/ISO-HDLC) and of RFC 1952's polynomial over short texts.
#include "base/crc32.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/cpu.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow {
namespace {

struct CrcCase {
  std::string text;
  std::uint32_t crc;
};

const std::vector<CrcCase> kCases = {
    {"", 0x00000000},
    {"a", 0xE8B7BE43},
    {"123456789", 0xCBF43926},
    {"The quick brown fox jumps over the lazy dog", 0x414FA339},
    {std::string(32, '\0'), 0x190A55AD},
};

TEST(Crc32, knownValues) {
  for (const CrcCase& test : kCases) {
    EXPECT_EQ(crc32(0, constBytes(test.text)), test.crc) << test.text;
    for (const Crc32Implementation& built : crc32Implementations()) {
      EXPECT_EQ(built.crc32(0, constBytes(test.text)), test.crc) << built.name << ' ' << test.text;
    }
  }
}

TEST(Crc32, theBestLibraryBuiltInIsUsedAndZlibIsAlwaysThere) {
  std::vector<std::string_view> expected;
#if defined(PF_HAVE_ISAL)
  expected.emplace_back("isal");
#endif
#if defined(PF_HAVE_LIBDEFLATE)
  expected.emplace_back("libdeflate");
#endif
#if defined(__x86_64__) && defined(PF_HAVE_ISAL) && defined(PF_HAVE_LIBDEFLATE)
  // ISA-L's other kernels take two to five times as long as libdeflate's.
  if (simdLevel() != SimdLevel::kAvx512) {
    std::swap(expected[0], expected[1]);
  }
#endif
  expected.emplace_back("zlib");
  std::vector<std::string_view> names;
  for (const Crc32Implementation& built : crc32Implementations()) {
    names.push_back(built.name);
  }
  EXPECT_EQ(names, expected);
}

TEST(Crc32, nothingLeavesTheCrcAsItWas) {
  for (const Crc32Implementation& built : crc32Implementations()) {
    EXPECT_EQ(built.crc32(0x12345678, {}), 0x12345678U) << built.name;
  }
}

TEST(Crc32, allLibrariesAgreeAtEveryLengthAlignmentAndStart) {
  test::SeededRandom random;
  std::vector<std::byte> data(70'000);
  random.fill(data);
  for (int i = 0; i < 2000; ++i) {
    const std::size_t begin = random.below(64);
    const std::size_t length =
        i < 600 ? static_cast<std::size_t>(i) : random.below(data.size() - begin + 1);
    const ConstBytes bytes = ConstBytes(data).subspan(begin, length);
    const auto start = static_cast<std::uint32_t>(random.bits());
    const std::uint32_t expected = crc32(start, bytes);
    for (const Crc32Implementation& built : crc32Implementations()) {
      ASSERT_EQ(built.crc32(start, bytes), expected) << built.name << ' ' << begin << ' ' << length;
    }
  }
}

TEST(Crc32, inPartsAndCombinedItIsTheSame) {
  const ConstBytes first = constBytes("1234");
  const ConstBytes second = constBytes("56789");
  EXPECT_EQ(crc32(crc32(0, first), second), 0xCBF43926U);
  EXPECT_EQ(crc32Combine(crc32(0, first), crc32(0, second), second.size()), 0xCBF43926U);
  EXPECT_EQ(crc32Combine(0xCBF43926U, crc32(0, {}), 0), 0xCBF43926U);
}

}  // namespace
}  // namespace parquet_flow
