/*
 * struct_orders [OUTPUT] - C structs into typed columns, through a table that describes them.
 *
 * The hot thread fills an order in place in its ring and commits it. No function of the application
 * runs on the worker: the table says where each column lies in the record.
 */
#include <parquet_flow.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct order {
  int64_t event_time; /* nanoseconds since 1970, UTC */
  int64_t price;      /* in 1/10 000; -1: a market order, which has none */
  uint32_t shares;
  uint8_t is_buy;
  uint8_t venue;
  char symbol[8];       /* padded with spaces */
  uint32_t note_offset; /* of a text behind the struct */
  uint32_t note_length;
};

#define NO_PRICE ((int64_t)-1)
#define COLUMN(column, member, type) \
  .name = (column), .offset = offsetof(struct order, member), .field = (type)

static const pf_struct_column_t columns[] = {
    {COLUMN("event_time", event_time, PF_FIELD_INT64), .logical = PF_LOGICAL_TIMESTAMP,
     .logical_a = PF_TIME_NANOS, .logical_b = 1},
    {COLUMN("price", price, PF_FIELD_INT64), .nullability = PF_NULL_SENTINEL,
     .null_value = UINT64_MAX, /* the bytes of NO_PRICE */
     .logical = PF_LOGICAL_DECIMAL, .logical_a = 18, .logical_b = 4},
    {COLUMN("shares", shares, PF_FIELD_UINT32)},
    {COLUMN("is_buy", is_buy, PF_FIELD_BOOL8)},
    {COLUMN("venue", venue, PF_FIELD_UINT8)},
    {COLUMN("symbol", symbol, PF_FIELD_CHARS), .size = sizeof(((struct order*)0)->symbol)},
    {COLUMN("note", note_offset, PF_FIELD_TAIL_STRING)},
};

/* PF_RECORD_OK, or why the order was refused. */
static pf_record_result_t record_order(pf_producer_t* producer, int64_t i) {
  char note[32];
  const int note_bytes = snprintf(note, sizeof note, "order %lld", (long long)i);
  struct order order = {
      .event_time = 1700000000000000000 + i * 1000,
      .price = i % 10 == 9 ? NO_PRICE : 1000000 + i * 25,
      .shares = (uint32_t)(100 + i % 7),
      .is_buy = i % 2 == 0,
      .venue = (uint8_t)(i % 3),
      .note_offset = sizeof order,
      .note_length = (uint32_t)note_bytes,
  };
  memcpy(order.symbol, i % 2 == 0 ? "ACME    " : "EXAMPLE ", sizeof order.symbol);

  void* place = NULL;
  const pf_record_result_t result =
      pf_try_reserve(producer, sizeof order + (size_t)note_bytes, &place);
  if (result != PF_RECORD_OK) return result;
  memcpy(place, &order, sizeof order);
  memcpy((char*)place + sizeof order, note, (size_t)note_bytes);
  return pf_commit(producer);
}

static pf_status_t capture(pf_sink_t* sink, pf_error_t* error) {
  pf_producer_options_t options;
  pf_producer_options_init(&options, sizeof options);
  options.name = "orders";
  pf_producer_t* producer = NULL;
  const pf_status_t status = pf_sink_add_producer(sink, &options, &producer, error);
  if (status != PF_STATUS_OK) return status;

  unsigned refused = 0;
  for (int64_t i = 0; i < 1000; ++i) refused += record_order(producer, i) != PF_RECORD_OK;
  pf_producer_release(producer);

  pf_error_t close_error;
  pf_error_init(&close_error, sizeof close_error);
  const pf_status_t closed = pf_sink_close(sink, PF_TIMEOUT_INFINITE, &close_error);
  if (closed != PF_STATUS_OK) {
    *error = close_error;
    return closed;
  }
  pf_sink_stats_t stats;
  pf_sink_stats_init(&stats, sizeof stats);
  pf_sink_stats(sink, &stats);
  printf("rows=%llu refused=%u rejected=%llu\n", (unsigned long long)stats.rows, refused,
         (unsigned long long)stats.rejected);
  return PF_STATUS_OK;
}

int main(int argc, char** argv) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_sink_options_t options;
  pf_sink_options_init(&options, sizeof options);
  options.shape = PF_SHAPE_STRUCT;
  options.struct_columns = columns;
  options.struct_column_count = sizeof columns / sizeof columns[0];
  options.compression = PF_COMPRESSION_GZIP;
  options.output_path = argc > 1 ? argv[1] : "struct_orders.parquet";
  options.replace = 1;

  pf_sink_t* sink = NULL;
  pf_status_t status = pf_sink_open(&options, &sink, &error);
  if (status == PF_STATUS_OK) status = capture(sink, &error);
  pf_sink_destroy(sink);
  if (status != PF_STATUS_OK) fprintf(stderr, "struct_orders: %s\n", error.message);
  return status == PF_STATUS_OK ? 0 : 1;
}
