// Goal: what a pipeline leaves at its path is what its close says: nothing after an error, but the
// whole file where only the directory could not be synced.
//
// Method: the system under the POSIX files fails, at a write, at the file's fsync, at the move or
// at the directory's fsync.
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "capi_fixture.hpp"
#include "support/system_call_faults.hpp"
#include "support/temp_directory.hpp"

namespace parquet_flow::test {
namespace {

using PipelineHandle = std::unique_ptr<pf_pipeline_t, Destroy<pf_pipeline_destroy>>;

constexpr std::uint64_t kRows = 1000;

PipelineHandle openSynced(const std::string& path) {
  pf_writer_options_t writer;
  pf_writer_options_init(&writer, sizeof writer);
  writer.sync = 1;
  const SchemaHandle schema = oneColumn();
  OutputTo output(path);
  output.no_replace = 1;  // moved by renameat2
  pf_pipeline_t* pipeline = nullptr;
  ErrorText error;
  EXPECT_EQ(pf_pipeline_create(schema.get(), &writer, &output, nullptr, &pipeline, &error),
            PF_STATUS_OK)
      << error.message;
  return PipelineHandle(pipeline);
}

// The close of a file of kRows rows, and then another one.
void closeTwice(const std::string& path, pf_status_t expected, const char* part) {
  const std::vector<std::int64_t> values(kRows, 7);
  pf_column_input_with_levels_t column{};
  column.values = values.data();
  column.values_len = values.size();
  const PipelineHandle pipeline = openSynced(path);
  ErrorText error;
  ASSERT_EQ(pf_pipeline_submit(pipeline.get(), kRows, &column, 1, nullptr, &error), PF_STATUS_OK)
      << error.message;
  PF_EXPECT_STATUS(expected, pf_pipeline_close(pipeline.get(), nullptr, &error), error.message,
                   part);
  PF_EXPECT_STATUS(expected, pf_pipeline_close(pipeline.get(), nullptr, &error), error.message,
                   part);
}

bool isDirectory(int descriptor) {
  struct stat status{};
  return ::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode);
}

TEST(PipelineOutput, errorLeavesNothingAtThePath) {
  const SystemCallHooks hooks[] = {
      {.onWrite =
           [](int /*descriptor*/, std::size_t bytes) {
             return bytes > 4 ? WriteFault{.systemError = ENOSPC} : WriteFault{};
           }},
      {.onSync = [](int descriptor) { return isDirectory(descriptor) ? 0 : EIO; }},
      {.onRename = [] { return EIO; }},
  };
  for (const SystemCallHooks& each : hooks) {
    const TempDirectory folder;
    const std::string path = folder.file("a.parquet");
    SCOPED_TRACE(&each - hooks);
    const SystemCallFaults faults(each);
    closeTwice(path, PF_STATUS_IO, "a.parquet");
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  }
}

// What the callbacks of an output get as `user`: they may not run once it is gone.
struct Calls {
  int writes = 0;
  int closes = 0;
};

TEST(PipelineOutput, callbacksOfACancelledPipelineEndWithItsClose) {
  auto calls = std::make_unique<Calls>();
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.kind = PF_OUTPUT_CALLBACKS;
  output.user = calls.get();
  output.write = [](void* user, const void* /*data*/, size_t /*bytes*/) {
    ++static_cast<Calls*>(user)->writes;
    return 0;
  };
  output.close = [](void* user) {
    ++static_cast<Calls*>(user)->closes;
    return 0;
  };
  const SchemaHandle schema = oneColumn();
  pf_pipeline_t* opened = nullptr;
  ErrorText error;
  ASSERT_EQ(pf_pipeline_create(schema.get(), nullptr, &output, nullptr, &opened, &error),
            PF_STATUS_OK)
      << error.message;
  PipelineHandle pipeline(opened);
  ASSERT_EQ(pf_pipeline_cancel(pipeline.get(), &error), PF_STATUS_OK) << error.message;
  EXPECT_EQ(pf_pipeline_close(pipeline.get(), nullptr, &error), PF_STATUS_CANCELLED);
  EXPECT_EQ(pf_pipeline_close(pipeline.get(), nullptr, &error), PF_STATUS_CANCELLED);
  EXPECT_EQ(calls->closes, 1);
  calls.reset();
  pipeline.reset();  // a sanitizer sees what it touches
}

TEST(PipelineOutput, fileStandsWhereOnlyItsDirectoryCannotBeSynced) {
  const TempDirectory folder;
  const std::string path = folder.file("a.parquet");
  {
    const SystemCallFaults faults(
        {.onSync = [](int descriptor) { return isDirectory(descriptor) ? EIO : 0; }});
    closeTwice(path, PF_STATUS_IO, folder.path().c_str());
  }
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  ErrorText error;
  ASSERT_EQ(pf_file_info_read(path.c_str(), &info, &error), PF_STATUS_OK) << error.message;
  EXPECT_EQ(info.rows, kRows);
}

}  // namespace
}  // namespace parquet_flow::test
