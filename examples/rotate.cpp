// rotate [DIRECTORY] - when is a record safe, and when can it be read?
//
//   tryRecord    it is in the ring
//   flush        it is in a row group on the disk; waitDurable does the same for one producer
//   rotate       it is in a published file, which anyone can read
//
// Files stand at DIRECTORY/date=YYYY-MM-DD/ticks-NNNNNN.parquet; each one is told of.
#include <cinttypes>
#include <cstdio>
#include <utility>

#include "parquet_flow.hpp"

namespace {

struct Tick {
  std::int64_t sequence;
  double price;
};

int fail(const char* what, const parquet_flow::Error& error) {
  std::fprintf(stderr, "rotate: %s: %s\n", what, error.message());
  return 1;
}

parquet_flow::SinkOptions makeOptions(const char* directory) {
  parquet_flow::SinkOptions options;
  options.directory = directory;
  options.prefix = "ticks";
  options.rotate_rows = 400;
  options.row_group_rows = 100;
  // Runs on a thread of the sink.
  options.onFile([](const pf_file_event_t& file) {
    std::printf("file rows=%" PRIu64 " row_groups=%" PRIu64 " path=%s\n", file.rows,
                file.row_groups, file.path);
  });
  options.onLog([](pf_log_level_t level, std::string_view line) {
    if (level == PF_LOG_INFO) return;
    std::fprintf(stderr, "sink: %.*s\n", static_cast<int>(line.size()), line.data());
  });
  return options;
}

}  // namespace

int main(int argc, char** argv) {
  const char* const directory = argc > 1 ? argv[1] : "ticks";
  auto sink = parquet_flow::LogSink::open(makeOptions(directory));
  if (!sink) return fail("open", sink.error());
  {
    auto ticks = sink->addProducer("ticks");
    if (!ticks) return fail("producer", ticks.error());

    for (std::int64_t i = 0; i < 1000; ++i) {
      (void)ticks->tryRecord(Tick{i, 100.0 + static_cast<double>(i) / 100});
    }
    const std::uint64_t last = ticks->lastAttempt();
    if (const auto durable = ticks->waitDurable(last); !durable) {
      return fail("wait", durable.error());
    }
    std::printf("durable attempt=%" PRIu64 " of %" PRIu64 "\n", ticks->durableAttempt(), last);

    if (const auto rotated = sink->rotate(); !rotated) return fail("rotate", rotated.error());
    std::printf("rotated files=%" PRIu64 "\n", sink->stats().files_published);

    for (std::int64_t i = 1000; i < 1010; ++i) (void)ticks->tryRecord(Tick{i, 110.0});
    if (const auto flushed = sink->flush(); !flushed) return fail("flush", flushed.error());
  }
  if (const auto closed = sink->close(); !closed) return fail("close", closed.error());
  const pf_sink_stats_t stats = sink->stats();
  std::printf("rows=%" PRIu64 " refused=%" PRIu64 " files=%" PRIu64 "\n", stats.rows,
              stats.attempted - stats.accepted - stats.aborted, stats.files_published);
  return 0;
}
