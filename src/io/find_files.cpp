#include "io/find_files.hpp"

#include <glob.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "io/directory.hpp"
#include "io/posix_directory.hpp"

namespace parquet_flow::io {
namespace {

namespace fs = std::filesystem;

// `way`: the directories that lead here, without links. A link to one of them would have all its
// files again, and so on until paths are too long.
Result<void> walk(const std::string& path, std::vector<std::string>& way,
                  std::vector<std::string>& files) {
  PF_TRY_ASSIGN(std::string real, realPath(path));
  if (std::ranges::find(way, real) != way.end()) {
    return {};
  }
  PF_TRY_ASSIGN(const auto directory, openDirectory(path, IfMissing::kFail));
  PF_TRY_ASSIGN(const std::vector<DirectoryEntry> entries, directory->list(""));
  way.push_back(std::move(real));
  const std::string prefix = path.ends_with('/') ? path : path + "/";
  for (const DirectoryEntry& entry : entries) {
    if (entry.name.starts_with('.')) {
      continue;
    }
    if (entry.kind == EntryKind::kDirectory) {
      PF_TRY(walk(prefix + entry.name, way, files));
    } else if (entry.name.ends_with(".parquet")) {
      files.push_back(prefix + entry.name);
    }
  }
  way.pop_back();
  return {};
}

Result<void> addDirectory(const std::string& path, std::vector<std::string>& files) {
  const std::size_t before = files.size();
  std::vector<std::string> way;
  PF_TRY(walk(path, way, files));
  if (files.size() == before) {
    return fail(ErrorCode::kInvalidArgument, "no file in " + path + " ends in .parquet");
  }
  std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
  return {};
}

bool isPattern(const std::string& word) { return word.find_first_of("*?[") != std::string::npos; }

Result<std::vector<std::string>> matches(const std::string& pattern) {
  glob_t found{};
  // NOLINTNEXTLINE(concurrency-mt-unsafe): its races are those of GLOB_TILDE and GLOB_ALTDIRFUNC
  const int result = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> paths(found.gl_pathv, found.gl_pathv + found.gl_pathc);
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
