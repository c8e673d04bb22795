// `pf import`: files of other column stores become Parquet.
#pragma once

#include <string>

#include "merge/options.hpp"
#include "pf/subcommand.hpp"

namespace parquet_flow::pf {

class ImportCommand final : public Subcommand {
 public:
  CLI::App* declare(CLI::App& app) override;
  [[nodiscard]] int run() override;

 private:
  merge::MergeOptions options_;
  std::string input_;
  bool json_ = false;
};

}  // namespace parquet_flow::pf
