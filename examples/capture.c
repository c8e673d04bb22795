/*
 * capture [DIRECTORY] - a feed thread whose trades matter more than its quotes.
 *
 * Quotes are recorded at low priority: they are refused while the ring is fuller than half, so that
 * a flood of them leaves room for trades. Trades carry the exchange's own time. Before the end the
 * thread waits until its trades are on the disk.
 */
#include <parquet_flow.h>
#include <stddef.h>
#include <stdio.h>

struct event {
  int64_t price; /* in 1/10 000 */
  uint32_t shares;
  char kind; /* Q quote, T trade */
  char symbol[7];
};

static const pf_struct_column_t columns[] = {
    {.name = "price",
     .offset = offsetof(struct event, price),
     .field = PF_FIELD_INT64,
     .logical = PF_LOGICAL_DECIMAL,
     .logical_a = 18,
     .logical_b = 4},
    {.name = "shares", .offset = offsetof(struct event, shares), .field = PF_FIELD_UINT32},
    {.name = "kind", .offset = offsetof(struct event, kind), .field = PF_FIELD_CHARS, .size = 1},
    {.name = "symbol",
     .offset = offsetof(struct event, symbol),
     .field = PF_FIELD_CHARS,
     .size = 7},
};

static void on_file(void* user, const pf_file_event_t* event) {
  (void)user;
  printf("file rows=%llu path=%s\n", (unsigned long long)event->rows, event->path);
}

static void on_log(void* user, pf_log_level_t level, const char* message) {
  (void)user;
  if (level != PF_LOG_INFO) fprintf(stderr, "sink: %s\n", message);
}

static pf_status_t open_sink(const char* directory, pf_sink_t** sink, pf_error_t* error) {
  pf_sink_options_t options;
  pf_sink_options_init(&options, sizeof options);
  options.shape = PF_SHAPE_STRUCT;
  options.struct_columns = columns;
  options.struct_column_count = sizeof columns / sizeof columns[0];
  options.directory = directory; /* files: directory/date=YYYY-MM-DD/feed-NNNNNN.parquet */
  options.rotate_rows = 20000;
  options.compression = PF_COMPRESSION_GZIP;
  options.on_file = on_file;
  options.log = on_log;
  return pf_sink_open(&options, sink, error);
}

/* The hot path: no call here waits, allocates or enters the kernel. */
static void record_events(pf_producer_t* producer) {
  int64_t exchange_ns = 1700000000000000000;
  for (int i = 0; i < 50000; ++i) {
    struct event event = {.price = 1000000 + i, .shares = 100, .kind = 'Q', .symbol = "ACME"};
    pf_try_record_low(producer, &event, sizeof event);
    if (i % 10 == 9) {
      event.kind = 'T';
      exchange_ns += 1000;
      pf_try_record_at(producer, exchange_ns, &event, sizeof event);
    }
  }
}

static pf_status_t wait_until_safe(pf_producer_t* producer) {
  const uint64_t last = pf_producer_last_attempt(producer);
  const uint64_t one_minute = 60000000000;
  return pf_producer_wait_durable(producer, last, one_minute);
}

static void print_counters(pf_sink_t* sink) {
  pf_sink_stats_t stats;
  pf_sink_stats_init(&stats, sizeof stats);
  if (pf_sink_stats(sink, &stats) != PF_STATUS_OK) return;
  printf("attempted=%llu rows=%llu full=%llu reserved=%llu files=%llu\n",
         (unsigned long long)stats.attempted, (unsigned long long)stats.rows,
         (unsigned long long)stats.refused_full, (unsigned long long)stats.refused_reserved,
         (unsigned long long)stats.files_published);
}

static pf_status_t capture(pf_sink_t* sink, pf_error_t* error) {
  pf_producer_options_t options;
  pf_producer_options_init(&options, sizeof options);
  options.name = "acme-feed";
  options.ring_bytes = 16 << 20;
  pf_producer_t* producer = NULL;
  pf_status_t status = pf_sink_add_producer(sink, &options, &producer, error);
  if (status != PF_STATUS_OK) return status;

  record_events(producer);
  status = wait_until_safe(producer);
  pf_producer_release(producer);
  if (status != PF_STATUS_OK) return status;
  return pf_sink_close(sink, PF_TIMEOUT_INFINITE, error);
}

int main(int argc, char** argv) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_sink_t* sink = NULL;
  pf_status_t status = open_sink(argc > 1 ? argv[1] : "capture", &sink, &error);
  if (status == PF_STATUS_OK) {
    status = capture(sink, &error);
    print_counters(sink);
  }
  pf_sink_destroy(sink);
  if (status != PF_STATUS_OK) {
    fprintf(stderr, "capture: %s: %s\n", pf_status_name(status), error.message);
  }
  return status == PF_STATUS_OK ? 0 : 1;
}
