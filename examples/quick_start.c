#include <parquet_flow.h>
#include <stdio.h>

int main(void) {
  pf_error_t error;
  pf_error_init(&error, sizeof error);
  pf_sink_options_t options;
  pf_sink_options_init(&options, sizeof options);
  options.output_path = "quotes.parquet";

  pf_sink_t* sink;
  if (pf_sink_open(&options, &sink, &error) != PF_STATUS_OK) return puts(error.message), 1;
  for (int i = 0; i < 1000; ++i) {
    char quote[32];
    int bytes = snprintf(quote, sizeof quote, "quote %d", i);
    pf_sink_try_record(sink, quote, (size_t)bytes); /* never waits; a refusal is counted */
  }
  pf_status_t status = pf_sink_close(sink, PF_TIMEOUT_INFINITE, &error);
  if (status != PF_STATUS_OK) puts(error.message);
  pf_sink_destroy(sink);
  return status == PF_STATUS_OK ? 0 : 1;
}
