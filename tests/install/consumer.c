/* What every way of linking is tried with: opens a sink, records, closes, and has the file's footer
 * read back. usage: consumer OUTPUT; prints "captured 1000". */
#include <parquet_flow.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char** argv) {
  if (argc != 2) {
    return 2;
  }
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_sink_options_t options;
  pf_sink_options_init(&options, sizeof options);
  options.output_path = argv[1];
  options.replace = 1;
  options.compression = PF_COMPRESSION_GZIP;

  pf_sink_t* sink = NULL;
  if (pf_sink_open(&options, &sink, &error) != PF_STATUS_OK) {
    fprintf(stderr, "open: %s\n", error.message);
    return 1;
  }
  for (int i = 0; i < 1000; ++i) {
    char payload[64];
    const int bytes = snprintf(payload, sizeof payload, "record %d", i);
    if (pf_sink_try_record(sink, payload, (size_t)bytes) != PF_RECORD_OK) {
      fprintf(stderr, "record %d refused\n", i);
      return 1;
    }
  }
  if (pf_sink_close(sink, PF_TIMEOUT_INFINITE, &error) != PF_STATUS_OK) {
    fprintf(stderr, "close: %s\n", error.message);
    return 1;
  }
  pf_sink_destroy(sink);

  /* A path that cannot be opened: an error has to come back, through the exception boundary too. */
  pf_writer_handle_t* writer = pf_writer_create("/nonexistent/x", PF_COMPRESSION_UNCOMPRESSED);
  if (pf_writer_open(writer) == PF_STATUS_OK || strlen(pf_writer_last_error(writer)) == 0) {
    fprintf(stderr, "a writer without columns and directory was opened\n");
    return 1;
  }
  pf_writer_destroy(writer);

  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  if (pf_file_info_read(argv[1], &info, &error) != PF_STATUS_OK) {
    fprintf(stderr, "reading back: %s\n", error.message);
    return 1;
  }
  printf("captured %llu\n", (unsigned long long)info.rows);
  return info.rows == 1000 ? 0 : 1;
}
