// Goal: pages are cut where the options say, at rows; a chunk's totals and statistics are those of
// its pages; what is wrong or too large is refused with its column and row. Method: counts done by
// hand; the same rows in every layout and in random pieces, whose bytes must be equal, and must
// decode to what went in.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "encoded_pages.hpp"
#include "encoding/plain.hpp"
#include "encoding/rle_hybrid.hpp"
#include "support/expect_result.hpp"
#include "support/seeded_random.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using schema::PhysicalType;
using schema::Repetition;
using test::OneColumn;
using test::Page;

std::vector<int> entriesOfPages(const EncodedColumnChunk& chunk) {
  std::vector<int> entries;
  for (const Page& page : test::pagesOf(chunk)) {
    entries.push_back(page.header.data_page_header.num_values);
  }
  return entries;
}

TEST(ColumnChunk, cutsPagesByTheBytesOfTheirValues) {
  const OneColumn column(PhysicalType::kInt64, Repetition::kRequired);
  WriterOptions options = test::plainPages();
  options.pageBytes = 1024;  // 128 values
  const std::vector<std::int64_t> values(300, 1);
  EncodedColumnChunk chunk;
  PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {test::fixedView(values)}, chunk));
  EXPECT_EQ(entriesOfPages(chunk), (std::vector<int>{128, 128, 44}));
  EXPECT_EQ(chunk.entries, 300U);
  EXPECT_EQ(chunk.pages.size(), 3U);
  EXPECT_EQ(chunk.compressedBytes, test::contents(chunk).size());
}

TEST(ColumnChunk, endsAPageWithTheStringThatReachesTheBound) {
  const OneColumn column(PhysicalType::kByteArray, Repetition::kRequired);
  WriterOptions options = test::plainPages();
  options.pageBytes = 1024;
  // 1000 + 24 is the bound exactly; 2000 is past it alone.
  const test::Strings strings({std::string(1000, 'a'), std::string(24, 'b'), std::string(2000, 'c'),
                               std::string(1023, 'd'), std::string(500, 'e'), "f"});
  EncodedColumnChunk chunk;
  PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {strings.view()}, chunk));
  EXPECT_EQ(entriesOfPages(chunk), (std::vector<int>{2, 1, 2, 1}));
}

TEST(ColumnChunk, cutsPagesByRowsAcrossViews) {
  const OneColumn column(PhysicalType::kInt32, Repetition::kRequired);
  WriterOptions options = test::plainPages();
  options.pageRows = 10;
  const std::vector<std::int32_t> values = {1, 2, 3, 4, 5, 6, 7};
  const LeafView view = test::fixedView(values);
  EncodedColumnChunk chunk;
  PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {view, view, view}, chunk));
  EXPECT_EQ(entriesOfPages(chunk), (std::vector<int>{10, 10, 1}));
}

TEST(ColumnChunk, neverCutsARowOfAList) {
  const OneColumn column(PhysicalType::kInt32, Repetition::kRepeated);
  WriterOptions options = test::plainPages();
  options.pageRows = 2;
  // Rows of 3, 2, 1 and 4 values.
  const std::vector<std::uint8_t> repetition = {0, 1, 1, 0, 1, 0, 0, 1, 1, 1};
  const std::vector<std::int32_t> values(10, 9);
  LeafView view = test::fixedView(values);
  view.rows = 4;
  const std::vector<std::uint8_t> definition(10, 1);
  view.definitionLevels = definition.data();
  view.repetitionLevels = repetition.data();
  EncodedColumnChunk chunk;
  PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {view}, chunk));
  EXPECT_EQ(entriesOfPages(chunk), (std::vector<int>{5, 5}));
}

TEST(ColumnChunk, statisticsAreThoseOfItsPagesTogether) {
  const OneColumn column(PhysicalType::kInt32, Repetition::kOptional);
  WriterOptions options = test::plainPages();
  options.pageRows = 3;
  const std::vector<std::uint8_t> levels = {1, 0, 1, 0, 0, 0, 1, 1, 0};
  const std::vector<std::int32_t> values = {5, -2, 11, 3};
  LeafView view = test::fixedView(values);
  view.rows = view.entries = levels.size();
  view.definitionLevels = levels.data();
  EncodedColumnChunk chunk;
  PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {view}, chunk));
  const std::vector<Page> pages = test::pagesOf(chunk);
  ASSERT_EQ(pages.size(), 3U);
  const auto bytesOf = [](std::int32_t value) {
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
  };
  const auto& first = pages[0].header.data_page_header.statistics;
  EXPECT_EQ(first.min_value, bytesOf(-2));
  EXPECT_EQ(first.max_value, bytesOf(5));
  EXPECT_EQ(first.null_count, 1);
  EXPECT_FALSE(pages[1].header.data_page_header.statistics.__isset.min_value);
  EXPECT_EQ(pages[1].header.data_page_header.statistics.null_count, 3);
  EXPECT_EQ(pages[2].header.data_page_header.statistics.min_value, bytesOf(3));
  ASSERT_TRUE(chunk.hasStatistics);
  EXPECT_EQ(chunk.statistics.min, bytesOf(-2));
  EXPECT_EQ(chunk.statistics.max, bytesOf(11));
  EXPECT_EQ(chunk.statistics.nullCount, 5U);
  EXPECT_FALSE(chunk.statistics.nanCount.has_value());
}

TEST(ColumnChunk, isTheSameWhenItsWriterAndBuffersAreUsedAgain) {
  const OneColumn column(PhysicalType::kDouble, Repetition::kRequired);
  PF_ASSERT_OK_ASSIGN(const auto encoder,
                      RowGroupEncoder::create(column.schema, test::plainPages()));
  const std::vector<double> nans = {1, std::nan(""), 3};
  const std::vector<double> numbers = {7, 8};
  EncodedRowGroup reused;
  const LeafView first = test::fixedView(nans);
  const LeafView second = test::fixedView(numbers);
  PF_ASSERT_OK(encoder->encode(3, {&first, 1}, reused));
  EXPECT_EQ(reused.chunks[0].statistics.nanCount, 1U);
  PF_ASSERT_OK(encoder->encode(2, {&second, 1}, reused));
  EncodedColumnChunk fresh;
  PF_ASSERT_OK(test::encodeChunk(column.leaf(), test::plainPages(), {second}, fresh));
  EXPECT_EQ(test::contents(reused.chunks[0]), test::contents(fresh));
  EXPECT_EQ(reused.chunks[0].statistics.nanCount, 0U);
  EXPECT_EQ(reused.chunks[0].entries, 2U);
}

TEST(ColumnChunk, refusesARowTooLargeForAPageBeforeItIsRead) {
  const OneColumn column(PhysicalType::kByteArray, Repetition::kRequired);
  // 2^31 - 1 bytes and their length; nothing stands behind the pointer.
  const std::vector<std::uint32_t> offsets = {0, 2, INT32_MAX + std::uint32_t{2}};
  const std::string text = "ab";
  LeafView view;
  view.rows = view.entries = view.values.count = 2;
  view.values.layout = column::ValuesLayout::kOffsets32;
  view.values.data = reinterpret_cast<const std::byte*>(text.data());
  view.values.offsets = offsets.data();
  EncodedColumnChunk chunk;
  const auto encoded = test::encodeChunk(column.leaf(), test::plainPages(), {view}, chunk);
  PF_EXPECT_ERROR(encoded, ErrorCode::kLimit, "column 'c': row 1:");
}

TEST(ColumnChunk, rowsOfSeveralBatchesAreNamedByTheirs) {
  const OneColumn column(PhysicalType::kByteArray, Repetition::kRequired);
  const std::vector<std::uint32_t> small = {0, 1, 2, 2};
  const std::string text = "ab";
  // As above: row 2 of the second view, 5 of the chunk.
  const std::vector<std::uint32_t> large = {0, 1, 2, INT32_MAX + std::uint32_t{2}, INT32_MAX};
  std::array<LeafView, 2> views;
  for (LeafView& view : views) {
    view.values.layout = column::ValuesLayout::kOffsets32;
    view.values.data = reinterpret_cast<const std::byte*>(text.data());
  }
  views[0].rows = views[0].entries = views[0].values.count = 3;
  views[0].values.offsets = small.data();
  views[1].rows = views[1].entries = views[1].values.count = 3;
  views[1].values.offsets = large.data();
  using Starts = std::vector<column::BatchStart>;
  const std::vector<std::pair<Starts, std::string>> cases = {
      {{{3, 0, 7}}, "batch 7: column 'c': row 2:"},
      {{{3, 40, 7}}, "batch 7: column 'c': row 42:"},
      {{{3, 0, 7}, {5, 0, 8}}, "batch 8: column 'c': row 0:"},
      {{{3, 90, 7}, {4, 0, 8}, {6, 0, 9}}, "batch 8: column 'c': row 1:"},
  };
  for (const auto& [starts, name] : cases) {
    views[1].batches = starts;
    EncodedColumnChunk chunk;
    const auto encoded =
        test::encodeChunk(column.leaf(), test::plainPages(), {views[0], views[1]}, chunk);
    PF_EXPECT_ERROR(encoded, ErrorCode::kLimit, name);
  }
}

// Lists of 1 023 and of 1 200 values of a MiB: the first leaves its page open, and both come to
// more than a page holds. The values are borrowed, so that nothing has to stand there.
TEST(ColumnChunk, endsThePageThatALargeRowHasNoRoomIn) {
  constexpr std::uint32_t kBytes = 1 << 20;
  const OneColumn column(PhysicalType::kFixedLenByteArray, Repetition::kRepeated, kBytes);
  WriterOptions options = test::plainPages();
  options.pageBytes = 1 << 30;
  options.column.statistics = false;
  options.pageIndex = false;
  options.crc = false;
  std::vector<std::uint8_t> repetition(1023 + 1200 + 1200, 1);
  repetition[0] = repetition[1023] = repetition[1023 + 1200] = 0;
  const std::vector<std::uint8_t> definition(repetition.size(), 1);
  const std::byte nothing{};
  LeafView view;
  view.rows = 3;
  view.entries = view.values.count = repetition.size();
  view.definitionLevels = definition.data();
  view.repetitionLevels = repetition.data();
  view.values.data = &nothing;
  EncodedColumnChunk chunk;
  PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, {view}, chunk));
  ASSERT_EQ(chunk.pages.size(), 3U);
  EXPECT_EQ(chunk.entries, repetition.size());
  EXPECT_GT(chunk.uncompressedBytes, repetition.size() * kBytes);
}

TEST(ColumnChunk, namesColumnAndRowOfWhatIsWrong) {
  const OneColumn column(PhysicalType::kInt32, Repetition::kOptional);
  const std::vector<std::int32_t> values = {1, 2, 3};
  const std::vector<std::uint8_t> levels = {1, 1, 2};
  LeafView good = test::fixedView(values);
  LeafView bad = good;
  bad.definitionLevels = levels.data();
  EncodedColumnChunk chunk;
  const auto encoded = test::encodeChunk(column.leaf(), test::plainPages(), {good, bad}, chunk);
  PF_EXPECT_ERROR(encoded, ErrorCode::kInvalidArgument, "column 'c': row 5");
}

TEST(RowGroupEncoder, refusesColumnsThatDoNotMatch) {
  schema::Schema two;
  PF_ASSERT_OK(two.addLeaf(schema::kRoot, "a", PhysicalType::kInt32, Repetition::kRequired));
  PF_ASSERT_OK(two.addLeaf(schema::kRoot, "b", PhysicalType::kInt32, Repetition::kRequired));
  PF_ASSERT_OK_ASSIGN(const auto encoder,
                      RowGroupEncoder::create(std::make_shared<schema::Schema>(two), {}));
  const std::vector<std::int32_t> three = {1, 2, 3};
  const std::vector<std::int32_t> four = {1, 2, 3, 4};
  const std::vector<LeafView> views = {test::fixedView(three), test::fixedView(four)};
  EncodedRowGroup out;
  PF_EXPECT_ERROR(encoder->encode(3, {views.data(), 1}, out), ErrorCode::kInvalidArgument,
                  "1 columns for a schema with 2");
  PF_EXPECT_ERROR(encoder->encode(3, views, out), ErrorCode::kInvalidArgument,
                  "column 'b': 4 rows");
}

// One column's rows, and the shapes in which a source may bring them.
struct Rows {
  std::vector<std::uint8_t> levels;
  std::vector<std::int32_t> dense;
  std::vector<std::int32_t> spaced;
  std::vector<std::uint8_t> bitmap;
  std::uint64_t bitmapOffset = 0;
};

Rows randomRows(parquet_flow::test::SeededRandom& random) {
  Rows rows;
  const std::uint64_t count = 1 + random.below(40'000);
  const std::uint64_t nullsIn16 = random.below(17);
  rows.bitmapOffset = random.below(9);
  rows.bitmap.resize((rows.bitmapOffset + count + 7) / 8);
  const bool inRuns = random.chance(1, 2);
  bool present = true;
  for (std::uint64_t i = 0; i < count; ++i) {
    if (!inRuns || i % 97 == 0) {
      present = !random.chance(nullsIn16, 16);
    }
    const auto value = static_cast<std::int32_t>(random.bits());
    rows.levels.push_back(present ? 1 : 0);
    rows.spaced.push_back(value);
    if (present) {
      rows.dense.push_back(value);
      const std::uint64_t bit = rows.bitmapOffset + i;
      rows.bitmap[bit / 8] |= static_cast<std::uint8_t>(1U << (bit % 8));
    }
  }
  return rows;
}

// Rows first .. first + count of these rows, in one of the layouts.
LeafView piece(const Rows& rows, std::uint64_t first, std::uint64_t count, bool spaced,
               bool bitmap) {
  LeafView view;
  view.rows = view.entries = count;
  view.spaced = spaced;
  const auto begin = rows.levels.begin() + static_cast<std::ptrdiff_t>(first);
  const auto before = static_cast<std::uint64_t>(std::count(rows.levels.begin(), begin, 1));
  const auto present =
      static_cast<std::uint64_t>(std::count(begin, begin + static_cast<std::ptrdiff_t>(count), 1));
  view.values.count = spaced ? count : present;
  view.values.data = reinterpret_cast<const std::byte*>(spaced ? rows.spaced.data() + first
                                                               : rows.dense.data() + before);
  if (bitmap) {
    view.validity = rows.bitmap.data();
    view.validityBitOffset = rows.bitmapOffset + first;
  } else {
    view.definitionLevels = rows.levels.data() + first;
  }
  return view;
}

std::vector<LeafView> randomPieces(const Rows& rows, parquet_flow::test::SeededRandom& random) {
  std::vector<LeafView> views;
  for (std::uint64_t first = 0; first < rows.levels.size();) {
    const std::uint64_t left = rows.levels.size() - first;
    const std::uint64_t count = std::min(left, 1 + random.below(random.chance(1, 4) ? 20 : 9000));
    views.push_back(piece(rows, first, count, random.chance(1, 2), random.chance(1, 2)));
    first += count;
  }
  return views;
}

void expectDecodesTo(const EncodedColumnChunk& chunk, const Rows& rows) {
  std::vector<std::uint8_t> levels;
  std::vector<std::int32_t> values;
  for (const Page& page : test::pagesOf(chunk)) {
    const auto count = static_cast<std::size_t>(page.header.data_page_header.num_values);
    const auto levelBytes = loadLe<std::uint32_t>(page.body.data());
    encoding::RleHybridDecoder decoder(ConstBytes(page.body).subspan(4, levelBytes), 1, count);
    const std::size_t before = levels.size();
    levels.resize(before + count);
    PF_ASSERT_OK(decoder.decode(levels.data() + before, count));
    const auto present = static_cast<std::size_t>(
        std::count(levels.begin() + static_cast<std::ptrdiff_t>(before), levels.end(), 1));
    const std::size_t valuesBefore = values.size();
    values.resize(valuesBefore + present);
    const ConstBytes encoded = ConstBytes(page.body).subspan(4 + levelBytes);
    PF_ASSERT_OK_ASSIGN(
        const std::size_t taken,
        encoding::decodePlainFixed(encoded, present, 4,
                                   reinterpret_cast<std::byte*>(values.data() + valuesBefore)));
    EXPECT_EQ(taken, encoded.size());
  }
  EXPECT_EQ(levels, rows.levels);
  EXPECT_EQ(values, rows.dense);
}

TEST(ColumnChunk, isTheSameInWhateverLayoutAndPiecesTheRowsCome) {
  parquet_flow::test::SeededRandom random;
  const OneColumn column(PhysicalType::kInt32, Repetition::kOptional);
  for (int round = 0; round < 60; ++round) {
    WriterOptions options = test::plainPages();
    options.pageBytes = 1024 + random.below(60'000);
    options.pageRows = 1 + random.below(30'000);
    const Rows rows = randomRows(random);
    EncodedColumnChunk whole;
    PF_ASSERT_OK(test::encodeChunk(column.leaf(), options,
                                   {piece(rows, 0, rows.levels.size(), false, false)}, whole));
    expectDecodesTo(whole, rows);
    EncodedColumnChunk pieces;
    PF_ASSERT_OK(test::encodeChunk(column.leaf(), options, randomPieces(rows, random), pieces));
    expectDecodesTo(pieces, rows);
    // Not byte by byte: where a run of levels is cut may depend on the pieces.
    EXPECT_EQ(pieces.entries, whole.entries) << "round " << round;
    EXPECT_EQ(pieces.pages.size(), whole.pages.size());
    EXPECT_EQ(pieces.statistics.min, whole.statistics.min);
    EXPECT_EQ(pieces.statistics.max, whole.statistics.max);
    EXPECT_EQ(pieces.statistics.nullCount, whole.statistics.nullCount);
  }
}

}  // namespace
}  // namespace parquet_flow::write
