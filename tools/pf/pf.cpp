// pf: one command, a subcommand for each thing to do with Parquet files.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "base/cpu_count.hpp"
#include "pf/contacts_command.hpp"
#include "pf/exit_codes.hpp"

namespace parquet_flow::pf {
namespace {

int run(int argc, char** argv) {
  CLI::App app("pf: Parquet files, written and looked at");
  app.set_version_flag("--version", PF_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->column_width(28);
  ContactsCommand contacts;
  contacts.options.threads = usableCpus();
  CLI::App* const contactsCommand = contacts.declare(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitUsage;
  }
  return contactsCommand->parsed() ? contacts.run() : kExitUsage;
}

}  // namespace
}  // namespace parquet_flow::pf

int main(int argc, char** argv) {
  try {
    return parquet_flow::pf::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pf: %s\n", error.what());
    return parquet_flow::pf::kExitFailed;
  }
}
