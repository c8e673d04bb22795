/*
 * query_files DIRECTORY - how many rows each day of a directory of captures has, whose files lie in
 * directories such as date=2026-11-20, from a given day on; files of earlier days are not opened.
 */
#include <inttypes.h>
#include <parquet_flow.h>
#include <stdio.h>

static pf_status_t run(const char* directory, struct ArrowArrayStream* stream, pf_error_t* error) {
  pf_query_t* query = NULL;
  pf_status_t status = pf_query_create_files(&directory, 1, NULL, &query, error);
  if (status == PF_STATUS_OK) status = pf_query_where(query, "date >= '2026-11-21'", error);
  if (status == PF_STATUS_OK) status = pf_query_group_by(query, "date", error);
  if (status == PF_STATUS_OK) status = pf_query_aggregate(query, "count, max(id)", error);
  if (status == PF_STATUS_OK) status = pf_query_order_by(query, "date", error);
  if (status == PF_STATUS_OK) status = pf_query_run(query, stream, error);
  pf_query_destroy(query);
  return status;
}

int main(int argc, char** argv) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  struct ArrowArrayStream stream;
  if (run(argc > 1 ? argv[1] : "captures", &stream, &error) != PF_STATUS_OK) {
    fprintf(stderr, "query_files: %s\n", error.message);
    return 1;
  }
  struct ArrowArray batch;
  while (stream.get_next(&stream, &batch) == 0 && batch.release != NULL) {
    const int32_t* days = batch.children[0]->buffers[1]; /* date32: since 1970 */
    const int64_t* rows = batch.children[1]->buffers[1];
    for (int64_t i = 0; i < batch.length; ++i) {
      printf("day=%" PRId32 " rows=%" PRId64 "\n", days[i], rows[i]);
    }
    batch.release(&batch);
  }
  stream.release(&stream);
  return 0;
}
