/*
 * read_rows FILE - the rows of a Parquet file, one a line, whatever is nested in them.
 */
#include <inttypes.h>
#include <parquet_flow.h>
#include <stdio.h>

static void print_value(const pf_value_t* value);

/* What is between the brackets of a list, a map or a group. */
static void print_values(const pf_value_t* value) {
  for (size_t i = 0; i < value->count; ++i) {
    if (i) printf(", ");
    if (value->kind == PF_VALUE_MAP) {
      print_value(&value->values[2 * i]);
      printf(" => ");
      print_value(&value->values[2 * i + 1]);
    } else {
      if (value->kind == PF_VALUE_GROUP) printf("%s: ", value->values[i].field->name);
      print_value(&value->values[i]);
    }
  }
}

static void print_bytes(const pf_value_t* value) {
  const unsigned char* bytes = value->data;
  if (value->field->logical == PF_LOGICAL_STRING) {
    printf("\"%.*s\"", (int)value->count, (const char*)value->data);
    return;
  }
  for (uint32_t i = 0; i < value->count; ++i) printf("%02x", bytes[i]);
}

static void print_value(const pf_value_t* value) {
  const int is_list = value->kind == PF_VALUE_LIST;
  switch (value->kind) {
    case PF_VALUE_NULL:
      printf("null");
      break;
    case PF_VALUE_BOOLEAN:
      printf(value->boolean ? "true" : "false");
      break;
    case PF_VALUE_INT32:
      printf("%" PRId32, value->int32);
      break;
    case PF_VALUE_INT64:
      printf("%" PRId64, value->int64);
      break;
    case PF_VALUE_FLOAT:
      printf("%.9g", (double)value->float32);
      break;
    case PF_VALUE_DOUBLE:
      printf("%.17g", value->float64);
      break;
    case PF_VALUE_BYTES:
      print_bytes(value);
      break;
    default:
      printf(is_list ? "[" : "{");
      print_values(value);
      printf(is_list ? "]" : "}");
  }
}

int main(int argc, char** argv) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_input_t input;
  pf_input_init(&input, sizeof input);
  input.path = argc > 1 ? argv[1] : "contacts.parquet";
  pf_reader_t* reader = NULL;
  pf_scan_t* scan = NULL;
  const pf_value_t* row = NULL;
  pf_status_t status = pf_reader_open(&input, NULL, &reader, &error);
  if (!status) status = pf_reader_scan(reader, NULL, &scan, &error);
  while (!status && !(status = pf_scan_next_row(scan, &row, &error)) && row) {
    print_value(row);
    printf("\n");
  }
  pf_scan_destroy(scan);
  pf_reader_destroy(reader);
  if (status) fprintf(stderr, "read_rows: %s\n", error.message);
  return status ? 1 : 0;
}
