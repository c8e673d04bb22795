// What each subcommand of `pf` is: its options, and what it does.
#pragma once

#include <CLI/CLI.hpp>

namespace parquet_flow::pf {

class Subcommand {
 public:
  Subcommand() = default;
  Subcommand(const Subcommand&) = delete;
  Subcommand& operator=(const Subcommand&) = delete;
  virtual ~Subcommand() = default;

  // Adds itself, with options and help, to the whole command, which lives as long as `this`.
  virtual CLI::App* declare(CLI::App& app) = 0;
  // Once the command line is parsed. Returns the exit code of the process, and says on stdout what
  // was asked for, on stderr what failed.
  [[nodiscard]] virtual int run() = 0;
};

}  // namespace parquet_flow::pf
