// Goal: how many threads encode: what was asked for, else the environment's word, else the CPUs
// there are for us.
#include "pipeline/parallelism.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "base/cpu_count.hpp"
#include "support/expect_result.hpp"

namespace parquet_flow::pipeline {
namespace {

class ParallelismTest : public ::testing::Test {
 protected:
  ParallelismTest() { unsetenv(kParallelismVariable); }
  ~ParallelismTest() override { unsetenv(kParallelismVariable); }
};

TEST_F(ParallelismTest, whatIsAskedForComesBeforeTheEnvironment) {
  setenv(kParallelismVariable, "7", 1);
  EXPECT_EQ(chooseParallelism(3), 3U);
  EXPECT_EQ(chooseParallelism(0), 7U);
  PF_EXPECT_ERROR(chooseParallelism(257), ErrorCode::kInvalidArgument,
                  "threads is 257, it must be 1 .. 256");
}

TEST_F(ParallelismTest, environmentThatIsNoNumberIsAnError) {
  for (const char* text : {"", "many", "2x", " 2", "-1", "1.5", "99999999999999999999"}) {
    setenv(kParallelismVariable, text, 1);
    PF_EXPECT_ERROR(chooseParallelism(0), ErrorCode::kInvalidArgument,
                    "PF_WRITER_PARALLELISM is \"" + std::string(text) + "\"");
  }
  setenv(kParallelismVariable, "0", 1);
  PF_EXPECT_ERROR(chooseParallelism(0), ErrorCode::kInvalidArgument,
                  "PF_WRITER_PARALLELISM is 0, it must be 1 .. 256");
}

TEST_F(ParallelismTest, elseItIsTheCpusThereAre) {
  EXPECT_EQ(chooseParallelism(0), std::min(usableCpus(), kParallelismMax));
}

TEST(MakeEncodeThreads, submittingThreadIsTheFirst) {
  EXPECT_EQ(makeEncodeThreads(1), nullptr);
  EXPECT_EQ(makeEncodeThreads(4)->threads(), 3U);
}

}  // namespace
}  // namespace parquet_flow::pipeline
