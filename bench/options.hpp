// The command line of pf_bench.
#pragma once

#include <cstdint>
#include <string>

#include "parquet_flow.h"

namespace parquet_flow::bench {

enum class Mode { kWriter, kSink, kLatency, kCallback, kContacts, kPipeline };
enum class Payload { kRandom, kMarket, kMixed };

struct Options {
  Mode mode = Mode::kWriter;
  std::uint64_t rows = 2'000'000;
  std::uint64_t rowSize = 256;  // bytes of a value
  std::uint64_t rowGroupRows = 4096;
  pf_repetition_t repetition = PF_REPETITION_REQUIRED;
  std::uint64_t nullEvery = 0;     // row i (from 1) is null when i is a multiple; 0: none
  std::uint64_t valuesPerRow = 4;  // repeated
  pf_compression_t compression = PF_COMPRESSION_UNCOMPRESSED;
  std::int32_t compressionLevel = PF_LEVEL_DEFAULT;
  std::string compressionName = "uncompressed";
  Payload payload = Payload::kRandom;
  std::string payloadName = "random";
  std::string output = "pf_bench.parquet";
  std::uint64_t rounds = 5;
  bool json = false;

  // sink, latency, callback
  std::uint64_t producers = 1;
  std::uint64_t rate = 2'000'000;  // records a second
  double seconds = 10;             // latency: of each regime and subject, over all rounds
  std::uint64_t ringBytes = 8 << 20;
  std::uint64_t encodeThreads = 1;
  std::uint64_t rowGroupBytes = 64 << 20;  // sink, latency, callback: as pf_sink_options_t
  std::uint64_t seed = 1;
  bool flatOut = false;
  bool spin = false;       // the worker spins
  bool prefault = false;   // memory is touched at open
  bool alone = false;      // latency: the steady regime of ours, without the baselines
  std::string cells;       // pipeline: a regular expression of those to measure
  std::string plot;        // pipeline: an SVG file of what more threads gain
  std::string hgrmPrefix;  // latency: histograms go to PREFIX-<subject>-<regime>.hgrm

  std::uint64_t threads = 0;  // contacts, pipeline: beside one; 0: as many as there are CPUs

  // contacts
  std::uint64_t files = 4;
  std::uint64_t chunkRows = 0;  // 0: as pf contacts
  bool discards = false;        // files are counted and forgotten
  bool sweeps = false;          // chunk sizes by row groups, instead of threads
  bool perf = false;            // hardware counters
};

// All return the exit code of the process; they print what they found, or what failed.
int runWriterMode(const Options& options);
int runSinkMode(const Options& options);
int runLatencyMode(const Options& options);
int runCallbackMode(const Options& options);
int runContactsMode(const Options& options);
int runPipelineMode(const Options& options);

}  // namespace parquet_flow::bench
