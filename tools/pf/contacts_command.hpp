// `pf contacts`: a billion generated Contacts, as Parquet or JSON lines.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>

#include "contacts/plan.hpp"

namespace parquet_flow::pf {

class ContactsCommand {
 public:
  contacts::RunOptions options;
  std::string output = ".";
  bool showsProgress = false;
  bool json = false;

  // Declares the subcommand; `this` must live until the command line is parsed.
  CLI::App* declare(CLI::App& app);
  // Returns the exit code of the process, and prints what was done, or what failed.
  [[nodiscard]] int run();

 private:
  CLI::Option* rowGroupRowsOption_ = nullptr;
  CLI::Option* compressionOption_ = nullptr;
};

}  // namespace parquet_flow::pf
