// Goal: where the system starts fewer threads than a pipeline was to have, the application sees it,
// and nothing else fails.
//
// Method: a system that starts no more threads.
#include <cerrno>
#include <cstdint>
#include <memory>
#include <vector>

#include "capi_fixture.hpp"
#include "support/thread_faults.hpp"

namespace parquet_flow::test {
namespace {

using PipelineHandle = std::unique_ptr<pf_pipeline_t, Destroy<pf_pipeline_destroy>>;

pf_pipeline_progress_t progressOf(pf_pipeline_t* pipeline) {
  pf_pipeline_progress_t progress;
  pf_pipeline_progress_init(&progress, sizeof progress);
  EXPECT_EQ(pf_pipeline_get_progress(pipeline, &progress, nullptr), PF_STATUS_OK);
  return progress;
}

// A file of one row group that is worth the time of three threads.
void writeAndExpect(std::uint64_t allowed, std::uint32_t threads, int error) {
  allowThreads(allowed);
  const SchemaHandle schema = oneColumn();
  const OutputTo memory(PF_OUTPUT_MEMORY);
  pf_pipeline_options_t options;
  pf_pipeline_options_init(&options, sizeof options);
  options.threads = 3;
  ErrorText text;
  pf_pipeline_t* made = nullptr;
  ASSERT_EQ(pf_pipeline_create(schema.get(), nullptr, &memory, &options, &made, &text),
            PF_STATUS_OK)
      << text.message;
  const PipelineHandle pipeline(made);
  EXPECT_EQ(progressOf(made).threads, 1U);
  EXPECT_EQ(progressOf(made).thread_error, 0);
  const std::vector<std::int64_t> values(300'000, 7);
  pf_column_input_with_levels_t column{};
  column.values = values.data();
  column.values_len = values.size();
  ASSERT_EQ(pf_pipeline_submit(made, values.size(), &column, 1, nullptr, &text), PF_STATUS_OK)
      << text.message;
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  ASSERT_EQ(pf_pipeline_close(made, &info, &text), PF_STATUS_OK) << text.message;
  EXPECT_EQ(info.rows, values.size());
  EXPECT_EQ(progressOf(made).threads, threads);
  EXPECT_EQ(progressOf(made).thread_error, error);
  allowAllThreads();
}

TEST(PipelineThreads, thoseThatCouldNotBeStartedAreTold) {
  writeAndExpect(0, 1, EAGAIN);
  writeAndExpect(1, 2, EAGAIN);
  writeAndExpect(2, 3, 0);
}

}  // namespace
}  // namespace parquet_flow::test
