// Names and numbers of a sink's files. Method: directories in memory with what earlier sessions
// left.
#include "sink/file_names.hpp"

#include <gtest/gtest.h>

#include "support/expect_result.hpp"
#include "support/memory_directory.hpp"

namespace parquet_flow::sink {
namespace {

constexpr std::int64_t kNov20 = 1'795'132'800'000'000'000;  // 2026-11-20T00:00:00Z

TEST(FileNames, numberStandsBetweenPrefixAndExtension) {
  struct Case {
    const char* name;
    std::optional<std::uint64_t> number;
  };
  const Case cases[] = {
      {"feed-000042.parquet", 42},
      {"feed-1000000.parquet", 1'000'000},
      {".feed-000043.parquet.9f86d081.pending", 43},
      {"feed-00042.parquet", std::nullopt},  // five digits are not ours
      {"feed-000042.parquet.bak", std::nullopt},
      {"feed-000042", std::nullopt},
      {"feed-.parquet", std::nullopt},
      {"feedx-000042.parquet", std::nullopt},
      {"feed-x-000042.parquet", std::nullopt},
      {"feed-000042x.parquet", std::nullopt},
      {"feed-99999999999999999999.parquet", std::nullopt},  // above 2^64
      {"feed-000043.parquet.9f86d081.pending", std::nullopt},
      {"", std::nullopt},
  };
  for (const Case& each : cases) EXPECT_EQ(fileNumber(each.name, "feed"), each.number) << each.name;
}

TEST(FileNames, emptyDirectoryBeginsAtOne) {
  test::MemoryDirectory directory;
  PF_ASSERT_OK_ASSIGN(const auto names, FileNames::ofPrefix(directory, "feed"));
  EXPECT_EQ(names.next(kNov20), "date=2026-11-20/feed-000001.parquet");
  EXPECT_EQ(names.next(kNov20 - 1), "date=2026-11-19/feed-000001.parquet");
}

TEST(FileNames, numbersGoOnBehindTheHighestOfAllDates) {
  test::MemoryDirectory directory;
  for (const char* name :
       {"date=2026-11-18/feed-000007.parquet", "date=2026-11-19/feed-000003.parquet",
        "date=2026-11-19/other-000099.parquet", "date=2026-11-19/.feed-000008.parquet.0.pending",
        "elsewhere/feed-000055.parquet", "date=2026-11-19/feed-18446744073709551615.parquet"}) {
    PF_ASSERT_OK(directory.makeDirectory(FileNames::directoryOf(name)));
    PF_ASSERT_OK(directory.createExclusive(name));
  }
  PF_ASSERT_OK_ASSIGN(auto names, FileNames::ofPrefix(directory, "feed"));
  EXPECT_EQ(names.next(kNov20), "date=2026-11-20/feed-000009.parquet");
  names.skip();
  EXPECT_EQ(names.next(kNov20), "date=2026-11-20/feed-000010.parquet");
  EXPECT_EQ(names.next(kNov20), "date=2026-11-20/feed-000010.parquet") << "the same until skipped";
}

TEST(FileNames, outputPathIsFollowedByNumberedOnes) {
  auto names = FileNames::ofPath("log_flow.parquet");
  EXPECT_EQ(names.next(kNov20), "log_flow.parquet");
  names.skip();
  EXPECT_EQ(names.next(kNov20), "log_flow-000001.parquet");
  names.skip();
  EXPECT_EQ(names.next(kNov20), "log_flow-000002.parquet");
}

TEST(FileNames, outputPathKeepsItsOwnExtension) {
  auto names = FileNames::ofPath("trades.v1.pq");
  names.skip();
  EXPECT_EQ(names.next(kNov20), "trades.v1-000001.pq");
  auto bare = FileNames::ofPath(".hidden");
  bare.skip();
  EXPECT_EQ(bare.next(kNov20), ".hidden-000001");
}

}  // namespace
}  // namespace parquet_flow::sink
