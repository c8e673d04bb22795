// Goal: any bytes as a file are read through the C API to its end or refused: as Arrow data, or as
// columns. Nothing outside of what is there is read or written, and every array can be released.
//
// Input: a byte that chooses how to read, and the file.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "fuzz.hpp"
#include "parquet_flow.h"

namespace {

void readArrow(pf_scan_t* scan) {
  for (;;) {
    ArrowArray array;
    if (pf_scan_next_arrow(scan, &array, nullptr) != PF_STATUS_OK || array.release == nullptr) {
      return;
    }
    array.release(&array);
  }
}

void readColumns(pf_scan_t* scan, std::uint32_t count) {
  std::vector<pf_column_view_t> columns(count);
  std::uint64_t rows = 0;
  do {
    if (pf_scan_next_columns(scan, columns.data(), count, &rows, nullptr) != PF_STATUS_OK) {
      return;
    }
  } while (rows != 0);
}

void scanFile(const pf_reader_t* reader, std::uint8_t choice) {
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  (void)pf_reader_info(reader, &info, nullptr);
  pf_scan_options_t options;
  pf_scan_options_init(&options, sizeof options);
  options.strings = choice % 3;
  options.batch_rows = 1 + choice * std::uint64_t{7};
  options.first_row = choice % 5;
  pf_scan_t* scan = nullptr;
  if (pf_reader_scan(reader, &options, &scan, nullptr) != PF_STATUS_OK) return;
  ArrowSchema schema;
  if (pf_scan_arrow_schema(scan, &schema, nullptr) == PF_STATUS_OK) schema.release(&schema);
  choice % 2 == 0 ? readArrow(scan) : readColumns(scan, info.column_count);
  pf_scan_destroy(scan);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  if (bytes == 0) return 0;
  const std::uint8_t choice = data[0];
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.kind = PF_INPUT_MEMORY;
  input.memory = data + 1;
  input.memory_bytes = bytes - 1;
  pf_reader_options_t options;
  pf_reader_options_init(&options, sizeof options);
  options.no_crc = choice / 8 % 2;
  options.page_bytes_max = 1 << 20;
  pf_reader_t* reader = nullptr;
  if (pf_reader_open(&input, &options, &reader, nullptr) == PF_STATUS_OK) {
    scanFile(reader, choice);
    pf_reader_destroy(reader);
  }
  return 0;
}

// An INT64, a nullable string and a list of INT32, three rows.
std::vector<std::uint8_t> fuzzSeed() {
  pf_schema_t* schema = nullptr;
  std::uint32_t list = 0;
  PF_FUZZ_CHECK(pf_schema_create(&schema, nullptr) == PF_STATUS_OK);
  PF_FUZZ_CHECK(pf_schema_add_leaf(schema, PF_SCHEMA_ROOT, "i", PF_PHYSICAL_INT64,
                                   PF_REPETITION_REQUIRED, 0, PF_LOGICAL_NONE, 0, 0, -1, nullptr,
                                   nullptr) == PF_STATUS_OK);
  PF_FUZZ_CHECK(pf_schema_add_leaf(schema, PF_SCHEMA_ROOT, "s", PF_PHYSICAL_BYTE_ARRAY,
                                   PF_REPETITION_OPTIONAL, 0, PF_LOGICAL_STRING, 0, 0, -1, nullptr,
                                   nullptr) == PF_STATUS_OK);
  PF_FUZZ_CHECK(pf_schema_add_list(schema, PF_SCHEMA_ROOT, "l", PF_REPETITION_OPTIONAL, -1, &list,
                                   nullptr) == PF_STATUS_OK);
  PF_FUZZ_CHECK(pf_schema_add_leaf(schema, list, "element", PF_PHYSICAL_INT32,
                                   PF_REPETITION_OPTIONAL, 0, PF_LOGICAL_NONE, 0, 0, -1, nullptr,
                                   nullptr) == PF_STATUS_OK);
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.kind = PF_OUTPUT_MEMORY;
  pf_writer_handle_t* writer = nullptr;
  PF_FUZZ_CHECK(pf_writer_create_with_options(schema, nullptr, &output, &writer, nullptr) ==
                PF_STATUS_OK);
  const std::int64_t integers[] = {1, 2, 3};
  const std::uint32_t offsets[] = {0, 2, 5};
  const std::uint8_t present[] = {1, 0, 1};
  const std::int32_t elements[] = {7, 8};
  const std::uint8_t definitions[] = {3, 3, 0, 1};
  const std::uint8_t repetitions[] = {0, 1, 0, 0};
  const pf_column_input_with_levels_t columns[] = {
      {integers, 3, nullptr, 0, nullptr, 0, nullptr, 0},
      {"abcde", 5, offsets, 3, present, 3, nullptr, 0},
      {elements, 2, nullptr, 0, definitions, 4, repetitions, 4}};
  PF_FUZZ_CHECK(pf_writer_write_row_group_with_levels(writer, 3, columns, 3) == PF_STATUS_OK);
  PF_FUZZ_CHECK(pf_writer_close(writer) == PF_STATUS_OK);
  const void* file = nullptr;
  std::size_t bytes = 0;
  PF_FUZZ_CHECK(pf_writer_memory(writer, &file, &bytes) == PF_STATUS_OK);
  std::vector<std::uint8_t> seed(1 + bytes);
  std::memcpy(seed.data() + 1, file, bytes);
  pf_writer_destroy(writer);
  pf_schema_destroy(schema);
  return seed;
}
