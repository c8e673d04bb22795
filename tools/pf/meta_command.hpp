// `pf meta`: what the footers of files say.
#pragma once

#include "pf/files_command.hpp"

namespace parquet_flow::pf {

class MetaCommand final : public FilesCommand {
 public:
  MetaCommand() : FilesCommand("meta") {}
  CLI::App* declare(CLI::App& app) override;

 private:
  Result<void> visit(std::unique_ptr<io::InputFile> input, std::string& text) override;
};

}  // namespace parquet_flow::pf
