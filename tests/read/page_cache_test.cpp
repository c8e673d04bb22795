// Goal: pages are there for whoever comes behind, until they are passed, and no more than fit are
// kept.
#include "read/page_cache.hpp"

#include <gtest/gtest.h>

#include "format/parquet_types.h"

namespace parquet_flow::read {
namespace {

using Entry = std::shared_ptr<PageCache::Entry>;

Entry opened(PageCache& cache, std::uint64_t offset, std::uint64_t bytes,
             format::PageType::type type = format::PageType::DATA_PAGE) {
  Entry entry = cache.add(offset, bytes);
  EXPECT_TRUE(entry->body.appendUninitialized(bytes));
  entry->header = std::make_shared<format::PageHeader>();
  entry->header->type = type;
  return entry;
}

TEST(PageCache, keepsTheDictionaryAndTheLastPageOfWhatIsPassed) {
  PageCache cache;
  opened(cache, 4, 10, format::PageType::DICTIONARY_PAGE);
  opened(cache, 50, 10);
  opened(cache, 90, 10);
  EXPECT_NE(cache.find(50), nullptr);
  EXPECT_EQ(cache.find(51), nullptr);
  cache.forgetPassed();
  EXPECT_NE(cache.find(4), nullptr);
  EXPECT_EQ(cache.find(50), nullptr);
  EXPECT_NE(cache.find(90), nullptr);
  cache.forgetAll();
  EXPECT_EQ(cache.find(4), nullptr);
  EXPECT_EQ(cache.find(90), nullptr);
}

TEST(PageCache, pageThatCouldNotBeOpenedIsNotFound) {
  PageCache cache;
  EXPECT_NE(cache.add(4, 10), nullptr);
  EXPECT_EQ(cache.find(4), nullptr);
}

TEST(PageCache, memoryIsUsedAgainButNotWhatSomebodyHas) {
  PageCache cache;
  const Entry first = opened(cache, 4, 1000);
  const std::byte* const its = first->body.data();
  const std::byte* const second = opened(cache, 50, 1000)->body.data();
  opened(cache, 90, 1000);
  cache.forgetPassed();
  EXPECT_EQ(first->body.data(), its);
  EXPECT_EQ(first->body.size(), 1000U);
  EXPECT_EQ(opened(cache, 130, 1000)->body.data(), second);
  EXPECT_NE(opened(cache, 170, 1000)->body.data(), second);
}

TEST(PageCache, oldestPagesAreForgottenAboveTheLimit) {
  PageCache cache;
  constexpr std::uint64_t kQuarter = PageCache::kBytesMax / 4;
  for (std::uint64_t offset = 1; offset <= 6; ++offset) {
    opened(cache, offset, kQuarter);
  }
  EXPECT_EQ(cache.find(3), nullptr);
  EXPECT_NE(cache.find(4), nullptr);
  // One that is above it by itself is all there is.
  opened(cache, 7, PageCache::kBytesMax + 1);
  EXPECT_EQ(cache.find(6), nullptr);
  EXPECT_NE(cache.find(7), nullptr);
}

}  // namespace
}  // namespace parquet_flow::read
