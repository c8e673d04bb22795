#include "pf/import_command.hpp"

#include <cstdio>
#include <utility>

#include "merge/colf.hpp"
#include "pf/codec_option.hpp"
#include "pf/count_option.hpp"
#include "pf/exit_codes.hpp"
#include "pf/failure.hpp"
#include "pf/inputs.hpp"
#include "pf/interrupts.hpp"
#include "pf/merge_report.hpp"
#include "pf/printed_result.hpp"
#include "pf/values.hpp"
#include "rows/printable.hpp"

namespace parquet_flow::pf {
namespace {

constexpr std::string_view kSuffix = ".colf";

int exitCodeOf(const Error& error) {
  const int code = endWith(error, "import");
  if (error.code() == ErrorCode::kExists) {
    std::fputs("pf import: --force replaces it\n", stderr);
    return kExitExists;
  }
  return error.code() == ErrorCode::kCancelled ? kExitSignal + caughtInterrupt() : code;
}

}  // namespace

CLI::App* ImportCommand::declare(CLI::App& app) {
  CLI::App* const command = app.add_subcommand("import", "make Parquet of a COLF file");
  command->add_option("FILE", input_, "a file that ends in .colf; - for standard input")
      ->required();
  command
      ->add_option("--output", options_.output,
                   "a file, or a directory for merged-000001.parquet (FILE with .parquet)")
      ->type_name("FILE|DIR");
  command->add_flag("--force", options_.replaces,
                    "replace a file of the same name; of a directory, all merged-NNNNNN.parquet");
  command->add_flag("--sync", options_.syncs, "have the output on the disk before it is published");
  addCount(*command, "--row-group-rows", options_.rowGroupRows, "rows of a row group (1048576)");
  addCodec(
      *command,
      [this](const CodecChoice& codec) { options_.compression = {codec.compression, codec.level}; },
      "uncompressed, snappy, gzip, zstd, lz4_raw or brotli, with :LEVEL (uncompressed)");
  command->add_flag("--json", json_, "print the result as JSON");
  command->footer(
      "Exit status: 0 done; 1 failed, and there is no output, but for one that had replaced\n"
      "another, or where only the result could not be printed; 2 the command line is wrong; 3 a\n"
      "file exists, and --force is not given; 130 or 143 stopped by SIGINT or SIGTERM; 141 nobody\n"
      "reads what is printed.");
  return command;
}

int ImportCommand::run() {
  if (input_ == kStandardInput && options_.output.empty()) {
    std::fputs("pf import: of standard input --output has to be given\n", stderr);
    return kExitUsage;
  }
  if (input_ != kStandardInput && !std::string_view(input_).ends_with(kSuffix)) {
    std::fprintf(stderr, "pf import: %s does not end in .colf\n", rows::printable(input_).c_str());
    return kExitUsage;
  }
  if (options_.output == kStandardOutput) {
    std::fputs("pf import: --output is a file, not standard output\n", stderr);
    return kExitUsage;
  }
  options_.inputs = {input_};
  if (options_.output.empty()) {
    options_.output = input_.substr(0, input_.size() - kSuffix.size()) + ".parquet";
  }
  const MergeReport events(false);
  catchInterrupts();
  auto file = openInput(input_);
  if (!file) return exitCodeOf(file.error());
  auto result = merge::importColf(options_, std::move(*file), events);
  if (!result) return exitCodeOf(result.error());
  const merge::OutputResult& output = result->outputs.front();
  const std::string text = json_ ? importJson(*result)
                                 : rows::printable(output.path) + ": " + grouped(output.rows) +
                                       " rows, " + grouped(output.bytes) + " bytes\n";
  return printResult(text, "import");
}

}  // namespace parquet_flow::pf
