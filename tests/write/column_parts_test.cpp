// Goal: a chunk is cut where its size and the options say, and its parts, encoded in any order by
// any writers, are joined to what one writer makes of it.
//
// Method: sizes by hand; chunks whose bounds, nulls, NaNs and filters are in single parts; parts in
// reverse and on two threads.
#include "write/column_parts.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <thread>

#include "encoded_pages.hpp"
#include "support/expect_result.hpp"
#include "write/encode_scratch.hpp"

namespace parquet_flow::write {
namespace {

using column::LeafView;
using schema::LogicalKind;
using schema::PhysicalType;
using schema::Repetition;
using test::OneColumn;

constexpr std::uint64_t kMi = 1 << 20;

TEST(ColumnParts, isCutByEntriesOrBytesAndAtWholePages) {
  const OneColumn int64(PhysicalType::kInt64, Repetition::kRequired);
  const OneColumn optional(PhysicalType::kInt64, Repetition::kOptional);
  const OneColumn boolean(PhysicalType::kBoolean, Repetition::kRequired);
  const OneColumn text(PhysicalType::kByteArray, Repetition::kRequired);
  const OneColumn list(PhysicalType::kInt32, Repetition::kRepeated);
  struct Case {
    const char* name;
    const OneColumn& column;
    std::uint64_t pageRows;
    bool hasFilter;
    ChunkSize size;
    std::uint64_t partRows;
  };
  const std::vector<Case> cases = {
      // Parts are of 128 Ki entries or 2 MiB at least, a page of INT64 is of 1 MiB.
      {"below_two_parts", int64, kMi, false, {kMi / 4 - 1, kMi / 4 - 1, 2 * kMi}, 0},
      {"two_parts", int64, kMi, false, {kMi / 4, kMi / 4, 2 * kMi}, kMi / 8},
      {"eight_parts", int64, kMi, false, {kMi, kMi, 8 * kMi}, kMi / 8},
      // 200 000 / 1 is one part; 500 000 / 3 rounds up to two pages of 131 072.
      {"whole_pages_by_bytes", int64, kMi, false, {500'000, 500'000, 4'000'000}, 262'144},
      // ... and to nine of 20 000.
      {"whole_pages_by_rows", int64, 20'000, false, {500'000, 500'000, 4'000'000}, 180'000},
      {"one_page_is_all", boolean, kMi, false, {kMi, kMi, kMi / 8}, 0},
      // Pages of texts end where they do; 10 MiB are five parts.
      {"texts_by_bytes", text, kMi, false, {100'000, 100'000, 10 * kMi}, 20'000},
      {"texts_that_end_by_rows", text, 3000, false, {100'000, 100'000, 10 * kMi}, 21'000},
      {"nulls_wherever_pages_end", optional, kMi, false, {kMi, kMi, 4 * kMi}, kMi / 8},
      {"lists_by_entries", list, kMi, false, {1000, kMi, 4 * kMi}, 125},
      {"lists_that_end_by_bytes", list, kMi, false, {10'000, 8 * kMi, 32 * kMi}, 157},
      {"no_more_than_64", text, kMi, false, {640'000, 640'000, 1000 * kMi}, 10'000},
      {"nor_than_8_with_a_filter", text, kMi, true, {640'000, 640'000, 1000 * kMi}, 80'000},
  };
  for (const Case& one : cases) {
    WriterOptions options;
    options.pageRows = one.pageRows;
    if (one.hasFilter) options.column.bloomFilter.emplace();
    EXPECT_EQ(partRowsOf(one.column.leaf(), options, options.column, one.size), one.partRows)
        << one.name;
  }
}

// A chunk of so many parts, encoded by one writer and in parts.
class JoinedParts : public ::testing::Test {
 protected:
  void encode(const OneColumn& column, const WriterOptions& options, const LeafView& view) {
    const schema::Leaf& leaf = column.leaf();
    PF_ASSERT_OK(test::encodeChunk(leaf, options, {view}, whole));
    std::unique_ptr<ColumnChunkWriter> writers[2];
    for (auto& writer : writers) {
      auto made = ColumnChunkWriter::create(leaf, options, std::make_shared<EncodeScratch>());
      ASSERT_TRUE(made);
      writer = std::move(*made);
    }
    ChoiceHistory history;
    writers[0]->begin(joined, 0);
    PF_ASSERT_OK(writers[0]->choose({&view, 1}, history));
    ASSERT_TRUE(writers[0]->cut({&view, 1}, parts));
    ASSERT_GE(parts.count(), 3U);
    // The last one first, and the first one beside the others.
    std::thread other([&] {
      for (std::uint32_t i = parts.count() - 1; i != 0; --i) {
        PF_EXPECT_OK(writers[1]->encodePart(parts, i));
      }
    });
    PF_EXPECT_OK(writers[0]->encodePart(parts, 0));
    other.join();
    PF_ASSERT_OK(writers[1]->join(parts, joined));
  }

  void expectEqual() const {
    EXPECT_TRUE(test::contents(joined) == test::contents(whole));
    EXPECT_EQ(joined.entries, whole.entries);
    EXPECT_EQ(joined.plainBytes, whole.plainBytes);
    EXPECT_EQ(joined.uncompressedBytes, whole.uncompressedBytes);
    EXPECT_EQ(joined.compressedBytes, whole.compressedBytes);
    EXPECT_EQ(joined.dictionaryBytes, 0U);
    EXPECT_EQ(joined.pagesByEncoding, whole.pagesByEncoding);
    EXPECT_EQ(joined.valuesBesideDictionary, whole.valuesBesideDictionary);
    EXPECT_EQ(joined.pages.size(), whole.pages.size());
    EXPECT_EQ(joined.statistics.nullCount, whole.statistics.nullCount);
    EXPECT_EQ(joined.statistics.nanCount, whole.statistics.nanCount);
    EXPECT_EQ(joined.statistics.hasBounds, whole.statistics.hasBounds);
    EXPECT_EQ(joined.statistics.min, whole.statistics.min);
    EXPECT_EQ(joined.statistics.max, whole.statistics.max);
    EXPECT_EQ(joined.statistics.minExact, whole.statistics.minExact);
    EXPECT_EQ(joined.statistics.maxExact, whole.statistics.maxExact);
    EXPECT_EQ(joined.columnIndex->boundaryOrder(), whole.columnIndex->boundaryOrder());
    EXPECT_EQ(joined.columnIndex->pages(), whole.columnIndex->pages());
    EXPECT_EQ(asText(joined.bloomFilter.span()), asText(whole.bloomFilter.span()));
  }

  EncodedColumnChunk whole;
  EncodedColumnChunk joined;
  ColumnParts parts;
};

TEST_F(JoinedParts, boundsNullsAndNansAreThoseOfAll) {
  constexpr std::size_t kRows = 500'000;
  const OneColumn column(PhysicalType::kDouble, Repetition::kOptional);
  WriterOptions options = test::plainPages();
  options.pageIndex = true;
  options.pageRows = 10'000;
  options.column.bloomFilter.emplace();
  std::vector<double> values;
  std::vector<std::uint8_t> levels(kRows, 1);
  for (std::size_t row = 0; row < kRows; ++row) {
    if (row % 7 == 0 || row > 450'000) {
      levels[row] = 0;
      continue;
    }
    values.push_back(row == 1          ? -1e300  // in the first part
                     : row == 400'002  ? 1e300   // in the last
                     : row % 1000 == 3 ? std::nan("")
                                       : static_cast<double>(row));
  }
  LeafView view = test::fixedView(values);
  view.rows = view.entries = kRows;
  view.definitionLevels = levels.data();
  encode(column, options, view);
  expectEqual();
  EXPECT_EQ(joined.statistics.nullCount, kRows - values.size());
  double least = 0;
  std::memcpy(&least, joined.statistics.min.data(), sizeof least);
  EXPECT_EQ(least, -1e300);
  EXPECT_FALSE(joined.bloomFilter.empty());
  // Nothing of another chunk stays behind.
  encode(column, options, view);
  expectEqual();
}

TEST_F(JoinedParts, boundsThatAreCutShortAreExactWhereTheyWouldBe) {
  const OneColumn column(PhysicalType::kByteArray, Repetition::kRequired, 0,
                         {LogicalKind::kString});
  WriterOptions options = test::plainPages();
  options.pageIndex = true;
  options.pageRows = 20'000;
  options.truncateBytes = 3;
  for (const bool isExact : {true, false}) {
    // "abc" and what begins with it, "xyz" is cut to, and "xza" is its successor.
    std::vector<std::string> values(400'000, "mmm");
    values[10] = "abcd";
    values[300'000] = isExact ? "abc" : "abcc";
    values[20] = "xyzz";
    values[399'999] = isExact ? "xz" : "xyzzz";
    const test::Strings strings(values);
    encode(column, options, strings.view());
    expectEqual();
    EXPECT_EQ(joined.statistics.min, "abc");
    EXPECT_EQ(joined.statistics.minExact, isExact);
    EXPECT_EQ(joined.statistics.max, isExact ? "xz" : "xy{");
    EXPECT_EQ(joined.statistics.maxExact, isExact);
  }
}

TEST_F(JoinedParts, indexIsInTheOrderOfTheParts) {
  const OneColumn column(PhysicalType::kInt64, Repetition::kRequired);
  WriterOptions options = test::plainPages();
  options.pageIndex = true;
  options.column.encoding = encoding::Encoding::kDeltaBinaryPacked;
  std::vector<std::int64_t> values(1'000'000);
  for (std::size_t row = 0; row < values.size(); ++row) {
    values[row] = -static_cast<std::int64_t>(row * row % 977 + row * 1000);
  }
  encode(column, options, test::fixedView(values));
  expectEqual();
  EXPECT_EQ(joined.columnIndex->boundaryOrder(), stats::BoundaryOrder::kDescending);
}

TEST(ColumnParts, dictionaryChunksStayWhole) {
  const OneColumn column(PhysicalType::kInt64, Repetition::kRequired);
  WriterOptions options;
  const std::vector<std::int64_t> values(1'000'000, 1 << 20);
  for (const bool isAsked : {true, false}) {
    if (isAsked) options.column.encoding = encoding::Encoding::kRleDictionary;
    auto writer =
        ColumnChunkWriter::create(column.leaf(), options, std::make_shared<EncodeScratch>());
    ASSERT_TRUE(writer);
    std::vector<std::int64_t> few = values;
    for (std::size_t row = 0; row < few.size(); ++row) few[row] += row * row % 97 % 5 * 1'000'003;
    const LeafView view = test::fixedView(few);
    EncodedColumnChunk chunk;
    ChoiceHistory history;
    ColumnParts parts;
    (*writer)->begin(chunk, 0);
    PF_ASSERT_OK((*writer)->choose({&view, 1}, history));
    EXPECT_FALSE((*writer)->cut({&view, 1}, parts));
    options.column.encoding.reset();
  }
}

TEST(ColumnParts, levelsThatDoNotMakeTheRowsAreNotCut) {
  const OneColumn column(PhysicalType::kInt32, Repetition::kRepeated);
  const std::vector<std::int32_t> values(100, 1);
  const std::vector<std::uint8_t> levels(100, 1);
  std::vector<std::uint8_t> repetitions(100, 0);
  LeafView view = test::fixedView(values);
  view.definitionLevels = levels.data();
  view.repetitionLevels = repetitions.data();
  ColumnParts parts;
  EXPECT_TRUE(parts.cut(column.leaf(), {&view, 1}, 30));
  EXPECT_EQ(parts.count(), 4U);
  repetitions.assign(100, 1);
  EXPECT_FALSE(parts.cut(column.leaf(), {&view, 1}, 30));
}

}  // namespace
}  // namespace parquet_flow::write
