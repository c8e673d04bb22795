// Goal: every value gets the id of its first like, by its bytes alone, the page is the distinct
// values in PLAIN, and the builder stops exactly where the page would pass its limit.
//
// Method: pages written by hand; random columns of every shape, in slices out of buffers of exactly
// their size, against std::map; numbers that wander out of whatever range they began in.
#include "encoding/dictionary_builder.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "encoding/support.hpp"
#include "support/allocation_counter.hpp"

namespace parquet_flow::encoding {
namespace {

using Ids = std::vector<std::uint32_t>;
using Strings = std::vector<std::string>;

constexpr std::size_t kUnlimited = std::size_t{1} << 30;

template <class Value>
Result<std::size_t> appendAll(DictionaryBuilder& builder, const std::vector<Value>& values,
                              Ids& ids) {
  ids.assign(values.size(), 77);
  return builder.append(dataOf(values.data()), values.size(), ids.data());
}

template <class Value>
Ids idsOf(DictionaryBuilder& builder, const std::vector<Value>& values) {
  Ids ids;
  const auto taken = appendAll(builder, values, ids);
  EXPECT_TRUE(taken && *taken == values.size());
  return ids;
}

// Values [begin, end) in memory of exactly their size; FIXED_LEN_BYTE_ARRAY where width is not 0.
Result<std::size_t> appendStrings(DictionaryBuilder& builder, std::size_t width,
                                  const Strings& values, std::size_t begin, std::size_t end,
                                  std::uint32_t* ids) {
  std::vector<std::uint32_t> offsets = {3};  // what lies before the slice is not the builder's
  std::string data = "abc";
  for (std::size_t i = begin; i < end; ++i) {
    data += values[i];
    offsets.push_back(static_cast<std::uint32_t>(data.size()));
  }
  const auto exact = std::make_unique<char[]>(data.size());
  std::memcpy(exact.get(), data.data(), data.size());
  return width == DictionaryBuilder::kByteArrays
             ? builder.append(dataOf(exact.get()), offsets.data(), end - begin, ids)
             : builder.append(dataOf(exact.get() + 3), end - begin, ids);
}

TEST(DictionaryBuilder, idsCountFirstSightsAndThePageIsPlain) {
  DictionaryBuilder builder(4, kUnlimited);
  EXPECT_EQ(builder.count(), 0U);
  EXPECT_TRUE(builder.plainPage().empty());
  EXPECT_EQ(idsOf<std::int32_t>(builder, {7, -2, 7, 7, -2}), (Ids{0, 1, 0, 0, 1}));
  EXPECT_EQ(idsOf<std::int32_t>(builder, {1, -2}), (Ids{2, 1}));
  EXPECT_EQ(builder.count(), 3U);
  EXPECT_EQ(toVector(builder.plainPage()), (Bytes{7, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0}));
}

TEST(DictionaryBuilder, stringsOfEveryShortLengthAreToldApart) {
  DictionaryBuilder builder(DictionaryBuilder::kByteArrays, kUnlimited);
  const Strings values = {"a", "",        std::string("a\0", 2), "a", std::string(1, '\0'),
                          "",  "abcdefgh"};
  Ids ids(values.size());
  ASSERT_EQ(*appendStrings(builder, 0, values, 0, values.size(), ids.data()), values.size());
  EXPECT_EQ(ids, (Ids{0, 1, 2, 0, 3, 1, 4}));
  EXPECT_EQ(toVector(builder.plainPage()),
            (Bytes{1, 0, 0, 0, 'a', 0, 0, 0, 0,   2,   0,   0,   0,   'a', 0,   1,
                   0, 0, 0, 0, 8,   0, 0, 0, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'}));
}

TEST(DictionaryBuilder, floatsAreComparedByTheirBits) {
  const auto nan1 = std::bit_cast<double>(0x7FF8000000000000U);
  const auto nan2 = std::bit_cast<double>(0x7FF8000000000001U);
  DictionaryBuilder doubles(8, kUnlimited);
  EXPECT_EQ(idsOf<double>(doubles, {0.0, -0.0, nan1, nan2, 0.0, nan1, -0.0, nan2, 1.0}),
            (Ids{0, 1, 2, 3, 0, 2, 1, 3, 4}));
  DictionaryBuilder floats(4, kUnlimited);
  EXPECT_EQ(idsOf<float>(floats, {0.0F, -0.0F, 1.0F, 0.0F, -0.0F}), (Ids{0, 1, 2, 0, 1}));
}

// Bits of all ones and of none are keys like any other.
TEST(DictionaryBuilder, everyExtremeIsAValue) {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  DictionaryBuilder longs(8, kUnlimited);
  EXPECT_EQ(idsOf<std::int64_t>(longs, {kMax, kMin, -1, 0, 1, kMin, 0, -1, kMax, 1}),
            (Ids{0, 1, 2, 3, 4, 1, 3, 2, 0, 4}));
  DictionaryBuilder ints(4, kUnlimited);
  EXPECT_EQ(idsOf<std::int32_t>(ints, {INT32_MIN, INT32_MAX, 0, -1, 1, 0, INT32_MIN, 1}),
            (Ids{0, 1, 2, 3, 4, 2, 0, 4}));
  // Where the range of direct lookup reaches past both ends of the numbers.
  for (const std::int64_t edge : {kMin, kMax}) {
    DictionaryBuilder builder(8, kUnlimited);
    const std::int64_t inner = edge == kMin ? edge + 300 : edge - 300;
    EXPECT_EQ(idsOf<std::int64_t>(builder, {edge, inner, edge, inner}), (Ids{0, 1, 0, 1}));
  }
}

TEST(DictionaryBuilder, stopsWhereTheNextNewValueWouldPassTheLimit) {
  DictionaryBuilder builder(4, 8);
  Ids ids;
  EXPECT_EQ(*appendAll<std::int32_t>(builder, {5, 6, 5, 7, 5}, ids), 3U);
  EXPECT_EQ(Ids(ids.begin(), ids.begin() + 3), (Ids{0, 1, 0}));
  EXPECT_EQ(builder.count(), 2U);
  EXPECT_EQ(builder.plainPage().size(), 8U);
  EXPECT_EQ(*appendAll<std::int32_t>(builder, {1000000, 5}, ids), 0U);  // also far away
  EXPECT_EQ(idsOf<std::int32_t>(builder, {6, 6, 5}), (Ids{1, 1, 0}));   // known ones still do

  DictionaryBuilder strings(DictionaryBuilder::kByteArrays, 11);
  const Strings values = {"ab", "c", "ab", "", "c"};  // 6 and 5 bytes; the next would take 4
  ids.assign(values.size(), 77);
  EXPECT_EQ(*appendStrings(strings, 0, values, 0, values.size(), ids.data()), 3U);
  EXPECT_EQ(Ids(ids.begin(), ids.begin() + 3), (Ids{0, 1, 0}));

  DictionaryBuilder none(DictionaryBuilder::kByteArrays, 3);
  EXPECT_EQ(*appendStrings(none, 0, {""}, 0, 1, ids.data()), 0U);
  EXPECT_EQ(none.count(), 0U);
}

TEST(DictionaryBuilder, noValuesNeedNoMemory) {
  DictionaryBuilder fixed(16, kUnlimited);
  EXPECT_EQ(*fixed.append(nullptr, 0, nullptr), 0U);
  DictionaryBuilder words(8, kUnlimited);
  EXPECT_EQ(*words.append(nullptr, 0, nullptr), 0U);
  DictionaryBuilder strings(DictionaryBuilder::kByteArrays, kUnlimited);
  EXPECT_EQ(*strings.append(nullptr, nullptr, 0, nullptr), 0U);
}

// The definition, and the place where it stops.
struct Reference {
  std::map<std::string, std::uint32_t> ids;
  Bytes page;

  // False where the page has no room.
  bool add(const std::string& value, bool hasLength, std::size_t bytesMax, std::uint32_t& id) {
    const auto found = ids.find(value);
    if (found != ids.end()) {
      id = found->second;
      return true;
    }
    if (page.size() + value.size() + (hasLength ? 4 : 0) > bytesMax) {
      return false;
    }
    for (unsigned byte = 0; hasLength && byte < 4; ++byte) {
      page.push_back(static_cast<std::uint8_t>(value.size() >> (8 * byte)));
    }
    page.insert(page.end(), value.begin(), value.end());
    id = static_cast<std::uint32_t>(ids.size());
    ids.emplace(value, id);
    return true;
  }
};

// Values of one width, or of lengths around `longest`, from a pool, so that they repeat; similar
// ones, so that little tells them apart.
Strings randomStrings(std::mt19937_64& random, std::size_t width, std::size_t longest,
                      std::size_t distinct, std::size_t count) {
  Strings pool(distinct);
  for (std::string& value : pool) {
    value.assign(width != 0 ? width : random() % (longest + 1), 'x');
    for (int change = 0; change < 3 && !value.empty(); ++change) {
      value[random() % value.size()] = static_cast<char>(random() % 256);
    }
  }
  Strings values(count);
  for (std::string& value : values) {
    value = pool[random() % distinct];
  }
  return values;
}

TEST(DictionaryBuilder, randomColumnsOfEveryShapeAsTheDefinition) {
  std::mt19937_64 random(1);
  const std::size_t widths[] = {0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 40};
  for (int round = 0; round < 400; ++round) {
    const std::size_t width = widths[random() % std::size(widths)];
    const std::size_t bytesMax = random() % 3 == 0 ? random() % 3000 : kUnlimited;
    DictionaryBuilder builder(width, bytesMax);
    for (int chunk = 0; chunk < 3; ++chunk) {
      builder.clear();
      const std::size_t count = 1 + random() % 3000;
      const Strings values = randomStrings(random, width, std::size_t{1} << (random() % 7),
                                           1 + random() % (random() % 2 == 0 ? 20 : 2000), count);
      Reference reference;
      for (std::size_t at = 0; at < count;) {
        const std::size_t end = std::min(count, at + 1 + random() % 1000);
        Ids expected;
        for (std::uint32_t id = 0; expected.size() < end - at; expected.push_back(id)) {
          if (!reference.add(values[at + expected.size()], width == 0, bytesMax, id)) break;
        }
        Ids ids(end - at);
        const auto taken = appendStrings(builder, width, values, at, end, ids.data());
        ASSERT_TRUE(taken);
        ASSERT_EQ(*taken, expected.size()) << "width " << width;
        ids.resize(*taken);
        ASSERT_EQ(ids, expected) << "width " << width;
        ASSERT_EQ(builder.count(), reference.ids.size());
        ASSERT_EQ(toVector(builder.plainPage()), reference.page);
        at = end;
      }
    }
  }
}

// From numbers close to each other to ones that are not, in steps of any size.
template <class Number>
void expectWanderingNumbers(std::mt19937_64& random) {
  DictionaryBuilder builder(sizeof(Number), kUnlimited);
  for (int chunk = 0; chunk < 200; ++chunk) {
    builder.clear();
    const unsigned reach = static_cast<unsigned>(random() % (8 * sizeof(Number)));
    auto center = static_cast<Number>(random());
    const Number drift = static_cast<Number>(random() % 5) - 2;
    std::map<Number, std::uint32_t> reference;
    for (int slice = 0; slice < 4; ++slice) {
      std::vector<Number> values(random() % 900);
      Ids expected;
      for (Number& value : values) {
        using Unsigned = std::make_unsigned_t<Number>;
        const auto offset = static_cast<Unsigned>(random()) & ((Unsigned{1} << reach) - 1);
        value = static_cast<Number>(static_cast<Unsigned>(center) + offset);
        center = static_cast<Number>(static_cast<Unsigned>(center) + static_cast<Unsigned>(drift));
        expected.push_back(
            reference.try_emplace(value, static_cast<std::uint32_t>(reference.size()))
                .first->second);
      }
      ASSERT_EQ(idsOf(builder, values), expected) << "reach " << reach;
      ASSERT_EQ(builder.count(), reference.size());
    }
    for (const auto& [value, id] : reference) {
      ASSERT_EQ(loadLe<Number>(builder.plainPage().data() + id * sizeof(Number)), value);
    }
  }
}

TEST(DictionaryBuilder, numbersThatWanderOutOfTheirRange) {
  std::mt19937_64 random(2);
  expectWanderingNumbers<std::int32_t>(random);
  expectWanderingNumbers<std::int64_t>(random);
}

TEST(DictionaryBuilder, chunksLikeTheOneBeforeAllocateNothing) {
  std::mt19937_64 random(3);
  const Strings values = randomStrings(random, 12, 0, 3000, 10000);
  std::string data;
  for (const std::string& value : values) {
    data += value;
  }
  Ids ids(values.size());
  for (const std::size_t width : {4U, 12U}) {  // numbers near and far, and bytes
    DictionaryBuilder builder(width, kUnlimited);
    for (int chunk = 0; chunk < 3; ++chunk) {
      builder.clear();
      const test::AllocationWatch watch;
      ASSERT_TRUE(builder.append(dataOf(data.data()), values.size(), ids.data()));
      if (chunk == 2) {
        EXPECT_EQ(watch.allocations(), 0U) << width;
      }
    }
  }
}

}  // namespace
}  // namespace parquet_flow::encoding
