#include "pf/query_command.hpp"

#include <unistd.h>

#include <memory>
#include <string>
#include <utility>

#include "io/borrowed_descriptor.hpp"
#include "pf/count_option.hpp"
#include "pf/exit_codes.hpp"
#include "pf/failure.hpp"
#include "pf/inputs.hpp"
#include "pf/page_limit.hpp"
#include "pf/parsed_option.hpp"
#include "pf/query_report.hpp"
#include "pf/row_output.hpp"
#include "scan/predicate_text.hpp"
#include "scan/query_text.hpp"

namespace parquet_flow::pf {
namespace {

constexpr char kName[] = "query";

constexpr char kFooter[] =
    "Predicates: comparisons (= <> < <= > >=), BETWEEN, IN, LIKE, CONTAINS, STARTS WITH, ENDS\n"
    "WITH, IS NULL, joined by AND, OR, NOT. Aggregates: count, count(a), distinct(a), sum(a),\n"
    "avg(a), min(a), max(a). Directories called NAME=VALUE are columns. docs/scan.md has all of "
    "it.\n"
    "\n"
    "  pf query trades.parquet --where \"type = 'P' and price > 100.25\" --select stock,price\n"
    "  pf query captures/ --group-by stock --agg 'count, sum(shares) as shares' \\\n"
    "    --order-by 'shares desc' --limit 10\n"
    "\n"
    "Exit status: 0 done; 1 a file cannot be read, or there is not the memory; 2 the command line\n"
    "or the query is wrong; 141 nobody reads the output any more.";

// Which can be read once.
Result<scan::TableFile> standardInput(const read::ReadOptions& options) {
  PF_TRY_ASSIGN(auto input, openInput(kStandardInput));
  PF_TRY_ASSIGN(auto opened, read::FileReader::open(std::move(input), options));
  const auto open = [file = std::shared_ptr<const read::FileReader>(std::move(opened))]()
      -> Result<std::shared_ptr<const read::FileReader>> { return file; };
  return scan::TableFile{kStandardInput, open, {}};
}

}  // namespace

CLI::App* QueryCommand::declare(CLI::App& app) {
  CLI::App* const command =
      app.add_subcommand(kName, "print the rows that are asked for, or aggregates of them");
  command_ = command;
  command->add_option("PATH", paths_, kInputsHelp)->required();
  command->add_option("--where", where_, "rows: those that this is true of (all)")
      ->type_name("PREDICATE");
  command->add_option("--select", select_, "columns, by dotted paths, in this order (all)")
      ->type_name("PATH,...");
  command->add_option("--group-by", groupBy_, "a row for each of these columns' values")
      ->type_name("PATH,...");
  command
      ->add_option("--agg", aggregates_,
                   "aggregates of each group, or of all rows: 'count, sum(a), avg(b) as mean'")
      ->type_name("AGGREGATE,...");
  command->add_option("--order-by", orderBy_, "columns or aggregates: 'a, sum(b) desc'")
      ->type_name("PATH [desc],...");
  addCount(*command, "--skip", skip_, "rows left out at first (0)");
  addCount(*command, "--limit", limit_, "rows at most (all)");
  addCount(*command, "--memory", bytesMax_,
           "bytes that groups and rows that are sorted may take (1 GiB)");
  addRowFormat(*command, format_);
  addPageBytesMax(*command, pageBytesMax_);
  command->add_flag(
      "--explain", explains_,
      "say at the end, on stderr, what was skipped at each step; with --json as JSON");
  command->footer(kFooter);
  return command;
}

Result<scan::QueryOptions> QueryCommand::options() const {
  // One that is empty was meant to be something: a variable that is not set, say.
  const auto isGiven = [this](const char* option) { return command_->count(option) != 0; };
  scan::QueryOptions made;
  if (isGiven("--where")) {
    PF_TRY_ASSIGN(made.where, parsed("--where", where_, scan::parsePredicate));
  }
  if (isGiven("--select")) {
    PF_TRY_ASSIGN(made.select, parsed("--select", select_, scan::parsePaths));
  }
  if (isGiven("--group-by")) {
    PF_TRY_ASSIGN(made.groupBy, parsed("--group-by", groupBy_, scan::parsePaths));
  }
  if (isGiven("--agg")) {
    PF_TRY_ASSIGN(made.aggregates, parsed("--agg", aggregates_, scan::parseAggregates));
  }
  if (isGiven("--order-by")) {
    PF_TRY_ASSIGN(made.orderBy, parsed("--order-by", orderBy_, scan::parseOrderBy));
  }
  made.skip = skip_;
  made.limit = limit_;
  made.bytesMax = bytesMax_;
  return made;
}

Result<std::vector<scan::TableFile>> QueryCommand::files() const {
  PF_TRY_ASSIGN(const std::vector<std::string> found, findInputs(paths_));
  const read::ReadOptions options = {.pageBytesMax = pageBytesMax_, .hasDecodedMax = false};
  std::vector<scan::TableFile> all;
  for (const std::string& path : found) {
    if (path == kStandardInput) {
      PF_TRY_ASSIGN(scan::TableFile file, standardInput(options));
      all.push_back(std::move(file));
    } else {
      all.push_back(scan::tableFileAt(path, options, io::InputAccess::kMapping));
    }
  }
  return all;
}

Result<void> QueryCommand::printAll(scan::QueryOptions asked) {
  PF_TRY_ASSIGN(std::vector<scan::TableFile> read, files());
  PF_TRY_ASSIGN(const auto query, scan::Query::create(std::move(read), std::move(asked)));
  isBegun_ = true;
  PF_TRY_ASSIGN(const auto output, io::borrowDescriptor(STDOUT_FILENO));
  const auto printer = rows::RowPrinter::make(format_, lookOfOutput(), *output);
  bool hasNames = false;
  const auto print = [&]() -> Result<void> {
    // What fails before its first rows prints nothing, not even names.
    read::ColumnBatch batch;
    PF_TRY_ASSIGN(bool isThere, query->next(batch));
    PF_TRY(printer->begin(query->schema(), query->shape(), query->leaves()));
    hasNames = true;
    while (isThere) {
      PF_TRY(printer->print(batch));
      PF_TRY_ASSIGN(isThere, query->next(batch));
    }
    return {};
  };
  Result<void> printed = print();
  PF_TRY(hasNames ? printer->finish() : Result<void>{});
  if (printed && explains_) {
    const std::string report = format_ == rows::RowFormat::kJsonLines
                                   ? queryReportJson(query->stats())
                                   : queryReport(query->stats());
    std::fputs(report.c_str(), stderr);
  }
  return printed;
}

int QueryCommand::run() {
  auto asked = options();
  if (!asked) {
    return endWith(asked.error(), kName, Cause::kCommandLine);
  }
  const auto printed = printAll(std::move(*asked));
  if (printed) {
    return kExitDone;
  }
  const int code = endWith(withPageLimit(printed.error()), kName);
  // Of what comes then files are to blame: one of another schema, say.
  return isBegun_ && code == kExitUsage ? kExitFailed : code;
}

}  // namespace parquet_flow::pf
