// `pf schema`: the schema of files, as Parquet's own text or as JSON.
#pragma once

#include "pf/files_command.hpp"

namespace parquet_flow::pf {

class SchemaCommand final : public FilesCommand {
 public:
  SchemaCommand() : FilesCommand("schema") {}
  CLI::App* declare(CLI::App& app) override;

 private:
  Result<void> visit(std::unique_ptr<io::InputFile> input, std::string& text) override;
};

}  // namespace parquet_flow::pf
