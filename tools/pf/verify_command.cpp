#include "pf/verify_command.hpp"

#include <unistd.h>

#include <cstdio>
#include <functional>
#include <string_view>

#include "base/thread.hpp"
#include "pf/exit_codes.hpp"
#include "pf/json_line.hpp"
#include "pf/page_limit.hpp"
#include "pf/terminal.hpp"
#include "pf/values.hpp"
#include "rows/printable.hpp"
#include "verify/file_check.hpp"

namespace parquet_flow::pf {
namespace {

using nlohmann::ordered_json;
using verify::Finding;
using verify::Severity;

constexpr std::string_view kRed = "\033[31m";
constexpr std::string_view kYellow = "\033[33m";
constexpr std::string_view kGreen = "\033[32m";

std::string coloured(std::string_view colour, std::string_view text) {
  return hasColour(STDOUT_FILENO) ? std::string(colour) + std::string(text) + "\033[0m"
                                  : std::string(text);
}

std::string_view severityName(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

std::string placeText(const verify::Place& place) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (place.rowGroup) {
    add("row group " + std::to_string(*place.rowGroup));
  }
  if (!place.column.empty()) {
    add("column '" + rows::printable(place.column) + "'");
  }
  if (place.page) {
    add("page " + std::to_string(*place.page));
  }
  if (place.offset) {
    add("offset " + std::to_string(*place.offset));
  }
  return text;
}

std::string findingText(const std::string& file, const Finding& finding) {
  const bool isError = finding.severity == Severity::kError;
  const std::string place = placeText(finding.place);
  return rows::printable(file) + ": " +
         coloured(isError ? kRed : kYellow, severityName(finding.severity)) + " (" + finding.kind +
         "): " + (place.empty() ? "" : place + ": ") + rows::printable(finding.message) +
         (finding.repeats != 0 ? " (and " + grouped(finding.repeats) + " more like it)\n" : "\n");
}

ordered_json findingJson(const Finding& finding) {
  ordered_json json = {{"severity", severityName(finding.severity)}, {"kind", finding.kind}};
  if (finding.place.rowGroup) {
    json["row_group"] = *finding.place.rowGroup;
  }
  if (!finding.place.column.empty()) {
    json["column"] = finding.place.column;
  }
  if (finding.place.page) {
    json["page"] = *finding.place.page;
  }
  if (finding.place.offset) {
    json["offset"] = *finding.place.offset;
  }
  json["message"] = finding.message;
  if (finding.repeats != 0) {
    json["repeats"] = finding.repeats;
  }
  return json;
}

ordered_json verdictJson(const verify::FileVerdict& verdict) {
  ordered_json json = {
      {"file", verdict.file},   {"errors", verdict.errors()},      {"warnings", verdict.warnings()},
      {"rows", verdict.rows},   {"row_groups", verdict.rowGroups}, {"chunks", verdict.chunks},
      {"pages", verdict.pages}, {"values", verdict.entries}};
  json["findings"] = ordered_json::array();
  for (const Finding& finding : verdict.findings) {
    json["findings"].push_back(findingJson(finding));
  }
  return json;
}

std::string verdictText(const verify::FileVerdict& verdict) {
  std::string text;
  for (const Finding& finding : verdict.findings) {
    text += findingText(verdict.file, finding);
  }
  const auto counted = [](std::size_t count, const char* what) {
    return grouped(count) + ' ' + what + (count == 1 ? "" : "s");
  };
  text += rows::printable(verdict.file) + ": ";
  text += verdict.errors() != 0 ? coloured(kRed, counted(verdict.errors(), "error"))
                                : coloured(kGreen, "good");
  if (verdict.warnings() != 0) {
    text += ", " + counted(verdict.warnings(), "warning");
  }
  return text + "; " + counted(verdict.rows, "row") + ", " +
         counted(verdict.rowGroups, "row group") + ", " + counted(verdict.pages, "page") + ", " +
         counted(verdict.entries, "value") + '\n';
}

}  // namespace

CLI::App* VerifyCommand::declare(CLI::App& app) {
  CLI::App* const command =
      declareFiles(app, "decode all pages, and hold what files say against what they are",
                   "an object a file and line: what was found, and where");
  addPageBytesMax(*command, pageBytesMax_);
  command->footer(
      "Errors are what readers can fail on or get wrong rows by; warnings are habits of old or\n"
      "other writers that readers know of. Of captured files the ledger is held against the rows,\n"
      "and those of one session against each other.\n"
      "\n"
      "Exit status: 0 no errors; 4 there are some; 1 a file cannot be read at all; 2 the command\n"
      "line is wrong; 141 nobody reads the output any more.");
  return command;
}

// One line, ten times a second at most.
void VerifyCommand::showProgress(const std::string& file, std::size_t index, std::size_t count) {
  constexpr std::uint64_t kIntervalNs = 100'000'000;
  const std::uint64_t now = monotonicNs();
  if (index != 0 && now - shownNs_ < kIntervalNs) {
    return;
  }
  shownNs_ = now;
  std::fprintf(stderr, "\r%s: row group %s of %s\033[K", rows::printable(file).c_str(),
               grouped(index + 1).c_str(), grouped(count).c_str());
}

Result<void> VerifyCommand::visit(std::unique_ptr<io::InputFile> input, std::string& text) {
  const std::string file(input->name());
  const bool isWatched = isTerminal(STDERR_FILENO);
  std::function<void(std::size_t, std::size_t)> onRowGroup;
  if (isWatched) {
    onRowGroup = [&](std::size_t index, std::size_t count) { showProgress(file, index, count); };
  }
  const verify::FileVerdict verdict =
      verify::verifyFile(std::move(input), pageBytesMax_, onRowGroup);
  if (isWatched) {
    std::fputs("\r\033[K", stderr);
  }
  chain_.add(verdict.file, verdict.sessions);
  faulty_ += verdict.errors() != 0 ? 1 : 0;
  text += isJson() ? jsonLine(verdictJson(verdict)) : verdictText(verdict);
  return {};
}

int VerifyCommand::finish(std::string& text) {
  for (const verify::LedgerChain::Break& each : chain_.breaks()) {
    // What is in the file was said, and counted, when it was looked at.
    verify::FileVerdict verdict;
    verdict.file = each.file;
    verdict.findings = {{Severity::kError, "ledger", {}, each.message}};
    text += isJson() ? jsonLine(verdictJson(verdict))
                     : findingText(each.file, verdict.findings.front());
    ++faulty_;
  }
  return faulty_ != 0 ? kExitFaulty : kExitDone;
}

}  // namespace parquet_flow::pf
