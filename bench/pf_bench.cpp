// pf_bench: how fast, beside the limit or the peer measured in the same run.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "contacts/plan.hpp"
#include "options.hpp"

namespace parquet_flow::bench {
namespace {

// "gzip", "gzip:6".
std::string parseCompression(const std::string& text, Options& options) {
  static const std::map<std::string, pf_compression_t> kNames = {
      {"uncompressed", PF_COMPRESSION_UNCOMPRESSED},
      {"snappy", PF_COMPRESSION_SNAPPY},
      {"gzip", PF_COMPRESSION_GZIP},
      {"brotli", PF_COMPRESSION_BROTLI},
      {"zstd", PF_COMPRESSION_ZSTD},
      {"lz4_raw", PF_COMPRESSION_LZ4_RAW}};
  const std::size_t colon = text.find(':');
  const auto name = kNames.find(text.substr(0, colon));
  if (name == kNames.end()) {
    return "unknown compression " + text;
  }
  options.compression = name->second;
  options.compressionName = text;
  if (colon != std::string::npos) {
    try {
      std::size_t used = 0;
      options.compressionLevel = std::stoi(text.substr(colon + 1), &used);
      if (used != text.size() - colon - 1) {
        return "not a level: " + text;
      }
    } catch (const std::exception&) {
      return "not a level: " + text;
    }
  }
  return {};
}

const std::map<std::string, Mode>& modes() {
  static const std::map<std::string, Mode> kModes = {
      {"writer", Mode::kWriter},     {"sink", Mode::kSink},         {"latency", Mode::kLatency},
      {"callback", Mode::kCallback}, {"contacts", Mode::kContacts}, {"pipeline", Mode::kPipeline}};
  return kModes;
}

const char* nameOf(Mode mode) {
  return std::find_if(modes().begin(), modes().end(),
                      [&](const auto& each) { return each.second == mode; })
      ->first.c_str();
}

void declare(CLI::App& app, Options& o) {
  static const std::map<std::string, pf_repetition_t> kRepetitions = {
      {"required", PF_REPETITION_REQUIRED},
      {"optional", PF_REPETITION_OPTIONAL},
      {"repeated", PF_REPETITION_REPEATED}};
  static const std::map<std::string, Payload> kPayloads = {
      {"random", Payload::kRandom}, {"market", Payload::kMarket}, {"mixed", Payload::kMixed}};

  app.add_option("--mode", o.mode, "writer | sink | latency | callback | contacts | pipeline")
      ->transform(CLI::CheckedTransformer(modes()));
  app.add_option("--rows", o.rows, "rows (sink: records accepted; pipeline: of its largest cells)")
      ->check(CLI::PositiveNumber);
  app.add_option("--row-size", o.rowSize, "bytes of a value")->check(CLI::Range(1, 1 << 20));
  app.add_option("--row-group-rows", o.rowGroupRows, "rows of a row group (4096; contacts: as pf)")
      ->check(CLI::Range(1, INT32_MAX));
  app.add_option("--repetition", o.repetition, "required | optional | repeated")
      ->transform(CLI::CheckedTransformer(kRepetitions));
  app.add_option("--null-every", o.nullEvery,
                 "optional: row i (from 1) is null when i is a multiple; 0: none");
  app.add_option("--values-per-row", o.valuesPerRow, "repeated: values in each row, 0 included")
      ->check(CLI::Range(0, 1 << 16));
  app.add_option_function<std::string>(
      "--compression",
      [&o](const std::string& text) {
        const std::string error = parseCompression(text, o);
        if (!error.empty()) {
          throw CLI::ValidationError("--compression", error);
        }
      },
      "uncompressed | gzip[:level] | ...");
  app.add_option_function<std::string>(
         "--payload",
         [&o](const std::string& text) {
           o.payload = kPayloads.at(text);
           o.payloadName = text;
         },
         "random | market | mixed")
      ->check(CLI::IsMember({"random", "market", "mixed"}));
  app.add_option("--output", o.output, "the file that stays; contacts: their directory");
  app.add_option("--rounds", o.rounds, "interleaved rounds; medians are printed")
      ->check(CLI::Range(1, 1000));
  app.add_flag("--json", o.json, "one JSON object instead of key=value lines");
}

// What single modes take; given with another one it is an error, as it would change nothing.
class ModeOptions {
 public:
  void add(CLI::Option* option, std::vector<Mode> modes) {
    options_.emplace_back(option, std::move(modes));
  }
  // The first one that was given and is not of this mode; nullptr: there is none.
  [[nodiscard]] const CLI::Option* notOf(Mode mode) const {
    const auto found = std::find_if(options_.begin(), options_.end(), [&](const auto& each) {
      const std::vector<Mode>& of = each.second;
      return each.first->count() != 0 && std::find(of.begin(), of.end(), mode) == of.end();
    });
    return found == options_.end() ? nullptr : found->first;
  }

 private:
  std::vector<std::pair<CLI::Option*, std::vector<Mode>>> options_;
};

void declareSinks(CLI::App& app, Options& o, ModeOptions& of) {
  const std::vector<Mode> sinks = {Mode::kSink, Mode::kLatency, Mode::kCallback};
  of.add(app.add_option("--producers", o.producers, "sink, callback: producing threads")
             ->check(CLI::Range(1, 64)),
         {Mode::kSink, Mode::kCallback});
  of.add(app.add_option("--rate", o.rate, "sink, latency, callback: records a second and producer")
             ->check(CLI::Range(1, 100'000'000)),
         sinks);
  of.add(app.add_flag("--flat-out", o.flatOut, "sink, callback: no pacing"),
         {Mode::kSink, Mode::kCallback});
  of.add(app.add_option("--seconds", o.seconds,
                        "latency: of each subject and regime, over all rounds; spdlog overruns its "
                        "oldest and the bare memcpy has no end, so neither has a regime=full")
             ->check(CLI::Range(0.001, 3600.0)),
         {Mode::kLatency});
  of.add(app.add_option("--ring-bytes", o.ringBytes, "sink, latency, callback: of each producer")
             ->check(CLI::Range(std::uint64_t{64} << 10, std::uint64_t{1} << 34)),
         sinks);
  of.add(app.add_option("--encode-threads", o.encodeThreads,
                        "sink, latency, callback: 0: the worker encodes itself")
             ->check(CLI::Range(0, 64)),
         sinks);
  of.add(app.add_option("--row-group-bytes", o.rowGroupBytes,
                        "sink, latency, callback: seals a row group")
             ->check(CLI::Range(std::uint64_t{64} << 10, std::uint64_t{1} << 30)),
         sinks);
  of.add(app.add_flag("--alone", o.alone,
                      "latency: the steady regime of ours alone; with --rounds 1 in one go"),
         {Mode::kLatency});
  of.add(app.add_flag("--prefault", o.prefault,
                      "sink, latency, callback: the memory that records go through is touched when "
                      "the sink is opened"),
         sinks);
  of.add(app.add_flag("--spin", o.spin,
                      "sink, latency, callback: the worker spins instead of parking"),
         sinks);
  of.add(app.add_option("--hgrm", o.hgrmPrefix, "latency: write PREFIX-SUBJECT-REGIME.hgrm"),
         {Mode::kLatency});
}

void declareFiles(CLI::App& app, Options& o, ModeOptions& of) {
  of.add(app.add_option("--seed", o.seed, "callback, contacts: seed of the generator"),
         {Mode::kCallback, Mode::kContacts});
  of.add(app.add_option("--files", o.files, "contacts: files")->check(CLI::Range(1, 10'000)),
         {Mode::kContacts});
  of.add(
      app.add_option("--threads", o.threads, "contacts, pipeline: threads beside one; 0: all CPUs")
          ->check(CLI::Range(0, 1024)),
      {Mode::kContacts, Mode::kPipeline});
  of.add(
      app.add_option("--chunk-size", o.chunkRows, "contacts: rows generated and encoded at a time")
          ->check(CLI::Range(1, 1 << 24)),
      {Mode::kContacts});
  of.add(
      app.add_flag("--discard", o.discards, "contacts: count what files would get, and forget it"),
      {Mode::kContacts});
  CLI::Option* const sweep =
      app.add_flag("--sweep", o.sweeps, "contacts: chunk sizes by row groups, on one thread");
  of.add(sweep, {Mode::kContacts});
  of.add(app.add_flag("--perf", o.perf, "contacts: instructions, cache and branch misses a row")
             ->excludes(sweep),
         {Mode::kContacts});
  of.add(app.add_option("--cells", o.cells,
                        "pipeline: a regular expression of such as complex-30-1000000-zstd-3"),
         {Mode::kPipeline});
  of.add(
      app.add_option("--plot", o.plot, "pipeline: write what more threads gain into an SVG file"),
      {Mode::kPipeline});
}

int run(int argc, char** argv) {
  CLI::App app("pf_bench: parquet_flow measured beside the limit, in one run");
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  Options options;
  declare(app, options);
  ModeOptions ofModes;
  declareSinks(app, options, ofModes);
  declareFiles(app, options, ofModes);
  CLI11_PARSE(app, argc, argv);
  if (const CLI::Option* const other = ofModes.notOf(options.mode)) {
    std::fprintf(stderr, "pf_bench: --mode %s takes no %s\n", nameOf(options.mode),
                 other->get_name().c_str());
    return 1;
  }
  if (options.mode == Mode::kContacts) {
    if (app.count("--row-group-rows") == 0) {
      options.rowGroupRows = contacts::kRowGroupRows;
    }
    if (app.count("--output") == 0) {
      options.output = "pf_bench_contacts";
    }
  }
  switch (options.mode) {
    case Mode::kWriter:
      return runWriterMode(options);
    case Mode::kSink:
      return runSinkMode(options);
    case Mode::kLatency:
      return runLatencyMode(options);
    case Mode::kCallback:
      return runCallbackMode(options);
    case Mode::kContacts:
      return runContactsMode(options);
    case Mode::kPipeline:
      return runPipelineMode(options);
  }
  return 1;
}

}  // namespace
}  // namespace parquet_flow::bench

int main(int argc, char** argv) {
  try {
    return parquet_flow::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pf_bench: %s\n", error.what());
    return 1;
  }
}
