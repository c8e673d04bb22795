// What the command line declares, for those who describe it: completion scripts and the man page.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace parquet_flow::pf {

struct OptionText {
  std::vector<std::string> names;  // "-n", "--limit"; none: a word of the command
  std::string type;                // "N", "PATH"; empty: a flag
  std::vector<std::string> choices;
  std::string description;

  [[nodiscard]] bool isPath() const {
    return type == "PATH" || type == "INPUT" || type == "DIR" || type == "FILE" ||
           type == "FILE|DIR";
  }
};

struct CommandText {
  std::string name;
  std::string description;
  std::string footer;
  std::vector<OptionText> options;       // named
  std::vector<OptionText> words;         // not named
  std::vector<CommandText> subcommands;  // those that help shows
};

[[nodiscard]] CommandText commandText(const CLI::App& app);

// Each for a file of its own that the shell reads.
[[nodiscard]] std::string bashCompletion(const CommandText& pf);
[[nodiscard]] std::string zshCompletion(const CommandText& pf);
[[nodiscard]] std::string fishCompletion(const CommandText& pf);

// pf(1), with a section for each subcommand: man(7).
[[nodiscard]] std::string manPage(const CommandText& pf, const std::string& version);

}  // namespace parquet_flow::pf
