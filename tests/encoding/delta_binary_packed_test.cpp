// Goal: DELTA_BINARY_PACKED pages are exactly the bytes that Encodings.md describes, in any slicing
// of the input; what others may write is read, and every lie is refused.
//
// Method: bytes written by hand; random pages against delta_reference.hpp, in its other layouts
// too; a table of mistakes; every page cut short at every byte.
#include "encoding/delta_binary_packed.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "delta_reference.hpp"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::encoding {
namespace {

// In pieces of up to `pieceMax` values, behind bytes that are already in the buffer.
template <class U>
Bytes encode(const std::vector<U>& values, std::size_t pieceMax = SIZE_MAX) {
  ByteBuffer body;
  EXPECT_TRUE(body.append("kept", 4));
  DeltaBinaryPackedEncoder<U> encoder;
  encoder.begin(body);
  std::size_t done = 0;
  PF_EXPECT_OK(encoder.append(nullptr, 0));
  while (done < values.size()) {
    const std::size_t piece = std::min(pieceMax, values.size() - done);
    // At an odd address, and of exactly its size.
    const auto input = std::make_unique<std::byte[]>(1 + piece * sizeof(U));
    std::memcpy(input.get() + 1, values.data() + done, piece * sizeof(U));
    PF_EXPECT_OK(encoder.append(input.get() + 1, piece));
    done += piece;
  }
  PF_EXPECT_OK(encoder.finish());
  EXPECT_EQ(asText(body.span().first(4)), "kept");
  return join({toVector(encoder.head()), toVector(body.span().subspan(4))});
}

template <class U>
Result<std::vector<U>> decode(const Bytes& page, std::size_t count) {
  const auto in = std::make_unique<std::uint8_t[]>(page.size());
  std::copy(page.begin(), page.end(), in.get());
  std::vector<U> values(count);
  auto taken = decodeDeltaBinaryPacked(constBytes(in.get(), page.size()), count, sizeof(U),
                                       reinterpret_cast<std::byte*>(values.data()));
  if (!taken) return fail(std::move(taken).error());
  EXPECT_EQ(*taken, page.size());
  return values;
}

template <class U>
void expectPage(const std::vector<std::make_signed_t<U>>& numbers, const Bytes& page) {
  const std::vector<U> values(numbers.begin(), numbers.end());
  EXPECT_EQ(encode(values), page);
  PF_ASSERT_OK_ASSIGN(const std::vector<U> decoded, decode<U>(page, values.size()));
  EXPECT_EQ(decoded, values);
  EXPECT_LE(page.size(), deltaBinaryPackedBytesMax<U>(values.size()));
}

constexpr std::int32_t kMin32 = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kMin64 = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax64 = std::numeric_limits<std::int64_t>::max();

// Every header: blocks of 128 = 80 01, of 4 miniblocks.

TEST(DeltaBinaryPacked, firstExampleOfTheSpecification) {
  // 1 .. 5: count 5, first 1 = zigzag 2; least delta 1 = zigzag 2, and nothing above it.
  const Bytes page = {0x80, 0x01, 4, 5, 2, 2, 0, 0, 0, 0};
  expectPage<std::uint32_t>({1, 2, 3, 4, 5}, page);
  expectPage<std::uint64_t>({1, 2, 3, 4, 5}, page);
}

TEST(DeltaBinaryPacked, secondExampleOfTheSpecification) {
  // First 7 = zigzag 14; least -2 = zigzag 3; above it 0 0 0 3 3 3 3 of two bits, lowest first:
  // 11000000 00111111, and 25 of padding: 64 bits in all.
  const Bytes page = {0x80, 0x01, 4, 8, 14, 3, 2, 0, 0, 0, 0xC0, 0x3F, 0, 0, 0, 0, 0, 0};
  expectPage<std::uint32_t>({7, 5, 3, 1, 2, 3, 4, 5}, page);
  expectPage<std::uint64_t>({7, 5, 3, 1, 2, 3, 4, 5}, page);
}

TEST(DeltaBinaryPacked, noValueAndOneValueAreAHeaderAlone) {
  expectPage<std::uint32_t>({}, {0x80, 0x01, 4, 0, 0});
  expectPage<std::uint64_t>({-3}, {0x80, 0x01, 4, 1, 5});
}

TEST(DeltaBinaryPacked, deltasOfInt32WrapIn32Bits) {
  // 2^31 - 1 = zigzag 2^32 - 2; to -2^31 it is +1.
  expectPage<std::uint32_t>({kMax32, kMin32},
                            {0x80, 0x01, 4, 2, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 2, 0, 0, 0, 0});
  // 0, -2^31, 0: twice a delta of -2^31 = zigzag 2^32 - 1.
  expectPage<std::uint32_t>({0, kMin32, 0},
                            {0x80, 0x01, 4, 3, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0});
  // Deltas of -2^31 and 2^31 - 1: 0 and 2^32 - 1 above the least, 32 bits.
  expectPage<std::uint32_t>({0, kMin32, -1},
                            join({{0x80, 0x01, 4, 3, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 32, 0, 0, 0},
                                  {0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
                                  zeros(4 * 30)}));
}

TEST(DeltaBinaryPacked, deltasOfInt64WrapIn64Bits) {
  const Bytes nine(9, 0xFF);  // 63 bits of a varint
  expectPage<std::uint64_t>({0, kMin64, -1}, join({{0x80, 0x01, 4, 3, 0},
                                                   nine,
                                                   {0x01, 64, 0, 0, 0},
                                                   zeros(8),
                                                   Bytes(8, 0xFF),
                                                   zeros(8 * 30)}));
  expectPage<std::uint64_t>(
      {kMax64, kMin64}, join({{0x80, 0x01, 4, 2, 0xFE}, Bytes(8, 0xFF), {0x01, 2, 0, 0, 0, 0}}));
}

TEST(DeltaBinaryPacked, the130thValueBeginsABlock) {
  // 0 .. 128, then 1000: 872 = zigzag 1744 = 13 * 128 + 80.
  std::vector<std::int64_t> values(129);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<std::int64_t>(i);
  values.push_back(1000);
  expectPage<std::uint64_t>(values,
                            {0x80, 0x01, 4, 0x82, 0x01, 0, 2, 0, 0, 0, 0, 0xD0, 0x0D, 0, 0, 0, 0});
}

TEST(DeltaBinaryPacked, eachMiniblockHasItsOwnWidth) {
  // 32 deltas of 0, then 31 of 0 and one of 1: widths 0 and 1, two unused miniblocks.
  std::vector<std::int32_t> values(64);
  values.push_back(1);
  expectPage<std::uint32_t>(values, {0x80, 0x01, 4, 65, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0x80});
}

template <class U>
std::vector<U> randomValues(std::mt19937_64& random, std::size_t count) {
  const auto bits = static_cast<unsigned>(random() % (8 * sizeof(U) + 1));
  const U step = static_cast<U>(random());
  std::vector<U> values(count);
  U last = static_cast<U>(random());
  for (U& value : values) {
    value = last;
    const auto some = static_cast<unsigned>(random() % (bits + 1));
    last =
        static_cast<U>(last + step + (some == 0 ? U{0} : static_cast<U>(random() >> (64 - some))));
  }
  return values;
}

constexpr std::size_t kCounts[] = {0,   1,   2,   31,  32,  33,  34,  63,  64,  65,   96,  97,
                                   127, 128, 129, 130, 160, 161, 162, 256, 257, 1000, 5000};

template <class U>
void randomPagesInAnySlicing() {
  std::mt19937_64 random(4);
  for (int round = 0; round < 20; ++round) {
    for (const std::size_t count : kCounts) {
      const std::vector<U> values = randomValues<U>(random, count);
      const Bytes page = reference::encode(values);
      ASSERT_LE(page.size(), deltaBinaryPackedBytesMax<U>(count));
      ASSERT_EQ(encode(values), page) << count;
      ASSERT_EQ(encode(values, 1 + random() % 300), page) << count;
      PF_ASSERT_OK_ASSIGN(const std::vector<U> decoded, decode<U>(page, count));
      ASSERT_EQ(decoded, values) << count;
    }
  }
}

TEST(DeltaBinaryPacked, randomPagesOfInt32InAnySlicing) {
  randomPagesInAnySlicing<std::uint32_t>();
}
TEST(DeltaBinaryPacked, randomPagesOfInt64InAnySlicing) {
  randomPagesInAnySlicing<std::uint64_t>();
}

struct SaidRun {
  std::size_t count;
  bool ascends;
  bool operator==(const SaidRun&) const = default;
};

template <class U>
std::vector<SaidRun> runsOf(const std::vector<U>& values) {
  ByteBuffer body;
  DeltaBinaryPackedEncoder<U> encoder;
  encoder.begin(body);
  DeltaRuns runs;
  PF_EXPECT_OK(
      encoder.append(reinterpret_cast<const std::byte*>(values.data()), values.size(), &runs));
  std::vector<SaidRun> all;
  for (const DeltaRuns::Run& run : runs.runs()) {
    all.push_back({run.count, run.ascends});
  }
  return all;
}

// 1 + 3 * 128 + 5 values: the first block is encoded out of a copy, and tells nothing.
template <class U>
std::vector<U> ascending(U first, U step) {
  std::vector<U> values(1 + 3 * 128 + 5);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = first + static_cast<U>(i) * step;
  }
  return values;
}

TEST(DeltaRuns, blocksOfAscendingValuesSayThatTheyAre) {
  const std::vector<SaidRun> ascends = {{129, false}, {256, true}, {5, false}};
  const std::vector<SaidRun> unknown = {{390, false}};
  EXPECT_EQ(runsOf(ascending<std::uint32_t>(7, 1)), ascends);
  EXPECT_EQ(runsOf(ascending<std::uint64_t>(7, 1)), ascends);
  EXPECT_EQ(runsOf(ascending<std::uint64_t>(7, 0)), ascends);
  EXPECT_EQ(runsOf(ascending<std::uint32_t>(0xFFFFFF00U - 1000, 1)), ascends);  // negative ones
  // Nothing is said of descending ones, nor of steps whose sum could wrap twice: a least delta of
  // 2^20 takes four bytes, one of 2^48 eight.
  EXPECT_EQ(runsOf(ascending<std::uint32_t>(7, UINT32_MAX)), unknown);
  EXPECT_EQ(runsOf(ascending<std::uint32_t>(0, (1U << 20U) - 1)), ascends);
  EXPECT_EQ(runsOf(ascending<std::uint32_t>(0, 1U << 20U)), unknown);
  EXPECT_EQ(runsOf(ascending<std::uint64_t>(0, (1ULL << 48U) - 1)), ascends);
  EXPECT_EQ(runsOf(ascending<std::uint64_t>(0, 1ULL << 48U)), unknown);
}

TEST(DeltaRuns, oneValueBelowTheOneBeforeItIsSeen) {
  for (std::size_t at = 129; at < 385; ++at) {
    std::vector<std::uint64_t> values = ascending<std::uint64_t>(1000, 2);
    values[at] -= 3;
    const std::vector<SaidRun> expected =
        at < 257 ? std::vector<SaidRun>{{257, false}, {128, true}, {5, false}}
                 : std::vector<SaidRun>{{129, false}, {128, true}, {133, false}};
    // The last of a block falls below the one before it, the next block's first rises from it.
    ASSERT_EQ(runsOf(values), expected) << at;
  }
}

// Where the sum wraps, of signed or of unsigned values, the block says nothing.
TEST(DeltaRuns, valuesThatWrapDoNotAscend) {
  const std::vector<SaidRun> second = {{257, false}, {128, true}, {5, false}};
  EXPECT_EQ(runsOf(ascending<std::uint32_t>(0U - 200, 1)), second);
  EXPECT_EQ(runsOf(ascending<std::uint32_t>((1U << 31U) - 200, 1)), second);
  EXPECT_EQ(runsOf(ascending<std::uint64_t>(0ULL - 200, 1)), second);
  EXPECT_EQ(runsOf(ascending<std::uint64_t>((1ULL << 63U) - 200, 1)), second);
}

template <class U>
void whatAscendsDoes() {
  using Signed = std::make_signed_t<U>;
  std::mt19937_64 random(5);
  std::size_t ascending = 0;
  for (int round = 0; round < 300; ++round) {
    std::vector<U> values = randomValues<U>(random, 4000);
    for (std::size_t i = 0; i < values.size(); ++i) {
      // Stretches that ascend, of any steepness.
      if (i != 0 && i % 700 < 400) values[i] = values[i - 1] + static_cast<U>(random() >> 44U);
    }
    std::size_t at = 0;
    for (const SaidRun& run : runsOf(values)) {
      for (std::size_t i = at + 1; run.ascends && i < at + run.count; ++i) {
        ASSERT_LE(values[i - 1], values[i]) << at << ' ' << i;
        ASSERT_LE(static_cast<Signed>(values[i - 1]), static_cast<Signed>(values[i])) << i;
      }
      ascending += run.ascends ? run.count : 0;
      at += run.count;
    }
    ASSERT_EQ(at, values.size());
  }
  EXPECT_GT(ascending, 10'000U);
}

TEST(DeltaRuns, whatIsSaidToAscendDoes) {
  whatAscendsDoes<std::uint32_t>();
  whatAscendsDoes<std::uint64_t>();
}

TEST(DeltaBinaryPacked, alternatingExtremesFillTheBound) {
  std::vector<std::uint64_t> values;
  for (int i = 0; i < 129; ++i) {
    // Deltas of -2^63 and of 2^63 - 1 in turn.
    const std::uint64_t delta = std::uint64_t{1} << 63;
    values.push_back(i == 0 ? 0 : values.back() + (i % 2 == 1 ? delta : delta - 1));
  }
  const Bytes page = encode(values);
  EXPECT_EQ(page, reference::encode(values));
  // 10 of the least delta, four widths, 128 times 8.
  EXPECT_EQ(page.size(), 2 + 1 + 2 + 1 + kDeltaBlockBytesMax<std::uint64_t>);
  PF_ASSERT_OK_ASSIGN(const auto decoded, decode<std::uint64_t>(page, values.size()));
  EXPECT_EQ(decoded, values);
}

template <class U>
void layoutsOfOthers() {
  std::mt19937_64 random(5);
  for (const DeltaLayout& layout :
       {DeltaLayout{128, 1}, DeltaLayout{128, 2}, DeltaLayout{256, 8}, DeltaLayout{384, 4},
        DeltaLayout{2048, 8}, DeltaLayout{128, 4, 0xFF, true}, DeltaLayout{1024, 32, 7, true}}) {
    for (const std::size_t count : kCounts) {
      const std::vector<U> values = randomValues<U>(random, count);
      const Bytes page = reference::encode(values, layout);
      PF_ASSERT_OK_ASSIGN(const std::vector<U> decoded, decode<U>(page, count));
      ASSERT_EQ(decoded, values) << layout.blockValues << '/' << layout.miniblocks << ' ' << count;
    }
  }
}

TEST(DeltaBinaryPacked, layoutsThatOthersMayWriteAreRead) {
  layoutsOfOthers<std::uint32_t>();
  layoutsOfOthers<std::uint64_t>();
}

TEST(DeltaBinaryPacked, aDeltaOfInt32ThatDoesNotWrapIsTakenModulo32Bits) {
  // 2^31 - 1 to -2^31 as a least delta of -(2^32 - 1) = zigzag 2^33 - 3, as if in 64 bits.
  const Bytes page = {0x80, 0x01, 4,    2,    0xFE, 0xFF, 0xFF, 0xFF, 0x0F,
                      0xFD, 0xFF, 0xFF, 0xFF, 0x1F, 0,    0,    0,    0};
  PF_ASSERT_OK_ASSIGN(const auto decoded, decode<std::uint32_t>(page, 2));
  EXPECT_EQ(decoded, (std::vector<std::uint32_t>{0x7FFFFFFF, 0x80000000}));
}

// As DuckDB has them: the values of INT32 and UINT32 in 64 bits, deltas of up to 33.
TEST(DeltaBinaryPacked, deltasWiderThanTheTypeAreTakenModulo32Bits) {
  // From 2^31 - 1 to -2^31 and back: the least delta is -(2^32 - 1), the other is 2^33 - 2 above
  // it.
  Bytes back = {0x80, 0x01, 4, 3, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0xFD, 0xFF, 0xFF, 0xFF, 0x1F,
                33,   0,    0, 0, 0,    0,    0,    0,    0xFC, 0xFF, 0xFF, 0xFF, 0x03};
  back.resize(back.size() + 132 - 9);
  PF_ASSERT_OK_ASSIGN(const auto there, decode<std::uint32_t>(back, 3));
  EXPECT_EQ(there, (std::vector<std::uint32_t>{0x7FFFFFFF, 0x80000000, 0x7FFFFFFF}));
  // From 7 on, 2^40 + 1 and 5 more, in a miniblock of 64 bits a delta.
  Bytes widest = {0x80, 0x01, 4, 3, 14, 0, 64, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 5};
  widest.resize(10 + 256);
  PF_ASSERT_OK_ASSIGN(const auto climbed, decode<std::uint32_t>(widest, 3));
  EXPECT_EQ(climbed, (std::vector<std::uint32_t>{7, 8, 13}));
  // 2^32 - 1 as zigzag 2^33 - 2.
  const Bytes one = {0x80, 0x01, 4, 1, 0xFE, 0xFF, 0xFF, 0xFF, 0x1F};
  PF_ASSERT_OK_ASSIGN(const auto first, decode<std::uint32_t>(one, 1));
  EXPECT_EQ(first, (std::vector<std::uint32_t>{0xFFFFFFFF}));
}

TEST(DeltaBinaryPacked, whatLiesBehindThePageIsLeft) {
  const Bytes page = {0x80, 0x01, 4, 2, 2, 2, 0, 0, 0, 0, 0xAA, 0xBB};
  std::uint32_t values[2];
  const auto taken =
      decodeDeltaBinaryPacked(asBytes(page), 2, 4, reinterpret_cast<std::byte*>(values));
  PF_ASSERT_OK(taken);
  EXPECT_EQ(*taken, 10U);
}

TEST(DeltaBinaryPacked, everyTruncationIsRefused) {
  std::mt19937_64 random(6);
  for (const std::size_t count : {1U, 2U, 40U, 129U, 300U}) {
    const Bytes page = encode(randomValues<std::uint32_t>(random, count));
    for (std::size_t bytes = 0; bytes < page.size(); ++bytes) {
      const Bytes cut(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(bytes));
      const auto decoded = decode<std::uint32_t>(cut, count);
      ASSERT_FALSE(decoded.has_value()) << bytes << " of " << page.size();
      EXPECT_EQ(decoded.error().code(), ErrorCode::kCorrupt);
    }
  }
}

TEST(DeltaBinaryPacked, everyMistakeIsRefusedByName) {
  const struct {
    const char* name;
    std::size_t width;
    std::size_t count;
    Bytes page;
    const char* says;
  } cases[] = {
      {"block_of_8_as_in_the_examples", 4, 5, {8, 1, 5, 2, 2, 0}, "multiple of 128"},
      {"block_of_nothing", 4, 2, {0, 1, 2, 2, 2, 0}, "multiple of 128"},
      {"block_of_2_to_the_31", 4, 2, {0x80, 0x80, 0x80, 0x80, 0x08, 1, 2, 2, 2, 0}, "multiple"},
      {"no_miniblocks", 4, 2, {0x80, 0x01, 0, 2, 2, 2}, "0 miniblocks"},
      {"miniblocks_that_do_not_divide", 4, 2, {0x80, 0x01, 3, 2, 2, 2, 0, 0, 0}, "3 miniblocks"},
      {"miniblocks_of_16",
       4,
       2,
       {0x80, 0x01, 8, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0},
       "multiple of 32"},
      {"more_miniblocks_than_values", 4, 2, {0x80, 0x01, 0x80, 0x02, 2, 2, 2}, "256 miniblocks"},
      {"more_values_than_the_page_has", 4, 2, {0x80, 0x01, 4, 3, 2, 2, 0, 0, 0, 0}, "count of 3"},
      {"fewer_values_than_the_page_has", 4, 2, {0x80, 0x01, 4, 1, 2, 2, 0, 0, 0, 0}, "count of 1"},
      {"values_where_there_are_none", 4, 0, {0x80, 0x01, 4, 1, 2}, "count of 1"},
      {"first_value_of_65_bits", 8, 1, join({{0x80, 0x01, 4, 1}, Bytes(9, 0xFF), {3}}), "64-bit"},
      {"65_bits_of_32", 4, 2, join({{0x80, 0x01, 4, 2, 2, 2, 65, 0, 0, 0}, zeros(260)}), "65 bits"},
      {"65_bits_of_64", 8, 2, join({{0x80, 0x01, 4, 2, 2, 2, 65, 0, 0, 0}, zeros(260)}), "65 bits"},
      {"255_bits", 8, 2, join({{0x80, 0x01, 4, 2, 2, 2, 255, 0, 0, 0}, zeros(1020)}), "255 bits"},
      {"a_width_byte_too_few", 4, 2, {0x80, 0x01, 4, 2, 2, 2, 0, 0, 0}, "4 bytes wanted, 3 left"},
      {"unpadded_miniblock", 4, 2, {0x80, 0x01, 4, 2, 2, 2, 8, 0, 0, 0, 5}, "32 bytes wanted"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::byte out[64];
    PF_EXPECT_ERROR(decodeDeltaBinaryPacked(asBytes(c.page), c.count, c.width, out),
                    ErrorCode::kCorrupt, c.says);
  }
}

TEST(DeltaBinaryPacked, theHeaderIsCheckedBeforeRoomIsMade) {
  const Bytes page = {0x80, 0x01, 4, 3, 2, 2, 0, 0, 0, 0};
  PF_EXPECT_OK(checkDeltaBinaryPacked(asBytes(page), 3, 4));
  PF_EXPECT_ERROR(checkDeltaBinaryPacked(asBytes(page), SIZE_MAX, 8), ErrorCode::kCorrupt,
                  "count of 3");
}

TEST(DeltaBinaryPacked, aSecondPageAllocatesNothing) {
  std::mt19937_64 random(7);
  const std::vector<std::uint64_t> values = randomValues<std::uint64_t>(random, 20000);
  ByteBuffer body;
  DeltaBinaryPackedEncoder<std::uint64_t> encoder;
  Bytes pages[2];
  for (Bytes& page : pages) {
    body.clear();
    const test::AllocationWatch watch;
    encoder.begin(body);
    PF_ASSERT_OK(encoder.append(dataOf(values.data()), 16384));
    PF_ASSERT_OK(encoder.append(dataOf(values.data() + 16384), values.size() - 16384));
    PF_ASSERT_OK(encoder.finish());
    EXPECT_TRUE(&page == &pages[0] || watch.allocations() == 0);
    page = join({toVector(encoder.head()), toVector(body.span())});
  }
  EXPECT_EQ(pages[0], pages[1]);
}

}  // namespace
}  // namespace parquet_flow::encoding
