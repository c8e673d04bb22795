// Goal: columns of the kinds that there are get the encoding that makes them small. Method: chunks
// of each kind, made here; the encoding of their pages.
#include "write/encoding_choice.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "encoded_pages.hpp"
#include "support/expect_result.hpp"
#include "write/column_chunk.hpp"
#include "write/encode_scratch.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using encoding::Encoding;
using schema::PhysicalType;
using schema::Repetition;
using test::OneColumn;

constexpr std::size_t kValues = 100'000;

template <class Make>
auto valuesOf(const Make& make) {
  std::vector<decltype(make(std::size_t{0}))> values;
  for (std::size_t i = 0; i < kValues; ++i) {
    values.push_back(make(i));
  }
  return values;
}

// Of the first data page.
Encoding chosen(const OneColumn& column, const LeafView& view, const WriterOptions& options = {}) {
  EncodedColumnChunk chunk;
  PF_EXPECT_OK(test::encodeChunk(column.leaf(), options, {view}, chunk));
  EXPECT_FALSE(chunk.pages.empty());
  return chunk.pages.at(0).encoding;
}

template <class Make>
Encoding ofInt64(const Make& make, const WriterOptions& options = {}) {
  const std::vector<std::int64_t> values = valuesOf(make);
  return chosen({PhysicalType::kInt64, Repetition::kRequired}, test::fixedView(values), options);
}

template <class Make>
Encoding ofStrings(const Make& make) {
  const std::vector<std::string> values = valuesOf(make);
  const test::Strings strings(values);
  return chosen({PhysicalType::kByteArray, Repetition::kRequired}, strings.view());
}

TEST(EncodingChoice, ofIntegers) {
  std::mt19937_64 random(1);
  // A clock, a counter.
  std::int64_t now = 1'700'000'000'000'000'000;
  EXPECT_EQ(
      ofInt64([&](std::size_t) { return now += static_cast<std::int64_t>(random() % 10'000); }),
      Encoding::kDeltaBinaryPacked);
  EXPECT_EQ(ofInt64([](std::size_t i) { return static_cast<std::int64_t>(i); }),
            Encoding::kDeltaBinaryPacked);
  // A few large numbers, in no order.
  const std::vector<std::int64_t> few = {1LL << 60, 3, -(1LL << 50), 1LL << 40, 77};
  EXPECT_EQ(ofInt64([&](std::size_t) { return few[random() % few.size()]; }),
            Encoding::kRleDictionary);
  // A few in long runs, whose indices take nearly nothing.
  EXPECT_EQ(ofInt64([](std::size_t i) { return std::int64_t{i < kValues / 2 ? 5 : 77}; }),
            Encoding::kRleDictionary);
  EXPECT_EQ(ofInt64([&](std::size_t i) { return few[i / 1000 % few.size()]; }),
            Encoding::kRleDictionary);
  // Nothing in common.
  EXPECT_EQ(ofInt64([&](std::size_t) { return static_cast<std::int64_t>(random()); }),
            Encoding::kPlain);
}

// Each number comes three times, not far apart, and never again: a sample of runs has few that are
// there once, and the dictionary would take more than the ids save.
TEST(EncodingChoice, ofNumbersThatComeAgainSoonIsNoDictionary) {
  EXPECT_EQ(ofInt64([](std::size_t i) {
              const std::size_t order = i / 48 * 16 + i % 16;
              return static_cast<std::int64_t>(order * 1'000'000 + order * order % 999'983);
            }),
            Encoding::kDeltaBinaryPacked);
}

TEST(EncodingChoice, ofBooleans) {
  std::mt19937_64 random(1);
  const OneColumn column(PhysicalType::kBoolean, Repetition::kRequired);
  std::vector<std::uint8_t> values(kValues);
  LeafView view;
  view.rows = view.entries = view.values.count = kValues;
  view.values.layout = column::ValuesLayout::kByteBooleans;
  view.values.data = reinterpret_cast<const std::byte*>(values.data());
  EXPECT_EQ(chosen(column, view), Encoding::kRle);  // all false
  for (std::uint8_t& value : values) {
    value = random() % 2;
  }
  EXPECT_EQ(chosen(column, view), Encoding::kPlain);
}

TEST(EncodingChoice, ofStrings) {
  std::mt19937_64 random(1);
  EXPECT_EQ(ofStrings([&](std::size_t) { return "SYM" + std::to_string(random() % 500); }),
            Encoding::kRleDictionary);
  EXPECT_EQ(ofStrings([](std::size_t i) {
              return "https://example.org/a/long/path/" + std::to_string(10'000'000 + i);
            }),
            Encoding::kDeltaByteArray);
  EXPECT_EQ(ofStrings([&](std::size_t) { return std::to_string(random()); }),
            Encoding::kDeltaLengthByteArray);
}

TEST(EncodingChoice, ofFloatsThatAreCompressed) {
  std::mt19937_64 random(1);
  const OneColumn column(PhysicalType::kDouble, Repetition::kRequired);
  double price = 100;
  const std::vector<double> values = valuesOf(
      [&](std::size_t) { return price += static_cast<double>(random() % 1'000'000) * 1e-9; });
  WriterOptions options;
  EXPECT_EQ(chosen(column, test::fixedView(values)), Encoding::kPlain);
  options.column.compression = codec::Compression::kGzip;
  EXPECT_EQ(chosen(column, test::fixedView(values), options), Encoding::kByteStreamSplit);
}

// Whose pages Polars 2.1 panics at where they are not PLAIN or of a dictionary.
TEST(EncodingChoice, ofARequiredMemberOfAnOptionalGroup) {
  using enum Repetition;
  const struct {
    Repetition group;
    bool isList;  // of groups
    Repetition leaf;
    Encoding expected;
  } cases[] = {
      {kRequired, false, kRequired, Encoding::kDeltaBinaryPacked},
      {kOptional, false, kRequired, Encoding::kPlain},
      {kOptional, false, kOptional, Encoding::kDeltaBinaryPacked},
      {kOptional, true, kRequired, Encoding::kDeltaBinaryPacked},
  };
  const auto values = valuesOf([](std::size_t i) { return static_cast<std::int64_t>(i); });
  for (const auto& each : cases) {
    schema::Schema schema;
    std::uint32_t group = 0;
    if (each.isList) {
      PF_ASSERT_OK_ASSIGN(group, schema.addList(schema::kRoot, "group", each.group));
    } else {
      PF_ASSERT_OK_ASSIGN(group, schema.addGroup(schema::kRoot, "group", each.group));
    }
    PF_ASSERT_OK(schema.addLeaf(group, "leaf", PhysicalType::kInt64, each.leaf));
    const schema::Leaf& leaf = schema.leaves()[0];
    LeafView view = test::fixedView(values);
    const std::vector<std::uint8_t> definition(kValues, leaf.maxDefinitionLevel);
    const std::vector<std::uint8_t> repetition(kValues);
    view.definitionLevels = leaf.maxDefinitionLevel == 0 ? nullptr : definition.data();
    view.repetitionLevels = leaf.maxRepetitionLevel == 0 ? nullptr : repetition.data();
    EncodedColumnChunk chunk;
    PF_ASSERT_OK(test::encodeChunk(leaf, {}, {view}, chunk));
    EXPECT_EQ(chunk.pages.at(0).encoding, each.expected) << leaf.dottedPath;
  }
}

// Whose choice is neither that of the chunks before them nor that of those behind them.
TEST(EncodingChoice, ofNullsAloneIsPlainAndNotRemembered) {
  constexpr std::size_t kRows = 3000;
  const OneColumn column(PhysicalType::kInt64, Repetition::kOptional);
  std::vector<std::int64_t> numbers(kRows);
  std::iota(numbers.begin(), numbers.end(), 1'000'000'000'000);
  const std::vector<std::uint8_t> present(kRows, 1);
  const std::vector<std::uint8_t> nulls(kRows, 0);
  const std::vector<std::uint8_t> noBits(kRows / 8, 0);
  LeafView values = test::fixedView(numbers);
  values.definitionLevels = present.data();
  LeafView byLevels;
  byLevels.rows = byLevels.entries = kRows;
  byLevels.definitionLevels = nulls.data();
  LeafView byBits = values;
  byBits.spaced = true;
  byBits.definitionLevels = nullptr;
  byBits.validity = noBits.data();
  for (const LeafView& none : {byLevels, byBits}) {
    PF_ASSERT_OK_ASSIGN(
        const auto writer,
        ColumnChunkWriter::create(column.leaf(), {}, std::make_shared<EncodeScratch>()));
    const auto expect = [&](const LeafView& view, int chunks, Encoding encoding) {
      for (int i = 0; i < chunks; ++i) {
        EncodedColumnChunk chunk;
        writer->begin(chunk, 0);
        PF_ASSERT_OK(writer->append(view));
        PF_ASSERT_OK(writer->finish());
        EXPECT_EQ(chunk.pages.at(0).encoding, encoding) << i;
      }
    };
    expect(none, 4, Encoding::kPlain);
    expect(values, 13, Encoding::kDeltaBinaryPacked);
    expect(none, 1, Encoding::kPlain);
    expect(values, 1, Encoding::kDeltaBinaryPacked);
  }
}

// Chunks of two kinds in turn, by writers of one thread: of the first kind a dictionary is looked
// at and not taken, of the second it goes on from what the sample had. Each is as it would be
// alone, with its encoding asked for.
template <class ViewOf>
void expectAsAlone(const OneColumn& column, const ViewOf& viewOf) {
  const auto scratch = std::make_shared<EncodeScratch>();
  for (std::size_t i = 0; i < 6; ++i) {
    PF_ASSERT_OK_ASSIGN(const auto writer, ColumnChunkWriter::create(column.leaf(), {}, scratch));
    const LeafView view = viewOf(i);
    EncodedColumnChunk chunk;
    writer->begin(chunk, 0);
    PF_ASSERT_OK(writer->append(view));
    PF_ASSERT_OK(writer->finish());
    const Encoding encoding = chunk.pages.at(0).encoding;
    EXPECT_EQ(encoding == Encoding::kRleDictionary, i % 2 == 1) << i;
    WriterOptions options;
    options.column.encoding = encoding;
    EncodedColumnChunk alone;
    PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {view}, alone));
    EXPECT_EQ(chunk.dictionaryEntries, alone.dictionaryEntries) << i;
    EXPECT_EQ(test::contents(chunk), test::contents(alone)) << i;
  }
}

TEST(EncodingChoice, ofASmallChunkGoesOnWithTheDictionaryOfItsSample) {
  std::mt19937_64 random(11);
  for (const std::size_t rows : {1500U, 9000U}) {  // of which samples have one run, and several
    std::vector<std::vector<std::int64_t>> numbers(6);
    std::vector<test::Strings> texts;
    for (std::size_t i = 0; i < 6; ++i) {
      std::vector<std::int64_t>& values = numbers[i];
      std::vector<std::string> words;
      for (std::size_t row = 0; row < rows; ++row) {
        const bool isNew = i % 2 == 0 ? row % 10 != 9 : row % 50 == 0;
        const std::size_t before = row == 0 ? 0 : random() % row;
        values.push_back(isNew ? static_cast<std::int64_t>(random()) : values[before]);
        words.push_back(isNew ? std::to_string(random() >> random() % 60) : words[before]);
      }
      texts.emplace_back(words);
    }
    expectAsAlone({PhysicalType::kInt64, Repetition::kRequired},
                  [&](std::size_t i) { return test::fixedView(numbers[i]); });
    expectAsAlone({PhysicalType::kByteArray, Repetition::kRequired},
                  [&](std::size_t i) { return texts[i].view(); });
  }
}

// Unless it is asked for.
TEST(EncodingChoice, ofALeafWithoutDeltasIsNone) {
  WriterOptions options;
  options.leavesWithoutDeltas = {0};
  const auto number = [](std::size_t i) { return static_cast<std::int64_t>(i); };
  EXPECT_EQ(ofInt64(number, options), Encoding::kPlain);
  EXPECT_EQ(ofInt64([](std::size_t i) { return static_cast<std::int64_t>(i % 5); }, options),
            Encoding::kRleDictionary);
  options.column.encoding = Encoding::kDeltaBinaryPacked;
  EXPECT_EQ(ofInt64(number, options), Encoding::kDeltaBinaryPacked);
  options = {};
  options.leavesWithoutDeltas = {1};
  EXPECT_EQ(ofInt64(number, options), Encoding::kDeltaBinaryPacked);
}

TEST(EncodingChoice, ofTheBaselineProfileIsOneOfTwo) {
  WriterOptions options;
  options.profile = Profile::kBaseline;
  EXPECT_EQ(ofInt64([](std::size_t i) { return static_cast<std::int64_t>(i); }, options),
            Encoding::kPlain);
  EXPECT_EQ(ofInt64([](std::size_t i) { return static_cast<std::int64_t>(i % 5); }, options),
            Encoding::kPlainDictionary);
}

#if defined(PF_HAVE_ZSTD)
// Of a first chunk, with ZSTD.
std::uint64_t fileBytes(const std::vector<std::int32_t>& values, std::optional<Encoding> encoding) {
  WriterOptions options;
  options.column.compression = codec::Compression::kZstd;
  options.column.encoding = encoding;
  const OneColumn column(PhysicalType::kInt32, Repetition::kRequired);
  EncodedColumnChunk chunk;
  PF_EXPECT_OK(test::encodeChunk(column.leaf(), options, {test::fixedView(values)}, chunk));
  return chunk.compressedBytes;
}

// Where samples of a small first chunk were not compressed, prices took 1.68 times the bytes of
// their dictionary, numbers below 100 1.09 times those of their streams. Of 1 000 rows, a sample of
// 257 says too little to hold it to that.
TEST(EncodingChoice, ofASmallFirstChunkIsTheOneThatTheCodecMakesSmallest) {
  std::mt19937_64 random(9);
  for (const std::size_t rows : {4096U, 8192U}) {
    std::vector<std::int32_t> prices;
    std::vector<std::int32_t> small;
    std::vector<std::int32_t> noise;
    std::int32_t price = 1'000'000;
    for (std::size_t i = 0; i < rows; ++i) {
      price += 100 * (static_cast<std::int32_t>(random() % 9) - 4);
      prices.push_back(price);
      small.push_back(static_cast<std::int32_t>(random() % 100));
      noise.push_back(static_cast<std::int32_t>(random()));
    }
    for (const auto& values : {prices, small, noise}) {
      std::uint64_t least = UINT64_MAX;
      for (const Encoding encoding : {Encoding::kPlain, Encoding::kRleDictionary,
                                      Encoding::kDeltaBinaryPacked, Encoding::kByteStreamSplit}) {
        least = std::min(least, fileBytes(values, encoding));
      }
      EXPECT_LE(static_cast<double>(fileBytes(values, std::nullopt)),
                1.02 * static_cast<double>(least))
          << rows;
    }
  }
}
#endif

}  // namespace
}  // namespace parquet_flow::write
