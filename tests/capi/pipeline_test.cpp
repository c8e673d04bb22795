// Goal: the pipeline of the C API: what is submitted is in the file, what is wrong is refused in a
// sentence, memory goes back when the header says so, nothing is left behind by what fails.
//
// Method: called as an application calls it; files read back by pf_file_info_read, and byte by byte
// beside the writer's.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <new>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "capi_fixture.hpp"
#include "int64_arrow.hpp"
#include "parquet_flow.hpp"
#include "support/temp_directory.hpp"

namespace {

using namespace parquet_flow::test;
using PipelineHandle = std::unique_ptr<pf_pipeline_t, Destroy<pf_pipeline_destroy>>;
using EncodersHandle = std::unique_ptr<pf_encoders_t, Destroy<pf_encoders_destroy>>;

struct PipelineOptions : pf_pipeline_options_t {
  explicit PipelineOptions(uint32_t count) {
    pf_pipeline_options_init(this, sizeof(pf_pipeline_options_t));
    threads = count;
  }
};
struct WriterOptions : pf_writer_options_t {
  WriterOptions() { pf_writer_options_init(this, sizeof(pf_writer_options_t)); }
  static WriterOptions plain() {
    WriterOptions options;
    options.encoding = PF_ENCODING_PLAIN;
    return options;
  }
};
struct SubmitOptions : pf_submit_options_t {
  SubmitOptions() { pf_submit_options_init(this, sizeof(pf_submit_options_t)); }
};

PipelineHandle makePipeline(const pf_schema_t* schema, const pf_output_t& output,
                            uint32_t threads = 2, const pf_writer_options_t* writer = nullptr) {
  ErrorText error;
  pf_pipeline_t* pipeline = nullptr;
  const PipelineOptions options(threads);
  EXPECT_EQ(pf_pipeline_create(schema, writer, &output, &options, &pipeline, &error), PF_STATUS_OK)
      << error.message;
  return PipelineHandle(pipeline);
}

pf_column_input_with_levels_t columnOf(const std::vector<int64_t>& values) {
  pf_column_input_with_levels_t column{};
  column.values = values.data();
  column.values_len = values.size();
  return column;
}

pf_status_t submit(pf_pipeline_t* pipeline, const std::vector<int64_t>& values,
                   const pf_submit_options_t* options = nullptr, pf_error_t* error = nullptr) {
  const auto column = columnOf(values);
  return pf_pipeline_submit(pipeline, values.size(), &column, 1, options, error);
}

std::string memoryOf(pf_pipeline_t* pipeline) {
  const void* data = nullptr;
  size_t bytes = 0;
  EXPECT_EQ(pf_pipeline_memory(pipeline, &data, &bytes, nullptr), PF_STATUS_OK);
  return {static_cast<const char*>(data), bytes};
}

std::vector<int64_t> numbers(int64_t first, size_t count) {
  std::vector<int64_t> values(count);
  for (size_t i = 0; i < count; ++i) values[i] = (first + static_cast<int64_t>(i)) * 7919 % 1000003;
  return values;
}

std::string bytesOf(const std::vector<int64_t>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(int64_t)};
}

struct Told {
  std::atomic<int> ok{0};
  std::atomic<int> failed{0};
  std::atomic<pf_status_t> last{PF_STATUS_OK};
};
void tell(void* user, pf_status_t status) {
  auto& told = *static_cast<Told*>(user);
  ++(status == PF_STATUS_OK ? told.ok : told.failed);
  told.last = status;
}

TEST(Pipeline, batchesOfManyThreadsAreInTheFile) {
  const TempDirectory folder;
  const std::string path = folder.file("a.parquet");
  const SchemaHandle schema = oneColumn();
  const OutputTo output(path);
  const PipelineHandle pipeline = makePipeline(schema.get(), output);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 3; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(submit(pipeline.get(), numbers(thread * 100'000, 10'000)), PF_STATUS_OK);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(std::filesystem::exists(path)) << "it appears when it is whole";
  pf_file_info_t closed;
  pf_file_info_init(&closed, sizeof closed);
  ErrorText error;
  ASSERT_EQ(pf_pipeline_close(pipeline.get(), &closed, &error), PF_STATUS_OK) << error.message;
  EXPECT_EQ(closed.rows, 300'000U);
  EXPECT_EQ(closed.row_groups, 1U);
  EXPECT_EQ(closed.column_count, 1U);
  pf_file_info_t read;
  pf_file_info_init(&read, sizeof read);
  ASSERT_EQ(pf_file_info_read(path.c_str(), &read, &error), PF_STATUS_OK) << error.message;
  EXPECT_EQ(std::memcmp(&read, &closed, sizeof read), 0);
  PF_EXPECT_STATUS(PF_STATUS_NOT_OPEN, pf_pipeline_close(pipeline.get(), nullptr, &error),
                   error.message, "closed");
  PF_EXPECT_STATUS(PF_STATUS_NOT_OPEN, submit(pipeline.get(), {1}, nullptr, &error), error.message,
                   "finished");
}

TEST(Pipeline, fileIsTheWriters) {
  const SchemaHandle schema = oneColumn();
  const OutputTo memory(PF_OUTPUT_MEMORY);
  const WriterHandle writer = makeWriter(schema.get(), memory);
  for (const size_t rows : {1000U, 300'000U, 10U}) {
    const auto values = numbers(static_cast<int64_t>(rows), rows);
    const auto column = int64Column(values.data(), values.size());
    ASSERT_EQ(pf_writer_write_row_group(writer.get(), rows, &column, 1), PF_STATUS_OK);
  }
  ASSERT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  const void* data = nullptr;
  size_t bytes = 0;
  ASSERT_EQ(pf_writer_memory(writer.get(), &data, &bytes), PF_STATUS_OK);
  const std::string expected(static_cast<const char*>(data), bytes);

  for (const uint32_t threads : {1U, 2U, 4U}) {
    const PipelineHandle pipeline = makePipeline(schema.get(), memory, threads);
    for (const size_t rows : {1000U, 300'000U, 10U}) {
      ASSERT_EQ(submit(pipeline.get(), numbers(static_cast<int64_t>(rows), rows)), PF_STATUS_OK);
      ASSERT_EQ(pf_pipeline_flush(pipeline.get(), nullptr, nullptr), PF_STATUS_OK);
    }
    ASSERT_EQ(pf_pipeline_close(pipeline.get(), nullptr, nullptr), PF_STATUS_OK);
    EXPECT_TRUE(memoryOf(pipeline.get()) == expected) << threads;
  }
}

TEST(Pipeline, columnsAreCopiedUnlessSomebodyIsTold) {
  const SchemaHandle schema = oneColumn();
  const OutputTo memory(PF_OUTPUT_MEMORY);
  const WriterOptions plain = WriterOptions::plain();
  const PipelineHandle pipeline = makePipeline(schema.get(), memory, 2, &plain);
  std::vector<int64_t> values = {1, 2, 3};
  ASSERT_EQ(submit(pipeline.get(), values), PF_STATUS_OK);
  values = {0x0706050403020100, 0x0706050403020100, 0x0706050403020100};
  Told told;
  SubmitOptions options;
  options.on_done = tell;
  options.on_done_user = &told;
  std::vector<int64_t> borrowed = {4, 5};
  ASSERT_EQ(submit(pipeline.get(), borrowed, &options), PF_STATUS_OK);
  EXPECT_EQ(told.ok, 0);
  ASSERT_EQ(pf_pipeline_close(pipeline.get(), nullptr, nullptr), PF_STATUS_OK);
  EXPECT_EQ(told.ok, 1);
  const std::string file = memoryOf(pipeline.get());
  const int64_t expected[] = {1, 2, 3, 4, 5};
  const std::string_view wanted(reinterpret_cast<const char*>(expected), sizeof expected);
  EXPECT_NE(file.find(wanted), std::string::npos);
}

TEST(Pipeline, rowGroupsEndAtTheWritersBounds) {
  const SchemaHandle schema = oneColumn();
  const OutputTo memory(PF_OUTPUT_MEMORY);
  WriterOptions writer;
  writer.row_group_rows = 1000;
  const PipelineHandle pipeline = makePipeline(schema.get(), memory, 2, &writer);
  ASSERT_EQ(submit(pipeline.get(), numbers(0, 4500)), PF_STATUS_OK);
  pf_pipeline_progress_t progress;
  pf_pipeline_progress_init(&progress, sizeof progress);
  ASSERT_EQ(pf_pipeline_get_progress(pipeline.get(), &progress, nullptr), PF_STATUS_OK);
  EXPECT_EQ(progress.row_groups_written, 4U);
  EXPECT_EQ(progress.rows_submitted, 4500U);
  EXPECT_EQ(progress.rows_written, 4000U);
  EXPECT_EQ(progress.batches_submitted, 1U);
  EXPECT_EQ(progress.bytes_in_flight, 0U);
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  ASSERT_EQ(pf_pipeline_close(pipeline.get(), &info, nullptr), PF_STATUS_OK);
  EXPECT_EQ(info.row_groups, 5U);
}

struct Blocked {
  std::atomic<bool> open{false};
  std::atomic<int> fails{0};
  std::atomic<int> begun{0};
  std::atomic<int> ended{0};
};
int blockingWrite(void* user, const void* /*data*/, size_t bytes) {
  auto& blocked = *static_cast<Blocked*>(user);
  if (bytes <= 4) return 0;  // the magic
  ++blocked.begun;
  while (!blocked.open) std::this_thread::yield();
  ++blocked.ended;
  return blocked.fails;
}

// Its row groups have kBlockedRows rows.
constexpr uint64_t kBlockedRows = 300'000;
PipelineHandle blockedPipeline(const pf_schema_t* schema, Blocked& blocked, uint32_t threads) {
  OutputTo output(PF_OUTPUT_CALLBACKS);
  output.write = blockingWrite;
  output.user = &blocked;
  WriterOptions writer;
  writer.row_group_rows = kBlockedRows;
  return makePipeline(schema, output, threads, &writer);
}

TEST(Pipeline, fullOneRefusesWhoDoesNotWait) {
  const SchemaHandle schema = oneColumn();
  Blocked blocked;
  const PipelineHandle pipeline = blockedPipeline(schema.get(), blocked, 2);
  Told told;
  SubmitOptions options;
  options.no_wait = 1;
  options.on_done = tell;
  options.on_done_user = &told;
  const auto values = numbers(0, 300'000);
  int taken = 0;
  pf_status_t status = PF_STATUS_OK;
  ErrorText error;
  while (status == PF_STATUS_OK && taken < 100) {
    status = submit(pipeline.get(), values, &options, &error);
    taken += status == PF_STATUS_OK ? 1 : 0;
  }
  PF_EXPECT_STATUS(PF_STATUS_WOULD_BLOCK, status, error.message, "on their way");
  EXPECT_EQ(taken, 4) << "two more than there are threads";
  EXPECT_EQ(told.ok, 0);
  blocked.open = true;
  ASSERT_EQ(pf_pipeline_close(pipeline.get(), nullptr, &error), PF_STATUS_OK) << error.message;
  EXPECT_EQ(told.ok, 4);
}

TEST(Pipeline, failureIsReturnedByEveryLaterCallAndLeavesNothing) {
  const SchemaHandle schema = oneColumn();
  Blocked blocked;
  blocked.open = true;
  blocked.fails = 28;
  OutputTo output(PF_OUTPUT_CALLBACKS);
  output.write = blockingWrite;
  output.user = &blocked;
  Told told;
  SubmitOptions options;
  options.on_done = tell;
  options.on_done_user = &told;
  const auto values = numbers(0, 10);
  ErrorText error;
  {
    const PipelineHandle pipeline = makePipeline(schema.get(), output);
    ASSERT_EQ(submit(pipeline.get(), values, &options), PF_STATUS_OK);
    ASSERT_EQ(pf_pipeline_flush(pipeline.get(), nullptr, nullptr), PF_STATUS_OK);
    PF_EXPECT_STATUS(PF_STATUS_IO, submit(pipeline.get(), values, &options, &error), error.message,
                     "the pipeline has stopped: writing row group 0 of <callbacks>");
    EXPECT_EQ(error.system_error, 28);
    PF_EXPECT_STATUS(PF_STATUS_IO, pf_pipeline_close(pipeline.get(), nullptr, &error),
                     error.message, "writing row group 0");
    PF_EXPECT_STATUS(PF_STATUS_IO, pf_pipeline_close(pipeline.get(), nullptr, &error),
                     error.message, "writing row group 0");
    pf_pipeline_progress_t progress;
    pf_pipeline_progress_init(&progress, sizeof progress);
    ASSERT_EQ(pf_pipeline_get_progress(pipeline.get(), &progress, nullptr), PF_STATUS_OK);
    EXPECT_EQ(progress.failed, PF_STATUS_IO);
  }
  EXPECT_EQ(told.ok, 0);
  EXPECT_EQ(told.failed, 1) << "the second submit failed, and is not told";
  EXPECT_EQ(told.last, PF_STATUS_IO);
}

pf_pipeline_progress_t progressOf(pf_pipeline_t* pipeline) {
  pf_pipeline_progress_t progress;
  pf_pipeline_progress_init(&progress, sizeof progress);
  EXPECT_EQ(pf_pipeline_get_progress(pipeline, &progress, nullptr), PF_STATUS_OK);
  return progress;
}

TEST(Pipeline, pathThatIsTakenMeanwhileFailsItForGood) {
  const TempDirectory folder;
  const std::string path = folder.file("a.parquet");
  const SchemaHandle schema = oneColumn();
  OutputTo output(path);
  output.no_replace = 1;
  const PipelineHandle pipeline = makePipeline(schema.get(), output);
  ASSERT_EQ(submit(pipeline.get(), numbers(0, 10)), PF_STATUS_OK);
  writeWholeFile(path, "somebody else's");
  ErrorText error;
  PF_EXPECT_STATUS(PF_STATUS_EXISTS, pf_pipeline_close(pipeline.get(), nullptr, &error),
                   error.message, "a.parquet");
  const std::string later = "the pipeline has stopped: " + std::string(error.message);
  PF_EXPECT_STATUS(PF_STATUS_EXISTS, pf_pipeline_close(pipeline.get(), nullptr, &error),
                   error.message, later.c_str());
  PF_EXPECT_STATUS(PF_STATUS_EXISTS, submit(pipeline.get(), numbers(0, 10), nullptr, &error),
                   error.message, later.c_str());
  PF_EXPECT_STATUS(PF_STATUS_EXISTS, pf_pipeline_flush(pipeline.get(), nullptr, &error),
                   error.message, later.c_str());
  EXPECT_EQ(progressOf(pipeline.get()).failed, PF_STATUS_EXISTS);
  EXPECT_EQ(readWholeFile(path), "somebody else's");
  const std::filesystem::directory_iterator names(folder.path());
  EXPECT_EQ(std::distance(begin(names), end(names)), 1) << "the other's";
}

TEST(Pipeline, cancelOfOneThatIsClosedIsTooLate) {
  const SchemaHandle schema = oneColumn();
  const OutputTo output(PF_OUTPUT_MEMORY);
  const PipelineHandle pipeline = makePipeline(schema.get(), output);
  ASSERT_EQ(submit(pipeline.get(), numbers(0, 10)), PF_STATUS_OK);
  ASSERT_EQ(pf_pipeline_close(pipeline.get(), nullptr, nullptr), PF_STATUS_OK);
  EXPECT_EQ(pf_pipeline_cancel(pipeline.get(), nullptr), PF_STATUS_OK);
  EXPECT_EQ(progressOf(pipeline.get()).failed, PF_STATUS_OK);
  EXPECT_EQ(pf_pipeline_close(pipeline.get(), nullptr, nullptr), PF_STATUS_NOT_OPEN);
  EXPECT_EQ(memoryOf(pipeline.get()).substr(0, 4), "PAR1");
}

TEST(Pipeline, cancelledOneLeavesNothingAtThePath) {
  const TempDirectory folder;
  const std::string path = folder.file("a.parquet");
  const SchemaHandle schema = oneColumn();
  const OutputTo output(path);
  const PipelineHandle pipeline = makePipeline(schema.get(), output);
  ASSERT_EQ(submit(pipeline.get(), numbers(0, 1000)), PF_STATUS_OK);
  ASSERT_EQ(pf_pipeline_cancel(pipeline.get(), nullptr), PF_STATUS_OK);
  ErrorText error;
  PF_EXPECT_STATUS(PF_STATUS_CANCELLED, pf_pipeline_close(pipeline.get(), nullptr, &error),
                   error.message, "cancelled");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Pipeline, nothingIsWrittenBehindACloseThatFailed) {
  const SchemaHandle schema = oneColumn();
  Blocked blocked;
  OutputTo output(PF_OUTPUT_CALLBACKS);
  output.write = blockingWrite;
  output.user = &blocked;
  WriterOptions writer = WriterOptions::plain();
  writer.row_group_rows = 400'000;  // in parts: of several writes
  PipelineHandle pipeline = makePipeline(schema.get(), output, 2, &writer);
  ASSERT_EQ(submit(pipeline.get(), numbers(0, 400'000)), PF_STATUS_OK);
  while (blocked.begun == 0) std::this_thread::yield();
  ASSERT_EQ(pf_pipeline_cancel(pipeline.get(), nullptr), PF_STATUS_OK);
  std::thread opener([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    blocked.open = true;
  });
  ErrorText error;
  PF_EXPECT_STATUS(PF_STATUS_CANCELLED, pf_pipeline_close(pipeline.get(), nullptr, &error),
                   error.message, "cancelled");
  const int begun = blocked.begun;
  EXPECT_EQ(blocked.ended, begun);
  opener.join();
  pipeline.reset();
  EXPECT_EQ(blocked.begun, begun);
}

TEST(Pipeline, destroyedOneLeavesNothingAtThePath) {
  const TempDirectory folder;
  const std::string path = folder.file("a.parquet");
  const SchemaHandle schema = oneColumn();
  const OutputTo output(path);
  Told told;
  SubmitOptions options;
  options.on_done = tell;
  options.on_done_user = &told;
  PipelineHandle pipeline = makePipeline(schema.get(), output);
  const auto values = numbers(0, 500'000);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(submit(pipeline.get(), values, &options), PF_STATUS_OK);
  }
  pipeline.reset();
  EXPECT_EQ(told.ok + told.failed, 3);
  EXPECT_GE(told.failed, 1);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Pipeline, encodersAreSharedAndMayGoFirst) {
  const SchemaHandle schema = oneColumn();
  const OutputTo memory(PF_OUTPUT_MEMORY);
  pf_encoders_t* made = nullptr;
  ASSERT_EQ(pf_encoders_create(3, &made, nullptr), PF_STATUS_OK);
  EncodersHandle encoders(made);
  EXPECT_EQ(pf_encoders_threads(made), 3U);
  EXPECT_EQ(pf_encoders_threads(nullptr), 0U);
  PipelineOptions options(0);
  options.encoders = made;
  std::vector<PipelineHandle> pipelines;
  for (int i = 0; i < 3; ++i) {
    pf_pipeline_t* pipeline = nullptr;
    ASSERT_EQ(pf_pipeline_create(schema.get(), nullptr, &memory, &options, &pipeline, nullptr),
              PF_STATUS_OK);
    pipelines.emplace_back(pipeline);
  }
  encoders.reset();
  for (const auto& pipeline : pipelines) {
    ASSERT_EQ(submit(pipeline.get(), numbers(0, 400'000)), PF_STATUS_OK);
  }
  for (const auto& pipeline : pipelines) {
    ASSERT_EQ(pf_pipeline_close(pipeline.get(), nullptr, nullptr), PF_STATUS_OK);
    EXPECT_TRUE(memoryOf(pipeline.get()) == memoryOf(pipelines.front().get()));
  }
}

TEST(Pipeline, wrongArgumentsAreRefusedInASentence) {
  const SchemaHandle schema = oneColumn();
  const OutputTo memory(PF_OUTPUT_MEMORY);
  ErrorText error;
  pf_pipeline_t* none = nullptr;
  const auto create = [&](const pf_pipeline_options_t& options) {
    return pf_pipeline_create(schema.get(), nullptr, &memory, &options, &none, &error);
  };
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_pipeline_create(nullptr, nullptr, &memory, nullptr, &none, &error),
                   error.message, "schema is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_pipeline_create(schema.get(), nullptr, &memory, nullptr, nullptr, &error),
                   error.message, "pipeline is NULL");
  PipelineOptions options(257);
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, create(options), error.message, "threads is 257");
  options = PipelineOptions(1);
  options.row_groups_in_flight = 1025;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, create(options), error.message,
                   "row_groups_in_flight is 1025");
  options = PipelineOptions(1);
  options.reserved = 1;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, create(options), error.message, "reserved");
  options = PipelineOptions(1);
  options.struct_size = 8;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, create(options), error.message, "struct_size");
  pf_encoders_t* encoders = nullptr;
  ASSERT_EQ(pf_encoders_create(1, &encoders, nullptr), PF_STATUS_OK);
  const EncodersHandle owner(encoders);
  options = PipelineOptions(1);
  options.encoders = encoders;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, create(options), error.message, "encoders too");
  setenv("PF_WRITER_PARALLELISM", "two", 1);
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, create(PipelineOptions(0)), error.message,
                   "PF_WRITER_PARALLELISM is \"two\"");
  unsetenv("PF_WRITER_PARALLELISM");

  const PipelineHandle pipeline = makePipeline(schema.get(), memory);
  const auto column = columnOf({1, 2});
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_pipeline_submit(nullptr, 2, &column, 1, nullptr, &error), error.message,
                   "pipeline is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_pipeline_submit(pipeline.get(), 2, nullptr, 1, nullptr, &error),
                   error.message, "columns is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_pipeline_submit(pipeline.get(), 2, &column, 2, nullptr, &error),
                   error.message, "column_count is 2");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_pipeline_submit(pipeline.get(), 3, &column, 1, nullptr, &error),
                   error.message, "values_len is 2");
  SubmitOptions submitOptions;
  submitOptions.no_wait = 2;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_pipeline_submit(pipeline.get(), 2, &column, 1, &submitOptions, &error),
                   error.message, "no_wait is 2");
  submitOptions = SubmitOptions();
  submitOptions.on_done = tell;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_pipeline_flush(pipeline.get(), &submitOptions, &error), error.message,
                   "on_done");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                   pf_pipeline_submit_arrow(pipeline.get(), nullptr, nullptr, nullptr, &error),
                   error.message, "array is NULL");
  const void* data = nullptr;
  size_t bytes = 0;
  PF_EXPECT_STATUS(PF_STATUS_NOT_OPEN, pf_pipeline_memory(pipeline.get(), &data, &bytes, &error),
                   error.message, "complete once the pipeline is closed");
  EXPECT_EQ(pf_pipeline_set_key_value(pipeline.get(), "k", nullptr, nullptr), PF_STATUS_OK);
  EXPECT_EQ(pf_pipeline_submit(pipeline.get(), 0, nullptr, 0, nullptr, nullptr), PF_STATUS_OK);
  pf_pipeline_destroy(nullptr);
  pf_encoders_destroy(nullptr);
}

TEST(Pipeline, valueInAColumnOfNullsIsRefusedAndTheNextRowsAreTaken) {
  const SchemaHandle schema = makeSchema();
  addLeaf(schema.get(), PF_SCHEMA_ROOT, "none", PF_PHYSICAL_INT32, PF_REPETITION_OPTIONAL, 0,
          PF_LOGICAL_UNKNOWN);
  const OutputTo memory(PF_OUTPUT_MEMORY);
  const PipelineHandle pipeline = makePipeline(schema.get(), memory);
  const int32_t value = 7;
  const std::array<uint8_t, 3> nulls = {0, 0, 0};
  const std::array<uint8_t, 3> withValue = {0, 1, 0};
  ErrorText error;
  const auto submitThree = [&](const std::array<uint8_t, 3>& levels) {
    pf_column_input_with_levels_t column{};
    column.values = &value;
    column.values_len = levels[1];
    column.definition_levels = levels.data();
    column.definition_levels_len = levels.size();
    return pf_pipeline_submit(pipeline.get(), levels.size(), &column, 1, nullptr, &error);
  };
  EXPECT_EQ(submitThree(nulls), PF_STATUS_OK) << error.message;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, submitThree(withValue), error.message,
                   "column none: entry 1 has a value, and the column is of UNKNOWN");
  EXPECT_EQ(submitThree(nulls), PF_STATUS_OK) << error.message;
  pf_file_info_t closed;
  pf_file_info_init(&closed, sizeof closed);
  EXPECT_EQ(pf_pipeline_close(pipeline.get(), &closed, &error), PF_STATUS_OK) << error.message;
  EXPECT_EQ(closed.rows, 6U);
}

// --- Arrow -------------------------------------------------------------------------------------

TEST(PipelineArrow, arraysAreMovedAndReleasedOnce) {
  const Int64Schema type;
  const OutputTo memory(PF_OUTPUT_MEMORY);
  const PipelineOptions options(2);
  pf_pipeline_t* made = nullptr;
  ErrorText error;
  const WriterOptions plain = WriterOptions::plain();
  ASSERT_EQ(pf_pipeline_create_for_arrow(&type.schema, &plain, &memory, &options, &made, &error),
            PF_STATUS_OK)
      << error.message;
  const PipelineHandle pipeline(made);
  const std::size_t kRows = 300;
  Int64Array one(numbers(0, kRows));
  Int64Array two(numbers(kRows, kRows));
  Told told;
  SubmitOptions submitOptions;
  submitOptions.on_done = tell;
  submitOptions.on_done_user = &told;
  ASSERT_EQ(pf_pipeline_submit_arrow(made, &one.array, nullptr, &submitOptions, &error),
            PF_STATUS_OK)
      << error.message;
  EXPECT_EQ(one.array.release, nullptr);
  EXPECT_EQ(one.released, 0);
  ASSERT_EQ(pf_pipeline_submit_arrow(made, &two.array, &type.schema, nullptr, &error), PF_STATUS_OK)
      << error.message;
  ASSERT_EQ(pf_pipeline_close(made, nullptr, &error), PF_STATUS_OK) << error.message;
  EXPECT_EQ(one.released, 1);
  EXPECT_EQ(two.released, 1);
  EXPECT_EQ(told.ok, 1);
  const std::string file = memoryOf(made);
  EXPECT_NE(file.find(bytesOf(numbers(0, 2 * kRows))), std::string::npos);
  EXPECT_NE(file.find("ARROW:schema"), std::string::npos);
}

// Nothing is kept of them, however many come before their row group is written.
TEST(PipelineArrow, arraysOfFewRowsAreCopiedAndReleasedInTheCall) {
  const Int64Schema type;
  const SchemaHandle schema = oneColumn();
  const OutputTo memory(PF_OUTPUT_MEMORY);
  const WriterOptions plain = WriterOptions::plain();
  const PipelineHandle pipeline = makePipeline(schema.get(), memory, 2, &plain);
  Told told;
  SubmitOptions options;
  options.on_done = tell;
  options.on_done_user = &told;
  ErrorText error;
  std::size_t rows = 0;
  for (const std::size_t count : {1U, 256U, 100U, 0U, 255U}) {
    Int64Array array(numbers(static_cast<int64_t>(rows), count));
    ASSERT_EQ(
        pf_pipeline_submit_arrow(pipeline.get(), &array.array, &type.schema, &options, &error),
        PF_STATUS_OK)
        << error.message;
    EXPECT_EQ(array.array.release, nullptr);
    EXPECT_EQ(array.released, 1) << count;
    std::fill(array.values.begin(), array.values.end(), -1);
    rows += count;
  }
  EXPECT_EQ(told.ok, 1);  // of no rows
  ASSERT_EQ(pf_pipeline_close(pipeline.get(), nullptr, &error), PF_STATUS_OK) << error.message;
  EXPECT_EQ(told.ok, 5);
  EXPECT_NE(memoryOf(pipeline.get()).find(bytesOf(numbers(0, rows))), std::string::npos);
}

// A stretch of copies between larger arrays takes memory for each column: behind the fourth in a
// row group small arrays are kept as larger ones are.
TEST(PipelineArrow, arraysOfFewRowsBetweenLargerOnesAreCopiedInAFewStretches) {
  const Int64Schema type;
  const SchemaHandle schema = oneColumn();
  const OutputTo memory(PF_OUTPUT_MEMORY);
  const PipelineHandle pipeline = makePipeline(schema.get(), memory);
  std::vector<std::unique_ptr<Int64Array>> small;
  std::vector<std::unique_ptr<Int64Array>> large;
  const auto submitOne = [&](Int64Array& array) {
    EXPECT_EQ(
        pf_pipeline_submit_arrow(pipeline.get(), &array.array, &type.schema, nullptr, nullptr),
        PF_STATUS_OK);
  };
  for (int i = 0; i < 10; ++i) {
    submitOne(*small.emplace_back(std::make_unique<Int64Array>(numbers(i, 2))));
    EXPECT_EQ(small.back()->released, i < 4 ? 1 : 0) << i;
    submitOne(*large.emplace_back(std::make_unique<Int64Array>(numbers(i, 300))));
    EXPECT_EQ(large.back()->released, 0) << i;
  }
  EXPECT_EQ(pf_pipeline_close(pipeline.get(), nullptr, nullptr), PF_STATUS_OK);
  for (const auto& each : small) EXPECT_EQ(each->released, 1);
  for (const auto& each : large) EXPECT_EQ(each->released, 1);
}

TEST(PipelineArrow, arrayIsReleasedWhateverIsWrong) {
  const Int64Schema type;
  const SchemaHandle schema = oneColumn();
  const OutputTo memory(PF_OUTPUT_MEMORY);
  const PipelineHandle pipeline = makePipeline(schema.get(), memory);
  ErrorText error;
  Int64Array noType({1});
  PF_EXPECT_STATUS(
      PF_STATUS_INVALID_ARGUMENT,
      pf_pipeline_submit_arrow(pipeline.get(), &noType.array, nullptr, nullptr, &error),
      error.message, "schema is NULL");
  EXPECT_EQ(noType.released, 1);
  Int64Array broken({1});
  broken.child.n_buffers = 3;
  PF_EXPECT_STATUS(
      PF_STATUS_INVALID_ARGUMENT,
      pf_pipeline_submit_arrow(pipeline.get(), &broken.array, &type.schema, nullptr, &error),
      error.message, "x");
  EXPECT_EQ(broken.released, 1);
  Int64Array good({1});
  EXPECT_EQ(pf_pipeline_submit_arrow(pipeline.get(), &good.array, &type.schema, nullptr, &error),
            PF_STATUS_OK)
      << error.message;
  EXPECT_EQ(pf_pipeline_close(pipeline.get(), nullptr, nullptr), PF_STATUS_OK);
  EXPECT_EQ(good.released, 1);
}

TEST(PipelineArrow, arrayThatWouldBlockStaysTheCallers) {
  const Int64Schema type;
  const SchemaHandle schema = oneColumn();
  Blocked blocked;
  const PipelineHandle pipeline = blockedPipeline(schema.get(), blocked, 2);
  SubmitOptions options;
  options.no_wait = 1;
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(submit(pipeline.get(), numbers(0, kBlockedRows), &options), PF_STATUS_OK);
  }
  Int64Array array({1, 2, 3});
  EXPECT_EQ(pf_pipeline_submit_arrow(pipeline.get(), &array.array, &type.schema, &options, nullptr),
            PF_STATUS_WOULD_BLOCK);
  EXPECT_NE(array.array.release, nullptr);
  EXPECT_EQ(array.array.length, 3);
  EXPECT_EQ(array.released, 0);
  blocked.open = true;
  options.no_wait = 0;
  EXPECT_EQ(pf_pipeline_submit_arrow(pipeline.get(), &array.array, &type.schema, &options, nullptr),
            PF_STATUS_OK);
  EXPECT_EQ(pf_pipeline_close(pipeline.get(), nullptr, nullptr), PF_STATUS_OK);
  EXPECT_EQ(array.released, 1);
}

enum class End { kClose, kCancel, kFailedWrite, kDestroy };

class PipelineArrowEnd : public testing::TestWithParam<End> {};

// Of arrays of which one is in a row group that is being written, two in those behind it, one of
// which is cut in two, and one in a row group that is not full yet.
TEST_P(PipelineArrowEnd, arraysAreReleasedOnceAndTheirOwnersToldOnce) {
  const Int64Schema type;
  const SchemaHandle schema = oneColumn();
  Blocked blocked;
  PipelineHandle pipeline = blockedPipeline(schema.get(), blocked, 3);
  Int64Array arrays[] = {Int64Array(numbers(0, 300'000)), Int64Array(numbers(1, 400'000)),
                         Int64Array(numbers(2, 200'000)), Int64Array(numbers(3, 300))};
  Told told;
  SubmitOptions options;
  options.no_wait = 1;
  options.on_done = tell;
  options.on_done_user = &told;
  for (Int64Array& each : arrays) {
    ASSERT_EQ(
        pf_pipeline_submit_arrow(pipeline.get(), &each.array, &type.schema, &options, nullptr),
        PF_STATUS_OK);
    EXPECT_EQ(each.array.release, nullptr);
  }
  while (blocked.begun == 0) std::this_thread::yield();
  for (const Int64Array& each : arrays) EXPECT_EQ(each.released, 0);

  if (GetParam() == End::kFailedWrite) blocked.fails = 28;
  if (GetParam() == End::kCancel) {
    ASSERT_EQ(pf_pipeline_cancel(pipeline.get(), nullptr), PF_STATUS_OK);
  }
  blocked.open = true;
  if (GetParam() != End::kDestroy) {
    const pf_status_t expected[] = {PF_STATUS_OK, PF_STATUS_CANCELLED, PF_STATUS_IO};
    EXPECT_EQ(pf_pipeline_close(pipeline.get(), nullptr, nullptr),
              expected[static_cast<std::size_t>(GetParam())]);
    // What is in the row group that was not full may be there until the pipeline is destroyed.
    for (const Int64Array& each : std::span(arrays).first(GetParam() == End::kClose ? 4 : 3)) {
      EXPECT_EQ(each.released, 1);
    }
  }
  pipeline.reset();
  for (const Int64Array& each : arrays) EXPECT_EQ(each.released, 1);
  EXPECT_EQ(told.ok + told.failed, 4);
  EXPECT_EQ(told.failed == 0, GetParam() == End::kClose);
}

std::string nameOf(const testing::TestParamInfo<End>& end) {
  constexpr const char* kNames[] = {"close", "cancel", "failedWrite", "destroy"};
  return kNames[static_cast<std::size_t>(end.param)];
}

INSTANTIATE_TEST_SUITE_P(Ends, PipelineArrowEnd,
                         testing::Values(End::kClose, End::kCancel, End::kFailedWrite,
                                         End::kDestroy),
                         nameOf);

// --- a forked child ------------------------------------------------------------------------------

struct CopyFails {
  CopyFails() = default;
  CopyFails(const CopyFails& /*from*/) { throw std::bad_alloc(); }
  CopyFails(CopyFails&&) noexcept = default;
  void operator()(pf_status_t /*status*/) const noexcept {}
};

TEST(PipelineWrapper, callableThatThereIsNoMemoryToCopyIsAStatus) {
  parquet_flow::Schema schema;
  schema.leaf("x", parquet_flow::types::kInt64);
  auto pipeline = parquet_flow::Pipeline::create(schema, parquet_flow::Output::discard());
  ASSERT_TRUE(pipeline) << pipeline.error().message();
  const auto values = numbers(0, 10);
  const parquet_flow::Column column[] = {parquet_flow::columns::values(values)};
  CopyFails onDone;
  const auto refused = pipeline->submit(10, column, onDone);
  EXPECT_EQ(refused.error().status(), PF_STATUS_OUT_OF_MEMORY);
  ASSERT_TRUE(pipeline->submit(10, column, std::move(onDone)));
  ASSERT_TRUE(pipeline->close());
}

TEST(Pipeline, forkedChildCanOnlyDestroy) {
  const TempDirectory folder;
  const std::string path = folder.file("a.parquet");
  const SchemaHandle schema = oneColumn();
  const OutputTo output(path);
  pf_encoders_t* encoders = nullptr;
  ASSERT_EQ(pf_encoders_create(2, &encoders, nullptr), PF_STATUS_OK);
  PipelineOptions options(0);
  options.encoders = encoders;
  pf_pipeline_t* pipeline = nullptr;
  ASSERT_EQ(pf_pipeline_create(schema.get(), nullptr, &output, &options, &pipeline, nullptr),
            PF_STATUS_OK);
  ASSERT_EQ(submit(pipeline, numbers(0, 600'000)), PF_STATUS_OK);
  ASSERT_EQ(pf_pipeline_flush(pipeline, nullptr, nullptr), PF_STATUS_OK);
  const pid_t child = fork();
  if (child == 0) {
    const bool refused = submit(pipeline, {1}) == PF_STATUS_NOT_OPEN &&
                         pf_pipeline_close(pipeline, nullptr, nullptr) == PF_STATUS_NOT_OPEN;
    pf_pipeline_destroy(pipeline);
    pf_encoders_destroy(encoders);
    _exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  pf_encoders_destroy(encoders);
  EXPECT_EQ(pf_pipeline_close(pipeline, nullptr, nullptr), PF_STATUS_OK);
  pf_pipeline_destroy(pipeline);
  EXPECT_TRUE(std::filesystem::exists(path));
}

}  // namespace
