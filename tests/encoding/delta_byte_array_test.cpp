// Goal: DELTA_BYTE_ARRAY pages are exactly the bytes that Encodings.md describes, of BYTE_ARRAY and
// FIXED_LEN_BYTE_ARRAY values, in any slicing of the input; every lie is refused with the output
// left as it was, and a page that stands for far more than it has is held to its limit.
//
// Method: bytes written by hand; random pages of values that share much, little or nothing, against
// a loop of this file, out of buffers of exactly their size; a table of mistakes; a page cut short
// at every byte.
#include "encoding/delta_byte_array.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "delta_reference.hpp"
#include "support/allocation_counter.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::encoding {
namespace {

using Values = std::vector<std::string>;

Bytes referencePage(const Values& values) {
  std::vector<std::uint32_t> prefixes;
  std::vector<std::uint32_t> suffixes;
  std::string text;
  std::string previous;
  for (const std::string& value : values) {
    std::size_t prefix = 0;
    while (prefix < value.size() && prefix < previous.size() && value[prefix] == previous[prefix]) {
      ++prefix;
    }
    prefixes.push_back(static_cast<std::uint32_t>(prefix));
    suffixes.push_back(static_cast<std::uint32_t>(value.size() - prefix));
    text += value.substr(prefix);
    previous = value;
  }
  return join({reference::encode(prefixes), reference::encode(suffixes), textBytes(text)});
}

std::unique_ptr<std::byte[]> copyOf(std::string_view text) {
  auto copy = std::make_unique<std::byte[]>(text.size());
  if (!text.empty()) std::memcpy(copy.get(), text.data(), text.size());
  return copy;
}

// `width` 0: as BYTE_ARRAY. Each piece's memory is gone before the next one comes.
Bytes encode(const Values& values, std::uint32_t width, std::size_t pieceMax = SIZE_MAX) {
  ByteBuffer body;
  EXPECT_TRUE(body.append("kept", 4));
  DeltaByteArrayEncoder encoder(width);
  encoder.begin(body);
  PF_EXPECT_OK(encoder.append(nullptr, nullptr, 0));
  for (std::size_t done = 0; done < values.size();) {
    const std::size_t piece = std::min(pieceMax, values.size() - done);
    std::string text = width == 0 ? "???" : "";
    std::vector<std::uint32_t> offsets = {static_cast<std::uint32_t>(text.size())};
    for (std::size_t i = 0; i < piece; ++i) {
      text += values[done + i];
      offsets.push_back(static_cast<std::uint32_t>(text.size()));
    }
    const auto data = copyOf(text);
    PF_EXPECT_OK(width == 0 ? encoder.append(data.get(), offsets.data(), piece)
                            : encoder.append(data.get(), piece));
    done += piece;
  }
  PF_EXPECT_OK(encoder.finish());
  EXPECT_EQ(asText(body.span().first(4)), "kept");
  return join({toVector(encoder.head()), toVector(body.span().subspan(4))});
}

// Behind a value of three bytes that is already there.
Result<Values> decode(const Bytes& page, std::size_t count, std::uint64_t bytesMax = UINT32_MAX) {
  const auto in = std::make_unique<std::uint8_t[]>(page.size());
  std::copy(page.begin(), page.end(), in.get());
  ByteBuffer data;
  ByteBuffer offsets;
  EXPECT_TRUE(data.append("old", 3));
  EXPECT_TRUE(offsets.appendLe(std::uint32_t{3}));
  auto taken =
      decodeDeltaByteArray(constBytes(in.get(), page.size()), count, bytesMax, data, offsets);
  EXPECT_EQ(asText(data.span().first(3)), "old");
  if (!taken) {
    EXPECT_EQ(data.size(), 3U);
    EXPECT_EQ(offsets.size(), 4U);
    return fail(std::move(taken).error());
  }
  EXPECT_EQ(*taken, page.size());
  EXPECT_EQ(offsets.size(), 4 * (count + 1));
  Values values;
  for (std::size_t i = 0; i < count; ++i) {
    const auto begin = loadLe<std::uint32_t>(offsets.data() + 4 * i);
    const auto end = loadLe<std::uint32_t>(offsets.data() + 4 * i + 4);
    values.emplace_back(asText(data.span().subspan(begin, end - begin)));
  }
  return values;
}

Result<Values> decodeFixed(const Bytes& page, std::size_t count, std::size_t width) {
  const auto in = std::make_unique<std::uint8_t[]>(page.size());
  std::copy(page.begin(), page.end(), in.get());
  const auto out = std::make_unique<std::byte[]>(count * width);
  ByteBuffer scratch;
  auto taken = decodeDeltaByteArrayFixed(constBytes(in.get(), page.size()), count, width, scratch,
                                         out.get());
  if (!taken) return fail(std::move(taken).error());
  EXPECT_EQ(*taken, page.size());
  Values values;
  for (std::size_t i = 0; i < count; ++i) {
    values.emplace_back(asText({out.get() + i * width, width}));
  }
  return values;
}

// The specification's example, first = zigzag(first length), then a block of three bits a delta:
// prefixes 0 2 0 3: deltas 2 -2 3, above the least (-2 = zigzag 3) 4 0 5 = 1 0100 0100;
// suffixes 4 2 6 5: deltas -2 4 -1, above the least 0 6 1 = 0111 0000.
const Values kExample = {"axis", "axle", "babble", "babyhood"};
const Bytes kExamplePage = join({{0x80, 0x01, 4, 4, 0, 3, 3, 0, 0, 0, 0x44, 0x01},
                                 zeros(10),
                                 {0x80, 0x01, 4, 4, 8, 3, 3, 0, 0, 0, 0x70},
                                 zeros(11),
                                 textBytes("axislebabbleyhood")});

TEST(DeltaByteArray, exampleOfTheSpecification) {
  EXPECT_EQ(encode(kExample, 0), kExamplePage);
  PF_ASSERT_OK_ASSIGN(const Values values, decode(kExamplePage, 4));
  EXPECT_EQ(values, kExample);
}

TEST(DeltaByteArray, fixedLengthValuesHaveTheirLengthsTheSame) {
  // "abc" "abd": prefixes 0 2 (delta 2 = zigzag 4), suffixes 3 1 (delta -2 = zigzag 3).
  const Bytes page = join({{0x80, 0x01, 4, 2, 0, 4, 0, 0, 0, 0},
                           {0x80, 0x01, 4, 2, 6, 3, 0, 0, 0, 0},
                           textBytes("abcd")});
  EXPECT_EQ(encode({"abc", "abd"}, 3), page);
  PF_ASSERT_OK_ASSIGN(const Values values, decodeFixed(page, 2, 3));
  EXPECT_EQ(values, (Values{"abc", "abd"}));
}

TEST(DeltaByteArray, noValuesAreTwoHeaders) {
  const Bytes page = {0x80, 0x01, 4, 0, 0, 0x80, 0x01, 4, 0, 0};
  EXPECT_EQ(encode({}, 0), page);
  PF_EXPECT_OK(decode(page, 0));
  PF_EXPECT_OK(decodeFixed(page, 0, 5));
}

TEST(DeltaByteArray, aValueThatIsThePrefixOfItsNeighbour) {
  const Values values = {"", "a", "ab", "ab", "a", "", "b"};
  const Bytes page = referencePage(values);
  EXPECT_EQ(encode(values, 0), page);
  PF_ASSERT_OK_ASSIGN(const Values decoded, decode(page, values.size()));
  EXPECT_EQ(decoded, values);
}

Values randomValues(std::mt19937_64& random, std::size_t count, std::size_t width) {
  const std::size_t longest = std::size_t{1} << (random() % 9);
  const std::uint64_t sharing = random() % 4;  // of the value before: nothing, or up to all
  const auto letters = static_cast<std::uint32_t>(1 + random() % 256);
  Values values(count);
  std::string previous;
  for (std::string& value : values) {
    const std::size_t length = width != 0 ? width : random() % (longest + 1);
    if (sharing != 0) value = previous.substr(0, random() % (previous.size() + 1));
    value.resize(std::min(value.size(), length));
    while (value.size() < length) value.push_back(static_cast<char>(random() % letters));
    previous = value;
  }
  return values;
}

TEST(DeltaByteArray, randomPagesInAnySlicing) {
  std::mt19937_64 random(9);
  for (int round = 0; round < 300; ++round) {
    const std::size_t count = round < 10 ? 3000 : random() % 300;
    const Values values = randomValues(random, count, 0);
    std::size_t bytes = 0;
    for (const std::string& value : values) bytes += value.size();
    const Bytes page = referencePage(values);
    ASSERT_LE(page.size(), deltaByteArrayBytesMax(count, bytes));
    ASSERT_EQ(encode(values, 0), page);
    ASSERT_EQ(encode(values, 0, 1 + random() % 50), page);
    PF_ASSERT_OK_ASSIGN(const Values decoded, decode(page, count, bytes));
    ASSERT_EQ(decoded, values);
    if (bytes != 0) {
      PF_EXPECT_ERROR(decode(page, count, bytes - 1), ErrorCode::kLimit, "at most");
    }
  }
}

TEST(DeltaByteArray, randomPagesOfFixedLengthInAnySlicing) {
  std::mt19937_64 random(10);
  for (int round = 0; round < 200; ++round) {
    const auto width = static_cast<std::uint32_t>(1 + random() % 80);
    const std::size_t count = random() % 200;
    const Values values = randomValues(random, count, width);
    const Bytes page = referencePage(values);
    ASSERT_EQ(encode(values, width), page);
    ASSERT_EQ(encode(values, width, 1 + random() % 50), page);
    PF_ASSERT_OK_ASSIGN(const Values decoded, decodeFixed(page, count, width));
    ASSERT_EQ(decoded, values);
  }
}

TEST(DeltaByteArray, everyTruncationIsRefused) {
  for (std::size_t bytes = 0; bytes < kExamplePage.size(); ++bytes) {
    const Bytes cut(kExamplePage.begin(),
                    kExamplePage.begin() + static_cast<std::ptrdiff_t>(bytes));
    PF_EXPECT_ERROR(decode(cut, 4), ErrorCode::kCorrupt, "");
    PF_EXPECT_ERROR(decodeFixed(cut, 4, 4), ErrorCode::kCorrupt, "");
  }
}

Bytes lengths(const std::vector<std::int32_t>& numbers) {
  return reference::encode(std::vector<std::uint32_t>(numbers.begin(), numbers.end()));
}

TEST(DeltaByteArray, everyMistakeIsRefusedByName) {
  const struct {
    const char* name;
    std::size_t count;
    Bytes page;
    const char* says;
  } cases[] = {
      {"prefix_of_the_first_value", 1, join({lengths({1}), lengths({1}), textBytes("a")}),
       "value 0 has a prefix of 1 bytes, and the value before it 0"},
      {"prefix_longer_than_the_value_before", 3,
       join({lengths({0, 1, 3}), lengths({1, 1, 0}), textBytes("ab")}),
       "value 2 has a prefix of 3 bytes, and the value before it 2"},
      {"negative_prefix", 2, join({lengths({0, -1}), lengths({1, 1}), textBytes("ab")}), "1 is -1"},
      {"negative_suffix", 2, join({lengths({0, 1}), lengths({1, -1}), textBytes("a")}), "1 is -1"},
      {"a_suffix_byte_too_few", 2, join({lengths({0, 1}), lengths({1, 2}), textBytes("ab")}),
       "suffixes of 3 bytes in all, where 2"},
      {"fewer_prefixes", 2, join({lengths({0}), lengths({1, 1}), textBytes("ab")}), "count of 1"},
      {"fewer_suffixes", 2, join({lengths({0, 0}), lengths({1}), textBytes("a")}), "count of 1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    PF_EXPECT_ERROR(decode(c.page, c.count), ErrorCode::kCorrupt, c.says);
    PF_EXPECT_ERROR(decodeFixed(c.page, c.count, 1), ErrorCode::kCorrupt, "");
  }
}

TEST(DeltaByteArray, fixedLengthValuesOfAnotherLengthAreRefused) {
  const Bytes page = join({lengths({0, 1}), lengths({2, 2}), textBytes("abcd")});
  PF_EXPECT_ERROR(decodeFixed(page, 2, 2), ErrorCode::kCorrupt, "value 1 has 3 bytes, not 2");
}

TEST(DeltaByteArray, aBombOfPrefixesIsHeldToTheLimit) {
  // A value of 1000 bytes, and a million times the same: 1 GB out of a few KB. With a limit, no
  // room is made for it.
  std::vector<std::int32_t> prefixes(1000001, 1000);
  prefixes[0] = 0;
  std::vector<std::int32_t> suffixes(1000001, 0);
  suffixes[0] = 1000;
  const Bytes page =
      join({lengths(prefixes), lengths(suffixes), textBytes(std::string(1000, 'x'))});
  const test::AllocationWatch watch;
  PF_EXPECT_ERROR(decode(page, 1000001, 1 << 20), ErrorCode::kLimit,
                  "1000001000 bytes in all, where at most 1048576 are taken");
  EXPECT_LT(watch.bytes(), 20U << 20);
  // 5 GB, which no 32-bit end can tell.
  std::fill(prefixes.begin() + 1, prefixes.end(), 5000);
  suffixes[0] = 5000;
  const Bytes larger =
      join({lengths(prefixes), lengths(suffixes), textBytes(std::string(5000, 'x'))});
  PF_EXPECT_ERROR(decode(larger, 1000001, UINT64_MAX), ErrorCode::kLimit, "4 GiB");
}

TEST(DeltaByteArray, aSecondPageAllocatesNothing) {
  std::mt19937_64 random(11);
  std::string text(20000 * 16, '?');
  for (char& c : text) c = static_cast<char>(random() % 4);
  ByteBuffer body;
  DeltaByteArrayEncoder encoder(16);
  for (int page = 0; page < 2; ++page) {
    body.clear();
    const test::AllocationWatch watch;
    encoder.begin(body);
    PF_ASSERT_OK(encoder.append(dataOf(text.data()), 20000));
    PF_ASSERT_OK(encoder.finish());
    EXPECT_TRUE(page == 0 || watch.allocations() == 0);
  }
}

}  // namespace
}  // namespace parquet_flow::encoding
