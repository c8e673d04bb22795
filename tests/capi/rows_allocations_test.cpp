// Goal: a row costs no allocation once rows of its size have been there: reading a hundred thousand
// takes no more than reading the first thousand of them, nor do batches of rows.
//
// Method: one row group of nested rows, read through the product in small batches and in one, with
// every allocation of the thread counted.
#include <gtest/gtest.h>

#include <string>

#include "capi_fixture.hpp"
#include "support/allocation_counter.hpp"

namespace parquet_flow::test {
namespace {

using ReaderHandle = std::unique_ptr<pf_reader_t, Destroy<pf_reader_destroy>>;
using ScanHandle = std::unique_ptr<pf_scan_t, Destroy<pf_scan_destroy>>;

constexpr uint64_t kRows = 100'000;

// (i, [("n", null), (null, "t")]): a name, and phones whose number goes up and down.
std::string contacts() {
  const SchemaHandle schema = contactSchema();
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  const WriterHandle writer = makeWriter(schema.get(), OutputTo(PF_OUTPUT_MEMORY), &options);
  pf_row_writer_t* made = nullptr;
  EXPECT_EQ(pf_row_writer_create(writer.get(), kRows, 1 << 30, &made, nullptr), PF_STATUS_OK);
  RowWriterHandle filling(made);
  for (uint64_t i = 0; i < kRows; ++i) {
    pf_row_t* row = nullptr;
    EXPECT_EQ(pf_row_writer_next(made, &row, nullptr), PF_STATUS_OK);
    const std::string name = "name " + std::to_string(i % 1000);
    pf_row_bytes(row, name.data(), name.size());
    pf_row_begin_list(row);
    for (uint64_t phone = 0; phone < i % 5; ++phone) {
      pf_row_begin_group(row);
      pf_row_bytes(row, "12345", i % 6);
      pf_row_null(row);
      pf_row_end_group(row);
    }
    pf_row_end_list(row);
  }
  EXPECT_EQ(pf_row_writer_flush(made, nullptr), PF_STATUS_OK);
  filling.reset();
  EXPECT_EQ(pf_writer_close(writer.get()), PF_STATUS_OK);
  const void* data = nullptr;
  size_t bytes = 0;
  EXPECT_EQ(pf_writer_memory(writer.get(), &data, &bytes), PF_STATUS_OK);
  return {static_cast<const char*>(data), bytes};
}

// Of rows behind the first thousand.
void countAllocations(const pf_reader_t* reader, uint64_t batchRows) {
  pf_scan_options_t options;
  pf_scan_options_init(&options, sizeof options);
  options.batch_rows = batchRows;
  pf_scan_t* made = nullptr;
  ASSERT_EQ(pf_reader_scan(reader, &options, &made, nullptr), PF_STATUS_OK);
  const ScanHandle scan(made);
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  uint64_t elements = 0;
  uint64_t allocations = 0;
  for (uint64_t i = 0; i < kRows; ++i) {
    const AllocationWatch watch;
    const pf_value_t* row = nullptr;
    const pf_value_t* phones = nullptr;
    ASSERT_EQ(pf_scan_next_row(scan.get(), &row, &error), PF_STATUS_OK);
    ASSERT_EQ(pf_value_find(row, "phones", &phones, &error), PF_STATUS_OK);
    elements += phones->count;
    allocations += i < 1000 ? 0 : watch.allocations();
  }
  EXPECT_EQ(elements, 2 * kRows);
  EXPECT_EQ(allocations, 0U);
}

TEST(RowsAllocations, areNoneForARow) {
  const std::string file = contacts();
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.kind = PF_INPUT_MEMORY;
  input.memory = file.data();
  input.memory_bytes = file.size();
  pf_reader_t* reader = nullptr;
  ASSERT_EQ(pf_reader_open(&input, nullptr, &reader, nullptr), PF_STATUS_OK);
  const ReaderHandle owner(reader);
  for (const uint64_t batchRows : {uint64_t{1000}, kRows}) countAllocations(reader, batchRows);
}

}  // namespace
}  // namespace parquet_flow::test
