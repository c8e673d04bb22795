#include "io/find_files.hpp"

#include <glob.h>

#include <algorithm>
#include <filesystem>

namespace parquet_flow::io {
namespace {

namespace fs = std::filesystem;

Result<void> addDirectory(const std::string& path, std::vector<std::string>& files) {
  const std::size_t before = files.size();
  std::error_code error;
  fs::recursive_directory_iterator entry(path, fs::directory_options::follow_directory_symlink,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename();
    const bool isDirectory = entry->is_directory(error);
    if (name.starts_with('.')) {
      if (isDirectory) {
        entry.disable_recursion_pending();
      }
    } else if (!isDirectory && name.ends_with(".parquet")) {
      files.push_back(entry->path());
    }
  }
  if (error) {
    return fail(systemError(error.value(), "reading the directory " + path));
  }
  if (files.size() == before) {
    return fail(ErrorCode::kInvalidArgument, "no file in " + path + " ends in .parquet");
  }
  std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
  return {};
}

bool isPattern(const std::string& word) { return word.find_first_of("*?[") != std::string::npos; }

Result<std::vector<std::string>> matches(const std::string& pattern) {
  glob_t found{};
  const int result = ::glob(pattern.c_str(), 0, nullptr, &found);
  const std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  ::globfree(&found);
  if (result == GLOB_NOMATCH) {
    return fail(ErrorCode::kInvalidArgument, "no file is like " + pattern);
  }
  if (result != 0) {
    return fail(ErrorCode::kIo, "looking for files like " + pattern + " failed");
  }
  return paths;
}

Result<void> addPath(const std::string& path, std::vector<std::string>& files) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    return addDirectory(path, files);
  }
  files.push_back(path);
  return {};
}

}  // namespace

Result<void> findFiles(const std::string& word, std::vector<std::string>& files) {
  std::error_code error;
  if (!isPattern(word) || fs::exists(word, error)) {
    return addPath(word, files);
  }
  PF_TRY_ASSIGN(const std::vector<std::string> paths, matches(word));
  for (const std::string& path : paths) {
    PF_TRY(addPath(path, files));
  }
  return {};
}

}  // namespace parquet_flow::io
