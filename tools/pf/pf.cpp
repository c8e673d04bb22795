// pf: one command, a subcommand for each thing to do with Parquet files.
#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <vector>

#include "pf/contacts_command.hpp"
#include "pf/count_command.hpp"
#include "pf/exit_codes.hpp"
#include "pf/import_command.hpp"
#include "pf/merge_command.hpp"
#include "pf/meta_command.hpp"
#include "pf/query_command.hpp"
#include "pf/rows_command.hpp"
#include "pf/schema_command.hpp"
#include "pf/self_commands.hpp"
#include "pf/subcommand.hpp"
#include "pf/verify_command.hpp"

namespace parquet_flow::pf {
namespace {

// In the order that the help lists them in.
std::vector<std::unique_ptr<Subcommand>> subcommands() {
  std::vector<std::unique_ptr<Subcommand>> all;
  all.push_back(std::make_unique<SchemaCommand>());
  all.push_back(std::make_unique<MetaCommand>());
  all.push_back(std::make_unique<CountCommand>());
  all.push_back(std::make_unique<HeadCommand>());
  all.push_back(std::make_unique<CatCommand>());
  all.push_back(std::make_unique<VerifyCommand>());
  all.push_back(std::make_unique<QueryCommand>());
  all.push_back(std::make_unique<MergeCommand>());
  all.push_back(std::make_unique<ImportCommand>());
  all.push_back(std::make_unique<ContactsCommand>());
  all.push_back(std::make_unique<CompletionCommand>());
  all.push_back(std::make_unique<ManCommand>());
  return all;
}

// A daemon may start us with some of them closed: a file that is opened would get the number, and
// what is said on stderr would go into it. Opened the wrong way round, so that reading a list, or
// printing rows, fails as it does of what is closed.
bool holdStandardDescriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) {
      continue;
    }
    // Gets the lowest number that is free: this one.
    if (::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) != descriptor) {
      return false;
    }
  }
  return true;
}

int run(int argc, char** argv) {
  CLI::App app("pf: Parquet files, written and looked at");
  app.set_version_flag("--version", PF_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(28);
  const std::vector<std::unique_ptr<Subcommand>> all = subcommands();
  std::vector<CLI::App*> declared;
  declared.reserve(all.size());
  for (const auto& subcommand : all) {
    declared.push_back(subcommand->declare(app));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (declared[i]->parsed()) {
      return all[i]->run();
    }
  }
  return kExitUsage;
}

}  // namespace
}  // namespace parquet_flow::pf

int main(int argc, char** argv) {
  if (!parquet_flow::pf::holdStandardDescriptors()) {
    return parquet_flow::pf::kExitFailed;
  }
  try {
    return parquet_flow::pf::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pf: %s\n", error.what());
    return parquet_flow::pf::kExitFailed;
  }
}
