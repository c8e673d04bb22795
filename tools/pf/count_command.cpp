#include "pf/count_command.hpp"

#include "pf/exit_codes.hpp"
#include "pf/json_line.hpp"
#include "read/footer.hpp"
#include "rows/printable.hpp"

namespace parquet_flow::pf {

CLI::App* CountCommand::declare(CLI::App& app) {
  return declareFiles(app, "count rows, as the footers do; of several files also all together",
                      "one object: rows of all files, and of each");
}

Result<void> CountCommand::visit(std::unique_ptr<io::InputFile> input, std::string& text) {
  PF_TRY_ASSIGN(const read::FileInfo info, read::readFileInfo(*input));
  rows_ += info.rows;
  if (isJson()) {
    counted_.push_back({{"file", input->name()}, {"rows", info.rows}});
  } else if (hasMany()) {
    text += std::to_string(info.rows) + ' ' + rows::printable(input->name()) + '\n';
  }
  return {};
}

int CountCommand::finish(std::string& text) {
  if (isJson()) {
    text += jsonLine({{"rows", rows_}, {"files", counted_}});
  } else {
    text += std::to_string(rows_) + (hasMany() ? " total\n" : "\n");
  }
  return kExitDone;
}

}  // namespace parquet_flow::pf
