// Goal: rows appended one value at a time become what was appended; a row that breaks its schema is
// dropped whole and told of, and nothing of it is in the file.
//
// Method: the same rows once through a row writer and once as hand-written columns with levels must
// give the same bytes.
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "capi_fixture.hpp"

namespace parquet_flow::test {
namespace {

void text(pf_row_t* row, const char* value) { pf_row_bytes(row, value, std::strlen(value)); }

// ("ab", [("1", null), (null, null)])
void firstRow(pf_row_t* row) {
  text(row, "ab");
  pf_row_begin_list(row);
  pf_row_begin_group(row);
  text(row, "1");
  pf_row_null(row);
  pf_row_end_group(row);
  pf_row_begin_group(row);
  pf_row_null(row);
  pf_row_null(row);
  pf_row_end_group(row);
  EXPECT_EQ(pf_row_end_list(row), 0);
}
// (null, null)
void secondRow(pf_row_t* row) {
  pf_row_null(row);
  EXPECT_EQ(pf_row_null(row), 0);
}

std::string bytesOf(pf_writer_handle_t* writer) {
  EXPECT_EQ(pf_writer_close(writer), PF_STATUS_OK) << pf_writer_last_error(writer);
  const void* data = nullptr;
  size_t bytes = 0;
  EXPECT_EQ(pf_writer_memory(writer, &data, &bytes), PF_STATUS_OK);
  return {static_cast<const char*>(data), bytes};
}

std::string sameRowsAsColumns() {
  const std::array<uint32_t, 2> nameOffsets{0, 2};
  const std::array<uint8_t, 2> nameDefinition{1, 0};
  const std::array<uint32_t, 2> numberOffsets{0, 1};
  const std::array<uint8_t, 3> numberDefinition{3, 2, 0};
  const std::array<uint8_t, 3> typeDefinition{2, 2, 0};
  const std::array<uint8_t, 3> repetition{0, 1, 0};
  const std::array<pf_column_input_with_levels_t, 3> columns{{
      {"ab", 2, nameOffsets.data(), 2, nameDefinition.data(), 2, nullptr, 0},
      {"1", 1, numberOffsets.data(), 2, numberDefinition.data(), 3, repetition.data(), 3},
      {nullptr, 0, nullptr, 0, typeDefinition.data(), 3, repetition.data(), 3},
  }};
  const SchemaHandle schema = contactSchema();
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_MEMORY));
  EXPECT_EQ(pf_writer_write_row_group_with_levels(writer.get(), 2, columns.data(), 3), PF_STATUS_OK)
      << pf_writer_last_error(writer.get());
  return bytesOf(writer.get());
}

class RowWriterTest : public testing::Test {
 protected:
  RowWriterHandle make(uint64_t rows, uint64_t bytes = 1 << 20) {
    pf_row_writer_t* made = nullptr;
    EXPECT_EQ(pf_row_writer_create(writer_.get(), rows, bytes, &made, &error_), PF_STATUS_OK)
        << error_.message;
    return RowWriterHandle(made);
  }
  pf_row_t* next(const RowWriterHandle& rows, pf_status_t expected = PF_STATUS_OK) {
    pf_row_t* row = nullptr;
    EXPECT_EQ(pf_row_writer_next(rows.get(), &row, &error_), expected) << error_.message;
    return row;
  }
  uint64_t rowGroups() {
    pf_writer_stats_t stats;
    pf_writer_stats_init(&stats, sizeof stats);
    EXPECT_EQ(pf_writer_get_stats(writer_.get(), &stats), PF_STATUS_OK);
    return stats.row_groups;
  }

  ErrorText error_;
  SchemaHandle schema_ = contactSchema();
  WriterHandle writer_ = makeWriter(schema_.get(), OutputTo(PF_OUTPUT_MEMORY));
};

TEST_F(RowWriterTest, rowsBecomeTheColumnsThatTheyAre) {
  const RowWriterHandle rows = make(100);
  firstRow(next(rows));
  secondRow(next(rows));
  ASSERT_EQ(pf_row_writer_flush(rows.get(), &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(bytesOf(writer_.get()), sameRowsAsColumns());
}

TEST_F(RowWriterTest, rowsThatBreakTheSchemaAreDroppedWholeAndNamed) {
  struct Broken {
    const char* what;
    void (*fill)(pf_row_t*);
  };
  const Broken cases[] = {
      {"nothing", [](pf_row_t*) {}},
      {"too few values", [](pf_row_t* row) { text(row, "a"); }},
      {"too many values",
       [](pf_row_t* row) {
         secondRow(row);
         EXPECT_NE(pf_row_null(row), 0);
       }},
      {"another type", [](pf_row_t* row) { EXPECT_NE(pf_row_int32(row, 1), 0); }},
      {"boolean", [](pf_row_t* row) { EXPECT_NE(pf_row_boolean(row, 1), 0); }},
      {"int64", [](pf_row_t* row) { EXPECT_NE(pf_row_int64(row, 1), 0); }},
      {"float", [](pf_row_t* row) { EXPECT_NE(pf_row_float(row, 1), 0); }},
      {"double", [](pf_row_t* row) { EXPECT_NE(pf_row_double(row, 1), 0); }},
      {"bytes at NULL", [](pf_row_t* row) { EXPECT_NE(pf_row_bytes(row, nullptr, 3), 0); }},
      {"a group for a leaf", [](pf_row_t* row) { EXPECT_NE(pf_row_begin_group(row), 0); }},
      {"a list for a leaf", [](pf_row_t* row) { EXPECT_NE(pf_row_begin_list(row), 0); }},
      {"an end without a begin", [](pf_row_t* row) { EXPECT_NE(pf_row_end_list(row), 0); }},
      {"an end of a group without a begin",
       [](pf_row_t* row) { EXPECT_NE(pf_row_end_group(row), 0); }},
      {"a list left open",
       [](pf_row_t* row) {
         text(row, "a");
         pf_row_begin_list(row);
       }},
      {"a group left open",
       [](pf_row_t* row) {
         text(row, "a");
         pf_row_begin_list(row);
         pf_row_begin_group(row);
         text(row, "1");
       }},
      {"good calls after a bad one",
       [](pf_row_t* row) {
         EXPECT_NE(pf_row_end_list(row), 0);
         EXPECT_NE(pf_row_null(row), 0);
         EXPECT_NE(pf_row_null(row), 0);
       }},
  };
  const RowWriterHandle rows = make(100);
  firstRow(next(rows));
  pf_row_t* row = next(rows);
  for (const Broken& broken : cases) {
    SCOPED_TRACE(broken.what);
    broken.fill(row);
    row = next(rows, PF_STATUS_INVALID_ARGUMENT);
    ASSERT_NE(row, nullptr);
    EXPECT_TRUE(contains(error_.message, "the row was dropped")) << error_.message;
  }
  secondRow(row);
  ASSERT_EQ(pf_row_writer_flush(rows.get(), &error_), PF_STATUS_OK) << error_.message;
  EXPECT_EQ(bytesOf(writer_.get()), sameRowsAsColumns());
}

TEST_F(RowWriterTest, flushTellsOfABrokenLastRowAndWritesTheOthers) {
  const RowWriterHandle rows = make(100);
  firstRow(next(rows));
  secondRow(next(rows));
  text(next(rows), "half");
  EXPECT_EQ(pf_row_writer_flush(rows.get(), &error_), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(bytesOf(writer_.get()), sameRowsAsColumns());
}

TEST_F(RowWriterTest, rowGroupIsWrittenAtItsRowsAndBytes) {
  const RowWriterHandle rows = make(2);
  for (int i = 0; i < 5; ++i) secondRow(next(rows));
  EXPECT_EQ(rowGroups(), 2U);
  ASSERT_EQ(pf_row_writer_flush(rows.get(), &error_), PF_STATUS_OK);
  EXPECT_EQ(rowGroups(), 3U);
  ASSERT_EQ(pf_row_writer_flush(rows.get(), &error_), PF_STATUS_OK);
  EXPECT_EQ(rowGroups(), 3U);

  const RowWriterHandle byBytes = make(1000, 1024);
  const std::string name(600, 'n');
  for (int i = 0; i < 3; ++i) {
    pf_row_t* row = next(byBytes);
    text(row, name.c_str());
    pf_row_null(row);
  }
  EXPECT_EQ(rowGroups(), 4U);
  ASSERT_EQ(pf_row_writer_flush(byBytes.get(), &error_), PF_STATUS_OK);
  EXPECT_EQ(rowGroups(), 5U);
}

// Rows that nobody wrote yet are not lost in silence, and that being filled is one.
TEST_F(RowWriterTest, pendingRowsKeepTheWriterFromClosing) {
  RowWriterHandle rows = make(100);
  secondRow(next(rows));
  secondRow(next(rows));
  (void)next(rows);
  PF_EXPECT_STATUS(PF_STATUS_NOT_OPEN, pf_writer_close(writer_.get()),
                   pf_writer_last_error(writer_.get()), "3 rows of a row writer");
  rows.reset();  // gives them up
  EXPECT_EQ(pf_writer_close(writer_.get()), PF_STATUS_OK);
  EXPECT_EQ(rowGroups(), 0U);
}

TEST_F(RowWriterTest, lastRowKeepsTheWriterFromClosingToo) {
  for (const uint64_t rowGroupRows : {uint64_t{1}, uint64_t{100}}) {
    const RowWriterHandle rows = make(rowGroupRows);
    secondRow(next(rows));
    PF_EXPECT_STATUS(PF_STATUS_NOT_OPEN, pf_writer_close(writer_.get()),
                     pf_writer_last_error(writer_.get()), "1 rows of a row writer");
    ASSERT_EQ(pf_row_writer_flush(rows.get(), &error_), PF_STATUS_OK) << error_.message;
  }
  EXPECT_EQ(rowGroups(), 2U);
  EXPECT_EQ(pf_writer_close(writer_.get()), PF_STATUS_OK) << pf_writer_last_error(writer_.get());
}

// A row that was dropped is not waited for.
TEST_F(RowWriterTest, droppedRowsDoNotKeepTheWriterFromClosing) {
  const RowWriterHandle rows = make(100);
  pf_row_int32(next(rows), 1);  // the first column is text
  EXPECT_EQ(pf_row_writer_flush(rows.get(), &error_), PF_STATUS_INVALID_ARGUMENT);
  EXPECT_EQ(pf_writer_close(writer_.get()), PF_STATUS_OK) << pf_writer_last_error(writer_.get());
}

TEST_F(RowWriterTest, forkedChildGetsNoRows) {
  const RowWriterHandle rows = make(100);
  secondRow(next(rows));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    pf_row_t* row = nullptr;
    const bool isRefused = pf_row_writer_next(rows.get(), &row, &error_) == PF_STATUS_NOT_OPEN &&
                           row == nullptr &&
                           pf_row_writer_flush(rows.get(), &error_) == PF_STATUS_NOT_OPEN;
    _exit(isRefused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

TEST_F(RowWriterTest, afterTheWriterIsClosedThereAreNoMoreRows) {
  const RowWriterHandle rows = make(100);
  ASSERT_EQ(pf_writer_close(writer_.get()), PF_STATUS_OK);
  EXPECT_EQ(next(rows, PF_STATUS_NOT_OPEN), nullptr);
  EXPECT_EQ(pf_row_writer_flush(rows.get(), &error_), PF_STATUS_NOT_OPEN);
  pf_row_writer_t* another = nullptr;
  EXPECT_EQ(pf_row_writer_create(writer_.get(), 1, 1024, &another, &error_), PF_STATUS_NOT_OPEN);
}

TEST_F(RowWriterTest, badArguments) {
  pf_row_writer_t* made = nullptr;
  const auto create = [&](pf_writer_handle_t* writer, uint64_t rows, uint64_t bytes,
                          pf_row_writer_t** out, const char* part) {
    PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT,
                     pf_row_writer_create(writer, rows, bytes, out, &error_), error_.message, part);
    EXPECT_EQ(made, nullptr);
  };
  create(nullptr, 1, 1024, &made, "writer is NULL");
  create(writer_.get(), 1, 1024, nullptr, "row_writer is NULL");
  create(writer_.get(), 0, 1024, &made, "row_group_rows is 0");
  create(writer_.get(), 1ULL << 31, 1024, &made, "row_group_rows is 2147483648");
  create(writer_.get(), 1, 1023, &made, "row_group_bytes is 1023");
  create(writer_.get(), 1, (1ULL << 30) + 1, &made, "row_group_bytes is 1073741825");

  const RowWriterHandle rows = make(1);
  pf_row_t* row = nullptr;
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_row_writer_next(nullptr, &row, &error_),
                   error_.message, "row_writer is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_row_writer_next(rows.get(), nullptr, &error_),
                   error_.message, "row is NULL");
  PF_EXPECT_STATUS(PF_STATUS_INVALID_ARGUMENT, pf_row_writer_flush(nullptr, &error_),
                   error_.message, "row_writer is NULL");
  pf_row_writer_destroy(nullptr);

  EXPECT_NE(pf_row_null(nullptr), 0);
  EXPECT_NE(pf_row_boolean(nullptr, 1), 0);
  EXPECT_NE(pf_row_int32(nullptr, 1), 0);
  EXPECT_NE(pf_row_int64(nullptr, 1), 0);
  EXPECT_NE(pf_row_float(nullptr, 1), 0);
  EXPECT_NE(pf_row_double(nullptr, 1), 0);
  EXPECT_NE(pf_row_bytes(nullptr, "a", 1), 0);
  EXPECT_NE(pf_row_begin_group(nullptr), 0);
  EXPECT_NE(pf_row_end_group(nullptr), 0);
  EXPECT_NE(pf_row_begin_list(nullptr), 0);
  EXPECT_NE(pf_row_end_list(nullptr), 0);
}

// All types that a leaf can have, through rows and as columns.
TEST(RowWriterTypes, everyTypeIsAppendedAsItIs) {
  const SchemaHandle schema = makeSchema();
  addLeaf(schema.get(), 0, "boolean", PF_PHYSICAL_BOOLEAN);
  addLeaf(schema.get(), 0, "int32", PF_PHYSICAL_INT32);
  addLeaf(schema.get(), 0, "int64", PF_PHYSICAL_INT64);
  addLeaf(schema.get(), 0, "int96", PF_PHYSICAL_INT96);
  addLeaf(schema.get(), 0, "float", PF_PHYSICAL_FLOAT);
  addLeaf(schema.get(), 0, "double", PF_PHYSICAL_DOUBLE);
  addLeaf(schema.get(), 0, "bytes", PF_PHYSICAL_BYTE_ARRAY);
  addLeaf(schema.get(), 0, "fixed", PF_PHYSICAL_FIXED_LEN_BYTE_ARRAY, PF_REPETITION_REQUIRED, 2);
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_MEMORY));
  pf_row_writer_t* made = nullptr;
  ASSERT_EQ(pf_row_writer_create(writer.get(), 10, 1024, &made, nullptr), PF_STATUS_OK);
  const RowWriterHandle rows(made);
  pf_row_t* row = nullptr;
  ASSERT_EQ(pf_row_writer_next(rows.get(), &row, nullptr), PF_STATUS_OK);
  EXPECT_EQ(pf_row_boolean(row, 7), 0);
  EXPECT_EQ(pf_row_int32(row, -5), 0);
  EXPECT_EQ(pf_row_int64(row, INT64_MIN), 0);
  EXPECT_EQ(pf_row_bytes(row, "0123456789AB", 12), 0);
  EXPECT_EQ(pf_row_float(row, 0.25F), 0);
  EXPECT_EQ(pf_row_double(row, -0.5), 0);
  EXPECT_EQ(pf_row_bytes(row, nullptr, 0), 0);
  EXPECT_EQ(pf_row_bytes(row, "xy", 2), 0);
  ASSERT_EQ(pf_row_writer_flush(rows.get(), nullptr), PF_STATUS_OK);

  const uint8_t boolean = 1;
  const int32_t int32 = -5;
  const int64_t int64 = INT64_MIN;
  const float single = 0.25F;
  const double twice = -0.5;
  const std::array<uint32_t, 2> offsets{0, 0};
  const std::array<pf_column_input_t, 8> columns{{{&boolean, 1, nullptr, 0},
                                                  {&int32, 1, nullptr, 0},
                                                  {&int64, 1, nullptr, 0},
                                                  {"0123456789AB", 12, nullptr, 0},
                                                  {&single, 1, nullptr, 0},
                                                  {&twice, 1, nullptr, 0},
                                                  {nullptr, 0, offsets.data(), 2},
                                                  {"xy", 2, nullptr, 0}}};
  const WriterHandle fromColumns = makeWriter(schema.get(), OutputTo(PF_OUTPUT_MEMORY));
  ASSERT_EQ(pf_writer_write_row_group(fromColumns.get(), 1, columns.data(), columns.size()),
            PF_STATUS_OK)
      << pf_writer_last_error(fromColumns.get());
  EXPECT_EQ(bytesOf(writer.get()), bytesOf(fromColumns.get()));
}

}  // namespace
}  // namespace parquet_flow::test
