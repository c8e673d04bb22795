// Goal: nothing that is thrown inside gets out; it becomes a status and a sentence.
//
// Method: what the standard library throws, thrown through the boundary; and memory that runs out
// at every allocation of a run in turn, for all calls that allocate.
#include "boundary.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "arrow_structs.hpp"
#include "capi_fixture.hpp"
#include "support/sanitizers.hpp"
#include "support/temp_directory.hpp"

namespace {

// The allocation of this thread that fails, counted down; 0: none does.
thread_local std::uint64_t failingAllocation = 0;

bool fails() noexcept { return failingAllocation != 0 && --failingAllocation == 0; }

void* allocate(std::size_t bytes, std::size_t alignment) noexcept {
  if (fails()) return nullptr;
  const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
  return std::aligned_alloc(alignment, rounded == 0 ? alignment : rounded);
}

void* allocateOrThrow(std::size_t bytes, std::size_t alignment) {
  void* memory = allocate(bytes, alignment);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

// The product's objects and this program use one operator new: this one.
void* operator new(std::size_t bytes) { return allocateOrThrow(bytes, 16); }
void* operator new(std::size_t bytes, std::align_val_t alignment) {
  return allocateOrThrow(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t& /*tag*/) noexcept {
  return allocate(bytes, 16);
}
void* operator new(std::size_t bytes, std::align_val_t alignment,
                   const std::nothrow_t& /*tag*/) noexcept {
  return allocate(bytes, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*bytes*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*bytes*/, std::align_val_t /*at*/) noexcept {
  std::free(memory);
}

namespace parquet_flow::test {
namespace {

using capi::contain;

template <class Thrown>
Error caught(const Thrown& thrown) {
  return contain([&]() -> Result<void> { throw thrown; }).error();
}

TEST(Boundary, badAllocIsOutOfMemory) {
  EXPECT_EQ(caught(std::bad_alloc()).code(), ErrorCode::kOutOfMemory);
  EXPECT_EQ(caught(std::bad_array_new_length()).code(), ErrorCode::kOutOfMemory);
}

TEST(Boundary, otherExceptionsAreInternalAndKeepWhatTheySay) {
  const Error error = caught(std::length_error("vector::_M_default_append"));
  EXPECT_EQ(error.code(), ErrorCode::kInternal);
  EXPECT_NE(error.message().find("vector::_M_default_append"), std::string::npos);
  EXPECT_EQ(caught(42).code(), ErrorCode::kInternal);
  EXPECT_FALSE(caught(42).message().empty());
}

TEST(Boundary, exceptionWithoutMemoryForItsSentence) {
  const Result<void> result = contain([]() -> Result<void> {
    failingAllocation = 3;  // the exception's text is the first, the sentence comes after
    throw std::runtime_error(std::string(100, 'x'));
  });
  failingAllocation = 0;
  ASSERT_FALSE(result);
  EXPECT_FALSE(result.error().message().empty());
}

TEST(Boundary, guardFillsTheErrorOrClearsIt) {
  ErrorText error;
  EXPECT_EQ(capi::guard(&error, []() -> Result<void> { throw std::bad_alloc(); }),
            PF_STATUS_OUT_OF_MEMORY);
  EXPECT_EQ(error.status, PF_STATUS_OUT_OF_MEMORY);
  EXPECT_STREQ(error.message, "out of memory");
  EXPECT_EQ(
      capi::guard(&error,
                  []() -> Result<void> { return fail(Error(ErrorCode::kIo, 28, "writing x")); }),
      PF_STATUS_IO);
  EXPECT_EQ(error.system_error, 28);
  EXPECT_EQ(capi::guard(&error, []() -> Result<void> { return {}; }), PF_STATUS_OK);
  EXPECT_EQ(error.status, PF_STATUS_OK);
  EXPECT_EQ(error.system_error, 0);
  EXPECT_STREQ(error.message, "");
}

// --- memory that runs out
// ------------------------------------------------------------------------------

// Runs `attempt` with the first allocation failing, then the second, ... until nothing fails. It
// gives the status of the first call that is not OK. Returns how many allocations there were.
template <class Attempt>
std::uint64_t failEachAllocation(Attempt attempt) {
  for (std::uint64_t nth = 1; nth < 100'000; ++nth) {
    failingAllocation = nth;
    const pf_status_t status = attempt();
    const bool wasReached = failingAllocation == 0;
    failingAllocation = 0;
    if (!wasReached) {
      EXPECT_EQ(status, PF_STATUS_OK);
      return nth - 1;
    }
    // An allocation may be one that can be done without.
    EXPECT_TRUE(status == PF_STATUS_OUT_OF_MEMORY || status == PF_STATUS_OK)
        << "allocation " << nth << ": " << pf_status_name(status);
  }
  ADD_FAILURE() << "no end";
  return 0;
}

pf_status_t makeContacts(pf_schema_t** schema) {
  uint32_t list = 0;
  uint32_t group = 0;
  pf_status_t status = pf_schema_create(schema, nullptr);
  if (status == PF_STATUS_OK) {
    status = pf_schema_add_list(*schema, 0, "phones that are many", PF_REPETITION_OPTIONAL, -1,
                                &list, nullptr);
  }
  if (status == PF_STATUS_OK) {
    status =
        pf_schema_add_group(*schema, list, "element", PF_REPETITION_REQUIRED, -1, &group, nullptr);
  }
  if (status == PF_STATUS_OK) {
    status = pf_schema_add_leaf(*schema, group, "a number that is long", PF_PHYSICAL_BYTE_ARRAY,
                                PF_REPETITION_OPTIONAL, 0, PF_LOGICAL_STRING, 0, 0, -1, nullptr,
                                nullptr);
  }
  return status;
}

class OutOfMemory : public testing::Test {
 protected:
  void SetUp() override {
    if (kThreadSanitized) GTEST_SKIP() << "TSan's operator new goes before this program's";
  }
};

TEST_F(OutOfMemory, whileASchemaIsMade) {
  EXPECT_GT(failEachAllocation([] {
              pf_schema_t* schema = nullptr;
              const pf_status_t status = makeContacts(&schema);
              pf_schema_destroy(schema);
              return status;
            }),
            5U);
}

// A failed addition leaves the schema as it was: it is taken at the next try.
TEST_F(OutOfMemory, failedAdditionCanBeRepeated) {
  for (std::uint64_t nth = 1; nth < 20; ++nth) {
    const SchemaHandle schema = makeSchema();
    const auto add = [&] {
      return pf_schema_add_leaf(schema.get(), 0, "a name that is long enough", PF_PHYSICAL_INT32,
                                PF_REPETITION_REQUIRED, 0, PF_LOGICAL_NONE, 0, 0, -1, nullptr,
                                nullptr);
    };
    failingAllocation = nth;
    const pf_status_t status = add();
    failingAllocation = 0;
    EXPECT_EQ(pf_schema_leaf_count(schema.get()), status == PF_STATUS_OK ? 1U : 0U);
    if (status != PF_STATUS_OK) {
      EXPECT_EQ(add(), PF_STATUS_OK) << nth;
    }
  }
}

pf_status_t appendRows(pf_writer_handle_t* writer) {
  pf_row_writer_t* rows = nullptr;
  pf_status_t status = pf_row_writer_create(writer, 2, 1024, &rows, nullptr);
  for (int i = 0; i < 3 && status == PF_STATUS_OK; ++i) {
    pf_row_t* row = nullptr;
    status = pf_row_writer_next(rows, &row, nullptr);
    if (row == nullptr) continue;
    pf_row_begin_list(row);
    pf_row_begin_group(row);
    pf_row_bytes(row, "12345678901234567890", 20);
    pf_row_end_group(row);
    pf_row_end_list(row);
  }
  if (status == PF_STATUS_OK) status = pf_row_writer_flush(rows, nullptr);
  pf_row_writer_destroy(rows);
  return status;
}

TEST_F(OutOfMemory, whileAFileIsWritten) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  pf_schema_t* made = nullptr;
  ASSERT_EQ(makeContacts(&made), PF_STATUS_OK);
  const SchemaHandle schema(made);
  for (const int codec : {PF_COMPRESSION_UNCOMPRESSED, PF_COMPRESSION_GZIP}) {
    EXPECT_GT(failEachAllocation([&] {
                pf_writer_options_t options;
                pf_writer_options_init(&options, sizeof options);
                options.compression = codec;
                const OutputTo output(path);
                pf_writer_handle_t* writer = nullptr;
                pf_status_t status = pf_writer_create_with_options(schema.get(), &options, &output,
                                                                   &writer, nullptr);
                if (status == PF_STATUS_OK) status = appendRows(writer);
                if (status == PF_STATUS_OK) {
                  status = pf_writer_set_key_value(writer, "a key that is long", "and its value");
                }
                if (status == PF_STATUS_OK) status = pf_writer_close(writer);
                pf_writer_destroy(writer);
                return status;
              }),
              30U);
  }
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  ASSERT_EQ(pf_file_info_read(path.c_str(), &info, nullptr), PF_STATUS_OK);
  EXPECT_EQ(info.rows, 3U);
  EXPECT_GT(failEachAllocation([&] { return pf_file_info_read(path.c_str(), &info, nullptr); }),
            3U);
}

// A writer that has failed stays so where there was no memory to keep the reason.
TEST_F(OutOfMemory, whileAWriterFails) {
  const SchemaHandle schema = oneColumn();
  const int64_t value = 1;
  const pf_column_input_t column = int64Column(&value, 1);
  bool isFull = false;
  OutputTo output(PF_OUTPUT_CALLBACKS);
  output.user = &isFull;
  output.write = [](void* user, const void* /*data*/, size_t /*bytes*/) -> int {
    return *static_cast<bool*>(user) ? 28 : 0;
  };
  bool wasReached = true;
  for (std::uint64_t nth = 1; wasReached; ++nth) {
    ASSERT_LT(nth, 1000U);
    isFull = false;
    const WriterHandle writer = makeWriter(schema.get(), output);
    ASSERT_EQ(pf_writer_write_row_group(writer.get(), 1, &column, 1), PF_STATUS_OK);
    isFull = true;
    failingAllocation = nth;
    const pf_status_t failure = pf_writer_write_row_group(writer.get(), 1, &column, 1);
    wasReached = failingAllocation == 0;
    failingAllocation = 0;
    EXPECT_TRUE(failure == PF_STATUS_IO || failure == PF_STATUS_OUT_OF_MEMORY) << nth;
    isFull = false;
    for (int i = 0; i < 2; ++i) {
      EXPECT_NE(pf_writer_write_row_group(writer.get(), 1, &column, 1), PF_STATUS_OK) << nth;
      EXPECT_NE(pf_writer_close(writer.get()), PF_STATUS_OK) << nth;
    }
    EXPECT_TRUE(contains(pf_writer_last_error(writer.get()), "has failed before")) << nth;
  }
}

// Three rows of Arrow data that need memory of their own: lists, and a dictionary with a null.
struct Batch {
  Batch() {
    dictionary->dictionary = texts.get();
    values->dictionary = textValues.get();
  }
  std::array<int32_t, 4> offsets = {0, 1, 1, 3};
  std::array<int8_t, 3> indices = {0, 2, 1};
  std::array<uint8_t, 1> secondIsNull = {0b101};
  std::shared_ptr<Field> texts = field("u", "");
  std::shared_ptr<Field> dictionary = field("c", "a dictionary's column");
  std::shared_ptr<Field> schema = field(
      "+s", "",
      std::vector{field("+l", "a column of lists", std::vector{field("u", "item")}), dictionary});
  std::shared_ptr<Array> text() {
    return std::make_shared<Array>(
        3, std::vector<const void*>{secondIsNull.data(), offsets.data(), "abc"});
  }
  std::shared_ptr<Array> textValues = text();
  std::shared_ptr<Array> values =
      std::make_shared<Array>(3, std::vector<const void*>{nullptr, indices.data()});
  Array rows{3,
             {nullptr},
             {std::make_shared<Array>(3, std::vector<const void*>{nullptr, offsets.data()},
                                      std::vector{text()}),
              values}};
};

// A call that found no memory has failed the writer: the file that lacks its rows never appears.
TEST_F(OutOfMemory, whileArrowDataIsWritten) {
  Batch batch;
  struct Case {
    const char* name;
    std::uint64_t rowGroupRows;
    int batches;  // of a stream; 0: one array
    std::uint64_t least;
  };
  const Case cases[] = {{"an array", 8, 0, 10},
                        {"a stream whose rows are gathered", 8, 5, 20},
                        {"a stream written in place", 2, 2, 20}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const TempDirectory directory;
    const std::string path = directory.file("x.parquet");
    pf_writer_options_t options;
    pf_writer_options_init(&options, sizeof options);
    options.row_group_rows = c.rowGroupRows;
    const OutputTo output(path);
    const auto write = [&] {
      const std::uint64_t nth = std::exchange(failingAllocation, 0);
      pf_writer_handle_t* made = nullptr;
      EXPECT_EQ(pf_writer_create_for_arrow(batch.schema.get(), &options, &output, &made, nullptr),
                PF_STATUS_OK);
      const WriterHandle writer(made);
      BatchStream stream(*batch.schema, batch.rows, c.batches);
      failingAllocation = nth;
      const pf_status_t status =
          c.batches == 0 ? pf_writer_write_arrow(made, &batch.rows, batch.schema.get(), nullptr)
                         : pf_writer_write_arrow_stream(made, &stream, nullptr);
      const std::uint64_t left = std::exchange(failingAllocation, 0);
      const pf_status_t closed = pf_writer_close(made);
      if (status == PF_STATUS_OK) {
        EXPECT_EQ(closed, PF_STATUS_OK) << nth;
        EXPECT_TRUE(std::filesystem::remove(path)) << nth;
      } else {
        EXPECT_EQ(closed, PF_STATUS_OUT_OF_MEMORY) << nth;
        EXPECT_FALSE(std::filesystem::exists(path)) << nth;
      }
      failingAllocation = left;
      return status;
    };
    EXPECT_GT(failEachAllocation(write), c.least);
  }
}

// On the calling thread; those of other threads are tests/pipeline/pipeline_allocation_test's.
TEST_F(OutOfMemory, whileAPipelineIsWritten) {
  pf_schema_t* made = nullptr;
  ASSERT_EQ(makeContacts(&made), PF_STATUS_OK);
  const SchemaHandle schema(made);
  // Two lists of a number each, and none.
  const std::uint32_t offsets[] = {0, 5, 10};
  const std::uint8_t definition[] = {3, 3, 0};
  const std::uint8_t repetition[] = {0, 0, 0};
  pf_column_input_with_levels_t column{};
  column.values = "1234567890";
  column.values_len = 10;
  column.offsets = offsets;
  column.offsets_len = 3;
  column.definition_levels = definition;
  column.definition_levels_len = 3;
  column.repetition_levels = repetition;
  column.repetition_levels_len = 3;
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.kind = PF_OUTPUT_DISCARD;
  pf_pipeline_options_t options;
  pf_pipeline_options_init(&options, sizeof options);
  options.threads = 1;
  for (const bool isOwned : {false, true}) {
    EXPECT_GT(failEachAllocation([&] {
                int told = 0;
                pf_submit_options_t submit;
                pf_submit_options_init(&submit, sizeof submit);
                if (isOwned) {
                  submit.on_done = [](void* user, pf_status_t) { ++*static_cast<int*>(user); };
                  submit.on_done_user = &told;
                }
                pf_pipeline_t* pipeline = nullptr;
                pf_status_t status = pf_pipeline_create(schema.get(), nullptr, &output, &options,
                                                        &pipeline, nullptr);
                int taken = 0;
                for (int i = 0; i < 3 && status == PF_STATUS_OK; ++i) {
                  status = pf_pipeline_submit(pipeline, 3, &column, 1, &submit, nullptr);
                  taken += status == PF_STATUS_OK ? 1 : 0;
                  if (status == PF_STATUS_OK)
                    status = pf_pipeline_flush(pipeline, nullptr, nullptr);
                }
                if (status == PF_STATUS_OK) status = pf_pipeline_close(pipeline, nullptr, nullptr);
                pf_pipeline_destroy(pipeline);
                EXPECT_EQ(told, isOwned ? taken : 0);
                return status;
              }),
              30U);
  }
}

TEST_F(OutOfMemory, createWithoutMemoryGivesNull) {
  failingAllocation = 1;
  EXPECT_EQ(pf_writer_create("x", PF_COMPRESSION_UNCOMPRESSED), nullptr);
  failingAllocation = 0;
}

// The calling thread's memory only: what the worker does without is the sink's own test.
TEST_F(OutOfMemory, whileASinkIsOpenedAndClosed) {
  const TempDirectory directory;
  const std::string path = directory.file("x.parquet");
  EXPECT_GT(failEachAllocation([&] {
              pf_sink_options_t options;
              pf_sink_options_init(&options, sizeof options);
              options.output_path = path.c_str();
              options.replace = 1;
              options.no_sync = 1;
              options.ring_bytes = 64 << 10;
              pf_sink_t* sink = nullptr;
              pf_status_t status = pf_sink_open(&options, &sink, nullptr);
              if (status != PF_STATUS_OK) {
                EXPECT_EQ(sink, nullptr);
                return status;
              }
              pf_producer_t* producer = nullptr;
              status = pf_sink_add_producer(sink, nullptr, &producer, nullptr);
              const std::uint64_t left = failingAllocation;
              failingAllocation = 0;
              pf_producer_release(producer);
              const pf_status_t closed = pf_sink_close(sink, PF_TIMEOUT_INFINITE, nullptr);
              EXPECT_EQ(closed, PF_STATUS_OK) << pf_status_name(closed);
              pf_sink_destroy(sink);
              failingAllocation = left;
              return status;
            }),
            20U);
}

}  // namespace
}  // namespace parquet_flow::test
