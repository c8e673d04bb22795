/* This library's side, in C, so that the compiler holds it to the library's header. */
#include <parquet_flow.h>
#include <string.h>

/* As Settings in ours.rs. */
struct settings {
  int32_t compression;
  uint32_t data_page_version;
  uint32_t bloom_filter;
  double bloom_filter_fpp;
};

/* As Cell in pipeline.rs. */
struct cell {
  int32_t compression;
  int32_t level;
  uint64_t row_group_rows;
};

/* The batch stays whose it is. */
static void keep(struct ArrowArray* array) { array->release = NULL; }

static pf_status_t write_batch(pf_writer_handle_t* writer, const struct ArrowSchema* schema,
                               const struct ArrowArray* batch, uint64_t* file_bytes,
                               pf_error_t* error) {
  pf_status_t status = pf_writer_write_arrow(writer, batch, schema, error);
  if (status != PF_STATUS_OK) {
    return status;
  }
  status = pf_writer_close(writer);
  if (status != PF_STATUS_OK) {
    strncpy(error->message, pf_writer_last_error(writer), sizeof error->message - 1);
    return status;
  }
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  status = pf_writer_get_stats(writer, &stats);
  *file_bytes = stats.file_bytes;
  return status;
}

/*
 * A whole file of one batch: create, write, close, destroy. It goes to `take`, or nowhere where
 * that is NULL. Returns the status; `message` has PF_ERROR_MESSAGE_BYTES and holds the sentence
 * unless it is 0.
 */
int32_t ours_write(const struct ArrowSchema* schema, const struct ArrowArray* batch,
                   const struct settings* settings, pf_output_write_fn take, void* user,
                   uint64_t* file_bytes, char* message) {
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.compression = settings->compression;
  options.data_page_version = settings->data_page_version;
  options.bloom_filter = settings->bloom_filter;
  options.bloom_filter_fpp = settings->bloom_filter_fpp;
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.kind = take != NULL ? PF_OUTPUT_CALLBACKS : PF_OUTPUT_DISCARD;
  output.write = take;
  output.user = user;
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_writer_handle_t* writer = NULL;
  pf_status_t status = pf_writer_create_for_arrow(schema, &options, &output, &writer, &error);
  if (status == PF_STATUS_OK) {
    status = write_batch(writer, schema, batch, file_bytes, &error);
  }
  pf_writer_destroy(writer);
  if (status != PF_STATUS_OK) {
    memcpy(message, error.message, sizeof error.message);
  }
  return status;
}

/* One batch after the other, as the C data interface lends it. */
static pf_status_t submit_batches(pf_pipeline_t* pipeline, const struct ArrowArray* batches,
                                  size_t count, uint64_t times, pf_error_t* error) {
  for (uint64_t time = 0; time < times; ++time) {
    for (size_t i = 0; i < count; ++i) {
      struct ArrowArray lent = batches[i];
      lent.release = keep;
      const pf_status_t status = pf_pipeline_submit_arrow(pipeline, &lent, NULL, NULL, error);
      if (status != PF_STATUS_OK) {
        return status;
      }
    }
  }
  return PF_STATUS_OK;
}

static int32_t give_memory(pf_pipeline_t* pipeline, pf_output_write_fn take, void* user,
                           pf_error_t* error) {
  const void* data = NULL;
  size_t bytes = 0;
  const pf_status_t status = pf_pipeline_memory(pipeline, &data, &bytes, error);
  if (status == PF_STATUS_OK) {
    take(user, data, bytes);
  }
  return status;
}

/*
 * A whole file of `count` batches `times` times over, by a pipeline of `threads` threads. Otherwise
 * as ours_write.
 */
int32_t ours_write_batches(const struct ArrowSchema* schema, const struct ArrowArray* batches,
                           size_t count, uint64_t times, const struct cell* cell, uint32_t threads,
                           pf_output_write_fn take, void* user, uint64_t* file_bytes,
                           char* message) {
  pf_writer_options_t writer;
  pf_writer_options_init(&writer, sizeof writer);
  writer.compression = cell->compression;
  writer.compression_level = cell->level;
  writer.row_group_rows = cell->row_group_rows;
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.kind = take != NULL ? PF_OUTPUT_MEMORY : PF_OUTPUT_DISCARD;
  pf_pipeline_options_t options;
  pf_pipeline_options_init(&options, sizeof options);
  options.threads = threads;
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_pipeline_t* pipeline = NULL;
  pf_status_t status =
      pf_pipeline_create_for_arrow(schema, &writer, &output, &options, &pipeline, &error);
  if (status == PF_STATUS_OK) {
    status = submit_batches(pipeline, batches, count, times, &error);
  }
  pf_file_info_t info;
  pf_file_info_init(&info, sizeof info);
  if (status == PF_STATUS_OK) {
    status = pf_pipeline_close(pipeline, &info, &error);
    *file_bytes = info.file_bytes;
  }
  if (status == PF_STATUS_OK && take != NULL) {
    status = give_memory(pipeline, take, user, &error);
  }
  pf_pipeline_destroy(pipeline);
  if (status != PF_STATUS_OK) {
    memcpy(message, error.message, sizeof error.message);
  }
  return status;
}
