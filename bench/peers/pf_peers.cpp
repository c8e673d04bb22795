// pf_peers: this library's writer beside Arrow C++'s, in one process, on the same data in memory.
//
// A line a row: what was written, both rates, their ratio, and the spread over the rounds. Before a
// row is measured, both files are read back and must hold the same values in the same encoding, row
// groups and pages.
#include <arrow/record_batch.h>
#include <arrow/table.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <regex>

#include "arrow_status.hpp"
#include "arrow_writer.hpp"
#include "our_writer.hpp"
#include "rounds.hpp"
#include "verify.hpp"
#include "works.hpp"

namespace parquet_flow::peers {
namespace {

struct Options {
  std::string work;
  std::uint64_t rows = 1 << 20;
  bool tiny = false;
  bool extras = true;
  RoundOptions rounds;
  WriteOptions write;
};

// The name that --work is matched with.
std::string lineName(const std::string& work, unsigned nullPercent) {
  return "work=" + work + " nulls=" + std::to_string(nullPercent);
}

std::vector<double> rates(std::uint64_t values, const std::vector<double>& seconds) {
  std::vector<double> all;
  for (const double second : seconds) {
    all.push_back(static_cast<double>(values) / second / 1e6);
  }
  return all;
}

void printTail(const std::string& name, const std::vector<double>& samples, int decimals) {
  const Spread spread = spreadOf(samples);
  std::printf(" %s_min=%.*f %s_max=%.*f", name.c_str(), decimals, spread.min, name.c_str(),
              decimals, spread.max);
}

void compare(const Work& work, unsigned nullPercent, const Options& options) {
  const auto batch = makeBatch(work, {options.rows, nullPercent});
  const auto table = check(arrow::Table::FromRecordBatches({batch}));
  WriteOptions write = options.write;
  write.encoding = work.encoding;
  verify(batch, write);
  std::uint64_t ourBytes = 0;
  std::uint64_t arrowBytes = 0;
  const auto timings = runRounds({[&] { ourBytes = writeWithOurs(batch, write, {}); },
                                  [&] { arrowBytes = writeWithArrow(table, write, {}); }},
                                 options.rounds);
  const std::uint64_t values = leafValues(*batch->column(0));
  const auto ours = rates(values, timings[0]);
  const auto arrows = rates(values, timings[1]);
  const auto ratio = ratios(arrows, ours);
  std::printf("%s ours_mvalues_per_sec=%.1f arrow_mvalues_per_sec=%.1f ratio=%.2f",
              lineName(work.name, nullPercent).c_str(), spreadOf(ours).median,
              spreadOf(arrows).median, spreadOf(ratio).median);
  printTail("ratio", ratio, 2);
  printTail("ours", ours, 1);
  printTail("arrow", arrows, 1);
  std::printf(" ours_bytes=%llu arrow_bytes=%llu\n", static_cast<unsigned long long>(ourBytes),
              static_cast<unsigned long long>(arrowBytes));
  std::fflush(stdout);
}

void runTable(const Options& options) {
  const std::regex pattern(options.work);
  for (const Work& work : works()) {
    for (const unsigned nullPercent : {0U, 10U}) {
      if ((nullPercent == 0 || work.withNulls) &&
          std::regex_search(lineName(work.name, nullPercent), pattern)) {
        compare(work, nullPercent, options);
      }
    }
  }
}

void declare(CLI::App& app, Options& o) {
  static const std::map<std::string, pf_compression_t> kCodecs = {
      {"uncompressed", PF_COMPRESSION_UNCOMPRESSED}, {"snappy", PF_COMPRESSION_SNAPPY},
      {"gzip", PF_COMPRESSION_GZIP},                 {"brotli", PF_COMPRESSION_BROTLI},
      {"zstd", PF_COMPRESSION_ZSTD},                 {"lz4_raw", PF_COMPRESSION_LZ4_RAW}};
  app.add_option("--work", o.work, "only lines of which this regular expression finds a part");
  app.add_option("--rounds", o.rounds.rounds, "interleaved rounds; medians are printed")
      ->check(CLI::Range(1, 1000));
  app.add_flag("--tiny", o.tiny, "a few rows, once: to see that it works");
  app.add_option("--rows", o.rows, "rows of a file, in one row group")
      ->check(CLI::Range(1, 1 << 26));
  app.add_option("--page-bytes", o.write.pageBytes, "of both writers")
      ->check(CLI::Range(1 << 10, 1 << 30));
  app.add_option("--page-rows", o.write.pageRows, "of both writers")
      ->check(CLI::Range(1, INT32_MAX));
  app.add_option("--compression", o.write.compression, "of both writers")
      ->transform(CLI::CheckedTransformer(kCodecs));
  app.add_option("--extras", o.extras, "page index and CRC, of both writers")
      ->transform(CLI::CheckedTransformer(std::map<std::string, bool>{{"on", true},
                                                                      {"off", false}}));
}

int run(int argc, char** argv) {
  CLI::App app("pf_peers: parquet_flow beside Arrow C++, in one run");
  Options options;
  options.write.pageBytes = 1 << 20;
  options.write.pageRows = 20'000;
  declare(app, options);
  CLI11_PARSE(app, argc, argv);
  if (options.tiny) {
    options.rows = 50'000;
    options.rounds = {.rounds = 1, .seconds = 0};
  }
  options.write.rowGroupRows = options.rows;
  options.write.pageIndex = options.extras;
  options.write.crc = options.extras;
  std::fprintf(stderr, "Arrow C++ %s, one thread\n", arrowVersion().c_str());
  runTable(options);
  return 0;
}

}  // namespace
}  // namespace parquet_flow::peers

int main(int argc, char** argv) {
  try {
    return parquet_flow::peers::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pf_peers: %s\n", error.what());
    return 1;
  }
}
