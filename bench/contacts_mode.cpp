// Contacts mode: generated Contacts into files, on one thread and on several, beside a loop that
// only computes: what it gains by the threads is what can be gained. Rounds are interleaved.
#include <sys/resource.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "base/cpu_count.hpp"
#include "compute_loop.hpp"
#include "contacts/run.hpp"
#include "discard_directory.hpp"
#include "io/posix_directory.hpp"
#include "options.hpp"
#include "perf_counters.hpp"
#include "report.hpp"

namespace parquet_flow::bench {
namespace {

double peakMiB() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

contacts::RunOptions runOptions(const Options& o) {
  contacts::RunOptions run;
  run.rows = o.rows;
  run.files = o.files;
  run.chunkRows = o.chunkRows == 0 ? contacts::kChunkRows : o.chunkRows;
  run.rowGroupRows = o.rowGroupRows;
  run.compression = static_cast<codec::Compression>(o.compression);
  run.compressionLevel =
      o.compressionLevel == PF_LEVEL_DEFAULT ? codec::kLevelDefault : o.compressionLevel;
  run.seed = o.seed;
  return run;
}

Result<std::unique_ptr<io::Directory>> openOutput(const Options& o) {
  if (o.discards) {
    return std::make_unique<DiscardDirectory>();
  }
  return io::openDirectory(o.output, io::IfMissing::kCreate);
}

// What was there is gone before the clock starts: giving its pages back takes time too.
Result<contacts::RunResult> runOnce(const contacts::RunOptions& options, io::Directory& directory) {
  for (std::uint64_t file = 0; file < options.files; ++file) {
    const std::string name = contacts::fileName(options, file);
    PF_TRY_ASSIGN(const io::EntryKind kind, directory.kind(name));
    if (kind == io::EntryKind::kFile) {
      PF_TRY(directory.remove(name));
    }
  }
  PF_TRY_ASSIGN(const auto run, contacts::Run::open(options, directory));
  PF_TRY(run->start());
  return run->finish();
}

// Medians over the rounds of runs with one number of threads.
struct Samples {
  std::vector<double> rowsPerSecond;
  std::vector<double> rowsPerCpuSecond;
  contacts::RunResult last;

  void add(const contacts::RunResult& result) {
    const auto rows = static_cast<double>(result.rows);
    rowsPerSecond.push_back(rows / result.wallSeconds);
    rowsPerCpuSecond.push_back(rows / result.cpuSeconds);
    last = result;
  }
};

void addSpread(Report& report, const std::string& key, const std::vector<double>& samples) {
  const Spread spread = spreadOf(samples);
  report.add(key, spread.median);
  report.add(key + "_min", spread.min);
  report.add(key + "_max", spread.max);
}

void addSettings(Report& report, const Options& o, const contacts::RunOptions& run) {
  report.add("mode", std::string_view("contacts"));
  report.add("rows", run.rows);
  report.add("files", run.files);
  report.add("compression", std::string_view(o.compressionName));
  report.add("seed", run.seed);
  report.add("rounds", o.rounds);
  report.add("output", std::string_view(o.discards ? "<discard>" : o.output.c_str()));
}

void addStages(Report& report, const contacts::RunResult& result) {
  const auto rows = static_cast<double>(result.rows);
  report.add("generate_ns_per_row", static_cast<double>(result.work.generateNs) / rows);
  report.add("encode_ns_per_row", static_cast<double>(result.work.encodeNs) / rows);
  report.add("write_ns_per_row", static_cast<double>(result.work.writeNs) / rows);
}

Result<Report> measureThreads(const Options& o) {
  contacts::RunOptions options = runOptions(o);
  const std::uint64_t threads = o.threads == 0 ? usableCpus() : o.threads;
  PF_TRY_ASSIGN(const auto directory, openOutput(o));
  Samples alone;
  Samples together;
  std::vector<double> gains;
  std::vector<double> computeGains;
  std::vector<double> ratios;
  std::uint64_t checksum = 0;
  PerfCounters counters;
  std::uint64_t counted = 0;
  if (o.perf) {
    options.threads = 1;
    counters.start();
    PF_TRY_ASSIGN(const auto result, runOnce(options, *directory));
    counters.stop();
    counted = result.rows;
  }
  for (std::uint64_t round = 0; round < o.rounds; ++round) {
    const double computeAlone = computeSeconds(1, checksum);
    options.threads = 1;
    PF_TRY_ASSIGN(const auto one, runOnce(options, *directory));
    const double computeTogether = computeSeconds(threads, checksum);
    options.threads = static_cast<std::uint32_t>(threads);
    PF_TRY_ASSIGN(const auto all, runOnce(options, *directory));
    alone.add(one);
    together.add(all);
    gains.push_back(one.wallSeconds / all.wallSeconds);
    computeGains.push_back(static_cast<double>(threads) * computeAlone / computeTogether);
    ratios.push_back(gains.back() / computeGains.back());
  }
  Report report;
  addSettings(report, o, options);
  report.add("chunk_rows", options.chunkRows);
  report.add("row_group_rows", options.rowGroupRows);
  report.add("cpus", std::uint64_t{usableCpus()});
  report.add("threads", threads);
  addSpread(report, "rows_per_cpu_sec", alone.rowsPerCpuSecond);
  addSpread(report, "rows_per_cpu_sec_threads", together.rowsPerCpuSecond);
  addSpread(report, "rows_per_sec", alone.rowsPerSecond);
  addSpread(report, "rows_per_sec_threads", together.rowsPerSecond);
  addSpread(report, "gain", gains);
  addSpread(report, "compute_gain", computeGains);
  addSpread(report, "gain_ratio", ratios);
  addStages(report, alone.last);
  report.add("bytes_per_row",
             static_cast<double>(alone.last.bytes) / static_cast<double>(alone.last.rows));
  report.add("file_bytes", alone.last.bytes);
  report.add("peak_mib", peakMiB());
  report.add("compute_checksum", checksum);
  if (o.perf) {
    counters.addTo(report, counted);
  }
  return report;
}

Result<Report> measureSweep(const Options& o) {
  contacts::RunOptions options = runOptions(o);
  PF_TRY_ASSIGN(const auto directory, openOutput(o));
  constexpr std::uint64_t kChunks[] = {512, 1024, 2048, 4096, 8192, 16'384, 32'768, 65'536};
  constexpr std::uint64_t kRowGroups[] = {30'720, 122'880, 491'520};
  Samples samples[std::size(kChunks)][std::size(kRowGroups)];
  for (std::uint64_t round = 0; round < o.rounds; ++round) {
    for (std::size_t chunk = 0; chunk < std::size(kChunks); ++chunk) {
      for (std::size_t rowGroup = 0; rowGroup < std::size(kRowGroups); ++rowGroup) {
        options.chunkRows = kChunks[chunk];
        options.rowGroupRows = kRowGroups[rowGroup];
        PF_TRY_ASSIGN(const auto result, runOnce(options, *directory));
        samples[chunk][rowGroup].add(result);
      }
    }
  }
  Report report;
  addSettings(report, o, options);
  for (std::size_t chunk = 0; chunk < std::size(kChunks); ++chunk) {
    for (std::size_t rowGroup = 0; rowGroup < std::size(kRowGroups); ++rowGroup) {
      const Samples& cell = samples[chunk][rowGroup];
      Report row;
      row.add("row_group_rows", kRowGroups[rowGroup]);
      addSpread(row, "rows_per_cpu_sec", cell.rowsPerCpuSecond);
      addStages(row, cell.last);
      report.addRow("chunk_rows", std::to_string(kChunks[chunk]), row);
    }
  }
  return report;
}

}  // namespace

int runContactsMode(const Options& options) {
  const auto report = options.sweeps ? measureSweep(options) : measureThreads(options);
  if (!report) {
    std::fprintf(stderr, "pf_bench: %s\n", report.error().message().c_str());
    return 1;
  }
  std::fputs((options.json ? report->asJson() : report->asText()).c_str(), stdout);
  return 0;
}

}  // namespace parquet_flow::bench
