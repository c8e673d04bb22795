#include "pf/merge_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>

#include "base/bytes.hpp"
#include "base/limits.hpp"
#include "io/memory_file.hpp"
#include "merge/merge.hpp"
#include "pf/codec_option.hpp"
#include "pf/count_option.hpp"
#include "pf/exit_codes.hpp"
#include "pf/failure.hpp"
#include "pf/inputs.hpp"
#include "pf/interrupts.hpp"
#include "pf/merge_report.hpp"
#include "pf/page_limit.hpp"
#include "pf/printed_result.hpp"
#include "pf/terminal.hpp"
#include "pf/values.hpp"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"
#include "rows/column_choice.hpp"
#include "rows/row_printer.hpp"

namespace parquet_flow::pf {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

// "a,b desc": columns, each with asc or desc behind it or not.
std::optional<std::vector<merge::SortColumn>> parseSortColumns(std::string_view text) {
  std::vector<merge::SortColumn> columns;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view one = text.substr(0, comma);
    merge::SortColumn column;
    const auto cut = [&one](std::string_view word) {
      if (!one.ends_with(word)) return false;
      one.remove_suffix(word.size());
      return true;
    };
    if (cut(" desc")) {
      column.isDescending = true;
    } else {
      cut(" asc");
    }
    const std::size_t begin = one.find_first_not_of(' ');
    if (begin == std::string_view::npos) return std::nullopt;
    column.path = one.substr(begin, one.find_last_not_of(' ') - begin + 1);
    columns.push_back(std::move(column));
    if (comma == std::string_view::npos) return columns;
    text.remove_prefix(comma + 1);
  }
}

bool parseQueue(const std::string& text, merge::MergeOptions& options) {
  const std::size_t comma = text.find(',');
  const auto paths = parseCount(text.substr(0, comma));
  const auto results =
      comma == std::string::npos ? options.queuedResults : parseCount(text.substr(comma + 1));
  constexpr std::uint64_t kMax = 1'000'000;
  if (!paths || !results || *paths == 0 || *results == 0 || *paths > kMax || *results > kMax) {
    return false;
  }
  options.queuedPaths = static_cast<std::uint32_t>(*paths);
  options.queuedResults = static_cast<std::uint32_t>(*results);
  return true;
}

// What a file's last row has in these columns, as a JSON object.
Result<std::string> lastKey(const std::string& path, std::span<const merge::SortColumn> sortedBy) {
  std::vector<std::string> columns;
  for (const merge::SortColumn& column : sortedBy) columns.push_back(column.path);
  PF_TRY_ASSIGN(auto input, openInput(path));
  // The output's own page has as many bytes as its values.
  PF_TRY_ASSIGN(const auto file,
                read::FileReader::open(std::move(input), {.pageBytesMax = kPageBytesMax}));
  PF_TRY_ASSIGN(const auto choice, rows::chooseColumns(*file, columns));
  io::MemoryOutputFile text;
  const auto printer = rows::RowPrinter::make(rows::RowFormat::kJsonLines, {}, text);
  PF_TRY(printer->begin(file->schema(), choice.shape, choice.leaves));
  read::BatchOptions options;
  options.leaves = choice.leaves;
  options.firstRow = file->rows() - 1;
  PF_TRY_ASSIGN(const auto reader, read::BatchReader::create(*file, std::move(options)));
  read::ColumnBatch batch;
  PF_TRY(reader->next(batch));
  PF_TRY(printer->print(batch));
  PF_TRY(printer->finish());
  std::string line(asText(text.contents()));
  if (line.ends_with('\n')) line.pop_back();
  return line;
}

// A list is read more than once: standard input is kept in a file without a name, which is its path
// from then on.
Result<std::unique_ptr<std::FILE, FileCloser>> keepStandardInput(std::vector<std::string>& inputs) {
  std::unique_ptr<std::FILE, FileCloser> kept;
  for (std::string& input : inputs) {
    if (input != kStandardInput) continue;
    if (kept != nullptr) {
      return fail(ErrorCode::kInvalidArgument, "standard input is there to be read once");
    }
    kept.reset(std::tmpfile());
    if (kept == nullptr) return fail(systemError(errno, "keeping the list"));
    std::vector<char> piece(64 << 10);
    while (const std::size_t bytes = std::fread(piece.data(), 1, piece.size(), stdin)) {
      if (std::fwrite(piece.data(), 1, bytes, kept.get()) != bytes) break;
    }
    if (std::ferror(stdin) != 0 || std::fflush(kept.get()) != 0 || std::ferror(kept.get()) != 0) {
      return fail(systemError(errno, "keeping the list"));
    }
    input = "/proc/self/fd/" + std::to_string(::fileno(kept.get()));
  }
  return kept;
}

// Where a path leads, through links, be it there yet or not.
std::filesystem::path realPathOf(const std::string& path) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(path, error);
  std::filesystem::path real = std::filesystem::weakly_canonical(whole, error);
  return error ? whole : real;
}

int exitCodeOf(const Error& error) {
  const int code = endWith(withPageLimit(error), "merge");
  if (error.code() == ErrorCode::kExists) {
    std::fputs("pf merge: --force replaces it\n", stderr);
    return kExitExists;
  }
  return error.code() == ErrorCode::kCancelled ? kExitSignal + caughtInterrupt() : code;
}

}  // namespace

CLI::App* MergeCommand::declare(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand("merge", "put many files together into one, or a few of a size");
  command
      ->add_option("INPUT", options_.inputs,
                   "lists of paths, directories, and files that end in .parquet; - for a list on "
                   "standard input")
      ->required();
  declareOutput(*command);
  declareQueues(*command);
  declareOrder(*command);
  command->add_flag("--strict", options_.stopsAtFailure,
                    "end at the first file that cannot be read, without output");
  command->add_option("--errors", errors_, "write a line for each file that cannot be read")
      ->type_name("FILE");
  command->add_flag("--dry-run", isDry_, "show what would be done with each file, and do nothing");
  command->add_flag("--progress", showsProgress_,
                    "a line each 1000 files, also where stderr is no terminal");
  command->add_flag("--json", json_, "print the result as JSON");
  command->footer(
      "Rows come in the order of the files, or sorted. Row groups of a sixteenth of a row group's\n"
      "size and more are copied without being decoded, their pages held against their CRC where "
      "they\n"
      "have one; smaller ones are put together. Columns that a file does not have are null, "
      "integers\n"
      "widen; otherwise the file is one that cannot be read.\n"
      "^C finishes the files in flight and says where it stopped; a second one ends at once.\n"
      "An input that the output would replace or remove is not left out: then there is no output.\n"
      "\n"
      "Exit status: 0 done; 1 failed, and there is no output, but for files that had replaced\n"
      "others, or all where only the result or --errors could not be written; 2 the command line\n"
      "is wrong; 3 a file exists, and --force is not given; 5 done, but for files that could not\n"
      "be read; 130 or 143 stopped by SIGINT or SIGTERM; 141 nobody reads what is printed.");
  return command;
}

void MergeCommand::declareOutput(CLI::App& command) {
  command
      .add_option("--output", options_.output,
                  "a file, or a directory (there, or with / at its end) for merged-000001.parquet")
      ->required()
      ->type_name("FILE|DIR");
  command.add_flag("--force", options_.replaces,
                   "replace files of the same name; of a directory, all merged-NNNNNN.parquet");
  command.add_flag("--sync", options_.syncs, "have the output on the disk before it is published");
  addCount(
      command, "--file-size", options_.fileBytes,
      "begin a new file of a directory at about so many bytes: it has a row group more at most");
  addCount(command, "--row-group-rows", options_.rowGroupRows,
           "rows of a row group that is put together (1048576)");
  addCount(command, "--row-group-size", options_.rowGroupBytes,
           "bytes of values in it (134217728)");
  addCodec(
      command,
      [this](const CodecChoice& codec) { options_.compression = {codec.compression, codec.level}; },
      "of what is encoded: uncompressed, snappy, gzip, zstd, lz4_raw or brotli, with :LEVEL "
      "(that of the first file)");
  command.add_flag_callback(
      "--recode", [this] { options_.copies = false; },
      "decode and encode all of it: no row group is copied");
}

void MergeCommand::declareQueues(CLI::App& command) {
  addCount(command, "--workers", options_.workers, "threads that open and decode files (20)");
  command
      .add_option_function<std::string>(
          "--queue",
          [this](const std::string& text) {
            if (!parseQueue(text, options_)) {
              throw CLI::ValidationError("--queue", "not PATHS or PATHS,RESULTS: " + text);
            }
          },
          "paths read ahead, and results decoded ahead (1000,100)")
      ->type_name("N[,N]");
  addCount(command, "--batch-rows", options_.batchRows, "rows decoded at a time (65536)");
  addPageBytesMax(command, options_.pageBytesMax);
  addCount(command, "--threads", options_.parallelism, "threads that encode (a core each)");
}

void MergeCommand::declareOrder(CLI::App& command) {
  command
      .add_option_function<std::string>(
          "--sort-by",
          [this](const std::string& text) {
            auto columns = parseSortColumns(text);
            if (!columns) throw CLI::ValidationError("--sort-by", "a column without a name");
            options_.sortBy = std::move(*columns);
          },
          "sort all rows: columns, the most significant first, each with asc or desc (asc); nulls "
          "come last")
      ->type_name("COLUMNS");
  addCount(command, "--sort-memory", options_.sortBytes,
           "bytes of rows sorted at a time, the rest being runs beside the output (536870912); "
           "for rows in no order at most 2147483648 are used");
}

Result<void> MergeCommand::checkNames() const {
  for (const std::string& name : {options_.output, errors_}) {
    if (name == kStandardOutput) {
      return fail(ErrorCode::kInvalidArgument,
                  "--output and --errors are files, not standard output");
    }
  }
  if (errors_.empty()) return {};
  const std::filesystem::path errors = realPathOf(errors_);
  const auto isErrors = [&](const std::string& name) {
    std::error_code error;
    return realPathOf(name) == errors || std::filesystem::equivalent(name, errors_, error);
  };
  if (isErrors(options_.output) || std::ranges::any_of(options_.inputs, isErrors)) {
    return fail(ErrorCode::kInvalidArgument, "--errors " + errors_ + " is an input, or the output");
  }
  // Which files lists name, and how many an output of several will have, is not known here.
  if (errors.native().ends_with(".parquet")) {
    return fail(ErrorCode::kInvalidArgument,
                "--errors " + errors_ + " would be text called like a Parquet file");
  }
  return {};
}

int MergeCommand::run() {
  if (const auto checked = checkNames(); !checked) return endWith(checked.error(), "merge");
  const auto list = keepStandardInput(options_.inputs);
  if (!list) return endWith(list.error(), "merge");
  return isDry_ ? plan() : merge();
}

int MergeCommand::plan() {
  PlanReport plan(json_);
  const MergeReport events(false);
  catchInterrupts();
  auto result = merge::planMerge(options_, events, plan);
  if (!result) return exitCodeOf(result.error());
  const int printed =
      printResult(json_ ? mergeJson(*result, true) : mergeText(*result, true), "merge");
  if (printed != kExitDone) return printed;
  if (result->stoppedBefore) return kExitSignal + caughtInterrupt();
  return result->failures == 0 ? kExitDone : kExitSomeFailed;
}

int MergeCommand::merge() {
  MergeReport events(showsProgress_ || isTerminal(STDERR_FILENO), errors_, options_.replaces);
  catchInterrupts();
  auto result = merge::mergeFiles(options_, events);
  const auto errorsWritten = events.finish();
  if (!result && events.hasSaid(result.error())) {
    return endWith(Error(result.error().code(), "there is no output"), "merge");
  }
  if (!result) return exitCodeOf(result.error());
  std::string key;
  if (result->rowsLeft != 0) {
    auto last = lastKey(result->outputs.back().path, options_.sortBy);
    if (!last) return endWith(last.error(), "merge");
    key = std::move(*last);
  }
  if (const int printed = printResult(
          json_ ? mergeJson(*result, false, key) : mergeText(*result, false, key), "merge");
      printed != kExitDone) {
    return printed;
  }
  if (!errorsWritten) return endWith(errorsWritten.error(), "merge");
  if (result->stoppedBefore || result->rowsLeft != 0) return kExitSignal + caughtInterrupt();
  return result->failures == 0 ? kExitDone : kExitSomeFailed;
}

}  // namespace parquet_flow::pf
