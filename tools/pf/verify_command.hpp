// `pf verify`: files held against themselves.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pf/files_command.hpp"
#include "read/page_stream.hpp"
#include "verify/ledger.hpp"

namespace parquet_flow::pf {

class VerifyCommand final : public FilesCommand {
 public:
  VerifyCommand() : FilesCommand("verify") {}
  CLI::App* declare(CLI::App& app) override;

 private:
  Result<void> visit(std::unique_ptr<io::InputFile> input, std::string& text) override;
  int finish(std::string& text) override;
  void showProgress(const std::string& file, std::size_t index, std::size_t count);

  std::uint64_t pageBytesMax_ = read::kPageBytesMaxDefault;
  std::size_t faulty_ = 0;
  std::uint64_t shownNs_ = 0;  // when progress was last shown
  verify::LedgerChain chain_;
};

}  // namespace parquet_flow::pf
