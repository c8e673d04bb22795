/*
 * read_file FILE - the columns of a Parquet file, and how many of their values are null.
 */
#include <inttypes.h>
#include <parquet_flow.h>
#include <stdio.h>
#include <stdlib.h>

static pf_status_t count_nulls(const pf_reader_t* reader, uint32_t count, pf_error_t* error) {
  pf_column_view_t* columns = calloc(count, sizeof *columns);
  uint64_t* nulls = calloc(count, sizeof *nulls);
  pf_scan_t* scan = NULL;
  pf_status_t status = pf_reader_scan(reader, NULL, &scan, error);
  uint64_t rows = 0;
  do {
    if (!status) status = pf_scan_next_columns(scan, columns, count, &rows, error);
    for (uint32_t i = 0; !status && rows && i < count; ++i) nulls[i] += columns[i].nulls;
  } while (!status && rows);
  pf_scan_destroy(scan);

  for (uint32_t i = 0; !status && i < count; ++i) {
    pf_reader_column_t column;
    pf_reader_column_init(&column, sizeof column);
    status = pf_reader_get_column(reader, i, &column, error);
    if (!status) printf("column=%s nulls=%" PRIu64 "\n", column.path, nulls[i]);
  }
  free(columns);
  free(nulls);
  return status;
}

int main(int argc, char** argv) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.path = argc > 1 ? argv[1] : "write_arrow.parquet";
  pf_reader_t* reader = NULL;
  pf_status_t status = pf_reader_open(&input, NULL, &reader, &error);
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  if (!status) status = pf_reader_info(reader, &info, &error);
  if (!status) printf("rows=%" PRIu64 "\n", info.rows);
  if (!status) status = count_nulls(reader, info.column_count, &error);
  pf_reader_destroy(reader);
  if (status) fprintf(stderr, "read_file: %s\n", error.message);
  return status ? 1 : 0;
}
