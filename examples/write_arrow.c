/*
 * write_arrow [OUTPUT] - a file from Arrow data, through Arrow's C data interface.
 *
 *   symbol: dictionary<int8, string>   "ACME"  null    "EXAMPLE"  "ACME"
 *   sizes: list<int32>                 [1, 2]  []      [3]        [4, 5, 6]
 *
 * The structs are filled by hand here; mostly a library's export function fills them
 * (pyarrow's _export_to_c, arrow::ExportRecordBatch, ...). They stay ours: the writer borrows them
 * for a call.
 */
#include <parquet_flow.h>
#include <stdio.h>

static void release_schema(struct ArrowSchema* schema) { schema->release = NULL; }
static void release_array(struct ArrowArray* array) { array->release = NULL; }

static struct ArrowSchema field(const char* format, const char* name) {
  struct ArrowSchema made = {
      .format = format, .name = name, .flags = ARROW_FLAG_NULLABLE, .release = release_schema};
  return made;
}

static struct ArrowArray array(int64_t length, int64_t n_buffers, const void** buffers) {
  struct ArrowArray made = {
      .length = length, .n_buffers = n_buffers, .buffers = buffers, .release = release_array};
  return made;
}

static pf_status_t write_batch(const char* path, pf_error_t* error) {
  struct ArrowSchema words = field("u", "");
  struct ArrowSchema symbol = field("c", "symbol");
  symbol.dictionary = &words;
  struct ArrowSchema item = field("i", "item");
  struct ArrowSchema* item_pointer = &item;
  struct ArrowSchema sizes = field("+l", "sizes");
  sizes.n_children = 1;
  sizes.children = &item_pointer;
  struct ArrowSchema* columns[] = {&symbol, &sizes};
  struct ArrowSchema schema = field("+s", "");
  schema.n_children = 2;
  schema.children = columns;

  static const int32_t word_offsets[] = {0, 4, 11};
  const void* word_buffers[] = {NULL, word_offsets, "ACMEEXAMPLE"};
  struct ArrowArray word_array = array(2, 3, word_buffers);
  static const uint8_t symbol_validity = 0x0D; /* 1 0 1 1, from the lowest bit on */
  static const int8_t symbol_indices[] = {0, 0, 1, 0};
  const void* symbol_buffers[] = {&symbol_validity, symbol_indices};
  struct ArrowArray symbol_array = array(4, 2, symbol_buffers);
  symbol_array.null_count = 1;
  symbol_array.dictionary = &word_array;

  static const int32_t items[] = {1, 2, 3, 4, 5, 6};
  const void* item_buffers[] = {NULL, items};
  struct ArrowArray item_array = array(6, 2, item_buffers);
  struct ArrowArray* item_array_pointer = &item_array;
  static const int32_t list_offsets[] = {0, 2, 2, 3, 6};
  const void* list_buffers[] = {NULL, list_offsets};
  struct ArrowArray sizes_array = array(4, 2, list_buffers);
  sizes_array.n_children = 1;
  sizes_array.children = &item_array_pointer;

  struct ArrowArray* column_arrays[] = {&symbol_array, &sizes_array};
  const void* no_buffers[] = {NULL};
  struct ArrowArray batch = array(4, 1, no_buffers);
  batch.n_children = 2;
  batch.children = column_arrays;

  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.path = path;
  pf_writer_handle_t* writer = NULL;
  pf_status_t status = pf_writer_create_for_arrow(&schema, NULL, &output, &writer, error);
  if (!status) status = pf_writer_write_arrow(writer, &batch, &schema, error);
  if (!status) {
    status = pf_writer_close(writer);
    if (status) fprintf(stderr, "write_arrow: %s\n", pf_writer_last_error(writer));
  }
  pf_writer_destroy(writer);
  return status;
}

int main(int argc, char** argv) {
  const char* path = argc > 1 ? argv[1] : "write_arrow.parquet";
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  if (write_batch(path, &error) != PF_STATUS_OK) {
    fprintf(stderr, "write_arrow: %s\n", error.message);
    return 1;
  }
  printf("rows=4 output=%s\n", path);
  return 0;
}
