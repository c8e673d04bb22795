// pf_captures: what the options of a writer cost and give on captures.
//
// A line a variant: bytes of the file, and rows a second of the writer (rows that are there, to an
// output that forgets) or of a whole sink (records in, a file out), one thread either way. Rounds
// are interleaved; medians, and the spread over the rounds; and the best of the rounds by the CPU
// time of the process, which others on the machine disturb less.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "captures.hpp"

namespace parquet_flow::choices {
namespace {

struct Options {
  std::uint64_t rows = 300'000;
  std::uint64_t rounds = 3;
  std::string itch;
  std::string output = "pf_captures.parquet";
};

struct Variant {
  const char* name;
  void (*change)(pf_writer_options_t& options);
  bool forSink;
};

using O = pf_writer_options_t;
constexpr std::array kVariants = {
    Variant{"default", [](O&) {}, true},
    Variant{"plain", [](O& o) { o.encoding = PF_ENCODING_PLAIN; }, true},
    Variant{"page_rows_20000", [](O& o) { o.page_rows = 20'000; }, false},
    Variant{"page_rows_64ki", [](O& o) { o.page_rows = 64 << 10; }, false},
    Variant{"page_bytes_64kib", [](O& o) { o.page_bytes = 64 << 10; }, false},
    Variant{"page_bytes_256kib", [](O& o) { o.page_bytes = 256 << 10; }, false},
    Variant{"page_bytes_4mib", [](O& o) { o.page_bytes = 4 << 20; }, false},
    Variant{"data_page_v2", [](O& o) { o.data_page_version = 2; }, false},
    Variant{"no_page_index", [](O& o) { o.page_index = 0; }, false},
    Variant{"no_size_statistics", [](O& o) { o.size_statistics = 0; }, false},
    Variant{"no_statistics", [](O& o) { o.statistics = o.page_index = o.size_statistics = 0; },
            false},
    Variant{"no_crc", [](O& o) { o.crc = 0; }, false},
    Variant{"dictionary_bytes_64kib", [](O& o) { o.dictionary_bytes = 64 << 10; }, false},
    Variant{"dictionary_bytes_256kib", [](O& o) { o.dictionary_bytes = 256 << 10; }, false},
    Variant{"dictionary_bytes_4mib", [](O& o) { o.dictionary_bytes = 4 << 20; }, false},
    Variant{"snappy", [](O& o) { o.compression = PF_COMPRESSION_SNAPPY; }, true},
    Variant{"lz4_raw", [](O& o) { o.compression = PF_COMPRESSION_LZ4_RAW; }, true},
    Variant{"zstd_1", [](O& o) { o.compression = PF_COMPRESSION_ZSTD; }, true},
    Variant{"gzip_1", [](O& o) { o.compression = PF_COMPRESSION_GZIP; }, true},
    Variant{"brotli_2", [](O& o) { o.compression = PF_COMPRESSION_BROTLI; }, true},
};

pf_writer_options_t optionsOf(const Variant& variant) {
  pf_writer_options_t options;
  pf_writer_options_init(&options, sizeof options);
  variant.change(options);
  return options;
}

void require(pf_status_t status, const char* message) {
  if (status != PF_STATUS_OK) throw std::runtime_error(message);
}

struct Run {
  double seconds = 0;
  double cpuSeconds = 0;
  std::uint64_t bytes = 0;
};

class Clocks {
 public:
  void stop(Run& run) const {
    const auto passed = std::chrono::steady_clock::now() - start_;
    run.seconds = std::chrono::duration<double>(passed).count();
    run.cpuSeconds = static_cast<double>(std::clock() - cpuStart_) / CLOCKS_PER_SEC;
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::clock_t cpuStart_ = std::clock();
};

pf_record_t recordOf(std::span<const std::uint8_t> payload) {
  pf_record_t record{};
  record.payload = payload.data();
  record.bytes = payload.size();
  return record;
}

// The rows are gathered before the clock is looked at.
Run runWriter(const Capture& capture, const Variant& variant, std::uint64_t rows) {
  pf_error_t error = load::makeError();
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.kind = PF_OUTPUT_DISCARD;
  const pf_writer_options_t options = optionsOf(variant);
  pf_writer_handle_t* opened = nullptr;
  require(pf_writer_create_with_options(capture.schema.get(), &options, &output, &opened, &error),
          error.message);
  const std::unique_ptr<pf_writer_handle_t, decltype(&pf_writer_destroy)> writer(opened,
                                                                                 pf_writer_destroy);
  pf_row_writer_t* made = nullptr;
  require(pf_row_writer_create(opened, INT32_MAX, 1 << 30, &made, &error), error.message);
  const std::unique_ptr<pf_row_writer_t, decltype(&pf_row_writer_destroy)> rowWriter(
      made, pf_row_writer_destroy);
  const auto source = capture.source(0, 1);
  Run run;
  for (std::uint64_t i = 0; i < rows; ++i) {
    pf_row_t* row = nullptr;
    require(pf_row_writer_next(made, &row, &error), error.message);
    const pf_record_t record = recordOf(source->next());
    if (capture.appendRow(nullptr, &record, row) != 0) throw std::runtime_error("a bad record");
  }
  const Clocks clocks;
  require(pf_row_writer_flush(made, &error), error.message);
  require(pf_writer_close(opened), pf_writer_last_error(opened));
  clocks.stop(run);
  pf_writer_stats_t stats;
  pf_writer_stats_init(&stats, sizeof stats);
  require(pf_writer_get_stats(opened, &stats), "no stats");
  run.bytes = stats.file_bytes;
  return run;
}

// Records until the ring is full, then the worker's work, in turn.
Run runSink(const Capture& capture, const Variant& variant, const Options& o) {
  pf_error_t error = load::makeError();
  pf_writer_options_t writer = optionsOf(variant);
  pf_sink_options_t options;
  pf_sink_options_init(&options, sizeof options);
  options.output_path = o.output.c_str();
  options.replace = 1;
  options.no_sync = 1;
  options.worker = PF_WORKER_POLL;
  options.shape = PF_SHAPE_CALLBACK;
  options.schema = capture.schema.get();
  options.on_row = capture.appendRow;
  options.writer = &writer;
  pf_sink_t* opened = nullptr;
  require(pf_sink_open(&options, &opened, &error), error.message);
  const std::unique_ptr<pf_sink_t, decltype(&pf_sink_destroy)> sink(opened, pf_sink_destroy);
  pf_producer_t* producer = nullptr;
  require(pf_sink_add_producer(opened, nullptr, &producer, &error), error.message);
  const load::ProducerHandle owner(producer);
  const auto source = capture.source(0, 1);
  Run run;
  const Clocks clocks;
  for (std::uint64_t i = 0; i < o.rows; ++i) {
    const auto payload = source->next();
    while (pf_try_record(producer, payload.data(), payload.size()) != PF_RECORD_OK) {
      pf_sink_poll(opened, 0, nullptr, &error);
    }
  }
  require(pf_sink_close(opened, PF_TIMEOUT_INFINITE, &error), error.message);
  clocks.stop(run);
  run.bytes = std::filesystem::file_size(o.output);
  return run;
}

template <class Once>
void runAll(const char* what, const Capture& capture, const Options& o,
            const std::vector<const Variant*>& variants, Once once) {
  std::vector<std::vector<double>> rates(variants.size());
  std::vector<double> leastCpuSeconds(variants.size(), std::numeric_limits<double>::max());
  std::vector<std::uint64_t> bytes(variants.size());
  for (std::uint64_t round = 0; round < o.rounds; ++round) {
    for (std::size_t i = 0; i < variants.size(); ++i) {
      const Run run = once(*variants[i]);
      rates[i].push_back(static_cast<double>(o.rows) / run.seconds / 1e6);
      leastCpuSeconds[i] = std::min(leastCpuSeconds[i], run.cpuSeconds);
      bytes[i] = run.bytes;
    }
  }
  for (std::size_t i = 0; i < variants.size(); ++i) {
    std::sort(rates[i].begin(), rates[i].end());
    std::printf(
        "capture=%s of=%s variant=%s bytes_per_row=%.3f mrows_per_sec=%.2f min=%.2f max=%.2f "
        "mrows_per_cpu_sec=%.2f\n",
        capture.name, what, variants[i]->name,
        static_cast<double>(bytes[i]) / static_cast<double>(o.rows), rates[i][o.rounds / 2],
        rates[i].front(), rates[i].back(), static_cast<double>(o.rows) / leastCpuSeconds[i] / 1e6);
  }
}

bool isBuilt(const Capture& capture, const Variant& variant) {
  const pf_writer_options_t options = optionsOf(variant);
  pf_output_t output;
  pf_output_init(&output, sizeof output);
  output.kind = PF_OUTPUT_DISCARD;
  pf_writer_handle_t* writer = nullptr;
  const pf_status_t status =
      pf_writer_create_with_options(capture.schema.get(), &options, &output, &writer, nullptr);
  pf_writer_destroy(writer);
  return status != PF_STATUS_UNSUPPORTED;
}

void run(const Options& options) {
  for (const Capture& capture : makeCaptures(options.itch)) {
    std::vector<const Variant*> ofWriter;
    std::vector<const Variant*> ofSink;
    for (const Variant& variant : kVariants) {
      if (!isBuilt(capture, variant)) continue;
      ofWriter.push_back(&variant);
      if (variant.forSink) ofSink.push_back(&variant);
    }
    runAll("writer", capture, options, ofWriter,
           [&](const Variant& each) { return runWriter(capture, each, options.rows); });
    runAll("sink", capture, options, ofSink,
           [&](const Variant& each) { return runSink(capture, each, options); });
  }
  std::filesystem::remove(options.output);
}

int main(int argc, char** argv) {
  CLI::App app("pf_captures: what the options of a writer cost and give on captures");
  Options options;
  app.add_option("--rows", options.rows, "of a file, in one row group")
      ->check(CLI::Range(1, 1 << 24));
  app.add_option("--rounds", options.rounds, "interleaved rounds")->check(CLI::Range(1, 1000));
  app.add_option("--itch", options.itch, "an ITCH file, which is repeated");
  app.add_option("--output", options.output, "of the sink; is taken away again");
  CLI11_PARSE(app, argc, argv);
  run(options);
  return 0;
}

}  // namespace
}  // namespace parquet_flow::choices

int main(int argc, char** argv) {
  try {
    return parquet_flow::choices::main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pf_captures: %s\n", error.what());
    return 1;
  }
}
