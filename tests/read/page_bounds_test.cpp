// Goal: of a column a small file takes what the limit on pages allows, and that only for what is
// really there; columns and pages share one limit, which refuses none that writers leave.
//
// Method: pages made by hand that claim as much as the format lets them; see cost.hpp.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cost.hpp"
#include "made_bombs.hpp"

namespace parquet_flow::read {
namespace {

using namespace test;

TEST(PageBounds, aPageThatInflatesToTheLimitIsReadWithinIt) {
  for (const codec::Compression compression : bombCodecs()) {
    const std::string what(codec::compressionName(compression));
    MadeChunk made;
    made.compression = compression;
    made.entries = kLimit / sizeof(std::int32_t);
    const Bytes stored = compressed(compression, kLimit);
    made.pages = bombPage(stored, kLimit, static_cast<std::int32_t>(made.entries));
    const Cost cost = costOf(fileOf(made));
    ASSERT_TRUE(cost.rows) << what << ": " << cost.rows.error().message();
    expectWithin(cost, kLimit + made.pages.size() + kOverhead, what);

    // One value more, and what claims to be less or more than it is.
    made.pages = bombPage(stored, kLimit + 4, static_cast<std::int32_t>(made.entries));
    expectRefused(costOf(fileOf(made)), ErrorCode::kLimit, kOverhead, what + " above the limit");
    made.pages = bombPage(stored, INT32_MAX, static_cast<std::int32_t>(made.entries));
    expectRefused(costOf(fileOf(made)), ErrorCode::kLimit, kOverhead, what + " of 2 GiB");
    // All but one value behind the last.
    made.entries = 1;
    made.pages = bombPage(stored, kLimit, 1);
    const Cost one = costOf(fileOf(made));
    ASSERT_TRUE(one.rows) << what << ": " << one.rows.error().message();
    expectWithin(one, kLimit + made.pages.size() + kOverhead, what + " of one value");
    made.pages = bombPage(stored, 4, 1);
    expectRefused(costOf(fileOf(made)), ErrorCode::kCorrupt, kOverhead + made.pages.size(),
                  what + " that was four bytes");
    // Ten bytes that claim to be the limit: no codec makes so much of so little, but brotli and
    // what says so of itself.
    made.entries = kLimit / sizeof(std::int32_t);
    made.pages = bombPage(Bytes(10, 0), kLimit, static_cast<std::int32_t>(made.entries));
    expectRefused(costOf(fileOf(made)), ErrorCode::kCorrupt, kLimit + kOverhead,
                  what + " of zeros");
  }
}

TEST(PageBounds, rowGroupsCannotShareAPage) {
  const codec::Compression compression = bombCodecs().back();
  MadeChunk made;
  made.compression = compression;
  made.entries = kLimit / sizeof(std::int32_t);
  made.pages =
      bombPage(compressed(compression, kLimit), kLimit, static_cast<std::int32_t>(made.entries));
  const std::string file = fileOf(made, 400);
  expectRefused(costOf(file, INT32_MAX), ErrorCode::kCorrupt,
                kMetadataFactor * file.size() + kOverhead, "row groups at one page");
}

struct Claim {
  const char* what;
  MadeChunk chunk;
  ErrorCode code;
};

TEST(PageBounds, pagesThatClaimTheMostAreRefusedBeforeRoomIsMade) {
  using E = format::Encoding;
  constexpr std::int32_t kMost = INT32_MAX;
  const Bytes indices = concat({{1}, runOf(kMost, 0)});
  const Bytes sizedRun = concat({{6, 0, 0, 0}, runOf(kMost, 1)});
  const std::vector<Claim> claims = {
      {"nulls", chunkOf(kInt64, kOptional, E::PLAIN, kMost, levelsOf(kMost, 0)), ErrorCode::kLimit},
      {"empty lists",
       chunkOf(kInt64, kRepeated, E::PLAIN, kMost,
               concat({levelsOf(kMost, 0), levelsOf(kMost, 0)})),
       ErrorCode::kLimit},
      {"elements of one list",
       chunkOf(kInt64, kRepeated, E::PLAIN, kMost,
               concat({levelsOf(kMost, 1), levelsOf(kMost, 1)})),
       ErrorCode::kLimit},
      {"dictionary indices",
       chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, kMost, indices, Bytes(8, 0), 1),
       ErrorCode::kLimit},
      {"booleans", chunkOf(kBoolean, kRequired, E::RLE, kMost, sizedRun), ErrorCode::kLimit},
      {"deltas", chunkOf(kInt64, kRequired, E::DELTA_BINARY_PACKED, kMost, deltaOf(kMost)),
       ErrorCode::kLimit},
      {"plain", chunkOf(kInt64, kRequired, E::PLAIN, kMost, Bytes(8, 0)), ErrorCode::kLimit},
      {"streams", chunkOf(kInt64, kRequired, E::BYTE_STREAM_SPLIT, kMost, Bytes(8, 0)),
       ErrorCode::kLimit},
      {"lengths", chunkOf(kArray, kRequired, E::DELTA_LENGTH_BYTE_ARRAY, kMost, deltaOf(kMost)),
       ErrorCode::kLimit},
      {"prefixes",
       chunkOf(kArray, kRequired, E::DELTA_BYTE_ARRAY, kMost,
               concat({deltaOf(kMost), deltaOf(kMost)})),
       ErrorCode::kLimit},
      {"a text's length", chunkOf(kArray, kRequired, E::PLAIN, 1, {0xFF, 0xFF, 0xFF, 0x7F}),
       ErrorCode::kCorrupt},
      {"a dictionary",
       chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, 1, indices, Bytes(8, 0), kMost),
       ErrorCode::kCorrupt},
      {"a dictionary of texts",
       chunkOf(kArray, kRequired, E::RLE_DICTIONARY, 1, indices, Bytes(8, 0), kMost),
       ErrorCode::kCorrupt},
      {"a run's length beyond its page",
       chunkOf(kInt32, kOptional, E::PLAIN, 8, {0xFF, 0xFF, 0xFF, 0x7F, 2, 0}),
       ErrorCode::kCorrupt},
  };
  for (const Claim& claim : claims) {
    expectRefused(costOf(fileOf(claim.chunk)), claim.code, kOverhead, claim.what);
  }
}

// As many entries as the limit lets a page have, in a few bytes that do stand for them.
TEST(PageBounds, pagesOfAFewBytesTakeWhatTheLimitAllows) {
  using E = format::Encoding;
  constexpr auto kEntries = static_cast<std::int32_t>(kLimit);
  constexpr std::int32_t kInts = kEntries / 4;
  const Bytes text = concat({{0, 0x80, 0, 0}, Bytes(0x8000, 'x')});
  const auto dictionaryOf = [&](std::int32_t count) {
    return chunkOf(kArray, kRequired, E::RLE_DICTIONARY, count,
                   concat({{1}, runOf(static_cast<std::uint64_t>(count), 0)}), text, 1);
  };
  const std::vector<std::pair<std::string, MadeChunk>> pages = {
      {"nulls", chunkOf(kInt64, kOptional, E::PLAIN, kEntries, levelsOf(kEntries, 0))},
      {"null texts", chunkOf(kArray, kOptional, E::PLAIN, kEntries, levelsOf(kEntries, 0))},
      {"empty lists", chunkOf(kInt64, kRepeated, E::PLAIN, kEntries,
                              concat({levelsOf(kEntries, 0), levelsOf(kEntries, 0)}))},
      {"indices", chunkOf(kInt32, kRequired, E::RLE_DICTIONARY, kInts,
                          concat({{1}, runOf(kInts, 0)}), Bytes(4, 0), 1)},
      {"booleans",
       chunkOf(kBoolean, kRequired, E::RLE, kEntries, concat({{5, 0, 0, 0}, runOf(kEntries, 1)}))},
      {"texts of 32 KiB", dictionaryOf(2048)},
  };
  for (const auto& [what, made] : pages) {
    const Cost cost = costOf(fileOf(made));
    ASSERT_TRUE(cost.rows) << what << ": " << cost.rows.error().message();
    // A page's levels, ids and values, and the batch: see ColumnCursor.
    expectWithin(cost, 8 * kLimit + kOverhead, what);
  }
  // In smaller batches, until all of them come to more than a scan may.
  const std::string many = fileOf(dictionaryOf(1 << 20));
  const Cost some = costOf(many);
  ASSERT_TRUE(some.rows) << some.rows.error().message();
  EXPECT_LE(*some.rows, 4 * (2 * kLimit / 0x8000));
  expectWithin(some, 8 * kLimit + kOverhead, "some of a million texts of 32 KiB");
  expectRefused(costOf(many, 1 << 20), ErrorCode::kLimit, 8 * kLimit + kOverhead,
                "a million texts of 32 KiB");
}

// Each page is within the limit: what its neighbours take counts too.
TEST(PageBounds, columnsOfAFewBytesShareOneLimit) {
  using E = format::Encoding;
  constexpr auto kEntries = static_cast<std::int32_t>(kLimit / 8);
  const Bytes text = concat({{0, 0x80, 0, 0}, Bytes(0x8000, 'x')});
  MadeChunk inflated;
  // Of the codecs that make the least of zeros the one that takes the least time.
  inflated.compression = parquet_flow::test::isBuilt(static_cast<int>(codec::Compression::kZstd))
                             ? codec::Compression::kZstd
                             : bombCodecs().front();
  inflated.entries = kLimit / sizeof(std::int32_t);
  inflated.pages = bombPage(compressed(inflated.compression, kLimit), kLimit,
                            static_cast<std::int32_t>(inflated.entries));
  const std::vector<std::pair<std::string, MadeChunk>> columns = {
      {"inflated", inflated},
      {"indices",
       chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, kEntries,
               concat({{1}, runOf(kEntries / 2, 0), runOf(kEntries / 2, 1)}), Bytes(16, 0), 2)},
      {"texts of 32 KiB",
       chunkOf(kArray, kRequired, E::RLE_DICTIONARY, 2000, concat({{1}, runOf(2000, 0)}), text, 1)},
  };
  for (const auto& [what, made] : columns) {
    const std::string file = fileOf(made, 1, 60);
    const Cost cost = costOf(file);
    expectRefused(cost, ErrorCode::kLimit, 20 * kLimit + kOverhead + kMetadataFactor * file.size(),
                  what);
    // A few of them are read.
    EXPECT_TRUE(costOf(fileOf(made, 1, 3)).rows) << what;
  }
}

// As a writer leaves hundreds of columns that are null, or do not change often, in pages of 1 Mi
// rows: what is held follows the batch, which is of 64 Ki rows.
TEST(PageBounds, columnsThatTakeNoRoomByPageAreRead) {
  using E = format::Encoding;
  constexpr std::int32_t kEntries = 1 << 20;
  constexpr std::size_t kColumns = 100;
  const Bytes nulls =
      concat({runOf(kEntries / 4, 1), runOf(kEntries / 2, 0), runOf(kEntries / 4, 1)});
  const std::vector<std::pair<std::string, MadeChunk>> columns = {
      {"nulls", chunkOf(kInt64, kOptional, E::PLAIN, kEntries, levelsOf(kEntries, 0))},
      {"nulls of a dictionary", chunkOf(kInt64, kOptional, E::RLE_DICTIONARY, kEntries,
                                        levelsOf(kEntries, 0), Bytes(8, 0), 1)},
      {"equal numbers",
       chunkOf(kInt64, kOptional, E::RLE_DICTIONARY, kEntries,
               concat({levelsOf(kEntries, 1), {1}, runOf(kEntries, 0)}), Bytes(8, 0), 1)},
      {"equal numbers, no bits", chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, kEntries,
                                         concat({{0}, {0x80, 0x80, 0x80, 1}}), Bytes(8, 0), 1)},
      {"numbers of few runs",
       chunkOf(kInt64, kRequired, E::RLE_DICTIONARY, kEntries,
               concat({{1}, runOf(kEntries / 2, 0), runOf(kEntries / 2, 1)}), Bytes(16, 0), 2)},
      {"numbers and nulls of few runs",
       chunkOf(kInt64, kOptional, E::RLE_DICTIONARY, kEntries,
               concat({{12, 0, 0, 0}, nulls, {1}, runOf(kEntries / 4, 0), runOf(kEntries / 4, 1)}),
               Bytes(16, 0), 2)},
      {"texts of few runs", chunkOf(kArray, kRequired, E::RLE_DICTIONARY, kEntries,
                                    concat({{1}, runOf(kEntries / 2, 0), runOf(kEntries / 2, 1)}),
                                    {1, 0, 0, 0, 'a', 2, 0, 0, 0, 'b', 'c'}, 2)},
  };
  for (const auto& [what, made] : columns) {
    const std::string file = fileOf(made, 1, kColumns);
    const Cost cost = costOf(file, INT32_MAX);
    ASSERT_TRUE(cost.rows) << what << ": " << cost.rows.error().message();
    EXPECT_EQ(*cost.rows, static_cast<std::uint64_t>(kEntries)) << what;
    // Of each column a batch: 8 bytes a value twice, where nulls are between, levels, and what
    // buffers grow through.
    EXPECT_LE(cost.bytes, kColumns * (4ULL << 20U) + kMetadataFactor * file.size()) << what;
  }
}

// Its bytes are of the dictionary, not of the pages: four strings, which rows name by turns.
TEST(PageBounds, batchesOfALargeDictionaryAreReadWithoutALargePage) {
  constexpr std::uint64_t kPage = 2U << 20;
  constexpr std::uint32_t kLength = 64U << 10;
  Bytes dictionary;
  for (std::uint8_t i = 0; i < 4; ++i) {
    dictionary = concat({dictionary, {0, 0, 1, 0}, Bytes(kLength, i)});
  }
  const MadeChunk made = chunkOf(kArray, kRequired, format::Encoding::RLE_DICTIONARY, 28,
                                 concat({{2}, runOf(14, 1), runOf(14, 3)}), dictionary, 4);
  const Cost cost = costOf(fileOf(made, 1, 60), 4, {.pageBytesMax = kPage});
  EXPECT_TRUE(cost.rows) << cost.rows.error().message();
}

// What docs/reader.md says of a column that does not change.
TEST(PageBounds, hundredsOfMillionsOfEqualRowsAreReadOfASmallFile) {
  using E = format::Encoding;
  constexpr std::int32_t kEntries = 1 << 20;
  const Bytes body = concat({levelsOf(kEntries, 1), {1}, runOf(kEntries, 0)});
  MadeChunk made = chunkOf(kInt64, kOptional, E::RLE_DICTIONARY, kEntries, body, Bytes(8, 0), 1);
  const MadeChunk more = chunkOf(kInt64, kOptional, E::RLE_DICTIONARY, kEntries, body);
  for (int i = 1; i < 300; ++i) {
    made.pages = concat({made.pages, more.pages});
    made.entries += kEntries;
  }
  const Cost cost = costOf(fileOf(made), INT32_MAX);
  ASSERT_TRUE(cost.rows) << cost.rows.error().message();
  EXPECT_EQ(*cost.rows, 300U << 20U);
}

TEST(PageBounds, pagesOfAFewBytesOneBehindTheOtherTakeNoMoreThanASecond) {
  for (const codec::Compression compression : bombCodecs()) {
    const std::string what(codec::compressionName(compression));
    const auto entries = static_cast<std::int32_t>(kLimit / sizeof(std::int32_t));
    const Bytes page = bombPage(compressed(compression, kLimit), kLimit, entries);
    MadeChunk made;
    made.compression = compression;
    for (std::size_t count = 0; count == 0 || (made.pages.size() < kSmall && count < 100);
         ++count) {
      made.pages = concat({made.pages, page});
      made.entries += entries;
    }
    const Cost cost = costOf(fileOf(made), INT32_MAX);
    if (made.entries > 24 * entries) {
      ASSERT_FALSE(cost.rows) << what;
      EXPECT_EQ(cost.rows.error().code(), ErrorCode::kLimit) << what;
    }
    EXPECT_LE(cost.seconds, kSecondsMax) << what;
  }
}

TEST(PageBounds, shortRunsOneBehindTheOtherTakeNoMoreThanASecond) {
  using E = format::Encoding;
  constexpr auto kMost = static_cast<std::int32_t>(kLimit);
  constexpr std::int32_t kNumbers = kMost / 8;
  const Bytes twoRuns = concat({{1}, runOf(kNumbers / 2, 0), runOf(kNumbers / 2, 1)});
  const Bytes level = levelsOf(kMost, 0);
  struct Case {
    const char* what;
    MadeChunk first;
    MadeChunk more;
  };
  const auto of = [&](schema::PhysicalType type, const Bytes& dictionary) {
    return std::pair(chunkOf(type, kRequired, E::RLE_DICTIONARY, kNumbers, twoRuns, dictionary, 2),
                     chunkOf(type, kRequired, E::RLE_DICTIONARY, kNumbers, twoRuns));
  };
  const auto [numbers, moreNumbers] = of(kInt64, Bytes(16, 0));
  const auto [texts, moreTexts] = of(kArray, {1, 0, 0, 0, 'a', 1, 0, 0, 0, 'b'});
  const auto [empty, moreEmpty] = of(kArray, Bytes(8, 0));
  const MadeChunk nulls = chunkOf(kInt64, kOptional, E::PLAIN, kMost, level);
  const MadeChunk nullTexts = chunkOf(kArray, kOptional, E::PLAIN, kMost, level);
  const MadeChunk lists = chunkOf(kInt64, kRepeated, E::PLAIN, kMost, concat({level, level}));
  const MadeChunk booleans =
      chunkOf(kBoolean, kRequired, E::RLE, kMost, concat({{5, 0, 0, 0}, runOf(kMost, 1)}));
  for (const auto& [what, first, more] : std::vector<Case>{{"numbers", numbers, moreNumbers},
                                                           {"texts", texts, moreTexts},
                                                           {"empty texts", empty, moreEmpty},
                                                           {"nulls", nulls, nulls},
                                                           {"null texts", nullTexts, nullTexts},
                                                           {"lists", lists, lists},
                                                           {"booleans", booleans, booleans}}) {
    MadeChunk made = first;
    while (made.pages.size() < kSmall) {
      made.pages.insert(made.pages.end(), more.pages.begin(), more.pages.end());
      made.entries += more.entries;
    }
    const Cost cost = costOf(fileOf(made), INT32_MAX);
    EXPECT_LE(cost.seconds, kSecondsMax) << what;
    ASSERT_FALSE(cost.rows) << what;
    EXPECT_EQ(cost.rows.error().code(), ErrorCode::kLimit) << what;
  }
}

// A row group as a whole, which holds all of its values.
TEST(PageBounds, wholeChunksAreWithinTheLimitOfAScan) {
  using E = format::Encoding;
  constexpr std::int32_t kTexts = 1000;
  const Bytes text = concat({{0, 0x80, 0, 0}, Bytes(0x8000, 'x')});
  const Bytes ids = concat({{1}, runOf(kTexts, 0)});
  MadeChunk made = chunkOf(kArray, kRequired, E::RLE_DICTIONARY, kTexts, ids, text, 1);
  const MadeChunk more = chunkOf(kArray, kRequired, E::RLE_DICTIONARY, kTexts, ids);
  while (made.pages.size() < kSmall) {
    made.pages = concat({made.pages, more.pages});
    made.entries += kTexts;
  }
  const std::string file = fileOf(made);
  auto reader = FileReader::open(std::make_unique<io::MemoryInputFile>(constBytes(file), "f"));
  ASSERT_TRUE(reader) << reader.error().message();
  column::Batch batch = column::makeBatch((*reader)->schema());
  const parquet_flow::test::AllocationWatch watch;
  const Result<void> read = (*reader)->readRowGroup(0, batch);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), ErrorCode::kLimit) << read.error().message();
  // 8 pages at the limit, and what a buffer grows through, doubling.
  EXPECT_LE(watch.bytes(), 32 * kLimit);
}

}  // namespace
}  // namespace parquet_flow::read
