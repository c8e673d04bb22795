#include "pf/rows_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "io/borrowed_descriptor.hpp"
#include "pf/count_option.hpp"
#include "pf/exit_codes.hpp"
#include "pf/failure.hpp"
#include "pf/inputs.hpp"
#include "pf/page_limit.hpp"
#include "pf/parsed_option.hpp"
#include "pf/row_output.hpp"
#include "read/batch_reader.hpp"
#include "read/file_reader.hpp"
#include "rows/column_choice.hpp"
#include "scan/query_text.hpp"

namespace parquet_flow::pf {
CLI::App* RowsCommand::declareRows(CLI::App& app, const std::string& help) {
  CLI::App* const command = app.add_subcommand(name_, help);
  command->add_option("PATH", paths_, kInputsHelp)->required();
  command->add_option("--columns", columns_, "columns, by dotted paths, in this order (all)")
      ->allow_extra_args(false)  // else it takes the files behind it too
      ->type_name("PATH,...");
  addCount(*command, "--skip", skip_, "rows left out at first, of all files together (0)");
  addRowFormat(*command, format_);
  addPageBytesMax(*command, pageBytesMax_);
  command->footer(
      "A table or CSV of several files wants columns of the same names in each. On a terminal a\n"
      "table's values are cut at 48 characters. How values are written stands in docs/tool.md.\n"
      "\n"
      "Exit status: 0 done; 1 a file cannot be read, or has other columns than those before it; 2\n"
      "the command line is wrong: nothing was printed; 141 nobody reads the output any more.");
  return command;
}

CLI::App* CatCommand::declare(CLI::App& app) {
  CLI::App* const command = declareRows(app, "print rows, as a table, CSV or JSON lines");
  addCount(*command, "--limit", limit_, "rows at most, of all files together (all)");
  return command;
}

CLI::App* HeadCommand::declare(CLI::App& app) {
  CLI::App* const command = declareRows(app, "print the first rows");
  addCount(*command, "-n,--limit", limit_, "rows, of all files together (10)");
  return command;
}

Result<void> RowsCommand::printFile(const std::string& path, rows::RowPrinter& printer) {
  PF_TRY_ASSIGN(auto input, openInput(path));
  PF_TRY_ASSIGN(const auto file,
                read::FileReader::open(std::move(input),
                                       {.pageBytesMax = pageBytesMax_, .hasDecodedMax = false}));
  const auto inFile = [&](Error error) {
    return fail(std::move(error).withContext(file->file()->name()));
  };
  auto choice = rows::chooseColumns(*file, chosen_);
  if (!choice) {
    return inFile(std::move(choice).error());
  }
  isBegun_ = true;
  read::BatchOptions options;
  options.leaves = choice->leaves;
  options.firstRow = std::min(skip_, file->rows());
  options.rows = limit_;
  options.batchRows = std::clamp<std::uint64_t>(limit_, 1, read::kBatchRowsDefault);
  skip_ -= options.firstRow;
  PF_TRY_ASSIGN(const auto reader, read::BatchReader::create(*file, std::move(options)));
  // What fails before its first rows prints nothing, not even names.
  read::ColumnBatch batch;
  PF_TRY_ASSIGN(bool isThere, reader->next(batch));
  if (auto begun = printer.begin(file->schema(), choice->shape, choice->leaves); !begun) {
    return inFile(std::move(begun).error());
  }
  hasNames_ = true;
  while (isThere) {
    if (auto printed = printer.print(batch); !printed) {
      return inFile(std::move(printed).error());
    }
    limit_ -= batch.rows;
    PF_TRY_ASSIGN(isThere, reader->next(batch));
  }
  return {};
}

Result<void> RowsCommand::printFiles() {
  for (const std::string& text : columns_) {
    PF_TRY_ASSIGN(const auto paths, parsed("--columns", text, scan::parsePaths));
    chosen_.insert(chosen_.end(), paths.begin(), paths.end());
  }
  PF_TRY_ASSIGN(const std::vector<std::string> files, findInputs(paths_));
  PF_TRY_ASSIGN(const auto output, io::borrowDescriptor(STDOUT_FILENO));
  const auto printer = rows::RowPrinter::make(format_, lookOfOutput(), *output);
  bool isFirst = true;  // a file of which no row is wanted has names
  for (const std::string& path : files) {
    if (limit_ == 0 && !isFirst) {
      break;
    }
    isFirst = false;
    if (auto printed = printFile(path, *printer); !printed) {
      if (hasNames_) {
        PF_TRY(printer->finish());
      }
      return printed;
    }
  }
  return printer->finish();
}

int RowsCommand::run() {
  const auto printed = printFiles();
  if (printed) {
    return kExitDone;
  }
  const int code = endWith(withPageLimit(printed.error()), name_);
  // Of what comes then files are to blame: one of other columns, say.
  return isBegun_ && code == kExitUsage ? kExitFailed : code;
}

}  // namespace parquet_flow::pf
