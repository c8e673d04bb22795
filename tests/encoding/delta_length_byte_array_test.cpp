// Goal: DELTA_LENGTH_BYTE_ARRAY pages are exactly the bytes that Encodings.md describes, in any
// slicing of the input, and every lie is refused with the output left as it was.
//
// Method: bytes written by hand; random pages against delta_reference.hpp out of buffers of exactly
// their size; a table of mistakes; a page cut short at every byte.
#include "encoding/delta_length_byte_array.hpp"

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

struct Arrays {
  std::unique_ptr<std::byte[]> data;
  std::vector<std::uint32_t> offsets;
};
// The offsets begin at `first`.
Arrays arraysOf(const Values& values, std::uint32_t first) {
  Arrays arrays;
  std::string text(first, '?');
  arrays.offsets.push_back(first);
  for (const std::string& value : values) {
    text += value;
    arrays.offsets.push_back(static_cast<std::uint32_t>(text.size()));
  }
  arrays.data = std::make_unique<std::byte[]>(text.size());
  std::memcpy(arrays.data.get(), text.data(), text.size());
  return arrays;
}

Bytes encode(const Values& values, std::size_t pieceMax = SIZE_MAX) {
  ByteBuffer body;
  EXPECT_TRUE(body.append("kept", 4));
  DeltaLengthByteArrayEncoder encoder;
  encoder.begin(body);
  PF_EXPECT_OK(encoder.append(nullptr, nullptr, 0));
  for (std::size_t done = 0; done < values.size();) {
    const std::size_t piece = std::min(pieceMax, values.size() - done);
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(done);
    const Arrays arrays = arraysOf({begin, begin + static_cast<std::ptrdiff_t>(piece)}, 3);
    PF_EXPECT_OK(encoder.append(arrays.data.get(), arrays.offsets.data(), piece));
    done += piece;
  }
  PF_EXPECT_OK(encoder.finish());
  EXPECT_EQ(asText(body.span().first(4)), "kept");
  return join({toVector(encoder.head()), toVector(body.span().subspan(4))});
}

// Behind a value of three bytes that is already there.
Result<Values> decode(const Bytes& page, std::size_t count) {
  const auto in = std::make_unique<std::uint8_t[]>(page.size());
  std::copy(page.begin(), page.end(), in.get());
  ByteBuffer data;
  ByteBuffer offsets;
  EXPECT_TRUE(data.append("old", 3));
  EXPECT_TRUE(offsets.appendLe(std::uint32_t{3}));
  auto taken = decodeDeltaLengthByteArray(constBytes(in.get(), page.size()), count, data, offsets);
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

// The specification's example. Lengths 5 5 6 6: first 5 = zigzag 10, deltas 0 1 0, one bit each.
const Values kExample = {"Hello", "World", "Foobar", "ABCDEF"};
const Bytes kExampleLengths = {0x80, 0x01, 4, 4, 10, 0, 1, 0, 0, 0, 0x02, 0, 0, 0};
const Bytes kExamplePage = join({kExampleLengths, textBytes("HelloWorldFoobarABCDEF")});

TEST(DeltaLengthByteArray, exampleOfTheSpecification) {
  EXPECT_EQ(encode(kExample), kExamplePage);
  PF_ASSERT_OK_ASSIGN(const Values values, decode(kExamplePage, 4));
  EXPECT_EQ(values, kExample);
}

TEST(DeltaLengthByteArray, noValuesAreAHeaderOfLengths) {
  const Bytes page = {0x80, 0x01, 4, 0, 0};
  EXPECT_EQ(encode({}), page);
  PF_EXPECT_OK(decode(page, 0));
}

TEST(DeltaLengthByteArray, emptyValuesHaveNoBytes) {
  const Bytes page = {0x80, 0x01, 4, 3, 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(encode({"", "", ""}), page);
  PF_ASSERT_OK_ASSIGN(const Values values, decode(page, 3));
  EXPECT_EQ(values, (Values{"", "", ""}));
}

TEST(DeltaLengthByteArray, randomPagesInAnySlicing) {
  std::mt19937_64 random(8);
  for (int round = 0; round < 200; ++round) {
    const std::size_t count = round < 10 ? 3000 : random() % 300;
    const std::size_t longest = std::size_t{1} << (random() % 10);
    Values values(count);
    std::vector<std::uint32_t> lengths;
    std::string text;
    for (std::string& value : values) {
      value.resize(random() % longest);
      for (char& c : value) c = static_cast<char>(random());
      lengths.push_back(static_cast<std::uint32_t>(value.size()));
      text += value;
    }
    const Bytes page = join({reference::encode(lengths), textBytes(text)});
    ASSERT_LE(page.size(), deltaLengthByteArrayBytesMax(count, text.size()));
    ASSERT_EQ(encode(values), page);
    ASSERT_EQ(encode(values, 1 + random() % 50), page);
    PF_ASSERT_OK_ASSIGN(const Values decoded, decode(page, count));
    ASSERT_EQ(decoded, values);
  }
}

TEST(DeltaLengthByteArray, everyTruncationIsRefused) {
  for (std::size_t bytes = 0; bytes < kExamplePage.size(); ++bytes) {
    const Bytes cut(kExamplePage.begin(),
                    kExamplePage.begin() + static_cast<std::ptrdiff_t>(bytes));
    PF_EXPECT_ERROR(decode(cut, 4), ErrorCode::kCorrupt, "");
  }
}

TEST(DeltaLengthByteArray, everyMistakeIsRefusedByName) {
  const auto lengths = [](std::vector<std::int32_t> numbers) {
    return reference::encode(std::vector<std::uint32_t>(numbers.begin(), numbers.end()));
  };
  const struct {
    const char* name;
    std::size_t count;
    Bytes page;
    const char* says;
  } cases[] = {
      {"negative_length", 3, join({lengths({1, 2, -3}), textBytes("abc")}), "value 2 is -3"},
      {"negative_first_length", 1, lengths({-1}), "value 0 is -1"},
      {"length_that_wraps_to_negative", 2, lengths({INT32_MAX, INT32_MIN}), "-2147483648"},
      {"a_byte_too_few", 2, join({lengths({1, 2}), textBytes("ab")}), "3 bytes in all, where 2"},
      {"sum_above_32_bits", 3, lengths({INT32_MAX, INT32_MAX, 3}), "4294967297 bytes in all"},
      {"another_count", 3, kExamplePage, "count of 4"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    PF_EXPECT_ERROR(decode(c.page, c.count), ErrorCode::kCorrupt, c.says);
  }
}

TEST(DeltaLengthByteArray, endsAbove4GiBAreRefused) {
  PF_EXPECT_OK(checkByteArrayBytes(UINT32_MAX - 7, 7));
  PF_EXPECT_ERROR(checkByteArrayBytes(UINT32_MAX - 7, 8), ErrorCode::kLimit, "4 GiB");
  PF_EXPECT_ERROR(checkByteArrayBytes(0, std::uint64_t{UINT32_MAX} + 1), ErrorCode::kLimit,
                  "4 GiB");
}

TEST(DeltaLengthByteArray, aSecondPageAllocatesNothing) {
  const Arrays arrays = arraysOf(Values(5000, "seventeen letters"), 0);
  ByteBuffer body;
  DeltaLengthByteArrayEncoder encoder;
  for (int page = 0; page < 2; ++page) {
    body.clear();
    const test::AllocationWatch watch;
    encoder.begin(body);
    PF_ASSERT_OK(encoder.append(arrays.data.get(), arrays.offsets.data(), 5000));
    PF_ASSERT_OK(encoder.finish());
    EXPECT_TRUE(page == 0 || watch.allocations() == 0);
  }
}

}  // namespace
}  // namespace parquet_flow::encoding
