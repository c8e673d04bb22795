// `pf contacts`: a billion generated Contacts, as Parquet or JSON lines.
#pragma once

#include <cstdint>
#include <string>

#include "contacts/plan.hpp"
#include "pf/subcommand.hpp"

namespace parquet_flow::pf {

class ContactsCommand final : public Subcommand {
 public:
  CLI::App* declare(CLI::App& app) override;
  [[nodiscard]] int run() override;

 private:
  contacts::RunOptions options_;
  std::string output_ = ".";
  bool showsProgress_ = false;
  bool json_ = false;
  CLI::Option* rowGroupRowsOption_ = nullptr;
  CLI::Option* compressionOption_ = nullptr;
};

}  // namespace parquet_flow::pf
