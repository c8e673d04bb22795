// Goal: the text of aggregates, orders and paths says what it should, and where it does not that is
// said with the place. Method: a table of texts.
#include "scan/query_text.hpp"

#include <gtest/gtest.h>

#include "support/expect_result.hpp"

namespace parquet_flow::scan {
namespace {

TEST(QueryText, aggregates) {
  PF_ASSERT_OK_ASSIGN(
      const auto all,
      parseAggregates(" count, COUNT(*) ,count( a.b ),sum(shares) as total,avg(\"odd \"\"name\"),"
                      "min(x), Max(y), count(distinct z), distinct(z) AS \"d, e\", "
                      "count(distinct)"));
  const struct {
    AggregateKind kind;
    const char* column;
    const char* name;
  } expected[] = {
      {AggregateKind::kCountRows, "", "count"},
      {AggregateKind::kCountRows, "", "COUNT(*)"},
      {AggregateKind::kCount, "a.b", "count( a.b )"},
      {AggregateKind::kSum, "shares", "total"},
      {AggregateKind::kAverage, "odd \"name", "avg(\"odd \"\"name\")"},
      {AggregateKind::kMin, "x", "min(x)"},
      {AggregateKind::kMax, "y", "Max(y)"},
      {AggregateKind::kCountDistinct, "z", "count(distinct z)"},
      {AggregateKind::kCountDistinct, "z", "d, e"},
      {AggregateKind::kCount, "distinct", "count(distinct)"},
  };
  ASSERT_EQ(all.size(), std::size(expected));
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].kind, expected[i].kind) << i;
    EXPECT_EQ(all[i].column, expected[i].column);
    EXPECT_EQ(all[i].name, expected[i].name);
  }
}

TEST(QueryText, ordersWithNamesOfAggregates) {
  PF_ASSERT_OK_ASSIGN(const auto all,
                      parseOrderBy("sum(shares) desc, a.b ASC,\"x, y\" desc , count, desc"));
  const struct {
    const char* column;
    bool isDescending;
  } expected[] = {
      {"sum(shares)", true}, {"a.b", false}, {"x, y", true}, {"count", false}, {"desc", false}};
  ASSERT_EQ(all.size(), std::size(expected));
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].column, expected[i].column);
    EXPECT_EQ(all[i].isDescending, expected[i].isDescending) << i;
  }
}

TEST(QueryText, paths) {
  PF_ASSERT_OK_ASSIGN(const auto all, parsePaths("a, b.c ,\"d e\".f"));
  EXPECT_EQ(all, (std::vector<std::string>{"a", "b.c", "d e.f"}));
  PF_ASSERT_OK_ASSIGN(const auto odd, parsePaths("my-column,a/b . $c ,\"x,y\""));
  EXPECT_EQ(odd, (std::vector<std::string>{"my-column", "a/b.$c", "x,y"}));
}

TEST(QueryText, whatIsWrongIsSaidWithItsPlace) {
  const struct {
    const char* text;
    const char* sentence;
  } cases[] = {
      {"", "at 1: expected count, distinct, sum, avg, min or max, found the end"},
      {"median(a)", "at 1: expected count, distinct"},
      {"sum", "at 4: expected '('"},
      {"sum(", "at 5: expected a column, found the end"},
      {"sum(a", "at 6: expected ')'"},
      {"sum(a) b", "at 8: expected a comma, found 'b'"},
      {"sum(\"a)", "at 8: expected a closing quote"},
      {"count,", "at 7: expected count"},
      {"sum(a) as", "at 10: expected a name"},
  };
  for (const auto& one : cases) {
    PF_EXPECT_ERROR(parseAggregates(one.text), ErrorCode::kInvalidArgument, one.sentence);
  }
  PF_EXPECT_ERROR(parseOrderBy("a,,b"), ErrorCode::kInvalidArgument, "at 3: expected a column");
  PF_EXPECT_ERROR(parsePaths(""), ErrorCode::kInvalidArgument, "at 1: expected a column");
  PF_EXPECT_ERROR(parsePaths("a b"), ErrorCode::kInvalidArgument, "at 3: expected a comma");
}

}  // namespace
}  // namespace parquet_flow::scan
