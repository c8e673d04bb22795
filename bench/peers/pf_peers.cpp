// pf_peers: this library's writer and reader beside Arrow C++'s, in one process, on the same data
// in memory, one thread each.
//
// A line a work: both rates, their ratio, and the spread over the rounds. Before a work is
// measured, both files are read back and must hold the same values in the same encoding, row groups
// and pages.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>

#include "arrow_writer.hpp"
#include "pipeline_cells.hpp"
#include "read_table.hpp"
#include "serve.hpp"
#include "table.hpp"

namespace parquet_flow::peers {
namespace {

struct Options {
  TableOptions table;
  ServeOptions serve;
  bool tiny = false;
  bool read = false;
  bool pipeline = false;
  bool crcAndIndex = false;
};

void declare(CLI::App& app, Options& o) {
  static const std::map<std::string, pf_compression_t> kCodecs = {
      {"uncompressed", PF_COMPRESSION_UNCOMPRESSED},
      {"snappy", PF_COMPRESSION_SNAPPY},
      {"gzip", PF_COMPRESSION_GZIP},
      {"brotli", PF_COMPRESSION_BROTLI},
      {"zstd", PF_COMPRESSION_ZSTD},
      {"lz4_raw", PF_COMPRESSION_LZ4_RAW}};
  static const std::map<std::string, bool> kSwitch = {{"on", true}, {"off", false}};
  TableOptions& table = o.table;
  app.add_option("--work", table.work, "a regular expression: only lines of which it finds a part");
  app.add_option("--rounds", table.rounds.rounds, "interleaved rounds; medians are printed")
      ->check(CLI::Range(1, 1000));
  app.add_flag("--read", o.read, "read the works' files instead of writing them");
  app.add_flag("--pipeline", o.pipeline,
               "the cells of `pf_bench --mode pipeline` instead, batch by batch, with defaults");
  app.add_flag("--tiny", o.tiny, "few rows, one round: to see that it works");
  app.add_option("--rows", table.rows, "rows of a file, in one row group")
      ->check(CLI::Range(1, 1 << 26));
  app.add_option("--page-bytes", table.write.pageBytes, "of both writers")
      ->check(CLI::Range(1 << 10, 1 << 30));
  app.add_option("--page-rows", table.write.pageRows, "of both writers")
      ->check(CLI::Range(1, INT32_MAX));
  app.add_option("--compression", table.write.compression, "of both writers")
      ->transform(CLI::CheckedTransformer(kCodecs));
  app.add_option("--crc-and-index", o.crcAndIndex,
                 "on | off: CRC of pages and page index, of both writers")
      ->transform(CLI::CheckedTransformer(kSwitch));
  // Of the works that go to files, which file_works.py runs with the same arguments.
  app.add_option("--file-rows", o.serve.rows, "rows of a file of itch10m and ints3");
  app.add_option("--itch", o.serve.itch, "the ITCH file that itch10m repeats");

  CLI::App* serve = app.add_subcommand("serve", "what file_works.py asks for");
  serve->add_option("work", o.serve.work, "itch10m | ints3")->required();
  serve->add_option("folder", o.serve.folder, "for the data and the files")->required();
  serve->add_option("--itch", o.serve.itch, "the ITCH file");
  serve->add_option("--rows", o.serve.rows, "of the data")->check(CLI::Range(1, INT32_MAX));
  serve->add_option("--compression", o.serve.compression, "of the files")
      ->transform(CLI::CheckedTransformer(kCodecs));
}

int run(int argc, char** argv) {
  CLI::App app("pf_peers: parquet_flow beside Arrow C++, in one run");
  Options options;
  // Pages of Arrow's bytes, and of as many rows as served it best of 20 000, 64 Ki and 1 Mi.
  options.table.write.pageBytes = 1 << 20;
  options.table.write.pageRows = 1 << 16;
  declare(app, options);
  CLI11_PARSE(app, argc, argv);
  if (app.got_subcommand("serve")) {
    serve(options.serve);
    return 0;
  }
  if (options.tiny) {
    options.table.rows = 50'000;
    options.table.write.pageRows = 20'000;
    options.table.rounds = {.rounds = 1, .seconds = 0};
  }
  options.table.write.rowGroupRows = options.table.rows;
  options.table.write.statistics = true;
  options.table.write.pageIndex = options.crcAndIndex;
  options.table.write.crc = options.crcAndIndex;
  std::fprintf(stderr, "beside Arrow C++ %s\n", arrowVersion().c_str());
  if (options.read) {
    runReadTable(options.table);
    return 0;
  }
  if (options.pipeline) {
    runPipelineCells(options.table, options.tiny);
    return 0;
  }
  runTable(options.table);
  runOverhead(options.table);
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
