// `pf count`: the rows of files, by their footers.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "pf/files_command.hpp"

namespace parquet_flow::pf {

class CountCommand final : public FilesCommand {
 public:
  CountCommand() : FilesCommand("count") {}
  CLI::App* declare(CLI::App& app) override;

 private:
  Result<void> visit(std::unique_ptr<io::InputFile> input, std::string& text) override;
  int finish(std::string& text) override;

  std::uint64_t rows_ = 0;
  nlohmann::ordered_json counted_ = nlohmann::ordered_json::array();
};

}  // namespace parquet_flow::pf
