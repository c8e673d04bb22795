/*
 * write_columns [OUTPUT] - a file from columns and levels, without a sink.
 *
 *   id: required int64          1       2       3       4
 *   name: optional string       "one"   null    "three" ""
 *   tags: optional list<string> [a, b]  null    []      [c]
 *
 * Values that are null or absent have no place among the values; the levels say where they are:
 *
 *   name   definition 0 null, 1 a value
 *   tags   definition 0 null, 1 an empty list, 2 an element; repetition 0 begins a row, 1 goes on
 *          with its list
 */
#include <parquet_flow.h>
#include <stdio.h>

static pf_status_t make_schema(pf_schema_t* schema, pf_error_t* error) {
  uint32_t tags = 0;
  pf_status_t status =
      pf_schema_add_leaf(schema, PF_SCHEMA_ROOT, "id", PF_PHYSICAL_INT64, PF_REPETITION_REQUIRED, 0,
                         PF_LOGICAL_NONE, 0, 0, -1, NULL, error);
  if (!status) {
    status =
        pf_schema_add_leaf(schema, PF_SCHEMA_ROOT, "name", PF_PHYSICAL_BYTE_ARRAY,
                           PF_REPETITION_OPTIONAL, 0, PF_LOGICAL_STRING, 0, 0, -1, NULL, error);
  }
  if (!status) {
    status = pf_schema_add_list(schema, PF_SCHEMA_ROOT, "tags", PF_REPETITION_OPTIONAL, -1, &tags,
                                error);
  }
  if (!status) {
    status =
        pf_schema_add_leaf(schema, tags, "element", PF_PHYSICAL_BYTE_ARRAY, PF_REPETITION_REQUIRED,
                           0, PF_LOGICAL_STRING, 0, 0, -1, NULL, error);
  }
  return status;
}

static pf_status_t write_rows(pf_writer_handle_t* writer) {
  static const int64_t ids[] = {1, 2, 3, 4};
  static const char names[] = "onethree";
  static const uint32_t name_offsets[] = {0, 3, 8, 8};
  static const uint8_t name_definition[] = {1, 0, 1, 1};
  static const char tags[] = "abc";
  static const uint32_t tag_offsets[] = {0, 1, 2, 3};
  static const uint8_t tag_definition[] = {2, 2, 0, 1, 2};
  static const uint8_t tag_repetition[] = {0, 1, 0, 0, 0};

  const pf_column_input_with_levels_t columns[] = {
      {.values = ids, .values_len = 4},
      {.values = names,
       .values_len = sizeof names - 1,
       .offsets = name_offsets,
       .offsets_len = 4,
       .definition_levels = name_definition,
       .definition_levels_len = sizeof name_definition},
      {.values = tags,
       .values_len = sizeof tags - 1,
       .offsets = tag_offsets,
       .offsets_len = 4,
       .definition_levels = tag_definition,
       .definition_levels_len = sizeof tag_definition,
       .repetition_levels = tag_repetition,
       .repetition_levels_len = sizeof tag_repetition},
  };
  pf_status_t status = pf_writer_write_row_group_with_levels(writer, 4, columns, 3);
  if (!status) status = pf_writer_set_key_value(writer, "origin", "write_columns");
  if (!status) status = pf_writer_close(writer);
  return status;
}

int main(int argc, char** argv) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.path = argc > 1 ? argv[1] : "write_columns.parquet";
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  options.compression = PF_COMPRESSION_GZIP;

  pf_schema_t* schema = NULL;
  pf_writer_handle_t* writer = NULL;
  pf_status_t status = pf_schema_create(&schema, &error);
  if (!status) status = make_schema(schema, &error);
  if (!status) {
    status = pf_writer_create_with_options(schema, &options, &output, &writer, &error);
  }
  pf_schema_destroy(schema);
  if (status != PF_STATUS_OK) {
    fprintf(stderr, "write_columns: %s\n", error.message);
    return 1;
  }
  status = write_rows(writer);
  if (status == PF_STATUS_OK) {
    printf("rows=4 output=%s\n", output.path);
  } else {
    fprintf(stderr, "write_columns: %s\n", pf_writer_last_error(writer));
  }
  pf_writer_destroy(writer);
  return status == PF_STATUS_OK ? 0 : 1;
}
