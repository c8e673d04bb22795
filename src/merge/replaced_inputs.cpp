#include "merge/replaced_inputs.hpp"

#include <utility>

#include "merge/output_names.hpp"
#include "merge/paths.hpp"
#include "merge/target.hpp"

namespace parquet_flow::merge {
namespace {

std::string noOutput(const std::string& path) {
  return "there is no output, as it would replace or remove " + path + " without all of its rows";
}

}  // namespace

Result<ReplacedInputs> ReplacedInputs::find(const MergeOptions& options) {
  ReplacedInputs inputs(options);
  if (!options.replaces) return inputs;
  PF_TRY_ASSIGN(const std::vector<std::string> paths, filesAt(options.output));
  for (const std::string& path : paths) {
    PF_TRY_ASSIGN(const io::Inode file, io::inodeOf(path));
    inputs.files_.emplace(file, false);
  }
  return inputs;
}

ReplacedInputs::Files::const_iterator ReplacedInputs::fileAt(const std::string& path) const {
  if (files_.empty()) return files_.end();
  const auto file = io::inodeOf(path);
  return file ? files_.find(*file) : files_.end();
}

void ReplacedInputs::take(const std::string& path) {
  const auto file = fileAt(path);
  if (file != files_.end()) files_[file->first] = true;
}

bool ReplacedInputs::needs(const std::string& path) const {
  const auto file = fileAt(path);
  return file != files_.end() && !file->second;
}

Error ReplacedInputs::leftOut(const std::string& path, Error error) {
  return ofFile(std::move(error)).withContext(noOutput(path));
}

Result<void> ReplacedInputs::checkStopped() const {
  if (files_.empty()) return {};
  PF_TRY_ASSIGN(const auto paths, Paths::ofMerge(*options_).map_error(ofFile));
  std::string path;
  for (;;) {
    PF_TRY_ASSIGN(const bool isThere, paths->next(path).map_error(ofFile));
    if (!isThere) return {};
    if (needs(path)) return fail(ErrorCode::kCancelled, "stopped: " + noOutput(path));
  }
}

void ReplacedInputs::takeBack() {
  for (auto& [file, isTaken] : files_) isTaken = false;
}

}  // namespace parquet_flow::merge
