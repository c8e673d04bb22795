// Goal: filters that other readers find our values in, and that are as small as their rate lets
// them be. Method: hashes published with XXH64; the bits of filters that two other writers made, to
// the last one; rates by counting; all kernels of this machine on the same hashes.
#include "stats/bloom_filter.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <numeric>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "format/compact.hpp"
#include "format/parquet_types.h"
#include "support/corpus.hpp"
#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow::stats {
namespace {

ConstBytes bytesOf(const std::string& text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

std::string textOf(ConstBytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string contentsOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void insertStrings(BloomFilterBuilder& filter, const std::vector<std::string>& values) {
  std::string bytes;
  std::vector<std::uint32_t> offsets = {0};
  for (const std::string& value : values) {
    bytes += value;
    offsets.push_back(static_cast<std::uint32_t>(bytes.size()));
  }
  filter.insertByteArrays(bytesOf(bytes).data(), offsets.data(), values.size());
}

// From the sanity checks in xxHash's documentation.
TEST(BloomFilter, hashIsXxh64WithSeedZero) {
  EXPECT_EQ(bloomHash({}), 0xEF46DB3751D8E999U);
  EXPECT_EQ(bloomHash(bytesOf("a")), 0xD24EC4F1A98C6E5BU);
  EXPECT_EQ(bloomHash(bytesOf("abc")), 0x44BC2CF5AD770999U);
}

// One block, one value. Its hash's lower half is 1, so word w has bit salt[w] >> 27: 0x47 >> 3 = 8,
// 0x44 >> 3 = 8, 0x88 >> 3 = 17, 0xA2 >> 3 = 20, 0x70 >> 3 = 14, 0x2D >> 3 = 5, 0x9E >> 3 = 19,
// 0x5C >> 3 = 11.
TEST(BloomFilter, setsOneBitInEachWord) {
  BloomFilterBuilder filter;
  PF_ASSERT_OK(filter.start(1, 0.1));
  ASSERT_EQ(filter.bits().size(), kBloomBlockBytes);
  filter.insertHash(0xFFFFFFFF00000001U);
  const std::uint32_t expected[] = {1U << 8U,  1U << 8U, 1U << 17U, 1U << 20U,
                                    1U << 14U, 1U << 5U, 1U << 19U, 1U << 11U};
  EXPECT_EQ(textOf(filter.bits()),
            textOf({reinterpret_cast<const std::byte*>(expected), sizeof expected}));
}

// What DuckDB 2.0.0 wrote for a column of 0, 1000, ... 9000 (BIGINT) and one of sym0 ... sym9.
TEST(BloomFilter, bitsAreThoseOfDuckDb) {
  const unsigned char ints[] = {0x8A, 0x36, 0x40, 0x20, 0x02, 0x36, 0x41, 0x85, 0x81, 0x22, 0x86,
                                0x08, 0x01, 0xD0, 0x09, 0x02, 0x36, 0x22, 0x08, 0x00, 0x00, 0x18,
                                0x4B, 0x53, 0x22, 0x40, 0x50, 0x95, 0x88, 0x44, 0xA4, 0x03};
  const unsigned char strings[] = {0x05, 0x48, 0x4C, 0x11, 0x0B, 0x01, 0x08, 0x09, 0x37, 0x40, 0x02,
                                   0x68, 0x19, 0x80, 0x25, 0x81, 0x45, 0xC1, 0x80, 0x28, 0x15, 0x82,
                                   0x80, 0x05, 0x22, 0x08, 0x43, 0xF0, 0x88, 0x01, 0xC2, 0x03};
  BloomFilterBuilder filter;
  PF_ASSERT_OK(filter.start(10, 0.01));
  ASSERT_EQ(filter.bits().size(), kBloomBlockBytes);
  std::vector<std::int64_t> numbers;
  std::vector<std::string> symbols;
  for (std::int64_t i = 0; i < 10; ++i) {
    numbers.push_back(i * 1000);
    symbols.push_back("sym" + std::to_string(i));
  }
  filter.insertFixed(reinterpret_cast<const std::byte*>(numbers.data()), 8, numbers.size());
  EXPECT_EQ(textOf(filter.bits()), textOf({reinterpret_cast<const std::byte*>(ints), 32}));
  PF_ASSERT_OK(filter.start(10, 0.01));
  insertStrings(filter, symbols);
  EXPECT_EQ(textOf(filter.bits()), textOf({reinterpret_cast<const std::byte*>(strings), 32}));
}

// The header and the bits behind it, read from `bytes` at `offset`.
void expectFilterContains(const std::string& bytes, std::size_t offset,
                          const std::vector<std::string>& values) {
  format::CompactReader reader;
  format::BloomFilterHeader header;
  PF_ASSERT_OK_ASSIGN(const std::size_t taken, reader.read(bytesOf(bytes).subspan(offset), header));
  ASSERT_TRUE(header.algorithm.__isset.BLOCK && header.hash.__isset.XXHASH &&
              header.compression.__isset.UNCOMPRESSED);
  const ConstBytes bits =
      bytesOf(bytes).subspan(offset + taken, static_cast<std::size_t>(header.numBytes));
  for (const std::string& value : values) {
    EXPECT_TRUE(bloomMayContain(bits, bloomHash(bytesOf(value)))) << value;
  }
  std::size_t takenForOne = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string absent = "absent " + std::to_string(i);
    takenForOne += bloomMayContain(bits, bloomHash(bytesOf(absent))) ? 1 : 0;
  }
  EXPECT_LT(takenForOne, 50U);
}

TEST(BloomFilter, findsWhatOtherWritersInserted) {
  PF_CORPUS_OR_SKIP(folder, "parquet-testing/data");
  expectFilterContains(contentsOf(folder + "/bloom_filter.xxhash.bin"), 0,
                       {"hello", "parquet", "bloom", "filter"});
  for (const char* name : {"data_index_bloom_encoding_stats.parquet",
                           "data_index_bloom_encoding_with_length.parquet"}) {
    const std::string bytes = contentsOf(folder + "/" + name);
    ASSERT_GT(bytes.size(), 12U);
    const std::size_t tail = bytes.size() - 8;
    const auto footerBytes = loadLe<std::uint32_t>(bytesOf(bytes).data() + tail);
    format::CompactReader reader;
    format::FileMetaData footer;
    PF_ASSERT_OK(reader.read(bytesOf(bytes).subspan(tail - footerBytes, footerBytes), footer));
    const format::ColumnMetaData& column = footer.row_groups.at(0).columns.at(0).meta_data;
    ASSERT_TRUE(column.__isset.bloom_filter_offset);
    expectFilterContains(bytes, static_cast<std::size_t>(column.bloom_filter_offset),
                         {"Hello", "This is", "a", "test", "How", "are you", "doing ", "today",
                          "the quick", "brown fox", "jumps", "over", "the lazy", "dog"});
  }
}

// The examples of BloomFilter.md: 1024 blocks with 26 214, 52 428, 13 107 values: 1.26 %, 18 %,
// 0.04 %; and its table of bits a value.
TEST(BloomFilter, rateIsThatOfTheSpecification) {
  EXPECT_NEAR(bloomFalsePositiveRate(26'214, 32'768), 0.0126, 0.0001);
  EXPECT_NEAR(bloomFalsePositiveRate(52'428, 32'768), 0.18, 0.01);
  EXPECT_NEAR(bloomFalsePositiveRate(13'107, 32'768), 0.0004, 0.0001);
  const std::size_t bits = std::size_t{32'768} * 8;
  EXPECT_NEAR(bloomFalsePositiveRate(bits / 6, 32'768), 0.1, 0.01);
  EXPECT_NEAR(bloomFalsePositiveRate(bits * 10 / 105, 32'768), 0.01, 0.001);
  EXPECT_NEAR(bloomFalsePositiveRate(bits * 10 / 169, 32'768), 0.001, 0.0001);
}

TEST(BloomFilter, sizeIsThePowerOfTwoThatHasTheRate) {
  EXPECT_EQ(bloomFilterBytes(0, 0.01), 32U);
  EXPECT_EQ(bloomFilterBytes(1, 0.01), 32U);
  // 10.5 bits each: 1 312 500 bytes.
  EXPECT_EQ(bloomFilterBytes(1'000'000, 0.01), 2U << 20U);
  EXPECT_EQ(bloomFilterBytes(UINT64_C(1) << 40U, 0.01), kBloomBytesMax);
}

// A filter made for a million values that 1 000 came to is as large as one made for 1 000, and has
// the same bits.
TEST(BloomFilter, foldsDownToWhatCame) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < 1000; ++i) {
    values.push_back(i * i * 7919);
  }
  BloomFilterBuilder wide;
  BloomFilterBuilder exact;
  PF_ASSERT_OK(wide.start(1'000'000, 0.01));
  PF_ASSERT_OK(exact.start(values.size(), 0.01));
  const auto* bytes = reinterpret_cast<const std::byte*>(values.data());
  for (int twice = 0; twice < 2; ++twice) {
    wide.insertFixed(bytes, 8, values.size());
    exact.insertFixed(bytes, 8, values.size());
  }
  wide.fold();
  EXPECT_EQ(exact.bits().size(), 2048U);  // 10.5 bits each: 1313 bytes
  EXPECT_EQ(textOf(wide.bits()), textOf(exact.bits()));
  EXPECT_LE(wide.falsePositiveRate(), 0.01);
  BloomFilterBuilder empty;
  PF_ASSERT_OK(empty.start(1000, 0.01));
  empty.fold();
  EXPECT_EQ(empty.bits().size(), kBloomBlockBytes);
  EXPECT_FALSE(bloomMayContain(empty.bits(), bloomHash({})));
}

TEST(BloomFilter, takesAsManyForItsOwnAsItSays) {
  constexpr std::uint32_t kValues = 50'000;
  constexpr std::uint32_t kAsked = 200'000;
  for (const double rate : {0.1, 0.01, 0.001}) {
    BloomFilterBuilder filter;
    PF_ASSERT_OK(filter.start(4 * kValues, rate));
    std::vector<std::uint32_t> values(kValues);
    for (std::uint32_t i = 0; i < kValues; ++i) {
      values[i] = i;
    }
    filter.insertFixed(reinterpret_cast<const std::byte*>(values.data()), 4, kValues);
    filter.fold();
    std::size_t found = 0;
    std::size_t taken = 0;
    for (std::uint32_t i = 0; i < kValues + kAsked; ++i) {
      const std::uint64_t hash = bloomHash({reinterpret_cast<const std::byte*>(&i), 4});
      const bool contained = bloomMayContain(filter.bits(), hash);
      found += i < kValues && contained ? 1 : 0;
      taken += i >= kValues && contained ? 1 : 0;
    }
    EXPECT_EQ(found, kValues);
    const double counted = static_cast<double>(taken) / kAsked;
    EXPECT_LE(filter.falsePositiveRate(), rate);
    // Four standard deviations of the count.
    EXPECT_NEAR(counted, filter.falsePositiveRate(), 4 * std::sqrt(rate / kAsked)) << rate;
  }
}

TEST(BloomFilter, insertsEveryWidth) {
  const std::string text = "twelve bytes";
  for (const std::size_t width : {1U, 2U, 4U, 8U, 12U}) {
    BloomFilterBuilder filter;
    PF_ASSERT_OK(filter.start(100, 0.01));
    filter.insertFixed(bytesOf(text).data(), width, text.size() / width);
    for (std::size_t at = 0; at + width <= text.size(); at += width) {
      EXPECT_TRUE(bloomMayContain(filter.bits(), bloomHash(bytesOf(text.substr(at, width)))));
    }
  }
}

TEST(BloomFilter, mergedFiltersAreTheOneThatAllWereInsertedInto) {
  constexpr std::uint64_t kValues = 10'000;
  std::vector<std::uint64_t> values(kValues);
  std::iota(values.begin(), values.end(), 7);
  const auto* const bytes = reinterpret_cast<const std::byte*>(values.data());
  BloomFilterBuilder all;
  PF_ASSERT_OK(all.start(kValues, 0.01));
  all.insertFixed(bytes, 8, kValues);
  BloomFilterBuilder parts[3];
  for (std::size_t i = 0; i < 3; ++i) {
    PF_ASSERT_OK(parts[i].start(kValues, 0.01));
    const std::size_t begin = i * 3000;
    parts[i].insertFixed(bytes + begin * 8, 8, i == 2 ? kValues - begin : 3000);
  }
  parts[2].merge(parts[0]);
  EXPECT_NE(textOf(parts[2].bits()), textOf(all.bits()));
  parts[2].merge(parts[1]);
  EXPECT_EQ(textOf(parts[2].bits()), textOf(all.bits()));
  parts[2].fold();
  all.fold();
  EXPECT_EQ(textOf(parts[2].bits()), textOf(all.bits()));
}

TEST(BloomFilter, allKernelsSetTheSameBits) {
  test::SeededRandom random;
  for (const std::uint64_t blocks : {1U, 2U, 64U, 1024U}) {
    std::vector<std::uint64_t> hashes(blocks * 10);
    for (std::uint64_t& hash : hashes) {
      hash = random.bits();
    }
    std::vector<ByteBuffer> filters(2);
    const SimdLevel levels[] = {SimdLevel::kScalar, simdLevel()};
    double rates[2][2];
    for (std::size_t i = 0; i < 2; ++i) {
      PF_ASSERT_OK(filters[i].appendUninitialized(blocks * kBloomBlockBytes));
      std::memset(filters[i].data(), 0, filters[i].size());
      const BloomKernels& kernels = bloomKernels(levels[i]);
      kernels.insert(filters[i].data(), blocks, hashes.data(), hashes.size());
      rates[i][0] = kernels.rate(filters[i].data(), blocks, 0);
      rates[i][1] = blocks > 1 ? kernels.rate(filters[i].data(), blocks, 1) : 0;
    }
    EXPECT_EQ(textOf(filters[0].span()), textOf(filters[1].span()));
    EXPECT_DOUBLE_EQ(rates[0][0], rates[1][0]);
    EXPECT_DOUBLE_EQ(rates[0][1], rates[1][1]);
  }
}

}  // namespace
}  // namespace parquet_flow::stats
