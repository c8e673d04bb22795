#include "pf/row_output.hpp"

#include <unistd.h>

#include <string>
#include <string_view>

#include "pf/terminal.hpp"

namespace parquet_flow::pf {
namespace {

constexpr std::size_t kCellWidthMax = 48;

rows::RowFormat formatNamed(std::string_view name) {
  return name == "table" ? rows::RowFormat::kTable
         : name == "csv" ? rows::RowFormat::kCsv
                         : rows::RowFormat::kJsonLines;
}

}  // namespace

void addRowFormat(CLI::App& command, rows::RowFormat& format) {
  command
      .add_option_function<std::string>(
          "--format", [&format](const std::string& name) { format = formatNamed(name); },
          "table; csv, with a line of names; or jsonl, a JSON object a line (table)")
      ->check(CLI::IsMember({"table", "csv", "jsonl"}))
      ->type_name("FORMAT");
  command.add_flag_callback(
      "--json", [&format] { format = rows::RowFormat::kJsonLines; }, "the same as --format jsonl");
}

rows::TableLook lookOfOutput() {
  rows::TableLook look;
  look.cellWidthMax = isTerminal(STDOUT_FILENO) ? kCellWidthMax : 0;
  look.hasColour = hasColour(STDOUT_FILENO);
  return look;
}

}  // namespace parquet_flow::pf
