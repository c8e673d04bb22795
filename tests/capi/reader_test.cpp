// Goal: the C API reads what it wrote, says what is in a file, and refuses what cannot be, each
// time with a sentence that names it.
//
// Method: a small file in memory through the writer's C API, then every function on it, with
// arguments that are wrong one at a time.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "parquet_flow.h"

namespace {

class ReaderApi : public testing::Test {
 protected:
  void SetUp() override {
    pf_error_init(&error_, sizeof error_);
    writeFile();
    pf_input_init(&input_, sizeof input_);
    input_.kind = PF_INPUT_MEMORY;
    input_.memory = file_.data();
    input_.memory_bytes = file_.size();
    ASSERT_EQ(pf_reader_open(&input_, nullptr, &reader_, &error_), PF_STATUS_OK) << error_.message;
  }
  void TearDown() override { pf_reader_destroy(reader_); }

  void expectRefused(pf_status_t status, const char* says) {
    EXPECT_EQ(status, PF_STATUS_INVALID_ARGUMENT);
    EXPECT_NE(std::string(error_.message).find(says), std::string::npos) << error_.message;
  }

  pf_scan_t* scanOf(const pf_scan_options_t* options) {
    pf_scan_t* scan = nullptr;
    EXPECT_EQ(pf_reader_scan(reader_, options, &scan, &error_), PF_STATUS_OK) << error_.message;
    return scan;
  }

  pf_error_t error_;
  std::string file_;
  pf_input_t input_;
  pf_reader_t* reader_ = nullptr;

 private:
  // id: 1 2 3; name: "a" null "bc"; l: [7, 8] null [].
  void writeFile() {
    pf_schema_t* schema = nullptr;
    std::uint32_t list = 0;
    ASSERT_EQ(pf_schema_create(&schema, &error_), PF_STATUS_OK);
    const auto leaf = [&](std::uint32_t parent, const char* name, pf_physical_type_t type,
                          pf_repetition_t repetition, pf_logical_type_t logical) {
      ASSERT_EQ(pf_schema_add_leaf(schema, parent, name, type, repetition, 0, logical, 0, 0, -1,
                                   nullptr, &error_),
                PF_STATUS_OK);
    };
    leaf(PF_SCHEMA_ROOT, "id", PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED, PF_LOGICAL_NONE);
    leaf(PF_SCHEMA_ROOT, "name", PF_PHYSICAL_BYTE_ARRAY, PF_REPETITION_OPTIONAL, PF_LOGICAL_STRING);
    ASSERT_EQ(
        pf_schema_add_list(schema, PF_SCHEMA_ROOT, "l", PF_REPETITION_OPTIONAL, -1, &list, &error_),
        PF_STATUS_OK);
    leaf(list, "element", PF_PHYSICAL_INT32, PF_REPETITION_OPTIONAL, PF_LOGICAL_NONE);
    pf_output_t output;
    pf_output_init(&output, sizeof output);
    output.kind = PF_OUTPUT_MEMORY;
    pf_writer_handle_t* writer = nullptr;
    ASSERT_EQ(pf_writer_create_with_options(schema, nullptr, &output, &writer, &error_),
              PF_STATUS_OK);
    const std::int64_t ids[] = {1, 2, 3};
    const std::uint32_t offsets[] = {0, 1, 3};
    const std::uint8_t present[] = {1, 0, 1};
    const std::int32_t elements[] = {7, 8};
    const std::uint8_t definitions[] = {3, 3, 0, 1};
    const std::uint8_t repetitions[] = {0, 1, 0, 0};
    const pf_column_input_with_levels_t columns[] = {
        {ids, 3, nullptr, 0, nullptr, 0, nullptr, 0},
        {"abc", 3, offsets, 3, present, 3, nullptr, 0},
        {elements, 2, nullptr, 0, definitions, 4, repetitions, 4}};
    ASSERT_EQ(pf_writer_write_row_group_with_levels(writer, 3, columns, 3), PF_STATUS_OK);
    ASSERT_EQ(pf_writer_set_key_value(writer, "key", "value"), PF_STATUS_OK);
    ASSERT_EQ(pf_writer_close(writer), PF_STATUS_OK);
    const void* data = nullptr;
    std::size_t bytes = 0;
    ASSERT_EQ(pf_writer_memory(writer, &data, &bytes), PF_STATUS_OK);
    file_.assign(static_cast<const char*>(data), bytes);
    pf_writer_destroy(writer);
    pf_schema_destroy(schema);
  }
};

TEST_F(ReaderApi, whatTheFileHas) {
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  ASSERT_EQ(pf_reader_info(reader_, &info, &error_), PF_STATUS_OK);
  EXPECT_EQ(info.rows, 3U);
  EXPECT_EQ(info.row_groups, 1U);
  EXPECT_EQ(info.column_count, 3U);
  EXPECT_EQ(info.file_bytes, file_.size());

  pf_reader_column_t column;
  pf_reader_column_init(&column, sizeof column);
  ASSERT_EQ(pf_reader_get_column(reader_, 2, &column, &error_), PF_STATUS_OK);
  EXPECT_STREQ(column.path, "l.list.element");
  EXPECT_EQ(column.physical_type, PF_PHYSICAL_INT32);
  EXPECT_EQ(column.max_definition_level, 3U);
  EXPECT_EQ(column.max_repetition_level, 1U);

  pf_chunk_info_t chunk;
  pf_chunk_info_init(&chunk, sizeof chunk);
  ASSERT_EQ(pf_reader_get_chunk(reader_, 0, 1, &chunk, &error_), PF_STATUS_OK);
  EXPECT_EQ(chunk.entries, 3U);
  EXPECT_EQ(chunk.null_count, 1);
  EXPECT_EQ(std::string(static_cast<const char*>(chunk.min_value), chunk.min_bytes), "a");
  EXPECT_EQ(std::string(static_cast<const char*>(chunk.max_value), chunk.max_bytes), "bc");

  pf_key_value_t pair;
  ASSERT_EQ(pf_reader_get_key_value(reader_, 0, &pair, &error_), PF_STATUS_OK);
  EXPECT_STREQ(pair.key, "key");
  EXPECT_STREQ(pair.value, "value");
  std::uint64_t rows = 0;
  ASSERT_EQ(pf_reader_row_group_rows(reader_, 0, &rows, &error_), PF_STATUS_OK);
  EXPECT_EQ(rows, 3U);
  pf_schema_t* schema = nullptr;
  ASSERT_EQ(pf_reader_schema(reader_, &schema, &error_), PF_STATUS_OK);
  EXPECT_EQ(pf_schema_leaf_count(schema), 3U);
  pf_schema_destroy(schema);
}

TEST_F(ReaderApi, columnsOfABatch) {
  pf_scan_t* const scan = scanOf(nullptr);
  pf_column_view_t columns[3];
  std::uint64_t rows = 0;
  ASSERT_EQ(pf_scan_next_columns(scan, columns, 3, &rows, &error_), PF_STATUS_OK);
  ASSERT_EQ(rows, 3U);
  std::int64_t ids[3];
  std::memcpy(ids, columns[0].values, sizeof ids);  // lent, so of any alignment
  EXPECT_EQ(ids[2], 3);
  EXPECT_EQ(columns[0].validity, nullptr);
  EXPECT_EQ(columns[1].nulls, 1U);
  EXPECT_EQ(columns[1].validity[0] & 7, 0b101);
  EXPECT_EQ(std::vector<std::uint32_t>(columns[1].offsets, columns[1].offsets + 4),
            (std::vector<std::uint32_t>{0, 1, 1, 3}));
  EXPECT_EQ(columns[2].entries, 4U);
  EXPECT_EQ(columns[2].slots, 2U);
  EXPECT_EQ(columns[2].definition_levels[3], 1);
  EXPECT_EQ(columns[2].repetition_levels[1], 1);
  ASSERT_EQ(pf_scan_next_columns(scan, columns, 3, &rows, &error_), PF_STATUS_OK);
  EXPECT_EQ(rows, 0U);
  expectRefused(pf_scan_next_columns(scan, columns, 2, &rows, &error_), "column_count is 2");
  pf_scan_destroy(scan);
}

TEST_F(ReaderApi, arrowDataOutlivesTheScan) {
  pf_scan_options_t options;
  pf_scan_options_init(&options, sizeof options);
  const char* const paths[] = {"l", "id"};
  options.columns = paths;
  options.column_count = 2;
  options.first_row = 1;
  pf_scan_t* const scan = scanOf(&options);
  ArrowSchema schema;
  ASSERT_EQ(pf_scan_arrow_schema(scan, &schema, &error_), PF_STATUS_OK);
  EXPECT_STREQ(schema.format, "+s");
  ASSERT_EQ(schema.n_children, 2);
  EXPECT_STREQ(schema.children[0]->name, "id");
  EXPECT_STREQ(schema.children[1]->format, "+l");
  schema.release(&schema);
  ArrowArray array;
  ASSERT_EQ(pf_scan_next_arrow(scan, &array, &error_), PF_STATUS_OK);
  ArrowArray end;
  ASSERT_EQ(pf_scan_next_arrow(scan, &end, &error_), PF_STATUS_OK);
  EXPECT_EQ(end.release, nullptr);
  pf_scan_destroy(scan);
  EXPECT_EQ(array.length, 2);
  EXPECT_EQ(array.children[1]->null_count, 1);
  EXPECT_EQ(array.children[1]->children[0]->length, 0);
  array.release(&array);
}

TEST_F(ReaderApi, scansWithThreadsGiveTheSame) {
  for (const std::uint32_t threads : {0U, 2U, 256U}) {
    pf_scan_options_t options;
    pf_scan_options_init(&options, sizeof options);
    EXPECT_EQ(options.threads, 1U);
    options.threads = threads;
    options.batch_rows = 2;
    pf_scan_t* const scan = scanOf(&options);
    pf_column_view_t columns[3];
    std::uint64_t rows = 0;
    ASSERT_EQ(pf_scan_next_columns(scan, columns, 3, &rows, &error_), PF_STATUS_OK);
    ASSERT_EQ(rows, 2U);
    std::int64_t id = 0;
    std::memcpy(&id, static_cast<const std::int64_t*>(columns[0].values) + 1, sizeof id);
    EXPECT_EQ(id, 2);
    EXPECT_EQ(columns[1].nulls, 1U);
    EXPECT_EQ(columns[2].entries, 3U);
    ASSERT_EQ(pf_scan_next_columns(scan, columns, 3, &rows, &error_), PF_STATUS_OK);
    EXPECT_EQ(rows, 1U);
    pf_scan_destroy(scan);
  }
}

// On threads of their own, and arrays released on another: for ThreadSanitizer.
TEST_F(ReaderApi, scansOfOneReaderOnSeveralThreads) {
  constexpr int kThreads = 4;
  std::vector<std::vector<ArrowArray>> arrays(kThreads);
  std::vector<std::thread> threads;
  std::atomic<int> rows = 0;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 20; ++round) {
        pf_scan_options_t options;
        pf_scan_options_init(&options, sizeof options);
        options.batch_rows = 1;
        options.threads = static_cast<std::uint32_t>(1 + round % 2);
        pf_scan_t* scan = nullptr;
        EXPECT_EQ(pf_reader_scan(reader_, &options, &scan, nullptr), PF_STATUS_OK);
        for (;;) {
          ArrowArray array{};
          EXPECT_EQ(pf_scan_next_arrow(scan, &array, nullptr), PF_STATUS_OK);
          if (array.release == nullptr) break;
          rows += static_cast<int>(array.length);
          // Half of them here, whose memory the scan uses again; the others below.
          if (array.length != 0 && round % 2 == 0) {
            array.release(&array);
          } else {
            arrays[static_cast<std::size_t>(i)].push_back(array);
          }
        }
        pf_scan_destroy(scan);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::thread releasing([&] {
    for (auto& ofThread : arrays) {
      for (ArrowArray& array : ofThread) array.release(&array);
    }
  });
  releasing.join();
  EXPECT_EQ(rows, kThreads * 20 * 3);
}

// A scan goes on while what it gave is released on another thread.
TEST_F(ReaderApi, arraysAreReleasedWhileTheScanGoesOn) {
  for (int round = 0; round < 20; ++round) {
    pf_scan_options_t options;
    pf_scan_options_init(&options, sizeof options);
    options.batch_rows = 1;
    pf_scan_t* const scan = scanOf(&options);
    std::vector<std::thread> threads;
    for (;;) {
      ArrowArray array{};
      ASSERT_EQ(pf_scan_next_arrow(scan, &array, &error_), PF_STATUS_OK);
      if (array.release == nullptr) break;
      threads.emplace_back([array]() mutable { array.release(&array); });
    }
    pf_scan_destroy(scan);
    for (std::thread& thread : threads) thread.join();
  }
}

TEST_F(ReaderApi, argumentsThatCannotBeAreRefused) {
  pf_reader_t* reader = nullptr;
  expectRefused(pf_reader_open(nullptr, nullptr, &reader, &error_), "input is NULL");
  expectRefused(pf_reader_open(&input_, nullptr, nullptr, &error_), "reader is NULL");
  pf_input_t wrong = input_;
  wrong.kind = 3;
  expectRefused(pf_reader_open(&wrong, nullptr, &reader, &error_), "kind is 3");
  wrong.kind = PF_INPUT_CALLBACKS;
  expectRefused(pf_reader_open(&wrong, nullptr, &reader, &error_), "read_at is NULL");
  wrong = input_;
  wrong.map = 2;
  expectRefused(pf_reader_open(&wrong, nullptr, &reader, &error_), "map is 2");
  pf_chunk_info_t chunk;
  pf_chunk_info_init(&chunk, sizeof chunk);
  expectRefused(pf_reader_get_chunk(reader_, 1, 0, &chunk, &error_), "row_group is 1");
  expectRefused(pf_reader_get_chunk(reader_, 0, 3, &chunk, &error_), "leaf_index is 3");
  expectRefused(pf_reader_get_chunk(nullptr, 0, 0, &chunk, &error_), "reader is NULL");
  pf_key_value_t pair;
  expectRefused(pf_reader_get_key_value(reader_, 1, &pair, &error_), "index is 1");

  pf_scan_options_t options;
  pf_scan_options_init(&options, sizeof options);
  pf_scan_t* scan = nullptr;
  options.strings = 3;
  expectRefused(pf_reader_scan(reader_, &options, &scan, &error_), "strings is 3");
  options.strings = 0;
  options.batch_rows = 0;
  expectRefused(pf_reader_scan(reader_, &options, &scan, &error_), "batch_rows is 0");
  options.batch_rows = 1;
  options.threads = 257;
  expectRefused(pf_reader_scan(reader_, &options, &scan, &error_), "threads is 257");
  options.threads = 1;
  options.reserved2 = 1;
  expectRefused(pf_reader_scan(reader_, &options, &scan, &error_), "options->reserved2 is 1");
  options.reserved2 = 0;
  options.first_row = 4;
  expectRefused(pf_reader_scan(reader_, &options, &scan, &error_), "the first row is 4");
  options.first_row = 0;
  const char* const paths[] = {"nam"};
  options.columns = paths;
  options.column_count = 1;
  expectRefused(pf_reader_scan(reader_, &options, &scan, &error_), "there is no column 'nam'");
  EXPECT_EQ(scan, nullptr);
  pf_reader_destroy(nullptr);
  pf_scan_destroy(nullptr);
}

int failingRead(void* user, std::uint64_t, void*, std::size_t) {
  ++*static_cast<int*>(user);
  return 5;
}
void countClose(void* user) { *static_cast<int*>(user) += 100; }

TEST_F(ReaderApi, callbacksFailAndAreClosedOnce) {
  int calls = 0;
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.kind = PF_INPUT_CALLBACKS;
  input.read_at = failingRead;
  input.close = countClose;
  input.user = &calls;
  input.file_bytes = 1000;
  pf_reader_t* reader = nullptr;
  EXPECT_EQ(pf_reader_open(&input, nullptr, &reader, &error_), PF_STATUS_IO);
  EXPECT_EQ(error_.system_error, 5);
  EXPECT_EQ(calls, 101);
}

}  // namespace
