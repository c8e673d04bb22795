// What subcommands have in common that say something of each file they are given.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/status.hpp"
#include "io/file.hpp"
#include "pf/subcommand.hpp"

namespace parquet_flow::pf {

// A file that cannot be read is reported on stderr, and the next ones go on.
class FilesCommand : public Subcommand {
 public:
  [[nodiscard]] int run() override;

 protected:
  // `name`: a literal.
  explicit FilesCommand(const char* name) : name_(name) {}

  CLI::App* declareFiles(CLI::App& app, const std::string& help, const std::string& jsonHelp);

  // One after the other. What is to be printed is appended to `text`; an error is that of the file.
  [[nodiscard]] virtual Result<void> visit(std::unique_ptr<io::InputFile> input,
                                           std::string& text) = 0;
  // Behind the last: `text` as above. Returns the exit code, where no file failed.
  [[nodiscard]] virtual int finish(std::string& text);

  [[nodiscard]] bool isJson() const noexcept { return json_; }
  // Whether there are more files than one, once run() has begun.
  [[nodiscard]] bool hasMany() const noexcept { return files_.size() > 1; }

 private:
  [[nodiscard]] int visitAll(io::OutputFile& output);

  const char* const name_;
  std::vector<std::string> paths_;
  std::vector<std::string> files_;
  bool json_ = false;
};

}  // namespace parquet_flow::pf
