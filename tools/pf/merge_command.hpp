// `pf merge`: many Parquet files into one, or a few.
#pragma once

#include <cstdint>
#include <string>

#include "base/status.hpp"
#include "merge/options.hpp"
#include "pf/subcommand.hpp"

namespace parquet_flow::pf {

class MergeCommand final : public Subcommand {
 public:
  CLI::App* declare(CLI::App& app) override;
  [[nodiscard]] int run() override;

 private:
  void declareQueues(CLI::App& command);
  void declareOutput(CLI::App& command);
  void declareOrder(CLI::App& command);
  // kInvalidArgument: what is written is standard output, or --errors may be one of the others.
  [[nodiscard]] Result<void> checkNames() const;
  [[nodiscard]] int plan();
  [[nodiscard]] int merge();

  merge::MergeOptions options_;
  std::string errors_;  // a file; empty: none
  bool isDry_ = false;
  bool showsProgress_ = false;
  bool json_ = false;
};

}  // namespace parquet_flow::pf
