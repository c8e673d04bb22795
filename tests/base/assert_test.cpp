// Goal: PF_ASSERT stops a debug build with the place and the expression, and costs a release build
// nothing.
#include "base/assert.hpp"

#include <gtest/gtest.h>

namespace parquet_flow {
namespace {

TEST(AssertDeathTest, aBrokenInvariantIsNamed) {
  const int rows = 3;
#if PF_ASSERTIONS
  EXPECT_DEATH(PF_ASSERT(rows == 4), "assert_test.cpp:[0-9]+: assertion failed: rows == 4");
#else
  PF_ASSERT(rows == 4);
#endif
}

TEST(AssertDeathTest, theExpressionIsEvaluatedOnceOrNever) {
  int evaluated = 0;
  PF_ASSERT(++evaluated > 0);
  EXPECT_EQ(evaluated, PF_ASSERTIONS);
}

}  // namespace
}  // namespace parquet_flow
