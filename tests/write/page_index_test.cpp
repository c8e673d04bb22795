// Goal: lengths in the page index are what ColumnChunk has room for. Method: chunks of many pages,
// and a limit that is as small as is asked for.
#include "write/page_index.hpp"

#include <gtest/gtest.h>

#include "encoded_pages.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::write {
namespace {

class PageIndexTest : public testing::Test {
 protected:
  void SetUp() override {
    WriterOptions options = test::plainPages();
    options.pageRows = 1;
    options.pageIndex = true;
    std::vector<std::string> texts;
    for (int i = 0; i < 300; ++i) texts.push_back(std::to_string(i));
    const test::Strings strings(texts);
    PF_ASSERT_OK(test::encodeChunk(column_.leaf(), options, {strings.view()}, chunk_));
    ASSERT_EQ(chunk_.pages.size(), 300U);
  }
  // Of the second of two chunks.
  IndexLocation locationWith(std::uint64_t indexBytesMax) {
    PageIndexBuilder builder(1, thrift_, indexBytesMax);
    PF_EXPECT_OK(builder.append(chunk_, 4));
    PF_EXPECT_OK(builder.append(chunk_, 4));
    EXPECT_EQ(builder.chunks(), 2U);
    PageIndexBuilder::Cursor cursor(builder, 1000);
    const IndexLocation first = cursor.next();
    const IndexLocation second = cursor.next();
    EXPECT_EQ(second.columnIndexBytes, first.columnIndexBytes);
    EXPECT_EQ(second.offsetIndexBytes, first.offsetIndexBytes);
    EXPECT_EQ(second.columnIndexOffset, 1000 + first.columnIndexBytes);
    EXPECT_EQ(second.offsetIndexOffset,
              1000 + builder.columnIndexes().size() + first.offsetIndexBytes);
    EXPECT_EQ(builder.columnIndexes().size(), 2 * first.columnIndexBytes);
    EXPECT_EQ(builder.offsetIndexes().size(), 2 * first.offsetIndexBytes);
    return second;
  }

  test::OneColumn column_{schema::PhysicalType::kByteArray, schema::Repetition::kRequired};
  EncodedColumnChunk chunk_;
  format::CompactWriter thrift_;
};

TEST_F(PageIndexTest, indexThatIsTooLongIsLeftOut) {
  const IndexLocation all = locationWith(PageIndexBuilder::kIndexBytesMax);
  ASSERT_GT(all.offsetIndexBytes, all.columnIndexBytes);
  ASSERT_GT(all.columnIndexBytes, 300U);

  EXPECT_EQ(locationWith(all.offsetIndexBytes).offsetIndexBytes, all.offsetIndexBytes);
  const IndexLocation none = locationWith(all.offsetIndexBytes - 1);
  EXPECT_EQ(none.offsetIndexBytes, 0U);
  EXPECT_EQ(none.columnIndexBytes, 0U) << "of no use without the other";
}

// Long bounds: the column index is the longer one.
TEST_F(PageIndexTest, columnIndexThatIsTooLongIsLeftOutAlone) {
  WriterOptions options = test::plainPages();
  options.pageRows = 1;
  options.pageIndex = true;
  const test::Strings strings(std::vector<std::string>(300, std::string(60, 'x')));
  PF_ASSERT_OK(test::encodeChunk(column_.leaf(), options, {strings.view()}, chunk_));
  const IndexLocation all = locationWith(PageIndexBuilder::kIndexBytesMax);
  ASSERT_GT(all.columnIndexBytes, all.offsetIndexBytes);
  const IndexLocation rest = locationWith(all.columnIndexBytes - 1);
  EXPECT_EQ(rest.columnIndexBytes, 0U);
  EXPECT_EQ(rest.offsetIndexBytes, all.offsetIndexBytes);
}

}  // namespace
}  // namespace parquet_flow::write
