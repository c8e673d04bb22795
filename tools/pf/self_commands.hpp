// What `pf` says of itself: completion scripts, and its man page.
#pragma once

#include <string>

#include "pf/subcommand.hpp"

namespace parquet_flow::pf {

class CompletionCommand final : public Subcommand {
 public:
  CLI::App* declare(CLI::App& app) override;
  [[nodiscard]] int run() override;

 private:
  const CLI::App* app_ = nullptr;
  std::string shell_;
};

// Not in the help: what the build installs as pf(1).
class ManCommand final : public Subcommand {
 public:
  CLI::App* declare(CLI::App& app) override;
  [[nodiscard]] int run() override;

 private:
  const CLI::App* app_ = nullptr;
};

}  // namespace parquet_flow::pf
