#include "pf/self_commands.hpp"

#include <unistd.h>

#include "io/borrowed_descriptor.hpp"
#include "pf/command_tree.hpp"
#include "pf/exit_codes.hpp"
#include "pf/failure.hpp"

namespace parquet_flow::pf {
namespace {

int print(const std::string& text, const char* command) {
  const auto write = [&]() -> Result<void> {
    PF_TRY_ASSIGN(const auto output, io::borrowDescriptor(STDOUT_FILENO));
    return output->write(constBytes(text));
  };
  const auto written = write();
  return written ? kExitDone : endWith(written.error(), command);
}

}  // namespace

CLI::App* CompletionCommand::declare(CLI::App& app) {
  app_ = &app;
  CLI::App* const command =
      app.add_subcommand("completion", "print a completion script for a shell");
  command->add_option("SHELL", shell_, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(
      "bash: source <(pf completion bash). zsh: pf completion zsh > _pf, in a directory of fpath.\n"
      "fish: pf completion fish > ~/.config/fish/completions/pf.fish. Installing pf installs all.\n"
      "\n"
      "Exit status: 0 done; 2 the command line is wrong.");
  return command;
}

int CompletionCommand::run() {
  const CommandText text = commandText(*app_);
  return print(shell_ == "bash"  ? bashCompletion(text)
               : shell_ == "zsh" ? zshCompletion(text)
                                 : fishCompletion(text),
               "completion");
}

CLI::App* ManCommand::declare(CLI::App& app) {
  app_ = &app;
  return app.add_subcommand("man", "print pf(1)")->group("");
}

int ManCommand::run() { return print(manPage(commandText(*app_), PF_VERSION), "man"); }

}  // namespace parquet_flow::pf
