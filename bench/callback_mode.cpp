// Callback mode: Contacts from N producers, at a rate or flat out, through the callback shape of a
// sink into one file.
#include <cstdio>

#include "contact/generator.hpp"
#include "load/contact_rows.hpp"
#include "load/driver.hpp"
#include "load/sources.hpp"
#include "options.hpp"
#include "report.hpp"
#include "sink_run.hpp"

namespace parquet_flow::bench {

int runCallbackMode(const Options& options) {
  const auto schema = load::makeContactSchema();
  if (!schema) {
    std::fprintf(stderr, "pf_bench: %s\n", schema.error().message().c_str());
    return 1;
  }
  pf_sink_options_t sinkOptions = SinkRun::sinkOptions(options);
  sinkOptions.shape = PF_SHAPE_CALLBACK;
  sinkOptions.schema = schema->get();
  sinkOptions.on_row = load::appendContactRow;
  SinkRun run;
  if (!run.open(sinkOptions)) {
    return 1;
  }
  contact::ContactOptions contacts;
  contacts.seed = options.seed;
  load::DriveOptions drive;
  drive.name = "contacts";
  drive.producers = static_cast<std::uint32_t>(options.producers);
  drive.ratePerSecond = options.flatOut ? 0 : options.rate * options.producers;
  drive.records = options.rows;
  run.start();
  const auto driven = load::drive(run.sink(), load::contactSource(contacts), drive);
  if (!driven) {
    std::fprintf(stderr, "pf_bench: %s\n", driven.error().message().c_str());
    return 1;
  }
  if (!run.finish(options)) {
    return 1;
  }
  Report report;
  report.add("mode", std::string_view("callback"));
  report.add("rows", options.rows);
  report.add("seed", options.seed);
  run.addTo(report, options);
  report.add("rows_per_sec", static_cast<double>(run.stats().rows) / run.seconds());
  report.add("bytes_per_row",
             static_cast<double>(run.file().file_bytes) / static_cast<double>(run.stats().rows));
  std::fputs((options.json ? report.asJson() : report.asText()).c_str(), stdout);
  return 0;
}

}  // namespace parquet_flow::bench
