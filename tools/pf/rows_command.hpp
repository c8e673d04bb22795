// `pf cat` and `pf head`: rows of files as a table, CSV or JSON lines.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "pf/subcommand.hpp"
#include "read/file_reader.hpp"
#include "rows/row_printer.hpp"

namespace parquet_flow::pf {

class RowsCommand : public Subcommand {
 public:
  [[nodiscard]] int run() override;

 protected:
  RowsCommand(const char* name, std::uint64_t limit) : name_(name), limit_(limit) {}

  // What both have.
  CLI::App* declareRows(CLI::App& app, const std::string& help);

  const char* const name_;
  std::uint64_t limit_;

 private:
  [[nodiscard]] Result<void> printFiles();
  [[nodiscard]] Result<void> printFile(const std::string& path, rows::RowPrinter& printer);

  std::vector<std::string> paths_;
  std::vector<std::string> columns_;  // as they were given
  std::vector<std::string> chosen_;   // the paths in them
  rows::RowFormat format_ = rows::RowFormat::kTable;
  std::uint64_t skip_ = 0;
  std::uint64_t pageBytesMax_ = read::kPageBytesMaxDefault;
  bool isBegun_ = false;   // the first file has the columns that are asked for
  bool hasNames_ = false;  // what is printed has begun
};

class CatCommand final : public RowsCommand {
 public:
  CatCommand() : RowsCommand("cat", UINT64_MAX) {}
  CLI::App* declare(CLI::App& app) override;
};

class HeadCommand final : public RowsCommand {
 public:
  HeadCommand() : RowsCommand("head", 10) {}
  CLI::App* declare(CLI::App& app) override;
};

}  // namespace parquet_flow::pf
