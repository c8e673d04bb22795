#include "pf/meta_command.hpp"

#include <unistd.h>

#include "pf/json_line.hpp"
#include "pf/meta_document.hpp"
#include "pf/meta_text.hpp"
#include "pf/terminal.hpp"
#include "read/file_reader.hpp"

namespace parquet_flow::pf {

CLI::App* MetaCommand::declare(CLI::App& app) {
  return declareFiles(app,
                      "show what footers say: row groups, columns, encodings, sizes, statistics",
                      "an object a file and line, with all that the footer says");
}

Result<void> MetaCommand::visit(std::unique_ptr<io::InputFile> input, std::string& text) {
  PF_TRY_ASSIGN(const auto file, read::FileReader::open(std::move(input)));
  const nlohmann::ordered_json document = metaDocument(*file);
  text += isJson() ? jsonLine(document)
                   : metaText(document, isTerminal(STDOUT_FILENO)) + (hasMany() ? "\n" : "");
  return {};
}

}  // namespace parquet_flow::pf
