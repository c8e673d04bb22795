// Goal: any bytes as a file are read through the C API to its end or refused: as Arrow data, as
// columns, or as rows, of which each value is looked at. Nothing outside of what is there is read
// or written, and every array can be released.
//
// Input: a byte that chooses how to read, with a predicate and on how many threads among it, and
// the file.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "parquet_flow.h"
#include "seed_files.hpp"

using namespace parquet_flow;

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

// Bytes, and values of fields that are not null, so that each is read.
std::uint64_t lookAt(const pf_value_t& value) {
  PF_FUZZ_CHECK(value.kind == PF_VALUE_NULL ? value.field->is_nullable == 1
                                            : value.kind == value.field->kind);
  if (value.kind == PF_VALUE_BYTES) {
    return std::string(static_cast<const char*>(value.data), value.count).size();
  }
  std::uint64_t seen = value.kind != PF_VALUE_NULL ? 1 : 0;
  if (value.kind >= PF_VALUE_LIST) {
    const std::uint64_t count = std::uint64_t{value.count} * (value.kind == PF_VALUE_MAP ? 2 : 1);
    for (std::uint64_t i = 0; i < count; ++i) seen += lookAt(value.values[i]);
  }
  return seen;
}

void readRows(pf_scan_t* scan) {
  const pf_field_t* field = nullptr;
  PF_FUZZ_CHECK(pf_scan_row_field(scan, &field, nullptr) == PF_STATUS_OK);
  const pf_value_t* row = nullptr;
  std::uint64_t seen = 0;
  while (pf_scan_next_row(scan, &row, nullptr) == PF_STATUS_OK && row != nullptr) {
    PF_FUZZ_CHECK(row->field == field && row->count == field->field_count);
    seen += lookAt(*row);
  }
  PF_FUZZ_CHECK(seen <= SIZE_MAX / 2);
}

// All that the footer says, of which the strings and bytes are looked through.
void lookAround(const pf_reader_t* reader, const pf_file_info_t& info) {
  std::size_t bytes = 0;
  for (std::uint32_t leaf = 0; leaf < info.column_count; ++leaf) {
    pf_reader_column_t column;
    pf_reader_column_init(&column, sizeof column);
    PF_FUZZ_CHECK(pf_reader_get_column(reader, leaf, &column, nullptr) == PF_STATUS_OK);
    bytes += std::string(column.path).size();
    for (std::uint64_t group = 0; group < info.row_groups; ++group) {
      pf_chunk_info_t chunk;
      pf_chunk_info_init(&chunk, sizeof chunk);
      PF_FUZZ_CHECK(pf_reader_get_chunk(reader, group, leaf, &chunk, nullptr) == PF_STATUS_OK);
      bytes += std::string(static_cast<const char*>(chunk.min_value), chunk.min_bytes).size();
      bytes += std::string(static_cast<const char*>(chunk.max_value), chunk.max_bytes).size();
    }
  }
  pf_key_value_t pair;
  for (std::size_t i = 0; pf_reader_get_key_value(reader, i, &pair, nullptr) == PF_STATUS_OK; ++i) {
    bytes += std::string(pair.key).size();
  }
  PF_FUZZ_CHECK(bytes <= SIZE_MAX / 2);
  pf_schema_t* schema = nullptr;
  if (pf_reader_schema(reader, &schema, nullptr) == PF_STATUS_OK) pf_schema_destroy(schema);
}

std::string quoted(const char* path) {
  std::string text = "\"";
  for (; *path != '\0'; ++path) text.append(*path == '"' ? 2 : 1, *path);
  return text + '"';
}

// Of the column that the choice says, whose type may not have the comparison; NULL: it is refused.
pf_predicate_t* predicateOf(const std::string& column, std::uint8_t choice) {
  constexpr const char* kTests[] = {" is not null", " >= 1", " <> 'a'", " in (0, 1.5, null)"};
  pf_predicate_t* predicate = nullptr;
  (void)pf_predicate_parse((column + kTests[choice / 4 % 4]).c_str(), &predicate, nullptr);
  return predicate;
}

void query(const pf_reader_t* reader, const std::string& column, std::uint8_t choice) {
  pf_query_t* made = nullptr;
  PF_FUZZ_CHECK(pf_query_create(reader, &made, nullptr) == PF_STATUS_OK);
  const std::string aggregates = "count, max(" + column + ")";
  (void)(choice % 2 == 0 ? pf_query_group_by : pf_query_order_by)(made, column.c_str(), nullptr);
  if (choice % 2 == 0) (void)pf_query_aggregate(made, aggregates.c_str(), nullptr);
  (void)pf_query_memory(made, 1 << 20, nullptr);
  ArrowArrayStream stream;
  if (pf_query_run(made, &stream, nullptr) == PF_STATUS_OK) {
    ArrowArray array;
    while (stream.get_next(&stream, &array) == 0 && array.release != nullptr) {
      array.release(&array);
    }
    stream.release(&stream);
  }
  pf_query_destroy(made);
}

void scanFile(const pf_reader_t* reader, std::uint8_t choice) {
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  PF_FUZZ_CHECK(pf_reader_info(reader, &info, nullptr) == PF_STATUS_OK);
  lookAround(reader, info);
  pf_scan_options_t options;
  pf_scan_options_init(&options, sizeof options);
  options.strings = choice % 3;
  options.batch_rows = 1 + choice * std::uint64_t{7};
  options.first_row = choice % 5;
  options.threads = choice % 16 == 0 ? 2 : 1;
  pf_predicate_t* predicate = nullptr;
  if (choice % 3 == 0 && info.column_count != 0) {
    pf_reader_column_t first;
    pf_reader_column_init(&first, sizeof first);
    PF_FUZZ_CHECK(pf_reader_get_column(reader, choice % info.column_count, &first, nullptr) ==
                  PF_STATUS_OK);
    const std::string column = quoted(first.path);
    query(reader, column, choice);
    predicate = predicateOf(column, choice);
  }
  options.predicate = predicate;
  pf_scan_t* scan = nullptr;
  const pf_status_t started = pf_reader_scan(reader, &options, &scan, nullptr);
  pf_predicate_destroy(predicate);
  if (started != PF_STATUS_OK) return;
  ArrowSchema schema;
  if (pf_scan_arrow_schema(scan, &schema, nullptr) == PF_STATUS_OK) schema.release(&schema);
  if (choice % 4 == 1) {
    readRows(scan);
  } else {
    choice % 2 == 0 ? readArrow(scan) : readColumns(scan, info.column_count);
  }
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

std::vector<FuzzInput> fuzzSeeds() {
  std::vector<FuzzInput> seeds;
  for (const std::string& file : fuzz::seedFiles(6000)) {
    seeds.push_back(fuzz::inputOf({fuzz::lowByte(seeds.size() * 5)}, constBytes(file)));
  }
  return seeds;
}
