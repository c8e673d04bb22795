#include "pf/files_command.hpp"

#include <unistd.h>

#include "io/borrowed_descriptor.hpp"
#include "pf/exit_codes.hpp"
#include "pf/failure.hpp"
#include "pf/inputs.hpp"

namespace parquet_flow::pf {

CLI::App* FilesCommand::declareFiles(CLI::App& app, const std::string& help,
                                     const std::string& jsonHelp) {
  CLI::App* const command = app.add_subcommand(name_, help);
  command->add_option("PATH", paths_, kInputsHelp)->required();
  command->add_flag("--json", json_, jsonHelp);
  command->footer(
      "Exit status: 0 done; 1 a file cannot be read, the others are shown; 2 the command line is\n"
      "wrong; 141 nobody reads the output any more.");
  return command;
}

int FilesCommand::finish(std::string& /*text*/) { return kExitDone; }

int FilesCommand::run() {
  auto files = findInputs(paths_);
  if (!files) {
    return endWith(files.error(), name_);
  }
  files_ = std::move(*files);
  auto output = io::borrowDescriptor(STDOUT_FILENO);
  return output ? visitAll(**output) : endWith(output.error(), name_);
}

int FilesCommand::visitAll(io::OutputFile& output) {
  int code = kExitDone;
  std::string text;
  for (const std::string& path : files_) {
    auto input = openInput(path);
    const auto visited = input ? visit(std::move(*input), text) : fail(std::move(input).error());
    if (!visited) {
      text.clear();
      code = endWith(visited.error(), name_);
      continue;
    }
    if (auto written = output.write(constBytes(text)); !written) {
      return endWith(written.error(), name_);
    }
    text.clear();
  }
  const int finished = finish(text);
  if (auto written = output.write(constBytes(text)); !written) {
    return endWith(written.error(), name_);
  }
  return code != kExitDone ? code : finished;
}

}  // namespace parquet_flow::pf
