// log_flow [OUTPUT [THREADS [RECORDS]]] - log lines of several threads into one Parquet file.
//
// Each thread records into its own ring and never waits: a line that finds the ring full is dropped
// and counted. At the end the file must hold what the sink says it wrote.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>
#include <vector>

#include "parquet_flow.hpp"

namespace {

using parquet_flow::LogSink;

void logLines(LogSink& sink, unsigned thread, unsigned long records) {
  char line[80];
  for (unsigned long i = 0; i < records; ++i) {
    const int bytes = std::snprintf(line, sizeof line, "thread=%u message=%lu", thread, i);
    // Normal code goes on whatever the answer is: the sink counts.
    (void)sink.tryRecord(std::string_view(line, static_cast<std::size_t>(bytes)));
  }
}

int fail(const parquet_flow::Error& error) {
  std::fprintf(stderr, "log_flow: %s\n", error.message());
  return 1;
}

unsigned long numberOr(int argc, char** argv, int index, unsigned long otherwise) {
  return argc > index ? std::strtoul(argv[index], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const char* const output = argc > 1 ? argv[1] : "log_flow.parquet";
  const auto threads = static_cast<unsigned>(numberOr(argc, argv, 2, 2));
  const unsigned long records = numberOr(argc, argv, 3, 100'000);

  parquet_flow::SinkOptions options;
  options.output_path = output;
  options.replace = 1;
  auto sink = LogSink::open(std::move(options));
  if (!sink) return fail(sink.error());

  std::vector<std::thread> loggers;
  loggers.reserve(threads);
  for (unsigned thread = 0; thread < threads; ++thread) {
    loggers.emplace_back([&sink, thread, records] { logLines(*sink, thread, records); });
  }
  for (std::thread& logger : loggers) logger.join();

  if (const auto closed = sink->close(); !closed) return fail(closed.error());
  const pf_sink_stats_t stats = sink->stats();
  const std::uint64_t dropped = stats.attempted - stats.accepted + stats.no_ring;
  std::printf("wrote=%" PRIu64 " dropped=%" PRIu64 " output=%s\n", stats.rows, dropped, output);

  const auto file = parquet_flow::readFileInfo(output);
  if (!file) return fail(file.error());
  if (stats.rows == 0 || stats.rows != file->rows) {
    std::fprintf(stderr, "log_flow: %" PRIu64 " rows written, %" PRIu64 " in the file\n",
                 stats.rows, file->rows);
    return 1;
  }
  return 0;
}
