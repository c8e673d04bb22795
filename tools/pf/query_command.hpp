// `pf query`: rows and groups of files that are asked for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "pf/subcommand.hpp"
#include "read/file_reader.hpp"
#include "rows/row_printer.hpp"
#include "scan/query.hpp"

namespace parquet_flow::pf {

class QueryCommand final : public Subcommand {
 public:
  CLI::App* declare(CLI::App& app) override;
  [[nodiscard]] int run() override;

 private:
  [[nodiscard]] Result<scan::QueryOptions> options() const;
  [[nodiscard]] Result<std::vector<scan::TableFile>> files() const;
  [[nodiscard]] Result<void> printAll(scan::QueryOptions asked);

  const CLI::App* command_ = nullptr;
  std::vector<std::string> paths_;
  std::string where_;
  std::string select_;
  std::string groupBy_;
  std::string aggregates_;
  std::string orderBy_;
  std::uint64_t skip_ = 0;
  std::uint64_t limit_ = UINT64_MAX;
  std::uint64_t bytesMax_ = scan::kQueryBytesMaxDefault;
  rows::RowFormat format_ = rows::RowFormat::kTable;
  std::uint64_t pageBytesMax_ = read::kPageBytesMaxDefault;
  bool explains_ = false;
  bool isBegun_ = false;  // what is asked for was found to be right
};

}  // namespace parquet_flow::pf
