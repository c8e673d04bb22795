#include "pf/contacts_command.hpp"

#include <unistd.h>

#include <cstdio>

#include "base/cpu_count.hpp"
#include "contacts/run.hpp"
#include "io/posix_directory.hpp"
#include "pf/codec_option.hpp"
#include "pf/contacts_report.hpp"
#include "pf/count_option.hpp"
#include "pf/exit_codes.hpp"
#include "pf/failure.hpp"
#include "pf/interrupts.hpp"
#include "pf/printed_result.hpp"
#include "pf/values.hpp"

namespace parquet_flow::pf {
namespace {

constexpr std::uint64_t kPollNs = 50'000'000;
constexpr unsigned kPollsPerLine = 4;

int exitCodeOf(const Error& error) {
  const int code = endWith(error, "contacts", Cause::kCommandLine);
  if (error.code() != ErrorCode::kExists) {
    return code;
  }
  std::fputs("pf contacts: --force replaces it\n", stderr);
  return kExitExists;
}

}  // namespace

CLI::App* ContactsCommand::declare(CLI::App& app) {
  options_.threads = usableCpus();
  CLI::App* const command = app.add_subcommand(
      "contacts", "write generated Contacts (a name, and phones with number and type)");
  addCount(*command, "--rows", options_.rows, "rows of all files together; 1G is 1 000 000 000")
      ->required();
  addCount(*command, "--files", options_.files, "files, with rows split evenly (1)");
  addCount(*command, "--threads", options_.threads, "threads (as many as there are cores)");
  addCount(*command, "--chunk-size", options_.chunkRows,
           "rows generated and encoded at a time (" + std::to_string(contacts::kChunkRows) + ")");
  rowGroupRowsOption_ =
      addCount(*command, "--row-group-rows", options_.rowGroupRows,
               "rows of a row group (" + std::to_string(contacts::kRowGroupRows) + ")");
  compressionOption_ = addCodec(
      *command,
      [this](const CodecChoice& codec) {
        options_.compression = codec.compression;
        options_.compressionLevel = codec.level;
      },
      "uncompressed, snappy, gzip, zstd, lz4_raw or brotli, with :LEVEL where the codec "
      "has levels (uncompressed)");
  addCount(*command, "--seed", options_.seed, "row i is a function of the seed and i (1)");
  command
      ->add_option_function<std::string>(
          "--format",
          [this](const std::string& text) {
            options_.format =
                text == "jsonl" ? contacts::Format::kJsonLines : contacts::Format::kParquet;
          },
          "parquet, or jsonl: a JSON object a line, nulls written out (parquet)")
      ->check(CLI::IsMember({"parquet", "jsonl"}))
      ->type_name("FORMAT");
  command
      ->add_option("--output", output_, "directory of the files, created where it is missing (.)")
      ->type_name("DIR");
  command->add_flag(
      "--force", options_.replaces,
      "replace files of the same name, and remove those that another number of files had");
  command->add_flag("--progress", showsProgress_, "show how far it is, where stderr is a terminal");
  command->add_flag("--json", json_, "print the result as one JSON object");
  command->footer(
      "Files are contacts.parquet, or contacts_1.parquet to contacts_N.parquet. They are the same\n"
      "for any number of threads, and appear under their names when they are complete.\n"
      "^C stops with complete files of fewer rows; a second one at once, without files.\n"
      "\n"
      "Exit status: 0 done; 1 failed: no file was published, or those before the one that could\n"
      "not be, which the message counts, or all, and only the result could not be printed; 2 the\n"
      "command line is wrong; 3 a file of that name is there, and --force is not given: nothing\n"
      "was touched, unless it came after the start; then as 1; 130 or 143 stopped by SIGINT or\n"
      "SIGTERM, with complete files; 141 nobody reads what is printed.");
  return command;
}

int ContactsCommand::run() {
  const std::uint32_t cpus = usableCpus();
  if (options_.format == contacts::Format::kJsonLines &&
      (rowGroupRowsOption_->count() > 0 || compressionOption_->count() > 0)) {
    std::fputs("pf contacts: jsonl has neither row groups nor compression\n", stderr);
    return kExitUsage;
  }
  if (auto valid = contacts::validate(options_); !valid) {
    return exitCodeOf(valid.error());
  }
  auto directory = io::openDirectory(output_, io::IfMissing::kCreate);
  if (!directory) {
    return exitCodeOf(directory.error());
  }
  catchInterrupts();  // from the first hidden file on
  auto run = contacts::Run::open(options_, **directory);
  if (!run) {
    return exitCodeOf(run.error());
  }
  std::fprintf(stderr, "%s\n", startLine(options_, cpus).c_str());
  if (auto started = (*run)->start(); !started) {
    return exitCodeOf(started.error());
  }
  ProgressLine line(options_.rows);
  const bool showsLine = showsProgress_ && isatty(STDERR_FILENO) == 1;
  for (unsigned polls = 1; !(*run)->waitFor(kPollNs); ++polls) {
    if (caughtInterrupt() != 0) {
      (*run)->stop();
    }
    if (showsLine && polls % kPollsPerLine == 0) {
      line.show((*run)->rowsDone(), (*run)->bytesWritten());
    }
  }
  if (showsLine) {
    line.clear();
  }
  auto result = (*run)->finish();
  if (!result) {
    return exitCodeOf(result.error());
  }
  const int printed = printResult(
      json_ ? resultJson(options_, *result) : resultText(options_, *result), "contacts");
  if (printed != kExitDone) {
    return printed;
  }
  return result->wasStopped ? kExitSignal + caughtInterrupt() : kExitDone;
}

}  // namespace parquet_flow::pf
