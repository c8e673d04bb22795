/*
 * contacts [OUTPUT] - nested rows from flat records, through the callback shape.
 *
 * The hot thread hands over a struct as it is. The worker calls contact_to_row, which turns it into
 * a row of
 *
 *   name: optional string
 *   phones: optional list<struct<number: optional string, phone_type: optional string>>
 */
#include <parquet_flow.h>
#include <stdio.h>
#include <string.h>

#define PHONES_MAX 2

struct phone {
  char number[20]; /* "": not known */
  char type[8];    /* "": not known */
};

struct contact {
  char name[24];       /* "": not known */
  int32_t phone_count; /* -1: not known, which is not the same as none */
  struct phone phones[PHONES_MAX];
};

static const struct contact contacts[] = {
    {"Asha Rao", 2, {{"+91-99-10000001", "Mobile"}, {"+91-99-10000002", "Home"}}},
    {"", 1, {{"+91-99-10000003", ""}}},
    {"Vikram Shah", 0, {{"", ""}}},
    {"Meera Iyer", -1, {{"", ""}}},
};

static void text_or_null(pf_row_t* row, const char* text) {
  if (text[0] == '\0') {
    pf_row_null(row);
  } else {
    pf_row_bytes(row, text, strlen(text));
  }
}

/* Runs on the worker. Values come in the order of the schema. A row that breaks it is rejected and
 * counted, so the returns need no look here. */
static int contact_to_row(void* user, const pf_record_t* record, pf_row_t* row) {
  const struct contact* contact = record->payload;
  (void)user;
  if (record->bytes != sizeof *contact || contact->phone_count > PHONES_MAX) return 1;

  text_or_null(row, contact->name);
  if (contact->phone_count < 0) return pf_row_null(row);
  pf_row_begin_list(row);
  for (int32_t i = 0; i < contact->phone_count; ++i) {
    pf_row_begin_group(row);
    text_or_null(row, contact->phones[i].number);
    text_or_null(row, contact->phones[i].type);
    pf_row_end_group(row);
  }
  return pf_row_end_list(row);
}

static pf_status_t add_string(pf_schema_t* schema, uint32_t parent, const char* name,
                              pf_error_t* error) {
  return pf_schema_add_leaf(schema, parent, name, PF_PHYSICAL_BYTE_ARRAY, PF_REPETITION_OPTIONAL, 0,
                            PF_LOGICAL_STRING, 0, 0, -1, NULL, error);
}

static pf_status_t make_schema(pf_schema_t** schema, pf_error_t* error) {
  uint32_t list = 0;
  uint32_t phone = 0;
  pf_status_t status = pf_schema_create(schema, error);
  if (!status) status = add_string(*schema, PF_SCHEMA_ROOT, "name", error);
  if (!status) {
    status = pf_schema_add_list(*schema, PF_SCHEMA_ROOT, "phones", PF_REPETITION_OPTIONAL, -1,
                                &list, error);
  }
  if (!status) {
    status =
        pf_schema_add_group(*schema, list, "element", PF_REPETITION_REQUIRED, -1, &phone, error);
  }
  if (!status) status = add_string(*schema, phone, "number", error);
  if (!status) status = add_string(*schema, phone, "phone_type", error);
  return status;
}

static pf_status_t capture(const pf_sink_options_t* options, pf_error_t* error) {
  pf_sink_t* sink = NULL;
  pf_status_t status = pf_sink_open(options, &sink, error);
  if (status != PF_STATUS_OK) return status;
  for (size_t i = 0; i < sizeof contacts / sizeof contacts[0]; ++i) {
    pf_sink_try_record(sink, &contacts[i], sizeof contacts[i]);
  }
  status = pf_sink_close(sink, PF_TIMEOUT_INFINITE, error);
  if (status == PF_STATUS_OK) {
    pf_sink_stats_t stats;
    pf_sink_stats_init(&stats, sizeof stats);
    pf_sink_stats(sink, &stats);
    printf("rows=%llu rejected=%llu output=%s\n", (unsigned long long)stats.rows,
           (unsigned long long)stats.rejected, options->output_path);
  }
  pf_sink_destroy(sink);
  return status;
}

int main(int argc, char** argv) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_schema_t* schema = NULL;
  pf_status_t status = make_schema(&schema, &error);
  if (status == PF_STATUS_OK) {
    pf_sink_options_t options;
    pf_sink_options_init(&options, sizeof options);
    options.shape = PF_SHAPE_CALLBACK;
    options.schema = schema;
    options.on_row = contact_to_row;
    options.output_path = argc > 1 ? argv[1] : "contacts.parquet";
    options.replace = 1;
    status = capture(&options, &error);
  }
  pf_schema_destroy(schema);
  if (status != PF_STATUS_OK) fprintf(stderr, "contacts: %s\n", error.message);
  return status == PF_STATUS_OK ? 0 : 1;
}
